"""The home page: which model to use, for somebody who has a phone and one minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.publish import paths, words
from arena.publish.edition import Edition
from arena.publish.page import Page
from arena.publish.pictures import Picture, picture_of
from arena.publish.refs import ModelRef, licence_in_brief, model_ref, price_from, release_month
from arena.publish.value import beside_best, best_value
from arena.publish.views.changes import News, news_of
from arena.publish.views.picks import Pick, picks
from arena.records import Axis, Board, Rating

PODIUM = 3
NEWEST = 6
STORIES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the podium."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    interval: str
    price: str
    licence: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Best:
    """Who leads one narrower board that has votes; ``model`` is None where they are too few for a ranking."""

    label: str
    own_name: str
    code: str
    direction: str
    path: str
    model: ModelRef | None
    score: str
    price: str


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads on every category or language; ``missing`` names those that have no votes."""

    id: str
    caption: str
    rows: tuple[Best, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Value:
    """A model that no cheaper one beats."""

    model: ModelRef
    price: str
    score: str
    rank: str
    beside: str
    """What it saves against the best of them, and how it fares against that one."""


@dataclass(frozen=True, slots=True)
class ArenaBlock:
    """What the home page says of one arena."""

    id: str
    name: str
    path: str
    summary: str
    picks: tuple[Pick, ...]
    podium: tuple[Place, ...]
    leaders: tuple[Leaders, ...]
    value: tuple[Value, ...]
    value_missing: str
    votes: str
    news: News | None


@dataclass(frozen=True, slots=True)
class Newest:
    """A model by its release."""

    model: ModelRef
    released: str
    standing: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A story as a line."""

    title: str
    path: str
    day: words.Day
    kind: str


@dataclass(frozen=True, slots=True)
class Stat:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """The context of ``home.html``."""

    heading: str
    lede: str
    arenas: tuple[ArenaBlock, ...]
    stats: tuple[Stat, ...]
    steps: tuple[str, ...]
    vote_url: str
    take_part: str
    newest: tuple[Newest, ...]
    stories: tuple[Headline, ...]
    boards_path: str
    models_path: str
    stories_path: str
    method_path: str
    changes_path: str


def pages(edition: Edition) -> Iterator[Page]:
    """The home page."""
    project = edition.catalogue.project
    view = home_view(edition)
    yield Page(
        path=paths.HOME,
        template="home.html",
        title="Image model leaderboard",
        description=f"{project.tagline} {view.lede}",
        view=view,
        updated=edition.data_until,
    )


def home_view(edition: Edition) -> HomeView:
    """The view of the home page."""
    summary = edition.summary
    return HomeView(
        heading=edition.catalogue.project.tagline,
        lede=lede(edition),
        arenas=tuple(arena_block(edition, arena.id) for arena in edition.catalogue.project.arenas),
        stats=(
            Stat(words.sentence(edition.votes_noun), words.whole(summary.votes)),
            Stat(
                "Voters, simulated" if edition.vote_noun == "simulated vote" else "Voters", words.whole(summary.voters)
            ),
            Stat("Models", words.whole(len(edition.catalogue.models))),
            Stat("Rankings", words.whole(sum(1 for board in edition.boards.values() if board.ratings))),
        ),
        steps=(
            "Two models get the same prompt. You see both pictures without names, sides drawn at random.",
            "You say which is better, that they tie, or that both are bad.",
            "Votes become a TrueSkill rating; we rank by mu − 3 sigma, so few votes never make a winner.",
        ),
        vote_url=edition.catalogue.project.vote_url or "",
        take_part=take_part(edition),
        newest=newest(edition),
        stories=headlines(edition),
        boards_path=paths.BOARDS,
        models_path=paths.MODELS,
        stories_path=paths.STORIES,
        method_path=paths.METHODOLOGY,
        changes_path=paths.CHANGES,
    )


def take_part(edition: Edition) -> str:
    """How a reader adds a vote."""
    if edition.catalogue.project.vote_url:
        return "Anybody can vote, without an account. Every vote that passes the audit counts with the next build."
    return (
        "This site names no public voting page. Whoever has its files opens one with the command arena serve, "
        "and states its address as vote_url in data/arena.toml."
    )


def lede(edition: Edition) -> str:
    """How many of the models have been compared, and by what votes."""
    models = words.count(len(edition.catalogue.models), "image model")
    met = {rating.model for board in edition.boards.values() for rating in (*board.ratings, *board.unranked)}
    if not met:
        return f"{models} with prices and licences from named sources. No votes have been cast yet."
    how = "compared" if edition.vote_noun == "derived vote" else "compared in blind pairs"
    return (
        f"{words.whole(len(met))} of {models} {how} by {edition.votes(edition.summary.votes)}. "
        "Scores are conservative: a model has to earn its place."
    )


def arena_block(edition: Edition, arena: str) -> ArenaBlock:
    """The podium of an arena and its answers by category, language and price."""
    project = edition.catalogue.project
    board = edition.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    bargains = best_value(edition, board)
    return ArenaBlock(
        id=arena,
        name=edition.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        summary=arena_summary(edition, board),
        picks=picks(edition, board),
        podium=tuple(place(edition, arena, rating) for rating in board.ratings[:PODIUM]),
        leaders=(
            leaders(edition, board, "category", [(Axis(arena, each.id), each.name) for each in project.categories]),
            leaders(edition, board, "prompt language", [(Axis(arena, "", e.id), e.name) for e in project.languages]),
        ),
        value=tuple(
            Value(
                model=model_ref(edition, r.model),
                price=price_from(edition, r.model),
                score=words.number(r.score),
                rank=str(r.rank),
                beside=beside_best(edition, arena, bargains[0], r),
            )
            for r in bargains
        ),
        value_missing="" if bargains else "No ranked model has a known price per image, so value cannot be compared.",
        votes=edition.votes(board.votes),
        news=news_of(edition, arena),
    )


def arena_summary(edition: Edition, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{words.count(len(board.ratings), 'model')} ranked from {edition.votes(board.votes)}."


def place(edition: Edition, arena: str, rating: Rating) -> Place:
    """One place on the podium, with a picture of the model's from its highest-ranked matchup."""
    shown = [example for example in edition.examples.get(rating.model, ()) if example.arena == arena]
    return Place(
        rank=str(rating.rank),
        rank_span=words.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(edition, rating.model),
        score=words.number(rating.score),
        interval=f"{words.number(rating.score_low, 1)} to {words.number(rating.score_high, 1)}",
        price=price_from(edition, rating.model),
        licence=licence_in_brief(edition.model(rating.model)),
        picture=picture_of(edition, shown[0].output) if shown else None,
    )


def leaders(edition: Edition, overall: Board, what: str, axes: Sequence[tuple[Axis, str]]) -> Leaders:
    """Who leads on each of these axes."""
    voted = [(axis, name) for axis, name in axes if axis in edition.boards]
    others = [name for axis, name in axes if axis not in edition.boards]
    return Leaders(
        id=f"{overall.axis.arena}-by-{what.replace(' ', '-')}",
        caption=f"Best by {what}, {edition.votes(overall.votes)}",
        rows=tuple(best(edition, axis, name) for axis, name in voted),
        missing=f"No votes yet: {words.listing(others)}." if others else "",
    )


def best(edition: Edition, axis: Axis, label: str) -> Best:
    """Who leads on one category or language that has votes."""
    board = edition.boards[axis]
    leader = board.ratings[0] if board.ratings else None
    language = edition.language(axis.language) if axis.language else None
    return Best(
        label=label,
        own_name=language.own_name if language and language.own_name != label else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        path=paths.board_path(axis),
        model=model_ref(edition, leader.model) if leader else None,
        score=words.number(leader.score) if leader else "",
        price=price_from(edition, leader.model) if leader else "",
    )


def newest(edition: Edition) -> tuple[Newest, ...]:
    """The latest releases, with where each stands."""
    dated = [(model.released, model_id) for model_id, model in edition.catalogue.models.items() if model.released]
    latest = sorted(dated, key=lambda item: (-item[0].toordinal(), item[1]))[:NEWEST]
    return tuple(
        Newest(model_ref(edition, model_id), release_month(edition.model(model_id)), standing(edition, model_id))
        for _, model_id in latest
    )


def standing(edition: Edition, model_id: str) -> str:
    """``No. 3 in text to image, no. 5 in image editing``; says so where a model is not ranked."""
    found = []
    for arena in edition.catalogue.project.arenas:
        board = edition.boards.get(Axis(arena.id))
        rating = board.get(model_id) if board else None
        if rating:
            found.append(f"no. {rating.rank} in {arena.name.lower()}")
    return words.sentence(words.listing(found)) if found else "Not ranked yet"


def headlines(edition: Edition) -> tuple[Headline, ...]:
    """The latest stories."""
    stories = sorted(edition.catalogue.stories.items(), key=lambda item: (-item[1].happened.toordinal(), item[0]))
    return tuple(
        Headline(story.title, paths.story_path(story_id), words.day(story.happened), story.kind.value.capitalize())
        for story_id, story in stories[:STORIES]
    )
