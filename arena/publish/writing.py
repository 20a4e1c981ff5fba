"""One builder's files: each page is built, rendered, written and forgotten before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from arena.errors import PublishError
from arena.publish.edition import Edition
from arena.publish.markdown import twins_of
from arena.publish.page import Asset, Listing, Page
from arena.publish.placing import Placed, place
from arena.publish.render import render_page

PageBuilder = Callable[[Edition], Iterator[Page]]
AssetBuilder = Callable[[Edition], Iterator[Asset]]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one builder's files: the pages among them as the sitemap lists them, and every file."""

    pages: tuple[Listing, ...]
    files: tuple[Placed, ...]


def write_pages(edition: Edition, builder: PageBuilder, fresh: Path, out: Path) -> Written:
    """Write every page of a builder, and beside it the twins that are made of the same view."""
    pages, files = [], []
    for page in builder(edition):
        html = Asset.of_text(page.path, render_page(edition, page))
        files += [place(asset, fresh, out) for asset in (html, *twins_of(edition, page))]
        pages.append(page.listing)
    return Written(tuple(pages), tuple(files))


def write_assets(assets: Iterable[Asset], fresh: Path, out: Path) -> Written:
    """Write files that are no pages."""
    return Written((), tuple(place(asset, fresh, out) for asset in assets))


def write_share(edition: Edition, builder: AssetBuilder, share: tuple[int, int], fresh: Path, out: Path) -> Written:
    """Write every so many-th file of a builder whose work is in writing them: the first and the step of ``share``."""
    first, step = share
    return write_assets(islice(builder(edition), first, None, step), fresh, out)


def check_paths(paths: Sequence[str]) -> None:
    """Refuse two files at one path, letter case apart: some systems cannot tell them apart."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other is not path:
            raise PublishError(
                f"two pages would be written to {path}", where="site", hint="rename one of the two ids behind it"
            )
