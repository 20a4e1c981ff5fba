"""Whatever a catalogue's texts hold, a built site shows it as text: no element, script or link comes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import arena
from tests.voting.arenas import EVIL, write_project
from tests.web.html import parsed

TEXT = EVIL + "\n\n[a link](javascript:alert(3)) ![a picture](javascript:alert(4)) <svg onload=alert(5)>"
STORY = f"""
title = {json.dumps("Story " + EVIL)}
kind = "release"
happened = 2026-01-05
evidence = "primary"
models = ["acme/one"]
text = {json.dumps(TEXT)}
[[sources]]
name = {json.dumps("Source " + EVIL)}
url = "https://example.org/"
read = 2026-01-05
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a project in which every name and text is an attack."""
    project = tmp_path_factory.mktemp("hostile")
    write_project(project / "data")
    story = project / "data" / "stories" / "2026-01-05-evil.toml"
    story.parent.mkdir()
    story.write_text(STORY, encoding="utf-8")
    built = arena("build", "--project", project)
    assert built.exit_code == 0, built.output
    return project / "site"


def test_texts_of_the_catalogue_stay_texts(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    shown = {kind for kind in ("/models/", "/stories/", "/prompts/") if any(kind in str(path) for path in pages)}
    assert len(shown) == 3
    assert sum("&lt;script&gt;alert(1)" in text for text in pages.values()) > 10
    for path, text in pages.items():
        for element in parsed(text).iter():
            values = {name.lower(): value.strip().lower() for name, value in element.attrib.items()}
            assert not [name for name in values if name.startswith("on")], path
            assert not [value for value in values.values() if value.startswith("javascript:")], path
            assert values.get("src") != "x", path
            if element.tag.rpartition("}")[2] == "script" and "json" not in values.get("type", ""):
                assert "alert" not in (element.text or ""), path
        assert "49" not in text.partition("<title>")[2].partition("</title>")[0], "a template within a name was run"


def test_feeds_and_files_stay_what_they_are(site: Path) -> None:
    from xml.etree import ElementTree  # noqa: PLC0415

    for path in [*site.rglob("*.xml"), *site.rglob("*.svg")]:
        for element in ElementTree.parse(path).iter():
            assert element.tag.rpartition("}")[2] != "script", path
            assert not [name for name in element.attrib if name.lower().startswith("on")], path
    for path in site.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
