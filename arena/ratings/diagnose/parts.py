"""Parts of the votes beside the rest: languages and categories, weeks, and prompts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from arena import wording
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.sides import CASES
from arena.ratings.diagnose.statistics import group_sums, several, t_tail
from arena.ratings.diagnose.voters import disagreeing
from arena.ratings.diagnose.votes import DiagnosedVotes, named_groups, week_of
from arena.ratings.history import FIRST_SUNDAY

LEAST_PART = 30
"""Votes of a part, and of the rest, from which on the two are compared."""
HALF_AGREEMENT = 0.5
"""Parts may differ: only one that certainly follows the order of the rest by less than half is to be looked at."""
LEAST_ORDER = 1.0
"""Sum of squares of expected points from an even chance, below which the rest has no order to follow."""
MOST_PARTS = 120
"""Parts of one kind that are compared, those with most votes: each takes a rating of the rest."""


@dataclass(frozen=True, slots=True)
class PartTest:
    """How far a part of the votes follows the order of the rest (1 as the rest, 0 not at all, -1 reversed)."""

    name: str
    votes: int
    agreement: float
    error: float
    p: float


def part_test(votes: DiagnosedVotes, name: str, own: Ints) -> PartTest | None:
    """Compare a part (indexes) with the ratings of all other votes; None where either has too few, or no order."""
    if len(own) < LEAST_PART or len(votes.columns) - len(own) < LEAST_PART:
        return None
    expected = votes.expectations(*votes.refit(own), own)
    side, scored = expected.points - 0.5, votes.points[own] - 0.5
    order = float((side**2).sum())
    if order < LEAST_ORDER:
        return None
    agreement = float((side * scored).sum()) / order
    error = math.sqrt(votes.cluster_variance(side * (scored - agreement * side), own)) / order
    clusters = [_distinct(own, votes.voters[0]), _distinct(own, votes.prompts[0])]
    degrees = min((number for number in clusters if number > 1), default=LEAST_PART) - 1.0
    t = (agreement - HALF_AGREEMENT) / max(error, 1e-9)
    return PartTest(name, len(own), agreement, error, t_tail(-t, degrees))


def _distinct(own: Ints, codes: Ints) -> int:
    return len(np.unique(codes[own]))


def _compared(votes: DiagnosedVotes, groups: list[tuple[str, Ints]], answer: Answer, kinds: str) -> Answer:
    largest = sorted(groups, key=lambda group: -len(group[1]))[:MOST_PARTS]
    tests = [test for name, own in largest if (test := part_test(votes, name, own))]
    if not tests:
        return replace(answer, unknown=f"because no two {kinds} have {LEAST_PART} votes and an order to compare")
    tests.sort(key=lambda test: (test.p, test.name))
    worst = tests[0]
    return replace(
        answer,
        finding=f"Of {wording.whole(len(tests))} {kinds}, {worst.name} ({wording.count(worst.votes, 'vote')}) "
        "follows the "
        f"order of the rest least: by {wording.number(worst.agreement)} (1: as the rest, 0: no order, -1: reversed).",
        p=several(worst.p, len(tests)),
        measure="how far that part follows the order of the rest: 1 as the rest, 0 not at all, -1 reversed",
        estimate=worst.agreement,
        low=worst.agreement - Z_95 * worst.error,
        high=worst.agreement + Z_95 * worst.error,
        case_measure="how far it follows the order of the rest",
        cases=tuple(Case(test.name, test.votes, test.agreement) for test in tests[:CASES]),
    )


def parts_order(votes: DiagnosedVotes) -> Answer:
    """Whether the votes of a language or category put the models in another order than all other votes."""
    groups: list[tuple[str, Ints]] = []
    for column in ("category", "language"):
        codes, names = votes.columns.group(column)
        groups += [(f"{column} {name}", own) for name, own in named_groups(codes, names)]
    answer = Answer(
        name="parts",
        question="Does a language or category contradict the rest?",
        fine="Languages and categories tell the same story, with differences of degree at most: see their own boards.",
        look="The overall board averages orders that contradict each other: read the board of that part by itself, and "
        "check whether its votes were written with sides swapped.",
    )
    return _compared(votes, groups, answer, "categories and languages")


def weeks_order(votes: DiagnosedVotes) -> Answer:
    """Whether the votes of a week put the models in another order than all other votes."""
    answer = Answer(
        name="weeks",
        question="Does a week contradict the others?",
        fine="Every week with enough votes follows the order of the others.",
        look="Votes of that week were cast at random, or written with left and right swapped: look at what changed "
        "in the "
        "app or the import then.",
        unknown=votes.without_times,
    )
    if answer.unknown:
        return answer
    week = week_of(votes.columns.seconds)
    groups = [(f"the week of {_monday(number)}", np.flatnonzero(week == number)) for number in np.unique(week).tolist()]
    return _compared(votes, groups, answer, "weeks")


def _monday(week: int) -> str:
    return (FIRST_SUNDAY + timedelta(weeks=week, days=-6)).isoformat()


def prompts_order(votes: DiagnosedVotes) -> Answer:
    """Prompts whose votes have no order, or the reverse one."""
    codes, names = votes.prompts
    answer = Answer(
        name="prompt-order",
        question="Does a prompt contradict the others?",
        fine="Every prompt with enough votes follows the order that the others see, some more and some less.",
        look="On that prompt the better models lose: its pictures may be those of other models, or sides were swapped.",
        unknown=votes.without_prompts,
    )
    return disagreeing(votes, codes, len(names), names, voters=False, answer=answer)


def prompt_influence(votes: DiagnosedVotes) -> Answer:
    """What each prompt alone decides: the board without its votes.

    All prompts are left out in turn by one Newton step, the most influential one by rating the rest. A move is measured
    in standard errors of mu that take the tastes of voters and prompts into account.
    """
    unknown = votes.without_prompts
    codes, names = votes.prompts
    answer = Answer(
        name="prompt-influence",
        question="Does one prompt decide?",
        fine="Without any single prompt the board says about the same.",
        look="A rating rests on one prompt: it is about that prompt as much as about the model. Add prompts, or "
        "draw this "
        "one less often.",
        rule="To look at: without one prompt a model leaves the 95% interval that it has then.",
        unknown=unknown,
        measure="the farthest that leaving out one prompt moves a model, in standard errors of the model",
        case_measure="the farthest that a model moves without it, in standard errors",
    )
    if unknown:
        return answer
    step, error = _steps(votes)
    moved = np.abs(step / error).max(axis=1)
    order = np.argsort(-np.round(moved, 9), kind="stable")[:CASES]
    first = int(order[0])
    count = np.bincount(codes, minlength=len(names))
    mu, sigma = votes.refit(np.flatnonzero(codes == first))
    before, after = votes.mu - 3.0 * votes.sigma, mu - 3.0 * sigma
    ranked = np.isin(votes.models, [rating.model for rating in votes.board.ratings])
    old, new = (_ranks(score, ranked) for score in (before, after))
    model = int(np.abs(step[first] / error[first]).argmax())
    shifts = [
        f"{votes.label(index)} from #{old[index]} to #{new[index]}"
        for index in np.argsort(-np.abs(old - new), kind="stable")[:3].tolist()
        if old[index] != new[index]
    ]
    moves = mu - votes.mu
    exact = float(abs(moves[model] - moves.mean()) / error[first, model])
    return replace(
        answer,
        finding=f"Without the prompt {names[first] or '(none named)'} ({wording.count(int(count[first]), 'vote')}) "
        f"{votes.label(model)} moves by {wording.number(exact, 1)} standard errors; "
        + (f"ranks move: {wording.listing(shifts)}." if shifts else "no rank moves."),
        beyond=exact > Z_95 and float(moved[first]) > Z_95,
        estimate=exact,
        cases=tuple(Case(names[at] or "(none named)", int(count[at]), float(moved[at])) for at in order.tolist()),
    )


def _ranks(score: Floats, ranked: Flags) -> Ints:
    ranks = np.zeros(len(score), np.int64)
    ranks[ranked] = 1 + (score[ranked][:, None] < score[ranked][None, :]).sum(axis=1)
    return ranks


def _steps(votes: DiagnosedVotes) -> tuple[Floats, Floats]:
    """How far mu moves without each prompt (Q x M), by one Newton step, and the standard errors of mu then (Q x M)."""
    codes, names = votes.prompts
    model, surprise, variance, slope = votes.sides
    # About the mean of all models: votes say nothing of how high all of them stand together.
    centre = np.eye(votes.size) - 1.0 / votes.size
    inverse = centre @ np.linalg.inv(votes.information) @ centre
    # The slope of the log likelihood in a strength: surprise times slope over variance.
    pull = surprise * slope / variance
    cell = np.tile(codes, 2) * votes.size + model
    pulls = group_sums(cell, pull, len(names) * votes.size).reshape(len(names), votes.size)
    told = group_sums(cell, slope**2 / variance, len(names) * votes.size).reshape(len(names), votes.size)
    share = told / np.maximum(told.sum(axis=0), 1e-9)
    left = np.maximum(1.0 - np.bincount(codes, minlength=len(names)) / len(codes), 0.1)
    step = -(pulls @ inverse) / left[:, None]
    # How far prompts differ is learnt without the prompt that is left out, or it would widen what it is judged by.
    product, weight = votes.own_products(codes, len(names))
    others = np.maximum(0.0, (product.sum() - product) / np.maximum(weight.sum() - weight, 1e-12))
    tastes = others[:, None] * ((share**2).sum(axis=0) - share**2) + votes.tastes[0] * _voter_shares(votes)
    return step, np.sqrt(np.maximum(np.diag(inverse), 1e-9) + tastes)


def _voter_shares(votes: DiagnosedVotes) -> Floats:
    """For each model (M) the sum over voters of the square of their share of what votes tell about it."""
    if votes.without_voters:
        return np.zeros(votes.size)
    model, _, variance, slope = votes.sides
    cell, where = np.unique(np.tile(votes.voters[0], 2) * votes.size + model, return_inverse=True)
    told = group_sums(where, slope**2 / variance, len(cell))
    total = group_sums(cell % votes.size, told, votes.size)
    shares: Floats = group_sums(cell % votes.size, told**2, votes.size) / np.maximum(total, 1e-9) ** 2
    return shares
