"""Pages on makers, providers, prompts, stories, method and data: valid, linked and honest in every state of a site."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import pytest

from arena.publish.output.marker import SUMS
from arena.publish.page import Page
from arena.publish.pages import data, methodology, organization, prompt, provider, search, story
from arena.publish.pages.find import arenas_asked
from arena.publish.site import ASSET_BUILDERS, gather_pages
from arena.records import Origin
from tests.publish.worlds import SharedWorld, World, html_of
from tests.web.html import parsed

BUILDERS = (organization, provider, prompt, story, methodology, data)


@pytest.fixture(scope="module", params=["simulated", "human", "without votes", "empty"])
def world(request: pytest.FixtureRequest, shared_world: SharedWorld, bare_world: World) -> World:
    match request.param:
        case "simulated":
            return shared_world()
        case "human":
            return shared_world(origin=Origin.HUMAN)
        case "without votes":
            return shared_world(origin=Origin.HUMAN, votes=False)
    return bare_world


@pytest.fixture(scope="module")
def pages(world: World) -> dict[str, str]:
    return {page.path: html_of(world, page) for builder in BUILDERS for page in builder.pages(world.site_data)}


def references(html: str) -> list[str]:
    return [each for element in parsed(html).iter() for name in ("href", "src") if (each := element.get(name))]


def ids(html: str) -> list[str]:
    return [each for element in parsed(html).iter() if (each := element.get("id"))]


def test_every_kind_of_page_is_there(world: World, pages: dict[str, str]) -> None:
    catalogue = world.catalogue
    indexes = {f"{kind}/index.html" for kind in ("organizations", "providers", "prompts", "stories", "data")}
    own = {
        f"{kind}/{key}.html" for kind in ("organizations", "providers", "prompts") for key in getattr(catalogue, kind)
    }
    assert set(pages) == indexes | own | {f"stories/{key}.html" for key in catalogue.stories} | {"methodology.html"}


def test_internal_links_lead_to_files_and_fragments_of_the_site(world: World, pages: dict[str, str]) -> None:
    gathered = gather_pages(world.site_data)
    assets = [asset for builder in ASSET_BUILDERS for asset in builder(world.site_data)]
    assets += [asset for page in gathered for asset in page.twins]
    files = {page.path for page in gathered} | {asset.path for asset in assets} | {SUMS}
    for path, html in pages.items():
        for reference in references(html):
            parts = urlsplit(reference)
            if parts.scheme:
                assert parts.scheme == "https", f"{path} -> {reference}"
                continue
            assert not parts.path.startswith("/"), f"{path} -> {reference}"
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
            )
            assert target in files, f"{path} -> {reference}"
            if parts.fragment and target in pages:
                assert parts.fragment in ids(pages[target]), f"{path} -> {reference}"


def test_ids_are_distinct_within_a_page(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert len(ids(html)) == len(set(ids(html))), path


def test_headings_skip_no_level(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        tags = [element.tag for element in parsed(html).iter()]
        levels = [int(tag[1]) for tag in tags if isinstance(tag, str) and re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1, path
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), path


def is_data(script: Element) -> bool:
    """Whether a script element holds data that browsers do not run."""
    return script.get("type", "") in ("application/json", "application/ld+json")


def test_nothing_is_loaded_from_elsewhere_and_no_code_stands_in_the_page(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        tree = parsed(html)
        loaded = [element.get("src") for element in tree.iter() if element.get("src")]
        loaded += [element.get("href") for element in tree.iter("link")]
        assert not [each for each in loaded if urlsplit(each).scheme], path
        assert not [each for each in tree.iter("script") if each.get("src") is None and not is_data(each)], path
        assert not [element for element in tree.iter() if element.get("style")], path


def test_every_page_says_that_votes_are_simulated_and_only_then(world: World, pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert ("Simulated data." in html.split("</header>")[0]) is world.site_data.simulated, path


def test_pages_say_what_is_missing_and_never_none(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert ">None<" not in html and "None " not in html.split("<main")[1].replace("None is", ""), path


def test_text_of_the_catalogue_is_escaped(world: World, pages: dict[str, str]) -> None:
    if world.catalogue.models:
        assert "Zeta &amp; Sons" in pages["organizations/zeta.html"]
        assert "&lt;b&gt;more&lt;/b&gt;" in pages["stories/2025-01-10-one.html"]
        assert "As &lt;listed&gt;" in pages["providers/shop.html"]


def test_who_cannot_search_browses_by_list_board_category_language_and_maker(world: World) -> None:
    (page,) = search.pages(world.site_data)
    listed = set(references(html_of(world, page)))
    assert {"models/index.html", "changes/index.html"} <= listed
    assert ("find/index.html" in listed) is bool(arenas_asked(world.site_data))
    project = world.catalogue.project
    assert {f"boards/{arena.id}/index.html" for arena in project.arenas} <= listed
    assert {f"topics/{category.id}.html" for category in project.categories} <= listed
    assert {f"topics/lang-{language.id}.html" for language in project.languages} <= listed
    assert {f"organizations/{maker}.html" for maker in world.catalogue.organizations} <= listed


def the_404(world: World) -> tuple[Page, str]:
    (page,) = search.not_found_pages(world.site_data)
    return page, html_of(world, page)


def test_the_404_page_is_not_in_the_sitemap_and_explains_itself_without_an_address(world: World) -> None:
    page, html = the_404(world)
    assert not page.listed
    assert "arena.toml" not in html and "open the first page of this site" in html


def test_with_an_address_every_link_of_the_404_page_is_absolute(shared_world: SharedWorld) -> None:
    world = shared_world(arena='base_url = "https://arena.example/sub"\n')
    _, html = the_404(world)
    assert "base_url" not in html
    for reference in references(html):
        assert reference == "#content" or reference.startswith("https://arena.example/sub/"), reference
