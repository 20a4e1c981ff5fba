"""Sitemap, robots.txt and the feed of stories."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element, fromstring

import pytest

from arena.publish.formats.feeds import feed_assets, render_robots, render_sitemap, render_stories_feed, sitemap_assets
from arena.publish.page import Listing
from arena.publish.paths import absolute
from arena.publish.site import gather_pages
from arena.records import Origin
from tests.publish.worlds import SharedWorld, World

SITE = "https://arena.example/images/"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listings(world: World) -> list[Listing]:
    return [page.listing for page in gather_pages(world.site_data)]


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


@pytest.fixture(scope="module")
def hosted(shared_world: SharedWorld) -> World:
    return shared_world(arena=f'base_url = "{SITE}"\n', origin=Origin.HUMAN)


def paths(world: World) -> list[str]:
    return [asset.path for asset in (*sitemap_assets(world.site_data, listings(world)), *feed_assets(world.site_data))]


def texts(element: Element, name: str) -> list[str]:
    return [found.text or "" for found in element.iter(name)]


def test_without_an_address_there_is_no_sitemap_and_robots_names_none(world: World) -> None:
    assert paths(world) == ["robots.txt", "stories/feed.xml"]
    assert "Sitemap" not in render_robots(None)


def test_with_an_address_robots_names_the_sitemap(hosted: World) -> None:
    assert paths(hosted) == ["sitemap.xml", "robots.txt", "stories/feed.xml"]
    assert render_robots(SITE).splitlines()[-1] == "Sitemap: https://arena.example/images/sitemap.xml"


def test_without_stories_there_is_no_feed(bare_world: World) -> None:
    assert paths(bare_world) == ["robots.txt"]


def test_the_sitemap_names_every_listed_page_once_with_the_day_of_its_data(hosted: World) -> None:
    pages = listings(hosted)
    root = fromstring(render_sitemap(SITE, pages))
    listed = [page for page in pages if page.listed]
    assert texts(root, f"{SITEMAP}loc") == [absolute(SITE, page.path) for page in listed]
    assert texts(root, f"{SITEMAP}lastmod") == [page.updated.isoformat() for page in listed if page.updated]
    unlisted = {page.path for page in pages} - {page.path for page in listed}
    young = "compare/acme--one--vs--acme--two.html"
    repeated = {"boards/text-to-image/logo-ar.html", "boards/text-to-image/photo-en.html"}
    assert {path for path in unlisted if not path.startswith(("embed/", "battles/"))} == {
        "404.html",
        "search.html",
        young,
        *repeated,
    }
    assert "embed/text-to-image/board.html" in unlisted
    assert f"{SITE}404.html" not in texts(root, f"{SITEMAP}loc")


def test_pages_are_as_new_as_their_data(world: World) -> None:
    updated = {page.path: page.updated for page in listings(world)}
    assert updated["organizations/acme.html"] == date(2026, 3, 3)
    assert updated["providers/shop.html"] == date(2026, 2, 3)
    assert updated["providers/bare.html"] is None
    assert updated["stories/2025-03-01-batch.html"] == date(2026, 1, 5)


def test_the_address_of_the_home_page_is_that_of_the_site() -> None:
    assert absolute("https://a.example", "index.html") == absolute("https://a.example/", "index.html")
    assert absolute("https://a.example", "index.html") == "https://a.example/"


def test_the_feed_has_all_that_atom_requires(hosted: World) -> None:
    root = fromstring(render_stories_feed(hosted.site_data))
    entries = root.findall(f"{ATOM}entry")
    assert texts(root, f"{ATOM}title") == ["Test arena: stories", "One in batches", "Acme ships One"]
    for element in (root, *entries):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Test arena"
    assert root.findtext(f"{ATOM}updated") == "2026-01-05T00:00:00Z"
    assert [entry.findtext(f"{ATOM}published") for entry in entries] == ["2025-03-01T00:00:00Z", "2025-02-28T00:00:00Z"]
    links = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert links == [
        f"{SITE}stories/feed.xml",
        f"{SITE}stories/index.html",
        f"{SITE}stories/2025-03-01-batch.html",
        f"{SITE}stories/2025-01-10-one.html",
    ]


def test_ids_are_distinct_and_stay_when_the_site_moves(world: World, hosted: World) -> None:
    here, there = (texts(fromstring(render_stories_feed(each.site_data)), f"{ATOM}id") for each in (world, hosted))
    assert here == there
    assert len(set(here)) == 3
    assert all(each.startswith("urn:uuid:") for each in here)


def test_without_an_address_links_are_relative_to_the_feed(world: World) -> None:
    root = fromstring(render_stories_feed(world.site_data))
    assert {link.get("href") for link in root.iter(f"{ATOM}link")} == {
        "feed.xml",
        "index.html",
        "2025-03-01-batch.html",
        "2025-01-10-one.html",
    }


def test_the_feed_says_what_is_simulated_and_only_then(world: World, hosted: World) -> None:
    simulated, human = (fromstring(render_stories_feed(each.site_data)) for each in (world, hosted))
    assert simulated.findtext(f"{ATOM}title") == "Test arena: stories (site with simulated votes)"
    assert "Simulated data." in (simulated.findtext(f"{ATOM}subtitle") or "")
    assert human.findtext(f"{ATOM}subtitle") == "For tests"


def test_markup_in_a_story_stays_text(world: World) -> None:
    root = fromstring(render_stories_feed(world.site_data))
    assert all("<b>more</b>" in text for text in texts(root, f"{ATOM}summary"))


def test_feeds_are_the_same_each_time(world: World, hosted: World) -> None:
    pages = listings(hosted)
    assert render_sitemap(SITE, pages) == render_sitemap(SITE, listings(hosted))
    assert render_stories_feed(world.site_data) == render_stories_feed(world.site_data)
