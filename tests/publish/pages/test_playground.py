"""Which pages have a playground, and what their policy allows: none unless arena.toml asks for it."""

from __future__ import annotations

import re
from pathlib import Path

from arena.publish.layout.overrides import static_assets
from arena.publish.site import gather_pages
from tests.publish.playgrounds import PAGE, write_world
from tests.publish.worlds import World, html_of, page_at

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


def policy(html: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found
    return found[1]


def test_there_is_none_unless_arena_toml_names_an_endpoint(small_world: World) -> None:
    pages = gather_pages(small_world.site_data)
    html = html_of(small_world, page_at(pages, PAGE))
    assert "playground" not in html
    assert policy(html) == POLICY
    assert not [
        asset.path for asset in static_assets(small_world.site_data) if asset.path.endswith(("playground.js", "try.js"))
    ]


def test_a_provider_without_an_endpoint_is_asked_at_the_playgrounds(tmp_path: Path) -> None:
    world = write_world(tmp_path, "generations", "https://gate.example/v1/generations/")
    pages = gather_pages(world.site_data)
    html = html_of(world, page_at(pages, PAGE))
    assert "We found no API documentation" not in html
    assert "YOUR-GATEWAY" not in html
    assert "curl" in html and "https://gate.example/v1/generations\n" in html.replace(" \\", "")
    unserved = html_of(world, page_at(pages, "models/zeta/three.html"))
    assert "We found no API documentation" in unserved, "the playground's provider does not serve it"


def test_only_pages_with_the_playground_allow_its_endpoint(tmp_path: Path) -> None:
    endpoint = "https://gate.example/v1/generations"
    world = write_world(tmp_path, "generations", endpoint, pictures='["https://cdn.example"]')
    pages = gather_pages(world.site_data)
    allowed = {page.path: policy(html_of(world, page)) for page in pages if not page.path.startswith("embed/")}
    there = {path for path, text in allowed.items() if "gate.example" in text}
    assert there == {"models/acme/one.html", "models/acme/two.html"}, "the provider has no offer for the third"
    assert "img-src 'self' data: blob: https://gate.example https://cdn.example;" in allowed[PAGE]
    assert f"connect-src 'self' {endpoint} {endpoint}/;" in allowed[PAGE]
