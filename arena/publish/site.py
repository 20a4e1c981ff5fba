"""The whole site: gather every page's view first, then write beside the old site, then swap.

To add a page kind, write ``views/<kind>.py`` with a view record and a function ``Edition -> Iterator[Page]``, a
template of the same name, and add the function to ``PAGE_BUILDERS``. To add files, add one to ``ASSET_BUILDERS``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from arena.catalogue import Catalogue
from arena.errors import PublishError
from arena.publish import prepare
from arena.publish.api import api_assets
from arena.publish.badge import badge_assets
from arena.publish.charts.explore import plotly_assets
from arena.publish.comparing import comparing_assets
from arena.publish.current import built_from, fingerprint, tree_digest
from arena.publish.downloads import download_assets, made_downloads
from arena.publish.edition import Edition
from arena.publish.feeds import feed_assets
from arena.publish.llms import llms_assets
from arena.publish.markdown import markdown_assets
from arena.publish.page import Asset, Page
from arena.publish.pictures import picture_assets
from arena.publish.placing import place
from arena.publish.render import render_page
from arena.publish.search import search_assets
from arena.publish.social import social_assets
from arena.publish.swap import GENERATOR, MARKER, replacing
from arena.publish.theme import static_assets
from arena.publish.views import (
    board,
    board_index,
    compare,
    data,
    embed,
    home,
    integrity,
    machines,
    methodology,
    model,
    model_index,
    not_found,
    organization,
    prices,
    prompt,
    provider,
    rank_changes,
    search,
    story,
    topic,
)
from arena.records import Ratings
from arena.votes.log import Log

PageBuilder = Callable[[Edition], Iterator[Page]]
AssetBuilder = Callable[[Edition, Sequence[Page]], Iterator[Asset]]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


PAGE_BUILDERS: tuple[PageBuilder, ...] = (
    home.pages,
    board_index.pages,
    board.pages,
    model_index.pages,
    model.pages,
    organization.pages,
    provider.pages,
    prompt.pages,
    story.pages,
    methodology.pages,
    topic.pages,
    prices.pages,
    compare.pages,
    rank_changes.pages,
    integrity.pages,
    data.pages,
    machines.pages,
    embed.pages,
    search.pages,
    not_found.pages,
)
ASSET_BUILDERS: tuple[AssetBuilder, ...] = (
    static_assets,
    picture_assets,
    download_assets,
    feed_assets,
    api_assets,
    markdown_assets,
    llms_assets,
    rank_changes.feed_assets,
    social_assets,
    badge_assets,
    search_assets,
    comparing_assets,
    plotly_assets,
)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a build made: ``files`` in the site, ``written`` of them anew; the others are the old site's own."""

    folder: Path
    pages: int
    files: int
    written: int


def build_site(
    catalogue: Catalogue,
    log: Log,
    ratings: Ratings | Callable[[], Ratings],
    out: Path,
    *,
    progress: Progress | None = None,
) -> SiteReport:
    """Build the whole site into ``out``, which changes in one step or not at all.

    ``ratings`` may be a function that rates this log as the project says; it is not called, and nothing is written,
    where the site in ``out`` was built from the same inputs and is still whole.

    Raises PublishError when ``out`` cannot be written or holds anything else, or when two pages share one path.
    """
    inputs = fingerprint(catalogue, log, None if callable(ratings) else ratings)
    built = built_from(out, inputs)
    if built:
        return SiteReport(out, built.pages, built.files, written=0)
    rated = ratings() if callable(ratings) else ratings
    edition = prepare.edition_of(catalogue, log, rated)
    with made_downloads(catalogue, log, rated) as downloads:
        return write_site(replace(edition, downloads=downloads), out, inputs=inputs, progress=progress)


def write_site(edition: Edition, out: Path, *, inputs: str = "", progress: Progress | None = None) -> SiteReport:
    """Write the site of a prepared edition; see ``build_site``. ``inputs`` is the fingerprint of what made it."""
    tell = progress or (lambda *_: None)
    pages = gather_pages(edition)
    assets = [asset for builder in ASSET_BUILDERS for asset in builder(edition, pages)]
    check_paths([page.path for page in pages] + [asset.path for asset in assets])
    written = 0
    with replacing(out) as fresh:
        for done, page in enumerate(pages, 1):
            written += place(Asset.of_text(page.path, render_page(edition, page)), fresh, out)
            tell("pages", done, len(pages))
        for done, asset in enumerate(assets, 1):
            written += place(asset, fresh, out)
            tell("files", done, len(assets))
        files = len(pages) + len(assets) + 1
        marker = render_marker(edition, fresh, inputs, pages=len(pages), files=files)
        written += place(Asset.of_text(MARKER, marker), fresh, out)
    return SiteReport(folder=out, pages=len(pages), files=files, written=written)


def gather_pages(edition: Edition) -> list[Page]:
    """Every page of the site with its view, in the builders' order."""
    return [page for builder in PAGE_BUILDERS for page in builder(edition)]


def check_paths(paths: Sequence[str]) -> None:
    """Refuse two files at one path, letter case apart: some systems cannot tell them apart."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other is not path:
            raise PublishError(
                f"two pages would be written to {path}", where="site", hint="rename one of the two ids behind it"
            )


def render_marker(edition: Edition, fresh: Path, inputs: str, *, pages: int, files: int) -> str:
    """``build.json``: says that this program built the folder, and from what. It holds no time of building."""
    facts = {
        "generator": GENERATOR,
        "version": version(GENERATOR),
        "log_head": edition.summary.sha256,
        "votes": edition.summary.votes,
        "simulated": edition.simulated,
        "models": len(edition.catalogue.models),
        "pages": pages,
        "files": files,
        "inputs": inputs,
        "sha256": tree_digest(fresh),
        "entries": sorted(entry.name for entry in fresh.iterdir()),
    }
    return json.dumps(facts, indent=1) + "\n"
