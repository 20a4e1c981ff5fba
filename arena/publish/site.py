"""The whole site: every builder writes its files beside the old site, in several processes; then the two are swapped.

To add a page kind, write ``pages/<kind>.py`` with a view record and a function ``SiteData -> Iterator[Page]``, a
template of the same name, and add the function to ``PAGE_BUILDERS``. To add files, add a function to
``ASSET_BUILDERS``, or to ``INDEX_BUILDERS`` where they tell which pages there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
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
from arena.publish.formats.api import api_assets, model_documents, price_assets
from arena.publish.formats.compare_data import arena_assets, comparison_records
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
from arena.publish.layout.render import keep_templates
from arena.publish.output.marker import (
    MARKER,
    SITE,
    SUMS,
    digest_of,
    made_with,
    program_digest,
    render_marker,
    render_sums,
)
from arena.publish.output.placing import place
from arena.publish.output.processes import Job, run_jobs
from arena.publish.output.site_files import SiteFiles, identity_of, read_site_files
from arena.publish.output.up_to_date import base_of, built_from
from arena.publish.page import Asset, ForEach, Listing, Page
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
from arena.publish.parts import (
    Builder,
    Building,
    MadePart,
    Notes,
    Part,
    SiteBefore,
    SiteReplacedError,
    download_facts,
    facts_of_catalogue,
    read_notes,
    write_notes,
)
from arena.ratings.results import Ratings
from arena.votes.log import Log
from arena.votes.origins import shown_outputs

PageBuilder = Callable[[SiteData], Iterator[Page]]
AssetBuilder = Callable[[SiteData], Iterator[Asset]]
IndexBuilder = Callable[[SiteData, Sequence[Listing]], Iterator[Asset]]
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
    price_assets,
    model_documents,
    llms_assets,
    rank_changes_feed_assets,
    social_assets,
    badge_assets,
    arena_assets,
    comparison_records,
    find_assets,
    own_assets,
)
INDEX_BUILDERS: tuple[IndexBuilder, ...] = (sitemap_assets, search_assets)
SHARED: tuple[Builder, ...] = (model.pages, compare.pages, board.pages, social_assets, picture_assets)
"""Those that several processes share: they make one after another, or their work is in writing the files."""
LONGEST: tuple[Builder, ...] = (integrity.pages, *SHARED, prices.pages, model_documents, comparison_records)
"""Those that take longest, which go first so that no process is left with one at the end."""


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
    found: Callable[[], SiteFiles] | None = None,
) -> SiteReport:
    """Build the whole site into ``out``, which changes in one step or not at all, in so many processes.

    ``ratings`` may be a function that rates this log as the project says; it is not called, and nothing is written,
    where the site in ``out`` was built from the same inputs and is still whole. ``found`` is what looks at the files
    in ``out``, where that has begun before.

    Raises PublishError when ``out`` cannot be written or holds anything else, a template of the project's own fails or
    is used by none, or when two pages share one path.
    """
    check_own_templates(catalogue)
    base = base_of(catalogue, log, None if callable(ratings) else ratings, template_files(catalogue))
    facts = facts_of_catalogue(catalogue)
    files = found() if found else read_site_files(out)
    inputs = digest_of([("base", base), *facts.items()])
    in_play = len(outputs_in_play(catalogue))
    built = built_from(out, inputs, files.sums)
    if built:
        clear_leftovers(out)
        return SiteReport(out, built.pages, built.files, written=0, in_play=in_play)
    rated = ratings() if callable(ratings) else ratings
    catalogue = replace(catalogue, outputs=shown_outputs(catalogue.outputs, rated.origins))
    site = prepare.prepare_site_data(catalogue, log, rated, keep=callable(ratings))
    keep_templates(site)
    project = catalogue.folder.parent
    notes = read_notes(project) if callable(ratings) else None
    before = SiteBefore(f"{base} {site.data_until}", facts, notes, files)
    write = partial(_write_with_downloads, site, log, out, inputs=inputs, processes=processes, progress=progress)
    try:
        report, made = write(before)
    except SiteReplacedError:
        report, made = write(replace(before, notes=None))
    if callable(ratings):
        write_notes(project, made)
    return replace(report, in_play=in_play)


def _write_with_downloads(
    site: SiteData,
    log: Log,
    out: Path,
    before: SiteBefore,
    *,
    inputs: str,
    processes: int,
    progress: Progress | None,
) -> tuple[SiteReport, Notes]:
    """Write the site with its files under data/; and what the next build has to know of it."""
    with made_downloads(site.catalogue, log, site.ratings, before.downloads(out)) as downloads:
        before = replace(before, facts={**before.facts, **download_facts(downloads)})
        whole = replace(site, downloads=downloads)
        report, parts = write_site(whole, out, inputs=inputs, before=before, processes=processes, progress=progress)
    return report, Notes(before.base, before.facts, {part.name: part for part in parts})


def write_site(
    site: SiteData,
    out: Path,
    *,
    inputs: str = "",
    before: SiteBefore | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> tuple[SiteReport, list[MadePart]]:
    """Write the site of prepared data, and say what became of its parts; see ``build_site``.

    ``inputs`` is the fingerprint of what made it. Parts that are as they were are taken from the site ``before``.
    """
    with replacing(out, SITE) as fresh:
        parts = parts_of(site, processes)
        if before and before.notes and before.files.folder != identity_of(out):
            raise SiteReplacedError("another build has replaced the site", where=str(out), hint="build it again")
        kept = before.kept_parts(parts) if before else {}
        building = Building.of(site, fresh, out)
        jobs = jobs_of(building, [part for part in parts if part.name not in kept], processes)
        jobs.append(partial(building.keep, list(kept.values())))
        done = run_jobs(jobs, processes, partial(progress or _silent, "parts of the site"))
        by_name = {part.name: part for made in done for part in made}
        made = [by_name[part.name] for part in parts]
        pages = [page for part in made for page in part.pages]
        indexes = [place(asset, fresh, out) for index in INDEX_BUILDERS for asset in index(site, pages)]
        files = [*(file for part in made for file in part.files), *indexes]
        check_paths([file.path for file in files])
        sums = render_sums((file.path, file.sha256) for file in files)
        files.append(place(Asset.of_text(SUMS, sums), fresh, out))
        facts = facts_of(site, fresh, inputs, pages=len(pages), files=len(files) + 1, sums=files[-1].sha256)
        files.append(place(Asset.of_text(MARKER, render_marker(facts)), fresh, out))
    written = sum(file.anew for file in files)
    return SiteReport(folder=out, pages=len(pages), files=len(files), written=written), made


def parts_of(site: SiteData, shares: int) -> list[Part]:
    """The parts of a site: its pages in the order of the sitemap, then all other files."""
    parts: list[Part] = []
    builders: tuple[Builder, ...] = (*PAGE_BUILDERS, *ASSET_BUILDERS)
    for builder in builders:
        if isinstance(builder, ForEach):
            parts += [Part(builder, key=key) for key in builder.keys(site)]
        else:
            many = shares if builder in SHARED else 1
            parts += [Part(builder, share, many) for share in range(many)]
    return parts


def jobs_of(building: Building, parts: Sequence[Part], shares: int) -> list[Job[list[MadePart]]]:
    """What there is to do, each job independent of the others; the longest first."""
    by_builder: dict[Builder, list[Part]] = {}
    for part in parts:
        by_builder.setdefault(part.builder, []).append(part)
    order = sorted(by_builder, key=lambda builder: LONGEST.index(builder) if builder in LONGEST else len(LONGEST))
    return [
        partial(building.make, share)
        for builder in order
        for many in (shares if builder in SHARED else 1,)
        for share in (by_builder[builder][first::many] for first in range(many))
        if share
    ]


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
