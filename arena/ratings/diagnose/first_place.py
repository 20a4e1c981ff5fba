"""The first place: how sure it is, and how few votes hold it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from arena import wording
from arena.ratings.boards import leaders
from arena.ratings.diagnose.certificate import certify
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.sides import CASES
from arena.ratings.diagnose.votes import DiagnosedVotes
from arena.ratings.fragility import RIVALS
from arena.ratings.solver import solve

SURE = 0.95
"""The chance to be the best from which on the first place is settled."""
FEWEST, FEW = 10, 0.01
"""So many votes, or this share of all: where they are enough, the first place is not to be relied on."""


def best(votes: DiagnosedVotes) -> Answer:
    """The chance of each ranked model to be the strongest: see ``Strengths.p_best``."""
    ranked = [rating.model for rating in votes.board.ratings]
    chance = votes.strengths.p_best(ranked)
    order = sorted(chance, key=lambda model: -chance[model])
    count = {rating.model: rating.votes for rating in votes.board.ratings}
    cases = tuple(
        Case(votes.called(model), count[model], chance[model]) for model in order[:CASES] if chance[model] >= 0.005
    )
    first = cases[0] if cases else None
    said = wording.listing([f"{case.name} {wording.percent(case.value)}" for case in cases])
    unknown = "" if len(ranked) > 1 else "because fewer than two models are ranked"
    if first and not unknown and first.value < SURE:
        unknown = (
            f"because no model is surely the best: the chances are {said}"
            if len(cases) > 1
            else f"because {said} is all that is known"
        )
    return Answer(
        name="best",
        question="Is it known which model is the best?",
        finding=f"The chance to be truly the strongest: {said}.",
        fine="The first place is settled, as far as these voters and prompts go.",
        look="",
        rule=f"Known from a chance of {wording.percent(SURE)} on.",
        unknown=unknown,
        measure="chance of the likeliest model to be the strongest",
        estimate=first.value if first else None,
        case_measure="chance to be the strongest",
        cases=cases,
    )


def first_place(votes: DiagnosedVotes) -> Answer:
    """The fewest votes whose removal, and whose addition, is seen to change the first place, and how many surely not.

    The greedy numbers are about the published score, and upper bounds. The certified ones are lower bounds, about the
    mode of the same model: see ``arena.ratings.diagnose.certificate``.
    """
    board, total = votes.board, len(votes.columns)
    ranked = leaders(votes.tally, votes.mu - 3.0 * votes.sigma, votes.settings.min_votes).tolist()
    answer = Answer(
        name="first-place",
        question="How few votes hold up the first place?",
        fine="The first place does not hang on a handful of votes.",
        look="",
        rule=f"Cannot be told where {FEWEST} votes, or {wording.percent(FEW)} of them, are enough.",
        measure="votes whose removal is seen to change the first place",
        case_measure="votes",
    )
    if len(ranked) < 2:
        return replace(answer, unknown="because fewer than two models are ranked")
    leader = ranked[0]
    removed = board.fragility
    added = fewest_added(votes, leader, ranked[1 : 1 + RIVALS])
    counts = votes.tally.counts[:, :3]
    certified = certify(
        votes.tally.first, votes.tally.second, counts, leader, votes.noise, votes.margin, votes.settings.sigma
    )
    name = votes.label(leader)
    parts = [
        f"Without {wording.count(removed.votes, 'well-chosen vote')} ({wording.share(removed.votes, total, 1)} of all) "
        f"{votes.called(removed.challenger)} would be first instead of {name}."
        if removed
        else f"No removal of votes was found that puts another model before {name}."
    ]
    cases = [Case("removed, found greedily", removed.votes, float(removed.votes))] if removed else []
    if added:
        parts.append(f"{wording.count(added[0], 'more vote')} for {votes.label(added[1])} against it would do so too.")
        cases.append(Case("added, found greedily", added[0], float(added[0])))
    if certified:
        parts.append(
            f"Proved for the likeliest strengths of the {wording.count(certified.models, 'model')} with 30 votes or "
            "more: "
            f"no removal of {wording.count(certified.removed, 'vote')} and no addition of "
            f"{wording.count(certified.added, 'vote')} changes who is first."
        )
        cases.append(Case("removed, proved not to be enough", certified.removed, float(certified.removed)))
        cases.append(Case("added, proved not to be enough", certified.added, float(certified.added)))
    few = min(
        [found for found in (removed.votes if removed else None, added[0] if added else None) if found] or [total]
    )
    said = " ".join(parts)
    return replace(
        answer,
        finding=said,
        unknown="" if few > max(FEWEST, FEW * total) else f"because so few votes decide it. {said}".rstrip("."),
        estimate=float(removed.votes) if removed else None,
        low=float(certified.removed + 1) if certified else None,
        cases=tuple(cases),
    )


def fewest_added(votes: DiagnosedVotes, leader: int, rivals: list[int]) -> tuple[int, int] | None:
    """The fewest wins of one of the rivals over the leader that were seen to put another model first, and which.

    Their number is narrowed down by rating all votes with them, so it is an upper bound: votes on other pairs, or a
    mixture, may be fewer. None where even as many as all votes do not do it.
    """
    found: tuple[int, int] | None = None
    for rival in rivals:
        limit = found[0] - 1 if found else len(votes.columns)
        enough = _fewest(partial(_changed_by, votes, leader, rival), limit)
        found = (enough, rival) if enough else found
    return found


def _fewest(changes: Callable[[int], bool], limit: int) -> int | None:
    """The smallest number up to ``limit`` that changes something, by doubling and halving; None where none does."""
    tried, enough = 0, 1
    while True:
        enough = min(enough, limit)
        if enough <= tried:
            return None
        if changes(enough):
            break
        tried, enough = enough, 2 * enough
    while enough - tried > 1:
        middle = (enough + tried) // 2
        tried, enough = (tried, middle) if changes(middle) else (middle, enough)
    return enough


def _changed_by(votes: DiagnosedVotes, leader: int, rival: int, number: int) -> bool:
    """Whether another ranks first once the rival has won so many more battles against the leader."""
    tally = votes.tally
    low, high = min(leader, rival), max(leader, rival)
    row = np.flatnonzero((tally.first == low) & (tally.second == high))
    first, second, counts = tally.first, tally.second, tally.counts.copy()
    if not len(row):
        at = int(np.searchsorted(first * votes.size + second, low * votes.size + high))
        first, second = np.insert(first, at, low), np.insert(second, at, high)
        counts, row = np.insert(counts, at, 0, axis=0), np.array([at])
    counts[row[0], 0 if rival == low else 1] += number
    more = replace(tally, first=first, second=second, counts=counts)
    solution = solve(more, votes.settings, votes.draw_probability)
    first = leaders(more, solution.mu - 3.0 * solution.sigma, votes.settings.min_votes)[0]
    return bool(first != leader)
