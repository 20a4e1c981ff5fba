"""How far voters differ in how readily they call a tie: one number, from how many ties each of them called.

The share of ties of a voter, over many votes, is taken to be drawn from a beta distribution; so the ties among n votes
are beta-binomial (J. G. Skellam, Journal of the Royal Statistical Society B 10, 1948). Its mean and its spread are the
likeliest ones. All that is needed is how many voters have so many votes and so many ties, which any engine can count.

What a voter's votes add is plain: with mean m and spread r, t ties among n votes make a share of
(m (1 - r) / r + t) / ((1 - r) / r + n) the one to expect, which is the mean without votes, and their own with many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import numpy as np

from arena.ratings.arrays import Floats, Ints
from arena.records import Outcome
from arena.votes.fetching import fetch

MOST_VOTES = 4096
"""Of one voter; of a longer record the share of ties is kept, which so many votes tell well enough."""
WIDEST = 1000.0
"""The largest r / (1 - r) that is told from a spread of 1."""
STEPS = 60
DIGITS = 6
"""Decimals of mean and spread."""
QUANTILES = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class VoterTies:
    """``share`` is ties / rated votes, ``mean`` the mean of voters' own shares, in which one with many votes counts no
    more than another, and ``spread`` the correlation of two votes of one voter being ties.

    All are from 0 to 1. With a spread of 0 all voters tie alike, with 1 each ties always or never; the shares of
    voters have a standard deviation of sqrt(mean (1 - mean) spread). It is 0 too where no voter has two votes, and
    where there is one voter only: then nothing tells.
    """

    share: float = 0.0
    mean: float = 0.0
    spread: float = 0.0

    def share_after(self, ties: int, votes: int) -> float:
        """The share of ties to expect from a voter who has called so many of so many votes a tie."""
        if not self.spread:
            return self.mean
        known = (1.0 - self.spread) / self.spread
        return (self.mean * known + ties) / (known + votes)

    def middle(self) -> tuple[float, float]:
        """The shares between which the middle 90% of voters are."""
        if not 0.0 < self.spread < 1.0:
            return (self.mean, self.mean) if self.spread < 1.0 else (0.0, 1.0)
        known = (1.0 - self.spread) / self.spread
        # Over the log odds the density has no pole where a parameter is below 1.
        odds = np.linspace(-40.0, 40.0, 8001)
        share = 1.0 / (1.0 + np.exp(-odds))
        log_density = -self.mean * known * np.logaddexp(0.0, -odds) - (1.0 - self.mean) * known * np.logaddexp(
            0.0, odds
        )
        below = np.cumsum(np.exp(log_density - log_density.max()))
        low, high = np.interp(QUANTILES, below / below[-1], share)
        return float(low), float(high)


def count_voters_by_ties(votes: ibis.Table, *, both_bad_ties: bool) -> ibis.Table:
    """As an expression: by ``arena``, rated ``votes`` and ``ties`` of a voter, how many ``voters`` have so many."""
    tied = [Outcome.TIE.value, *([Outcome.BOTH_BAD.value] if both_bad_ties else [])]
    rated = votes.filter(votes.outcome.isin([Outcome.LEFT.value, Outcome.RIGHT.value, *tied]))
    counts = {"votes": rated.count(), "ties": rated.count(where=rated.outcome.isin(tied))}
    by_voter = rated.group_by("arena", "voter").agg(**counts)
    return by_voter.group_by("arena", "votes", "ties").agg(voters=by_voter.count())


def voter_ties(votes: ibis.Table, *, both_bad_ties: bool) -> dict[str, VoterTies]:
    """By arena. Memory grows with the distinct records of voters, not with votes."""
    rows = fetch(count_voters_by_ties(votes, both_bad_ties=both_bad_ties))
    arenas = np.asarray(rows["arena"].to_pylist(), dtype=object)
    counts = np.column_stack([rows[name].to_numpy() for name in ("votes", "ties", "voters")]).astype(np.int64)
    return {arena: fit_voter_ties(counts[arenas == arena]) for arena in sorted(set(arenas.tolist()))}


def fit_voter_ties(counts: Ints) -> VoterTies:
    """The likeliest mean and spread, rounded to six decimals; ``counts`` has rows of votes, ties, and voters.

    For a given spread the likelihood has one maximum in the mean, found by Newton's method; along it the derivative by
    the spread is brought to 0. Where it falls from 0 on, voters do not differ by more than chance.
    """
    votes, ties, voters = counts.T
    total = int((votes * voters).sum())
    if not total:
        return VoterTies()
    pooled = float((ties * voters).sum()) / total
    repeated = int(voters[votes > 1].sum())
    share = round(pooled, DIGITS)
    if repeated < 2 or not 0.0 < pooled < 1.0:
        return VoterTies(share, share)
    likelihood = _Likelihood.of(votes, ties, voters)
    if likelihood.by_odds(pooled, 0.0) <= 0.0:
        return VoterTies(share, share)
    log_odds = _falls_through_0(
        lambda value: likelihood.by_odds(likelihood.mean_at(float(np.exp(value)), pooled), float(np.exp(value))),
        float(np.log(1e-9)),
        float(np.log(WIDEST)),
    )
    odds = float(np.exp(log_odds))
    return VoterTies(share, round(likelihood.mean_at(odds, pooled), DIGITS), round(odds / (1.0 + odds), DIGITS))


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """The beta-binomial likelihood, as sums over i from 0 on: how many voters have more than i ``ties``, more than i
    ``decided`` votes, and more than i ``votes`` (D. A. Griffiths, Biometrics 29, 1973). With o = r / (1 - r), it is

        sum of ties_i log(m + i o) + decided_i log(1 - m + i o) - votes_i log(1 + i o)
    """

    step: Floats
    ties: Floats
    decided: Floats
    votes: Floats

    @classmethod
    def of(cls, votes: Ints, ties: Ints, voters: Ints) -> _Likelihood:
        shown = np.minimum(votes, MOST_VOTES)
        tied = np.where(votes > MOST_VOTES, np.rint(ties * (MOST_VOTES / np.maximum(votes, 1))).astype(np.int64), ties)
        size = int(shown.max())

        def more_than(counts: Ints) -> Floats:
            having = np.bincount(counts, voters, size + 1)
            return np.asarray(having.sum() - np.cumsum(having), np.float64)[:size]

        return cls(np.arange(size, dtype=np.float64), more_than(tied), more_than(shown - tied), more_than(shown))

    def by_odds(self, mean: float, odds: float) -> float:
        """The derivative by o."""
        tied, decided = mean + self.step * odds, 1.0 - mean + self.step * odds
        return float(
            (self.step * (self.ties / tied + self.decided / decided - self.votes / (1.0 + self.step * odds))).sum()
        )

    def mean_at(self, odds: float, start: float) -> float:
        """The likeliest mean for this o."""
        low, high, mean = 0.0, 1.0, start
        for _ in range(STEPS):
            tied, decided = mean + self.step * odds, 1.0 - mean + self.step * odds
            slope = float((self.ties / tied - self.decided / decided).sum())
            bend = float((self.ties / tied**2 + self.decided / decided**2).sum())
            low, high = (mean, high) if slope > 0.0 else (low, mean)
            then = mean + slope / bend
            then = then if low < then < high else (low + high) / 2.0
            if abs(then - mean) < 1e-12:
                return then
            mean = then
        return mean


def _falls_through_0(slope_at: Callable[[float], float], low: float, high: float) -> float:
    """Where a function turns from above 0 to below it, by halving; ``high`` where it does not."""
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if slope_at(middle) > 0.0 else (low, middle)
    return (low + high) / 2.0
