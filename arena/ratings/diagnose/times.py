"""Over time: models that change, bursts of votes for one of them, and votes that are there twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from arena import wording
from arena.ratings.arrays import Floats, Ints
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.sides import CASES
from arena.ratings.diagnose.statistics import (
    bridge_tail,
    group_sums,
    outlying_groups,
    poisson_tail,
    several,
)
from arena.ratings.diagnose.votes import DiagnosedVotes

LEAST_PATH_VARIANCE = 5.0
"""Of the points of a model whose path is tested: 20 votes at even odds."""
SPLITS = (0.25, 0.5, 0.75)
"""Of a model's votes, the places where voters' tastes are weighed against a change."""
HOUR, DAY = 3_600, 86_400
LEAST_DAYS = 14
"""From here on bursts are looked for by day, below by hour."""
LEAST_BURST_VARIANCE = 2.5
LEAST_MEAN = 1e-3
"""Repetitions that are expected at least, so that a single one proves nothing."""
LARGEST_KEY = 2**62
SHARE_OF_TWINS = 0.002
"""Of votes that are there twice, below which they are not worth a look whatever their chance."""


def drift(votes: DiagnosedVotes) -> Answer:
    """Whether a model changed: the path of its surprises over time, against a Brownian bridge.

    The strengths are fitted to all votes, so surprises of a model add up to about 0; the farthest that their running
    sum goes, in standard errors of the whole, has Kolmogorov's distribution where nothing changed (R. L. Brown,
    J. Durbin and J. M. Evans, J. R. Statistical Society B 37, 1975, on sums of residuals). The day of the farthest is
    the likeliest one of a change.
    """
    model, surprise, variance, slope = votes.sides
    seconds = np.tile(votes.columns.seconds, 2)
    order = np.lexsort((seconds, model))
    cells = votes.size
    chance = group_sums(model, variance, cells)
    found = []
    for code, rows in _runs(model[order], order):
        if chance[code] < LEAST_PATH_VARIANCE or seconds[rows[0]] == seconds[rows[-1]]:
            continue
        path, share = np.cumsum(surprise[rows]), np.cumsum(variance[rows]) / chance[code]
        path -= share * path[-1]
        # Votes of one second have no order among themselves.
        ends = np.flatnonzero(np.diff(seconds[rows], append=seconds[rows[-1]] + 1))
        at = int(ends[np.abs(path[ends]).argmax()])
        before, after = float(surprise[rows[: at + 1]].mean()), _mean(surprise[rows[at + 1 :]])
        total = chance[code] + _tastes_over_time(votes, rows, slope[rows], share)
        p = bridge_tail(abs(float(path[at])) / math.sqrt(total))
        found.append((p, votes.label(code), len(rows), after - before, int(seconds[rows[at]])))
    found.sort()
    unknown = votes.without_times or ("" if found else "because no model has enough votes")
    finding = ""
    if found:
        _, name, count, change, when = found[0]
        more = "more" if change > 0.0 else "less"
        finding = (
            f"Farthest: {name} ({wording.count(count, 'vote')}) scores {wording.percent(abs(change))} {more} after "
            f"{_day(when)} than before, against the same opponents."
        )
    return Answer(
        name="drift",
        question="Did a model change while it was voted on?",
        finding=finding,
        fine="Every model scores about the same from the first vote to the last, given its opponents.",
        look="The model behind this name was changed, or voters were: its rating averages two models. See its history.",
        unknown=unknown,
        p=None if unknown else several(found[0][0], len(found)),
        measure="points a vote that this model scores more after the day of the change than before",
        estimate=found[0][3] if found else None,
        case_measure="points a vote more after the likeliest day of a change",
        cases=tuple(Case(f"{name}, {_day(when)}", count, change) for _, name, count, change, when in found[:CASES]),
    )


def _tastes_over_time(votes: DiagnosedVotes, rows: Ints, slope: Floats, share: Floats) -> float:
    """What voters' tastes for one model add to the variance of its path, as if to that of the whole.

    A voter's taste does not change, so it moves the path only as far as the voter's votes come early or late: at a
    split s it adds taste^2 ((1 - s) votes before - s votes after)^2, which counts as 1 / (s (1 - s)) times as much. The
    largest of three splits is taken.
    """
    if votes.without_voters:
        return 0.0
    _, voter = np.unique(votes.voters[0][rows % len(votes.columns)], return_inverse=True)
    size = int(voter.max()) + 1
    whole, alone = group_sums(voter, slope, size), slope**2
    added = 0.0
    for split in SPLITS:
        early = share <= split
        moved = group_sums(voter[early], slope[early], size) - split * whole
        own = float((alone * (early - split) ** 2).sum())
        added = max(added, (float((moved**2).sum()) - own) / (split * (1.0 - split)))
    return votes.tastes[0] * max(0.0, added)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _runs(keys: Ints, order: Ints) -> Iterator[tuple[int, Ints]]:
    """Each distinct key of sorted ``keys``, and its part of ``order``."""
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    for start, rows in zip(starts.tolist(), np.split(order, starts[1:]), strict=bool(len(starts))):
        yield int(keys[start]), rows


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def bursts(votes: DiagnosedVotes) -> Answer:
    """A day (or an hour, in short logs) on which a model scores far more or less than at all other times.

    Votes that come together are judged together: each day's sum of a model's surprises, against how far its days
    differ.
    """
    unknown = votes.without_times
    seconds = votes.columns.seconds
    unit, word = (DAY, "day") if int(np.ptp(seconds)) >= LEAST_DAYS * DAY else (HOUR, "hour")
    model, surprise, variance, slope = votes.sides
    span, when = np.unique(np.tile(seconds // unit, 2), return_inverse=True)
    cell, where = np.unique(when * votes.size + model, return_inverse=True)
    sums, chance, weight, count = (
        group_sums(where, values, len(cell)) for values in (surprise, variance, slope, np.ones(len(slope)))
    )
    # What one voter does in one sitting is in the checks of voters: here it is chance.
    chance = chance + votes.clustered(where, len(cell), slope)
    tested = (chance >= LEAST_BURST_VARIANCE) & (count >= 10)
    unknown = unknown or ("" if tested.sum() > 1 else f"because no model has enough votes on any {word}")
    tests = outlying_groups(sums, chance, weight, tested & (not unknown))
    order = np.argsort(-np.abs(np.where(tests.tested, tests.z, 0.0)), kind="stable")[: min(CASES, tests.tests)]
    cases = tuple(
        Case(f"{votes.label(cell[at] % votes.size)}, {_moment(int(span[cell[at] // votes.size]) * unit, unit)}",
             int(count[at]), sums[at] / count[at])
        for at in order
    )  # fmt: skip
    finding = ""
    if cases:
        more = "more" if cases[0].value > 0.0 else "less"
        finding = (
            f"Farthest from its other {word}s: {cases[0].name}: {wording.percent(abs(cases[0].value))} {more} "
            "points than "
            f"expected in {wording.count(cases[0].votes, 'vote')}."
        )
    return Answer(
        name="bursts",
        question="Was there a burst of votes for or against a model?",
        finding=finding,
        fine=f"No {word} stands out for any model.",
        look="Votes on one model came together and say something else than all others: a campaign, a program, or "
        "broken "
        "pictures on that day. The audit finds which voters.",
        unknown=unknown,
        p=None if unknown else tests.p_farthest(),
        measure=f"points a vote more than expected on that {word}",
        estimate=cases[0].value if cases else None,
        case_measure="points a vote more than expected",
        cases=cases,
    )


def _moment(seconds: int, unit: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.date().isoformat() if unit == DAY else moment.strftime("%Y-%m-%d %H:00")


def twins(votes: DiagnosedVotes) -> Answer:
    """Votes that are there twice: the same second, models, prompt and outcome, and the same voter where one is named.

    By chance, of votes of one hour that agree in all else two are of one second once in 3,600 times (Poisson's tail).
    """
    columns = votes.columns
    pair, _ = votes.pairs
    alone = len(votes.voters[1]) == len(columns)
    kinds = [pair, columns.prompt, columns.outcome, *([] if alone else [columns.voter])]
    # Votes are sorted by time, and a stable sort by kind keeps that: one that repeats another follows it.
    order = np.argsort(_one_key(kinds), kind="stable")
    same = np.ones(max(0, len(order) - 1), bool)
    for values in kinds:
        same &= np.diff(values[order]) == 0
    seconds = columns.seconds[order]
    count = int((same & (np.diff(seconds) == 0)).sum())
    # By chance two such votes of one hour fall on the same of its seconds.
    mean = max(float((same & (np.diff(seconds // HOUR) == 0)).sum()) / HOUR, LEAST_MEAN)
    share = count / max(1, len(columns))
    beyond = share >= SHARE_OF_TWINS and count > 1
    return Answer(
        name="twins",
        question="Are votes there twice?",
        finding=f"{wording.count(count, 'vote')} ({wording.percent(share, 1)}) "
        f"{'repeats' if count == 1 else 'repeat'} another one in time, models, prompt, outcome"
        f"{'' if alone else ' and voter'}.",
        fine="Votes are there once.",
        look="A file was imported twice, or an app sent votes again: they count twice, and intervals are too narrow. "
        "Take the copies out.",
        unknown=votes.without_times,
        p=None if votes.without_times else poisson_tail(count, mean) if beyond else 1.0,
        measure="share of votes that repeat another one",
        estimate=share,
    )


def _one_key(columns: list[Ints]) -> Ints:
    """One number for each row of the columns: distinct for distinct rows, as long as there are not too many kinds."""
    key, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        kinds = int(column.max(initial=0)) + 1
        if size * kinds >= LARGEST_KEY:
            _, key = np.unique(key, return_inverse=True)
            size = int(key.max(initial=0)) + 1
        key, size = key * kinds + column, size * kinds
    return key
