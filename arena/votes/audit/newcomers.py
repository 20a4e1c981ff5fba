"""Does one model do better among those who came at one time than among everybody else? An alert, not a verdict.

Voters who are honest but on one model can't be told one by one. If they were gathered for it they came together, so as
a group they can: by the fortnight of the first vote, each model's wins are compared with what the other votes say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import NormalDist

import numpy as np

from arena.votes.audit.frame import Bools, Frame, Ints
from arena.votes.audit.report import Alert
from arena.votes.audit.rules import WEEK, Consensus, sides_of
from arena.votes.audit.thresholds import Thresholds

ENOUGH = 4.0
"""Expected wins, and losses, from which on the sum of a group's battles is taken to be normal."""


def newcomer_alerts(frame: Frame, consensus: Consensus, asked: Bools, limits: Thresholds) -> tuple[Alert, ...]:
    """Models that win, or lose, too often with a group of newcomers, by the strangest group of each; strangest first.

    The excess of wins over those that the consensus expects is compared with the excess among all other votes, in
    standard deviations. The threshold is Bonferroni's: over all groups and models, an honest arena has any alert with
    a chance of at most ``alert_chance``. Only groups with ``asked`` votes are named.
    """
    rows, model, won, chance = sides_of(frame, consensus, frame.decided & consensus.trusted, 1)
    models, group = len(frame.models), _groups(frame, limits.alert_weeks)
    groups = int(group.max(initial=-1)) + 1
    cell = group[frame.voter[rows]] * models + model

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, groups * models).reshape(groups, models)

    battles, expected, spread = total(np.ones(len(cell))), total(chance), total(chance * (1 - chance))
    wins = total(won)
    excess, elsewhere = wins - expected, np.maximum(spread.sum(axis=0) - spread, 1.0)
    usual = (excess.sum(axis=0) - excess) / elsewhere * spread
    tested = (expected >= ENOUGH) & (battles - expected >= ENOUGH)
    with np.errstate(divide="ignore", invalid="ignore"):
        strange = np.where(tested, (excess - usual) / np.sqrt(spread + spread**2 / elsewhere), 0.0)
    threshold = NormalDist().inv_cdf(1 - limits.alert_chance / 2 / max(int(tested.sum()), 1))
    tested &= np.isin(np.arange(groups), group[frame.voter[asked]])[:, None]
    distance = np.where(tested, np.abs(strange), 0.0)
    worst = [(int(distance[:, model].argmax()), model) for model in np.flatnonzero((distance > threshold).any(axis=0))]
    order = sorted(worst, key=lambda place: -distance[place])
    return tuple(
        Alert(
            model=frame.models[model],
            since=_day(int(frame.at.min()) + which * limits.alert_weeks * WEEK),
            battles=int(battles[which, model]),
            wins=int(wins[which, model]),
            expected=round(float(expected[which, model] + usual[which, model]), 1),
            deviations=round(float(strange[which, model]), 1),
        )
        for which, model in order
    )


def _groups(frame: Frame, weeks: int) -> Ints:
    """The number of each voter's group, from 0: by the time of the first vote."""
    first = np.full(frame.voters, np.iinfo(np.int64).max)
    np.minimum.at(first, frame.voter, frame.at)
    return np.asarray((first - frame.at.min(initial=np.iinfo(np.int64).max)) // (weeks * WEEK))


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1e6, UTC):%Y-%m-%d}"
