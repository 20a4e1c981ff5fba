"""The rules that set votes aside for what one voter, or a few together, did. Each knows nothing of the others."""

from __future__ import annotations

import math

import numpy as np

from arena.votes.audit.consensus import Consensus, count_bound, sides_of, successes_bound
from arena.votes.audit.crowd import clicking_log_e_values
from arena.votes.audit.report import Thresholds
from arena.votes.audit.vote_arrays import HOUR, LEFT, SECOND, UNKNOWN_NETWORK, WEEK, Bools, Floats, Ints, VoteArrays


def velocity(votes: VoteArrays, _: Consensus, limits: Thresholds) -> Bools:
    """Votes within a minute or an hour in which their voter cast more than anyone who looks could."""
    order = np.lexsort((votes.at, votes.voter))
    voter, at = votes.voter[order], votes.at[order]
    crowded = np.zeros(len(votes), np.bool_)
    for limit, span in ((limits.minute_votes, 60 * SECOND), (limits.hour_votes, HOUR)):
        if len(votes) > limit:
            # A vote and the one ``limit`` votes later are one too many within the span, and with them all between:
            # +1 where such a run begins and -1 after its end, summed up, says who is in any run.
            first = np.flatnonzero((voter[limit:] == voter[:-limit]) & (at[limit:] - at[:-limit] < span))
            edges = np.zeros(len(votes) + 1, np.int64)
            np.add.at(edges, first, 1)
            np.add.at(edges, first + limit + 1, -1)
            crowded[order] |= np.cumsum(edges[:-1]) > 0
    return crowded


def snap(votes: VoteArrays, _: Consensus, limits: Thresholds) -> Bools:
    """Votes faster than sight, and all votes of voters who mostly decide before they can have compared."""
    measured = ~np.isnan(votes.dwell)
    hasty = votes.count_by_voter(measured & (votes.dwell < limits.snap_ms))
    all_measured = votes.count_by_voter(measured)
    habit = (all_measured >= limits.snap_votes) & (hasty >= limits.snap_share * all_measured)
    return (measured & (votes.dwell < limits.sight_ms)) | habit[votes.voter]


def one_sided(votes: VoteArrays, _: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters who nearly always prefer the same side."""
    decided = votes.count_by_voter(votes.decided)
    lefts = votes.count_by_voter(votes.outcome == LEFT)
    most = np.maximum(lefts, decided - lefts)
    chance = successes_bound(most, decided, decided / 2)
    habit = (most >= limits.side_share * decided) & (chance <= math.log(limits.side_chance))
    return habit[votes.voter]


def disagreement(votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters whose choices chance explains better, by far, than the crowd does."""
    habit = clicking_log_e_values(votes, consensus.odds, consensus.trusted) >= -math.log(limits.careless_chance)
    return habit[votes.voter]


def favourite(votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters most of whose votes raise, or sink, one model that others meet far less often."""
    flagged = np.zeros(votes.voters, np.bool_)
    models = len(votes.models)
    for side in (votes.winner, votes.loser):
        key, count = np.unique((votes.voter * models + side)[side >= 0], return_counts=True)
        voter, model = key // models, key % models
        often = (count >= limits.favourite_votes) & (count >= limits.favourite_share * votes.votes_per_voter[voter])
        voter, model, count = voter[often], model[often], count[often]
        by_suspects = _votes_by_suspects(votes, consensus.trusted, side, (voter, model), limits.share_limit)
        usual_side = np.where(by_suspects, -1, side)
        expected = _expected_votes(votes, consensus.trusted, usual_side, voter, model)
        chance = count_bound(count.astype(np.float64), limits.slack * expected)
        flagged[voter[chance <= math.log(limits.favourite_chance)]] = True
    return flagged[votes.voter]


def linked(votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """All votes of voters who share a network, and together make one model win (or lose) as others do not."""
    flagged = np.zeros(votes.voters, np.bool_)
    known = (votes.network != UNKNOWN_NETWORK) & votes.decided
    for direction in (1, -1):
        rows, model, won, chance = sides_of(votes, consensus, known, direction)
        groups, group = np.unique(votes.network[rows] * len(votes.models) + model, return_inverse=True)
        trials, wins, unlikely = _totals(group, len(groups), won, chance)
        members = np.unique(np.stack([group, votes.voter[rows]]), axis=1)
        people = np.bincount(members[0], minlength=len(groups))
        suspect = (people >= limits.linked_voters) & (trials >= limits.linked_votes)
        suspect &= (wins >= limits.linked_share * trials) & (unlikely <= math.log(limits.linked_chance))
        # Of a suspect group only those who take part: others may share the network, or be honest about the model. Who
        # voted on it once or twice cannot be told from them where the network does much else: that is for ``network``.
        keys, member = np.unique(group * votes.voters + votes.voter[rows], return_inverse=True)
        battles = np.bincount(member, minlength=len(keys))
        share = np.bincount(member, won, len(keys)) / np.maximum(battles, 1)
        group_of_member = keys // max(votes.voters, 1)
        cast = np.bincount(votes.network[votes.network != UNKNOWN_NETWORK])[groups // len(votes.models)]
        does_little_else = trials >= limits.favourite_share * cast
        guilty = suspect[group_of_member] & (share >= limits.linked_share)
        guilty &= does_little_else[group_of_member] | (battles >= limits.linked_own_votes)
        flagged[keys[guilty] % max(votes.voters, 1)] = True
    return flagged[votes.voter]


def farmed(votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """The votes of one voter on one pair of models, where they are far more than that voter would meet."""
    pairs, pair = np.unique(votes.pair, return_inverse=True)
    share = np.bincount(pair[consensus.trusted], minlength=len(pairs)) / max(int(consensus.trusted.sum()), 1)
    keys, cell, count = np.unique(votes.voter * len(pairs) + pair, return_inverse=True, return_counts=True)
    voter, pair_of_key = keys // max(len(pairs), 1), keys % max(len(pairs), 1)
    expected = limits.slack * votes.votes_per_voter[voter] * share[pair_of_key]
    farm = (count >= limits.farmed_votes) & (
        count_bound(count.astype(np.float64), expected) <= math.log(limits.farmed_chance)
    )
    return np.asarray(farm[cell])


def burst(votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """Votes for (or against) one model within an hour in which it won (or lost) as it never does."""
    flagged = np.zeros(len(votes), np.bool_)
    hour = _span_number(votes, HOUR)
    for direction in (1, -1):
        rows, model, won, chance = sides_of(votes, consensus, votes.decided, direction)
        key = (hour[rows] * len(votes.models) + model) * votes.arenas + votes.arena[rows]
        groups, group = np.unique(key, return_inverse=True)
        trials, wins, unlikely = _totals(group, len(groups), won, chance)
        suspect = (trials >= limits.burst_votes) & (wins >= limits.burst_share * trials)
        suspect &= unlikely <= math.log(limits.burst_chance)
        # Honest voters of that hour voted for the model too: only who did little else is set aside.
        share = _share_of_hour(votes, hour, rows, model, won)
        flagged[rows[suspect[group] & (won > 0) & (share >= limits.favourite_share)]] = True
    return flagged


def _totals(group: Ints, groups: int, won: Floats, chance: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each group: its battles, how many were won, and the bound on the logarithm of the chance of so many."""
    trials = np.bincount(group, minlength=groups).astype(np.float64)
    wins = np.bincount(group, won, groups).astype(np.float64)
    return trials, wins, successes_bound(wins, trials, np.bincount(group, chance, groups).astype(np.float64))


def _votes_by_suspects(
    votes: VoteArrays, trusted: Bools, side: Ints, suspects: tuple[Ints, Ints], max_share: float
) -> Bools:
    """The votes by which suspects (voter, model) raise their model: they must not make usual what they do.

    Where those of a model are more than the share ``max_share`` of all, it is just a strong model among few: none then.
    """
    voter, model = suspects
    models, chosen = len(votes.models), np.zeros(len(votes), np.bool_)
    keys = votes.voter * models + side
    for suspected in np.unique(model):
        theirs = trusted & (side == suspected) & np.isin(keys, voter[model == suspected] * models + suspected)
        if theirs.sum() <= max_share * trusted.sum():
            chosen |= theirs
    return chosen


def _expected_votes(votes: VoteArrays, trusted: Bools, side: Ints, voter: Ints, model: Ints) -> Floats:
    """How many of each voter's votes would raise (or sink) the model, were they as others' votes of those weeks."""
    week = _span_number(votes, WEEK)
    models, weeks = len(votes.models), int(week.max(initial=0)) + 1
    used = trusted & (side >= 0)
    raised = np.bincount(week[used] * models + side[used], minlength=weeks * models).reshape(weeks, models)
    rate = raised / np.maximum(np.bincount(week[trusted], minlength=weeks), 1)[:, None]
    row_of_voter = np.full(votes.voters, -1, np.int64)
    people, row = np.unique(voter, return_inverse=True)
    row_of_voter[people] = np.arange(len(people))
    theirs = row_of_voter[votes.voter] >= 0
    cast = np.zeros((len(people), weeks))
    np.add.at(cast, (row_of_voter[votes.voter[theirs]], week[theirs]), 1)
    return np.asarray((cast[row] * rate[:, model].T).sum(axis=1))


def _share_of_hour(votes: VoteArrays, hour: Ints, rows: Ints, model: Ints, won: Floats) -> Floats:
    """For each row of ``sides_of``: which share of the voter's votes of that hour does the same for the same model."""
    voter_hour = votes.voter * (int(hour.max(initial=0)) + 1) + hour
    _, visit, size = np.unique(voter_hour, return_inverse=True, return_counts=True)
    keys, cell = np.unique(visit[rows] * len(votes.models) + model, return_inverse=True)
    return np.asarray((np.bincount(cell, won, len(keys)))[cell] / size[visit[rows]])


def _span_number(votes: VoteArrays, length: int) -> Ints:
    """The number of each vote's hour or week, from 0."""
    number = votes.at // length
    return np.asarray(number - number.min()) if len(number) else number
