"""A project's own templates and tokens take the place of ours, without a fork."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from arena.errors import PublishError
from arena.publish.layout.overrides import check_own_templates, own_templates, template_files
from arena.publish.site import write_site
from arena.template_folders import templates_folder
from tests.catalogue.projects import put
from tests.conftest import ROOT
from tests.publish.worlds import SharedWorld, World, world_of_its_own


@pytest.fixture
def world(shared_world: SharedWorld, tmp_path: Path) -> World:
    return world_of_its_own(shared_world(), tmp_path)


def built(world: World) -> Path:
    out = world.catalogue.folder.parent / "site"
    write_site(world.site_data, out)
    return out


def test_an_overriding_template_is_used_and_may_extend_ours(world: World, tmp_path: Path) -> None:
    put(
        tmp_path,
        "templates/model_index.html",
        '{% extends "arena/model_index.html" %}{% block content %}<p>Ours, first</p>{{ super() }}{% endblock %}',
    )
    site = built(world)
    models = (site / "models/index.html").read_text("utf-8")
    assert models.index("Ours, first") < models.index("<h1>Models</h1>")
    assert "Ours, first" not in (site / "index.html").read_text("utf-8")


def test_an_overriding_base_reaches_every_page(world: World, tmp_path: Path) -> None:
    base = (
        (templates_folder() / "site/base.html").read_text("utf-8").replace("<footer", "<p>Of this arena</p>\n<footer")
    )
    put(tmp_path, "templates/base.html", base)
    site = built(world)
    pages = [page for page in site.rglob("*.html") if "embed" not in page.relative_to(site).parts]
    assert len(pages) > 20
    for page in pages:
        assert "<p>Of this arena</p>" in page.read_text("utf-8"), page


def test_tokens_of_a_project_follow_ours_and_its_files_are_added(world: World, tmp_path: Path) -> None:
    put(tmp_path, "templates/static/tokens.css", ":root { --accent: #a00; }\n")
    put(tmp_path, "templates/static/extra.js", "// ours\n")
    put(tmp_path, "templates/static/icon.svg", "<svg/>")
    static = built(world) / "static"
    sheet = (static / "site.css").read_text("utf-8")
    assert re.findall(r"--accent: ([^;]+);", sheet)[:2] == ["light-dark(#0b6b5e, #66cfbb)", "#a00"]
    assert (
        sheet.index("#a00") < sheet.index("/* Base */")
        if "/* Base */" in sheet
        else sheet.index("#a00") < sheet.index("body {")
    )
    assert (static / "extra.js").read_text("utf-8") == "// ours\n"
    assert (static / "icon.svg").read_text("utf-8") == "<svg/>"
    assert not (static / "tokens.css").exists()


@pytest.mark.parametrize(
    ("source", "said", "where"),
    [
        ("<p>\n{% for %}", "a template fails: Expected", "templates/home.html:2"),
        ("<p>\n\n{{ no_such_name }}", "no_such_name", "templates/home.html:3"),
        ('{% extends "arena/none.html" %}', "arena/none.html", "templates/home.html:1"),
        ("{{ 1 / 0 }}", "division by zero", "templates/home.html:1"),
        ("{{ frame.nonsense }}", "nonsense", "templates/home.html:1"),
    ],
)
def test_a_broken_template_is_named_and_leaves_no_site(
    world: World, tmp_path: Path, source: str, said: str, where: str
) -> None:
    put(tmp_path, "templates/home.html", source)
    with pytest.raises(PublishError) as raised:
        built(world)
    assert said in str(raised.value), raised.value
    assert where in str(raised.value)
    assert not (tmp_path / "site").exists()


def test_a_template_that_no_page_is_made_from_is_named(world: World, tmp_path: Path) -> None:
    put(tmp_path, "templates/hoem.html", "<p>Welcome</p>")
    with pytest.raises(PublishError, match=r'^templates/hoem\.html: no page .* \(did you mean "home\.html"\?\)$'):
        check_own_templates(world.catalogue)
    put(tmp_path, "templates/home.html", '{% extends "arena/home.html" %}{% block content %}{% endblock %}')
    put(tmp_path, "templates/not_found.html", '{% include "hoem.html" %}')
    check_own_templates(world.catalogue)
    (tmp_path / "templates" / "hoem.html").write_bytes(b"caf\xe9")
    with pytest.raises(PublishError, match=r"^templates/hoem\.html: cannot be read as UTF-8 text"):
        check_own_templates(world.catalogue)


def test_a_project_overrides_by_name_and_not_by_the_folders_of_ours(world: World, tmp_path: Path) -> None:
    put(tmp_path, "templates/site/home.html", "<p>Welcome</p>")
    with pytest.raises(PublishError, match=r'^templates/site/home\.html: no page .* \(did you mean "home\.html"\?\)$'):
        check_own_templates(world.catalogue)


def test_ours_are_not_taken_for_a_projects_own(world: World) -> None:
    catalogue = replace(world.catalogue, folder=ROOT / "data")
    assert own_templates(catalogue) is None
    assert len(set(template_files(catalogue))) == len(template_files(catalogue))
    site = world.catalogue.folder.parent / "site"
    write_site(replace(world.site_data, catalogue=replace(catalogue, outputs=(), prompts={})), site)
    assert (site / "index.html").is_file()


def test_an_override_in_the_checkout_itself_is_told_where_to_go(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "templates/site/base.html", "<p>")
    put(tmp_path, "templates/home.html", "<p>Welcome</p>")
    monkeypatch.setattr("arena.template_folders.templates_folder", lambda: tmp_path / "templates")
    with pytest.raises(
        PublishError, match=r"^templates/home\.html: no page .* change templates/site/home\.html instead"
    ):
        check_own_templates(world.catalogue)
