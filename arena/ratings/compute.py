"""Votes -> ratings: the tally, each axis rated, then boards, pairs and history; and settings from options."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import ibis
import numpy as np
from pydantic import ValidationError

from arena.errors import RatingsError
from arena.progress import CountedWork, Progress
from arena.rating_settings import Method, RatingSettings
from arena.ratings.arrays import Ints
from arena.ratings.boards import Estimate, board_of, leaders
from arena.ratings.cluster_sums import load_axis_sums
from arena.ratings.clusters import AxisSums
from arena.ratings.fragility import fragility_of
from arena.ratings.history import History, weekly_history
from arena.ratings.joint import JOINT_MODELS, AxisPart, JointStrengths, joint_strengths
from arena.ratings.online import OrderedVotes
from arena.ratings.results import Ratings
from arena.ratings.same_votes import same_counts, same_votes
from arena.ratings.solver import Solution, solve
from arena.ratings.strengths import Strengths
from arena.ratings.tally import AXIS_KINDS, AxisTally, Tally, tally
from arena.ratings.ties import TieModel, find_draw_probability, tie_model
from arena.ratings.uncertainty import VoterVotes, axis_votes, independent, load_voter_votes, uncertainty_of
from arena.ratings.voter_ties import voter_ties
from arena.records import Axis, AxisKind, Board, Intervals, VarianceShares
from arena.votes.origins import choose_origins, rated_votes

METHOD_VERSION = "3"
"""Raised whenever the same log with the same settings would give other numbers."""
VOTES_FROM_AFAR = 5_000_000
"""Rated votes up to which those of each voter are loaded from an engine, at 36 bytes each; of more, only sums are."""
VOTES_FROM_DUCKDB = 100_000_000
"""The same for DuckDB, which sums in our own process: that takes more memory and time than to load (10M votes)."""
SETTING_HINTS = {
    "method": "give batch or online",
    "draw_probability": "give a number from 0 to below 1, fitted, or observed",
    "both_bad": "give ignore or tie",
    "min_votes": "give a whole number from 1",
    "origins": "give human or derived",
    "prompts": "give like-these or these",
    "mu": "give a number from -1,000,000 to 1,000,000; the default is 25",
    "sigma": "give a number above 0, up to 1,000,000; the default is 25/3",
    "beta": "give a number above 0, up to 1,000,000; the default is 25/6",
    "tau": "give a number from 0 to 1,000,000; batch takes only 0",
}

Item = TypeVar("Item")
Result = TypeVar("Result")
OtherResult = TypeVar("OtherResult")

EstimateOf = Callable[[AxisTally], Estimate]


def compute_ratings(
    votes: ibis.Table,
    settings: RatingSettings,
    *,
    history: bool = False,
    intervals: bool = True,
    covariances: bool = False,
    threads: int = 1,
    votes_in_memory: int | None = None,
    progress: Progress | None = None,
) -> Ratings:
    """Rate every model on every axis that has votes; ``threads`` axes at a time, which changes no number.

    ``votes`` has at least the required columns of a vote file, and ``origin`` where votes are not all human. An arena
    is rated from votes of one origin: simulated ones are left out where there are others, and ``settings.origins``
    chooses between human and derived ones. The votes are read by one group-by for the origins, one for the counts, and
    once more for who voted (batch, ``intervals``) or in order (online); memory grows with votes only in that last
    query. Where there are more than ``votes_in_memory`` (None: as many as suit the engine), the engine sums by voter
    instead (``arena.ratings.cluster_sums``), and memory does not grow with votes unless ``history`` is asked for.
    Without ``intervals``, and online, the standard error of mu is sigma, which takes every vote as independent, and no
    fragility is looked for. With ``history``, each arena's overall ratings as of the end of each week as well; those
    are batch ratings whatever the method. ``Ratings.strengths`` has the overall axes, or with ``covariances`` all of
    them, which takes 8 bytes for every two models of every axis.

    Mu, sigma and score are in points, the unit of ``settings.mu``. Equal votes give equal ratings to the last bit,
    whatever their order, sides and the names of models (batch). An empty table gives ratings without boards. Raises
    RatingsError where a batch rating does not converge, naming the axis. ``progress`` may be called from any thread,
    and never from two at a time.
    """
    if progress:
        progress("Counting votes", 0, 0)
    origins, left_out = choose_origins(votes, settings.origins)
    votes = rated_votes(votes, origins, left_out)
    counts = tally(votes)
    if settings.both_bad == "tie":
        counts = counts.rate_both_bad_as_ties()
    axes = counts.axes()
    work = CountedWork("Rating models", progress)
    overall = [axis for axis in axes if axis.axis.kind is AxisKind.OVERALL]
    draw = {axis.axis.arena: find_draw_probability(axis, settings) for axis in overall}
    run = _RatingRun(votes, counts, axes, settings, draw, threads, work)
    # History is rated in batch whatever the method, so it needs the voters' votes too.
    if votes_in_memory is None:
        votes_in_memory = VOTES_FROM_DUCKDB if votes.get_backend().name == "duckdb" else VOTES_FROM_AFAR
    few = run.rated_votes <= votes_in_memory
    voter_votes = load_voter_votes(votes, counts, settings) if history or (intervals and run.batch and few) else None
    solutions = _solutions(run, axes if run.batch else run.overall if history else [])
    rows_of = dict(voter_votes.by_axis(counts)) if voter_votes and intervals and run.batch else {}
    sums: dict[Axis, AxisSums] = {}
    if intervals and run.batch and voter_votes is None:
        if progress:
            progress("Summing by voter", 0, 0)
        sums = load_axis_sums(votes, counts, axes, solutions, settings)
    alike = same_votes(axes, rows_of, voter_votes) if run.batch and not sums else [[axis] for axis in axes]
    work.expect(len(alike))
    estimate_of = _estimate_of(run, solutions, voter_votes if intervals else None, rows_of, sums)
    ties = _tie_models(run, solutions if run.batch else {}, voters=intervals)
    kept = solutions if run.batch and intervals else {}
    joint = _first_models(run, kept)
    boards_of = partial(_boards, run, estimate_of, kept, covariances, ties=ties, joint=joint)
    # The weeks of a history are solved one after another, which leaves a second processor to the boards.
    groups, over_time = run.both(
        lambda: run.map(boards_of, alike),
        lambda: _history(run, solutions, voter_votes) if voter_votes is not None and history else History(),
    )
    rated = sorted(chain.from_iterable(groups), key=lambda made: made[0].axis.sort_key)
    boards = {board.axis: replace(board, origin=origins[board.axis.arena]) for board, _, _ in rated}
    strengths = {board.axis: known for board, known, _ in rated if known}
    return Ratings(
        settings=settings,
        draw_probability=tuple(sorted(run.draw_probability.items())),
        ties=tuple(sorted(ties.items())),
        boards=tuple(boards.values()),
        pairs=tuple(
            (axis.axis, strengths[axis.axis].pairs([rating.model for rating in boards[axis.axis].ratings]))
            for axis in run.overall
        ),
        strengths=strengths,
        joint=_joint(run, joint, boards, [part for _, _, part in rated if part], voter_votes),
        history=over_time.points,
        leaders=over_time.leaders,
        intervals=_intervals(boards.values()),
        method_version=METHOD_VERSION,
        origins=tuple(origins.items()),
        left_out=left_out,
    )


@dataclass(frozen=True, slots=True)
class _RatingRun:
    """The input of one call of ``compute_ratings`` and what is counted from it first."""

    votes: ibis.Table
    tally: Tally
    axes: list[AxisTally]
    settings: RatingSettings
    draw_probability: dict[str, float]
    """By arena."""
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
        return solve(axis, self.settings, self.draw_of(axis))

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


def _solutions(run: _RatingRun, axes: list[AxisTally]) -> dict[Axis, Solution]:
    """Each axis solved; those with the same counts once."""
    groups = same_counts(axes)
    run.work.expect(len(groups))
    solved = run.map(run.solve, [group[0] for group in groups])
    return {axis.axis: solution for group, solution in zip(groups, solved, strict=True) for axis in group}


def _estimate_of(
    run: _RatingRun,
    solutions: dict[Axis, Solution],
    voter_votes: VoterVotes | None,
    rows_of: dict[Axis, Ints],
    sums: dict[Axis, AxisSums],
) -> EstimateOf:
    """What the chosen method says of an axis; without ``voter_votes`` and ``sums``, as if every vote came from another
    voter.

    ``rows_of`` are the indexes of each axis's votes in ``voter_votes``; an axis without rated votes has no sums.
    """
    if not run.batch:
        return _online_estimate_of(run)
    # What single outputs add is told of whole arenas only: every axis would sort its votes twice more for it.
    narrower = replace(voter_votes, outputs=None) if voter_votes else None

    def estimate(axis: AxisTally) -> Estimate:
        solution = solutions[axis.axis]
        if summed := sums.get(axis.axis):
            return Estimate(solution.mu, solution.sigma, uncertainty_of(solution, run.settings.sigma, summed))
        known = voter_votes if axis.axis.kind is AxisKind.OVERALL else narrower
        if known is None:
            return Estimate(solution.mu, solution.sigma, independent(solution.sigma))
        rows = rows_of.get(axis.axis, np.empty(0, np.int64))
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
) -> list[tuple[Board, Strengths | None, AxisPart | None]]:
    """The boards of axes with the same votes, and what made them: one estimate and one board for all of them. Of each
    also its part in rankings by own weights, which are about the models of ``joint``.

    An overall axis of ``solutions`` has its fragility too. Strengths hold an M x M correlation matrix, so those of the
    many narrower axes are kept only where asked for.
    """
    estimate = estimate_of(alike[0])
    shared = board_of(alike[0], estimate, run.settings)
    made: list[tuple[Board, Strengths | None, AxisPart | None]] = []
    for axis in alike:
        overall, fragility = axis.axis.kind is AxisKind.OVERALL, None
        if overall and axis.axis in solutions:
            fragility = fragility_of(axis, solutions[axis.axis], run.settings, run.draw_of(axis))
        board = replace(shared, axis=axis.axis, fragility=fragility)
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


def _history(run: _RatingRun, solutions: dict[Axis, Solution], votes: VoterVotes) -> History:
    overall = [(axis, solutions[axis.axis]) for axis in run.overall]
    votes = replace(votes, outputs=None)
    return weekly_history(votes, run.tally, overall, run.settings, run.draw_probability, work=run.work)


def _intervals(boards: Iterable[Board]) -> Intervals:
    """What the board whose intervals take account of most takes account of."""
    known = list(Intervals)
    return max((board.intervals for board in boards), key=known.index, default=Intervals.NONE)


def rating_settings(**options: Any) -> RatingSettings:
    """Checked settings; an option that is None takes the default of the method.

    Raises RatingsError with one finding for each option that is unknown or out of range.
    """
    try:
        return RatingSettings(**options)
    except ValidationError as error:
        findings = {_setting(details["loc"]): _plain(details["msg"]) for details in reversed(error.errors())}
    raise RatingsError.of(
        [
            RatingsError(
                f"{option.replace('_', ' ')} is {options[option]!r}: {words}" if option in options else words,
                where=f"ratings: {option}",
                hint=SETTING_HINTS.get(option, f"the settings are {', '.join(SETTING_HINTS)}"),
            )
            for option, words in sorted(findings.items())
        ]
    )


def override(settings: RatingSettings, **options: Any) -> RatingSettings:
    """The settings with some options changed; None leaves an option as it is.

    Another method brings its own defaults of ``draw_probability`` and ``tau``. Raises RatingsError as
    ``rating_settings`` does.
    """
    given = {option: value for option, value in options.items() if value is not None}
    kept = settings.model_dump()
    if given.get("method", settings.method) != settings.method:
        del kept["draw_probability"], kept["tau"]
    return rating_settings(**{**kept, **given})


def _setting(location: tuple[int | str, ...]) -> str:
    """Which setting an error of pydantic is about; the only check of several settings together is about tau."""
    return str(location[0]) if location else "tau"


def _plain(message: str) -> str:
    """Pydantic's sentence without its prefix and capital."""
    words = message.removeprefix("Value error, ").removeprefix("Input ")
    return words[:1].lower() + words[1:]
