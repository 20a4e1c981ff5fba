"""axe-core on a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

KEPT = 2
"""Of rows, entries and figures that are built alike axe-core looks at the first two (odd and even rows may differ)."""

LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""Rules about how a page looks, which is another thing in each window and theme; the others are about what it holds."""

RUN = """([kept, rules]) => {
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
  const away = alike.filter(e => e.tagName !== 'TD' && !e.id && !e.querySelector('[id]')).map(e => {
    const mark = document.createComment('');
    e.replaceWith(mark);
    return [mark, e];
  });
  const asked = rules ? { runOnly: rules } : { rules: { 'target-size': { enabled: true } } };
  return axe.run({ exclude: alike }, { resultTypes: ['violations'], reporter: 'no-passes', ...asked })
    .then(result => result.violations)
    .finally(() => away.forEach(([mark, e]) => mark.replaceWith(e)));
}"""


@cache
def source() -> str:
    """The source of axe-core, as a package of the environment brings it."""
    found = next(path for path in files("axe_playwright_python").iterdir() if path.name.startswith("axe"))
    script = found if found.is_file() else next(p for p in found.iterdir() if p.name == "axe.min.js")
    return script.read_text("utf-8")


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core's default rules, or only those named, find on the page as it is now, whose policy is bypassed.

    Links and buttons must also be 24 pixels large, or as far apart (WCAG 2.2, 2.5.8). What is built as two others are,
    with the same classes in the same place, is taken out meanwhile: that is most of axe-core's time.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate(RUN, [KEPT, list(rules) or None])
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
