"""The strengths of the models of an arena on several boards as one joint distribution, and rankings by own weights.

A reader who wants posters and Chinese prompts weighs boards: the strength of model i is the weighted mean of its mu on
boards a, with weights w that add up to 1. Its error needs the covariance between boards, whose votes overlap: a poster
in Chinese counts on the board of posters and on that of Chinese, and voters and prompts are on many boards. With C_a
the covariance of one board, L_a its lower root (L_a L_a^T = C_a) and r_ab the correlation between boards,

    covariance between boards a and b = r_ab L_a L_b^T

so that two boards whose covariances have one shape are correlated by r_ab, model for model. The whole is positive
semi-definite, as r is.

The correlation counts pairs of votes. Under random effects of voters and prompts (S. R. Searle, G. Casella and C. E.
McCulloch, "Variance components", 1992) two votes by one voter are correlated by v and two on one prompt by p, so sums
over the votes of boards a and b have the covariance

    G_ab = votes on both + v (pairs of different votes by one voter) + p (pairs of different votes on one prompt)

and r_ab = G_ab / sqrt(G_aa G_bb). With weights in proportion to votes, the boards of all categories then have the error
of the overall board. Both v and p follow from the shares that voters and prompts have in the variance of the overall
board. It is assumed that voters carry their whole taste from one board to another, which errs on the side of wide
intervals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from arena.errors import RatingsError
from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.boards import Estimate, rank_intervals
from arena.ratings.uncertainty import JITTER, TINY, Uncertainty
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, Board, VarianceShares

JOINT_MODELS = 100
"""The first so many models of an arena's overall board: what is kept grows with their square and with the boards."""
DECIMALS = 3
"""Of a point: what is kept is what a site publishes, so that everybody computes the same from it."""
CORRELATION_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class OwnRank:
    """A model in a ranking by own weights: ``strength`` is the weighted mean of mu less its costs, in points, and
    ``error`` its standard error. ``rank_low`` and ``rank_high`` bound the 95% interval of ``rank``.
    """

    model: str
    rank: int
    rank_low: int
    rank_high: int
    strength: float
    error: float


@dataclass(frozen=True, slots=True)
class AxisPart:
    """What one board says of N models of its arena, in points: ``mu`` (N), not a number for models that it does not
    rank, and ``root`` (N x N), the lower root of their covariance, with rows of zeros for these.
    """

    axis: Axis
    mu: Floats
    root: Floats

    @classmethod
    def of(cls, board: Board, estimate: Estimate, known: Sequence[str], models: Sequence[str]) -> AxisPart:
        """For ``models`` (N), from an estimate of the models ``known`` on the board."""
        index = {model: at for at, model in enumerate(known)}
        ranked = {rating.model for rating in board.ratings}
        rows = np.array([at for at, model in enumerate(models) if model in ranked], np.int64)
        codes = np.array([index[models[at]] for at in rows.tolist()], np.int64)
        mu, root = np.full(len(models), np.nan), np.zeros((len(models), len(models)))
        mu[rows] = np.round(estimate.mu[codes], DECIMALS)
        uncertainty = estimate.uncertainty.of(codes)
        lower = np.linalg.cholesky(uncertainty.matrix + JITTER * np.eye(len(codes)))
        root[np.ix_(rows, rows)] = np.round(lower * uncertainty.error[:, None], DECIMALS)
        return cls(board.axis, mu, root)


@dataclass(frozen=True, eq=False, repr=False)
class JointStrengths:
    """What the votes of an arena say of N models on K boards, all together: see the module for the formulas.

    ``models`` are the first of the overall board, by rank; ``parts`` are the overall board and those of each category
    and each language. ``mixing`` (K x K) is the lower root of the correlation between boards.
    """

    models: tuple[str, ...]
    parts: tuple[AxisPart, ...]
    mixing: Floats

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The boards (K), the overall one first."""
        return tuple(part.axis for part in self.parts)

    def rank(self, weights: Mapping[Axis, float], costs: Mapping[str, float] | None = None) -> tuple[OwnRank, ...]:
        """The models by the weighted mean of their strengths, best first; without weights, by the overall board.

        ``weights`` need not add up to 1. ``costs`` are points that a model loses, by model, for its price for example;
        where costs are given, a model without one is left out, as is one that any board with a weight does not rank.
        Intervals are those of boards: the middle 95% of 1,000 sampled rankings; costs are taken as exact. Raises
        RatingsError for a board that is not among ``axes`` and for a weight below 0.
        """
        shares = self._shares(weights)
        used = np.flatnonzero(shares)
        mu = np.array([self.parts[at].mu for at in used])
        charged = np.array([0.0 if costs is None else costs.get(model, math.nan) for model in self.models])
        strength = shares[used] @ mu - charged
        kept = np.flatnonzero(np.isfinite(strength))
        return self._ranked(kept, strength[kept], self._covariance(shares, kept))

    def _shares(self, weights: Mapping[Axis, float]) -> Floats:
        """The weights of ``axes`` (K), adding up to 1."""
        unknown = [axis for axis in weights if axis not in self.axes]
        if unknown:
            names = ", ".join(axis.name for axis in self.axes)
            raise RatingsError("this board has no weight here", where=unknown[0].name, hint=f"there are {names}")
        wrong = [axis for axis, weight in weights.items() if not 0 <= weight < math.inf]
        if wrong:
            raise RatingsError(f"the weight is {weights[wrong[0]]}", where=wrong[0].name, hint="give 0 or more")
        given = np.array([weights.get(axis, 0.0) for axis in self.axes])
        if not given.any():
            given[0] = 1.0
        shares: Floats = given / given.sum()
        return shares

    def _covariance(self, shares: Floats, kept: Ints) -> Floats:
        """Of the weighted means of the models ``kept`` (n x n), in squared points."""
        used = np.flatnonzero(shares)
        roots = np.array([self.parts[at].root[kept] for at in used])
        total = np.zeros((len(kept), len(kept)))
        # With independent normal draws z_k (N), the error of board a is L_a (sum over k of mixing_ak z_k).
        for weights in (self.mixing * shares[:, None])[used].T:
            rows = np.tensordot(weights, roots, axes=1)
            total += rows @ rows.T
        return total

    def _ranked(self, kept: Ints, strength: Floats, covariance: Floats) -> tuple[OwnRank, ...]:
        if not len(kept):
            return ()
        error = np.sqrt(np.diag(covariance))
        correlation = covariance / np.maximum(np.outer(error, error), TINY)
        low, high = rank_intervals(strength, Uncertainty(error, correlation))
        rank = 1 + (strength[None] > strength[:, None]).sum(axis=1)
        rows = zip(
            (self.models[at] for at in kept.tolist()),
            rank.tolist(),
            np.minimum(low, rank).tolist(),
            np.maximum(high, rank).tolist(),
            strength.tolist(),
            error.tolist(),
            strict=True,
        )
        return tuple(sorted((OwnRank(*row) for row in rows), key=lambda row: (row.rank, row.model)))


def joint_strengths(
    models: Sequence[str],
    parts: Sequence[AxisPart],
    votes: VoterVotes,
    cells: Sequence[Codes],
    variance: VarianceShares,
) -> JointStrengths:
    """From the parts of one arena (K), the overall one first; ``cells`` has the codes of each one's votes (3 each, -1
    for any), and ``variance`` is that of the overall board.
    """
    correlation = correlation_of_boards(votes, cells, variance)
    mixing = np.linalg.cholesky(correlation + JITTER * np.eye(len(parts)))
    rounded = np.asarray(np.round(mixing, CORRELATION_DECIMALS), np.float64)
    return JointStrengths(tuple(models), tuple(parts), rounded)


def correlation_of_boards(votes: VoterVotes, cells: Sequence[Codes], variance: VarianceShares) -> Floats:
    """R (K x K) of the module's formula, for boards whose votes have these codes (3 each, -1 for any)."""
    flags = [_votes_of(votes, cell) for cell in cells]
    count = _votes_in_both(votes, cells, np.ones(len(votes.voter), bool))
    voters, prompts = (
        _pairs_in(codes, flags) + _votes_in_both(votes, cells, codes < 0) for codes in (votes.voter, votes.prompt)
    )
    alike = np.array([variance.voters, variance.prompts or 0.0]) / max(variance.votes, TINY)
    # A share of the variance belongs to all pairs of different votes together; of the widest board, here.
    pairs = np.array([matrix[0, 0] - count[0, 0] for matrix in (voters, prompts)])
    each = np.where(pairs > 0, alike * count[0, 0] / np.maximum(pairs, 1.0), 0.0)
    # Correlations of single votes: together at most 1, or G would not be a covariance.
    v, p = (each / max(1.0, each.sum())).tolist()
    covariance = (1.0 - v - p) * count + v * voters + p * prompts
    scale = np.sqrt(np.diag(covariance))
    correlation: Floats = covariance / np.outer(scale, scale)
    return correlation


def _votes_of(votes: VoterVotes, cell: Codes) -> Flags:
    """Which votes (N) are in a cell, or in any of a wider one."""
    flags = np.ones(len(votes.voter), bool)
    for column, code in enumerate(cell):
        if code >= 0:
            flags &= votes.cell[:, column] == code
    return flags


def _votes_in_both(votes: VoterVotes, cells: Sequence[Codes], chosen: Flags) -> Floats:
    """K x K: how many of the ``chosen`` votes (N flags) two boards share."""
    # Counted by cell first: with 23 boards of a million votes every two of them took 1 s.
    sizes = tuple(int(size) + 1 for size in votes.cell.max(axis=0, initial=0))
    by_cell = np.bincount(np.ravel_multi_index(tuple(votes.cell[chosen].T), sizes))
    found = np.flatnonzero(by_cell)
    known, count = np.column_stack(np.unravel_index(found, sizes)), by_cell[found]
    inside = np.array([((known == cell) | (np.asarray(cell) < 0)).all(axis=1) for cell in cells], np.float64)
    shared: Floats = (inside * count) @ inside.T
    return shared


def _pairs_in(codes: Codes, flags: Sequence[Flags]) -> Floats:
    """K x K: pairs of votes with one code (0 or more), one of each board, a vote with itself among them."""
    size = int(codes.max(initial=-1)) + 1
    named = codes >= 0
    counts = np.array([np.bincount(codes[flag & named], minlength=size) for flag in flags], np.float64)
    pairs: Floats = counts @ counts.T
    return pairs
