"""How many votes hold up the first place: without so many fewer votes, another model would be first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Ints
from arena.ratings.boards import leaders
from arena.ratings.solver import Solution, inverse_permutation, solve_rest
from arena.ratings.system import DENSE_MODELS, System
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import system_matrix
from arena.records import Fragility

RIVALS = 3
"""Models after the leader that votes are removed in favour of."""
GAIN_DECIMALS = 12
LARGE_GAIN_DECIMALS, GAIN_RESIDUAL = 7, 1e-10
"""Beyond them gains are errors of rounding, or of solving a large board's system, and would let the machine decide
which of two equal gains comes first."""
SCORE_DECIMALS = 6
"""As scores are printed: two models whose scores are as good as equal share the first place."""


def fragility_of(
    tally: AxisTally, solution: Solution, settings: RatingSettings, draw_probability: float
) -> Fragility | None:
    """The fewest votes whose removal was seen to put another model first; None where no removal does it.

    For each of the next three models, votes are taken in the order of what the linear system says they add to the
    leader's lead, and their number is narrowed down by rating what is left. That is greedy, so fewer may be enough. The
    margin for draws stays as it is. Raises RatingsError where the rest does not converge.
    """
    ranked = leaders(tally, solution.mu - 3.0 * solution.sigma, settings.min_votes).tolist()
    weakest: Fragility | None = None
    for rival in ranked[1 : 1 + RIVALS]:
        removal = _removal(tally, solution, settings, draw_probability, (ranked[0], rival))
        limit = removal.votes if weakest is None else min(weakest.votes - 1, removal.votes)
        weakest = _narrowed(removal, ranked[0], limit) or weakest
    return weakest


@dataclass(frozen=True, slots=True)
class Removal:
    """Votes of one axis in the order in which they are to be taken away: ``site`` are sites of its ``solution``, and
    ``pair`` and ``column`` the same counts in its ``tally``.
    """

    tally: AxisTally
    solution: Solution
    site: Ints
    pair: Ints
    column: Ints
    settings: RatingSettings
    draw_probability: float

    @property
    def votes(self) -> int:
        return int(self.tally.counts[self.pair, self.column].sum())

    def first_without(self, votes: int) -> int | None:
        """The model (index) that ranks first once the first so many votes are gone; None where nobody is ranked."""
        counts, weight = self.tally.counts.copy(), self.solution.sites.weight.copy()
        removable = counts[self.pair, self.column]
        # Of each count what is left of ``votes`` after the counts before it, and at most the whole count.
        before = np.cumsum(removable) - removable
        left = removable - np.clip(votes - before, 0, removable)
        counts[self.pair, self.column] = weight[self.site] = left
        rest = replace(self.tally, counts=counts)
        # Few votes less move ratings little, so each trial begins at those of all votes.
        solution = solve_rest(rest, weight, self.solution, self.settings, self.draw_probability)
        score = np.round(solution.mu - 3.0 * solution.sigma, SCORE_DECIMALS)
        ranked = leaders(rest, score, self.settings.min_votes)
        return int(ranked[0]) if len(ranked) else None


def _removal(
    tally: AxisTally, solution: Solution, settings: RatingSettings, draw_probability: float, pair: tuple[int, int]
) -> Removal:
    """The votes that favour the first model of a pair over the second, the strongest first.

    A vote pulls its winner up and its loser down by the site's slope, so it adds slope (x_winner - x_loser) to the
    difference of the two means, where x solves A x = (1 for the first, -1 for the second, 0 for the rest).
    """
    sites, size = solution.sites, len(tally.models)
    position = inverse_permutation(sites.order)
    contrast = np.zeros(size)
    contrast[position[list(pair)]] = 1.0, -1.0
    if size <= DENSE_MODELS:
        influence, decimals = np.linalg.solve(system_matrix(solution, settings.sigma), contrast), GAIN_DECIMALS
    else:
        influence = System.of(solution, settings.sigma).solve(contrast[:, None], GAIN_RESIDUAL)[:, 0]
        decimals = LARGE_GAIN_DECIMALS
    gain = np.round(solution.slope * (influence[sites.winner] - influence[sites.loser]), decimals)
    order = np.argsort(-gain, kind="stable")
    order = order[gain[order] > 0.0]
    winner, loser = sites.order[sites.winner[order]], sites.order[sites.loser[order]]
    pairs = tally.first * size + tally.second
    row = np.searchsorted(pairs, np.minimum(winner, loser) * size + np.maximum(winner, loser))
    column = np.where(sites.draw[order], 2, np.where(winner < loser, 0, 1))
    return Removal(tally, solution, order, row, column, settings, draw_probability)


def _narrowed(removal: Removal, leader: int, limit: int) -> Fragility | None:
    """The smallest number of votes up to ``limit``, by doubling and halving, after which the leader is not first."""
    # Doubling before halving: every trial solves the axis anew, and few votes are often enough.
    enough, first, tried = 1, None, 0
    while enough <= limit or tried < limit:
        enough = min(enough, limit)
        first = removal.first_without(enough)
        if first not in (None, leader):
            break
        tried, enough = enough, 2 * enough
    if first is None or first == leader:
        return None
    while enough - tried > 1:
        middle = (enough + tried) // 2
        challenger = removal.first_without(middle)
        if challenger is None or challenger == leader:
            tried = middle
        else:
            enough, first = middle, challenger
    return Fragility(enough, removal.tally.models[first])
