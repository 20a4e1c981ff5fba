"""How sure a rating is, when the votes of one voter hang together.

A voter who likes one maker's look votes for it again and again, so the standard errors of mu are those of clusters by
voter. With A the matrix of the solver's linear system and u the sum of a voter's pulls at the fixed point, the voter
moved the means by A^-1 u, and the covariance of the means is estimated by

    A^-1 (sum over voters of u u^T) A^-1

the cluster-robust or "sandwich" estimate: A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust
inference", Journal of Human Resources 50 (2015), with A in place of X^T X. It takes many voters of whom none dominates:
the fixed point follows a heavy voter, whose pulls are then too small. In place of A^-1 u such a voter counts by a step
of the jackknife, how far the means would move without them (the same paper, on few clusters). Where voters are too few
for either, the model's own covariance A^-1 is the larger one, and is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.arrays import Floats, Ints
from arena.ratings.kernels import squared_steps
from arena.ratings.solver import DECIMALS, Solution, connected, inverse_permutation
from arena.ratings.tally import AXIS_KINDS, CELL, LARGEST_TABLE, Tally, encode, sum_by_key
from arena.records import Axis, Outcome, RatingSettings

SmallInts = npt.NDArray[np.int32]

CODED = (*CELL, "left", "right", "voter")
FIRST_WINS, SECOND_WINS, DRAW = 0, 1, 2
SECONDS_PER_DAY = 24 * 60 * 60
FIRST_MONDAY = 4
"""The days from 1970-01-01 to the first Monday."""

Z_95 = 1.959963984540054
"""The 97.5% quantile of the normal distribution: half of a 95% interval in standard errors."""
HEAVY_SHARE, HEAVY_VOTES = 0.02, 3
"""A voter is heavy from this share of an axis's votes on, and from that many votes on."""
SUM_GRAIN = 2.0**32
"""Slopes are rounded to multiples of 1 / SUM_GRAIN: sums of multiples are exact, hence the same in any order."""
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class VoterVotes:
    """The rated votes (N), voter by voter, coded by the names of a tally: 32 bytes a vote.

    ``cell`` is N x 3, the rest N. ``first`` < ``second`` by model id; ``outcome`` is FIRST_WINS, SECOND_WINS or DRAW;
    ``voter`` indexes the voters' ids as sorted; ``week`` counts weeks from Monday to Sunday (UTC), 0 being that of
    1970-01-05.
    """

    cell: SmallInts
    first: SmallInts
    second: SmallInts
    outcome: SmallInts
    voter: SmallInts
    week: SmallInts

    @classmethod
    def sorted_by_voter(  # noqa: PLR0917 - the columns
        cls,
        cell: SmallInts,
        first: SmallInts,
        second: SmallInts,
        outcome: SmallInts,
        voter: SmallInts,
        week: SmallInts,
    ) -> VoterVotes:
        """From columns in any order."""
        order = np.argsort(voter, kind="stable")
        return cls(*(column[order] for column in (cell, first, second, outcome, voter, week)))

    def by_axis(self, tally: Tally, kinds: tuple[tuple[int, ...], ...] = AXIS_KINDS) -> Iterator[tuple[Axis, Ints]]:
        """Every axis of these kinds with rated votes, and the indexes of its votes, voter by voter."""
        for columns in kinds:
            codes = tally.axis_codes(columns, self.cell)
            # numpy sorts 16-bit integers by radix: 900,000 votes take 16 ms instead of 59.
            narrow = codes.max(initial=0) <= np.iinfo(np.uint16).max
            order = np.argsort(codes.astype(np.uint16) if narrow else codes, kind="stable")
            starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
            for start, rows in zip(starts, np.split(order, starts[1:]), strict=bool(len(starts))):
                yield tally.axis_of(columns, int(codes[order[start]])), rows


def load_voter_votes(votes: ibis.Table, tally: Tally, settings: RatingSettings) -> VoterVotes:
    """One query, whose joins with the lists of names leave only codes to be handed over."""
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
    if settings.both_bad == "tie":
        rated.append(Outcome.BOTH_BAD)
    chosen = votes.filter(votes.outcome.isin([outcome.value for outcome in rated]))
    voters, _ = encode([chosen.select("voter").distinct().to_pyarrow()["voter"]])
    names = (tally.arenas, tally.categories, tally.languages, tally.models, tally.models, voters)
    # Whole days since 1970: engines do not agree on which day a week begins.
    days = (chosen.at.epoch_seconds() / SECONDS_PER_DAY).floor()
    coded = chosen.select(*CODED, "outcome", week=((days - FIRST_MONDAY) / 7).floor().cast("int32"))
    for column, known in zip(CODED, names, strict=True):
        coded = coded.join(_code_table(column, known), column)
    left_wins, right_wins = coded.outcome == Outcome.LEFT.value, coded.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int32")
    rows = coded.select(*[f"{column}_code" for column in CODED], said=said, week=coded.week).to_pyarrow()
    arena, category, language, left, right, voter, outcome, week = (column.to_numpy() for column in rows.columns)
    swapped = (left > right) & (outcome != DRAW)
    return VoterVotes.sorted_by_voter(
        cell=np.column_stack([arena, category, language]),
        first=np.minimum(left, right),
        second=np.maximum(left, right),
        outcome=np.where(swapped, (FIRST_WINS + SECOND_WINS) - outcome, outcome),
        voter=voter,
        week=week,
    )


def _code_table(column: str, names: tuple[str, ...]) -> ibis.Table:
    code = pa.array(range(len(names)), pa.int32())
    return ibis.memtable(pa.table({column: pa.array(names, pa.string()), f"{column}_code": code}))


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors of mu in points (M), and the correlations of mu (M x M), in the order of the tally's models.

    An error is about the mean of the model's connected component: votes compare models with each other, so they say
    nothing of how high all of them stand together.
    """

    error: Floats
    correlation: Floats

    def of_difference(self, first: int, second: int) -> float:
        """The standard error of mu of the first minus mu of the second."""
        a, b = float(self.error[first]), float(self.error[second])
        return float(np.sqrt(max(0.0, a * a + b * b - 2.0 * a * b * float(self.correlation[first, second]))))

    def of(self, models: Ints) -> Uncertainty:
        """That of some of the models."""
        return Uncertainty(self.error[models], self.correlation[np.ix_(models, models)])


def independent(sigma: Floats) -> Uncertainty:
    """What there is to say without the solver's matrix: sigma itself, model by model."""
    return Uncertainty(sigma, np.eye(len(sigma)))


@dataclass(frozen=True, slots=True)
class AxisVotes:
    """The rated votes of one axis (N), voter by voter: both models in canonical order, and the site of each vote.

    ``low`` and ``high`` are positions of the earlier and the later model, ``site`` indexes the sites of the solution.
    ``turnout`` has the number of votes of each voter, in the same order.
    """

    low: Ints
    high: Ints
    site: Ints
    turnout: Ints

    @property
    def heavy(self) -> Ints:
        """The voters who cast 2% or more of the votes, and 3 at least; there are never more than 50."""
        return np.flatnonzero(self.turnout >= max(HEAVY_VOTES, HEAVY_SHARE * len(self.site)))


def axis_votes(solution: Solution, votes: VoterVotes, rows: Ints, models: Ints) -> AxisVotes:
    """An axis's ``rows`` of the votes, voter by voter; ``models`` (M) are the codes of its models."""
    sites, size = solution.sites, len(models)
    position = np.zeros(int(models.max(initial=0)) + 1, np.int64)
    position[models[sites.order]] = np.arange(size)
    first, second = position[votes.first[rows]], position[votes.second[rows]]
    outcome = votes.outcome[rows].astype(np.int64)
    swapped = (first > second) & (outcome != DRAW)
    outcome[swapped] = (FIRST_WINS + SECOND_WINS) - outcome[swapped]
    low, high = np.minimum(first, second), np.maximum(first, second)
    # Sites are sorted by pair and then outcome, and each vote looks up the one with its own.
    kind = np.where(sites.draw, DRAW, np.where(sites.winner < sites.loser, FIRST_WINS, SECOND_WINS))
    pair = np.minimum(sites.winner, sites.loser) * size + np.maximum(sites.winner, sites.loser)
    site = _look_up(pair * 3 + kind, (low * size + high) * 3 + outcome, size * size * 3)
    starts = np.flatnonzero(np.diff(votes.voter[rows], prepend=-1))
    return AxisVotes(low, high, site, np.diff(starts, append=len(rows)))


def _look_up(known: Ints, asked: Ints, limit: int) -> Ints:
    """The index of each asked key among the known ones, which rise and stay below ``limit``."""
    if limit > LARGEST_TABLE:
        return np.searchsorted(known, asked)
    table = np.zeros(limit, np.int64)
    table[known] = np.arange(len(known))
    return table[asked]


def uncertainty_of(solution: Solution, prior_sigma: float, votes: AxisVotes) -> Uncertainty:
    """Standard errors that respect voters, or the model's own where they are larger; correlations are the model's.

    ``prior_sigma`` is in points. Errors are rounded to 9 decimals, like mu and sigma.
    """
    matrix = system_matrix(solution, prior_sigma)
    inverse = np.asarray(np.linalg.inv(matrix), np.float64)
    steps = _jackknife_steps(matrix, solution, votes)
    by_voter = _sandwich(inverse, solution, votes) + (steps**2).sum(axis=0)
    # A common rise of all models changes no vote, so its uncertainty, which is the prior's, is left out.
    covariance = _centred(inverse, connected(len(inverse), solution.sites.winner, solution.sites.loser))
    scale = np.sqrt(np.diag(covariance))
    # M^2 correlations are more than the voters of a board can tell, so they are the model's.
    correlation = covariance / np.maximum(np.outer(scale, scale), TINY)
    # A few voters who happen to agree must not make a rating surer than so many votes can.
    error = np.sqrt(np.maximum(np.diag(covariance), by_voter))
    position = inverse_permutation(solution.sites.order)
    return Uncertainty(np.round(error[position], DECIMALS).astype(np.float64), correlation[np.ix_(position, position)])


def system_matrix(solution: Solution, prior_sigma: float) -> Floats:
    """A of the solver's linear system (M x M), in canonical order: the precision of the means given all sites."""
    sites, size = solution.sites, len(solution.mu)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (sites.winner, sites.loser), -sites.weight * solution.precision)
    matrix += matrix.T
    matrix[np.diag_indices(size)] = prior_sigma**-2 - matrix.sum(axis=1)
    return matrix


def _centred(covariance: Floats, group: Ints) -> Floats:
    """The covariance (M x M) about the mean of each group, the groups being independent; a lone model keeps its own."""
    together = group[:, None] == group[None, :]
    size = together.sum(axis=1)
    shared = covariance.sum(axis=1) / size
    common = (together @ shared) / size
    centred: Floats = (covariance - shared[:, None] - shared[None, :] + common[:, None]) * together
    lonely = np.flatnonzero(size == 1)
    centred[lonely, lonely] = covariance[lonely, lonely]
    return centred


def _sandwich(inverse: Floats, solution: Solution, votes: AxisVotes) -> Floats:
    """The diagonal (M) of A^-1 (sum of u u^T) A^-1 over the voters that are not heavy: the squares of their A^-1 u."""
    upward = np.where(solution.sites.winner < solution.sites.loser, 1.0, -1.0)
    slope = (np.round(upward * solution.slope * SUM_GRAIN) / SUM_GRAIN)[votes.site]
    turnout = votes.turnout.copy()
    turnout[votes.heavy] *= -1
    return squared_steps(turnout, votes.low, votes.high, slope, inverse)


def _jackknife_steps(matrix: Floats, solution: Solution, votes: AxisVotes) -> Floats:
    """How far the means would move without each of the H heavy voters (H x M): one Newton step.

    The weight of the voter's votes is taken out of A, then the step solves that matrix for their pull.
    """
    sites, heavy = solution.sites, votes.heavy
    ends = np.cumsum(votes.turnout)
    rows = [np.arange(ends[voter] - votes.turnout[voter], ends[voter]) for voter in heavy]
    who, site_count = np.repeat(np.arange(len(heavy)), votes.turnout[heavy]), max(len(sites.weight), 1)
    theirs = votes.site[np.concatenate([*rows, np.empty(0, np.int64)])]
    key, counts = sum_by_key(who * site_count + theirs, np.ones((len(theirs), 1), np.int64))
    who, site = np.divmod(key, site_count)
    i, j, count = sites.winner[site], sites.loser[site], counts[:, 0].astype(np.float64)
    # A without the votes of each heavy voter: what is left resists less, so the means move further than A^-1 u.
    without = np.repeat(matrix[None], len(heavy), axis=0)
    pulls = np.zeros((len(heavy), len(matrix)))
    weight, pull = count * solution.precision[site], count * solution.slope[site]
    for row, column, sign in ((i, i, -1.0), (j, j, -1.0), (i, j, 1.0), (j, i, 1.0)):
        np.add.at(without, (who, row, column), sign * weight)
    np.add.at(pulls, (who, i), pull)
    np.add.at(pulls, (who, j), -pull)
    return np.asarray(np.linalg.solve(without, pulls[:, :, None])[:, :, 0], np.float64)
