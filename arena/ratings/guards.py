"""What a board must not hide: models that nothing compares, differences that are none, ratings that are young."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arena.ratings.canonical import connected
from arena.ratings.tally import AxisTally, Floats, Ints
from arena.ratings.uncertainty import Z_95, Uncertainty
from arena.records import Status

ESTABLISHED_VOTES = 30
ESTABLISHED_SHARE = 0.25


def components(tally: AxisTally) -> Ints:
    """The connected component of each model (M): the number of its first model by id. Rated votes connect."""
    linked = tally.counts[:, :3].sum(axis=1) > 0
    return connected(len(tally.models), tally.first[linked], tally.second[linked])


def comparable_models(tally: AxisTally) -> npt.NDArray[np.bool_]:
    """Which models (M) are in the component with the most models; of equals the one with the most votes.

    Should two be equal in both, the one with the first model by id: only then does a name decide.
    """
    labels = components(tally)
    roots = np.unique(labels)
    if not len(roots):
        return np.zeros(0, bool)
    models, votes = np.bincount(labels), np.bincount(labels, tally.rated)
    main = min(roots.tolist(), key=lambda root: (-models[root], -votes[root], root))
    held: npt.NDArray[np.bool_] = labels == main
    return held


def leaders(tally: AxisTally, score: Floats, min_votes: int) -> Ints:
    """The models that are ranked (indexes), best score first: comparable, with ``min_votes`` or more rated votes."""
    ranked = np.flatnonzero(comparable_models(tally) & (tally.rated >= min_votes))
    return ranked[np.argsort(-score[ranked], kind="stable")]


def tiers(score: Floats, mu: Floats, uncertainty: Uncertainty) -> Ints:
    """The tier of each model (M), from 1: down the board by score, those whose mu is within the 95% interval of the
    difference to the best of the tier; the first that is clearly worse opens the next one.
    """
    tier = np.zeros(len(score), np.int64)
    best, current = -1, 0
    for model in np.lexsort((-mu, -score)).tolist():
        if best < 0 or (
            score[model] < score[best] and mu[best] - mu[model] > Z_95 * uncertainty.of_difference(best, model)
        ):
            best, current = model, current + 1
        tier[model] = current
    return tier


def status_of(votes: int, rank_low: int, rank_high: int, size: int) -> Status:
    """Established from 30 votes on, once the rank interval is narrower than a quarter of a board of ``size``."""
    settled = votes >= ESTABLISHED_VOTES and rank_low > 0 and rank_high - rank_low < ESTABLISHED_SHARE * size
    return Status.ESTABLISHED if settled else Status.PROVISIONAL
