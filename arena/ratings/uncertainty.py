"""How sure a rating is: votes with their voters and prompts, and the standard errors that follow from them.

The model's own covariance A^-1, A being the matrix of the solver's linear system, takes every vote as independent. The
variances of ``arena.ratings.clusters`` keep together what a voter said, and what was said on a prompt. Of the two the
larger is taken.

Up to ``DENSE_MODELS`` models all of it is exact, by matrices of models by models. On larger boards it is drawn:
``arena.ratings.draws``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import AxisSums, AxisVotes, ClusterVariances, cluster_variances
from arena.ratings.draws import DrawnCorrelation, DrawnCovariance, drawn_variances
from arena.ratings.outputs import SIDES, part_of_outputs, several_outputs
from arena.ratings.solver import DECIMALS, Solution, connected, inverse_permutation
from arena.ratings.system import DENSE_MODELS, System
from arena.ratings.tally import AXIS_KINDS, CELL, LARGEST_TABLE, Tally, encode
from arena.records import Axis, Intervals, Outcome, VarianceShares

SmallInts = npt.NDArray[np.int32]

CODED = (*CELL, "left", "right", "voter")
FIRST_WINS, SECOND_WINS, DRAW = 0, 1, 2
SECONDS_PER_DAY = 24 * 60 * 60
FIRST_MONDAY = 4
"""The days from 1970-01-01 to the first Monday."""
TINY = 1e-300
KEPT_DRAWS = 2**20
"""Random numbers that are kept for the next board of as many models."""
JITTER = 1e-9
"""Added to the diagonal of correlations: rounding may leave a matrix that is not quite positive definite."""


@dataclass(frozen=True, slots=True)
class VoterVotes:
    """The rated votes (N), voter by voter and then prompt by prompt, coded by the names of a tally: 36 bytes a vote.

    ``cell`` is N x 3, the rest N. ``first`` < ``second`` by model id; ``outcome`` is FIRST_WINS, SECOND_WINS or DRAW;
    ``voter`` indexes the voters' ids as sorted, and ``prompt`` those of the prompts, -1 where a vote names none or
    prompts are not to be told apart; ``week`` counts weeks from Monday to Sunday (UTC), 0 being that of 1970-01-05.
    ``outputs`` (N x 2) are codes of the outputs of the first and the second model, -1 for none, and None where no model
    has several for a prompt.
    """

    cell: SmallInts
    first: SmallInts
    second: SmallInts
    outcome: SmallInts
    voter: SmallInts
    week: SmallInts
    prompt: SmallInts
    outputs: SmallInts | None = None

    @classmethod
    def sorted_by_voter(  # noqa: PLR0917 - the columns
        cls,
        cell: SmallInts,
        first: SmallInts,
        second: SmallInts,
        outcome: SmallInts,
        voter: SmallInts,
        week: SmallInts,
        prompt: SmallInts,
        outputs: SmallInts | None = None,
    ) -> VoterVotes:
        """From columns in any order."""
        order = np.argsort(voter.astype(np.int64) * (int(prompt.max(initial=0)) + 2) + prompt, kind="stable")
        columns = (cell, first, second, outcome, voter, week, prompt)
        sorted_columns = (column[order] for column in columns)
        return replace(cls(*sorted_columns), outputs=None if outputs is None else outputs[order])

    def by_axis(self, tally: Tally, kinds: tuple[tuple[int, ...], ...] = AXIS_KINDS) -> Iterator[tuple[Axis, Ints]]:
        """Every axis of these kinds with rated votes, and the indexes of its votes, in the order they are in here."""
        for columns in kinds:
            codes = tally.axis_codes(columns, self.cell)
            # numpy sorts 16-bit integers by radix: 900,000 votes take 16 ms instead of 59.
            narrow = codes.max(initial=0) <= np.iinfo(np.uint16).max
            order = np.argsort(codes.astype(np.uint16) if narrow else codes, kind="stable")
            starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
            for start, rows in zip(starts, np.split(order, starts[1:]), strict=bool(len(starts))):
                axis = tally.axis_of(columns, int(codes[order[start]]))
                # As in Tally.roll_up: under an empty name these would be the rows of a broader axis.
                if 1 + bool(axis.category) + bool(axis.language) == len(columns):
                    yield axis, rows


def load_voter_votes(votes: ibis.Table, tally: Tally, settings: RatingSettings) -> VoterVotes:
    """One query, whose joins with the lists of names leave only codes to be handed over.

    Prompts are told apart where the settings say that intervals are about prompts like these.
    """
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
    if settings.both_bad == "tie":
        rated.append(Outcome.BOTH_BAD)
    chosen = votes.filter(votes.outcome.isin([outcome.value for outcome in rated]))
    chosen, optional = _with_optional_columns(chosen, prompts=settings.prompts == "like-these")
    voters = encode([chosen.select("voter").distinct().to_pyarrow()["voter"]])[0]
    names = (tally.arenas, tally.categories, tally.languages, tally.models, tally.models, voters)
    # Whole days since 1970: engines do not agree on which day a week begins.
    days = (chosen.at.epoch_seconds() / SECONDS_PER_DAY).floor()
    coded = chosen.select(*CODED, *optional, "outcome", week=((days - FIRST_MONDAY) / 7).floor().cast("int32"))
    for column, known in zip(CODED, names, strict=True):
        coded = coded.join(_code_table(column, known), column)
    for column, known in optional.items():
        # The empty name is none: its code is -1.
        coded = coded.join(_code_table(column, ("", *known), -1), column)
    left_wins, right_wins = coded.outcome == Outcome.LEFT.value, coded.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int32")
    columns = [f"{column}_code" for column in (*CODED, *optional)]
    rows = coded.select(*columns, said=said, week=coded.week).to_pyarrow()
    arena, category, language, left, right, voter, *named, outcome, week = (
        column.to_numpy() for column in rows.columns
    )
    # By column number: the left model or output is the first where 0 comes first.
    in_order = np.where(left > right, 1, 0)[:, None]
    return VoterVotes.sorted_by_voter(
        cell=np.column_stack([arena, category, language]),
        first=np.minimum(left, right),
        second=np.maximum(left, right),
        outcome=np.where((left > right) & (outcome != DRAW), (FIRST_WINS + SECOND_WINS) - outcome, outcome),
        voter=voter,
        week=week,
        prompt=named[0] if named else np.full(len(voter), -1, np.int32),
        outputs=np.take_along_axis(np.column_stack(named[1:]), np.hstack([in_order, 1 - in_order]), axis=1)
        if named[1:]
        else None,
    )


def _with_optional_columns(votes: ibis.Table, *, prompts: bool) -> tuple[ibis.Table, dict[str, tuple[str, ...]]]:
    """The votes with those optional columns filled that intervals need, and the names in each: the prompt where some
    vote names one, and both outputs where some model has several for a prompt.
    """
    if not prompts or "prompt" not in votes.columns:
        return votes, {}
    # A file that names some prompts may leave others empty.
    filled = votes.mutate(prompt=votes.prompt.fill_null(""))
    names = encode([filled.select("prompt").distinct().to_pyarrow()["prompt"]])[0]
    known = tuple(name for name in names if name)
    if not known:
        return votes, {}
    optional = {"prompt": known}
    outputs = [f"{side}_output" for side in SIDES]
    if set(outputs) <= set(votes.columns):
        filled = filled.mutate(**{column: filled[column].fill_null("") for column in outputs})
        several = several_outputs(filled)
        optional.update({column: several for column in outputs if several})
    return filled, optional


def _code_table(column: str, names: tuple[str, ...], first: int = 0) -> ibis.Table:
    code = pa.array(range(first, first + len(names)), pa.int32())
    return ibis.memtable(pa.table({column: pa.array(names, pa.string()), f"{column}_code": code}))


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors of mu in points (M), and the correlations of mu, in the order of the tally's models: M x M,
    drawn on a board of more than ``DENSE_MODELS``, or None where every mu is independent of the others.

    An error is about the mean of the model's connected component: votes compare models with each other, so they say
    nothing of how high all of them stand together.
    """

    error: Floats
    correlation: Floats | DrawnCorrelation | None
    intervals: Intervals = Intervals.MODEL
    """What the errors take account of."""
    prompts: int = 0
    """How many prompts the votes name."""
    variance: VarianceShares | None = None
    """What the variance comes from; None for the model's own."""
    freedom: float = math.inf
    """Degrees of freedom of the errors, for which they are widened already; infinite for the model's own."""

    def of_difference(self, first: int, second: int) -> float:
        """The standard error of mu of the first minus mu of the second."""
        a, b = float(self.error[first]), float(self.error[second])
        # Pairs are asked for one by one, and a matrix answers at once.
        if isinstance(self.correlation, np.ndarray):
            alike = float(self.correlation[first, second])
        else:
            alike = float(self._alike(np.array([first]), np.array([second]))[0])
        return math.sqrt(max(0.0, a * a + b * b - 2.0 * a * b * alike))

    def of_differences(self, first: int, others: Ints) -> Floats:
        """The standard errors of mu of the first minus mu of each of the others (N indexes)."""
        return self.of_pairs(np.full(len(others), first), others)

    def of_pairs(self, first: Ints, second: Ints) -> Floats:
        """The standard errors of mu of each of N models ``first`` minus mu of its ``second``."""
        a, b = self.error[first], self.error[second]
        variance = a * a + b * b - 2.0 * a * b * self._alike(first, second)
        return np.asarray(np.sqrt(np.maximum(variance, TINY)), np.float64)

    def _alike(self, first: Ints, second: Ints) -> Floats:
        """The correlation of mu of each of N models with its other."""
        if self.correlation is None:
            return np.asarray(first == second, np.float64)
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.of_pairs(first, second)
        found: Floats = self.correlation[first, second]
        return found

    def of(self, models: Ints) -> Uncertainty:
        """That of some of the models."""
        known = self.correlation
        chosen = known[np.ix_(models, models)] if isinstance(known, np.ndarray) else known and known.of(models)
        return replace(self, error=self.error[models], correlation=chosen)

    @property
    def matrix(self) -> Floats:
        """The correlations as a matrix (M x M) in any case."""
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.matrix
        return np.eye(len(self.error)) if self.correlation is None else self.correlation

    def drawn(self, draws: int) -> Floats:
        """Draws (R x M) of standard normal numbers with these correlations, always the same ones.

        They are as many as asked for, but where correlations are drawn themselves: then those draws.
        """
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.drawn()
        size = len(self.error)
        normal = (_kept_normal if draws * size <= KEPT_DRAWS else standard_normal)(draws, size)
        if self.correlation is None:
            return normal
        return np.asarray(normal @ np.linalg.cholesky(self.correlation + JITTER * np.eye(len(self.error))).T)


def standard_normal(draws: int, size: int) -> Floats:
    """R x size. numpy promises that the stream of RandomState never changes; default_rng's may."""
    return np.random.RandomState(0).standard_normal((draws, size))


_kept_normal = lru_cache(maxsize=8)(standard_normal)


def independent(sigma: Floats) -> Uncertainty:
    """What there is to say without the solver's matrix: sigma itself, model by model."""
    return Uncertainty(sigma, None)


def axis_votes(solution: Solution, votes: VoterVotes, rows: Ints, models: Ints) -> AxisVotes:
    """An axis's ``rows`` of the votes, voter by voter; ``models`` (M) are the codes of its models."""
    first, second = votes.first[rows], votes.second[rows]
    low, high, site = sites_of(solution, first, second, votes.outcome[rows], models)
    outputs = None
    if votes.outputs is not None:
        outputs = votes.outputs[rows]
        position = _positions(solution, models)
        turned = position[first] > position[second]
        outputs[turned] = outputs[turned][:, ::-1]
    return AxisVotes.of(low, high, site, votes.voter[rows], votes.prompt[rows], outputs)


def sites_of(
    solution: Solution, first: SmallInts, second: SmallInts, said: SmallInts, models: Ints
) -> tuple[Ints, Ints, Ints]:
    """Where votes (N: codes of two models, and the outcome as in ``VoterVotes``) belong in a solution that has some of
    each kind: the canonical positions of the earlier and the later model, and the index of the site.

    ``models`` (M) are the codes of the solution's models.
    """
    sites, size = solution.sites, len(models)
    position = _positions(solution, models)
    one, other = position[first], position[second]
    outcome = said.astype(np.int64)
    swapped = (one > other) & (outcome != DRAW)
    outcome[swapped] = (FIRST_WINS + SECOND_WINS) - outcome[swapped]
    low, high = np.minimum(one, other), np.maximum(one, other)
    # Sites are sorted by pair and then outcome, and each vote looks up the one with its own.
    kind = np.where(sites.draw, DRAW, np.where(sites.winner < sites.loser, FIRST_WINS, SECOND_WINS))
    pair = np.minimum(sites.winner, sites.loser) * size + np.maximum(sites.winner, sites.loser)
    return low, high, _look_up(pair * 3 + kind, (low * size + high) * 3 + outcome, size * size * 3)


def _positions(solution: Solution, models: Ints) -> Ints:
    """The canonical position of each model by its code."""
    position = np.zeros(int(models.max(initial=0)) + 1, np.int64)
    position[models[solution.sites.order]] = np.arange(len(models))
    return position


def _look_up(known: Ints, asked: Ints, limit: int) -> Ints:
    """The index of each asked key among the known ones, which rise and stay below ``limit``."""
    if limit > LARGEST_TABLE:
        return np.searchsorted(known, asked)
    table = np.zeros(limit, np.int64)
    table[known] = np.arange(len(known))
    return table[asked]


def uncertainty_of(solution: Solution, prior_sigma: float, votes: AxisVotes | AxisSums) -> Uncertainty:
    """Standard errors that respect voters and prompts, or the model's own where they are larger.

    Correlations are the model's, so that the covariance is positive semi-definite whatever the errors are; the sum and
    difference of three estimates need not be. ``prior_sigma`` is in points. Errors are rounded to 9 decimals, like mu
    and sigma.
    """
    if len(solution.mu) > DENSE_MODELS:
        return _drawn_uncertainty(solution, prior_sigma, votes)
    matrix = system_matrix(solution, prior_sigma)
    group = connected(len(matrix), solution.sites.winner, solution.sites.loser)
    # A common rise of all models changes no vote, so its uncertainty, which is the prior's, is left out.
    steps = _about_means(np.asarray(np.linalg.inv(_without_common_rise(matrix, group)), np.float64), group)
    covariance = _about_means(steps.T, group)
    scale = np.sqrt(np.diag(covariance))
    # M^2 correlations are more than the voters of a board can tell, so they are the model's.
    correlation = covariance / np.maximum(np.outer(scale, scale), TINY)
    # A few voters who happen to agree must not make a rating surer than so many votes can.
    variances = cluster_variances(solution, np.diag(matrix), steps, votes)
    error = np.sqrt(np.maximum(np.diag(covariance), variances.widened))
    position = inverse_permutation(solution.sites.order)
    return _told(solution, votes, error[position], correlation[np.ix_(position, position)], variances)


def _drawn_uncertainty(solution: Solution, prior_sigma: float, votes: AxisVotes | AxisSums) -> Uncertainty:
    """The same for a board of more than ``DENSE_MODELS`` models."""
    system, sites = System.of(solution, prior_sigma), solution.sites
    covariance = DrawnCovariance.of(system)
    variances = drawn_variances(solution, system, votes)
    position = inverse_permutation(sites.order)
    variance = np.maximum(covariance.variance, variances.widened)[position]
    # Nothing tells the models of one class apart, so they must not differ by their draws.
    of_class = np.bincount(sites.classes, variance) / np.bincount(sites.classes)
    correlation = DrawnCorrelation(covariance, position)
    return _told(solution, votes, np.sqrt(of_class[sites.classes]), correlation, variances)


def _told(
    solution: Solution,
    votes: AxisVotes | AxisSums,
    error: Floats,
    correlation: Floats | DrawnCorrelation,
    variances: ClusterVariances,
) -> Uncertainty:
    return Uncertainty(
        np.round(error, DECIMALS).astype(np.float64),
        correlation,
        Intervals.BY_VOTER if votes.prompts is None else Intervals.BY_VOTER_AND_PROMPT,
        votes.named,
        variances.shares(part_of_outputs(solution, votes) if isinstance(votes, AxisVotes) else None),
        variances.freedom,
    )


def system_matrix(solution: Solution, prior_sigma: float) -> Floats:
    """A of the solver's linear system (M x M), in canonical order: the precision of the means given all sites."""
    sites, size = solution.sites, len(solution.mu)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (sites.winner, sites.loser), -sites.weight * solution.precision)
    matrix += matrix.T
    matrix[np.diag_indices(size)] = prior_sigma**-2 - matrix.sum(axis=1)
    return matrix


def _without_common_rise(matrix: Floats, group: Ints) -> Floats:
    """The matrix A (M x M) made stiff against a common rise of each group, which A resists by the prior alone.

    A common rise is an eigenvector of A, so this changes nothing about the means of the groups; but under a wide prior
    the inverse of A would be all but the common rise, and the rest of it rounding errors.
    """
    together = group[:, None] == group[None, :]
    size = together.sum(axis=1)
    return matrix + np.where(together & (size > 1), np.diag(matrix).mean() / size, 0.0)


def _about_means(rows: Floats, group: Ints) -> Floats:
    """The rows of a matrix (M x M) less the mean row of their group; a lone model keeps its own."""
    centred = rows.copy()
    names, sizes = np.unique(group, return_counts=True)
    for name in names[sizes > 1]:
        members = np.flatnonzero(group == name)
        centred[members] -= rows[members].mean(axis=0)
    return centred
