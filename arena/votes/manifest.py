"""The manifest: the list of a log's files, chained by hashes. What is not listed is not in the log.

Each entry holds the hash of the entry before it, so that the hash of the last one, the head, stands for every byte of
the log: whoever noted a head can tell later whether anything that it stood for was changed or taken out.
"""

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
SIGNATURE = f"{MANIFEST}.minisig"
"""The signature of the manifest, where the log is signed; see ``arena.votes.signing``."""
MANIFEST_VERSION = 1
RESTORE_HINT = "restore it from version control or a backup, or move the folder away and `arena import` the votes anew"
PERMISSION_HINT = "check that you may read it, and that the disk is whole"

LOG_FILE_NAME = re.compile(r"[0-9]{4}-[0-9]{2}\.[0-9]{4,}\.parquet")
SEALED_NOTE = re.compile(r"sealed votes, store ([0-9a-f]{12}), period ([1-9][0-9]*), audit ([0-9a-f]{64})")
"""The note of entries that hold a sealed period: the store's lineage, the period's number, the audit's SHA-256."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ManifestEntry(BaseModel):
    """One Parquet file of the log. ``previous`` is the hash of the entry before it, empty for the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: Annotated[str, StringConstraints(pattern=f"^{LOG_FILE_NAME.pattern}$")]
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$")]
    votes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    note: str = ""
    """Where the votes came from, in the words of whoever put them there."""
    previous: Sha256 | Literal[""]

    @property
    def hash(self) -> str:
        """SHA-256 of the entry's JSON with sorted keys and no spaces."""
        # This form is fixed for all time: changing it would change the heads that people noted. The file itself is
        # indented, for people and version control; its layout is no part of the chain.
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
    entries: list[ManifestEntry]


def head_of(entries: tuple[ManifestEntry, ...]) -> str:
    """The hash that stands for all entries; empty where there are none."""
    return entries[-1].hash if entries else ""


def render_manifest(entries: tuple[ManifestEntry, ...]) -> bytes:
    """The manifest file: JSON for people to read and for version control to compare."""
    content = {
        "version": MANIFEST_VERSION,
        "head": head_of(entries),
        "entries": [entry.model_dump() for entry in entries],
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> tuple[ManifestEntry, ...]:
    """The entries of a folder's manifest, their chain verified; none where there is no manifest.

    Raises ``VotesError`` where the manifest is no manifest, or where its entries do not hang together.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VotesError(f"cannot be read: {error.strerror}", where=str(path), hint=PERMISSION_HINT) from error
    except UnicodeDecodeError as error:
        raise VotesError(f"is not UTF-8 text: {error.reason}", where=str(path), hint=RESTORE_HINT) from error
    manifest = _parse(text, path)
    _check_chain(manifest, path)
    return tuple(manifest.entries)


def _parse(text: str, path: Path) -> _Manifest:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VotesError(f"is not JSON: {error}", where=str(path), hint=RESTORE_HINT) from error
    version = content.get("version") if isinstance(content, dict) else None
    if type(version) is int and version != MANIFEST_VERSION:
        hint = (
            "it needs a newer release of image-arena"
            if version > MANIFEST_VERSION
            else "it is not a manifest of image-arena"
        )
        raise VotesError(f"is of version {version}", where=str(path), hint=hint)
    try:
        return _Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "manifest"
        raise VotesError(f"{first['msg']}", where=f"{path}: {key}", hint=RESTORE_HINT) from error


def _check_chain(manifest: _Manifest, path: Path) -> None:
    previous, last = "", dict[str, int]()
    for entry in manifest.entries:
        # Comparing with the hash of the entry before finds any edit but one to the last entry, which the head finds.
        if entry.previous != previous:
            message = "does not follow from the entry before it: the manifest was changed by hand, or merged"
            raise VotesError(message, where=f"{path}: {entry.file}", hint=RESTORE_HINT)
        # Numbers that rise within a month keep a name from being listed twice, or given to other votes later.
        if not entry.file.startswith(entry.month) or entry.number <= last.get(entry.month, 0):
            raise VotesError("is out of order", where=f"{path}: {entry.file}", hint=RESTORE_HINT)
        previous, last[entry.month] = entry.hash, entry.number
    if manifest.head != previous:
        raise VotesError("is not the hash of the last entry", where=f"{path}: head", hint=RESTORE_HINT)


def leftovers_in(folder: Path, entries: tuple[ManifestEntry, ...]) -> tuple[Path, ...]:
    """The files in a folder that look like a log's but are not listed."""
    listed = {entry.file for entry in entries}
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VotesError(f"cannot be read: {error.strerror}", where=str(folder), hint="check the folder") from error
    unlisted = (name for name in names if name not in listed)
    return tuple(folder / name for name in unlisted if LOG_FILE_NAME.fullmatch(name) or name.endswith(UNFINISHED))


@dataclass(frozen=True, slots=True)
class SealedPeriod:
    """One sealed period of a store, the batch of votes that one `arena seal` put into the log.

    ``lineage`` is an id that all periods of one store share; ``audit`` is the SHA-256 of the audit's report, which lies
    in a file beside the votes.
    """

    lineage: str
    number: int
    audit: str

    @property
    def note(self) -> str:
        """What the manifest's entries of the period say; through it the audit's report is part of the hash chain."""
        return f"sealed votes, store {self.lineage}, period {self.number}, audit {self.audit}"

    @property
    def audit_file(self) -> str:
        """The name of the report's file in the log's folder."""
        return f"audit-{self.lineage}-{self.number:04d}.json"


def period_of(entry: ManifestEntry) -> SealedPeriod | None:
    """The period that an entry belongs to; None where its votes were not sealed."""
    match = SEALED_NOTE.fullmatch(entry.note)
    return SealedPeriod(match[1], int(match[2]), match[3]) if match else None


def periods_in(entries: Iterable[ManifestEntry]) -> Iterator[tuple[SealedPeriod, int]]:
    """The periods of some entries with the votes of each entry; a period of several months comes several times."""
    for entry in entries:
        period = period_of(entry)
        if period is not None:
            yield period, entry.votes
