"""Battles and votes: which two outputs are shown, what the voter says, and the table that goes into the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.catalogue.records import Prompt
from arena.records import Origin, Outcome
from arena.simulate.pictures import Picture
from arena.simulate.strengths import BETA, LUCK, SimulatedArena, stream
from arena.simulate.voters import DAY, SimulatedVoters, Visits, spread_votes
from arena.votes.table import VOTE_SCHEMA

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]

OUTCOMES = (Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD)
TASTE = float(np.sqrt(2 * (BETA**2 - LUCK**2)))
"""Standard deviation of one voter's judgement of a difference, so that with the outputs' luck it is TrueSkill's."""
SHORTEST_DWELL = 350
"""Milliseconds: nobody decides in less."""
_TEXTS = ("arena", "category", "language", "left", "right", "outcome", "prompt", "left_output", "right_output")


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of all votes that are ties, and that call both outputs bad."""

    ties: float
    both_bad: float


GENERATION = Rates(ties=156 / 1735, both_bad=273 / 1735)
EDITING = Rates(ties=24 / 919, both_bad=392 / 919)
"""Measured among human votes of GenAI-Arena: 1,735 on generated and 919 on edited pictures."""


def exposure(arena: SimulatedArena, first: date, days: int) -> Floats:
    """Return the (days, models) weights of being shown: 0 up to the day of release, then higher for some weeks.

    A model whose release date nobody knows counts as released before the first day.
    """
    weights = np.ones((days, len(arena.models)))
    for number, released in enumerate(arena.released):
        age = np.arange(days) - ((released - first).days if released else -1000)
        weights[:, number] = np.where(age <= 0, 0.0, 1 + 2.5 * np.exp(-np.maximum(age, 0) / 14))
    return weights


def opening_day(arena: SimulatedArena, first: date, days: int) -> int:
    """Return the first day, from 0, on which two of the models are out."""
    return int(np.argmax((exposure(arena, first, days) > 0).sum(axis=1) >= 2))


def pair_up(arena: SimulatedArena, weights: Floats, *, seed: int) -> tuple[Ints, Ints]:
    """Choose two models for each row of ``weights`` (battles, models): left and right, sides at random.

    In most battles the second model is likelier to be about as strong as the first, as where matchmaking looks for
    close battles. Each model draws from its own stream, so that a new one changes only battles that it is chosen for.
    """
    battles = len(weights)
    with np.errstate(divide="ignore"):
        chances = np.log(weights)
    # The largest of log(weight) + Gumbel noise is a draw with chances in proportion to the weights (Gumbel-max).
    noise = np.empty((2, len(arena.models), battles))
    for number, model in enumerate(arena.models):
        noise[:, number] = stream(seed, "lots", arena.id, model).gumbel(size=(2, battles))
    first = np.argmax(chances + noise[0].T, axis=1)
    gap = arena.strength[None, :] - arena.strength[first][:, None]
    close = stream(seed, "lanes", arena.id).random(battles) < 0.6
    candidates = chances + noise[1].T - np.where(close[:, None], (gap / 2.5) ** 2, 0)
    candidates[np.arange(battles), first] = -np.inf
    second = np.argmax(candidates, axis=1)
    swapped = stream(seed, "sides", arena.id).random(battles) < 0.5
    return np.where(swapped, second, first), np.where(swapped, first, second)


def judge(
    left: Floats,
    right: Floats,
    difficulty: Floats,
    *,
    who: Ints,
    voters: SimulatedVoters,
    rates: Rates,
    rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    """Return each battle's outcome (an index into ``OUTCOMES``) and how clear the difference looked (in mu).

    ``left`` and ``right`` are the outputs' qualities. Both are bad where even the better one is below the voter's
    standard; a tie is a perceived difference within the voter's margin. Standard and margin are set so that the
    expected shares over these battles are ``rates``.
    """
    if not len(who):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    shortfall = difficulty + voters.strictness[who] - np.maximum(left, right)
    standard = _solve(lambda level: float(_logistic(shortfall + level).mean()), rates.both_bad)
    bad = rng.random(len(who)) < _logistic(shortfall + standard)
    seen = right - left + voters.side[who] + TASTE * voters.noise[who] * rng.normal(size=len(who))
    clear = np.abs(seen) / voters.ties[who]
    likely_good = 1 - _logistic(shortfall + standard)
    margin = _solve(lambda level: float(((clear < level) * likely_good).mean()), rates.ties)
    outcome = np.where(bad, 3, np.where(clear < margin, 2, np.where(seen > 0, 1, 0)))
    return outcome.astype(np.int64), np.abs(seen)


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value / 0.9)))


def _solve(share: Callable[[float], float], wanted: float) -> float:
    """Return the level at which a growing share reaches what is wanted, by halving [-60, 60] forty times."""
    low, high = -60.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < wanted else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class ArenaVotes:
    """One arena's votes: ``rows`` among all visits' votes, and numbers of prompts, models and outcomes."""

    rows: Ints
    prompt: Ints
    left: Ints
    right: Ints
    outcome: Ints
    dwell: Ints


def cast_votes(
    arena: SimulatedArena,
    prompts: Mapping[str, Prompt],
    languages: Sequence[str],
    voters: SimulatedVoters,
    *,
    visits: Visits,
    number: int,
    first: date,
    days: int,
    seed: int,
) -> ArenaVotes:
    """Draw the votes of the ``number``-th arena of the visits. ``languages`` are the columns of ``voters.reads``."""
    rows = np.flatnonzero(visits.arena == number)
    who = visits.voter[rows]
    prompt = _draw_prompts(arena, prompts, languages, voters.reads[who], seed)
    weights = exposure(arena, first, days)[visits.begin[rows] // DAY]
    left, right = pair_up(arena, weights, seed=seed)
    difficulty = np.array([0.8 * stream(seed, "difficulty", prompt_id).normal() for prompt_id in arena.prompts])
    outcome, clarity = judge(
        arena.quality[left, prompt],
        arena.quality[right, prompt],
        difficulty[prompt],
        who=who,
        voters=voters,
        rates=EDITING if arena.editing else GENERATION,
        rng=stream(seed, "judgements", arena.id),
    )
    hesitation = 0.75 + 0.6 * np.exp(-clarity / 4)
    haste = stream(seed, "dwell", arena.id).lognormal(0, 0.5, len(rows))
    dwell = np.maximum(SHORTEST_DWELL, voters.pace[who] * hesitation * haste).astype(np.int64)
    return ArenaVotes(rows, prompt, left, right, outcome, dwell)


def _draw_prompts(
    arena: SimulatedArena,
    prompts: Mapping[str, Prompt],
    languages: Sequence[str],
    reads: npt.NDArray[np.float64],
    seed: int,
) -> Ints:
    """Draw a prompt in a language that the voter reads; any prompt where the arena has none in it."""
    rng = stream(seed, "prompts", arena.id)
    number = (np.cumsum(reads, axis=1) < rng.random(len(reads))[:, None]).sum(axis=1).clip(max=len(languages) - 1)
    chance = rng.random(len(reads))
    drawn = np.zeros(len(reads), dtype=np.int64)
    everything = np.arange(len(arena.prompts))
    for column, language in enumerate(languages):
        spoken = np.flatnonzero([prompts[prompt_id].language == language for prompt_id in arena.prompts])
        choice = spoken if len(spoken) else everything
        mine = number == column
        drawn[mine] = choice[(chance[mine] * len(choice)).astype(np.int64)]
    return drawn


def compose_table(
    arena_votes: Sequence[ArenaVotes],
    arenas: Sequence[SimulatedArena],
    prompts: Mapping[str, Prompt],
    visits: Visits,
    drawn: Mapping[tuple[str, str], Picture],
    *,
    first: date,
    days: int,
    seed: int,
) -> pa.Table:
    """Return all votes as a table of ``VOTE_SCHEMA`` in order of time; battles are numbered in that order."""
    dwell = np.zeros(len(visits.voter), dtype=np.int64)
    texts = {name: np.full(len(dwell), "", dtype=object) for name in _TEXTS}
    for votes, arena in zip(arena_votes, arenas, strict=True):
        dwell[votes.rows] = votes.dwell
        for name, column in _describe(votes, arena, prompts, drawn).items():
            texts[name][votes.rows] = column
    at = spread_votes(visits, dwell, days, seed=seed)
    order = np.lexsort((visits.voter, at))
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    columns: dict[str, list[object]] = {name: column[order].tolist() for name, column in texts.items()}
    columns["battle"] = [f"simulated-{number:06d}" for number in range(1, len(order) + 1)]
    columns["voter"] = [f"simulated-{voter + 1:03d}" for voter in visits.voter[order].tolist()]
    columns["at"] = [midnight + timedelta(milliseconds=moment) for moment in at[order].tolist()]
    columns["dwell_ms"] = dwell[order].tolist()
    columns["origin"] = [Origin.SIMULATED.value] * len(order)
    columns["reasons"] = [None] * len(order)
    return pa.table({name: columns[name] for name in VOTE_SCHEMA.names}, schema=VOTE_SCHEMA)


def _describe(
    votes: ArenaVotes, arena: SimulatedArena, prompts: Mapping[str, Prompt], drawn: Mapping[tuple[str, str], Picture]
) -> dict[str, Names]:
    """Return the text columns of one arena's votes."""
    models, ids = np.array(arena.models, dtype=object), np.array(arena.prompts, dtype=object)
    sums = np.full((len(models), len(ids)), "", dtype=object)
    for row, model in enumerate(arena.models):
        for column, prompt_id in enumerate(arena.prompts):
            if (prompt_id, model) in drawn:
                sums[row, column] = drawn[prompt_id, model][0].sha256
    return {
        "arena": np.full(len(votes.rows), arena.id, dtype=object),
        "category": np.array([prompts[prompt_id].category for prompt_id in ids], dtype=object)[votes.prompt],
        "language": np.array([prompts[prompt_id].language for prompt_id in ids], dtype=object)[votes.prompt],
        "left": models[votes.left],
        "right": models[votes.right],
        "outcome": np.array([outcome.value for outcome in OUTCOMES], dtype=object)[votes.outcome],
        "prompt": ids[votes.prompt],
        "left_output": sums[votes.left, votes.prompt],
        "right_output": sums[votes.right, votes.prompt],
    }
