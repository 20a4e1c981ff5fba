"""What the shipped site promises its readers, measured on the built files and in a browser."""

from __future__ import annotations

import gzip
import html
import os
import re
import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext

from arena.catalogue import load_catalogue
from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.votes.log import open_log
from tests.conftest import ROOT
from tests.publish.test_site import parsed

MODEL_PAGE_BYTES = 50_000
"""HTML and style sheets of a model's page, gzipped."""
SCRIPT_BYTES = 20_000
"""All scripts that a page loads before a click, gzipped."""
REBUILD_SHARE = 0.25
"""Time of a build with nothing changed, as a share of a full one."""

PAGES = {
    "404": "404.html",
    "board": "boards/text-to-image/index.html",
    "board, thin": "boards/text-to-image/lang-ar.html",
    "boards": "boards/index.html",
    "compare": "compare/index.html",
    "data": "data/index.html",
    "home": "index.html",
    "integrity": "integrity.html",
    "method": "methodology.html",
    "model": "models/openai/gpt-image-2.html",
    "models": "models/index.html",
    "organization": "organizations/openai.html",
    "organizations": "organizations/index.html",
    "prices": "prices.html",
    "prompts": "prompts/index.html",
    "provider": "providers/fal.html",
    "providers": "providers/index.html",
    "search": "search.html?q=flux",
    "stories": "stories/index.html",
}


def kinds_of(site: Path) -> dict[str, str]:
    """One page of each kind: those that are named above, and the first of those whose names come from the data."""
    found = dict(PAGES)
    for kind, folder in {"prompt": "prompts", "story": "stories", "comparison": "compare"}.items():
        inner = [path for path in sorted((site / folder).rglob("*.html")) if path.name != "index.html"]
        found[kind] = str(inner[0].relative_to(site))
    arabic = next(path for path in sorted((site / "prompts").rglob("ar-*.html")))
    return found | {"prompt in Arabic": str(arabic.relative_to(site))}


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


def loaded(page: Path, tag: str, attribute: str) -> list[Path]:
    """The files that a page loads with an element of this kind."""
    values = [element.attrib.get(attribute, "") for element in parsed(page).iter(tag) if attribute in element.attrib]
    return [(page.parent / value.split("?")[0]).resolve() for value in values if value]


def sheets(page: Path) -> list[Path]:
    return [path for path in loaded(page, "link", "href") if path.suffix == ".css"]


def test_every_model_page_with_its_style_sheets_is_small(shipped_site: Path) -> None:
    sizes = {
        str(page.relative_to(shipped_site)): gzipped(page) + sum(map(gzipped, sheets(page)))
        for page in sorted((shipped_site / "models").rglob("*.html"))
    }
    assert len(sizes) > 50
    assert {name: size for name, size in sizes.items() if size > MODEL_PAGE_BYTES} == {}


def test_scripts_before_a_click_are_small_and_plotly_is_none_of_them(shipped_site: Path) -> None:
    for path in kinds_of(shipped_site).values():
        page = shipped_site / path.split("?")[0]
        scripts = loaded(page, "script", "src")
        assert scripts
        assert not [script for script in scripts if "plotly" in script.name]
        assert sum(map(gzipped, scripts)) < SCRIPT_BYTES, path


ATTRIBUTES = re.compile(r"""\s(id|href|src|srcset|action)="([^"]*)\"""")


def read_attributes(page: Path) -> tuple[set[str], list[str]]:
    """The ids of a page and its references; test_site.py checks that such pages parse as written."""
    found = [(name, html.unescape(value)) for name, value in ATTRIBUTES.findall(page.read_text("utf-8"))]
    return {value for name, value in found if name == "id"}, [value for name, value in found if name != "id"]


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


def test_building_again_with_nothing_changed_is_quick(tmp_path: Path) -> None:
    catalogue, log = load_catalogue(ROOT / "data"), open_log(ROOT / "data" / "votes")

    def timed() -> tuple[float, int]:
        start = time.perf_counter()
        report = build_site(
            catalogue,
            log,
            lambda: compute_ratings(log.votes(), catalogue.project.ratings, history=True),
            tmp_path / "site",
        )
        return time.perf_counter() - start, report.written

    full, written = timed()
    again, rewritten = min(timed() for _ in range(3))
    assert (written > 1000, rewritten) == (True, 0)
    assert again < REBUILD_SHARE * full


def violations(context: BrowserContext, address: str, axe: str) -> list[str]:
    page = context.new_page()
    page.goto(address)
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    page.close()
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]


@pytest.mark.parametrize("look", [("light", 1280), ("dark", 390)])
def test_no_page_type_has_an_accessibility_violation(
    browser: Browser, address: str, shipped_site: Path, axe: str, look: tuple[Literal["light", "dark"], int]
) -> None:
    context = browser.new_context(color_scheme=look[0], viewport={"width": look[1], "height": 900}, bypass_csp=True)
    findings = {kind: violations(context, address + path, axe) for kind, path in kinds_of(shipped_site).items()}
    context.close()
    assert {kind: found for kind, found in findings.items() if found} == {}


SHIFTS = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) total += e.value; })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(total), 300);
})"""


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_loads_and_nothing_comes_from_elsewhere(
    browser: Browser, address: str, shipped_site: Path, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    foreign: list[str] = []
    context.on("request", lambda request: None if request.url.startswith(address) else foreign.append(request.url))
    moved = {}
    for kind in ("home", "board", "model", "prompt", "models"):
        page = context.new_page()
        page.goto(address + kinds_of(shipped_site)[kind])
        moved[kind] = page.evaluate(SHIFTS)
        page.close()
    context.close()
    assert {kind: value for kind, value in moved.items() if value > 0.01} == {}
    assert foreign == []


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_no_page_type_is_wider_than_its_window(browser: Browser, address: str, shipped_site: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wide = {}
    for kind, path in kinds_of(shipped_site).items():
        page.goto(address + path)
        wide[kind] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {kind: value for kind, value in wide.items() if value > width} == {}
