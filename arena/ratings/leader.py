"""Who leads for sure: a claim that stays valid however often somebody looks, and from which day on it could be made.

Whoever looks at a ranking every day and believes a 95% interval each time will one day believe a chance result. An
e-process does not allow that. It is a number that is 1 on average at most while a hypothesis holds, at every time that
anybody may stop at, so that it ever reaches 20 in one case of 20 (Ville's inequality). For each other model j, the
hypothesis is that the leader is not stronger than j. With d the difference of the two mu, s its standard error, and r
the square of w / s, the evidence against it is

    2 / sqrt(1 + r) * exp(z^2 r / (2 (1 + r))) * Phi(z sqrt(r / (1 + r))),    z = d / s

which is the likelihood ratio of d, averaged over differences that the leader may have: normal with standard deviation
w, the positive half. The mean of it for a narrow and a wide w is taken. It is the one-sided normal mixture of S. R.
Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals
of Statistics 49 (2021), and what makes it hold for estimates that are normal in the limit is I. Waudby-Smith, D.
Arbour, R. Sinha, E. H. Kennedy and A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
Annals of Statistics 52 (2024). The errors keep together what a voter said and what was said on a prompt, so that many
votes by few people are little evidence.

The leader has to beat each other model with evidence of 2 / FALSE_CLAIMS. The 2 is for the two models that may be
equal at the top, either of which may look like the leader by chance. More than two equals make a false claim less
likely and not more, since the leader has to beat them all: K. Hung and W. Fithian, "Rank verification for exponential
families", Annals of Statistics 47 (2019), prove so for a single look at independent results. For daily looks at
ratings, ``benchmarks/leader.py`` measures it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from arena.ratings.arrays import Floats, Ints
from arena.ratings.boards import ESTABLISHED_VOTES, Estimate
from arena.ratings.clusters import Z_95, student_quantile

FALSE_CLAIMS = 0.05
"""The chance that an arena ever names a leader that is not the strongest, however often one looks."""
TYPICAL_LEADS = (0.5, 2.0)
"""w in units of beta: the evidence grows fastest for leads of about these sizes."""


@dataclass(frozen=True, slots=True)
class LeaderClaim:
    """A model of an arena that was proven to lead its overall board, and was not the one proven before.

    ``week`` is the Sunday (UTC) of the week whose votes made the proof. It was stronger than all models ranked then; it
    stays the proven leader until another model is.
    """

    arena: str
    model: str
    week: date


def proven_leader(estimate: Estimate, ranked: Ints, votes: Ints, beta: float) -> int | None:
    """The model (index) that is proven to be stronger than each other one of the ``ranked``; None where none is.

    ``estimate`` is of M models, ``votes`` (M) are their rated votes, ``beta`` is the noise of one output in points. A
    leader is established by its votes, and a model that is alone leads nobody.
    """
    if len(ranked) < 2:
        return None
    first = int(ranked[np.argmax(estimate.mu[ranked])])
    others = ranked[ranked != first]
    if votes[first] < ESTABLISHED_VOTES:
        return None
    error = estimate.uncertainty.of_differences(first, others)
    lead = estimate.mu[first] - estimate.mu[others]
    found = [log_evidence(lead, error, size * beta, estimate.uncertainty.freedom) for size in TYPICAL_LEADS]
    mean = np.logaddexp(*found) - math.log(len(found))
    return first if (mean >= math.log(2.0 / FALSE_CLAIMS)).all() else None


def log_evidence(lead: Floats, error: Floats, typical: float, freedom: float = math.inf) -> Floats:
    """The logarithm of the e-process of each lead (N, in points) with its standard error (N); see above.

    ``typical`` is w, in points. ``freedom`` are the degrees of freedom of the errors, which are widened so that 1.96 of
    them are a 95% interval; further out, where evidence lies, Student's t needs more.
    """
    z = as_normal(lead / error, freedom)
    ratio = (typical / error) ** 2
    share = ratio / (1.0 + ratio)
    tail = np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in (z * np.sqrt(share)).tolist()])
    # Of a lead that is far below 0 the chance is 0 to the last digit: no evidence at all.
    logs = np.log(np.maximum(2.0 * tail, 1e-300))
    return np.asarray(0.5 * z * z * share - 0.5 * np.log1p(ratio) + logs, np.float64)


def as_normal(values: Floats, freedom: float) -> Floats:
    """Values of Student's t, in the units of ``ClusterVariances.widened``, as normal ones of about the same chance.

    D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Annals of
    Mathematical Statistics 30 (1959): off by 1% at most from 4 degrees of freedom on. Values are never moved away
    from 0.
    """
    if math.isinf(freedom):
        return values
    t = values * student_quantile(freedom) / Z_95
    normal = (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0) * np.sqrt(freedom * np.log1p(t * t / freedom))
    return np.asarray(np.sign(values) * np.minimum(np.abs(values), normal), np.float64)


def claims_of(arena: str, proven: Iterable[tuple[date, str | None]]) -> tuple[LeaderClaim, ...]:
    """The claims of an arena from who was proven to lead, week by week, the oldest first."""
    claims: list[LeaderClaim] = []
    for week, model in proven:
        if model is not None and (not claims or claims[-1].model != model):
            claims.append(LeaderClaim(arena, model, week))
    return tuple(claims)


def leader_since(claims: Collection[LeaderClaim], arena: str, first: str) -> LeaderClaim | None:
    """The claim that holds today where ``first``, the model that is first by score, is the one proven last."""
    last = next((claim for claim in reversed(tuple(claims)) if claim.arena == arena), None)
    return last if last and last.model == first else None
