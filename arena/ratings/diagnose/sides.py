"""Sides and shares: position bias, how sides were drawn, how often models were shown, and what connects them."""

from __future__ import annotations

import math

import numpy as np

from arena import wording
from arena.ratings.arrays import Flags, Floats
from arena.ratings.boards import components
from arena.ratings.clusters import Z_95
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.statistics import group_sums, normal_tail, several, t_tail
from arena.ratings.diagnose.votes import DiagnosedVotes

EVEN = 0.5
FEWEST_SHOWN = 10
"""Votes that a model needs before its sides are tested."""
MOST_SHOWN, LEAST_SHOWN = 4.0, 10.0
"""How many times the median model the most shown one may be shown, and the median the least shown one."""
FEWEST_BETWEEN = 30
"""Votes between two groups of models, below which hardly anything holds their ratings together."""
CASES = 5


def position_bias(votes: DiagnosedVotes) -> Answer:
    """The mean surprise of the left side, and half: what the left would score against an equal model.

    Its standard error takes the votes of each voter together, or of each prompt, whichever is larger, and is at least
    that of as many votes by chance.
    """
    surprise = votes.surprise
    mean = float(surprise.mean())
    variance = max(votes.cluster_variance(surprise - mean), float(votes.expected.variance.sum()))
    error = math.sqrt(variance) / len(surprise)
    degrees = len(surprise) - 1.0 if votes.without_voters else effective_voters(votes) - 1.0
    low, high = (min(1.0, max(0.0, EVEN + mean + side * Z_95 * error)) for side in (-1.0, 1.0))
    side = "left" if mean > 0.0 else "right"
    return Answer(
        name="position-bias",
        question="Do voters prefer a side?",
        finding=f"Against an equal model the left side scores {wording.percent(EVEN + mean, 1)} "
        f"({wording.percent(low, 1)} to {wording.percent(high, 1)}).",
        fine="Which side a picture stood on did not decide.",
        look=f"The {side} side wins too often: voters prefer it, or sides were not drawn at random. Models that stood "
        "there more often are rated too high.",
        p=min(1.0, 2.0 * t_tail(abs(mean) / error, degrees)),
        measure="points of the left side against an equal model, from 0 to 1",
        estimate=EVEN + mean,
        low=low,
        high=high,
    )


def _effective(votes: Floats) -> float:
    """How many voters with equally many votes would be as concentrated: 1 / (sum of squared shares).

    The inverse of Simpson's index (E. H. Simpson, Nature 163, 1949).
    """
    total = float(votes.sum())
    return total * total / float((votes**2).sum()) if total else 0.0


def effective_voters(votes: DiagnosedVotes) -> float:
    """How many equally active voters would be as concentrated as these."""
    codes, names = votes.voters
    return _effective(group_sums(codes, np.ones(len(codes)), len(names)))


def sides_drawn(votes: DiagnosedVotes) -> Answer:
    """How often each model stood on the left: a half where sides are drawn at random."""
    columns = votes.columns
    left = np.bincount(columns.left, minlength=votes.size)
    shown = left + np.bincount(columns.right, minlength=votes.size)
    tested = np.flatnonzero(shown >= FEWEST_SHOWN)
    z = (2.0 * left[tested] - shown[tested]) / np.sqrt(shown[tested])
    order = np.argsort(-np.abs(z), kind="stable")
    cases = tuple(
        Case(votes.label(model), int(shown[model]), left[model] / shown[model]) for model in tested[order[:CASES]]
    )
    worst = f"{cases[0].name} stood on the left in {wording.percent(cases[0].value)} of its votes." if cases else ""
    return Answer(
        name="sides-drawn",
        question="Were sides drawn at random?",
        finding=f"Farthest from a half: {worst}" if worst else "",
        fine="Every model stood on either side about equally often.",
        look="Sides were not drawn at random. If voters prefer a side, that model gains or loses by it; position bias "
        "and strength cannot be told apart.",
        unknown="" if cases else f"because no model has {FEWEST_SHOWN} votes",
        p=several(min(1.0, 2.0 * normal_tail(float(np.abs(z).max()))), len(tested)) if cases else None,
        case_measure="share of its votes in which the model stood on the left",
        measure="that share, of the model farthest from a half",
        estimate=cases[0].value if cases else None,
        cases=cases,
    )


def exposure(votes: DiagnosedVotes) -> Answer:
    """How often models and pairs of models were shown."""
    shown = np.bincount(votes.columns.left, minlength=votes.size) + np.bincount(
        votes.columns.right, minlength=votes.size
    )
    median = float(np.median(shown))
    most, least = int(shown.argmax()), int(shown.argmin())
    possible = votes.size * (votes.size - 1) // 2
    met = len(votes.pairs[1])
    beyond = bool(shown[most] > MOST_SHOWN * median or shown[least] * LEAST_SHOWN < median)
    return Answer(
        name="exposure",
        question="Were models shown about equally often?",
        finding="All models were shown equally often."
        if shown[most] == shown[least]
        else f"{votes.label(most)} was shown {wording.whole(int(shown[most]))} times, {votes.label(least)} "
        f"{wording.whole(int(shown[least]))} times, half of the models {wording.number(median, 0)} times or more. "
        "Votes "
        f"compare {wording.whole(met)} of {wording.count(possible, 'pair')} directly.",
        fine="No model was favoured or starved so much that its rating is of another kind than those of the rest.",
        look="Ratings stay fair, but not equally sure: a model with few votes has a lower score than it may deserve, "
        "and of one that is everywhere the others learn about each other mostly through it.",
        rule=f"To look at: the most shown model more than {wording.number(MOST_SHOWN, 0)} times as often as the median "
        f"one, or the least shown more than {wording.number(LEAST_SHOWN, 0)} times less often.",
        beyond=beyond and votes.size > 2,
        unknown="" if votes.size > 2 else "because there are two models only, which are always shown together",
        measure="how many times as often as the median model the most shown one was shown",
        estimate=float(shown[most]) / median,
        case_measure="votes that it was shown in, as a multiple of the median",
        cases=tuple(
            Case(votes.label(model), int(shown[model]), float(shown[model]) / median)
            for model in dict.fromkeys((most, least))
        ),
    )


def connection(votes: DiagnosedVotes) -> Answer:
    """How many votes connect the models: the fewest found between two groups of two models or more.

    The groups are cut along the second eigenvector of the graph's Laplacian (M. Fiedler, "Algebraic connectivity of
    graphs", Czechoslovak Mathematical Journal 23, 1973), at each of its places: a cut that is found is there, and a
    smaller one may be missed.
    """
    weight = np.zeros((votes.size, votes.size))
    counts = votes.tally.counts[:, :3].sum(axis=1).astype(np.float64)
    weight[votes.tally.first, votes.tally.second] = counts
    weight += weight.T
    apart = len(np.unique(components(votes.tally)))
    between, part = _weakest_cut(weight)
    named = [votes.label(model) for model in np.flatnonzero(part)[:CASES]]
    listed = f"{', '.join(named)} and others" if part.sum() > CASES else wording.listing(named)
    finding = ""
    if named:
        votes_between = wording.whole(int(between))
        finding = f"The fewest votes found between two groups of models are {votes_between}, around {listed}."
    if apart > 1:
        finding = f"The models fall into {wording.whole(apart)} groups that no vote connects."
    return Answer(
        name="connection",
        question="Do enough votes connect all models?",
        finding=finding,
        fine="Votes hold the board together: no two groups of models are ranked against each other by a handful.",
        look="Two groups of models are hardly compared with each other: how they interleave on the board rests on "
        "these "
        "few votes. Pair models across the groups.",
        rule=f"To look at: fewer than {FEWEST_BETWEEN} votes between two groups that have as many each inside.",
        beyond=apart > 1 or between < FEWEST_BETWEEN,
        unknown="" if apart > 1 or named else "because no two groups of models have enough votes inside",
        measure="votes between the two groups of models that fewest votes connect",
        estimate=0.0 if apart > 1 else float(between),
    )


def _weakest_cut(weight: Floats) -> tuple[float, Flags]:
    """The fewest votes between two groups with ``FEWEST_BETWEEN`` votes inside each, and the smaller group.

    Infinity and nobody where there are no such groups.
    """
    size = len(weight)
    degree = weight.sum(axis=1)
    scale = 1.0 / np.sqrt(np.maximum(degree, 1.0))
    laplacian = np.eye(size) * (degree > 0.0) - weight * np.outer(scale, scale)
    order = np.argsort(np.round(np.linalg.eigh(laplacian)[1][:, min(1, size - 1)] * scale, 9), kind="stable")
    sorted_weight = weight[np.ix_(order, order)]
    # Twice the votes within the first models of this order, and of all their votes those with the others, by how many.
    within = 2.0 * np.cumsum(np.tril(sorted_weight, -1).sum(axis=1))
    between = np.cumsum(sorted_weight.sum(axis=1)) - within
    inside = np.minimum(within, weight.sum() - within - 2.0 * between) / 2.0
    cuts = np.arange(2, size - 1)
    cuts = cuts[inside[cuts - 1] >= FEWEST_BETWEEN]
    best = int(cuts[between[cuts - 1].argmin()]) if len(cuts) else 0
    fewest = float(between[best - 1]) if best else math.inf
    part = np.zeros(size, bool)
    part[order[:best] if best <= size - best else order[best:]] = best > 0
    return fewest, part
