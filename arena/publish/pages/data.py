"""Data: every file that can be downloaded, what its columns mean, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.exports.dictionary import DictionaryEntry, data_dictionary
from arena.exports.files import simulated_note, software
from arena.publish.content.downloads import DATASET, Download
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import addresses
from arena.publish.page import Asset, Page, Thing
from arena.publish.pages.citations import last_read, last_vote, newest
from arena.publish.paths import DATA, log_path

ROW_NOUNS = {"ratings": "rating", "models": "model", "prices": "price", "catalogue": "model"}
EXAMPLE = """import duckdb
asked = "SELECT arena, rank, model, score FROM 'ratings.csv' WHERE axis = 'overall' AND rank <= 3"
print(duckdb.sql(asked))
"""
SIMULATED_FILES = frozenset({"ratings", "votes"})

MEDIA_TYPES = {
    ".zip": "application/zip",
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """One download: its size for people, its sum for machines, and whether it holds simulated votes."""

    name: str
    path: str
    rows: str
    size: str
    sha256: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class DownloadGroup:
    """The downloads of one kind of content with the dictionary of their columns."""

    entry: DictionaryEntry
    files: tuple[DownloadRow, ...]


@dataclass(frozen=True)
class DataView:
    """All downloads, licences, citation and the first lines of an analysis."""

    groups: tuple[DownloadGroup, ...]
    dataset: DownloadRow | None
    """All of it in one archive, where the site offers that."""
    simulated: bool
    votes_licence: str
    catalogue_licence: str
    notices: tuple[tuple[str, str], ...]
    """Path and name of the licence notices of published data sets."""
    citation: str
    bibtex: str
    example: str
    log_sha256: str
    until: wording.Day | None


def pages(site: SiteData) -> Iterator[Page]:
    """The one page on data."""
    view = _view(site)
    yield Page(
        path=DATA,
        template="data.html",
        title="Data downloads",
        description="Ratings, votes, models, prices and the whole catalogue as CSV, Parquet and JSON, "
        "with sums and a data dictionary.",
        view=view,
        updated=newest([last_vote(site), *(last_read(each.sources) for each in site.catalogue.models.values())]),
        structured=(_dataset(site, view),),
    )


def _view(site: SiteData) -> DataView:
    until = site.data_until
    return DataView(
        groups=tuple(_group(site, entry) for entry in data_dictionary()),
        dataset=next((_row(site, "votes", each) for each in site.downloads.values() if each.name == DATASET), None),
        simulated=site.simulated,
        votes_licence=site.votes_licence,
        catalogue_licence=site.catalogue.project.dataset.catalogue_licence or "",
        notices=tuple((path, path.rpartition("/")[2]) for path in _notices(site)),
        citation=_citation(site),
        bibtex=_bibtex(site),
        example=EXAMPLE,
        log_sha256=site.summary.sha256,
        until=wording.day(until) if until else None,
    )


def _group(site: SiteData, entry: DictionaryEntry) -> DownloadGroup:
    return DownloadGroup(
        entry=entry,
        files=tuple(_row(site, entry.id, each) for each in site.downloads.values() if each.name in entry.files),
    )


def _row(site: SiteData, kind: str, download: Download) -> DownloadRow:
    return DownloadRow(
        name=download.name,
        path=download.path,
        rows=site.votes(download.rows) if kind == "votes" else wording.count(download.rows, ROW_NOUNS[kind]),
        size=wording.readable_size(download.bytes),
        sha256=download.sha256,
        simulated=site.summary.simulated and kind in SIMULATED_FILES,
    )


def _mark(site: SiteData) -> str:
    return site.simulated_mark()


def _address(site: SiteData) -> str:
    project = site.catalogue.project
    return project.base_url or project.repository or ""


def _citation(site: SiteData) -> str:
    """One line: who, what, which data, where. The log's sum pins the data whatever the address shows later."""
    until = site.data_until
    parts = [
        f"{site.catalogue.project.name}: ratings of image models{_mark(site)}",
        f"data up to {wording.day(until).text}" if until else "",
        f"log {site.summary.sha256[:16]}" if site.summary.sha256 else "",
        software(),
        _address(site),
    ]
    return ", ".join(part for part in parts if part) + "."


def _bibtex(site: SiteData) -> str:
    until = site.data_until
    fields = {
        "title": f"{site.catalogue.project.name}: ratings of image models{_mark(site)}",
        "author": f"{{{site.catalogue.project.name} contributors}}",
        "year": str(until.year) if until else "",
        "version": site.summary.sha256[:16],
        "url": _address(site),
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join(["@misc{image-arena,", *lines, "}"])


def download_assets(site: SiteData) -> Iterator[Asset]:
    """The files of the site as they were made, and the log as it was sealed."""
    for download in site.downloads.values():
        yield Asset.copy_of(download.path, download.file)
    for file in site.log_files:
        yield Asset.copy_of(log_path(file.name), file)
    for path, notice in _notices(site).items():
        yield Asset.copy_of(path, site.catalogue.folder / "licences" / notice)


def _notices(site: SiteData) -> dict[str, str]:
    """By path in the site, the licence notices that go with the votes of published data sets."""
    sources = (arena.source for arena in site.catalogue.project.arenas)
    return {f"data/licences/{source.notice}": source.notice for source in sources if source and source.notice}


def _dataset(site: SiteData, view: DataView) -> Thing:
    project, summary, address = site.catalogue.project, site.summary, addresses(site, DATA)
    note = f" {simulated_note(site.ratings)}" if summary.simulated else ""
    thing: Thing = {
        "@type": "Dataset",
        "name": f"{project.name}: ratings, votes and prices of image models" + site.simulated_mark(),
        "description": f"Votes on pairs of pictures by image models, ratings computed from them, and a catalogue of "
        f"models and prices with their sources.{note}",
        "url": address(DATA),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": project.name},
        "keywords": ["image models", "leaderboard", "TrueSkill", "pairwise votes", "prices"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": address(file.path),
                "encodingFormat": MEDIA_TYPES[f".{file.name.rpartition('.')[2]}"],
                "sha256": file.sha256,
            }
            for file in [
                *(file for group in view.groups for file in group.files),
                *([view.dataset] if view.dataset else []),
            ]
        ],
    }
    sets = [arena.source.licence for arena in project.arenas if arena.source]
    if licences := list(dict.fromkeys([*([project.votes_licence] if project.votes_licence else []), *sets])):
        listed = [f"https://spdx.org/licenses/{licence}.html" for licence in licences]
        thing["license"] = listed[0] if len(listed) == 1 else listed
    if summary.sha256:
        thing["version"] = summary.sha256[:16]
    if site.data_until:
        thing["dateModified"] = site.data_until.isoformat()
    if summary.first and summary.last:
        thing["temporalCoverage"] = f"{summary.first.date().isoformat()}/{summary.last.date().isoformat()}"
    return thing
