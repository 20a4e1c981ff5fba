"""axe-core on a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

KEPT = 2
"""Of rows, entries and figures that are built alike axe-core looks at the first two (odd and even rows may differ)."""

RUN = """(kept) => {
  const styling = ['class', 'dir', 'role', 'scope', 'type'];
  const shape = e => e.tagName + e.getAttributeNames().map(a => styling.includes(a) ? `${a}=${e.getAttribute(a)}` : a);
  const place = e => e ? place(e.parentElement) + shape(e) : '';
  const counts = new Map(), alike = [];
  for (const e of document.querySelectorAll('tbody tr, tbody td, li, dl > div, figure, option')) {
    if (alike.some(other => other.contains(e))) continue;
    const built = place(e) + [...e.querySelectorAll('*')].map(shape);
    counts.set(built, (counts.get(built) || 0) + 1);
    if (counts.get(built) > kept) alike.push(e);
  }
  return axe.run({ exclude: alike }, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
    .then(result => result.violations);
}"""


@cache
def source() -> str:
    """The source of axe-core, as a package of the environment brings it."""
    found = next(path for path in files("axe_playwright_python").iterdir() if path.name.startswith("axe"))
    script = found if found.is_file() else next(p for p in found.iterdir() if p.name == "axe.min.js")
    return script.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core's default rules find on the page as it is now; the page's policy must be bypassed.

    Links and buttons must also be 24 pixels large, or as far apart (WCAG 2.2, 2.5.8). What is built as two others are,
    with the same classes in the same place, is left out: that is two thirds of axe-core's time.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate(RUN, KEPT)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
