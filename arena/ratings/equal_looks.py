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

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from statistics import NormalDist
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.outputs import Output
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.boards import board_of
from arena.ratings.clusters import Z_95, AxisVotes
from arena.ratings.covariates import CovariateFit, CovariateRows, Likelihood, fit_covariates
from arena.ratings.probabilities import expected_points
from arena.ratings.results import Ratings
from arena.ratings.strengths import Strengths
from arena.ratings.tally import encode
from arena.records import Axis, Board, Outcome

LEAST_VOTES = 200
"""With looks known on both sides: fewer say nothing of seven features."""
MOST_MODELS = 2000
"""The matrix of the fit has a row for each."""
COMMON = 0.1
"""The share of votes from which a language counts by itself; the most common one is what others are compared with."""
LEAST_SHARPNESS = 1e-3
LONGER = "longer"
"""Of prompts, in ``LookEffect.prompts``."""
DECIMALS = 6
TEXTS = ("language", "left", "right", "voter", "prompt", "left_output", "right_output")


def _measured(name: str) -> Callable[[Output], float]:
    return lambda output: float(getattr(output.looks, name))


FEATURES: Mapping[str, Callable[[Output], float]] = {
    "size": lambda output: math.log2(output.width * output.height),
    "width": lambda output: math.log2(output.width / output.height),
    "brightness": _measured("brightness"),
    "contrast": _measured("contrast"),
    "saturation": _measured("saturation"),
    "sharpness": lambda output: math.log2(max(_measured("sharpness")(output), LEAST_SHARPNESS)),
    "lettering": _measured("lettering"),
}
"""What is measured of an output with looks. Sizes, shapes and sharpness count by doublings."""


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
class EqualLooks:
    """An arena's board at equal looks, the effects that it leaves out, and from how many of the rated ``votes``.

    ``left_out`` are rated votes of which the looks of either picture are not known. ``shift`` is by model: how many
    points its looks won (below 0) or lost it (above 0), which the board gives back. ``prompts`` counts the prompts that
    the votes name, where intervals take account of them.
    """

    board: Board
    effects: tuple[LookEffect, ...]
    shift: Mapping[str, float]
    votes: int
    left_out: int
    prompts: int

    def moved(self, as_voted: Board) -> tuple[tuple[str, int, int], ...]:
        """The ranked models whose rank differs: model, rank as voted, rank at equal looks; the furthest first."""
        ranks = ((each.model, each.rank, self.board.get(each.model)) for each in as_voted.ratings)
        moved = [(model, rank, other.rank) for model, rank, other in ranks if other and other.rank != rank]
        return tuple(sorted(moved, key=lambda each: (-abs(each[1] - each[2]), each[1], each[0])))

    def to_dict(self) -> dict[str, Any]:
        """As the command line and the API give it, without the board."""
        return {
            "votes": self.votes,
            "left_out": self.left_out,
            "prompts": self.prompts,
            "effects": [asdict(effect) for effect in self.effects],
        }


def equal_looks(
    votes: ibis.Table, ratings: Ratings, outputs: Mapping[str, Output], lengths: Mapping[str, int]
) -> dict[str, EqualLooks]:
    """The overall boards at equal looks, by arena.

    ``votes`` are those that the ``ratings`` were computed from; ``outputs`` are by SHA-256, and ``lengths`` the
    characters of prompts by id, of which some or all may be missing. Arenas are left out whose votes name too few
    pictures with looks (``LEAST_VOTES``), whose pictures all look alike, or that have more than ``MOST_MODELS`` models.
    Without pictures with looks the votes are not read.
    """
    known = {sha256: output for sha256, output in outputs.items() if output.looks}
    if not known or not {"left_output", "right_output"} <= set(votes.columns):
        return {}
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
    if ratings.settings.both_bad == "tie":
        rated.append(Outcome.BOTH_BAD)
    chosen = ratings.rated(votes)
    chosen = chosen.filter(chosen.outcome.isin([outcome.value for outcome in rated]))
    found = {}
    for axis, strengths in ratings.strengths.items():
        if axis != Axis(axis.arena) or len(strengths.models) > MOST_MODELS:
            continue
        columns = LookVotes.load(chosen.filter(chosen.arena == axis.arena), strengths, known, lengths)
        board = ratings.get(axis)
        if board and columns and len(columns.outcome) >= LEAST_VOTES and columns.names:
            found[axis.arena] = _analysed(columns, strengths, ratings, board)
    return found


@dataclass(frozen=True)
class LookVotes:
    """The votes of an arena with known looks (N), voter by voter and then prompt by prompt.

    ``first`` and ``second`` index the models of the strengths; ``outcome`` is 1 where the first won, -1 where the
    second did and 0 for a tie. ``names`` and ``deviations`` (F) are of the features that differ between pictures;
    ``left`` and ``right`` index ``values``, the features of each picture, standardised. ``prompt`` is -1 where none is
    named; ``traits`` (T x N) are those of prompts, centred, and called ``trait_names``.
    """

    first: Ints
    second: Ints
    outcome: Ints
    voter: Ints
    prompt: Ints
    left: Ints
    right: Ints
    values: Floats
    names: tuple[str, ...]
    deviations: Floats
    traits: Floats
    trait_names: tuple[str, ...]

    @classmethod
    def load(
        cls, votes: ibis.Table, strengths: Strengths, known: Mapping[str, Output], lengths: Mapping[str, int]
    ) -> LookVotes | None:
        """From the rated votes of the arena; None where none of them has two pictures with looks."""
        missing = {name: ibis.literal("") for name in TEXTS if name not in votes.columns}
        filled = votes.mutate(**missing) if missing else votes
        texts = {name: filled[name].fill_null("") for name in TEXTS}
        named = filled.filter(texts["left_output"] != "", texts["right_output"] != "")
        rows = named.select("outcome", **texts).to_pyarrow()
        # As a condition of the query, ten thousand names would take longer to write down than all votes to read.
        measured = pa.array(list(known), pa.string())
        sides = (pc.is_in(rows[side], value_set=measured) for side in ("left_output", "right_output"))
        rows = rows.filter(pc.and_(*sides))
        if not len(rows):
            return None
        names, codes = {}, {}
        for name in (*TEXTS, "outcome"):
            names[name], codes[name] = encode([rows[name]])
        order = np.lexsort([codes[name] for name in ("outcome", "right_output", "left_output", "prompt", "voter")])
        codes = {name: column[order] for name, column in codes.items()}
        pictures, shown = encode([rows["left_output"], rows["right_output"]])
        left, right = (side[order] for side in np.split(shown, 2))
        raw = np.array([[feature(known[sha256]) for feature in FEATURES.values()] for sha256 in pictures])
        deviations = raw.std(axis=0)
        varied = deviations > 1e-6
        won = np.array([{"left": 1, "right": -1}.get(name, 0) for name in names["outcome"]], np.int64)
        prompt = codes["prompt"]
        traits, trait_names = _traits(names, codes, lengths)
        return cls(
            first=np.array([strengths.index_of(name) for name in names["left"]], np.int64)[codes["left"]],
            second=np.array([strengths.index_of(name) for name in names["right"]], np.int64)[codes["right"]],
            outcome=won[codes["outcome"]],
            voter=codes["voter"],
            prompt=np.array([code if name else -1 for code, name in enumerate(names["prompt"])], np.int64)[prompt],
            left=left,
            right=right,
            values=(raw[:, varied] - raw[:, varied].mean(axis=0)) / deviations[varied],
            names=tuple(name for name, kept in zip(FEATURES, varied.tolist(), strict=True) if kept),
            deviations=deviations[varied],
            traits=traits,
            trait_names=trait_names,
        )

    def rows(self) -> tuple[CovariateRows, Ints]:
        """The votes as rows of the fit, and the row of each vote (N). Interactions come after all features."""
        key, parts = self.left, [(self.right, len(self.values)), (self.outcome + 1, 3)]
        trait_codes = np.unique(self.traits.T, axis=0, return_inverse=True)[1].ravel() if len(self.traits) else None
        if trait_codes is not None:
            parts.append((trait_codes, int(trait_codes.max()) + 1))
        # The same picture may be two models' work, so that pictures alone do not name them.
        parts += [(self.first, int(self.first.max()) + 1), (self.second, int(self.second.max()) + 1)]
        for codes, size in parts:
            key = np.unique(key * size + codes, return_inverse=True)[1]
        _, chosen, row, weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        x = self.values[self.left[chosen]] - self.values[self.right[chosen]]
        x = np.hstack([x, *(x * trait[chosen, None] for trait in self.traits)])
        outcome = self.outcome[chosen]
        rows = CovariateRows(
            first=self.first[chosen],
            second=self.second[chosen],
            x=x,
            sign=np.where(outcome < 0, -1.0, 1.0),
            draw=outcome == 0,
            weight=weight.astype(np.float64),
        )
        return rows, row

    def fit(self, rows: CovariateRows, strengths: Strengths, settings: RatingSettings, *, shrunk: bool) -> CovariateFit:
        """The fit of these rows, with effects as the votes say, or ``shrunk`` to what foretells other votes best.

        Interactions, of which there are many, are shrunk either way.
        """
        spreads = np.full(rows.x.shape[1], settings.beta)
        groups = np.where(np.arange(len(spreads)) < len(self.names), int(shrunk), 2)
        likelihood = likelihood_of(strengths, settings)
        return fit_covariates(rows, len(strengths.models), likelihood, settings.sigma, spreads, groups=groups)


def likelihood_of(strengths: Strengths, settings: RatingSettings) -> Likelihood:
    """The noise and the margin of the ratings."""
    return Likelihood(math.sqrt(2.0) * settings.beta, strengths.margin)


def _traits(
    names: Mapping[str, tuple[str, ...]], codes: Mapping[str, Ints], lengths: Mapping[str, int]
) -> tuple[Floats, tuple[str, ...]]:
    """What may change how much looks count (T x N), centred, and the names: length of prompts, and common languages."""
    traits, called = [], []
    sizes = np.array([math.log2(1 + lengths[name]) if name in lengths else math.nan for name in names["prompt"]])
    size = sizes[codes["prompt"]]
    if not np.isnan(size).all() and np.nanstd(size) > 1e-6:
        # A prompt of unknown length counts as one of mean length.
        traits.append(np.nan_to_num((size - np.nanmean(size)) / np.nanstd(size)))
        called.append(LONGER)
    votes = np.bincount(codes["language"], minlength=len(names["language"]))
    most = int(votes.argmax())
    for code, language in enumerate(names["language"]):
        if language and code != most and votes[code] >= COMMON * votes.sum():
            spoken = (codes["language"] == code).astype(np.float64)
            traits.append(spoken - spoken.mean())
            called.append(language)
    return np.array(traits).reshape(len(traits), len(size)), tuple(called)


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
    shift, error = _shift(votes, shrunk, plain, shrunk_covariance)
    shift, error = np.round(shift, DECIMALS), np.round(error, DECIMALS)
    estimate = strengths.estimate
    doubt = replace(estimate.uncertainty, error=np.hypot(estimate.uncertainty.error, error))
    moved = board_of(strengths.tally, replace(estimate, mu=estimate.mu + shift, uncertainty=doubt), settings)
    return EqualLooks(
        board=replace(moved, origin=board.origin),
        effects=tuple(_effects(votes, fit, covariance, settings.beta, strengths.margin)),
        shift=dict(zip(strengths.models, shift.tolist(), strict=True)),
        votes=len(row),
        left_out=board.votes - len(row),
        prompts=clusters.named,
    )


def _shift(votes: LookVotes, fit: CovariateFit, plain: CovariateFit, covariance: Floats) -> tuple[Floats, Floats]:
    """How far each model moves, and the standard error of that (M each); 0 for models without votes with looks."""
    models = len(fit.strengths)
    seen: Flags = np.bincount(np.concatenate([votes.first, votes.second]), minlength=models) > 0
    shift = fit.strengths - plain.strengths
    # A common rise changes no vote.
    shift = np.where(seen, shift - shift[seen].mean(), 0.0)
    follow = fit.follow
    follow = np.where(seen[:, None], follow - follow[seen].mean(axis=0), 0.0)
    return shift, np.sqrt(np.maximum(((follow @ covariance) * follow).sum(axis=1), 0.0))


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
