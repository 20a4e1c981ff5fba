"""The whole site: every builder writes its files beside the old site, in several processes; then the two are swapped.

To add a page kind, write ``views/<kind>.py`` with a view record and a function ``Edition -> Iterator[Page]``, a
template of the same name, and add the function to ``PAGE_BUILDERS``. To add files, add one to ``ASSET_BUILDERS``, or to
``INDEX_BUILDERS`` where they tell which pages there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from arena.catalogue import Catalogue
from arena.publish import prepare
from arena.publish.api import api_assets
from arena.publish.badge import badge_assets
from arena.publish.charts.explore import plotly_assets
from arena.publish.comparing import comparing_assets
from arena.publish.current import built_from, digest_of, fingerprint
from arena.publish.downloads import download_assets, made_downloads
from arena.publish.edition import Edition
from arena.publish.feeds import feed_assets, sitemap_assets
from arena.publish.llms import llms_assets
from arena.publish.own import check_own_templates
from arena.publish.page import Asset, Listing, Page
from arena.publish.pictures import picture_assets
from arena.publish.placing import Placed, place
from arena.publish.processes import Job, run_jobs
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
from arena.publish.writing import (
    AssetBuilder,
    PageBuilder,
    Written,
    check_paths,
    write_assets,
    write_pages,
    write_share,
)
from arena.records import Ratings
from arena.votes.log import Log

IndexBuilder = Callable[[Edition, Sequence[Listing]], Iterator[Asset]]
Builder = PageBuilder | AssetBuilder
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
    llms_assets,
    rank_changes.feed_assets,
    social_assets,
    badge_assets,
    comparing_assets,
    plotly_assets,
)
INDEX_BUILDERS: tuple[IndexBuilder, ...] = (sitemap_assets, search_assets)
SHARED: tuple[AssetBuilder, ...] = (social_assets, picture_assets)
"""Those whose work is in writing the files, so that several processes can share it."""
LONGEST: tuple[Builder, ...] = (model.pages, *SHARED, api_assets, compare.pages, board.pages)
"""Those that take longest, which go first so that no process is left with one at the end."""


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
    processes: int = 1,
    progress: Progress | None = None,
) -> SiteReport:
    """Build the whole site into ``out``, which changes in one step or not at all, in so many processes.

    ``ratings`` may be a function that rates this log as the project says; it is not called, and nothing is written,
    where the site in ``out`` was built from the same inputs and is still whole.

    Raises PublishError when ``out`` cannot be written or holds anything else, a template of the project's own fails or
    is used by none, or when two pages share one path.
    """
    check_own_templates(catalogue)
    inputs = fingerprint(catalogue, log, None if callable(ratings) else ratings)
    built = built_from(out, inputs)
    if built:
        return SiteReport(out, built.pages, built.files, written=0)
    rated = ratings() if callable(ratings) else ratings
    edition = prepare.edition_of(catalogue, log, rated)
    with made_downloads(catalogue, log, rated) as downloads:
        return write_site(
            replace(edition, downloads=downloads), out, inputs=inputs, processes=processes, progress=progress
        )


def write_site(
    edition: Edition, out: Path, *, inputs: str = "", processes: int = 1, progress: Progress | None = None
) -> SiteReport:
    """Write the site of a prepared edition; see ``build_site``. ``inputs`` is the fingerprint of what made it."""
    with replacing(out) as fresh:
        jobs = jobs_of(edition, fresh, out, processes)
        done = run_jobs([job for _, job in jobs], processes, partial(progress or _silent, "parts of the site"))
        by_builder = {builder: written.pages for (builder, _), written in zip(jobs, done, strict=True)}
        pages = [page for builder in PAGE_BUILDERS for page in by_builder[builder]]
        indexes = [asset for index in INDEX_BUILDERS for asset in index(edition, pages)]
        files = [file for written in (*done, write_assets(indexes, fresh, out)) for file in written.files]
        check_paths([file.path for file in files])
        marker = render_marker(edition, fresh, inputs, len(pages), files)
        files.append(place(Asset.of_text(MARKER, marker), fresh, out))
    return SiteReport(folder=out, pages=len(pages), files=len(files), written=sum(file.anew for file in files))


def jobs_of(edition: Edition, fresh: Path, out: Path, shares: int) -> list[tuple[Builder, Job[Written]]]:
    """What there is to do, each job independent of the others, with its builder; the longest first."""
    jobs: list[tuple[Builder, Job[Written]]] = [
        (builder, partial(write_pages, edition, builder, fresh, out)) for builder in PAGE_BUILDERS
    ]
    for assets in ASSET_BUILDERS:
        many = shares if assets in SHARED else 1
        jobs += [(assets, partial(write_share, edition, assets, (share, many), fresh, out)) for share in range(many)]
    return sorted(jobs, key=lambda job: LONGEST.index(job[0]) if job[0] in LONGEST else len(LONGEST))


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def gather_pages(edition: Edition) -> list[Page]:
    """Every page of the site with its view, in the builders' order."""
    return [page for builder in PAGE_BUILDERS for page in builder(edition)]


def render_marker(edition: Edition, fresh: Path, inputs: str, pages: int, files: Sequence[Placed]) -> str:
    """``build.json``: says that this program built the folder, and from what. It holds no time of building."""
    facts = {
        "generator": GENERATOR,
        "version": version(GENERATOR),
        "log_head": edition.summary.sha256,
        "votes": edition.summary.votes,
        "simulated": edition.simulated,
        "models": len(edition.catalogue.models),
        "pages": pages,
        "files": len(files) + 1,
        "inputs": inputs,
        "sha256": digest_of((file.path, file.sha256) for file in files),
        "entries": sorted(entry.name for entry in fresh.iterdir()),
    }
    return json.dumps(facts, indent=1) + "\n"
