"""Who voted, and how: few voters, voters unlike each other, and voters whose votes say nothing of pictures."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import groupby

import numpy as np

from arena import wording
from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.sides import CASES, effective_voters
from arena.ratings.diagnose.statistics import GroupTests, group_sums, normal_tail, outlying_groups, several
from arena.ratings.diagnose.votes import LEFT, RIGHT, TIE, DiagnosedVotes

LARGEST_SHARE = 0.2
"""Of the votes that one voter may cast."""
FEWEST_VOTERS = 10.0
"""Voters with equally many votes."""
FEWEST_VOTES = 10
"""Votes of a voter from which on their way of voting is judged."""
TASTES_OVER_MODELS = 1.5
"""How many times as far as models differ the tastes of voters may differ."""
SAME_ANSWER = 0.9
"""Share of one voter's votes that say the same, from which on the voter gives one answer."""
LEAST_AGREEMENT = 0.25
"""Of a voter or prompt that follows the board's order (1) rather than no order (0)."""
LEAST_VARIANCE = 1.25
"""Of points in a cell of votes that is tested (five votes at even odds): below, chances are too skewed to tell."""


def concentration(votes: DiagnosedVotes) -> Answer:
    """How few voters cast the votes."""
    codes, names = votes.voters
    cast = np.sort(np.bincount(codes, minlength=len(names)))[::-1]
    share, effective = float(cast[0] / cast.sum()), effective_voters(votes)
    half = int(np.searchsorted(np.cumsum(cast), cast.sum() / 2.0)) + 1
    alone = len(names) == len(codes)
    order = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")[:CASES]
    count = np.bincount(codes, minlength=len(names))
    return Answer(
        name="concentration",
        question="Do enough people vote?",
        finding=f"{wording.count(len(names), 'voter')}; the most active cast {wording.percent(share, 1)} of the "
        "votes, and "
        f"half of them come from {wording.count(half, 'voter')}. That is as concentrated as "
        f"{wording.number(effective, 1)} voters with equally many votes.",
        fine="No single voter decides.",
        look="The board is the opinion of a few people: it may be right about them, and says little about others.",
        rule=f"To look at: a voter with more than {wording.percent(LARGEST_SHARE)} of the votes, or fewer than "
        f"{wording.number(FEWEST_VOTERS, 0)} voters counted as equally active.",
        beyond=share > LARGEST_SHARE or effective < FEWEST_VOTERS,
        unknown=votes.without_voters if alone else "",
        measure="voters with equally many votes who would be as concentrated",
        estimate=effective,
        case_measure="share of all votes",
        cases=() if alone else tuple(Case(names[who], int(count[who]), count[who] / cast.sum()) for who in order),
    )


def design_effect(votes: DiagnosedVotes) -> tuple[float, float, float]:
    """How many times more than by chance points vary, the votes of a voter for a model taken together, and 95% of it.

    L. Kish, "Survey Sampling" (1965). A ratio of two sums over voters; its error is that of ratios, voter by voter.
    """
    codes, names = votes.voters
    model, surprise, variance, _ = votes.sides
    cell, where = np.unique(np.tile(codes, 2) * votes.size + model, return_inverse=True)
    square = group_sums(cell // votes.size, group_sums(where, surprise, len(cell)) ** 2, len(names))
    expected = group_sums(np.tile(codes, 2), variance, len(names))
    ratio = float(square.sum() / expected.sum())
    error = math.sqrt(float(((square - ratio * expected) ** 2).sum())) / float(expected.sum())
    return ratio, max(0.0, ratio - Z_95 * error), ratio + Z_95 * error


def voter_tastes(votes: DiagnosedVotes) -> Answer:
    """How far voters differ, in points of strength, and what that costs."""
    unknown = votes.without_voters
    ratio, low, high = (1.0, 1.0, 1.0) if unknown else design_effect(votes)
    effective = len(votes.columns) / max(1.0, ratio)
    product, weight = (np.zeros(1), np.ones(1)) if unknown else votes.own_products(*_numbered(votes))
    variance = float(product.sum() / max(weight.sum(), 1e-12))
    error = math.sqrt(float(((product - variance * weight) ** 2).sum())) / max(float(weight.sum()), 1e-12)
    surely, spread = math.sqrt(max(0.0, variance - Z_95 * error)), float(np.std(votes.mu))
    return Answer(
        name="voter-tastes",
        question="Do voters agree with each other?",
        finding="How strong a model is differs from voter to voter by "
        f"{wording.number(math.sqrt(max(0.0, variance)), 1)} "
        f"points (models differ by {wording.number(spread, 1)}). Results vary {wording.number(ratio, 1)} times as "
        "much as "
        f"by chance alone ({wording.number(low, 1)} to {wording.number(high, 1)}), so these votes tell about as "
        "much as "
        f"{wording.whole(round(effective))} independent ones.",
        fine="Voters differ less than models do; the intervals of the board take account of it.",
        look="Voters differ more among each other than models do: the board is an average of tastes that contradict "
        "each "
        "other, and few readers will share it.",
        rule=f"To look at: voters surely differ more than {wording.number(TASTES_OVER_MODELS, 1)} times as far as "
        "models.",
        beyond=surely > TASTES_OVER_MODELS * spread,
        unknown=unknown,
        measure="design effect: variance of results over that of as many independent votes",
        estimate=ratio,
        low=low,
        high=high,
    )


def _numbered(votes: DiagnosedVotes) -> tuple[Ints, int]:
    codes, names = votes.voters
    return codes, len(names)


def one_answer(votes: DiagnosedVotes) -> Answer:
    """Voters who give one answer again and again: the left, the right, or a tie."""
    codes, names = votes.voters
    unknown = votes.without_voters
    count = group_sums(codes, np.ones(len(codes)), len(names))
    tested = count >= FEWEST_VOTES
    found: list[tuple[float, str, Case]] = []
    for outcome, said in ((LEFT, "left"), (RIGHT, "right"), (TIE, "tie")):
        if unknown or not tested.any():
            break
        tests = _answers(votes, outcome, tested)
        share = group_sums(codes, (votes.columns.outcome == outcome).astype(np.float64), len(names)) / count
        for who in np.flatnonzero(tested & (share >= SAME_ANSWER)).tolist():
            p = several(normal_tail(float(tests.z[who])), 3 * tests.tests)
            found.append((p, said, Case(f"{names[who]}: {said}", int(count[who]), float(share[who]))))
    found.sort(key=lambda entry: (entry[0], entry[2].name))
    worst = ""
    if found:
        case, said = found[0][2], found[0][1]
        worst = f"; the least likely: {said}, in {wording.percent(case.value)} of {wording.count(case.votes, 'vote')}"
    return Answer(
        name="one-answer",
        question="Does a voter give the same answer every time?",
        finding=f"{wording.count(len(found), 'voter')} with {FEWEST_VOTES} votes or more gave one answer in "
        f"{wording.percent(SAME_ANSWER)} of them or more" + f"{worst}.",
        fine="No voter answers the same in a way that habits of voters do not explain.",
        look="Somebody answers without looking. Such votes pull every model towards the middle; take them out, and see "
        "whether the voter is a program.",
        unknown=unknown or ("" if tested.any() else f"because no voter has {FEWEST_VOTES} votes"),
        p=found[0][0] if found else 1.0,
        measure="voters who gave one answer",
        estimate=float(len(found)),
        case_measure="share of the voter's votes with this answer",
        cases=tuple(case for _, _, case in found[:CASES]),
    )


def _answers(votes: DiagnosedVotes, outcome: int, tested: np.typing.NDArray[np.bool_]) -> GroupTests:
    """How much more often than others, and than expected, each voter gave an answer."""
    codes, names = votes.voters
    expected = votes.expected
    win = expected.points - 0.5 * expected.tie
    chance = {LEFT: win, RIGHT: 1.0 - win - expected.tie, TIE: expected.tie}[outcome]
    chance = np.clip(chance, 1e-6, 1.0 - 1e-6)
    said = (votes.columns.outcome == outcome).astype(np.float64)
    sums = group_sums(codes, said - chance, len(names))
    variance = group_sums(codes, chance * (1.0 - chance), len(names))
    return outlying_groups(sums, variance, group_sums(codes, chance, len(names)), tested)


def agreement(votes: DiagnosedVotes, group: Ints, size: int, *, voters: bool) -> tuple[GroupTests, Floats, Floats]:
    """Whether each of ``size`` groups of votes follows the order of the board, their agreement, and their votes.

    The agreement is the slope of points against expected points, both from an even chance: 1 for votes as the board
    expects them, 0 for votes without any order, -1 for the reverse order. ``voters`` are the groups, or prompts.
    """
    expected = votes.expected
    side = expected.points - 0.5
    weight = group_sums(group, side**2, size)
    sums = group_sums(group, side * votes.surprise, size)
    model, _, _, slope = votes.sides
    # A group's own tastes for single models are no lack of order, so what they add is chance here.
    cells, where = np.unique(np.tile(group, 2) * votes.size + model, return_inverse=True)
    signed = group_sums(where, np.tile(side, 2) * slope * np.repeat([1.0, -1.0], len(side)), len(cells))
    own = votes.tastes[0 if voters else 1] * group_sums(cells // votes.size, signed**2, size)
    variance = group_sums(group, side**2 * expected.variance, size) + own
    count = group_sums(group, np.ones(len(group)), size)
    tested = (count >= FEWEST_VOTES) & (weight >= 0.25)
    tests = outlying_groups(sums, variance, weight, tested)
    return tests, 1.0 + sums / np.maximum(weight, 1e-9), count


def against_the_board(votes: DiagnosedVotes) -> Answer:
    """Voters whose votes have no order, or the reverse one."""
    return disagreeing(
        votes,
        *_numbered(votes),
        names=votes.voters[1],
        voters=True,
        answer=Answer(
            name="voter-order",
            question="Does a voter vote at random, or against everybody?",
            fine="Every voter with enough votes follows the order that the others see, some more and some less.",
            look="Somebody votes at random, or sides were swapped in these votes. They say nothing of the pictures.",
            unknown=votes.without_voters,
        ),
    )


def disagreeing(  # noqa: PLR0917 - a group, its size and names
    votes: DiagnosedVotes, group: Ints, size: int, names: tuple[str, ...], voters: bool, answer: Answer
) -> Answer:
    """The answer with the groups that follow the board least; to look at where one hardly follows it at all."""
    if answer.unknown:
        return replace(answer, p=None)
    tests, slope, count = agreement(votes, group, size, voters=voters)
    order = [
        index for index in np.argsort(np.where(tests.tested, tests.z, np.inf), kind="stable") if tests.tested[index]
    ]
    low = [index for index in order if slope[index] < LEAST_AGREEMENT]
    kind = "voter" if voters else "prompt"
    if not order:
        return replace(answer, unknown=f"because no {kind} has {FEWEST_VOTES} votes on models that differ enough")
    first = (low or order)[0]
    said = "a voter" if voters else names[first] or "none named"
    return replace(
        answer,
        finding=f"Farthest from the others of {wording.count(len(order), kind)}: {said}, whose "
        f"{wording.count(int(count[first]), 'vote')} follow the order of the board by {wording.number(slope[first])} "
        "(1: as the rest, 0: no order, -1: reversed).",
        p=several(normal_tail(-float(tests.z[first])), tests.tests) if low else 1.0,
        measure=f"how far that {kind} follows the order of the board: 1 as the rest, 0 not at all, -1 reversed",
        estimate=float(slope[first]),
        case_measure="how far it follows the order of the board",
        cases=tuple(
            Case(names[index] or "none named", int(count[index]), float(slope[index]))
            for index in (low or order)[:CASES]
        ),
    )


def makers_of(models: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """The maker of each model (M), by the part of its id before the slash; a model without one is its own maker."""
    names = [model.partition("/")[0] for model in models]
    known = tuple(name for name, _ in groupby(sorted(names)))
    return np.array([known.index(name) for name in names], np.int64), known


def maker_votes(votes: DiagnosedVotes) -> Answer:
    """Voters who vote for one maker's models, or against them, whatever is shown."""
    unknown = votes.without_voters
    maker_of, makers = makers_of(votes.models)
    codes, names = votes.voters
    model, surprise, variance, slope = votes.sides
    maker = maker_of[model]
    rival = maker_of[np.concatenate([votes.columns.right, votes.columns.left])]
    # Between two models of one maker nobody votes for the maker.
    kept = np.flatnonzero(maker != rival)
    cell, where = np.unique(np.tile(codes, 2)[kept] * len(makers) + maker[kept], return_inverse=True)
    sums, chance, weight, count = (
        group_sums(where, values[kept], len(cell)) for values in (surprise, variance, slope, np.ones(len(slope)))
    )
    tested = (count >= FEWEST_VOTES) & (chance >= LEAST_VARIANCE)
    unknown = unknown or ("" if tested.any() else f"because no voter has {FEWEST_VOTES} votes on one maker")
    # A voter against one maker is for all others: none of these may hide what is judged.
    tests = outlying_groups(sums, chance, weight, tested & (not unknown), cell // len(makers))
    order = np.argsort(-np.abs(np.where(tests.tested, tests.z, 0.0)), kind="stable")[: min(CASES, tests.tests)]
    cases = tuple(
        Case(
            f"{names[cell[at] // len(makers)]} on {votes.called(makers[cell[at] % len(makers)])}",
            int(count[at]),
            sums[at] / count[at],
        )
        for at in order
    )
    finding = ""
    if cases:
        more = "more" if cases[0].value > 0.0 else "fewer"
        favoured = votes.called(makers[cell[order[0]] % len(makers)])
        finding = (
            f"Farthest from the other voters: one who gives the models of {favoured} "
            f"{wording.percent(abs(cases[0].value))} {more} points than expected in "
            f"{wording.count(cases[0].votes, 'vote')}."
        )
    return Answer(
        name="maker-votes",
        question="Does a voter vote for or against one maker?",
        finding=finding,
        fine="No voter favours or punishes a maker beyond what tastes explain.",
        look="Somebody votes by the maker and not by the picture: they recognise its style, or they know which it is.",
        unknown=unknown,
        p=None if unknown else tests.p_farthest(),
        measure="points a vote more than expected that this voter gives the maker's models",
        estimate=cases[0].value if cases else None,
        case_measure="points a vote more than expected",
        cases=cases,
    )
