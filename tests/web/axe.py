"""axe-core on a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page


@cache
def source() -> str:
    """The source of axe-core, as a package of the environment brings it."""
    found = next(path for path in files("axe_playwright_python").iterdir() if path.name.startswith("axe"))
    script = found if found.is_file() else next(p for p in found.iterdir() if p.name == "axe.min.js")
    return script.read_text("utf-8")


def violations(page: Page, *, fingers: bool = False) -> list[str]:
    """What axe-core's default rules find on the page as it is now; the page's policy must be bypassed.

    For fingers, links and buttons must also be 24 pixels large, or as far apart (WCAG 2.2, 2.5.8).
    """
    page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate(
        """enabled => axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled } } })
        .then(result => result.violations)""",
        fingers,
    )
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
