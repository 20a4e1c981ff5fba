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
from arena.publish.downloads import download_assets, made_downloads
from arena.publish.edition import Edition
from arena.publish.feeds import feed_assets
from arena.publish.page import Asset, Page
from arena.publish.pictures import picture_assets
from arena.publish.render import render_page
from arena.publish.search import search_assets
from arena.publish.swap import GENERATOR, MARKER, replacing
from arena.publish.theme import static_assets
from arena.publish.views import (
    board,
    board_index,
    compare,
    data,
    home,
    integrity,
    methodology,
    model,
    model_index,
    not_found,
    organization,
    prices,
    prompt,
    provider,
    search,
    story,
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
    prices.pages,
    compare.pages,
    integrity.pages,
    data.pages,
    search.pages,
    not_found.pages,
)
ASSET_BUILDERS: tuple[AssetBuilder, ...] = (
    static_assets,
    picture_assets,
    download_assets,
    feed_assets,
    api_assets,
    search_assets,
)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a build wrote."""

    folder: Path
    pages: int
    files: int


def build_site(
    catalogue: Catalogue, log: Log, ratings: Ratings, out: Path, *, progress: Progress | None = None
) -> SiteReport:
    """Build the whole site into ``out``, which changes in one step or not at all.

    Raises PublishError when ``out`` cannot be written or holds anything else, or when two pages share one path.
    """
    edition = prepare.edition_of(catalogue, log, ratings)
    with made_downloads(catalogue, log, ratings) as downloads:
        return write_site(replace(edition, downloads=downloads), out, progress=progress)


def write_site(edition: Edition, out: Path, *, progress: Progress | None = None) -> SiteReport:
    """Write the site of a prepared edition; see ``build_site``."""
    tell = progress or (lambda *_: None)
    pages = gather_pages(edition)
    assets = [asset for builder in ASSET_BUILDERS for asset in builder(edition, pages)]
    check_paths([page.path for page in pages] + [asset.path for asset in assets])
    with replacing(out) as fresh:
        for done, page in enumerate(pages, 1):
            _place(fresh, Asset.of_text(page.path, render_page(edition, page)))
            tell("pages", done, len(pages))
        for done, asset in enumerate(assets, 1):
            _place(fresh, asset)
            tell("files", done, len(assets))
        marker = render_marker(edition, pages, sorted(entry.name for entry in fresh.iterdir()))
        _place(fresh, Asset.of_text(MARKER, marker))
    return SiteReport(folder=out, pages=len(pages), files=len(pages) + len(assets) + 1)


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


def render_marker(edition: Edition, pages: Sequence[Page], entries: Sequence[str]) -> str:
    """``build.json``: says that this program built the folder, and from what. It holds no time of building."""
    facts = {
        "generator": GENERATOR,
        "version": version(GENERATOR),
        "log_head": edition.summary.sha256,
        "votes": edition.summary.votes,
        "simulated": edition.simulated,
        "models": len(edition.catalogue.models),
        "pages": len(pages),
        "entries": list(entries),
    }
    return json.dumps(facts, indent=1) + "\n"


def _place(folder: Path, asset: Asset) -> None:
    target = folder / asset.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        asset.write(target)
    except OSError as error:
        hint = "check that the disk has room and that the source file is there"
        raise PublishError(f"cannot write: {error.strerror}", where=f"site/{asset.path}", hint=hint) from error
