"""The list of a log's files, chained by hashes, with the sealed periods. What is not listed is not in the log."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from arena.errors import VotesError
from arena.files import UNFINISHED

MANIFEST = "manifest.json"
VERSION = 1
RESTORE = "restore it from version control or a backup, or move the folder away and `arena import` the votes anew"

MAY_READ = "check that you may read it, and that the disk is whole"

PART_NAME = re.compile(r"[0-9]{4}-[0-9]{2}\.[0-9]{4,}\.parquet")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Entry(BaseModel):
    """One Parquet file of the log. ``previous`` is the hash of the entry before it, empty for the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: Annotated[str, StringConstraints(pattern=f"^{PART_NAME.pattern}$")]
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$")]
    votes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    note: str = ""
    """Where the votes came from, in the words of whoever put them there."""
    previous: Sha256 | Literal[""]

    @property
    def hash(self) -> str:
        """SHA-256 of the entry's JSON with sorted keys and no spaces."""
        text = json.dumps(self.model_dump(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def number(self) -> int:
        """The part's number within its month, from 1."""
        return int(self.file.split(".")[1])


class _Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: int
    head: Sha256 | Literal[""]
    entries: list[Entry]


def head_of(entries: tuple[Entry, ...]) -> str:
    """The hash that stands for all entries; empty where there are none."""
    return entries[-1].hash if entries else ""


def render_manifest(entries: tuple[Entry, ...]) -> bytes:
    """The manifest file: JSON for people to read and for version control to compare."""
    content = {"version": VERSION, "head": head_of(entries), "entries": [entry.model_dump() for entry in entries]}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> tuple[Entry, ...]:
    """The entries of a folder's manifest, their chain verified; none where there is no manifest.

    Raises ``VotesError`` where the manifest is no manifest, or where its entries do not hang together.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VotesError(f"cannot be read: {error.strerror}", where=str(path), hint=MAY_READ) from error
    except UnicodeDecodeError as error:
        raise VotesError(f"is not UTF-8 text: {error.reason}", where=str(path), hint=RESTORE) from error
    manifest = _parse(text, path)
    _check_chain(manifest, path)
    return tuple(manifest.entries)


def _parse(text: str, path: Path) -> _Manifest:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VotesError(f"is not JSON: {error}", where=str(path), hint=RESTORE) from error
    version = content.get("version") if isinstance(content, dict) else None
    if type(version) is int and version != VERSION:
        hint = "it needs a newer release of image-arena" if version > VERSION else "it is not a manifest of image-arena"
        raise VotesError(f"is of version {version}", where=str(path), hint=hint)
    try:
        return _Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "manifest"
        raise VotesError(f"{first['msg']}", where=f"{path}: {key}", hint=RESTORE) from error


def _check_chain(manifest: _Manifest, path: Path) -> None:
    previous, last = "", dict[str, int]()
    for entry in manifest.entries:
        if entry.previous != previous:
            message = "does not follow from the entry before it: the manifest was changed by hand, or merged"
            raise VotesError(message, where=f"{path}: {entry.file}", hint=RESTORE)
        if not entry.file.startswith(entry.month) or entry.number <= last.get(entry.month, 0):
            raise VotesError("is out of order", where=f"{path}: {entry.file}", hint=RESTORE)
        previous, last[entry.month] = entry.hash, entry.number
    if manifest.head != previous:
        raise VotesError("is not the hash of the last entry", where=f"{path}: head", hint=RESTORE)


def leftovers_in(folder: Path, entries: tuple[Entry, ...]) -> tuple[Path, ...]:
    """The files in a folder that look like a log's but are not listed."""
    listed = {entry.file for entry in entries}
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VotesError(f"cannot be read: {error.strerror}", where=str(folder), hint="check the folder") from error
    unlisted = (name for name in names if name not in listed)
    return tuple(folder / name for name in unlisted if PART_NAME.fullmatch(name) or name.endswith(UNFINISHED))


_NOTE = re.compile(r"sealed votes, store ([0-9a-f]{12}), period ([1-9][0-9]*), audit ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Period:
    """One sealed period of a store. ``audit`` is the SHA-256 of the audit's report, which lies beside the votes."""

    lineage: str
    number: int
    audit: str

    @property
    def note(self) -> str:
        """What the manifest's entries of the period say; it is part of the hash chain."""
        return f"sealed votes, store {self.lineage}, period {self.number}, audit {self.audit}"

    @property
    def audit_file(self) -> str:
        """The name of the report's file in the log's folder."""
        return f"audit-{self.lineage}-{self.number:04d}.json"


def period_of(entry: Entry) -> Period | None:
    """The period that an entry belongs to; None where its votes were not sealed."""
    match = _NOTE.fullmatch(entry.note)
    return Period(match[1], int(match[2]), match[3]) if match else None


def periods_in(entries: Iterable[Entry]) -> Iterator[tuple[Period, int]]:
    """The periods of some entries with the votes of each entry; a period of several months comes several times."""
    for entry in entries:
        period = period_of(entry)
        if period is not None:
            yield period, entry.votes
