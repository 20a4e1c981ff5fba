"""The rules of the audit. Each says which votes it would set aside; none knows of the others. One more only alerts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import NormalDist

import numpy as np

from arena.votes.audit.crowd import clicking
from arena.votes.audit.report import Alert, Thresholds
from arena.votes.audit.statistics import count_bound, left_odds, sigmoid, successes_bound
from arena.votes.audit.vote_arrays import LEFT, NOBODY, Bools, Floats, Frame, Ints

SECOND = 1_000_000
HOUR = 3600 * SECOND
WEEK = 7 * 24 * HOUR


@dataclass(frozen=True)
class Consensus:
    """What the votes that are trusted so far agree on."""

    trusted: Bools
    odds: Floats
    """The log-odds that the left model of each vote is preferred, where one is."""


def consensus_of(frame: Frame, trusted: Bools) -> Consensus:
    """Learn from the trusted votes."""
    return Consensus(trusted, left_odds(frame, trusted))


def velocity(frame: Frame, _: Consensus, limits: Thresholds) -> Bools:
    """Votes within a minute or an hour in which their voter cast more than anyone who looks could."""
    order = np.lexsort((frame.at, frame.voter))
    voter, at = frame.voter[order], frame.at[order]
    found = np.zeros(len(frame), np.bool_)
    for votes, span in ((limits.minute_votes, 60 * SECOND), (limits.hour_votes, HOUR)):
        if len(frame) > votes:
            crowded = (voter[votes:] == voter[:-votes]) & (at[votes:] - at[:-votes] < span)
            edges = np.zeros(len(frame) + 1, np.int64)
            first = np.flatnonzero(crowded)
            np.add.at(edges, first, 1)
            np.add.at(edges, first + votes + 1, -1)
            found[order] |= np.cumsum(edges[:-1]) > 0
    return found


def snap(frame: Frame, _: Consensus, limits: Thresholds) -> Bools:
    """Votes faster than sight, and all votes of voters who mostly decide before they can have compared."""
    measured = ~np.isnan(frame.dwell)
    hasty = _by_voter(frame, measured & (frame.dwell < limits.snap_ms))
    all_of = _by_voter(frame, measured)
    habit = (all_of >= limits.snap_votes) & (hasty >= limits.snap_share * all_of)
    return (measured & (frame.dwell < limits.sight_ms)) | habit[frame.voter]


def one_sided(frame: Frame, _: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters who nearly always prefer the same side."""
    decided = _by_voter(frame, frame.decided)
    lefts = _by_voter(frame, frame.outcome == LEFT)
    most = np.maximum(lefts, decided - lefts)
    chance = successes_bound(most, decided, decided / 2)
    habit = (most >= limits.side_share * decided) & (chance <= math.log(limits.side_chance))
    return habit[frame.voter]


def disagreement(frame: Frame, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters whose choices chance explains better, by far, than the crowd does."""
    habit = clicking(frame, consensus.odds, consensus.trusted) >= -math.log(limits.careless_chance)
    return habit[frame.voter]


def favourite(frame: Frame, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters most of whose votes raise, or sink, one model that others meet far less often."""
    found = np.zeros(frame.voters, np.bool_)
    models = len(frame.models)
    for side in (frame.winner, frame.loser):
        key, count = np.unique((frame.voter * models + side)[side >= 0], return_counts=True)
        voter, model = key // models, key % models
        often = (count >= limits.favourite_votes) & (count >= limits.favourite_share * frame.votes_of[voter])
        voter, model, count = voter[often], model[often], count[often]
        counted = np.where(_by_suspects(frame, consensus.trusted, side, (voter, model), limits.share_limit), -1, side)
        expected = _expected_votes(frame, consensus.trusted, counted, voter, model)
        chance = count_bound(count, limits.slack * expected)
        found[voter[chance <= math.log(limits.favourite_chance)]] = True
    return found[frame.voter]


def linked(frame: Frame, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters who share a network, and together make one model win (or lose) as others do not."""
    found = np.zeros(frame.voters, np.bool_)
    known = (frame.network != NOBODY) & frame.decided
    for direction in (1, -1):
        rows, model, won, chance = sides_of(frame, consensus, known, direction)
        group = frame.network[rows] * len(frame.models) + model
        groups, which = np.unique(group, return_inverse=True)
        trials, wins, unlikely = _totals(which, len(groups), won, chance)
        pairs = np.unique(np.stack([which, frame.voter[rows]]), axis=1)
        people = np.bincount(pairs[0], minlength=len(groups))
        suspect = (people >= limits.linked_voters) & (trials >= limits.linked_votes)
        suspect &= (wins >= limits.linked_share * trials) & (unlikely <= math.log(limits.linked_chance))
        pair = which * frame.voters + frame.voter[rows]
        keys, place = np.unique(pair, return_inverse=True)
        share = np.bincount(place, won, len(keys)) / np.maximum(np.bincount(place, minlength=len(keys)), 1)
        guilty = suspect[keys // max(frame.voters, 1)] & (share >= limits.linked_share)
        found[keys[guilty] % max(frame.voters, 1)] = True
    return found[frame.voter]


def farmed(frame: Frame, consensus: Consensus, limits: Thresholds) -> Bools:
    """The votes of one voter on one pair of models, where they are far more than that voter would meet."""
    pairs, which = np.unique(frame.pair, return_inverse=True)
    met = np.bincount(which[consensus.trusted], minlength=len(pairs)) / max(int(consensus.trusted.sum()), 1)
    keys, place, count = np.unique(frame.voter * len(pairs) + which, return_inverse=True, return_counts=True)
    expected = limits.slack * frame.votes_of[keys // max(len(pairs), 1)] * met[keys % max(len(pairs), 1)]
    farm = (count >= limits.farmed_votes) & (count_bound(count, expected) <= math.log(limits.farmed_chance))
    return np.asarray(farm[place])


def burst(frame: Frame, consensus: Consensus, limits: Thresholds) -> Bools:
    """Votes for (or against) one model within an hour in which it won (or lost) as it never does."""
    found = np.zeros(len(frame), np.bool_)
    hour = _span(frame, HOUR)
    for direction in (1, -1):
        rows, model, won, chance = sides_of(frame, consensus, frame.decided, direction)
        key = (hour[rows] * len(frame.models) + model) * (int(frame.arena.max(initial=0)) + 1) + frame.arena[rows]
        keys, which = np.unique(key, return_inverse=True)
        trials, wins, unlikely = _totals(which, len(keys), won, chance)
        suspect = (trials >= limits.burst_votes) & (wins >= limits.burst_share * trials)
        suspect &= unlikely <= math.log(limits.burst_chance)
        mine = _share_of_hour(frame, hour, rows, model, won)
        found[rows[suspect[which] & (won > 0) & (mine >= limits.favourite_share)]] = True
    return found


def _totals(which: Ints, groups: int, won: Floats, chance: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each group: its battles, how many were won, and the bound on the logarithm of the chance of so many."""
    trials = np.bincount(which, minlength=groups).astype(np.float64)
    wins = np.bincount(which, won, groups).astype(np.float64)
    return trials, wins, successes_bound(wins, trials, np.bincount(which, chance, groups).astype(np.float64))


def _by_voter(frame: Frame, chosen: Bools) -> Floats:
    return np.bincount(frame.voter[chosen], minlength=frame.voters).astype(np.float64)


def _span(frame: Frame, length: int) -> Ints:
    """The number of each vote's hour or week, from 0."""
    number = frame.at // length
    return np.asarray(number - number.min()) if len(number) else number


def sides_of(frame: Frame, consensus: Consensus, chosen: Bools, direction: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Each chosen vote twice, once a side: its row, the side's model, whether it won, and the chance that it would.

    ``direction`` -1 turns winning into losing.
    """
    rows = np.flatnonzero(chosen)
    left = (frame.outcome[rows] == LEFT).astype(np.float64)
    chance = sigmoid(consensus.odds[rows])
    won, expected = np.concatenate([left, 1 - left]), np.concatenate([chance, 1 - chance])
    model = np.concatenate([frame.left[rows], frame.right[rows]])
    if direction < 0:
        won, expected = 1 - won, 1 - expected
    return np.concatenate([rows, rows]), model, won, expected


def _share_of_hour(frame: Frame, hour: Ints, rows: Ints, model: Ints, won: Floats) -> Floats:
    """For each row of ``sides_of``: which share of the voter's votes of that hour does the same for the same model."""
    visit = frame.voter * (int(hour.max(initial=0)) + 1) + hour
    _, visits, size = np.unique(visit, return_inverse=True, return_counts=True)
    keys, place = np.unique(visits[rows] * len(frame.models) + model, return_inverse=True)
    return np.asarray((np.bincount(place, won, len(keys)))[place] / size[visits[rows]])


def _by_suspects(frame: Frame, trusted: Bools, side: Ints, suspects: tuple[Ints, Ints], most: float) -> Bools:
    """The votes by which suspects (voter, model) raise their model: they must not make usual what they do.

    Where those of a model are more than the share ``most`` of all, it is just a strong model among few: none then.
    """
    voter, model = suspects
    models, found = len(frame.models), np.zeros(len(frame), np.bool_)
    keys = frame.voter * models + side
    for suspected in np.unique(model):
        theirs = trusted & (side == suspected) & np.isin(keys, voter[model == suspected] * models + suspected)
        if theirs.sum() <= most * trusted.sum():
            found |= theirs
    return found


def _expected_votes(frame: Frame, trusted: Bools, side: Ints, voter: Ints, model: Ints) -> Floats:
    """How many of each voter's votes would raise (or sink) the model, were they as others' votes of those weeks."""
    week = _span(frame, WEEK)
    models, weeks = len(frame.models), int(week.max(initial=0)) + 1
    used = trusted & (side >= 0)
    raised = np.bincount(week[used] * models + side[used], minlength=weeks * models).reshape(weeks, models)
    rate = raised / np.maximum(np.bincount(week[trusted], minlength=weeks), 1)[:, None]
    place = np.full(frame.voters, -1, np.int64)
    people, which = np.unique(voter, return_inverse=True)
    place[people] = np.arange(len(people))
    theirs = place[frame.voter] >= 0
    cast = np.zeros((len(people), weeks))
    np.add.at(cast, (place[frame.voter[theirs]], week[theirs]), 1)
    return np.asarray((cast[which] * rate[:, model].T).sum(axis=1))


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
