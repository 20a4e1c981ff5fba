"""A category or a language over all arenas: who leads, who is better there than elsewhere, and what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from arena import wording
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.publish.content.examples import PAGE_LANGUAGE
from arena.publish.content.model_refs import ModelRef, model_ref, price_from
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.prompt import outputs_by_prompt
from arena.publish.paths import (
    BOARDS,
    PROMPTS,
    TOPICS,
    board_path,
    category_path,
    language_path,
    large_view,
    prompt_path,
)
from arena.records import Axis, Board, Rating

PLACES = 5
STANDOUTS = 5
PROMPTS_SHOWN = 12
PICTURED = 2
"""Prompts of an arena that are shown with pictures."""
MODELS_PICTURED = 5
"""Models whose pictures stand side by side."""


@dataclass(frozen=True, slots=True)
class TopicRank:
    """A model on the topic's board of an arena, and where it stands overall."""

    rank: str
    model: ModelRef
    score: str
    overall: str
    price: str


@dataclass(frozen=True, slots=True)
class Narrower:
    """A board within the topic: a language of a category, or a category of a language; with who leads."""

    label: str
    path: str
    leader: ModelRef


@dataclass(frozen=True, slots=True)
class TopicArena:
    """The topic in one arena; ``missing`` says why nobody is ranked."""

    id: str
    arena: str
    path: str
    caption: str
    rows: tuple[TopicRank, ...]
    standouts: tuple[TopicRank, ...]
    standouts_caption: str
    no_standouts: str
    narrower: tuple[Narrower, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class TopicPrompt:
    """A prompt of the topic."""

    text: str
    path: str
    language: str
    direction: str
    arena: str


@dataclass(frozen=True, slots=True)
class TopicPicture:
    """A model's picture for a prompt, and its rank on the topic's board."""

    model: ModelRef
    rank: str
    picture: Picture
    large: str


@dataclass(frozen=True, slots=True)
class PicturedPrompt:
    """A prompt of the topic with what the highest-ranked models made of it, side by side."""

    prompt: TopicPrompt
    pictures: tuple[TopicPicture, ...]


@dataclass(frozen=True, slots=True)
class TopicView:
    """The context of ``topic.html``."""

    heading: str
    own_name: str
    code: str
    direction: str
    lede: str
    pictured: tuple[PicturedPrompt, ...]
    arenas: tuple[TopicArena, ...]
    prompts: tuple[TopicPrompt, ...]
    prompts_lede: str
    prompts_path: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic in the index, with who leads in each arena; a leader is None where nobody is ranked."""

    label: str
    path: str
    leaders: tuple[ModelRef | None, ...]


@dataclass(frozen=True, slots=True)
class TopicIndexView:
    """The context of ``topics.html``."""

    lede: str
    arenas: tuple[str, ...]
    categories: tuple[TopicRow, ...]
    languages: tuple[TopicRow, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class _Topic:
    """A category, or a language; the other is empty."""

    name: str
    path: str
    category: str = ""
    language: str = ""

    def axis(self, arena: str) -> Axis:
        return Axis(arena, self.category, self.language)

    def covers(self, prompt: Prompt) -> bool:
        return prompt.category == self.category if self.category else prompt.language == self.language


def pages(site: SiteData) -> Iterator[Page]:
    """The index, then a page a category and a page a language."""
    topics = _topics(site)
    yield _index(site, topics)
    for topic in topics:
        view = topic_view(site, topic)
        ranked = tuple(part.id for part in view.arenas if part.rows)
        yield Page(
            path=topic.path,
            template="topic.html",
            title=f"{view.heading}: {'ranks of image models' if site.demo(*ranked) else 'best image models'}",
            description=view.lede,
            view=view,
            section=BOARDS,
            crumbs=(Crumb("Boards", BOARDS), Crumb("By topic", TOPICS)),
            updated=last_vote(site),
            arenas=ranked,
        )


def _topics(site: SiteData) -> list[_Topic]:
    project = site.catalogue.project
    found = [_Topic(each.name, category_path(each.id), category=each.id) for each in project.categories]
    return found + [
        _Topic(f"{each.name} prompts", language_path(each.id), language=each.id) for each in project.languages
    ]


def _index(site: SiteData, topics: list[_Topic]) -> Page:
    arenas = site.arenas_of_today_first
    rows = {
        topic.path: TopicRow(topic.name, topic.path, tuple(_leader(site, topic.axis(each.id)) for each in arenas))
        for topic in topics
    }
    lede = (
        "What the prompt asks for, and the language it is written in: who is ranked first, and who stands higher there "
        "than overall."
    )
    return Page(
        path=TOPICS,
        template="topics.html",
        title="Image models by category and language",
        description=lede,
        view=TopicIndexView(
            lede=lede,
            arenas=tuple(site.marked_name(arena.id) for arena in arenas),
            categories=tuple(rows[topic.path] for topic in topics if topic.category),
            languages=tuple(rows[topic.path] for topic in topics if topic.language),
            caption=f"Who is ranked first in each arena, from {site.all_votes}",
        ),
        section=BOARDS,
        crumbs=(Crumb("Boards", BOARDS),),
        updated=last_vote(site),
    )


def topic_view(site: SiteData, topic: _Topic) -> TopicView:
    """The view of one topic."""
    language = site.language(topic.language) if topic.language else None
    arenas = [_arena(site, topic, arena.id) for arena in site.arenas_of_today_first]
    arenas.sort(key=lambda part: not part.rows)
    asked = [(name, prompt) for name, prompt in site.catalogue.prompts.items() if topic.covers(prompt)]
    led = _leads(site, arenas)
    return TopicView(
        heading=topic.name,
        own_name=language.own_name if language and language.own_name != language.name else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        lede=f"{led} The topic has {wording.count(len(asked), 'prompt')}."
        if led
        else f"No model is ranked here yet. There {'is' if len(asked) == 1 else 'are'} "
        f"{wording.count(len(asked), 'prompt')}.",
        pictured=tuple(_pictured(site, topic)),
        arenas=tuple(arenas),
        prompts=tuple(_asked(site, name, prompt) for name, prompt in asked[:PROMPTS_SHOWN]),
        prompts_lede=f"{wording.whole(min(len(asked), PROMPTS_SHOWN))} of {wording.count(len(asked), 'prompt')}, "
        "by name.",
        prompts_path=PROMPTS,
    )


def _pictured(site: SiteData, topic: _Topic) -> Iterator[PicturedPrompt]:
    """Prompts with pictures of two models or more, English ones first; models in the order of the topic's board."""
    outputs = outputs_by_prompt(site)
    for arena in site.arenas:
        board = site.boards.get(site.shown_axis(topic.axis(arena.id)))
        if board is None:
            continue
        names = [
            name for name in outputs if name.startswith(f"{arena.id}/") and topic.covers(site.catalogue.prompts[name])
        ]
        names.sort(key=lambda name: (site.catalogue.prompts[name].language != PAGE_LANGUAGE, name))
        found = ((name, tuple(_side_by_side(site, name, board, outputs[name]))) for name in names)
        several = [(name, pictures) for name, pictures in found if len(pictures) > 1]
        for name, pictures in several[:PICTURED]:
            yield PicturedPrompt(_asked(site, name, site.catalogue.prompts[name]), pictures)


def _side_by_side(site: SiteData, name: str, board: Board, outputs: Sequence[Output]) -> Iterator[TopicPicture]:
    """The pictures of the models that rank highest among those that have one, one each."""
    by_model: dict[str, Output] = {}
    for output in sorted(outputs, key=lambda one: (one.seed or 0, one.sha256)):
        by_model.setdefault(output.model, output)
    ranked = [rating for rating in board.ratings if rating.model in by_model]
    for rating in ranked[:MODELS_PICTURED]:
        picture = picture_of(site, by_model[rating.model].sha256)
        if picture:
            large = large_view(name, by_model[rating.model].sha256)
            yield TopicPicture(model_ref(site, rating.model), f"#{rating.rank}", picture, large)


def _leads(site: SiteData, arenas: Sequence[TopicArena]) -> str:
    """Who leads where: a sentence for each kind of votes, those of people first; empty where nobody is ranked."""
    leads: dict[str, dict[str, list[TopicArena]]] = {}
    for part in sorted((part for part in arenas if part.rows), key=lambda part: bool(site.demo(part.id))):
        leads.setdefault(site.votes_noun(part.id), {}).setdefault(part.rows[0].model.name, []).append(part)
    said = []
    for noun, by_model in leads.items():
        led = [
            f"{name} leads in {wording.listing([wording.in_sentence(part.arena) for part in parts])}"
            for name, parts in by_model.items()
        ]
        demo = site.demo(*(part.id for parts in by_model.values() for part in parts))
        said.append(f"{demo}{wording.listing(led)}, by {noun}.")
    return " ".join(said)


def _arena(site: SiteData, topic: _Topic, arena: str) -> TopicArena:
    axis = site.shown_axis(topic.axis(arena))
    board = site.boards.get(axis)
    overall = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    ranks = {rating.model: rating.rank for rating in overall.ratings}
    ratings = board.ratings if board else ()
    better = [rating for rating in ratings if rating.rank_high < ranks.get(rating.model, 0)]
    better.sort(key=lambda rating: (rating.rank - ranks[rating.model], rating.rank, rating.model))
    name = site.arena_name(arena)
    return TopicArena(
        id=arena,
        arena=name,
        path=board_path(axis) if board else "",
        caption=f"{name}: the first {min(PLACES, len(ratings))} of {wording.count(len(ratings), 'model')}, from "
        f"{site.votes(board.votes if board else 0, arena)}",
        rows=tuple(_placed(site, rating, ranks) for rating in ratings[:PLACES]),
        standouts=tuple(_placed(site, rating, ranks) for rating in better[:STANDOUTS]),
        standouts_caption=f"{site.demo(arena)}{name}, better here than overall, by {site.votes_noun(arena)}: even the "
        "last place within the 95% interval is above the one overall",
        no_standouts=wording.sentence(f"{site.demo(arena)}no model does clearly better here than overall."),
        narrower=tuple(_narrower(site, axis)),
        missing="" if ratings else f"No model is ranked in {wording.in_sentence(name)} yet.",
    )


def _placed(site: SiteData, rating: Rating, ranks: dict[str, int]) -> TopicRank:
    return TopicRank(
        rank=wording.whole(rating.rank),
        model=model_ref(site, rating.model),
        score=wording.number(rating.score),
        overall=wording.whole(ranks[rating.model]) if rating.model in ranks else wording.NOTHING,
        price=price_from(site, rating.model),
    )


def _narrower(site: SiteData, axis: Axis) -> Iterator[Narrower]:
    project = site.catalogue.project
    if axis.category:
        inner = [(language.name, replace(axis, language=language.id)) for language in project.languages]
    else:
        inner = [(category.name, replace(axis, category=category.id)) for category in project.categories]
    for label, within in inner:
        leader = _leader(site, within)
        if leader:
            yield Narrower(label, board_path(within), leader)


def _leader(site: SiteData, axis: Axis) -> ModelRef | None:
    board = site.boards.get(site.shown_axis(axis))
    return model_ref(site, board.ratings[0].model) if board and board.ratings else None


def _asked(site: SiteData, name: str, prompt: Prompt) -> TopicPrompt:
    language = site.language(prompt.language)
    arena = site.arena_name(name.partition("/")[0])
    return TopicPrompt(wording.clipped(prompt.text, 140), prompt_path(name), language.id, language.direction, arena)
