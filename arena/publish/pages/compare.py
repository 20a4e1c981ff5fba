"""Two models side by side: a comparison page for each pair that is or long was close in rank, and an index of these
pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.publish.content.comparison_pairs import (
    KEPT_PAGES_PER_MODEL,
    NEIGHBOURS_PER_MODEL,
    WEEKS_TO_KEEP,
    ComparisonPair,
    closest,
)
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.compare_sides import (
    ArenaRecord,
    ComparedBoards,
    Drawn,
    FactRow,
    SamePrompt,
    apart,
    arena_records,
    axis_tables,
    drawn_by_model,
    fact_rows,
    same_prompts,
    verdict,
)
from arena.publish.paths import BOARDS, COMPARE, METHODOLOGY, any_comparison, board_path, compare_path
from arena.records import Axis

STAYS = "This page stays at its address, whatever the ranks become."
PASSES = "The two have not been neighbours for long: should their ranks part soon, this page goes."


@dataclass(frozen=True, slots=True)
class CompareView:
    """The context of ``compare.html``."""

    first: ModelRef
    second: ModelRef
    lede: str
    facts: tuple[FactRow, ...]
    facts_caption: str
    arena_records: tuple[ArenaRecord, ...]
    arena_records_caption: str
    tables: tuple[ComparedBoards, ...]
    apart: tuple[str, ...]
    same: tuple[SamePrompt, ...]
    same_lede: str
    method_path: str
    compare_path: str
    picker_path: str
    lasts: bool
    stays: str
    """Whether this page stays at its address, and in words."""


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
    caption: str
    rows: tuple[ClosestRow, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class CompareIndexView:
    """The context of ``compare_index.html``."""

    lede: str
    why: str
    bound: str
    arenas: tuple[ClosestTable, ...]
    boards_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The index, then one page for each two that are neighbours or were for long, by their ids."""
    yield _index(site, len(site.comparison_pairs))
    drawn = drawn_by_model(site)
    for comparison_pair in site.comparison_pairs.values():
        yield _page(site, drawn, comparison_pair)


def _index(site: SiteData, count: int) -> Page:
    whose = f"{wording.count(count, 'pair')} of models that are close in rank or long were" if count else "Any models"
    lede = f"{whose}, side by side: head to head, by category and language, prices, and pictures for the same prompts."
    models = len(site.catalogue.models)
    view = CompareIndexView(
        lede=lede,
        why=f"There is a page for every ranked model and the {NEIGHBOURS_PER_MODEL} closest to it in an arena: where a "
        f"choice is hard. Ranks change as votes come in. A page stays for good once {WEEKS_TO_KEEP} weeks have ended "
        "with its two models as neighbours, whatever becomes of their ranks, and only such pages are named to search "
        "engines. The address of "
        "a younger page that is gone leads to the same two models in the picker above.",
        bound=f"A page for any two of {wording.count(models, 'model')} would be "
        f"{wording.whole(models * (models - 1) // 2)} pages, most of which nobody would ask for. These grow with the "
        f"number of models and not with its square: at most {NEIGHBOURS_PER_MODEL} for a model and arena "
        f"today, and {KEPT_PAGES_PER_MODEL} that stay.",
        arenas=tuple(_close_table(site, arena.id) for arena in site.catalogue.project.arenas),
        boards_path=BOARDS,
    )
    return Page(
        path=COMPARE,
        template="compare_index.html",
        title="Compare image models side by side",
        description=lede,
        view=view,
        updated=last_vote(site),
    )


def _close_table(site: SiteData, arena: str) -> ClosestTable:
    board = site.boards.get(Axis(arena))
    near = closest(board) if board else {}
    name = site.arena_name(arena)
    ranks = {rating.model: rating.rank for rating in board.ratings} if board else {}
    return ClosestTable(
        id=arena,
        arena=name,
        path=board_path(Axis(arena)),
        caption=f"{name}: each model and those ranked closest to it, "
        f"from {site.votes(board.votes if board else 0, arena)}",
        rows=tuple(
            ClosestRow(
                wording.whole(ranks[model]),
                model_ref(site, model),
                tuple(ComparisonLink(site.model(other).name, compare_path(model, other)) for other in others),
            )
            for model, others in near.items()
            if others
        ),
        missing="" if len(near) > 1 else "Fewer than two models are ranked here, so there is nothing to compare.",
    )


def _page(site: SiteData, drawn: Drawn, comparison_pair: ComparisonPair) -> Page:
    first, second = model_ref(site, comparison_pair.first), model_ref(site, comparison_pair.second)
    lede = summary(site, comparison_pair)
    same = same_prompts(site, drawn, comparison_pair.first, comparison_pair.second)
    there = site.arenas_of(comparison_pair.second)
    shared = tuple(arena for arena in site.arenas_of(comparison_pair.first) if arena in there)
    noun = site.votes_noun(*shared)
    view = CompareView(
        first=first,
        second=second,
        lede=lede,
        facts=fact_rows(site, comparison_pair.first, comparison_pair.second),
        facts_caption=f"{first.name} and {second.name}; prices for one 1024×1024 image in medium or standard quality",
        arena_records=arena_records(site, comparison_pair.first, comparison_pair.second),
        arena_records_caption=f"Won–lost–tied and predicted win rate are {first.name}’s against {second.name}, "
        f"from {noun}",
        tables=axis_tables(site, comparison_pair.first, comparison_pair.second),
        apart=apart(site, comparison_pair.first, comparison_pair.second),
        same=same,
        same_lede="The first prompts by name of each category in turn that both have pictures for; how the pictures "
        "fared plays no part in choosing them."
        if same
        else "",
        method_path=METHODOLOGY,
        compare_path=COMPARE,
        picker_path=any_comparison(first.id, second.id),
        lasts=comparison_pair.kept,
        stays=STAYS if comparison_pair.kept else PASSES,
    )
    return Page(
        path=compare_path(comparison_pair.first, comparison_pair.second),
        template="compare.html",
        title=f"{first.name} vs {second.name}",
        description=lede,
        view=view,
        section=COMPARE,
        crumbs=(Crumb("Compare", COMPARE),),
        updated=site.data_until,
        listed=comparison_pair.kept,
        arenas=shared,
    )


def summary(site: SiteData, comparison_pair: ComparisonPair) -> str:
    """Who ranks higher where, whether that is settled, and who is cheaper."""
    said = []
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        one, other = (board.get(comparison_pair.first), board.get(comparison_pair.second)) if board else (None, None)
        if not (board and one and other):
            continue
        side, settled = verdict(one, other, site.pair(arena.id, comparison_pair.first, comparison_pair.second))
        place = wording.sentence(f"{site.demo(arena.id)}in {wording.in_sentence(arena.name)}")
        if not side:
            said.append(f"{place} both rank #{one.rank}.")
            continue
        high, low = (one, other) if side == 1 else (other, one)
        doubt = "" if settled == "yes" else ", but the votes do not settle it"
        said.append(
            f"{place} {site.model(high.model).name} (#{high.rank}) ranks above "
            f"{site.model(low.model).name} (#{low.rank}){doubt}."
        )
    return " ".join([*said, cheaper(site, comparison_pair)]).strip()


def cheaper(site: SiteData, comparison_pair: ComparisonPair) -> str:
    """Which of the two costs less for the reference image; says so where a price is unknown."""
    prices = [site.prices.get(model) for model in (comparison_pair.first, comparison_pair.second)]
    names = [site.model(model).name for model in (comparison_pair.first, comparison_pair.second)]
    one, other = prices
    if one is None or other is None:
        unknown = wording.listing([name for name, price in zip(names, prices, strict=True) if price is None])
        return f"No price per image is known for {unknown}."
    if one.amount == other.amount:
        return f"Both cost from {wording.dollars(one.amount)} an image."
    low, high = sorted(zip((one.amount, other.amount), names, strict=True))
    return f"{low[1]} costs less: from {wording.dollars(low[0])} an image, against {wording.dollars(high[0])}."
