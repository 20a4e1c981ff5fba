"""How many votes hold up the first place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from arena.ratings.boards import leaders
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally, Ints
from arena.ratings.uncertainty import system_matrix
from arena.records import Fragility, RatingSettings

RIVALS = 3


@dataclass(frozen=True, slots=True)
class Removal:
    """Votes of one axis in the order in which they are to be taken away: ``pair`` and ``column`` of the counts."""

    tally: AxisTally
    pair: Ints
    column: Ints
    settings: RatingSettings
    draw_probability: float

    @property
    def most(self) -> int:
        return int(self.tally.counts[self.pair, self.column].sum())

    def first_without(self, votes: int) -> int | None:
        """The model (index) in first place once the first so many votes are gone; None where nobody is ranked."""
        counts = self.tally.counts.copy()
        held = counts[self.pair, self.column]
        before = np.cumsum(held) - held
        counts[self.pair, self.column] = held - np.clip(votes - before, 0, held)
        rest = replace(self.tally, counts=counts)
        solution = solve(rest, self.settings, self.draw_probability)
        ranked = leaders(rest, solution.mu - 3.0 * solution.sigma, self.settings.min_votes)
        return int(ranked[0]) if len(ranked) else None


def fragility_of(
    tally: AxisTally, solution: Solution, settings: RatingSettings, draw_probability: float
) -> Fragility | None:
    """The fewest votes found whose removal puts another model in the first place.

    For each of the next three, votes are taken in the order of what the linear system says they add to the leader's
    lead, and their number is narrowed down by rating what is left. Greedy, so an upper bound. None where no removal
    does it. The margin for draws stays as it is.
    """
    ranked = leaders(tally, solution.mu - 3.0 * solution.sigma, settings.min_votes).tolist()
    found: Fragility | None = None
    for rival in ranked[1 : 1 + RIVALS]:
        removal = _removal(tally, solution, settings, draw_probability, (ranked[0], rival))
        limit = removal.most if found is None else found.votes - 1
        found = _narrowed(removal, ranked[0], min(limit, removal.most)) or found
    return found


def _removal(
    tally: AxisTally, solution: Solution, settings: RatingSettings, draw_probability: float, duel: tuple[int, int]
) -> Removal:
    """The votes that favour the first of two models over the second, the strongest first."""
    sites, size = solution.sites, len(tally.models)
    place = np.argsort(sites.order)
    contrast = np.zeros(size)
    contrast[place[list(duel)]] = 1.0, -1.0
    reach = np.linalg.solve(system_matrix(solution, settings.sigma), contrast)
    gain = np.round(solution.slope * (reach[sites.winner] - reach[sites.loser]), 12)
    order = np.argsort(-gain, kind="stable")
    order = order[gain[order] > 0.0]
    winner, loser = sites.order[sites.winner[order]], sites.order[sites.loser[order]]
    pairs = tally.first * size + tally.second
    pair = np.searchsorted(pairs, np.minimum(winner, loser) * size + np.maximum(winner, loser))
    column = np.where(sites.draw[order], 2, np.where(winner < loser, 0, 1))
    return Removal(tally, pair, column, settings, draw_probability)


def _narrowed(removal: Removal, leader: int, limit: int) -> Fragility | None:
    """The smallest number of votes up to ``limit``, by doubling and halving, after which the leader is not first."""
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
