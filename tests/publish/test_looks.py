"""Every page type of the shipped site in a browser: accessible, steady, no wider than its window, at home anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.publish.kinds import TEMPLATES, kinds_of
from tests.web.axe import violations

MOST_SHIFT = 0.01
WIDTHS = (320, 390, 768, 1920)
PAPER = 718
"""Pixels across an A4 sheet between margins of 1 cm."""
MAIN = ("index.html", "boards/text-to-image/index.html", "models/openai/gpt-image-2.html")

SHIFTS = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) total += e.value; })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(total), 150);
})"""
MOVING = """() => [...document.querySelectorAll('*')].filter(e => {
  const s = getComputedStyle(e);
  return parseFloat(s.transitionDuration) || s.animationName !== 'none' || s.scrollBehavior === 'smooth';
}).map(e => e.outerHTML.slice(0, 80))"""

LENGTHEN = """() => {
  for (const each of document.querySelectorAll('main :is(a, h1, h2, h3, th, blockquote, .facts dd, .mini dd)')) {
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode, figure = text.parentElement.closest('svg, .nowrap, .n');
      if (text.data.trim() && !figure) text.data = 'Wort'.repeat(15);
    }
  }
}"""
CUT = """() => [...document.querySelectorAll('main *')].filter(e => getComputedStyle(e).overflowX === 'hidden'
  && e.scrollWidth > e.clientWidth + 1 && !e.closest('.vh, svg')).map(e => e.outerHTML.slice(0, 120))"""

OPEN = "for (const fold of document.querySelectorAll('.fold > details')) fold.open = true"
"""A page is looked at with all of its sections open."""

SPILLED = """() => [...document.querySelectorAll('main :is(ul, ol, dl, section, figure)')].filter(e => e.clientHeight
  && e.scrollHeight > e.clientHeight + 4).map(e => `${e.className} ${e.scrollHeight} > ${e.clientHeight}`)"""


@dataclass(frozen=True)
class Window:
    """A window for one page after the other, and all that they ask for: a new one each would start a new renderer."""

    page: Page
    asked: list[str]

    def open(self, address: str) -> Page:
        """The page as it is on a desk in daylight."""
        self.asked.clear()
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        resized(self.page, 1280).goto(address)
        return self.page


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Window]:
    asked: list[str] = []
    context = browser.new_context(bypass_csp=True)
    context.on("request", lambda request: asked.append(request.url))
    yield Window(context.new_page(), asked)
    context.close()


CONTROLS = "button:visible, input:not([type=radio]):visible, select:visible, form:visible"
"""Radio buttons choose what a style sheet shows."""


def resized(page: Page, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 800})
    return page


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_page_type_is_accessible_and_steady_and_fits_and_asks_nobody_else(
    window: Window, address: str, shipped_site: Path, template: str
) -> None:
    for path in kinds_of(shipped_site)[template]:
        page = window.open(address + path)
        assert page.evaluate(SHIFTS) <= MOST_SHIFT, path
        page.evaluate(OPEN)
        assert violations(page) == [], path
        assert page.evaluate(SPILLED) == [], f"{path}: what is higher than its box covers what comes after"
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert violations(resized(page, 390)) == [], path
        assert page.evaluate(MOVING) == [], path
        wide = [w for w in WIDTHS if resized(page, w).evaluate("document.documentElement.scrollWidth") > w]
        assert wide == [], path
        resized(page, 390).evaluate(LENGTHEN)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} with a word of 60 letters"
        assert page.evaluate(CUT) == [], path
        assert [url for url in window.asked if not url.startswith(address)] == [], path


@pytest.mark.parametrize("path", MAIN)
def test_nothing_moves_while_a_page_loads_on_a_phone(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(address + path)
    assert page.evaluate(SHIFTS) <= MOST_SHIFT
    page.close()


SCROLLED = """table => {
  const box = table.closest('.scroll'), [first, second] = [table.tBodies[0].rows[0], table.tBodies[0].rows[5]];
  scrollTo({ top: scrollY + second.getBoundingClientRect().top - 60, behavior: 'instant' });
  box.scrollLeft = 60;
  const head = table.tHead.rows[0].cells[0], pin = table.querySelector('tbody .pin');
  return [head.getBoundingClientRect().top, pin.getBoundingClientRect().left - box.getBoundingClientRect().left,
    first.getBoundingClientRect().top < 0];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_head_of_a_long_table_and_the_names_stay_in_sight(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path, table in ((MAIN[1], "#ranking-table"), (f"{MAIN[2]}#performance", ".axes")):
        page.goto(address + path)
        top, left, scrolled = page.locator(table).first.evaluate(SCROLLED)
        assert scrolled
        assert abs(top) < 1, f"{path}: its head stands {top} pixels from where it should"
        assert 0 <= left <= (110 if width == 390 else width), path
    page.close()


def test_every_page_type_works_from_a_disk(browser: Browser, shipped_site: Path) -> None:
    heard: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    for first, *_ in kinds_of(shipped_site).values():
        page.goto(f"{shipped_site.as_uri()}/{first}")
    page.close()
    assert heard == []


def test_without_scripts_no_page_type_shows_a_control_that_does_nothing(
    browser: Browser, address: str, shipped_site: Path
) -> None:
    page = browser.new_page(java_script_enabled=False)
    dead = {}
    for first, *_ in kinds_of(shipped_site).values():
        page.goto(address + first)
        dead[first] = page.locator(CONTROLS).count()
    page.close()
    assert {path: count for path, count in dead.items() if count} == {}


STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && (e.type !== 'radio' || e.checked)).length"""
WHERE = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  window.reached = (window.reached || new Set()).add(at);
  return at === document.body ? 'nowhere' : box.width < 1 || box.height < 1 ? at.outerHTML : '';
}"""


@pytest.mark.parametrize("path", MAIN)
def test_the_keyboard_reaches_everything_and_the_focus_is_seen(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + path)
    stops = page.evaluate(STOPS)
    assert stops > 50
    lost = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        lost.append(page.evaluate(WHERE))
    assert [each for each in lost if each] == []
    assert page.evaluate("window.reached.size") == stops
    page.close()


def test_every_column_that_can_be_sorted_is_sorted_by_the_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + MAIN[1])
    heads = page.locator("#ranking-table thead th:not([data-sort=none]):visible")
    assert heads.count() >= 10
    for head in heads.all():
        head.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") in ("ascending", "descending")
    page.close()


def test_boards_and_models_fit_on_paper_without_what_only_a_screen_needs(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PAPER, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    for path in MAIN:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER, path
        cut = (
            "[...document.querySelectorAll('.scroll, .heat-box')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert page.evaluate(cut) == 0, path
        stuck = (
            "[...document.querySelectorAll('thead th')].filter(e => getComputedStyle(e).position === 'sticky').length"
        )
        assert page.evaluate(stuck) == 0, path
        names = "[...document.querySelectorAll('.pin')].map(e => e.getBoundingClientRect().width).filter(w => w)"
        assert min(page.evaluate(names), default=PAPER) > 60, "names are not broken letter by letter"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not [each for each in page.locator("nav, form, button.chip").all() if each.is_visible()], path
    page.close()


def test_a_fault_in_a_row_that_is_built_otherwise_is_found(browser: Browser) -> None:
    rows = [f"<tr><th scope=row>Row {number}</th><td></td></tr>" for number in range(30)]
    rows[17] = rows[17].replace("<td>", "<td><img src=x>")
    rows[23] = rows[23].replace("<td>", "<td class=pale>pale")
    page = browser.new_page()
    page.set_content(
        "<!DOCTYPE html><html lang=en><title>A</title><style>.pale { color: #ccc }</style><main><h1>A</h1>"
        f"<table><caption>B</caption>{''.join(rows)}</table></main>"
    )
    assert [finding.split(":")[0] for finding in violations(page)] == ["color-contrast", "image-alt"]
    page.close()
