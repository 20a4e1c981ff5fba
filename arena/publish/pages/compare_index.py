"""The index of comparisons: a picker for any two to four models, and the pages that are ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from arena import wording
from arena.publish.content.comparison import Verdict, compared_arena, forecast_of, verdict_in
from arena.publish.content.comparison_pairs import (
    KEPT_PAGES_PER_MODEL,
    NEIGHBOURS_PER_MODEL,
    WEEKS_TO_KEEP,
    closest,
)
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.compare_sides import Drawn, SamePrompt, drawn_by_model, same_prompts
from arena.publish.paths import BOARDS, COMPARE, board_path, compare_path
from arena.records import Axis, Board

CARDS = 6
"""How many comparisons have a card: the first model of each arena with the second, then the second with the third..."""


@dataclass(frozen=True, slots=True)
class ComparisonCard:
    """A comparison page with its verdict in one arena; ``same`` has both models' pictures for one prompt."""

    path: str
    first: str
    second: str
    verdict: Verdict
    same: SamePrompt | None


@dataclass(frozen=True, slots=True)
class ComparisonLink:
    """A page of two, as the row of one of them names it."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class ClosestRow:
    """A ranked model and those closest to it."""

    rank: str
    model: ModelRef
    others: tuple[ComparisonLink, ...]


@dataclass(frozen=True, slots=True)
class ClosestTable:
    """The neighbours of one arena; ``missing`` says why there are none."""

    id: str
    arena: str
    path: str
    title: str
    caption: str
    rows: tuple[ClosestRow, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class CompareIndexView:
    """The context of ``compare_index.html``."""

    lede: str
    cards: tuple[ComparisonCard, ...]
    why: str
    bound: str
    arenas: tuple[ClosestTable, ...]
    boards_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The one index."""
    count, models = len(site.comparison_pairs), len(site.catalogue.models)
    ready = (
        f"{wording.count(count, 'ready-made comparison')} of closely ranked models, and any others you choose"
        if count
        else "Any two to four models"
    )
    lede = f"{ready}: which one people prefer, prices, speed, licences, and pictures for the same prompts."
    view = CompareIndexView(
        lede=lede,
        cards=_cards(site),
        why=f"Every ranked model is compared with the {NEIGHBOURS_PER_MODEL} closest to it in an arena, where the "
        f"choice is hard. Ranks change as votes come in. A page stays for good once its two models have been "
        f"neighbours at the end of {WEEKS_TO_KEEP} weeks. The address of a page that is gone leads to the same two "
        "models in the picker above.",
        bound=f"Pages for every two of {wording.count(models, 'model')} would be "
        f"{wording.whole(models * (models - 1) // 2)}. A model has at most {NEIGHBOURS_PER_MODEL} of its own in each "
        f"arena, and {KEPT_PAGES_PER_MODEL} that stay; the picker compares any others.",
        arenas=tuple(_close_table(site, arena.id) for arena in site.arenas_of_today_first),
        boards_path=BOARDS,
    )
    yield Page(
        path=COMPARE,
        template="compare_index.html",
        title="Compare image models side by side",
        description=lede,
        view=view,
        updated=last_vote(site),
    )


def _cards(site: SiteData) -> tuple[ComparisonCard, ...]:
    """Cards of each arena in turn: with pictures where any have them."""
    drawn = drawn_by_model(site)
    by_arena = [list(_cards_of(site, drawn, board)) for board in site.ranked_arenas.values()]
    in_turn = [card for turn in zip_longest(*by_arena) for card in turn if card]
    pictured = [card for card in in_turn if card.same]
    return tuple((pictured or in_turn)[:CARDS])


def _cards_of(site: SiteData, drawn: Drawn, board: Board) -> Iterator[ComparisonCard]:
    """The pages of two models that follow each other, from the top of the board; each with another prompt."""
    arena = board.axis.arena
    models = [rating.model for rating in board.ratings[: CARDS + 1]]
    for at, (one, other) in enumerate(pairwise(models)):
        pair = site.pair(arena, one, other)
        if pair is None or site.comparison_pair(one, other) is None:
            continue
        names = site.model(one).name, site.model(other).name
        same = same_prompts(site, drawn, one, other, arena=arena)
        yield ComparisonCard(
            path=compare_path(one, other),
            first=names[0],
            second=names[1],
            verdict=verdict_in(site.interface, compared_arena(site, arena), forecast_of(pair), *names),
            same=same[at % len(same)] if same else None,
        )


def _close_table(site: SiteData, arena: str) -> ClosestTable:
    board = site.boards.get(Axis(arena))
    near = closest(board) if board else {}
    name = site.arena_name(arena)
    ranks = {rating.model: rating.rank for rating in board.ratings} if board else {}
    rows = tuple(
        ClosestRow(
            f"#{ranks[model]}",
            model_ref(site, model),
            tuple(ComparisonLink(site.model(other).name, compare_path(model, other)) for other in others),
        )
        for model, others in near.items()
        if others
    )
    return ClosestTable(
        id=arena,
        arena=name,
        path=board_path(Axis(arena)),
        title=f"{wording.count(len(rows), 'model')} and those ranked closest to each",
        caption=f"{name}: each model and those ranked closest to it, "
        f"from {site.votes(board.votes if board else 0, arena)}",
        rows=rows,
        missing="" if len(near) > 1 else "Fewer than two models are ranked here, so there is nothing to compare.",
    )
