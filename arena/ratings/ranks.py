"""Rank intervals: which ranks a model may truly have, given what is not known of every rating."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from arena.ratings.tally import Floats, Ints
from arena.ratings.uncertainty import Uncertainty

DRAWS = 1000
TAIL = 0.025


def rank_intervals(mu: Floats, uncertainty: Uncertainty) -> tuple[Ints, Ints]:
    """The lowest and highest rank of each model: the middle 95% of ranks sampled from all that is not known.

    The sample is fixed (1,000 draws of a frozen stream) and dealt to the models by mu and error, not by name; models
    with equal mu and error share the wider bounds.
    """
    order = np.lexsort((uncertainty.error, -mu))
    mu, error = mu[order], uncertainty.error[order]
    correlation = uncertainty.correlation[np.ix_(order, order)]
    root = np.linalg.cholesky(correlation + 1e-9 * np.eye(len(mu)))
    sampled = (_noise(len(mu)) @ root.T) * error + mu
    ranks = np.empty(sampled.shape, np.int64)
    np.put_along_axis(ranks, np.argsort(-sampled, axis=1), np.arange(len(mu))[None], axis=1)
    low, high = _middle_ranks(ranks)
    same = np.cumsum((np.diff(mu, prepend=np.nan) != 0) | (np.diff(error, prepend=np.nan) != 0)) - 1
    starts = np.flatnonzero(np.diff(same, prepend=-1))
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return np.minimum.reduceat(low, starts)[same][back] + 1, np.maximum.reduceat(high, starts)[same][back] + 1


@lru_cache(maxsize=8)
def _noise(size: int) -> Floats:
    return np.random.RandomState(0).standard_normal((DRAWS, size))


def _middle_ranks(ranks: Ints) -> tuple[Ints, Ints]:
    """For each column of sampled ranks (from 0) the middle 95%: a rank is out where those beyond it and half of its own
    draws are less than 2.5% (the mid-P convention for discrete quantities: Lancaster, "Significance tests in discrete
    distributions", 1961).
    """
    draws, size = ranks.shape
    counts = np.bincount((ranks + np.arange(size) * size).ravel(), minlength=size * size).reshape(size, size)
    middle = (counts.cumsum(axis=1) - 0.5 * counts) / draws
    return (middle < TAIL).sum(axis=1), size - 1 - (middle > 1.0 - TAIL).sum(axis=1)
