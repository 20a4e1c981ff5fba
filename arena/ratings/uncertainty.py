"""How sure a rating is, when the votes of one voter hang together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.kernels import compiled
from arena.ratings.solver import DECIMALS, Solution, connected
from arena.ratings.tally import AXIS_KINDS, CELL, DENSE, Floats, Ints, Tally, encode, sum_by_key
from arena.records import Axis, Outcome, RatingSettings

Codes = npt.NDArray[np.int32]

CODED = (*CELL, "left", "right", "voter")
FIRST_WINS, SECOND_WINS, DRAW = 0, 1, 2
DAY = 24 * 60 * 60
FIRST_MONDAY = 4
"""The days from 1970-01-01 to the first Monday."""


@dataclass(frozen=True, slots=True)
class VoterVotes:
    """The rated votes (N), voter by voter, coded by the names of a tally: 32 bytes a vote.

    ``first`` < ``second`` by model id; ``outcome`` is seen from the first; ``voter`` indexes the voters' ids as sorted;
    ``week`` counts weeks from Monday to Sunday (UTC), 0 being that of 1970-01-05.
    """

    cell: Codes
    first: Codes
    second: Codes
    outcome: Codes
    voter: Codes
    week: Codes

    @classmethod
    def sorted_by_voter(  # noqa: PLR0917 - the columns
        cls, cell: Codes, first: Codes, second: Codes, outcome: Codes, voter: Codes, week: Codes
    ) -> VoterVotes:
        """From columns in any order."""
        order = np.argsort(voter, kind="stable")
        return cls(*(column[order] for column in (cell, first, second, outcome, voter, week)))

    def by_axis(self, tally: Tally, kinds: tuple[tuple[int, ...], ...] = AXIS_KINDS) -> Iterator[tuple[Axis, Ints]]:
        """Every axis of these kinds with rated votes, and the indexes of its votes, voter by voter."""
        for columns in kinds:
            codes = tally.axis_codes(columns, self.cell)
            small = codes.max(initial=0) <= np.iinfo(np.uint16).max
            order = np.argsort(codes.astype(np.uint16) if small else codes, kind="stable")
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
    days = (chosen.at.epoch_seconds() / DAY).floor()
    coded = chosen.select(*CODED, "outcome", week=((days - FIRST_MONDAY) / 7).floor().cast("int32"))
    for column, known in zip(CODED, names, strict=True):
        coded = coded.join(_code_table(column, known), column)
    left_wins, right_wins = coded.outcome == Outcome.LEFT.value, coded.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int32")
    rows = coded.select(*[f"{column}_code" for column in CODED], said=said, week=coded.week).to_pyarrow()
    arena, category, language, left, right, voter, outcome, week = (column.to_numpy() for column in rows.columns)
    turned = (left > right) & (outcome != DRAW)
    return VoterVotes.sorted_by_voter(
        cell=np.column_stack([arena, category, language]),
        first=np.minimum(left, right),
        second=np.maximum(left, right),
        outcome=np.where(turned, (FIRST_WINS + SECOND_WINS) - outcome, outcome),
        voter=voter,
        week=week,
    )


def _code_table(column: str, names: tuple[str, ...]) -> ibis.Table:
    code = pa.array(range(len(names)), pa.int32())
    return ibis.memtable(pa.table({column: pa.array(names, pa.string()), f"{column}_code": code}))


Z_95 = 1.959963984540054
HEAVY_SHARE, HEAVY_VOTES = 0.02, 3
GRAIN = 2.0**32


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors of mu about its connected component's mean (M), and the correlations of mu (M x M).

    In the order of the tally's models.
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


@dataclass(frozen=True, slots=True)
class AxisVotes:
    """The rated votes of one axis, voter by voter: the earlier and the later model in canonical order, and the site."""

    low: Ints
    high: Ints
    site: Ints
    turnout: Ints
    """Votes of each voter."""

    @property
    def heavy(self) -> Ints:
        """The voters who cast 2% or more of the votes, and 3 at least; there are never more than 50."""
        return np.flatnonzero(self.turnout >= max(HEAVY_VOTES, HEAVY_SHARE * len(self.site)))


def independent(sigma: Floats) -> Uncertainty:
    """What there is to say without the solver's matrix: sigma itself, model by model."""
    return Uncertainty(sigma, np.eye(len(sigma)))


def uncertainty_of(solution: Solution, prior_sigma: float, votes: AxisVotes) -> Uncertainty:
    """Standard errors that respect voters."""
    matrix = system_matrix(solution, prior_sigma)
    inverse = np.asarray(np.linalg.inv(matrix), np.float64)
    steps = _jackknife_steps(matrix, solution, votes)
    spread = _spread(inverse, solution, votes) + (steps**2).sum(axis=0)
    covariance = _centred(inverse, connected(len(inverse), solution.sites.winner, solution.sites.loser))
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.maximum(np.outer(scale, scale), 1e-300)
    place = _places(solution.sites.order)
    error = np.sqrt(np.maximum(np.diag(covariance), spread))
    return Uncertainty(np.round(error[place], DECIMALS).astype(np.float64), correlation[np.ix_(place, place)])


def _centred(covariance: Floats, group: Ints) -> Floats:
    """The covariance about the mean of each group, the groups being independent; a lone model keeps its own."""
    together = group[:, None] == group[None, :]
    size = together.sum(axis=1)
    shared = covariance.sum(axis=1) / size
    common = (together @ shared) / size
    centred: Floats = (covariance - shared[:, None] - shared[None, :] + common[:, None]) * together
    lonely = np.flatnonzero(size == 1)
    centred[lonely, lonely] = covariance[lonely, lonely]
    return centred


def axis_votes(solution: Solution, votes: VoterVotes, rows: Ints, models: Ints) -> AxisVotes:
    """An axis's ``rows`` of the votes, voter by voter; ``models`` (M) are the codes of its models."""
    sites, size = solution.sites, len(models)
    place = np.zeros(int(models.max(initial=0)) + 1, np.int64)
    place[models[sites.order]] = np.arange(size)
    first, second = place[votes.first[rows]], place[votes.second[rows]]
    outcome = votes.outcome[rows].astype(np.int64)
    turned = (first > second) & (outcome != DRAW)
    outcome[turned] = (FIRST_WINS + SECOND_WINS) - outcome[turned]
    low, high = np.minimum(first, second), np.maximum(first, second)
    kind = np.where(sites.draw, DRAW, np.where(sites.winner < sites.loser, FIRST_WINS, SECOND_WINS))
    pair = np.minimum(sites.winner, sites.loser) * size + np.maximum(sites.winner, sites.loser)
    site = _look_up(pair * 3 + kind, (low * size + high) * 3 + outcome, size * size * 3)
    starts = np.flatnonzero(np.diff(votes.voter[rows], prepend=-1))
    return AxisVotes(low, high, site, np.diff(starts, append=len(rows)))


def _look_up(known: Ints, asked: Ints, limit: int) -> Ints:
    """Where each asked key stands among the known ones, which rise and stay below ``limit``."""
    if limit > DENSE:
        return np.searchsorted(known, asked)
    table = np.zeros(limit, np.int64)
    table[known] = np.arange(len(known))
    return table[asked]


def system_matrix(solution: Solution, prior_sigma: float) -> Floats:
    """A of the solver's linear system (M x M), in canonical order."""
    sites, size = solution.sites, len(solution.mu)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (sites.winner, sites.loser), -sites.weight * solution.precision)
    matrix += matrix.T
    matrix[np.diag_indices(size)] = prior_sigma**-2 - matrix.sum(axis=1)
    return matrix


def _spread(inverse: Floats, solution: Solution, votes: AxisVotes) -> Floats:
    """The diagonal of A^-1 (sum of u u^T) A^-1 over the voters that are not heavy: the squares of their steps A^-1 u.

    Slopes are multiples of 2^-32, so that a voter's sum is the same in any order of the votes.
    """
    upward = np.where(solution.sites.winner < solution.sites.loser, 1.0, -1.0)
    slope = (np.round(upward * solution.slope * GRAIN) / GRAIN)[votes.site]
    turnout = votes.turnout.copy()
    turnout[votes.heavy] *= -1
    return squared_steps(turnout, votes.low, votes.high, slope, inverse)


@compiled()
def squared_steps(turnout: Ints, low: Ints, high: Ints, slope: Floats, inverse: Floats) -> Floats:
    """The sum over voters of the squares of their steps ``inverse`` u (M), u being the sum of a voter's pulls.

    Votes come voter by voter; a negative turnout is passed over.
    """
    size, first = len(inverse), 0
    spread, pull, step = np.zeros(size), np.zeros(size), np.empty(size)
    for turn in turnout:
        votes = range(first, first + abs(turn))
        first += abs(turn)
        if turn < 0:
            continue
        for vote in votes:
            pull[low[vote]] += slope[vote]
            pull[high[vote]] -= slope[vote]
        step[:] = 0.0
        for model in range(size):
            if pull[model] != 0.0:
                for other in range(size):
                    step[other] += pull[model] * inverse[model, other]
                pull[model] = 0.0
        for model in range(size):
            spread[model] += step[model] ** 2
    return spread


def _jackknife_steps(matrix: Floats, solution: Solution, votes: AxisVotes) -> Floats:
    """How far mu would move without each heavy voter (H x M): one Newton step, the weight of his votes taken out."""
    sites, heavy = solution.sites, votes.heavy
    ends = np.cumsum(votes.turnout)
    held = [np.arange(ends[voter] - votes.turnout[voter], ends[voter]) for voter in heavy]
    who, many = np.repeat(np.arange(len(heavy)), votes.turnout[heavy]), max(len(sites.weight), 1)
    theirs = votes.site[np.concatenate([*held, np.empty(0, np.int64)])]
    key, counts = sum_by_key(who * many + theirs, np.ones((len(theirs), 1), np.int64))
    who, which = np.divmod(key, many)
    i, j, count = sites.winner[which], sites.loser[which], counts[:, 0].astype(np.float64)
    without = np.repeat(matrix[None], len(heavy), axis=0)
    pulls = np.zeros((len(heavy), len(matrix)))
    weight, pull = count * solution.precision[which], count * solution.slope[which]
    for row, column, sign in ((i, i, -1.0), (j, j, -1.0), (i, j, 1.0), (j, i, 1.0)):
        np.add.at(without, (who, row, column), sign * weight)
    np.add.at(pulls, (who, i), pull)
    np.add.at(pulls, (who, j), -pull)
    return np.asarray(np.linalg.solve(without, pulls[:, :, None])[:, :, 0], np.float64)


def _places(order: Ints) -> Ints:
    """The inverse of a permutation."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place
