"""The whole site: every builder writes its files beside the old site, in several processes; then the two are swapped.

To add a page kind, write ``pages/<kind>.py`` with a view record and a function ``SiteData -> Iterator[Page]``, a
template of the same name, and add the function to ``PAGE_BUILDERS``. To add files, add a function to
``ASSET_BUILDERS``, or to ``INDEX_BUILDERS`` where they tell which pages there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from arena.catalogue import Catalogue
from arena.catalogue.play import outputs_in_play
from arena.errors import PublishError
from arena.folder_swap import GENERATOR, clear_leftovers, replacing
from arena.progress import Progress
from arena.publish.content import prepare
from arena.publish.content.badge import badge_assets
from arena.publish.content.downloads import made_downloads
from arena.publish.content.pictures import picture_assets
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api import api_assets
from arena.publish.formats.compare_data import comparing_assets
from arena.publish.formats.feeds import feed_assets, rank_changes_feed_assets, sitemap_assets
from arena.publish.formats.find_data import find_assets
from arena.publish.formats.llms import llms_assets
from arena.publish.formats.own_data import own_assets
from arena.publish.formats.search_index import search_assets
from arena.publish.formats.social_cards import social_assets
from arena.publish.layout.overrides import (
    check_own_templates,
    message_sums,
    override_sums,
    own_templates,
    static_assets,
    template_files,
)
from arena.publish.layout.render import keep_templates, render_page
from arena.publish.output.marker import (
    MARKER,
    SITE,
    SUMS,
    made_with,
    program_digest,
    render_marker,
    render_sums,
)
from arena.publish.output.placing import PlacedFile, place
from arena.publish.output.processes import Job, run_jobs
from arena.publish.output.up_to_date import built_from, fingerprint
from arena.publish.page import Asset, Listing, Page
from arena.publish.pages import (
    battle,
    board,
    board_index,
    board_wall,
    compare,
    compare_index,
    data,
    find,
    home,
    integrity,
    machines,
    methodology,
    model,
    model_index,
    moved,
    organization,
    own_ranking,
    picture,
    prices,
    prompt,
    provider,
    rank_changes,
    search,
    sharing,
    story,
    topic,
)
from arena.ratings.results import Ratings
from arena.votes.log import Log
from arena.votes.origins import shown_outputs

PageBuilder = Callable[[SiteData], Iterator[Page]]
AssetBuilder = Callable[[SiteData], Iterator[Asset]]
IndexBuilder = Callable[[SiteData, Sequence[Listing]], Iterator[Asset]]
Builder = PageBuilder | AssetBuilder
PAGE_BUILDERS: tuple[PageBuilder, ...] = (
    home.pages,
    battle.pages,
    find.pages,
    own_ranking.pages,
    board_index.pages,
    board.pages,
    board_wall.pages,
    model_index.pages,
    model.pages,
    organization.pages,
    provider.pages,
    prompt.pages,
    picture.pages,
    story.pages,
    methodology.pages,
    topic.pages,
    prices.pages,
    compare_index.pages,
    compare.pages,
    rank_changes.pages,
    integrity.pages,
    data.pages,
    machines.pages,
    sharing.pages,
    search.pages,
    search.not_found_pages,
    moved.pages,
)
ASSET_BUILDERS: tuple[AssetBuilder, ...] = (
    static_assets,
    picture_assets,
    data.download_assets,
    feed_assets,
    api_assets,
    llms_assets,
    rank_changes_feed_assets,
    social_assets,
    badge_assets,
    comparing_assets,
    find_assets,
    own_assets,
)
INDEX_BUILDERS: tuple[IndexBuilder, ...] = (sitemap_assets, search_assets)
SHARED: tuple[AssetBuilder, ...] = (social_assets, picture_assets)
"""Those whose work is in writing the files, so that several processes can share it."""
LONGEST: tuple[Builder, ...] = (model.pages, *SHARED, api_assets, compare.pages, board.pages)
"""Those that take longest, which go first so that no process is left with one at the end."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one builder's files: the pages among them as the sitemap lists them, and every file."""

    pages: tuple[Listing, ...]
    files: tuple[PlacedFile, ...]


def write_pages(site: SiteData, builder: PageBuilder, fresh: Path, out: Path) -> Written:
    """Write every page of a builder, and beside it the twins that are made of the same view."""
    pages, files = [], []
    for page in builder(site):
        html = Asset.of_text(page.path, render_page(site, page))
        files += [place(asset, fresh, out) for asset in (html, *page.twins)]
        pages.append(page.listing)
    return Written(tuple(pages), tuple(files))


def write_assets(assets: Iterable[Asset], fresh: Path, out: Path) -> Written:
    """Write files that are no pages."""
    return Written((), tuple(place(asset, fresh, out) for asset in assets))


def write_share(site: SiteData, builder: AssetBuilder, share: tuple[int, int], fresh: Path, out: Path) -> Written:
    """Write every so many-th file of a builder whose work is in writing them: the first and the step of ``share``."""
    first, step = share
    return write_assets(islice(builder(site), first, None, step), fresh, out)


def check_paths(paths: Sequence[str]) -> None:
    """Refuse two files at one path, letter case apart: some systems cannot tell them apart."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.casefold(), path)
        if other is not path:
            raise PublishError(
                f"two pages would be written to {path}", where="site", hint="rename one of the two ids behind it"
            )


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a build made: ``files`` in the site, ``written`` of them anew; the others are the old site's own."""

    folder: Path
    pages: int
    files: int
    written: int
    in_play: int = 0
    """Pictures that are not shown, since they are in play."""


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
    inputs = fingerprint(catalogue, log, None if callable(ratings) else ratings, template_files(catalogue))
    in_play = len(outputs_in_play(catalogue))
    built = built_from(out, inputs)
    if built:
        clear_leftovers(out)
        return SiteReport(out, built.pages, built.files, written=0, in_play=in_play)
    rated = ratings() if callable(ratings) else ratings
    catalogue = replace(catalogue, outputs=shown_outputs(catalogue.outputs, rated.origins))
    site = prepare.prepare_site_data(catalogue, log, rated, keep=callable(ratings))
    keep_templates(site)
    with made_downloads(site.catalogue, log, rated) as downloads:
        report = write_site(
            replace(site, downloads=downloads), out, inputs=inputs, processes=processes, progress=progress
        )
    return replace(report, in_play=in_play)


def write_site(
    site: SiteData, out: Path, *, inputs: str = "", processes: int = 1, progress: Progress | None = None
) -> SiteReport:
    """Write the site of prepared data; see ``build_site``. ``inputs`` is the fingerprint of what made it."""
    with replacing(out, SITE) as fresh:
        jobs = jobs_of(site, fresh, out, processes)
        done = run_jobs([job for _, job in jobs], processes, partial(progress or _silent, "parts of the site"))
        by_builder = {builder: written.pages for (builder, _), written in zip(jobs, done, strict=True)}
        pages = [page for builder in PAGE_BUILDERS for page in by_builder[builder]]
        indexes = [asset for index in INDEX_BUILDERS for asset in index(site, pages)]
        files = [file for written in (*done, write_assets(indexes, fresh, out)) for file in written.files]
        check_paths([file.path for file in files])
        sums = render_sums((file.path, file.sha256) for file in files)
        files.append(place(Asset.of_text(SUMS, sums), fresh, out))
        facts = facts_of(site, fresh, inputs, pages=len(pages), files=len(files) + 1, sums=files[-1].sha256)
        files.append(place(Asset.of_text(MARKER, render_marker(facts)), fresh, out))
    return SiteReport(folder=out, pages=len(pages), files=len(files), written=sum(file.anew for file in files))


def jobs_of(site: SiteData, fresh: Path, out: Path, shares: int) -> list[tuple[Builder, Job[Written]]]:
    """What there is to do, each job independent of the others, with its builder; the longest first."""
    jobs: list[tuple[Builder, Job[Written]]] = [
        (builder, partial(write_pages, site, builder, fresh, out)) for builder in PAGE_BUILDERS
    ]
    for assets in ASSET_BUILDERS:
        many = shares if assets in SHARED else 1
        jobs += [(assets, partial(write_share, site, assets, (share, many), fresh, out)) for share in range(many)]
    return sorted(jobs, key=lambda job: LONGEST.index(job[0]) if job[0] in LONGEST else len(LONGEST))


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def gather_pages(site: SiteData) -> list[Page]:
    """Every page of the site with its view, in the builders' order."""
    return [page for builder in PAGE_BUILDERS for page in builder(site)]


def facts_of(site: SiteData, fresh: Path, inputs: str, *, pages: int, files: int, sums: str) -> dict[str, object]:
    """What ``build.json`` says: that this program built the folder, of which day, and from what.

    It holds no time of building. With the downloads, ``today`` and the templates named in ``overrides`` anybody can
    build the same site again; ``sums`` is the SHA-256 of the list of files.
    """
    today = site.catalogue.today
    return {
        "generator": GENERATOR,
        "version": version(GENERATOR),
        "today": today.isoformat() if today else None,
        "log_head": site.summary.sha256,
        "votes": site.summary.votes,
        "simulated": site.simulated,
        "models": len(site.catalogue.models),
        "history": bool(site.history),
        "pages": pages,
        "files": files,
        "overrides": override_sums(own_templates(site.catalogue)) | message_sums(site.catalogue),
        "made_with": made_with(),
        "program": program_digest(),
        "inputs": inputs,
        "sha256": sums,
        "entries": sorted(entry.name for entry in fresh.iterdir()),
    }
