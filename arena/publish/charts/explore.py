"""Charts to explore: the figures behind a chart, and plotly.js, which a page loads when its reader asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from arena.publish.page import Asset

Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Explore:
    """What a page needs to explore a chart: its figures as JSON, and where the library lies."""

    figures: Markup
    library: str


@cache
def plotly_source() -> Path:
    """The plotly.js that the ``plotly`` package brings; the package itself is not imported."""
    found = find_spec("plotly")
    folders = found.submodule_search_locations if found and found.submodule_search_locations else []
    return next(Path(folder) / "package_data" / "plotly.min.js" for folder in folders)


@cache
def plotly_path() -> str:
    """Where the library lies in the site, under a name that changes with its bytes."""
    return f"static/plotly-{hashlib.sha256(plotly_source().read_bytes()).hexdigest()[:12]}.min.js"


def plotly_assets(site: object) -> Iterator[Asset]:  # noqa: ARG001 - one of the builders
    """The library, copied as it is."""
    yield Asset.copy_of(plotly_path(), plotly_source())


def explore(figures: Figures) -> Explore:
    """Figures for ``explore.js``: ``kind`` is ``heat``, ``line``, ``scatter`` or ``whisker``; the rest are its labels
    and numbers.
    """
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Explore(Markup(text), plotly_path())  # noqa: S704 - JSON without any <
