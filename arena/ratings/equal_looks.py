"""How far the looks of pictures decide votes, and the boards as they would stand if all pictures looked alike.

What sets two pictures of a battle apart is measured (``FEATURES``) and enters the model of the ratings as covariates.
What belongs to the prompt is the same for both, and can only change how much looks count: so each feature counts once
for all prompts, and once more for longer ones and for each common language. Those interactions share one spread, which
the votes decide, so that where there are none they come to nothing.

The board "at equal looks" is the board as voted with each model moved by what its looks won or lost it: its strength
fitted with covariates, less its strength fitted without, from the very same votes. For this the effects are shrunk as
far as foretells votes best, so that looks which decide nothing move nobody; effects as such are told unshrunk, and
their intervals say how much the votes know of them.

Looks are no mistake of the voters: whoever likes a bright picture may have it. But a model that others can overtake by
turning up the brightness is ahead by less than it seems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from statistics import NormalDist
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from arena import wording
from arena.arrow_tables import ArrowTable, table_of
from arena.catalogue.picture_features import PictureFeatures
from arena.ratings.arrays import Floats
from arena.ratings.boards import board_of
from arena.ratings.clusters import Z_95, AxisVotes
from arena.ratings.covariates import CovariateFit
from arena.ratings.look_votes import MOST_MODELS, LookVotes
from arena.ratings.of_arena import of_arena
from arena.ratings.probabilities import expected_points
from arena.ratings.results import Ratings
from arena.ratings.strengths import Strengths
from arena.records import Axis, Board, Outcome
from arena.votes.table import OUTPUT_COLUMNS

LEAST_VOTES = 200
"""On two pictures whose features are known: fewer say nothing of seven features."""
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class LookEffect:
    """What a feature is worth in a battle, in points: a standard deviation more of it than the other picture has.

    ``prompts`` is empty for the effect in all prompts, ``longer`` for what it is more in prompts whose logarithm of
    length is a standard deviation above the mean, and a language for what it is more in prompts in that language.
    ``low`` and ``high`` bound the 95% interval. ``win_rate`` is the share of battles won against a model of equal
    strength by this effect, a tie counted as half a win, from ``win_low`` to ``win_high``. ``deviation`` is the
    standard deviation over the pictures, in units of the feature. ``clear`` says that it differs from none: the
    interval has no 0, and for the effects in some prompts an interval that allows for how many of them there are.
    """

    feature: str
    prompts: str
    effect: float
    low: float
    high: float
    win_rate: float
    win_low: float
    win_high: float
    deviation: float
    clear: bool


@dataclass(frozen=True, slots=True)
class EqualRank:
    """A ranked model as voted, and at equal looks.

    ``equal_rank_low`` and ``equal_rank_high`` bound the 95% interval of its rank there, and ``shift`` is how many
    points its looks won (below 0) or lost it (above 0), which the board gives back.
    """

    model: str
    rank: int
    equal_rank: int
    equal_rank_low: int
    equal_rank_high: int
    score: float
    equal_score: float
    mu: float
    equal_mu: float
    shift: float


@dataclass(frozen=True)
class EqualLooks(ArrowTable):
    """An arena's board as voted and at equal looks, and the effects that the latter leaves out.

    As a table it has a row for each ranked model, in the order at equal looks, with the fields of ``EqualRank``.
    ``left_out`` are rated votes without two pictures whose looks are known, ``votes`` those with. ``shift`` is by model
    as in ``EqualRank``. ``prompts`` counts the prompts that the votes name, where intervals take account of them.
    ``inseparable`` are features that differ between models alone, so that votes cannot tell them from the models.
    """

    arena: str
    as_voted: Board
    board: Board
    effects: tuple[LookEffect, ...]
    shift: Mapping[str, float]
    votes: int
    left_out: int
    prompts: int
    inseparable: tuple[str, ...] = ()

    @property
    def ranks(self) -> tuple[EqualRank, ...]:
        """The ranked models, in the order at equal looks."""
        both = [(self.as_voted.get(equal.model), equal) for equal in self.board.ratings]
        return tuple(
            EqualRank(
                model=equal.model,
                rank=voted.rank,
                equal_rank=equal.rank,
                equal_rank_low=equal.rank_low,
                equal_rank_high=equal.rank_high,
                score=voted.score,
                equal_score=equal.score,
                mu=voted.mu,
                equal_mu=equal.mu,
                shift=self.shift[equal.model],
            )
            for voted, equal in both
            if voted
        )

    @property
    def moved(self) -> tuple[EqualRank, ...]:
        """The models whose rank differs, the furthest first."""
        moved = [each for each in self.ranks if each.rank != each.equal_rank]
        return tuple(sorted(moved, key=lambda each: (-abs(each.rank - each.equal_rank), each.rank, each.model)))

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        return table_of(EqualRank, self.ranks)

    def to_dict(self) -> dict[str, Any]:
        """As the command line gives it."""
        return {
            "arena": self.arena,
            "origin": self.as_voted.origin,
            "votes": self.votes,
            "left_out": self.left_out,
            "prompts": self.prompts,
            "effects": [asdict(effect) for effect in self.effects],
            "inseparable": list(self.inseparable),
            "ranks": [asdict(rank) for rank in self.ranks],
        }

    def sentences(self) -> Iterator[str]:
        """What looks win, and who moves, in plain words."""
        cast = wording.count(self.votes, f"{self.as_voted.origin.replace('+', ' and ')} vote")
        more = f"; {self.left_out:,} more are on others" if self.left_out else ""
        yield f"{self.arena}: {cast} on pictures whose looks are known{more}."
        for effect in self.effects:
            if effect.clear or not effect.prompts:
                prompts = f" in {effect.prompts} prompts, on top of that," if effect.prompts else ""
                wins, low, high = (
                    wording.percent(share) for share in (effect.win_rate, effect.win_low, effect.win_high)
                )
                yield (
                    f"A standard deviation more {effect.feature}{prompts} wins {wins} of battles ({low} to {high})"
                    f"{', a clear difference' if effect.clear else ''}."
                )
        if self.inseparable:
            names = wording.listing(self.inseparable)
            yield f"Differs between models alone, and cannot be told from them: {names}."
        for each in self.moved:
            yield f"{each.model}: #{each.rank} as voted, #{each.equal_rank} at equal looks ({each.shift:+.2f} points)."
        if not self.moved:
            yield "No rank changes at equal looks."


@dataclass(frozen=True, slots=True)
class LooksReport:
    """What looks win, arena by arena, sorted by id; ``missing`` says of all others why nothing can be told."""

    arenas: tuple[EqualLooks, ...]
    missing: Mapping[str, str]

    def arena(self, name: str = "") -> EqualLooks:
        """That of one arena, whose name may be left out where there is one only. Raises KeyError for others."""
        return of_arena(self.arenas, name)

    def __str__(self) -> str:
        told = [sentence for each in self.arenas for sentence in each.sentences()]
        return "\n".join([*told, *(f"{arena}: {why}." for arena, why in self.missing.items())]) or "There are no votes."

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON: what ``arena looks --json`` prints."""
        return {"arenas": [each.to_dict() for each in self.arenas], "missing": dict(self.missing)}


def equal_looks(
    votes: ibis.Table, ratings: Ratings, pictures: PictureFeatures, lengths: Mapping[str, int]
) -> LooksReport:
    """The overall boards at equal looks.

    ``votes`` are those that the ``ratings`` were computed from; ``lengths`` are the characters of prompts by id, of
    which some or all may be missing. Arenas are left out where too few votes name known pictures (``LEAST_VOTES``),
    where they are on more than ``MOST_MODELS`` models, and where no feature differs by more than who made the pictures.
    Without known pictures the votes are not read.
    """
    found: list[EqualLooks] = []
    missing: dict[str, str] = {}
    chosen = None
    if pictures.sums and set(OUTPUT_COLUMNS) <= set(votes.columns):
        chosen = ratings.rated(votes)
        rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
        if ratings.settings.both_bad == "tie":
            rated.append(Outcome.BOTH_BAD)
        chosen = chosen.filter(chosen.outcome.isin([outcome.value for outcome in rated]))
    for axis, strengths in ratings.strengths.items():
        board = ratings.get(axis)
        if board is None or axis != Axis(axis.arena):
            continue
        of_axis = None if chosen is None else chosen.filter(chosen.arena == axis.arena)
        looks = None if of_axis is None else LookVotes.load(of_axis, strengths, pictures, lengths)
        why = _why_not(looks)
        if looks is None or why:
            missing[axis.arena] = why
        else:
            found.append(_analysed(looks, strengths, ratings, board))
    return LooksReport(tuple(sorted(found, key=lambda each: each.arena)), dict(sorted(missing.items())))


def _why_not(votes: LookVotes | None) -> str:
    """Why nothing can be told from these votes; empty where something can."""
    if votes is None:
        return "no vote is on two pictures whose looks are known"
    if len(votes.outcome) < LEAST_VOTES:
        cast = wording.count(len(votes.outcome), "vote")
        return f"{cast} on two pictures whose looks are known, of which {LEAST_VOTES} are needed"
    if len(votes.models) > MOST_MODELS:
        models = wording.count(len(votes.models), "model")
        return (
            f"{models} with pictures whose looks are known, of which {MOST_MODELS:,} are the most that can be compared"
        )
    if votes.inseparable and not votes.names:
        names = wording.listing(votes.inseparable)
        return f"pictures differ with who made them alone ({names}), so that looks cannot be told from models"
    return "" if votes.names else "pictures that are set against each other look alike in all that is measured"


def _analysed(votes: LookVotes, strengths: Strengths, ratings: Ratings, board: Board) -> EqualLooks:
    settings = ratings.settings
    rows, row = votes.rows()
    fit, shrunk, plain = (
        votes.fit(rows, strengths, settings, shrunk=False),
        votes.fit(rows, strengths, settings, shrunk=True),
        votes.fit(rows.without(), strengths, settings, shrunk=False),
    )
    prompt = votes.prompt if settings.prompts == "like-these" else np.full(len(row), -1)
    clusters = AxisVotes.of(votes.first, votes.second, row, votes.voter, prompt)
    covariance, shrunk_covariance = (
        each.covariance(row, clusters.voters, clusters.prompts, clusters.crossings) for each in (fit, shrunk)
    )
    shift, error = _shift(votes, shrunk, plain, shrunk_covariance, len(strengths.models))
    shift, error = np.round(shift, DECIMALS), np.round(error, DECIMALS)
    estimate = strengths.estimate
    doubt = replace(estimate.uncertainty, error=np.hypot(estimate.uncertainty.error, error))
    moved = board_of(strengths.tally, replace(estimate, mu=estimate.mu + shift, uncertainty=doubt), settings)
    return EqualLooks(
        arena=board.axis.arena,
        as_voted=board,
        board=replace(moved, origin=board.origin),
        effects=tuple(_effects(votes, fit, covariance, settings.beta, strengths.margin)),
        shift=dict(zip(strengths.models, shift.tolist(), strict=True)),
        votes=len(row),
        left_out=board.votes - len(row),
        prompts=clusters.named,
        inseparable=votes.inseparable,
    )


def _shift(
    votes: LookVotes, fit: CovariateFit, plain: CovariateFit, covariance: Floats, models: int
) -> tuple[Floats, Floats]:
    """How far each of so many models moves, and the standard error of that; 0 for models without votes with looks."""
    shift, error = np.zeros(models), np.zeros(models)
    # A common rise changes no vote.
    moved = fit.strengths - plain.strengths
    shift[votes.models] = moved - moved.mean()
    follow = fit.follow - fit.follow.mean(axis=0)
    error[votes.models] = np.sqrt(np.maximum(((follow @ covariance) * follow).sum(axis=1), 0.0))
    return shift, error


def _effects(votes: LookVotes, fit: CovariateFit, covariance: Floats, beta: float, margin: float) -> list[LookEffect]:
    features, errors = len(votes.names), np.sqrt(np.diag(covariance))
    interactions = max(len(fit.effects) - features, 1)
    # By Bonferroni: one of them stands out by chance in 5% of arenas.
    strict = NormalDist().inv_cdf(1.0 - 0.025 / interactions)
    found = []
    for index, (effect, error) in enumerate(zip(fit.effects.tolist(), errors.tolist(), strict=True)):
        trait, feature = divmod(index, features)
        reach = Z_95 * error
        wins = [
            round(expected_points(at, 0.0, beta, margin), DECIMALS) for at in (effect, effect - reach, effect + reach)
        ]
        found.append(
            LookEffect(
                feature=votes.names[feature],
                prompts=votes.trait_names[trait - 1] if trait else "",
                effect=round(effect, DECIMALS),
                low=round(effect - reach, DECIMALS),
                high=round(effect + reach, DECIMALS),
                win_rate=wins[0],
                win_low=wins[1],
                win_high=wins[2],
                deviation=round(float(votes.deviations[feature]), DECIMALS),
                clear=abs(effect) > (strict if trait else Z_95) * error,
            )
        )
    return found
