"""Over time: each arena's overall ratings from all votes up to the end of each week, and who was proven to lead then.

A week that is over keeps its numbers when votes are added, so that it is rated once: see ``KeptWeeks``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from arena.progress import CountedWork
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.boards import Estimate, leaders
from arena.ratings.clusters import Z_95, AxisVotes
from arena.ratings.drift import Drift, ScoredVotes, drift_of
from arena.ratings.leader import LeaderClaim, claims_of, proven_leader
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import Solution, axis_sites, same_sites, solve
from arena.ratings.tally import COUNTS, LARGEST_TABLE, AxisTally, Tally
from arena.ratings.ties import find_draw_probability
from arena.ratings.uncertainty import sites_of, uncertainty_of
from arena.ratings.voter_votes import SmallInts, VoterVotes
from arena.records import HistoryPoint, Origin

FIRST_SUNDAY = date(1970, 1, 11)
"""The last day of week 0."""


@dataclass(frozen=True, slots=True)
class History:
    """Points by arena, model and week; and who was proven to lead each arena, one after the other."""

    points: tuple[HistoryPoint, ...] = ()
    leaders: tuple[LeaderClaim, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RatedWeek:
    """The ratings of an arena as of the end of a week, of the ``models`` (M) that were ranked then, best first.

    ``week`` is its Sunday. ``mu``, ``sigma``, the standard ``error`` of mu and the rated ``votes`` have M each;
    ``leader`` is the model that was proven to lead, if any.
    """

    week: date
    models: tuple[str, ...]
    mu: Floats
    sigma: Floats
    error: Floats
    votes: Ints
    leader: str | None


class KeptWeeks:
    """Weeks that an earlier run rated, by a key of all that they hang on; and which of them, or anew, this run has.

    ``key_of`` says what the week of an arena hangs on: the arena, the origin of its votes, and the Sunday.
    """

    def __init__(self, key_of: Callable[[str, Origin, date], str], kept: Mapping[str, RatedWeek]) -> None:
        self._key_of = key_of
        self._kept = kept
        self.rated: dict[str, RatedWeek] = {}

    def of(self, arena: str, origin: Origin, week: date, rate: Callable[[], RatedWeek]) -> RatedWeek:
        """The week as it was rated, or as it is ``rate``d now."""
        key = self._key_of(arena, origin, week)
        self.rated[key] = self._kept.get(key) or rate()
        return self.rated[key]


@dataclass(frozen=True, slots=True)
class Today:
    """An arena from all of its votes: its overall ``axis``, the batch rating of it, and the ``origin`` of the votes.

    ``estimate`` gives the rating with its errors; it is None where these are not those of a history, by voter.
    """

    axis: AxisTally
    solution: Solution
    origin: Origin
    estimate: Callable[[], Estimate] | None


def weekly_history(
    voter_votes: VoterVotes,
    tally: Tally,
    arenas: Iterable[Today],
    settings: RatingSettings,
    draw_probability: dict[str, float],
    *,
    work: CountedWork,
    kept: KeptWeeks | None = None,
) -> History:
    """Batch ratings of each arena's overall axis as of each Sunday (UTC), for models that were ranked by then.

    A week is rated as it would have been on its Sunday: from the votes until then, and with the draw probability that
    the settings find in these. So a week that is over stays as it is when votes are added, and those in ``kept`` are
    not rated again. Drift is what all votes say today, with the ``draw_probability`` of each arena. Weeks run from the
    first rated vote of an arena to its last. Raises RatingsError where the ratings of a week do not converge. ``work``
    is told how many weeks there are, and of each that is done.
    """
    rows_of = dict(voter_votes.by_axis(tally, ((0,),)))
    voted = [
        ArenaVotes.of(voter_votes, rows_of[today.axis.axis], tally, today)
        for today in arenas
        if today.axis.axis in rows_of
    ]
    work.expect(sum(len(arena.span) for arena in voted))
    points: list[HistoryPoint] = []
    leaders: list[LeaderClaim] = []
    for arena in voted:
        name, weeks = arena.axis.axis.arena, list[RatedWeek]()
        for week in arena.span:
            weeks.append(_week(arena, week, settings, kept))
            work.part_done()
        margin = draw_margin(draw_probability[name], settings.beta)
        points += _points(arena, weeks, drift_of(arena.scored(), arena.today.solution.mu, settings.beta, margin))
        leaders += claims_of(name, ((week.week, week.leader) for week in weeks))
    leaders.sort(key=lambda claim: (claim.arena, claim.week))
    return History(tuple(sorted(points, key=lambda point: (point.arena, point.model, point.week))), tuple(leaders))


@dataclass(frozen=True, slots=True)
class ArenaVotes:
    """The rated votes of one arena (N), voter by voter and then prompt by prompt; and what all of them say.

    ``kind`` indexes the K kinds of votes that there are: two models, ``first`` and ``second`` as codes of the tally,
    and an ``outcome``. A week looks up kinds in place of votes, which are many more.
    """

    today: Today
    tally: Tally
    first: SmallInts
    second: SmallInts
    outcome: SmallInts
    kind: SmallInts
    voter: SmallInts
    prompt: SmallInts
    week: SmallInts

    @classmethod
    def of(cls, votes: VoterVotes, rows: Ints, tally: Tally, today: Today) -> ArenaVotes:
        """The ``rows`` of all votes."""
        size = len(tally.models)
        code = (votes.first[rows].astype(np.int64) * size + votes.second[rows]) * 3 + votes.outcome[rows]
        kinds, kind = distinct(code, size * size * 3)
        pair, outcome = (part.astype(np.int32) for part in np.divmod(kinds, 3))
        first, second = np.divmod(pair, size)
        columns = (votes.voter[rows], votes.prompt[rows], votes.week[rows])
        return cls(today, tally, first, second, outcome, kind, *columns)

    @property
    def axis(self) -> AxisTally:
        return self.today.axis

    @property
    def span(self) -> range:
        """Every week from the first vote to the last."""
        return range(int(self.week.min()), int(self.week.max()) + 1)

    def estimate_at(self, week: int, settings: RatingSettings) -> tuple[AxisTally, Estimate]:
        """The tally of the votes up to the end of a week, and the batch rating of it."""
        until = self.week <= week
        kind = self.kind[until]
        counts = np.bincount(kind, minlength=len(self.first))
        cast = np.flatnonzero(counts)
        axis = self._tally(cast, counts[cast])
        sites, today = axis_sites(axis), self.today
        # After the last vote nothing is new: a large arena is not rated twice for it.
        if today.estimate and axis.models == self.axis.models and same_sites(sites, today.solution.sites):
            return axis, today.estimate()
        # From all votes so far, not from the week before: a batch rating has no state to go on from.
        solution = solve(axis, settings, find_draw_probability(axis, settings, sites), sites=sites)
        models = self.tally.codes_of(axis.models)
        places = np.zeros((3, len(counts)), np.int64)
        places[:, cast] = sites_of(solution, self.first[cast], self.second[cast], self.outcome[cast], models)
        low, high, site = (place[kind] for place in places)
        votes = AxisVotes.of(low, high, site, self.voter[until], self.prompt[until])
        return axis, Estimate(solution.mu, solution.sigma, uncertainty_of(solution, settings.sigma, votes))

    def _tally(self, kinds: Ints, votes: Ints) -> AxisTally:
        """The tally of so many votes of some kinds."""
        code = self.first[kinds].astype(np.int64) * len(self.tally.models) + self.second[kinds]
        pairs, row = np.unique(code, return_inverse=True)
        counts = np.zeros((len(pairs), len(COUNTS)), np.int64)
        counts[row, self.outcome[kinds]] = votes
        return AxisTally.of(self.axis.axis, self.tally.models, pairs, counts)

    def scored(self) -> ScoredVotes:
        """The votes by index of the model on the axis, and by week from the first."""
        models = self.tally.codes_of(self.axis.models)
        index = np.zeros(int(models.max(initial=0)) + 1, np.int32)
        index[models] = np.arange(len(models))
        points = np.array([1.0, 0.0, 0.5])[self.outcome]  # by FIRST_WINS, SECOND_WINS, DRAW
        return ScoredVotes(
            first=index[self.first][self.kind],
            second=index[self.second][self.kind],
            points=points[self.kind],
            voter=self.voter,
            week=self.week - self.week.min(),
        )


def distinct(codes: Ints, limit: int) -> tuple[Ints, SmallInts]:
    """The distinct codes in rising order, all below ``limit``, and the index of each code among them."""
    if limit > LARGEST_TABLE:
        known, index = np.unique(codes, return_inverse=True)
        return known, index.astype(np.int32)
    there = np.zeros(limit, bool)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int32) - 1)[codes]


def _week(arena: ArenaVotes, week: int, settings: RatingSettings, kept: KeptWeeks | None) -> RatedWeek:
    sunday = FIRST_SUNDAY + timedelta(weeks=week)

    def rate() -> RatedWeek:
        axis, estimate = arena.estimate_at(week, settings)
        ranked = leaders(axis, estimate.score, settings.min_votes)
        proven = proven_leader(estimate, ranked, axis.rated, settings.beta)
        return RatedWeek(
            sunday,
            tuple(axis.models[index] for index in ranked.tolist()),
            estimate.mu[ranked],
            estimate.sigma[ranked],
            estimate.uncertainty.error[ranked],
            axis.rated[ranked],
            None if proven is None else axis.models[proven],
        )

    return kept.of(arena.axis.axis.arena, arena.today.origin, sunday, rate) if kept else rate()


def _points(arena: ArenaVotes, weeks: list[RatedWeek], drift: Drift) -> Iterator[HistoryPoint]:
    index_today = {model: index for index, model in enumerate(arena.axis.models)}
    for number, rated in enumerate(weeks):
        columns = (rated.mu, rated.sigma, rated.error, rated.votes)
        for model, mu, sigma, error, votes in zip(rated.models, *(c.tolist() for c in columns), strict=True):
            week_votes, gap, gap_error, flagged = drift.of(index_today[model], number)
            score = mu - 3.0 * sigma
            yield HistoryPoint(
                arena=arena.axis.axis.arena,
                model=model,
                week=rated.week,
                mu=mu,
                sigma=sigma,
                score=score,
                votes=votes,
                score_low=score - Z_95 * error,
                score_high=score + Z_95 * error,
                week_votes=week_votes,
                drift=gap,
                drift_low=None if gap is None else gap - Z_95 * gap_error,
                drift_high=None if gap is None else gap + Z_95 * gap_error,
                flagged=flagged,
            )
