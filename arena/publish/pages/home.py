"""The home page: which model to use, for somebody who has a phone and one minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from arena import wording
from arena.catalogue.model_facts import GONE, CommercialUse
from arena.catalogue.settings import ArenaSource
from arena.publish import paths
from arena.publish.content.model_refs import (
    ModelRef,
    beside_best,
    best_value,
    licence_in_brief,
    model_ref,
    price_from,
    release_month,
)
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.rank_changes import WeekNews, news_of, rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.page import Alternate, Page
from arena.records import Axis, Board, Origin, Rating

CHEAP = Decimal("0.05")
"""USD an image."""
PODIUM = 3
NEWEST = 6
STORIES = 5
NAMED = 12
"""Models of a data set that are named, before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The highest-ranked model that meets what ``label`` says."""

    label: str
    model: ModelRef
    detail: str


def picks(site: SiteData, board: Board) -> tuple[Pick, ...]:
    """One for each question that some ranked model answers, of those one can still choose; one may answer several."""
    there = [rating for rating in board.ratings if site.model(rating.model).status not in GONE]

    def cheap(rating: Rating) -> bool:
        price = site.prices.get(rating.model)
        return price is not None and price.amount < CHEAP

    def allowed(rating: Rating) -> bool:
        return site.model(rating.model).output_terms.commercial_use is CommercialUse.YES

    questions: tuple[tuple[str, Callable[[Rating], bool]], ...] = (
        ("best overall", lambda _: True),
        (f"best under {100 * CHEAP:.0f} cents an image", cheap),
        ("best with open weights", lambda rating: site.model(rating.model).weights.open is True),
        ("best that surely allows commercial use", allowed),
    )
    found = []
    for label, fits in questions:
        first = next(filter(fits, there), None)
        if first:
            said = wording.sentence(f"{site.demo(board.axis.arena)}{label}")
            found.append(Pick(said, model_ref(site, first.model), _detail(site, first)))
    return tuple(found)


def _detail(site: SiteData, rating: Rating) -> str:
    """Its rank, what it costs, and its weights where they are open."""
    price = price_from(site, rating.model)
    said = [f"no. {rating.rank}", f"{price} an image" if price != wording.NOTHING else "price unknown"]
    model = site.model(rating.model)
    if model.weights.open is True:
        said.append(licence_in_brief(model))
    return ", ".join(said)


@dataclass(frozen=True, slots=True)
class PodiumRow:
    """One place on the podium."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    interval: str
    price: str
    licence: str
    picture: Picture | None
    gone: bool
    """Whether it is shut down, and left out where a reader asks for current models only."""
    spare: bool
    """Whether it is shown only where a reader asks for current models: in the place of one that is gone."""


@dataclass(frozen=True, slots=True)
class BestOnBoard:
    """Who leads one narrower board that has votes; ``model`` is None where they are too few for a ranking.

    ``gone`` and ``spare`` are those of ``PodiumRow``.
    """

    label: str
    own_name: str
    code: str
    direction: str
    path: str
    model: ModelRef | None
    score: str
    price: str
    gone: bool
    spare: bool


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads on every category or language; ``missing`` names those that have no votes."""

    id: str
    caption: str
    rows: tuple[BestOnBoard, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class BestValue:
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
    label: str
    summary: str
    past: str
    """From when a data set is and which models it has, since it advises nobody who chooses today; else empty."""
    picks: tuple[Pick, ...]
    podium: tuple[PodiumRow, ...]
    leaders: tuple[Leaders, ...]
    value: tuple[BestValue, ...]
    value_caption: str
    value_missing: str
    news: WeekNews | None


def arena_block(site: SiteData, arena: str) -> ArenaBlock:
    """The podium of an arena and its answers by category, language and price.

    An arena that shows a published data set has its ranking and no advice: its models are those of its year.
    """
    project = site.catalogue.project
    board = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    source = next(each.source for each in project.arenas if each.id == arena)
    bargains = () if source else best_value(site, board)
    return ArenaBlock(
        id=arena,
        name=site.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        label=site.label_of(arena),
        summary=arena_summary(site, board),
        past=of_its_year(site, board, source) if source else "",
        picks=() if source else picks(site, board),
        podium=tuple(place(site, arena, rating, spare) for rating, spare in with_spares(site, board, PODIUM)),
        leaders=tuple(
            table
            for what, axes in (
                ("category", [(Axis(arena, each.id), each.name) for each in project.categories]),
                ("prompt language", [(Axis(arena, "", each.id), each.name) for each in project.languages]),
            )
            if not any(axis in site.repeated for axis, _ in axes) and (table := leaders(site, board, what, axes))
        ),
        value=tuple(
            BestValue(
                model=model_ref(site, r.model),
                price=price_from(site, r.model),
                score=wording.number(r.score),
                rank=str(r.rank),
                beside=beside_best(site, arena, bargains[0], r),
            )
            for r in bargains
        ),
        value_missing=""
        if source or bargains
        else "No ranked model has a known price per image, so value cannot be compared.",
        value_caption=wording.sentence(
            f"{site.demo(arena)}best value (no cheaper model scores higher), {site.votes(board.votes, arena)}"
        ),
        news=news_of(site, arena),
    )


def arena_summary(site: SiteData, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{wording.count(len(board.ratings), 'model')} ranked from {site.votes(board.votes, board.axis.arena)}."


def of_its_year(site: SiteData, board: Board, source: ArenaSource) -> str:
    """From which year a published data set is, and which models it has."""
    names = [site.model(rating.model).name for rating in board.ratings]
    if not names:
        return ""
    if len(names) > NAMED:
        names[NAMED:] = [f"{len(names) - NAMED} more"]
    return f"{source.name} dates from {source.year} and compares models of that time only: {wording.listing(names)}."


def with_spares(site: SiteData, board: Board, many: int) -> Iterator[tuple[Rating, bool]]:
    """The first so many of a board, then the current models that stand in for those of them that are shut down; each
    with whether it stands in.
    """
    first = board.ratings[:many]
    yield from ((rating, False) for rating in first)
    current = [rating for rating in board.ratings if site.model(rating.model).current]
    yield from ((rating, True) for rating in current[:many] if rating not in first)


def place(site: SiteData, arena: str, rating: Rating, spare: bool) -> PodiumRow:
    """One place on the podium, with a picture of the model's from its highest-ranked matchup."""
    shown = [example for example in site.examples.get(rating.model, ()) if example.arena == arena]
    return PodiumRow(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(site, rating.model),
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        price=price_from(site, rating.model),
        licence=licence_in_brief(site.model(rating.model)),
        picture=picture_of(site, shown[0].output) if shown else None,
        gone=not site.model(rating.model).current,
        spare=spare,
    )


def leaders(site: SiteData, overall: Board, what: str, axes: Sequence[tuple[Axis, str]]) -> Leaders:
    """Who leads on each of these axes."""
    voted = [(axis, name) for axis, name in axes if axis in site.boards]
    others = [name for axis, name in axes if site.shown_axis(axis) not in site.boards]
    return Leaders(
        id=f"{overall.axis.arena}-by-{what.replace(' ', '-')}",
        caption=wording.sentence(
            f"{site.demo(overall.axis.arena)}best by {what}, {site.votes(overall.votes, overall.axis.arena)}"
        ),
        rows=tuple(row for axis, name in voted for row in best(site, axis, name)),
        missing=f"No votes yet: {wording.listing(others)}." if others else "",
    )


def best(site: SiteData, axis: Axis, label: str) -> Iterator[BestOnBoard]:
    """Who leads on one category or language that has votes; and the first current model, where that one is gone."""
    board = site.boards[axis]
    if not board.ratings:
        yield _best(site, axis, label, None, spare=False)
    for leader, spare in with_spares(site, board, 1):
        yield _best(site, axis, label, leader, spare)


def _best(site: SiteData, axis: Axis, label: str, leader: Rating | None, spare: bool) -> BestOnBoard:
    language = site.language(axis.language) if axis.language else None
    return BestOnBoard(
        label=label,
        own_name=language.own_name if language and language.own_name != label else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        path=paths.board_path(axis),
        model=model_ref(site, leader.model) if leader else None,
        score=wording.number(leader.score) if leader else "",
        price=price_from(site, leader.model) if leader else "",
        gone=leader is not None and not site.model(leader.model).current,
        spare=spare,
    )


@dataclass(frozen=True, slots=True)
class NewestModel:
    """A model by its release."""

    model: ModelRef
    released: str
    standing: str


@dataclass(frozen=True, slots=True)
class StoryHeadline:
    """A story as a line."""

    title: str
    path: str
    day: wording.Day
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
    any_gone: bool
    """Whether a model that is shut down stands on the page, so that readers may leave such out."""
    arenas: tuple[ArenaBlock, ...]
    stats: tuple[Stat, ...]
    steps: tuple[str, ...]
    vote_url: str
    take_part: str
    newest: tuple[NewestModel, ...]
    stories: tuple[StoryHeadline, ...]
    boards_path: str
    models_path: str
    stories_path: str
    method_path: str
    changes_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The home page."""
    project = site.catalogue.project
    view = home_view(site)
    yield Page(
        path=paths.HOME,
        template="home.html",
        title="Image model leaderboard",
        description=f"{project.tagline} {view.lede}",
        view=view,
        updated=site.data_until,
        alternates=_feeds(site),
    )


def _feeds(site: SiteData) -> tuple[Alternate, ...]:
    if not any(rank_weeks(site)):
        return ()
    return (Alternate(paths.CHANGES_FEED, "application/atom+xml", "Changes of rank"),)


def home_view(site: SiteData) -> HomeView:
    """The view of the home page."""
    summary, arenas = site.summary, tuple(arena_block(site, arena.id) for arena in site.arenas)
    return HomeView(
        heading=site.catalogue.project.tagline,
        lede=lede(site),
        any_gone=any(
            any(row.gone for row in arena.podium) or any(row.gone for table in arena.leaders for row in table.rows)
            for arena in arenas
        ),
        arenas=arenas,
        stats=(
            Stat(wording.sentence(site.votes_noun()), wording.whole(summary.votes)),
            Stat(
                "Voters, simulated" if site.vote_noun() == "simulated vote" else "Voters",
                wording.whole(summary.voters),
            ),
            Stat("Models", wording.whole(len(site.catalogue.models))),
            Stat("Rankings", wording.whole(sum(1 for board in site.boards.values() if board.ratings))),
        ),
        steps=(
            "Two models get the same prompt. You see both pictures without names, sides drawn at random.",
            "You say which is better, that they tie, or that both are bad.",
            "Votes become a TrueSkill rating; we rank by mu − 3 sigma, so few votes never make a winner.",
        ),
        vote_url=site.catalogue.project.vote_url or "",
        take_part=take_part(site),
        newest=newest(site),
        stories=headlines(site),
        boards_path=paths.BOARDS,
        models_path=paths.MODELS,
        stories_path=paths.STORIES,
        method_path=paths.METHODOLOGY,
        changes_path=paths.CHANGES,
    )


def take_part(site: SiteData) -> str:
    """How a reader adds a vote."""
    if site.catalogue.project.vote_url:
        return "Anybody can vote, without an account. Every vote that passes the audit counts with the next build."
    return (
        "This site names no public voting page. Whoever has its files opens one with the command arena serve, "
        "and states its address as vote_url in data/arena.toml."
    )


def lede(site: SiteData) -> str:
    """How many of the models have been compared, and by what votes."""
    models = wording.count(len(site.catalogue.models), "image model")
    met = {rating.model for board in site.boards.values() for rating in (*board.ratings, *board.unranked)}
    if not met:
        return f"{models} with prices and licences from named sources. No votes have been cast yet."
    pairs = " in blind pairs" if Origin.DERIVED not in site.origins_in() else ""
    return (
        f"{wording.whole(len(met))} of {models} compared{pairs} by {site.all_votes}. "
        "Scores are conservative: a model has to earn its place."
    )


def newest(site: SiteData) -> tuple[NewestModel, ...]:
    """The latest releases, with where each stands."""
    dated = [(model.released, model_id) for model_id, model in site.catalogue.models.items() if model.released]
    latest = sorted(dated, key=lambda item: (-item[0].toordinal(), item[1]))[:NEWEST]
    return tuple(
        NewestModel(model_ref(site, model_id), release_month(site.model(model_id)), standing(site, model_id))
        for _, model_id in latest
    )


def standing(site: SiteData, model_id: str) -> str:
    """``No. 3 in text to image, no. 5 in image editing``; says so where a model is not ranked."""
    found = []
    for arena in site.arenas:
        board = site.boards.get(Axis(arena.id))
        rating = board.get(model_id) if board else None
        if rating:
            found.append(f"no. {rating.rank} in {wording.in_sentence(site.marked_name(arena.id))}")
    return wording.sentence(wording.listing(found)) if found else "Not ranked yet"


def headlines(site: SiteData) -> tuple[StoryHeadline, ...]:
    """The latest stories."""
    stories = sorted(site.catalogue.stories.items(), key=lambda item: (-item[1].happened.toordinal(), item[0]))
    return tuple(
        StoryHeadline(
            story.title, paths.story_path(story_id), wording.day(story.happened), story.kind.value.capitalize()
        )
        for story_id, story in stories[:STORIES]
    )
