"""Whether votes can bear the ratings that were made from them: sides, voters, and how firm the first place is.

Everything here is about the overall board of an arena. It says what the votes show, and not who did something wrong:
for single voters see the audit (docs/audit.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import ibis
import numpy as np

from arena import wording
from arena.ratings.arrays import Ints
from arena.ratings.clusters import SUM_GRAIN, Z_95
from arena.ratings.history import ArenaVotes, design_effect, expectations
from arena.ratings.results import Ratings
from arena.ratings.tally import tally
from arena.ratings.uncertainty import load_voter_votes
from arena.records import AxisKind, Fragility, Origin, Outcome

EVEN = 0.5
LEAST_DESIGN_EFFECT = 1.1
"""From here on it is worth a sentence; below, votes of one voter are about as good as votes of several."""


@dataclass(frozen=True, slots=True)
class PositionBias:
    """How often the left side was preferred, where one was: a share from 0 to 1, with a 95% interval.

    It is Wilson's score interval (Journal of the American Statistical Association 22, 1927) for n / d votes instead of
    n: d is how many times more than by chance the lefts of single voters vary, the sum over voters of (lefts - p times
    their votes)^2, divided by n p (1 - p), and 1 at least. Only where sides were drawn at random is a share away from a
    half a bias of voters.
    """

    decided: int
    left_share: float
    low: float
    high: float

    @property
    def shows(self) -> bool:
        """Whether the interval leaves out a half."""
        return self.decided > 0 and not self.low <= EVEN <= self.high


@dataclass(frozen=True, slots=True)
class Concentration:
    """How many voters the votes come from.

    ``largest_share`` is the share of the most active voter, from 0 to 1; ``voters_of_half`` the fewest voters who
    together cast half of the votes; ``effective_voters`` how many voters with equally many votes would be as
    concentrated: 1 / (sum of squared shares), the inverse of Simpson's index (E. H. Simpson, Nature 163, 1949).
    """

    voters: int
    largest_share: float
    voters_of_half: int
    effective_voters: float


@dataclass(frozen=True, slots=True)
class ArenaDiagnosis:
    """What the rated votes of one arena show. Shares are from 0 to 1.

    ``design_effect`` is how many times more than by chance the points of models vary, when the votes of one voter for a
    model are taken together; 1 or more (L. Kish, "Survey Sampling", 1965). ``effective_votes`` is votes /
    design_effect: so many independent votes would tell about as much. ``fragility`` is about the ``leader``, and None
    where no removal of votes that was tried changes the first place, or none was tried.
    """

    arena: str
    origin: Origin
    models: int
    votes: int
    both_bad: int
    ties: int
    position: PositionBias
    concentration: Concentration
    design_effect: float
    effective_votes: float
    leader: str
    fragility: Fragility | None

    def sentences(self) -> Iterator[str]:
        """The same in plain words."""
        if not self.votes:
            cast = wording.count(self.both_bad, f"{self.origin.value} vote")
            yield f"{self.arena}: {cast} on {wording.count(self.models, 'model')}, all for neither: no model is ranked."
            return
        cast = wording.count(self.votes, f"{self.origin.value} vote")
        voters = wording.count(self.concentration.voters, "voter")
        yield f"{self.arena}: {cast} by {voters} on {wording.count(self.models, 'model')}."
        yield from self._about_sides()
        yield from self._about_voters()
        if not self.leader:
            yield "No model is ranked."
        elif self.fragility is None:
            yield f"{self.leader} is first; no removal of votes was found that changes it."
        else:
            removed = self.fragility.votes
            gone = f"{wording.count(removed, 'well-chosen vote')} ({wording.share(removed, self.votes, 1)} of all)"
            yield f"Without {gone}, {self.fragility.challenger} would be first instead of {self.leader}."

    def _about_sides(self) -> Iterator[str]:
        position = self.position
        if not position.decided:
            yield "No vote preferred one side."
            return
        share, low, high = (wording.percent(value, 1) for value in (position.left_share, position.low, position.high))
        said = "no side shows as preferred"
        if position.shows:
            side = "left" if position.left_share > EVEN else "right"
            said = f"the {side} is preferred, or sides were not drawn at random"
        decided = wording.count(position.decided, "decided vote")
        yield f"Of {decided}, {share} are for the left side ({low} to {high}): {said}."

    def _about_voters(self) -> Iterator[str]:
        largest = wording.percent(self.concentration.largest_share, 1)
        half = wording.count(self.concentration.voters_of_half, "voter")
        yield f"The most active voter cast {largest} of the votes; half of them come from {half}."
        if self.design_effect >= LEAST_DESIGN_EFFECT:
            times, votes = wording.number(self.design_effect, 1), wording.whole(round(self.effective_votes))
            yield (
                f"Votes of one voter hang together: results vary {times} times as much as by chance alone, so these "
                f"votes tell about as much as {votes} independent ones."
            )


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the rated votes show, arena by arena, sorted by id."""

    arenas: tuple[ArenaDiagnosis, ...]

    def sentences(self) -> Iterator[str]:
        """The same in plain words."""
        if not self.arenas:
            yield "There are no votes."
        for arena in self.arenas:
            yield from arena.sentences()

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return asdict(self)


def diagnose_votes(votes: ibis.Table, ratings: Ratings) -> Diagnosis:
    """What the votes show that ``ratings`` were computed from.

    ``votes`` may hold others too, which are left out as for the ratings. It takes one group-by by voter, and reads the
    rated votes once; memory grows with votes. Fragility is that of the ratings, which have it for batch with intervals.
    """
    rated = ratings.rated(votes)
    counts, settings = tally(rated), ratings.settings
    if settings.both_bad == "tie":
        counts = counts.rate_both_bad_as_ties()
    voter_votes = load_voter_votes(rated, counts, settings)
    rows_of = dict(voter_votes.by_axis(counts, ((0,),)))
    by_voter, none = _counts_by_voter(rated), np.empty(0, np.int64)
    return Diagnosis(
        tuple(
            _arena_diagnosis(
                ratings, ArenaVotes(voter_votes, rows_of.get(axis.axis, none), counts, axis), by_voter[axis.axis.arena]
            )
            for axis in counts.axes()
            if axis.axis.kind is AxisKind.OVERALL
        )
    )


def _counts_by_voter(votes: ibis.Table) -> dict[str, Ints]:
    """By arena a row for each voter: the votes for the left, for the right, ties, and both_bad."""
    counted = {outcome.value: votes.count(where=votes.outcome == outcome.value) for outcome in Outcome}
    rows = votes.group_by("arena", "voter").agg(**counted).order_by(["arena", "voter"]).to_pyarrow()
    arenas = np.asarray(rows["arena"].to_pylist(), dtype=object)
    table = np.column_stack([rows[outcome.value].to_numpy() for outcome in Outcome]).astype(np.int64)
    return {arena: table[arenas == arena] for arena in dict.fromkeys(arenas.tolist())}


def _arena_diagnosis(ratings: Ratings, votes: ArenaVotes, cast: Ints) -> ArenaDiagnosis:
    """``cast`` has a row for each voter of the arena, as ``_counts_by_voter`` gives it."""
    axis = votes.axis
    arena, board = axis.axis.arena, ratings.board(axis.axis.arena)
    rated = cast[:, : 4 if ratings.settings.both_bad == "tie" else 3].sum(axis=1)
    effect = _design_effect(ratings, votes) if len(votes.rows) else 1.0
    return ArenaDiagnosis(
        arena=arena,
        origin=board.origin,
        models=len(axis.models),
        votes=board.votes,
        both_bad=board.both_bad,
        ties=int(axis.counts[:, 2].sum()),
        position=_position(cast[:, 0], cast[:, 1]),
        concentration=_concentration(rated[rated > 0]),
        design_effect=effect,
        effective_votes=board.votes / effect,
        leader=board.ratings[0].model if board.ratings else "",
        fragility=board.fragility,
    )


def _position(left: Ints, right: Ints) -> PositionBias:
    decided, lefts = left + right, int(left.sum())
    total = int(decided.sum())
    if not total:
        return PositionBias(0, EVEN, 0.0, 1.0)
    share = lefts / total
    chance = total * share * (1.0 - share)
    # Where all votes are for one side nothing tells voters apart, and every vote counts for itself.
    together = max(1.0, float(((left - share * decided) ** 2).sum()) / chance) if chance else 1.0
    weight = Z_95**2 * together / total
    centre = (share + weight / 2.0) / (1.0 + weight)
    reach = sqrt(weight * share * (1.0 - share) + weight**2 / 4.0) / (1.0 + weight)
    return PositionBias(total, share, max(0.0, centre - reach), min(1.0, centre + reach))


def _concentration(votes: Ints) -> Concentration:
    if not len(votes):
        return Concentration(0, 0.0, 0, 0.0)
    shares = np.sort(votes / votes.sum())[::-1]
    half = int(np.searchsorted(shares.cumsum(), EVEN - 1e-12)) + 1
    return Concentration(len(votes), float(shares[0]), half, float(1.0 / (shares**2).sum()))


def _design_effect(ratings: Ratings, votes: ArenaVotes) -> float:
    """Of the points of each model, the votes of one voter for it taken together."""
    strengths, scored = ratings.strengths[votes.axis.axis], votes.scored()
    expected, variance = expectations(scored, strengths.estimate.mu, strengths.beta, strengths.margin)
    # Multiples of the grain add up exactly, so that the order of votes does not matter.
    surprise, variance = (np.round(values * SUM_GRAIN) / SUM_GRAIN for values in (scored.points - expected, variance))
    # Every vote counts for two models: what the first scores above expectation the second scores below it.
    model = np.concatenate([scored.first, scored.second])
    return design_effect(model, np.tile(scored.voter, 2), np.concatenate([surprise, -surprise]), np.tile(variance, 2))
