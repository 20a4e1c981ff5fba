"""What two models have side by side: facts and prices, ranks by axis, their record, pictures for the same prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.benchmarking import providers_to_ask
from arena.catalogue.records import Output
from arena.pairs import Pair
from arena.publish.content.capabilities import capabilities_of
from arena.publish.content.model_refs import (
    commercial_use_in_brief,
    licence_in_brief,
    price_from,
    release_month,
    weights_use_in_brief,
)
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.prompt_results import PromptResult
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.facts import STATUS_WORDS, outside_rank
from arena.publish.pages.model.prices import MANY
from arena.publish.paths import board_path, prompt_path
from arena.records import Axis, Rating

SHOWN = 4
"""Prompts whose pictures are shown, each of another category as far as there are."""

UNSTATED = "Unknown, no source states it"
"""What a row is left out for where all models compared have it; ``static/compare.js`` knows it too."""

Drawn = Mapping[str, Mapping[str, Output]]
"""By model and prompt."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of either model as it reads."""

    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ArenaRecord:
    """The two models' battles against each other in one arena, from the first one's side."""

    arena: str
    path: str
    record: str
    chance: str
    chance_span: str
    said: str


@dataclass(frozen=True, slots=True)
class ComparedRanks:
    """Either model on one board; ``leads`` is 1 or 2 for the side that ranks higher, 0 where that cannot be said."""

    label: str
    path: str
    first: str
    second: str
    first_score: str
    second_score: str
    leads: int
    settled: str


@dataclass(frozen=True, slots=True)
class ComparedBoards:
    """The boards of one arena on which either model is ranked."""

    id: str
    arena: str
    caption: str
    rows: tuple[ComparedRanks, ...]


@dataclass(frozen=True, slots=True)
class ComparedPicture:
    """A model's picture for the prompt, and how it fared against all others' pictures."""

    name: str
    picture: Picture
    record: str


@dataclass(frozen=True, slots=True)
class SamePrompt:
    """The pictures of both models for one prompt."""

    prompt: str
    path: str
    language: str
    direction: str
    english: str
    category: str
    shown: tuple[ComparedPicture, ...]


def fact_rows(site: SiteData, first: str, second: str) -> tuple[FactRow, ...]:
    """What readers weigh against each other; without what no source states of either."""
    made = zip(facts_of(site, first), facts_of(site, second), strict=True)
    return tuple(FactRow(label, one, other) for (label, one), (_, other) in made if {one, other} != {UNSTATED})


def facts_of(site: SiteData, model_id: str) -> Iterator[tuple[str, str]]:
    """The same facts of every model in the same order: what each is called, and how it reads."""
    model = site.model(model_id)
    price = site.prices.get(model_id)
    providers = len(site.catalogue.offers_of(model_id))
    yield "Maker", site.maker(model_id).name
    yield "Released", release_month(model)
    yield "Status", STATUS_WORDS[model.status]
    yield "Price from, an image", price_from(site, model_id)
    yield "1,000 images", wording.dollars(MANY * price.amount) if price else wording.NOTHING
    yield "Cheapest at", site.catalogue.providers[price.provider].name if price else wording.NOTHING
    yield "Price read on", site.read_day(price.price.price.read).words if price else wording.NOTHING
    yield "Providers", wording.whole(providers) if providers else "none known"
    yield "Weights", licence_in_brief(model)
    yield "Commercial use of weights", weights_use_in_brief(model)
    yield "Commercial use of outputs", commercial_use_in_brief(model)
    yield "Takes", wording.listing(model.inputs)
    yield "Largest picture", wording.dimensions(model.max_resolution or wording.UNKNOWN)
    yield "Level", model.level.value
    asked_at = [site.catalogue.providers[each].name for each in providers_to_ask(site.catalogue, model_id)]
    yield "Can be benchmarked here", f"yes, through {wording.listing(asked_at, 'or')}" if asked_at else "no"
    ranked = [f"{outside_rank(each)} in {each.name}, {each.source}" for each in model.benchmarks if each.rank]
    yield "Ranked elsewhere", "; ".join(ranked) or UNSTATED
    for capability in capabilities_of(site, model_id):
        yield capability.label, capability.value or UNSTATED


def arena_records(site: SiteData, first: str, second: str) -> tuple[ArenaRecord, ...]:
    """One for each arena in which both are ranked."""
    found = []
    for arena in site.catalogue.project.arenas:
        pair = site.pair(arena.id, first, second)
        if pair:
            found.append(_meeting(site, arena.id, pair))
    return tuple(found)


def _meeting(site: SiteData, arena: str, pair: Pair) -> ArenaRecord:
    rated = pair.wins + pair.losses + pair.ties
    one, other = site.model(pair.first).name, site.model(pair.second).name
    name = site.arena_name(arena)
    if rated + pair.both_bad == 0:
        said = (
            f"The two have not met in {wording.in_sentence(name)} yet; what is predicted follows from their battles "
            "with others."
        )
    else:
        said = (
            f"{name}: in {site.votes(rated + pair.both_bad, arena)} on battles between the two, {one} won "
            f"{wording.whole(pair.wins)}, {other} {wording.whole(pair.losses)}; {wording.whole(pair.ties)} tied, and "
            f"both were bad in {wording.whole(pair.both_bad)}."
        )
    return ArenaRecord(
        arena=site.marked_name(arena),
        path=board_path(Axis(arena)),
        record=wording.record(pair.wins, pair.losses, pair.ties) if rated else "never met",
        chance=wording.percent(pair.win_probability),
        chance_span=wording.span(wording.percent(pair.low), wording.percent(pair.high)),
        said=said,
    )


def axis_tables(site: SiteData, first: str, second: str) -> tuple[ComparedBoards, ...]:
    """Overall, by category and by language, for each arena in which both are ranked."""
    project = site.catalogue.project
    found = []
    for arena in project.arenas:
        axes = [
            Axis(arena.id),
            *(Axis(arena.id, category.id) for category in project.categories),
            *(Axis(arena.id, "", language.id) for language in project.languages),
        ]
        overall = site.boards.get(Axis(arena.id))
        if overall and overall.get(first) and overall.get(second):
            rows = tuple(row for axis in axes if (row := _axis_row(site, axis, first, second)))
            votes = site.votes(overall.votes, arena.id)
            caption = f"{arena.name}: rank and score on each board where one of the two is ranked, from {votes}"
            found.append(ComparedBoards(arena.id, arena.name, caption, rows))
    return tuple(found)


def apart(site: SiteData, first: str, second: str) -> tuple[str, ...]:
    """The arenas in which only one of the two is ranked, in words."""
    said = []
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        there = [model for model in (first, second) if board and board.get(model)]
        if len(there) == 1:
            said.append(f"In {wording.in_sentence(arena.name)} only {site.model(there[0]).name} is ranked.")
    return tuple(said)


def _axis_row(site: SiteData, axis: Axis, first: str, second: str) -> ComparedRanks | None:
    board = site.boards.get(axis)
    one, other = (board.get(first), board.get(second)) if board else (None, None)
    if board is None or not (one or other):
        return None
    pair = site.pair(axis.arena, first, second) if axis == Axis(axis.arena) else None
    leads, settled = verdict(one, other, pair)
    size = wording.whole(len(board.ratings))
    return ComparedRanks(
        label=site.axis_name(axis),
        path=board_path(axis),
        first=f"{wording.whole(one.rank)} of {size}" if one else "not ranked",
        second=f"{wording.whole(other.rank)} of {size}" if other else "not ranked",
        first_score=wording.number(one.score) if one else "",
        second_score=wording.number(other.score) if other else "",
        leads=leads,
        settled=settled,
    )


def verdict(one: Rating | None, other: Rating | None, pair: Pair | None = None) -> tuple[int, str]:
    """Which side ranks higher (1, 2, or 0), and whether the votes settle it.

    They do where the interval of the predicted win rate, seen from the first, leaves out one half; without a ``pair``,
    where the intervals of the two scores do not overlap.
    """
    if one is None or other is None:
        return 0, "–"
    if one.rank == other.rank:
        return 0, "no"
    side, high, low = (1, one, other) if one.rank < other.rank else (2, other, one)
    settled = pair.favours == side if pair else high.score_low > low.score_high
    return side, "yes" if settled else "no"


def drawn_by_model(site: SiteData) -> Drawn:
    """The pictures of every model by prompt; of several for one prompt, the first by SHA-256."""
    found: dict[str, dict[str, Output]] = {}
    for _, output in sorted(site.outputs.items()):
        found.setdefault(output.model, {}).setdefault(output.prompt, output)
    return found


def same_prompts(site: SiteData, drawn: Drawn, first: str, second: str) -> tuple[SamePrompt, ...]:
    """Pictures of both for the same prompts: by prompt id, each category in turn. How they fared plays no part."""
    both = sorted(drawn.get(first, {}).keys() & drawn.get(second, {}).keys() & site.catalogue.prompts.keys())
    by_category: dict[str, list[str]] = {}
    for prompt in both:
        by_category.setdefault(site.catalogue.prompts[prompt].category, []).append(prompt)
    turns = [(turn, order, prompt) for order, ids in enumerate(by_category.values()) for turn, prompt in enumerate(ids)]
    chosen = [prompt for _, _, prompt in sorted(turns)[:SHOWN]]
    return tuple(_same_prompt(site, drawn, prompt, (first, second)) for prompt in chosen)


def _same_prompt(site: SiteData, drawn: Drawn, prompt_id: str, models: tuple[str, str]) -> SamePrompt:
    prompt = site.catalogue.prompts[prompt_id]
    language = site.language(prompt.language)
    shown = []
    for model in models:
        picture = picture_of(site, drawn[model][prompt_id].sha256)
        if picture:
            record = fared(site, prompt_id.partition("/")[0], site.prompt_results.get((prompt_id, model)))
            shown.append(ComparedPicture(site.model(model).name, picture, record))
    return SamePrompt(
        prompt=prompt.text,
        path=prompt_path(prompt_id),
        language=language.id,
        direction=language.direction,
        english=prompt.english or "",
        category=f"{site.arena_name(prompt_id.partition('/')[0])}, {site.category_name(prompt.category)}",
        shown=tuple(shown),
    )


def fared(site: SiteData, arena: str, showing: PromptResult | None) -> str:
    """How a model's pictures for one prompt of an arena fared against everyone's."""
    if showing is None or not showing.votes:
        return f"no {site.votes_noun(arena)} yet"
    record = wording.record(showing.wins, showing.losses, showing.ties)
    return f"{record} against all others, from {site.votes(showing.votes, arena)}"
