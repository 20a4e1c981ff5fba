"""The home page: which model to use, for somebody who has a phone and one minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.blind_battles import arenas_of_today, first_prompt
from arena.publish.content.finder import Need
from arena.publish.content.model_refs import (
    ModelRef,
    model_ref,
    release_month,
)
from arena.publish.content.own_ranking import weighed_arenas
from arena.publish.content.rank_changes import rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.page import Alternate, Page
from arena.publish.pages.battle import BattleView, battle_views
from arena.publish.pages.find import Finder, arenas_asked, finder_of
from arena.publish.pages.home_arenas import ArenaBlock, arena_block
from arena.records import Axis, Origin

NEWEST = 6
STORIES = 5


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
class ArenaGroup:
    """Arenas under one heading: those of today's models, and published data sets of a year."""

    id: str
    heading: str
    lede: str
    arenas: tuple[ArenaBlock, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """The context of ``home.html``; ``battle`` and ``finder`` are None where there is nothing to choose from."""

    heading: str
    tagline: str
    lede: str
    battle: BattleView | None
    finder: Finder | None
    groups: tuple[ArenaGroup, ...]
    stats: tuple[Stat, ...]
    steps: tuple[str, ...]
    vote_url: str
    take_part: str
    newest: tuple[NewestModel, ...]
    stories: tuple[StoryHeadline, ...]
    own_path: str
    """Where readers weigh boards themselves; empty where there is nothing to weigh."""
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
    return (Alternate(paths.CHANGES_FEED, "application/atom+xml", "What changed"),)


def home_view(site: SiteData) -> HomeView:
    """The view of the home page."""
    summary = site.summary
    battle = next(iter(battle_views(site)), None)
    arenas, asked = arenas_asked(site), first_prompt(site)
    return HomeView(
        heading="Which is better?" if battle else site.catalogue.project.tagline,
        tagline=site.catalogue.project.tagline,
        lede=lede(site),
        battle=battle,
        finder=finder_of(site, Need(arenas[0]), asked) if arenas else None,
        groups=tuple(group for group in (of_today(site, asked), of_data_sets(site)) if group.arenas),
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
            "Votes become a TrueSkill score less its uncertainty (mu − 3 sigma), so a few lucky votes make no winner.",
        ),
        vote_url=site.catalogue.project.vote_url or "",
        take_part=take_part(site),
        newest=newest(site),
        stories=headlines(site),
        own_path=paths.OWN_RANKING if weighed_arenas(site) else "",
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
    return "This site has no public voting page. Its votes, and how they become ranks, are open: check them yourself."


def of_today(site: SiteData, asked: str) -> ArenaGroup:
    """The arenas that advise readers who choose a model today; ``asked`` is the prompt of the battle on the page."""
    arenas = tuple(arena_block(site, arena.id, asked) for arena in arenas_of_today(site))
    return ArenaGroup("today", "Leaderboards", "The top three of the models you can use today.", arenas)


def of_data_sets(site: SiteData) -> ArenaGroup:
    """Published data sets, whose models are those of their year."""
    sets = [(arena.source.year, arena.id) for arena in site.arenas if arena.source]
    years = wording.listing(sorted({str(year) for year, _ in sets}))
    return ArenaGroup(
        "data-sets",
        f"People’s ratings from {years}",
        "Published research: it shows how people rated the models of that time, not which one to use today.",
        tuple(arena_block(site, arena, "") for _, arena in sets),
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
        "Scores are cautious: few votes mean a low score."
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
    """``#3 in text to image, #5 in image editing``; says so where a model is not ranked."""
    found = []
    for arena in site.arenas:
        board = site.boards.get(Axis(arena.id))
        rating = board.get(model_id) if board else None
        if rating:
            found.append(f"#{rating.rank} in {wording.in_sentence(site.marked_name(arena.id))}")
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
