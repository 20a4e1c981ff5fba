"""Do a voter's votes depend on the pictures? A test of each voter against chance."""

from __future__ import annotations

import math

import numpy as np

from arena.votes.audit.crowd import choices_of, crowd_likelihood
from arena.votes.audit.frame import BOTH_BAD, LEFT, TIE, Bools, Floats, Frame
from arena.votes.audit.statistics import coin

USUAL = (10.0, 100.0)
"""How surely a clicker presses a button as often as people do, in votes: roughly so, and as one who studied them."""
FAIR = (2.0, 20.0)
"""How surely a clicker takes either side equally often."""


def clicking(frame: Frame, odds: Floats, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of an e-value against "this voter is one of the crowd".

    It is the likelihood of the voter's votes under chance, over that under the crowd: the mean over the habits that
    its members have. Chance is a mixture of who clicks on any of the four buttons, and of who calls pictures bad or
    equal at rates around those of other people, and prefers a side by a coin that is fair, nearly so, or not at all
    (beta mixtures). Over voters whom the crowd stands for its expectation is 1, so by Markov's inequality it exceeds
    1/a for at most a share a of them: where FastChat multiplies p-values of discrete votes, which has no such error
    rate, this product of likelihood ratios has one.
    """
    crowd = sum(crowd_likelihood(frame, choice, trusted) for choice in choices_of(frame, odds, trusted))
    bad, tie, left = (frame.outcome == one for one in (BOTH_BAD, TIE, LEFT))
    bads, ties, lefts = (_by_voter(frame, mask) for mask in (bad, tie, left))
    cast, half = frame.votes_of.astype(np.float64), np.full(frame.voters, 0.5)
    usual = _usual_rate(frame, bad, trusted), _usual_rate(frame, tie, trusted & ~bad)
    good, decided = cast - bads, cast - bads - ties
    called_bad = _mean([coin(bads, cast, usual[0], weight) for weight in USUAL])
    called_equal = _mean([coin(ties, good, usual[1], weight) for weight in USUAL])
    side = _mean([-decided * math.log(2), *(coin(lefts, decided, half, weight) for weight in FAIR)])
    return np.asarray(_mean([-cast * math.log(4), called_bad + called_equal + side]) - crowd)


def _usual_rate(frame: Frame, yes: Bools, among: Bools) -> Floats:
    """For each voter: how often others chose so, in the arenas that the voter votes in."""
    arenas = int(frame.arena.max(initial=0)) + 1
    visit, shape = frame.voter * arenas + frame.arena, (frame.voters, arenas)
    chose, made, cast = (
        np.bincount(visit[mask], minlength=frame.voters * arenas).reshape(shape)
        for mask in (yes & among, among, slice(None))
    )
    rate = (chose.sum(axis=0) - chose + 1) / (made.sum(axis=0) - made + 2)
    return np.asarray((rate * cast).sum(axis=1) / frame.votes_of)


def _by_voter(frame: Frame, chosen: Bools) -> Floats:
    return np.bincount(frame.voter[chosen], minlength=frame.voters).astype(np.float64)


def _mean(kinds: list[Floats]) -> Floats:
    """The logarithm of the mean of likelihoods, given their logarithms."""
    return np.asarray(np.logaddexp.reduce(kinds, axis=0) - math.log(len(kinds)))
