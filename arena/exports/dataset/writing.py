"""Writes a data set: everything beside the old one, which it then replaces in one step."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic_core import to_json

from arena.catalogue import Catalogue
from arena.catalogue.layout import LICENCES_FOLDER
from arena.errors import PublishError
from arena.exports.dataset import card
from arena.exports.dataset.changes import (
    CHANGES,
    DATASET_FOLDER,
    KIND,
    MARKER,
    EarlierDataset,
    changes_file,
    read_earlier,
)
from arena.exports.dataset.croissant import croissant
from arena.exports.dataset.data_package import data_package
from arena.exports.dataset.facts import DatasetFacts, dataset_facts
from arena.exports.dataset.tables import DataTable, data_tables, table_csv
from arena.exports.files import catalogue_json, software
from arena.folder_swap import GENERATOR, replacing
from arena.ratings.results import Ratings
from arena.votes.log import Log
from arena.votes.origins import published_votes
from arena.votes.table import summarize

SUMS = "SHA256SUMS"
ARCHIVE_FOLDER = "dataset"
"""The folder that an archive unpacks to."""
FILE_MODE = 0o100644
WITHOUT_PICTURES: Mapping[str, Any] = dict.fromkeys(("outputs", "collected", "in_play", "blindness"), ())
"""Of a catalogue."""
CATALOGUE, LOG_FOLDER, LICENCES = "data/catalogue.json", "data/log", "data/licences"
"""Where they are in a site too, so that both are read by the same rules."""


@dataclass(frozen=True, slots=True)
class WrittenDataset:
    """What an export wrote. ``missing`` are the keys of arena.toml that would make its descriptions complete."""

    folder: Path
    version: str
    log_head: str
    files: int
    votes: int
    simulated: bool
    missing: tuple[str, ...]


def write_dataset(
    catalogue: Catalogue, log: Log, ratings: Ratings, folder: Path, *, day: date, previous: Path | None = None
) -> WrittenDataset:
    """Write the data set of a project into ``folder``, which changes in one step or not at all.

    ``ratings`` are those of the log with its history, ``day`` is the day that the data set is of. ``previous`` is the
    folder of an earlier one to say what changed; left out, the one that ``folder`` holds. The same input and day give
    the same bytes. Raises PublishError where ``folder`` holds anything else than a data set, cannot be written, or
    ``previous`` has none.
    """
    earlier = read_earlier(previous or folder)
    if previous and earlier is None:
        raise PublishError("holds no data set", where=str(previous), hint="name the folder of an earlier export")
    facts = facts_of(catalogue, log, ratings, day)
    with replacing(folder, DATASET_FOLDER) as fresh:
        files = write_files(facts, catalogue, log, earlier, fresh)
    summary = facts.summary
    return WrittenDataset(folder, facts.version, facts.log_head, files, summary.votes, facts.simulated, facts.missing)


def facts_of(catalogue: Catalogue, log: Log, ratings: Ratings, day: date) -> DatasetFacts:
    """The facts and tables of the data set of a project."""
    votes = published_votes(log.counted_votes(), ratings.left_out)
    tables = data_tables(catalogue, log, ratings)
    return dataset_facts(catalogue, log, ratings, summary=summarize(votes, log.head), tables=tables, day=day)


def write_files(
    facts: DatasetFacts, catalogue: Catalogue, log: Log, earlier: EarlierDataset | None, fresh: Path
) -> int:
    """Write all files into an empty folder, and return how many."""
    files = 0
    for path, content in all_files(facts, catalogue, log, earlier):
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        (fresh / path).write_bytes(content)
        files += 1
    return files


def dataset_archive(catalogue: Catalogue, log: Log, ratings: Ratings, day: date) -> bytes:
    """The data set as a ZIP file, of which the same input and day give the same bytes: see ``write_dataset``."""
    facts = facts_of(catalogue, log, ratings, day)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path, content in all_files(facts, catalogue, log, None):
            # ZipInfo has a date of its own, the first that ZIP knows; by name alone it would be that of today.
            entry = zipfile.ZipInfo(f"{ARCHIVE_FOLDER}/{path}")
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, FILE_MODE << 16
            packed.writestr(entry, content)
    return archive.getvalue()


def all_files(
    facts: DatasetFacts, catalogue: Catalogue, log: Log, earlier: EarlierDataset | None
) -> Iterator[tuple[str, bytes]]:
    """Every file by path; sums come last, as they are of all others."""
    made: dict[str, FileMark] = {}
    for path, content in table_files(facts):
        made[path] = FileMark.of(content)
        yield path, content
    tables = dict(made)
    for path, content in described_files(facts, catalogue, log, earlier, tables):
        made[path] = FileMark.of(content)
        yield path, content
    yield SUMS, render_sums(made)


@dataclass(frozen=True, slots=True)
class FileMark:
    """The SHA-256 and the bytes of a file."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> FileMark:
        return cls(hashlib.sha256(content).hexdigest(), len(content))


def table_files(facts: DatasetFacts) -> Iterator[tuple[str, bytes]]:
    """The tables, by path: each as Parquet and then as CSV."""
    for table in facts.tables:
        parquet, csv = table.files
        yield parquet, _parquet(table, facts)
        yield csv, table_csv(table)


def described_files(
    facts: DatasetFacts, catalogue: Catalogue, log: Log, earlier: EarlierDataset | None, tables: Mapping[str, FileMark]
) -> Iterator[tuple[str, bytes]]:
    """All other files but the sums, by path; ``tables`` has what became of ``table_files``."""
    notices = {
        f"{LICENCES}/{source.notice}": catalogue.folder / LICENCES_FOLDER / source.notice
        for source in facts.sources
        if source.notice
    }
    copied = {**notices, **{f"{LOG_FOLDER}/{file.name}": file for file in log.files}}
    written = {
        # Without pictures: the data set has none, and which of them are in play is not for everybody to know.
        CATALOGUE: _json({**catalogue_json(replace(catalogue, **WITHOUT_PICTURES)), "input_pictures": []}),
        "LICENCES.md": card.licences(facts, sorted(notices)).encode(),
        "README.md": card.readme(facts).encode(),
        "DICTIONARY.md": card.dictionary(facts).encode(),
        "CITATION.cff": card.citation_file(facts).encode(),
        CHANGES: changes_file(facts, earlier).encode(),
        "croissant.json": _json(croissant(facts, {path: mark.sha256 for path, mark in tables.items()})),
        "datapackage.json": _json(data_package(facts, tables)),
    }
    entries = sorted({path.partition("/")[0] for path in (*tables, *copied, *written)} | {SUMS})
    for path, file in copied.items():
        yield path, file.read_bytes()
    yield from written.items()
    yield MARKER, _json(_marker(facts, entries))


def render_sums(made: Mapping[str, FileMark]) -> bytes:
    """``SHA256SUMS``, as ``sha256sum --check`` reads it."""
    return "".join(f"{made[path].sha256}  {path}\n" for path in sorted(made)).encode()


def _parquet(table: DataTable, facts: DatasetFacts) -> bytes:
    about = {"arena.simulated": json.dumps(facts.simulated), "arena.note": facts.note, "arena.log_head": facts.log_head}
    sink = io.BytesIO()
    pq.write_table(table.rows.replace_schema_metadata(about).combine_chunks(), sink, compression="zstd")
    return sink.getvalue()


def _marker(facts: DatasetFacts, entries: list[str]) -> Mapping[str, Any]:
    """``dataset.json``: what this folder is, and all that recomputing its ratings takes besides the votes."""
    ratings = facts.ratings
    return {
        "generator": GENERATOR,
        "kind": KIND,
        "software": software(),
        "version": facts.version,
        "date": facts.date.isoformat(),
        "log_head": facts.log_head,
        "votes": facts.summary.votes,
        "simulated": facts.simulated,
        "note": facts.note,
        "origins": {arena: origin.value for arena, origin in ratings.origins},
        "left_out": [
            {"arena": entry.arena, "origin": entry.origin.value, "votes": entry.votes} for entry in ratings.left_out
        ],
        "settings": ratings.settings.model_dump(mode="json"),
        "draw_probability": dict(ratings.draw_probability),
        "ties": {arena: asdict(ties) for arena, ties in ratings.ties},
        "method_version": ratings.method_version,
        "intervals": ratings.intervals.value,
        "missing": list(facts.missing),
        "entries": entries,
    }


def _json(content: Mapping[str, Any]) -> bytes:
    return to_json(content, indent=1) + b"\n"
