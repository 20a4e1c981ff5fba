"""Stories: what happened, when it happened and when it was published, and who said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.records import Story, StoryKind
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.citations import Citation, cited, last_read, newest
from arena.publish.paths import STORIES, STORIES_FEED, story_path

KINDS: Mapping[StoryKind, str] = {
    StoryKind.RELEASE: "Release",
    StoryKind.NEWS: "News",
    StoryKind.WORKFLOW: "Workflow",
    StoryKind.PRICE: "Price",
}
NOUNS: Mapping[StoryKind, str] = {
    StoryKind.RELEASE: "release",
    StoryKind.NEWS: "news item",
    StoryKind.WORKFLOW: "workflow",
    StoryKind.PRICE: "price change",
}
EVIDENCE: Mapping[str, str] = {"primary": "Primary source", "secondary": "Secondary source"}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list. ``published`` is empty where the source gives no date, or the day of the event itself."""

    title: str
    path: str
    kind: str
    evidence: str
    happened: wording.Day
    published: wording.Day | None
    text: str
    models: tuple[ModelRef, ...]


@dataclass(frozen=True)
class StoryView:
    """One story with its dates, its models and its sources."""

    title: str
    kind: str
    evidence: str
    evidence_meaning: str
    happened: wording.Day
    published: wording.Day | None
    lag: str
    paragraphs: tuple[str, ...]
    note: str
    models: tuple[ModelRef, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True)
class StoriesView:
    """All stories, the newest event first; ``feed`` is empty where there is nothing to follow."""

    stories: tuple[StoryLine, ...]
    kinds: str
    feed: str


def pages(site: SiteData) -> Iterator[Page]:
    """The index of stories, and a page for each."""
    stories = newest_first(site.catalogue.stories.items())
    yield Page(
        path=STORIES,
        template="stories.html",
        title="Stories",
        description="Releases, news and workflows around image models: what happened, when, and who said so.",
        view=_index(site, stories),
        updated=newest(last_read(story.sources) for _, story in stories),
    )
    for story_id, story in stories:
        yield Page(
            path=story_path(story_id),
            template="story.html",
            title=story.title,
            description=wording.clipped(story.text),
            view=_view(site, story),
            section=STORIES,
            crumbs=(Crumb("Stories", STORIES),),
            updated=last_read(story.sources),
        )


def newest_first(stories: Iterable[tuple[str, Story]]) -> list[tuple[str, Story]]:
    """By the day it happened, the last one first; stories of one day by id."""
    return sorted(stories, key=lambda item: (-item[1].happened.toordinal(), item[0]))


def story_lines(site: SiteData, stories: Iterable[tuple[str, Story]]) -> tuple[StoryLine, ...]:
    """The stories for a list, newest first."""
    return tuple(_line(site, story_id, story) for story_id, story in newest_first(stories))


def _line(site: SiteData, story_id: str, story: Story) -> StoryLine:
    later = story.published if story.published != story.happened else None
    return StoryLine(
        title=story.title,
        path=story_path(story_id),
        kind=KINDS[story.kind],
        evidence=EVIDENCE[story.evidence],
        happened=wording.day(story.happened),
        published=wording.day(later) if later else None,
        text=wording.clipped(story.text, 240),
        models=_models(site, story),
    )


def _models(site: SiteData, story: Story) -> tuple[ModelRef, ...]:
    return tuple(model_ref(site, model) for model in story.models)


def _index(site: SiteData, stories: list[tuple[str, Story]]) -> StoriesView:
    counts = [(kind, sum(story.kind is kind for _, story in stories)) for kind in StoryKind]
    return StoriesView(
        stories=story_lines(site, stories),
        kinds=wording.listing([wording.count(number, NOUNS[kind]) for kind, number in counts if number]),
        feed=STORIES_FEED if stories else "",
    )


def _view(site: SiteData, story: Story) -> StoryView:
    return StoryView(
        title=story.title,
        kind=KINDS[story.kind],
        evidence=EVIDENCE[story.evidence],
        evidence_meaning=_evidence_meaning(story),
        happened=wording.day(story.happened),
        published=wording.day(story.published) if story.published else None,
        lag=_lag(story),
        paragraphs=tuple(part.strip() for part in story.text.split("\n\n") if part.strip()),
        note=story.note or "",
        models=_models(site, story),
        sources=cited(story.sources),
    )


def _evidence_meaning(story: Story) -> str:
    if story.evidence == "primary":
        return "the maker or the person concerned said it themselves"
    return "others reported it; nobody concerned is quoted first-hand"


def _lag(story: Story) -> str:
    """How much later than the event the source appeared; empty where that is the same day or not known."""
    if story.published is None or story.published == story.happened:
        return ""
    days = (story.published - story.happened).days
    relation = "after" if days > 0 else "before"
    return f"{wording.count(abs(days), 'day')} {relation} the event"
