"""Do a voter's votes depend on the pictures? A test of each voter against chance."""

from __future__ import annotations

import math

import numpy as np

from arena.votes.audit.crowd import choices_of, crowd_likelihood
from arena.votes.audit.frame import BOTH_BAD, LEFT, TIE, Bools, Floats, Frame
from arena.votes.audit.statistics import coin


def clicking(frame: Frame, odds: Floats, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of an e-value against "this voter is one of the crowd".

    It is the likelihood of the voter's votes under chance, over that under the crowd: the mean over the habits that
    its members have. Chance is a mixture in equal parts of who clicks on any of the four buttons; who prefers a side by
    a fair coin, and calls pictures bad or equal at any rates; and who does so with a biased coin (rates and bias are
    Krichevsky and Trofimov's mixtures). Over voters whom the crowd stands for its expectation is 1, so by Markov's
    inequality it exceeds 1/a for at most a share a of them: where FastChat multiplies p-values of discrete votes, which
    has no such error rate, this product of likelihood ratios has one.
    """
    crowd = sum(crowd_likelihood(frame, choice, trusted) for choice in choices_of(frame, odds, trusted))
    cast = frame.votes_of
    bad, ties, lefts = (
        np.bincount(frame.voter[frame.outcome == one], minlength=frame.voters) for one in (BOTH_BAD, TIE, LEFT)
    )
    good, decided = cast - bad, cast - bad - ties
    rates = coin(bad, cast) + coin(ties, good)
    kinds = np.stack([-cast * math.log(4), rates - decided * math.log(2), rates + coin(lefts, decided)])
    return np.asarray(np.logaddexp.reduce(kinds, axis=0) - math.log(len(kinds)) - crowd)
