"""What the shipped site promises its readers, measured on the built files."""

from __future__ import annotations

import gzip
import html
import os
import re
import time
from pathlib import Path
from urllib.parse import unquote

from tests.publish.conftest import build_shipped
from tests.publish.kinds import files_of

MODEL_PAGE_BYTES = 50_000
"""HTML and style sheets of a model's page, gzipped."""
SCRIPT_BYTES = 20_000
"""All scripts that a page loads before a click, gzipped."""
REBUILD_SHARE = 0.25
"""Time of a build with nothing changed, as a share of a full one."""


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


SCRIPTS = re.compile(r"""<script\b[^>]*\ssrc="([^"]+)\"""")
ATTRIBUTES = re.compile(r"""\s(id|href|src|srcset|action)="([^"]*)\"""")


def read_attributes(page: Path) -> tuple[set[str], list[str]]:
    """The ids of a page and its references; test_site.py checks that such pages parse as written."""
    found = [(name, html.unescape(value)) for name, value in ATTRIBUTES.findall(page.read_text("utf-8"))]
    references = [value for name, value in found if name not in ("id", "srcset")]
    copies = [copy.split()[0] for name, value in found if name == "srcset" for copy in value.split(",")]
    return {value for name, value in found if name == "id"}, [*references, *copies]


def scripts(page: Path) -> list[Path]:
    """The scripts that a page loads."""
    return [(page.parent / value.split("?")[0]).resolve() for value in SCRIPTS.findall(page.read_text("utf-8"))]


def sheets(page: Path) -> list[Path]:
    return [page.parent / value for value in read_attributes(page)[1] if value.endswith(".css")]


def test_every_model_page_with_its_style_sheets_is_small(shipped_site: Path) -> None:
    sizes = {
        str(page.relative_to(shipped_site)): gzipped(page) + sum(map(gzipped, sheets(page)))
        for page in sorted((shipped_site / "models").rglob("*.html"))
    }
    assert len(sizes) > 50
    assert all(sheets(page) for page in files_of(shipped_site)), "every page has a style sheet"
    assert {name: size for name, size in sizes.items() if size > MODEL_PAGE_BYTES} == {}


def test_boards_whose_pictures_are_measured_show_who_stands_where_at_equal_looks(shipped_site: Path) -> None:
    for arena, shown in (("text-to-image", True), ("image-editing", True), ("imagenhub-text-to-image", False)):
        board = (shipped_site / "boards" / arena / "index.html").read_text("utf-8")
        assert ('<section id="looks"' in board) is shown, arena
        assert 'id="reasons"' not in board, "nobody was asked for reasons"


def test_scripts_before_a_click_are_small(shipped_site: Path) -> None:
    for page in files_of(shipped_site):
        loaded = scripts(page)
        assert loaded or page.name == "board.html", "only the board to embed has none"
        assert sum(map(gzipped, loaded)) < SCRIPT_BYTES, page


def test_every_link_and_fragment_of_the_shipped_site_resolves(shipped_site: Path) -> None:
    known = {page: read_attributes(page) for page in sorted(shipped_site.rglob("*.html"))}
    there: dict[Path, bool] = {}
    findings, checked = [], 0
    for page, (_, values) in known.items():
        for value in values:
            if re.match(r"[a-z]+:", value):
                continue
            checked += 1
            path, _, fragment = value.partition("#")
            target = Path(os.path.normpath(page.parent / unquote(path.split("?")[0]))) if path else page
            if target not in there:
                there[target] = target.is_file()
            if not there[target] or (fragment and fragment not in known[target][0]):
                findings.append(f"{page.relative_to(shipped_site)}: {value}")
    assert checked > 10_000
    assert findings == []


def test_building_again_with_nothing_changed_is_quick(shipped: Path, shipped_site: Path) -> None:
    def is_quick() -> bool:
        start = time.perf_counter()
        assert build_shipped(shipped_site).written == 0
        return time.perf_counter() - start < REBUILD_SHARE * full

    assert sum(path.is_file() for path in shipped_site.rglob("*")) > 1000
    full = float((shipped / "seconds").read_text())
    assert any(is_quick() for _ in range(3)), "a machine may be busy once or twice"
