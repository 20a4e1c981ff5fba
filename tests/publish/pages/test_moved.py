"""Former addresses lead to present pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arena.publish.pages import moved
from arena.publish.pages.moved import moved_addresses
from arena.publish.paths import compare_path
from arena.publish.site import gather_pages
from tests.publish.worlds import SharedWorld, World, html_of, page_at


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def renamed(world: World) -> World:
    """The world after a model, a category and a language were renamed."""
    catalogue, project = world.site_data.catalogue, world.site_data.catalogue.project
    models = dict(catalogue.models)
    models["acme/one"] = models["acme/one"].model_copy(update={"former_ids": ("acme/first", "other/one")})
    first, *others = project.categories
    language, *more = project.languages
    project = project.model_copy(
        update={
            "categories": (first.model_copy(update={"former_ids": ("old",)}), *others),
            "languages": (language.model_copy(update={"former_ids": ("xx",)}), *more),
        }
    )
    site = replace(world.site_data, catalogue=replace(catalogue, models=models, project=project))
    return replace(world, site_data=site)


def test_only_boards_that_repeat_others_have_moved_where_nothing_was_renamed(world: World) -> None:
    said = "a board of Text to image"
    assert moved_addresses(world.site_data) == {
        "boards/text-to-image/logo-ar.html": ("boards/text-to-image/logo.html", said),
        "boards/text-to-image/photo-en.html": ("boards/text-to-image/photo.html", said),
    }
    alone = replace(world.site_data, repeated={})
    assert moved_addresses(alone) == {}
    assert list(moved.pages(alone)) == []


def test_every_page_of_what_was_renamed_has_its_former_address(world: World) -> None:
    site = renamed(world).site_data
    category, language = site.catalogue.project.categories[0].id, site.catalogue.project.languages[0].id
    addresses = {former: to for former, (to, _) in moved_addresses(site).items()}
    assert addresses["models/acme/first.html"] == addresses["models/other/one.html"] == "models/acme/one.html"
    assert addresses["topics/old.html"] == f"topics/{category}.html"
    assert addresses["topics/lang-xx.html"] == f"topics/lang-{language}.html"
    assert addresses["boards/text-to-image/old.html"] == f"boards/text-to-image/{category}.html"
    assert addresses["boards/text-to-image/lang-xx.html"] == f"boards/text-to-image/lang-{language}.html"
    if site.comparison_pair("acme/one", "acme/two"):
        assert addresses[compare_path("acme/first", "acme/two")] == compare_path("acme/one", "acme/two")
    there = {page.path for page in gather_pages(site)}
    assert set(addresses.values()) <= there
    assert set(addresses) <= there


def test_the_page_leads_on_and_is_not_listed(world: World) -> None:
    there = renamed(world)
    page = page_at(list(moved.pages(there.site_data)), "models/acme/first.html")
    assert not page.listed
    html = html_of(there, page)
    assert '<meta name="robots" content="noindex">' in html
    assert '<meta http-equiv="refresh" content="0; url=../../models/acme/one.html">' in html
    base_url = there.site_data.catalogue.project.base_url
    address = f"{base_url.rstrip('/')}/models/acme/one.html" if base_url else "../../models/acme/one.html"
    assert html.count('rel="canonical"') == 1
    assert f'<link rel="canonical" href="{address}">' in html
    assert 'href="../../models/acme/one.html">Go on to' in html
