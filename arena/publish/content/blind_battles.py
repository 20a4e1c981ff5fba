"""Which pictures readers are asked about on the home page: two of one prompt, by models of different makers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from arena.catalogue.outputs import Output
from arena.catalogue.settings import Arena
from arena.publish.content.site_data import SiteData
from arena.records import Board, Origin

BATTLES = 12
"""At most so many; one a prompt."""
PAGES_IN = "en"
"""The language of the pages, which their readers know: prompts in it come first."""


@dataclass(frozen=True, slots=True)
class BlindBattle:
    """Two pictures that may be shown, for one prompt of an arena."""

    arena: str
    prompt: str
    left: Output
    right: Output


def arenas_of_today(site: SiteData) -> tuple[Arena, ...]:
    """The arenas that advise readers who choose today, those with human votes first; not published data sets."""
    return tuple(arena for arena in site.arenas if not arena.source)


def blind_battles(site: SiteData) -> tuple[BlindBattle, ...]:
    """Battles of current ranked models, the same for the same data; ``site.outputs`` has no picture that is in play.

    Arenas of human votes come first, prompts that start from no picture before others, those in English before others,
    then a hash decides. Models that were shown least take turns, those of high ranks first; a hash says who is left.
    """
    shown: Counter[str] = Counter()
    found = []
    for arena, prompt, outputs in _prompts(site):
        pair = _closest(site.ranked_arenas[arena], outputs, shown)
        if pair is None:
            continue
        shown.update(pair)
        left, right = pair if _hash(prompt)[0] % 2 else pair[::-1]
        found.append(BlindBattle(arena, prompt, outputs[left], outputs[right]))
        if len(found) == BATTLES:
            break
    return tuple(found)


def first_prompt(site: SiteData) -> str:
    """The prompt of the battle on the home page, whose pictures stand beside no name there; empty without a battle."""
    return next((battle.prompt for battle in blind_battles(site)), "")


def _prompts(site: SiteData) -> Iterator[tuple[str, str, Mapping[str, Output]]]:
    """Arena, prompt, and by current ranked model its picture."""
    by_prompt = {prompt: made for prompt, made in site.outputs_by_prompt.items() if prompt in site.catalogue.prompts}
    arenas = [arena.id for arena in arenas_of_today(site) if arena.id in site.ranked_arenas]
    simulated = {arena for arena in arenas if site.ratings.origin_of(arena) is Origin.SIMULATED}
    prompts = [prompt for prompt in by_prompt if prompt.partition("/")[0] in arenas]
    for prompt in sorted(
        prompts,
        key=lambda prompt: (
            prompt.partition("/")[0] in simulated,
            bool(site.catalogue.prompts[prompt].input_image),
            site.catalogue.prompts[prompt].language != PAGES_IN,
            _hash(prompt),
        ),
    ):
        arena = prompt.partition("/")[0]
        board = site.ranked_arenas[arena]
        made = by_prompt[prompt].items()
        yield arena, prompt, {m: output for m, output in made if board.get(m) and site.model(m).current}


def _closest(board: Board, outputs: Mapping[str, Output], shown: Counter[str]) -> tuple[str, str] | None:
    """The two models, of different makers where that is possible, that were shown least, then rank highest."""
    ranked = [rating.model for rating in board.ratings if rating.model in outputs][:BATTLES]
    place = {model: index for index, model in enumerate(ranked)}
    pairs = list(combinations(ranked, 2))
    return min(
        pairs,
        key=lambda pair: (
            pair[0].partition("/")[0] == pair[1].partition("/")[0],
            shown[pair[0]] + shown[pair[1]],
            place[pair[0]] + place[pair[1]],
            pair,
        ),
        default=None,
    )


def _hash(prompt: str) -> bytes:
    return hashlib.sha256(prompt.encode()).digest()
