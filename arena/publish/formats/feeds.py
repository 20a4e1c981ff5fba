"""For machines that follow the site: sitemap.xml, robots.txt, and an Atom feed of stories (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from arena import wording
from arena.catalogue.records import Story
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import notices_of
from arena.publish.page import Asset, Listing
from arena.publish.pages.catalogue_changes import changes_in_words
from arena.publish.pages.citations import last_read
from arena.publish.pages.rank_changes import ArenaWeek, WeekBlock, week_blocks
from arena.publish.pages.story import EVIDENCE, KINDS, newest_first
from arena.publish.paths import CHANGES, CHANGES_FEED, STORIES, STORIES_FEED, absolute, story_path

SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"


def sitemap_assets(site: SiteData, pages: Sequence[Listing]) -> Iterator[Asset]:
    """A sitemap where the site's address is known."""
    base_url = site.catalogue.project.base_url
    if base_url:
        yield Asset.of_text(SITEMAP, render_sitemap(base_url, pages))


def feed_assets(site: SiteData) -> Iterator[Asset]:
    """Robots.txt always; a feed where there are stories."""
    base_url = site.catalogue.project.base_url
    yield Asset.of_text(ROBOTS, render_robots(base_url))
    if site.catalogue.stories:
        yield Asset.of_text(STORIES_FEED, render_stories_feed(site))


def render_sitemap(base_url: str, pages: Sequence[Listing]) -> str:
    """Every listed page, with the day of its newest fact where it has one (sitemaps.org, protocol 0.9)."""
    root = Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for page in pages:
        if page.listed:
            entry = SubElement(root, "url")
            SubElement(entry, "loc").text = absolute(base_url, page.path)
            if page.updated:
                SubElement(entry, "lastmod").text = page.updated.isoformat()
    return render_xml(root)


def render_robots(base_url: str | None) -> str:
    """Everything may be read; the sitemap is named only where there is one."""
    lines = ["User-agent: *", "Disallow:"]
    if base_url:
        lines += ["", f"Sitemap: {absolute(base_url, SITEMAP)}"]
    return "\n".join(lines) + "\n"


def render_stories_feed(site: SiteData) -> str:
    """The stories, newest event first. Ids stay when the site moves; links are relative where it has no address."""
    project = site.catalogue.project
    base_url = project.base_url
    stories = newest_first(site.catalogue.stories.items())
    root = Element("feed", xmlns="http://www.w3.org/2005/Atom", attrib={"xml:lang": "en"})
    mark = site.simulated_mark().replace("(", "(site with ", 1)
    SubElement(root, "title").text = f"{project.name}: stories{mark}"
    warning = [f"{notice.label}. {notice.text}" for notice in notices_of(site)]
    SubElement(root, "subtitle").text = " ".join([project.tagline, *warning])
    SubElement(root, "id").text = permanent_id(project.name, "stories")
    SubElement(root, "updated").text = _midnight(max(_updated(story) for _, story in stories))
    SubElement(SubElement(root, "author"), "name").text = project.name
    SubElement(root, "link", rel="self", type="application/atom+xml", href=_href(base_url, STORIES_FEED))
    SubElement(root, "link", rel="alternate", type="text/html", href=_href(base_url, STORIES))
    for story_id, story in stories:
        _add_entry(root, site, story_id, story)
    return render_xml(root)


def _add_entry(root: Element, site: SiteData, story_id: str, story: Story) -> None:
    project = site.catalogue.project
    entry = SubElement(root, "entry")
    SubElement(entry, "title").text = story.title
    SubElement(entry, "id").text = permanent_id(project.name, story_id)
    SubElement(entry, "updated").text = _midnight(_updated(story))
    SubElement(entry, "published").text = _midnight(story.published or story.happened)
    SubElement(entry, "link", rel="alternate", type="text/html", href=_href(project.base_url, story_path(story_id)))
    SubElement(entry, "category", term=story.kind.value, label=KINDS[story.kind])
    SubElement(entry, "category", term=story.evidence, label=EVIDENCE[story.evidence])
    for model_id in story.models:
        SubElement(entry, "category", term=model_id, label=site.model(model_id).name)
    happened = f"Happened on {story.happened.isoformat()}. "
    SubElement(entry, "summary").text = f"{happened}{story.text}"


def _updated(story: Story) -> date:
    """When the entry last changed: the last day that one of its sources was read."""
    return last_read(story.sources) or story.happened


def _href(base_url: str | None, path: str) -> str:
    """Absolute where the address is known, otherwise relative to the feed's own folder."""
    if base_url:
        return absolute(base_url, path)
    return path.removeprefix("stories/") if path.startswith("stories/") else f"../{path}"


def permanent_id(site: str, name: str) -> str:
    """An id of Atom that stays when the site moves."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"image-arena/{site}/{name}").urn


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def render_xml(root: Element) -> str:
    """A document with its declaration, indented for people."""
    indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def rank_changes_feed_assets(site: SiteData) -> Iterator[Asset]:
    """The feed, where anything has changed yet."""
    weeks = week_blocks(site)
    if weeks:
        yield Asset.of_text(CHANGES_FEED, render_rank_changes_feed(site, weeks))


def render_rank_changes_feed(site: SiteData, weeks: Sequence[WeekBlock]) -> str:
    """One entry a week and arena, the newest first; links are relative to the feed where the site has no address."""
    project = site.catalogue.project
    mark = site.simulated_mark()
    root = Element("feed", xmlns="http://www.w3.org/2005/Atom", attrib={"xml:lang": "en"})
    SubElement(root, "title").text = f"{project.name}: what changed{mark}"
    SubElement(root, "subtitle").text = " ".join(
        [
            "Ranks on each arena’s board, prices and models, week by week.",
            *(f"{each.label}. {each.text}" for each in notices_of(site)),
        ]
    )
    SubElement(root, "id").text = permanent_id(project.name, "changes")
    SubElement(root, "updated").text = _week_updated(site, weeks[0])
    SubElement(SubElement(root, "author"), "name").text = project.name
    SubElement(root, "link", rel="self", type="application/atom+xml", href=_changes_href(site, CHANGES_FEED))
    SubElement(root, "link", rel="alternate", type="text/html", href=_changes_href(site, CHANGES))
    for week in weeks:
        for part in week.arenas:
            _add_week(root, site, week, part)
        if week.catalogue:
            _add_catalogue(root, site, week)
    return render_xml(root)


def _add_catalogue(root: Element, site: SiteData, week: WeekBlock) -> None:
    """The week's prices, and the models that were released or shut down."""
    title = f"Prices and models, week to {week.until.text}: {changes_in_words(week.catalogue)}"
    said = "; ".join(f"{change.model.name} {change.text} ({change.day.text})" for change in week.catalogue)
    last = max(change.day.iso for change in week.catalogue)
    entry = _week_entry(root, site, week, "catalogue", title=title, updated=f"{last}T00:00:00Z")
    SubElement(entry, "summary").text = f"{said}."


def _week_entry(root: Element, site: SiteData, week: WeekBlock, part: str, *, title: str, updated: str) -> Element:
    """The entry of one part of a week, without its summary."""
    entry = SubElement(root, "entry")
    SubElement(entry, "title").text = title
    name = f"changes/{week.sunday.isoformat()}/{part}"
    SubElement(entry, "id").text = permanent_id(site.catalogue.project.name, name)
    SubElement(entry, "updated").text = updated
    href = _changes_href(site, CHANGES) + f"#{week.id}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=href)
    return entry


def _add_week(root: Element, site: SiteData, week: WeekBlock, part: ArenaWeek) -> None:
    title = f"{part.arena}, week to {week.until.text}: {part.lead}{site.simulated_mark(part.id)}"
    entry = _week_entry(root, site, week, part.id, title=title, updated=_week_updated(site, week))
    moved = [f"{row.model.name} {row.text}" for row in part.moves]
    joined = [f"{row.model.name} joined {row.text}" for row in part.joined]
    said = "; ".join([*moved, *([part.more] if part.more else []), *joined])
    SubElement(entry, "summary").text = f"{part.lead} {wording.sentence(said)}."


def _week_updated(site: SiteData, week: WeekBlock) -> str:
    """When the entries of a week last changed: with its end, or with the last vote while it runs. A week without votes
    ends with its last change in the catalogue.
    """
    end = datetime.combine(week.sunday + timedelta(days=1), time(), UTC)
    if not week.arenas:
        return f"{week.until.iso}T00:00:00Z"
    last = site.summary.last
    return f"{min(end, last) if last else end:%Y-%m-%dT%H:%M:%SZ}"


def _changes_href(site: SiteData, path: str) -> str:
    base_url = site.catalogue.project.base_url
    return absolute(base_url, path) if base_url else path.removeprefix("changes/")
