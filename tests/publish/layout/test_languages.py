"""The site's own words in the language that arena.toml names; everything that people wrote stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.publish.layout.overrides import message_sums, template_files
from arena.publish.layout.render import render_page
from arena.publish.pages import home
from tests.publish.worlds import SharedWorld, World

HEADING = {"en": ("Boards", "Skip to the content"), "es": ("Clasificaciones", "Saltar al contenido")}


def home_in(world: World, language: str) -> str:
    project = world.catalogue.project.model_copy(update={"language": language})
    site = replace(world.site_data, catalogue=replace(world.catalogue, project=project))
    return render_page(site, next(iter(home.pages(site))))


@pytest.fixture(scope="module")
def pages(shared_world: SharedWorld) -> dict[str, str]:
    return {tag: home_in(shared_world(), tag) for tag in ("en", "es", "ar", "ja")}


@pytest.mark.parametrize("tag", HEADING)
def test_the_frame_is_in_the_language_of_the_site(pages: dict[str, str], tag: str) -> None:
    section, skip = HEADING[tag]
    assert f'<html lang="{tag}">' in pages[tag]
    assert f">{section}</a>" in pages[tag]
    assert f'href="#content">{skip}</a>' in pages[tag]


def test_arabic_runs_from_right_to_left(pages: dict[str, str]) -> None:
    assert '<html lang="ar" dir="rtl">' in pages["ar"]
    assert "{%" not in pages["ar"]


def test_a_draft_says_so_in_the_footer(pages: dict[str, str]) -> None:
    assert "borrador automático" in pages["es"]
    assert "machine drafted" not in pages["en"]


def test_names_and_addresses_are_the_same_in_every_language(pages: dict[str, str]) -> None:
    links = {tag: re.findall(r'href="([^"]+)"', page) for tag, page in pages.items()}
    assert links["ja"] == links["ar"] == links["es"] == links["en"]
    assert len(links["en"]) > 20


def test_a_changed_translation_makes_another_site(tmp_path: Path, shared_world: SharedWorld) -> None:
    """Its file is among those that a build looks at, and build.json names it for those who verify the site."""
    world = shared_world()
    data = tmp_path / "data"
    data.mkdir()
    own = tmp_path / "messages" / "de.po"
    own.parent.mkdir()
    own.write_text('msgid "Boards"\nmsgstr "Ranglisten"\n', "utf-8")
    german = replace(
        world.catalogue, folder=data, project=world.catalogue.project.model_copy(update={"language": "de"})
    )
    assert own in template_files(german)
    assert list(message_sums(german)) == ["messages/de.po"]
    assert message_sums(world.catalogue) == {}
    page = home_in(replace(world, catalogue=german), "de")
    assert '<html lang="de">' in page
    assert ">Ranglisten</a>" in page


def test_the_language_is_a_key_of_arena_toml(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    lists = 'arenas = [{ id = "a", name = "A" }]\ncategories = []\nlanguages = []\n'
    (tmp_path / "data" / "arena.toml").write_text(f'name = "A"\ntagline = "B"\nlanguage = "fr"\n{lists}', "utf-8")
    assert load_catalogue(tmp_path / "data").project.language == "fr"
