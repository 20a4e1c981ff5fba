"""Votes -> ratings: the tally, each axis rated, then boards, pairs and history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

import ibis
import numpy as np

from arena.progress import CountedWork, Progress
from arena.rating_settings import Method, RatingSettings
from arena.ratings.arrays import Ints
from arena.ratings.boards import Estimate, board_of, leaders
from arena.ratings.cluster_sums import load_axis_sums
from arena.ratings.clusters import AxisSums
from arena.ratings.fragility import fragility_of
from arena.ratings.history import History, KeptWeeks, Today, weekly_history
from arena.ratings.joint import JOINT_MODELS, AxisPart, JointStrengths, joint_strengths
from arena.ratings.online import OrderedVotes
from arena.ratings.results import Ratings
from arena.ratings.same_votes import EstimateOf, estimated_once, same_counts, same_votes
from arena.ratings.solver import Sites, Solution, axis_sites, solve
from arena.ratings.strengths import Strengths
from arena.ratings.tally import AXIS_KINDS, AxisTally, Tally
from arena.ratings.ties import TieModel, find_draw_probability, tie_model
from arena.ratings.uncertainty import axis_votes, independent, uncertainty_of
from arena.ratings.vote_counts import VoteCounts
from arena.ratings.voter_ties import voter_ties
from arena.ratings.voter_votes import VoterVotes, load_voter_votes
from arena.records import Axis, AxisKind, Board, Intervals, LeftOutVotes, Origin, VarianceShares
from arena.votes.origins import origins_of, rated_votes

METHOD_VERSION = "4"
"""Raised whenever the same log with the same settings would give other numbers."""
VOTES_IN_MEMORY = 5_000_000
"""Rated votes up to which those of each voter are loaded, at 36 bytes each; of more, only sums are."""

Item = TypeVar("Item")
Result = TypeVar("Result")
OtherResult = TypeVar("OtherResult")

RatedAxis = tuple[Board, Strengths | None, AxisPart | None]
"""A board, what made it where that is kept, and its part in rankings by own weights where it has one."""


def compute_ratings(
    votes: ibis.Table,
    settings: RatingSettings,
    *,
    history: bool = False,
    intervals: bool = True,
    covariances: bool = False,
    threads: int = 1,
    votes_in_memory: int = VOTES_IN_MEMORY,
    counts: VoteCounts | None = None,
    weeks: KeptWeeks | None = None,
    progress: Progress | None = None,
) -> Ratings:
    """Rate every model on every axis that has votes; ``threads`` axes at a time, which changes no number.

    ``votes`` has at least the required columns of a vote file, and ``origin`` where votes are not all human. An arena
    is rated from votes of one origin: simulated ones are left out where there are others, and ``settings.origins``
    chooses between human and derived ones. The votes are read by one group-by for the counts, unless ``counts`` are
    given, and once more for who voted (batch, ``intervals``) or in order (online); memory grows with votes only in that
    last query. Where there are more than ``votes_in_memory``, they are summed by voter instead
    (``arena.ratings.cluster_sums``), and memory does not grow with votes unless ``history`` is asked for.
    Without ``intervals``, and online, the standard error of mu is sigma, which takes every vote as independent, and no
    fragility is looked for. With ``history``, each arena's overall ratings as of the end of each week as well, but for
    ``weeks`` that were rated before; those are batch ratings whatever the method. ``Ratings.strengths`` has the overall
    axes, or with ``covariances`` all of them, which takes 8 bytes for every two models of every axis.

    Mu, sigma and score are in points, the unit of ``settings.mu``. Equal votes give equal ratings to the last bit,
    whatever their order, sides and the names of models (batch). An empty table gives ratings without boards. Raises
    RatingsError where a batch rating does not converge, naming the axis. ``progress`` may be called from any thread,
    and never from two at a time.
    """
    if progress:
        progress("Counting votes", 0, 0)
    run = _counted(votes, counts, settings, threads, CountedWork("Rating models", progress))
    solutions = _solutions(run, run.axes if run.batch else run.overall if history else [])
    ballots = _ballots(run, solutions, votes_in_memory, history=history, intervals=intervals, progress=progress)
    run.work.expect(len(ballots.same))
    estimate_of = estimated_once(_estimate_of(run, solutions, ballots, intervals=intervals), run.overall)
    ties = _tie_models(run, solutions if run.batch else {}, voters=intervals)
    kept = solutions if run.batch and intervals else {}
    joint = _first_models(run, kept)
    boards_of = partial(_boards, run, estimate_of, kept, covariances, ties=ties, joint=joint)
    # The weeks of a history are solved one after another, which leaves a second processor to the boards.
    groups, over_time = run.both(
        lambda: run.map(boards_of, ballots.same),
        lambda: _history(run, solutions, ballots, weeks, estimate_of) if history else History(),
    )
    rated = sorted(chain.from_iterable(groups), key=lambda made: made[0].axis.sort_key)
    return _put_together(run, rated, ballots, ties=ties, joint=joint, over_time=over_time)


@dataclass(frozen=True, slots=True)
class _RatingRun:
    """The input of one call of ``compute_ratings`` and what is counted from it first."""

    votes: ibis.Table
    """Those that are rated."""
    tally: Tally
    axes: list[AxisTally]
    settings: RatingSettings
    draw_probability: dict[str, float]
    """By arena."""
    origins: dict[str, Origin]
    """What each arena is rated from."""
    left_out: tuple[LeftOutVotes, ...]
    sites: dict[Axis, Sites]
    """Those of the overall axes, which take longest to be put in order, and are solved more than once."""
    threads: int
    work: CountedWork

    @property
    def batch(self) -> bool:
        return self.settings.method is Method.BATCH

    @property
    def rated_votes(self) -> int:
        return int(self.tally.counts[:, :3].sum())

    @property
    def overall(self) -> list[AxisTally]:
        return [axis for axis in self.axes if axis.axis.kind is AxisKind.OVERALL]

    def draw_of(self, axis: AxisTally) -> float:
        return self.draw_probability[axis.axis.arena]

    def solve(self, axis: AxisTally) -> Solution:
        return solve(axis, self.settings, self.draw_of(axis), sites=self.sites.get(axis.axis))

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The results in the order of the items.

        Threads are enough, without processes: the kernels and numpy's linear algebra release the GIL.
        """

        def counted(item: Item) -> Result:
            result = work(item)
            self.work.part_done()
            return result

        if self.threads == 1:
            return [counted(item) for item in items]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(counted, items))

    def both(self, first: Callable[[], Result], second: Callable[[], OtherResult]) -> tuple[Result, OtherResult]:
        """The results of both calls, which run at the same time where more than one thread is allowed."""
        if self.threads == 1:
            return first(), second()
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(second)
            return first(), other.result()


def _counted(
    votes: ibis.Table, counts: VoteCounts | None, settings: RatingSettings, threads: int, work: CountedWork
) -> _RatingRun:
    counts = VoteCounts.of(votes) if counts is None else counts
    origins, left_out = origins_of(counts.by_origin(), settings.origins)
    votes, tally = rated_votes(votes, origins, left_out), counts.of_origins(origins).tally()
    if settings.both_bad == "tie":
        tally = tally.rate_both_bad_as_ties()
    axes = tally.axes()
    overall = [axis for axis in axes if axis.axis.kind is AxisKind.OVERALL]
    fitted = settings.method is Method.BATCH or settings.draw_probability == "fitted"
    sites = {axis.axis: axis_sites(axis) for axis in overall if fitted}
    draw = {axis.axis.arena: find_draw_probability(axis, settings, sites.get(axis.axis)) for axis in overall}
    return _RatingRun(votes, tally, axes, settings, draw, origins, left_out, sites, threads, work)


def _solutions(run: _RatingRun, axes: list[AxisTally]) -> dict[Axis, Solution]:
    """Each axis solved; those with the same counts once."""
    groups = same_counts(axes)
    run.work.expect(len(groups))
    solved = run.map(run.solve, [group[0] for group in groups])
    return {axis.axis: solution for group, solution in zip(groups, solved, strict=True) for axis in group}


@dataclass(frozen=True, slots=True)
class _Ballots:
    """What is known of single votes beyond the counts: who cast them, or in place of that sums by voter."""

    votes: VoterVotes | None
    """Those of each voter; None where they were too many, or where nothing asks for them."""
    rows: dict[Axis, Ints]
    """The indexes of each axis's votes in ``votes``; empty where intervals take no account of voters."""
    sums: dict[Axis, AxisSums]
    """In place of ``votes`` where those were too many; an axis without rated votes has none."""
    same: list[list[AxisTally]]
    """All axes, those with the very same votes together."""


def _ballots(
    run: _RatingRun,
    solutions: dict[Axis, Solution],
    most_votes: int,
    *,
    history: bool,
    intervals: bool,
    progress: Progress | None,
) -> _Ballots:
    """Read who cast the votes, where ``history`` or ``intervals`` need it: up to ``most_votes`` one by one."""
    by_voter = run.batch and intervals
    # History is rated in batch whatever the method, so it needs the voters' votes too.
    load = history or (by_voter and run.rated_votes <= most_votes)
    votes = load_voter_votes(run.votes, run.tally, run.settings) if load else None
    rows = dict(votes.by_axis(run.tally)) if votes and by_voter else {}
    sums: dict[Axis, AxisSums] = {}
    if by_voter and votes is None:
        if progress:
            progress("Summing by voter", 0, 0)
        sums = load_axis_sums(run.votes, run.tally, run.axes, solutions, run.settings)
    same = same_votes(run.axes, rows, votes) if run.batch and not sums else [[axis] for axis in run.axes]
    return _Ballots(votes, rows, sums, same)


def _estimate_of(run: _RatingRun, solutions: dict[Axis, Solution], ballots: _Ballots, *, intervals: bool) -> EstimateOf:
    """What the chosen method says of an axis; without ``intervals``, as if every vote came from another voter."""
    if not run.batch:
        return _online_estimate_of(run)
    # What single outputs add is told of whole arenas only: every axis would sort its votes twice more for it.
    whole = ballots.votes if intervals else None
    narrower = replace(whole, outputs=None) if whole else None

    def estimate(axis: AxisTally) -> Estimate:
        solution = solutions[axis.axis]
        if summed := ballots.sums.get(axis.axis):
            return Estimate(solution.mu, solution.sigma, uncertainty_of(solution, run.settings.sigma, summed))
        known = whole if axis.axis.kind is AxisKind.OVERALL else narrower
        if known is None:
            return Estimate(solution.mu, solution.sigma, independent(solution.sigma))
        rows = ballots.rows.get(axis.axis, np.empty(0, np.int64))
        votes = axis_votes(solution, known, rows, run.tally.codes_of(axis.models))
        return Estimate(solution.mu, solution.sigma, uncertainty_of(solution, run.settings.sigma, votes))

    return estimate


def _online_estimate_of(run: _RatingRun) -> EstimateOf:
    ordered = OrderedVotes(run.votes, run.tally, run.settings)
    rated = {
        axis: numbers
        for kind in AXIS_KINDS
        for axis, numbers in ordered.rate(kind, run.settings, run.draw_probability).items()
    }

    def estimate(axis: AxisTally) -> Estimate:
        mu, sigma = (values[run.tally.codes_of(axis.models)] for values in rated[axis.axis])
        return Estimate(mu, sigma, independent(sigma))

    return estimate


def _tie_models(run: _RatingRun, solutions: dict[Axis, Solution], *, voters: bool) -> dict[str, TieModel]:
    """By arena, with how far voters differ where ``voters`` are to be looked at."""
    of_voters = voter_ties(run.votes, both_bad_ties=run.settings.both_bad == "tie") if voters else {}
    return {
        axis.axis.arena: tie_model(
            solutions.get(axis.axis), run.settings, run.draw_of(axis), of_voters.get(axis.axis.arena)
        )
        for axis in run.overall
    }


def _boards(
    run: _RatingRun,
    estimate_of: EstimateOf,
    solutions: dict[Axis, Solution],
    keep_all: bool,
    alike: list[AxisTally],
    *,
    ties: dict[str, TieModel],
    joint: dict[str, tuple[str, ...]],
) -> list[RatedAxis]:
    """The boards of axes with the same votes, and what made them: one estimate and one board for all of them. Of each
    also its part in rankings by own weights, which are about the models of ``joint``.

    An overall axis of ``solutions`` has its fragility too. Strengths hold an M x M correlation matrix, so those of the
    many narrower axes are kept only where asked for.
    """
    estimate = estimate_of(alike[0])
    shared = board_of(alike[0], estimate, run.settings)
    made: list[RatedAxis] = []
    for axis in alike:
        overall, fragility = axis.axis.kind is AxisKind.OVERALL, None
        if overall and axis.axis in solutions:
            fragility = fragility_of(axis, solutions[axis.axis], run.settings, run.draw_of(axis))
        board = replace(shared, axis=axis.axis, fragility=fragility, origin=run.origins[axis.axis.arena])
        keep = overall or keep_all
        strengths = Strengths(axis, estimate, run.settings.beta, ties[axis.axis.arena]) if keep else None
        mixed = axis.axis.arena in joint and axis.axis.kind is not AxisKind.CATEGORY_LANGUAGE and board.ratings
        part = AxisPart.of(board, estimate, axis.models, joint[axis.axis.arena]) if mixed else None
        made.append((board, strengths, part))
    return made


def _first_models(run: _RatingRun, solutions: dict[Axis, Solution]) -> dict[str, tuple[str, ...]]:
    """The first models of each overall board that has a ranking and is among ``solutions``, by arena."""
    found = {}
    for axis in run.overall if solutions else []:
        solution = solutions[axis.axis]
        first = leaders(axis, solution.mu - 3.0 * solution.sigma, run.settings.min_votes)[:JOINT_MODELS]
        if len(first):
            found[axis.axis.arena] = tuple(axis.models[index] for index in first.tolist())
    return found


def _joint(
    run: _RatingRun,
    models: dict[str, tuple[str, ...]],
    boards: dict[Axis, Board],
    parts: list[AxisPart],
    votes: VoterVotes | None,
) -> dict[str, JointStrengths]:
    """By arena: what its boards say together of the first ``models``."""
    found: dict[str, JointStrengths] = {}
    if votes is None:
        return found
    for arena, first in models.items():
        # Of votes that are all ties nothing is known of voters and prompts.
        variance = boards[Axis(arena)].variance or VarianceShares(votes=1.0, voters=0.0)
        own = sorted((part for part in parts if part.axis.arena == arena), key=lambda part: part.axis)
        found[arena] = joint_strengths(first, own, votes, [run.tally.cell_of(part.axis) for part in own], variance)
    return found


def _history(
    run: _RatingRun, solutions: dict[Axis, Solution], ballots: _Ballots, kept: KeptWeeks | None, estimate_of: EstimateOf
) -> History:
    if ballots.votes is None:
        return History()
    by_voter = bool(ballots.rows)
    arenas = [
        Today(
            axis, solutions[axis.axis], run.origins[axis.axis.arena], partial(estimate_of, axis) if by_voter else None
        )
        for axis in run.overall
    ]
    votes = replace(ballots.votes, outputs=None)
    return weekly_history(votes, run.tally, arenas, run.settings, run.draw_probability, work=run.work, kept=kept)


def _put_together(
    run: _RatingRun,
    rated: list[RatedAxis],
    ballots: _Ballots,
    *,
    ties: dict[str, TieModel],
    joint: dict[str, tuple[str, ...]],
    over_time: History,
) -> Ratings:
    """The ratings of all axes, in the order of ratings.csv; ``joint`` are the first models of each arena."""
    boards = {board.axis: board for board, _, _ in rated}
    strengths = {board.axis: known for board, known, _ in rated if known}
    return Ratings(
        settings=run.settings,
        draw_probability=tuple(sorted(run.draw_probability.items())),
        ties=tuple(sorted(ties.items())),
        boards=tuple(boards.values()),
        pairs=tuple(
            (axis.axis, strengths[axis.axis].pairs([rating.model for rating in boards[axis.axis].ratings]))
            for axis in run.overall
        ),
        strengths=strengths,
        joint=_joint(run, joint, boards, [part for _, _, part in rated if part], ballots.votes),
        history=over_time.points,
        leaders=over_time.leaders,
        intervals=_intervals(boards.values()),
        method_version=METHOD_VERSION,
        origins=tuple(run.origins.items()),
        left_out=run.left_out,
    )


def _intervals(boards: Iterable[Board]) -> Intervals:
    """What the board whose intervals take account of most takes account of."""
    known = list(Intervals)
    return max((board.intervals for board in boards), key=known.index, default=Intervals.NONE)
