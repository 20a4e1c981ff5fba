"""What two models have side by side: facts and prices, ranks by axis, their record, pictures for the same prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.outputs import Output
from arena.publish.content.capabilities import capabilities_of
from arena.publish.content.comparison import settled_by_scores
from arena.publish.content.measured import speed_of
from arena.publish.content.model_refs import (
    commercial_use_in_brief,
    price_from,
    release_month,
    weights_tags,
    weights_use_in_brief,
)
from arena.publish.content.once import once
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.prompt_results import PromptResult
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.facts import STATUS_WORDS, outside_rank
from arena.publish.pages.model.prices import MANY
from arena.publish.paths import board_path, prompt_path
from arena.records import Axis, Rating

SHOWN = 4
"""Prompts whose pictures are shown, each of another category as far as there are. Also in ``compare.js``."""
PROMPT_CLIP = 160
"""Characters of a prompt that are shown with its pictures."""

UNSTATED = "Not stated"
"""What a row is left out for where all models compared have it; ``static/compare.js`` knows it too."""

UNKNOWN_CELLS = {UNSTATED, wording.NOTHING}
"""A row of which no cell says more is left out."""

Drawn = Mapping[str, Mapping[str, Output]]
"""By model and prompt."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of either model as it reads."""

    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ComparedRanks:
    """Either model on one board; ``better`` is 1 or 2 for the side that the votes call better, 0 where they do not."""

    label: str
    path: str
    first: str
    second: str
    first_score: str
    second_score: str
    better: int
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
    return tuple(FactRow(label, one, other) for (label, one), (_, other) in made if {one, other} - UNKNOWN_CELLS)


@once
def facts_of(site: SiteData, model_id: str) -> tuple[tuple[str, str], ...]:
    """The same facts of every model in the same order: what each is called, and how it reads in a cell."""
    return tuple((label, wording.sentence(value)) for label, value in _facts(site, model_id))


def _facts(site: SiteData, model_id: str) -> Iterator[tuple[str, str]]:
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
    speed = speed_of(site, model_id)
    yield "Time for one picture", f"{speed.words} {speed.detail}" if speed else UNSTATED
    tags = weights_tags(model)
    yield "Weights", tags.weights
    yield "Licence of the weights", tags.licence or wording.NOTHING
    yield "Commercial use of weights", weights_use_in_brief(model)
    yield "Commercial use of outputs", commercial_use_in_brief(model)
    yield "Takes", wording.listing(model.inputs)
    yield "Largest picture", wording.dimensions(model.max_resolution or wording.UNKNOWN)
    ranked = [f"{outside_rank(each)} in {each.name}, {each.source}" for each in model.benchmarks if each.rank]
    yield "Ranked elsewhere", "; ".join(ranked) or UNSTATED
    for capability in capabilities_of(site, model_id):
        yield capability.label, capability.value or UNSTATED


@once
def boards_compared(site: SiteData, arena: str) -> tuple[Axis, ...]:
    """The boards of an arena that comparisons show: overall, by category and by language."""
    project = site.catalogue.project
    axes = [
        Axis(arena),
        *(Axis(arena, category.id) for category in project.categories),
        *(Axis(arena, "", language.id) for language in project.languages),
    ]
    return tuple(axis for axis in axes if axis in site.boards)


def axis_tables(site: SiteData, first: str, second: str) -> tuple[ComparedBoards, ...]:
    """Overall, by category and by language, for each arena in which both are ranked."""
    found = []
    for arena in site.arenas:
        overall = site.boards.get(Axis(arena.id))
        if overall and overall.get(first) and overall.get(second):
            axes = boards_compared(site, arena.id)
            rows = tuple(row for axis in axes if (row := _axis_row(site, axis, first, second)))
            votes = site.votes(overall.votes, arena.id)
            caption = f"{arena.name}: rank and score on each board where one of the two is ranked, from {votes}"
            found.append(ComparedBoards(arena.id, arena.name, caption, rows))
    return tuple(found)


def apart(site: SiteData, first: str, second: str) -> tuple[str, ...]:
    """The arenas in which only one of the two is ranked, in words."""
    said = []
    for arena in site.arenas:
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
    better, settled = _settled(site, axis, one, other)
    size = wording.whole(len(board.ratings))
    return ComparedRanks(
        label=site.axis_name(axis),
        path=board_path(axis),
        first=f"#{one.rank} of {size}" if one else "not ranked",
        second=f"#{other.rank} of {size}" if other else "not ranked",
        first_score=wording.number(one.score) if one else "",
        second_score=wording.number(other.score) if other else "",
        better=better,
        settled=settled,
    )


def _settled(site: SiteData, axis: Axis, one: Rating | None, other: Rating | None) -> tuple[int, str]:
    """Whom the votes of a board call better, as ``content.comparison`` defines it, and the word for it."""
    if one is None or other is None:
        return 0, wording.NOTHING
    pair = site.pair(axis.arena, one.model, other.model) if axis == Axis(axis.arena) else None
    better = pair.favours if pair else settled_by_scores(one, other)
    return better, "yes" if better else "no"


def drawn_by_model(site: SiteData) -> Drawn:
    """The pictures of every model by prompt; of several for one prompt, the first by SHA-256."""
    found: dict[str, dict[str, Output]] = {}
    for _, output in sorted(site.outputs.items()):
        found.setdefault(output.model, {}).setdefault(output.prompt, output)
    return found


def same_prompts(site: SiteData, drawn: Drawn, first: str, second: str, *, arena: str = "") -> tuple[SamePrompt, ...]:
    """Pictures of both for the same prompts, of an arena or of all: by prompt id, each category in turn.

    How they fared plays no part.
    """
    both = sorted(drawn.get(first, {}).keys() & drawn.get(second, {}).keys() & site.catalogue.prompts.keys())
    by_category: dict[str, list[str]] = {}
    for prompt in both:
        if arena and prompt.partition("/")[0] != arena:
            continue
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
        prompt=wording.clipped(prompt.text, PROMPT_CLIP),
        path=prompt_path(prompt_id),
        language=language.id,
        direction=language.direction,
        english=wording.clipped(prompt.english or "", PROMPT_CLIP),
        category=f"{site.arena_name(prompt_id.partition('/')[0])}, {site.category_name(prompt.category)}",
        shown=tuple(shown),
    )


def fared(site: SiteData, arena: str, showing: PromptResult | None) -> str:
    """How a model's pictures for one prompt of an arena fared against everyone's."""
    if showing is None or not showing.votes:
        return f"no {site.votes_noun(arena)} yet"
    counts = ((showing.wins, "won"), (showing.losses, "lost"), (showing.ties, "tied"))
    record = ", ".join(f"{wording.whole(value)} {what}" for value, what in counts)
    return f"{record} in {site.votes(showing.votes, arena)}"
