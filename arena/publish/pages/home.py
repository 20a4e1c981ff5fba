"""The home page: which model to use, for somebody who has a phone and one minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import ModelRef, model_ref, release_month
from arena.publish.content.rank_changes import rank_weeks
from arena.publish.content.site_data import Edition
from arena.publish.page import Alternate, Page
from arena.publish.pages.home_arena import ArenaBlock, arena_block
from arena.records import Axis

NEWEST = 6
STORIES = 5


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
        alternates=_feeds(edition),
    )


def _feeds(edition: Edition) -> tuple[Alternate, ...]:
    if not any(rank_weeks(edition)):
        return ()
    return (Alternate(paths.CHANGES_FEED, "application/atom+xml", "Changes of rank"),)


def home_view(edition: Edition) -> HomeView:
    """The view of the home page."""
    summary = edition.summary
    return HomeView(
        heading=edition.catalogue.project.tagline,
        lede=lede(edition),
        arenas=tuple(arena_block(edition, arena.id) for arena in edition.catalogue.project.arenas),
        stats=(
            Stat(wording.sentence(edition.votes_noun), wording.whole(summary.votes)),
            Stat(
                "Voters, simulated" if edition.vote_noun == "simulated vote" else "Voters",
                wording.whole(summary.voters),
            ),
            Stat("Models", wording.whole(len(edition.catalogue.models))),
            Stat("Rankings", wording.whole(sum(1 for board in edition.boards.values() if board.ratings))),
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
    models = wording.count(len(edition.catalogue.models), "image model")
    met = {rating.model for board in edition.boards.values() for rating in (*board.ratings, *board.unranked)}
    if not met:
        return f"{models} with prices and licences from named sources. No votes have been cast yet."
    how = "compared" if edition.vote_noun == "derived vote" else "compared in blind pairs"
    return (
        f"{wording.whole(len(met))} of {models} {how} by {edition.votes(edition.summary.votes)}. "
        "Scores are conservative: a model has to earn its place."
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
    return wording.sentence(wording.listing(found)) if found else "Not ranked yet"


def headlines(edition: Edition) -> tuple[Headline, ...]:
    """The latest stories."""
    stories = sorted(edition.catalogue.stories.items(), key=lambda item: (-item[1].happened.toordinal(), item[0]))
    return tuple(
        Headline(story.title, paths.story_path(story_id), wording.day(story.happened), story.kind.value.capitalize())
        for story_id, story in stories[:STORIES]
    )
