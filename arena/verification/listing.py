"""The files of a site against its own lists: ``SHA256SUMS`` has the sum of each, and ``build.json`` has its sum."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.folder_swap import GENERATOR, KEPT
from arena.progress import Progress
from arena.publish.output.marker import MARKER, SUMS, is_as_written
from arena.verification.report import Findings

MAX_LIST_BYTES = 100_000_000
"""Of ``SHA256SUMS`` and of ``build.json``: a list of some 800,000 files."""
_LINE = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<path>[^\0\r\n]+)")
_BUILD = "name the folder or the address of a site that arena build made, or build it anew"


@dataclass(frozen=True)
class SiteListing:
    """What a site says of itself: the facts of ``build.json``, and the sum of each file by its path."""

    facts: Mapping[str, Any]
    sums: Mapping[str, str] = field(repr=False)


def read_listing(folder: Path, findings: Findings) -> SiteListing:
    """Read what a site says of itself, and note where its two lists do not agree.

    Raises ArenaError where one of them is missing or unreadable: then nothing is known of the site.
    """
    marker, sums = _read(folder, MARKER), _read(folder, SUMS)
    try:
        facts: dict[str, Any] = json.loads(marker)
        own = facts["generator"] == GENERATOR
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArenaError("is no build.json that arena build wrote", where=MARKER, hint=_BUILD) from error
    if not own:
        raise ArenaError("says that another program made the site", where=MARKER, hint=_BUILD)
    if not is_as_written(marker):
        findings.add(MARKER, "was changed: its last line is not the sum of what stands above it")
    found = hashlib.sha256(sums).hexdigest()
    if facts.get("sha256") != found:
        said = str(facts.get("sha256"))
        findings.add(SUMS, "was changed: its sum is not that of build.json", place="", says=found, expected=said)
    listing = SiteListing(facts, parse_sums(sums))
    if facts.get("files") != len(listing.sums) + 2:
        said = f"{len(listing.sums) + 2} files"
        findings.add(MARKER, "counts other files", place="$.files", says=str(facts.get("files")), expected=said)
    return listing


def parse_sums(content: bytes) -> dict[str, str]:
    """Sums by path. Raises ArenaError for a line that is none, or a path that leads out of the folder."""
    sums: dict[str, str] = {}
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise ArenaError(f"is not UTF-8 text: {error.reason}", where=SUMS, hint=_BUILD) from error
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if not match or not is_safe_path(match["path"]) or match["path"] in {MARKER, SUMS, *sums}:
            hint = 'it is "sum  path", each path once and below the site'
            raise ArenaError("is no line of a list of sums", where=f"{SUMS}:{number}", hint=hint)
        sums[match["path"]] = match["sum"]
    return sums


def is_safe_path(path: str) -> bool:
    """Whether a path of a stranger's list stays below the folder that it is joined to, on every system."""
    parts = path.split("/")
    return all(part not in {"", ".", ".."} and not set(part) & set('\\:*?"<>|') for part in parts)


def check_files(
    folder: Path,
    listing: SiteListing,
    findings: Findings,
    not_fetched: Mapping[str, str],
    progress: Progress | None,
) -> frozenset[str]:
    """Compare each listed file with its sum, and name each that is missing, was changed or was added.

    Gives the paths of those that are as listed. Links are never followed: they are no files of a site.
    """
    whole = set()
    for number, (name, expected) in enumerate(listing.sums.items(), 1):
        found = sum_of(folder / name)
        if found is None:
            why = f": {not_fetched[name]}" if name in not_fetched else ""
            findings.add(name, f"is missing, but {SUMS} lists it{why}")
        elif found != expected:
            findings.add(name, f"was changed: its SHA-256 is not that of {SUMS}")
        else:
            whole.add(name)
        if progress:
            progress("Checking files", number, len(listing.sums))
    for name in sorted(_names_in(folder) - {MARKER, SUMS, *KEPT} - listing.sums.keys()):
        findings.add(name, f"was added: {SUMS} does not list it")
    return frozenset(whole)


def sum_of(path: Path) -> str | None:
    """The SHA-256 of a plain file; None of anything else, such as a link, and where there is nothing."""
    if not is_plain(path):
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_plain(path: Path) -> bool:
    """Whether it is a file itself, not a link, a pipe or a device, which may never end."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _names_in(folder: Path) -> set[str]:
    """Paths of all files below a folder, and of links to folders, which are not followed."""
    names = set()
    for start, folders, files in os.walk(folder):
        below = Path(start).relative_to(folder)
        links = [name for name in folders if (Path(start) / name).is_symlink()]
        names |= {(below / name).as_posix() for name in (*files, *links)}
    return names


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    if not is_plain(path):
        raise ArenaError(f"holds no {name}, so that nobody knows its files", where=str(folder), hint=_BUILD)
    if path.stat().st_size > MAX_LIST_BYTES:
        raise ArenaError(f"is larger than {MAX_LIST_BYTES:,} bytes", where=name, hint=_BUILD)
    return path.read_bytes()
