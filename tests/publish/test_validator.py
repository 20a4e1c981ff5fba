"""No page type breaks a rule of html-validate."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import ROOT
from tests.publish.kinds import files_of, kinds_of
from tests.web.tools import WebTools


def test_no_page_type_has_an_error(shipped_site: Path, web_tools: WebTools) -> None:
    pages = files_of(shipped_site)
    assert len(pages) > 30
    assert web_tools.complaints(pages) == []


def test_an_error_is_found(tmp_path: Path, web_tools: WebTools) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html>\n<html lang="en"><head><title>A</title></head><body><p id="a"></body></html>\n')
    assert [each.split(": ")[1] for each in web_tools.complaints([page])] == ["no-implicit-close"]


def test_every_template_of_a_page_is_among_the_page_types(shipped_site: Path) -> None:
    templates = {
        path.name
        for path in (ROOT / "templates/site").glob("*.html")
        if "<title>" in (text := path.read_text("utf-8")) or "{% extends" in text
    }
    # No address of the shipped site has moved: tests/publish/pages/test_moved.py looks at such pages.
    assert set(kinds_of(shipped_site)) == templates - {"base.html", "moved.html"}
    assert all(path.is_file() for path in files_of(shipped_site))
