"""Groups that show together what no single voter shows: the voters of one network, and newcomers of the same time.

Ten people who each vote once for one model look like anybody; together they do not. So voters are put into groups, and
each model's wins in each group are compared with what all other votes say about the same battles. What is found waits
for a person: a group may have a good reason to differ, which no rule can know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import NormalDist

import numpy as np

from arena.votes.audit.consensus import Consensus, sides_of, successes_bound
from arena.votes.audit.report import Alert, Thresholds
from arena.votes.audit.vote_arrays import BOTH_BAD, UNKNOWN_NETWORK, WEEK, Bools, Floats, Ints, VoteArrays

MIN_EXPECTED = 4.0
"""Expected wins, and losses, from which on a group's battles of a model are compared with those of others."""
SMALL_PART = 0.25
"""How much of the others' votes on a model, weighed by what they tell, a group of all its voters may have."""
FOCUSES = (0, 1, 2)
"""From how many votes on the model on a voter counts, of those who cast ``focus_share`` of theirs on it; 0 for all."""


@dataclass(frozen=True)
class Grouping:
    """One way to put voters into groups."""

    kind: str
    """``network`` or ``newcomers``."""
    focus: int
    """0 for all voters; else only those count who cast ``focus_share`` of their votes on the model, and so many."""
    group: Ints
    """The number of each vote's group, -1 for none."""
    weeks: int = 0
    """How many weeks of first votes make up a group of newcomers."""


@dataclass(frozen=True)
class Cells:
    """The sides of battles by group of a grouping, model and arena: ``column`` stands for the last two."""

    grouping: Grouping
    sides: Ints
    cell: Ints
    """The cell of each of the ``sides``: an index into what follows."""
    group: Ints
    column: Ints


@dataclass(frozen=True)
class Comparison:
    """Each cell's wins beside those that all other votes expect of the same battles; a tie is half a win."""

    battles: Floats
    wins: Floats
    expected: Floats
    deviations: Floats
    """By how many standard deviations the wins exceed that; 0 where there are too few battles to say.

    In standard deviations of a normal distribution as far out: see ``_compare``.
    """
    compared: int
    """How many cells have enough."""


@dataclass(frozen=True)
class UnusualGroup:
    """A group that differs about one model in one arena; and its votes on that model, whoever won them."""

    alert: Alert
    votes: Bools


def unusual_groups(votes: VoteArrays, consensus: Consensus, tested: Bools, limits: Thresholds) -> list[UnusualGroup]:
    """Groups with which a model wins, or loses, far more than with everybody else; the strangest first.

    A group is unusual where its wins differ from what all other votes expect by more than the normal tail allows at
    ``alert_chance`` over the number of comparisons (Bonferroni). The newcomers of ``usual_weeks`` weeks have that
    chance for themselves, all other groups share it once more: so an honest arena has any alert with at most twice the
    chance. Wins must also differ by ``group_effect`` of the battles: among thousands of votes the smallest difference
    of taste is certain. The strangest group of each model is taken out before the others are compared again: of a week,
    and the month around it, only one is named.

    Each group is also compared without those who cast less than ``focus_share`` of their votes on the model, and once
    more without those who cast a single one on it, as most casual voters do. Who wants to help a model has to go
    through many battles for each that it is in; those who skip the others stand out here. How often somebody meets a
    model says nothing of who wins, so for honest voters the test stays as it is.

    Only ``tested`` votes are compared with each other; ``consensus`` says what is expected of every battle.
    """
    groupings = list(_groupings(votes))
    found, untaken, thresholds = list[UnusualGroup](), tested, list[float]()
    rows, model, won, chance = sides_of(votes, consensus, untaken & (votes.outcome != BOTH_BAD))
    column = model * votes.arenas + votes.arena[rows]
    focus = _focus(votes, rows, model, limits.focus_share)
    cells = [_cells(grouping, tested[rows] & (focus >= grouping.focus), rows, column) for grouping in groupings]
    while True:
        comparisons = [_compare(cell, column, won, np.where(untaken[rows], chance, np.nan)) for cell in cells]
        # What is tested is settled the first time: fewer comparisons later must not lower the bar.
        thresholds = thresholds or _thresholds(cells, comparisons, limits)
        strangest = _strangest(cells, comparisons, thresholds, limits.group_effect)
        if not strangest:
            return sorted(found, key=lambda group: (-abs(group.alert.deviations), group.alert.model))
        for number, place in strangest:
            theirs = np.zeros(len(votes), np.bool_)
            sides = cells[number].sides[cells[number].cell == place]
            theirs[rows[sides]] = True
            theirs &= untaken
            alert = _alert(votes, theirs, cells[number], comparisons[number], place)
            found.append(UnusualGroup(replace(alert, model=votes.models[model[sides[0]]]), theirs))
        untaken = untaken & ~np.logical_or.reduce([group.votes for group in found])


def _groupings(votes: VoteArrays) -> Iterator[Grouping]:
    """By network; and by the week of the first vote, in windows that double, since nobody knows how long it took."""
    first = first_weeks(votes)[votes.voter]
    # What an import has no date of, and what is of no known network, is in no group.
    week, network = np.where(votes.dated, first, -1), np.where(votes.network == UNKNOWN_NETWORK, -1, votes.network)
    for focus in FOCUSES:
        yield Grouping("network", focus, network)
        weeks = 1
        while weeks < 2 * (int(week.max(initial=0)) + 1):
            yield Grouping("newcomers", focus, np.where(week < 0, -1, week // weeks), weeks)
            weeks *= 2


def _focus(votes: VoteArrays, rows: Ints, model: Ints, share: float) -> Ints:
    """Of each side: how many votes its voter cast on its model, 0 where that is less than the share of all."""
    keys = np.concatenate([votes.voter, votes.voter]) * len(votes.models) + np.concatenate([votes.left, votes.right])
    known, count = np.unique(keys, return_counts=True)
    own = count[np.searchsorted(known, votes.voter[rows] * len(votes.models) + model)]
    return np.where(own >= share * votes.votes_per_voter[votes.voter[rows]], own, 0)


def first_weeks(votes: VoteArrays) -> Ints:
    """For each voter: the week of the first vote that has a date, counted from that of the first of all; else 0."""
    first, earliest = np.full(votes.voters, np.iinfo(np.int64).max), _start(votes)
    np.minimum.at(first, votes.voter[votes.dated], votes.at[votes.dated])
    return np.where(first < np.iinfo(np.int64).max, (first - earliest) // WEEK, 0)


def _start(votes: VoteArrays) -> int:
    return int(votes.at[votes.dated].min(initial=np.iinfo(np.int64).max))


def _cells(grouping: Grouping, tested: Bools, rows: Ints, column: Ints) -> Cells:
    """``tested`` says which sides may be in a group."""
    group = np.where(tested, grouping.group[rows], -1)
    sides = np.flatnonzero(group >= 0)
    # Most networks have a handful of votes, in which no model can have enough battles: they need no cells.
    size = np.bincount(group[sides], minlength=1)
    sides = sides[size[group[sides]] >= 2 * MIN_EXPECTED]
    columns = int(column.max(initial=0)) + 1
    keys, cell = np.unique(group[sides] * columns + column[sides], return_inverse=True)
    return Cells(grouping, sides, cell, keys // columns, keys % columns)


def _compare(cells: Cells, column: Ints, won: Floats, chance: Floats) -> Comparison:
    """``won`` and ``chance`` are those of all sides; the chance is NaN for sides that are left out."""
    used = ~np.isnan(chance)
    spread, excess = np.where(used, chance * (1 - chance), 0.0), np.where(used, won - chance, 0.0)

    def of_cells(values: Floats) -> Floats:
        return np.bincount(cells.cell, values[cells.sides], len(cells.group)).astype(np.float64)

    battles, wins = of_cells(used.astype(np.float64)), of_cells(np.where(used, won, 0.0))
    own_spread, own_excess = of_cells(spread), of_cells(excess)
    # A model may be better than its strength says with everybody; that excess is estimated from all other votes, and
    # its own error, spread**2 / elsewhere, adds to the group's.
    elsewhere = np.maximum(np.bincount(column, spread)[cells.column] - own_spread, 1.0)
    usual = (np.bincount(column, excess)[cells.column] - own_excess) / elsewhere * own_spread
    expected = wins - own_excess + usual
    large = (expected >= MIN_EXPECTED) & (battles - expected >= MIN_EXPECTED)
    if not cells.grouping.focus:
        # An attack raises what is expected of all others; of two parts that differ, the small one is the odd one.
        large &= own_spread <= SMALL_PART * elsewhere
    # The signed root of the deviance is closer to normal than the difference over its standard deviation, which is
    # skewed where a model seldom wins (McCullagh and Nelder, Generalized Linear Models, 2.4).
    more = wins > expected
    surprise = -successes_bound(
        np.where(more, wins, battles - wins), battles, np.where(more, expected, battles - expected)
    )
    shrunk = np.sqrt(2 * surprise / (1 + own_spread / elsewhere))
    return Comparison(battles, wins, expected, np.where(large, np.where(more, shrunk, -shrunk), 0.0), int(large.sum()))


def _thresholds(cells: list[Cells], comparisons: list[Comparison], limits: Thresholds) -> list[float]:
    """For each grouping: how many standard deviations are too many."""
    alone = [cell.grouping.weeks == limits.usual_weeks and not cell.grouping.focus for cell in cells]
    counts = {
        kind: sum(found.compared for own, found in zip(alone, comparisons, strict=True) if own is kind)
        for kind in (True, False)
    }
    return [NormalDist().inv_cdf(1 - limits.alert_chance / max(counts[kind], 1) / 2) for kind in alone]


def _strangest(
    cells: list[Cells], comparisons: list[Comparison], thresholds: list[float], effect: float
) -> list[tuple[int, int]]:
    """For each column with an unusual group, the strangest: the number of its grouping, and its cell."""
    strangest: dict[int, tuple[float, int, int]] = {}
    for number, (cell, found, threshold) in enumerate(zip(cells, comparisons, thresholds, strict=True)):
        distance = np.abs(found.deviations)
        unusual = (distance > threshold) & (np.abs(found.wins - found.expected) >= effect * found.battles)
        for place in np.flatnonzero(unusual).tolist():
            column = int(cell.column[place])
            strangest[column] = max(strangest.get(column, (0.0, 0, 0)), (float(distance[place]), number, place))
    return [(number, place) for _, number, place in strangest.values()]


def _alert(votes: VoteArrays, theirs: Bools, cells: Cells, found: Comparison, place: int) -> Alert:
    """What is said of an unusual group, but for the model."""
    grouping = cells.grouping
    begin = _start(votes) + int(cells.group[place]) * grouping.weeks * WEEK
    since = begin if grouping.weeks else int(votes.at[theirs].min())
    return Alert(
        model="",
        since=f"{datetime.fromtimestamp(since / 1e6, UTC):%Y-%m-%d}",
        battles=round(float(found.battles[place])),
        wins=round(float(found.wins[place])),
        expected=round(float(found.expected[place]), 1),
        deviations=round(float(found.deviations[place]), 1),
        group=grouping.kind,
        focused=grouping.focus > 0,
        weeks=grouping.weeks,
        voters=len(np.unique(votes.voter[theirs])),
    )
