"""Smaller copies of large pictures: made once, named by their sums, and offered to the browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from arena.publish.content.pictures import input_of, picture_assets
from arena.publish.output.cache import render_thumbnail, sources_of
from arena.publish.pages import prompt
from tests.publish.worlds import World, html_of, make_world, page_at


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A project whose editing prompt starts from a picture of 900 x 450 pixels."""
    made = make_world(tmp_path)
    Image.linear_gradient("L").resize((900, 450)).convert("RGB").save(made.catalogue.input_path("day.webp"), "WEBP")
    return made


def test_only_a_picture_much_wider_than_a_copy_gets_one() -> None:
    assert [copy.width for copy in sources_of("ab" * 32, 1024)] == [320, 640]
    assert [copy.width for copy in sources_of("ab" * 32, 900)] == [320]
    assert sources_of("ab" * 32, 288) == ()


@pytest.mark.parametrize(("mode", "kept"), [("RGB", "RGB"), ("RGBA", "RGBA"), ("P", "RGB"), ("L", "RGB")])
def test_a_copy_keeps_its_shape_and_what_shines_through(tmp_path: Path, mode: str, kept: str) -> None:
    source = tmp_path / "wide.png"
    drawn = Image.new("RGBA", (800, 400), (200, 30, 30, 120)) if mode == "RGBA" else Image.new(mode, (800, 400))
    drawn.save(source)
    (tmp_path / "copy.webp").write_bytes(render_thumbnail(source, 320))
    with Image.open(tmp_path / "copy.webp") as copy:
        assert (copy.format, copy.size, copy.mode) == ("WEBP", (320, 160), kept)


def test_a_copy_is_made_once_and_taken_from_the_cache_after_that(world: World, tmp_path: Path) -> None:
    assets = {asset.path: asset for asset in picture_assets(world.site_data)}
    sha256 = hashlib.sha256(world.catalogue.input_path("day.webp").read_bytes()).hexdigest()
    path = f"outputs/{sha256[:2]}/{sha256}-320.webp"
    assert [name for name in assets if name.endswith("-320.webp")] == [path]
    assets[path].write(tmp_path / "first.webp")
    (kept,) = (world.catalogue.folder.parent / ".cache" / "thumbnails").iterdir()
    assert kept.read_bytes() == (tmp_path / "first.webp").read_bytes()
    again = {asset.path: asset for asset in picture_assets(world.site_data)}[path]
    assert again.source == kept


def test_a_page_offers_the_copies_with_their_widths(world: World) -> None:
    picture = input_of(world.site_data, world.catalogue.prompts["image-editing/night"])
    assert picture
    (copy,) = picture.smaller
    page = page_at(list(prompt.pages(world.site_data)), "prompts/image-editing/night.html")
    html = html_of(world, page)
    assert f'srcset="../../{copy.path} 320w, ../../{picture.path} 900w" sizes="24rem" width="900" height="450"' in html
