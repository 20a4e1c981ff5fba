"""Whether the built site is still what a build would make: then the build leaves it alone, and writes no file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from arena.catalogue import Catalogue
from arena.folder_swap import GENERATOR, KEPT
from arena.publish.output.marker import MARKER, SUMS, digest_of, is_as_written, made_with, program_digest
from arena.ratings.results import Ratings
from arena.votes.log import Log
from arena.votes.manifest import SIGNATURE


@dataclass(frozen=True, slots=True)
class Built:
    """What the marker of a finished site says of it."""

    pages: int
    files: int


def fingerprint(catalogue: Catalogue, log: Log, ratings: Ratings | None, templates: Iterable[Path]) -> str:
    """SHA-256 of all that a site is made from. Without ``ratings``, they are taken to be those of the log.

    The catalogue counts as it was read, wherever it lies; the log by the head of its chain and the decisions beside it;
    pictures by their names where those are sums of their bytes; this program by its source, and by the ``templates``
    that pages are made with.
    """
    made_by = [made_with(), program_digest()]
    digest = hashlib.sha256(json.dumps([made_by, log.head, log.decisions.sha256, repr(log.summary())]).encode())
    digest.update(repr(replace(catalogue, folder=Path())).encode())
    digest.update(b"of the log" if ratings is None else repr(_compared(ratings)).encode())
    for path in (*_files_read(catalogue, templates), log.folder / SIGNATURE):
        digest.update(f"\n{path.name}\n".encode())
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    return digest.hexdigest()


def _compared(ratings: Ratings) -> list[object]:
    return [getattr(ratings, part.name) for part in fields(ratings) if part.compare]


def _files_read(catalogue: Catalogue, templates: Iterable[Path]) -> Iterator[Path]:
    yield from templates
    for name in sorted({prompt.input_image for prompt in catalogue.prompts.values() if prompt.input_image}):
        yield catalogue.input_path(name)


def tree_digest(folder: Path) -> str:
    """The digest of all files in a site, but for the two that list the others and what no build wrote."""
    return digest_of(
        (name, hashlib.sha256(path.read_bytes()).hexdigest())
        for name, path in files_in(folder)
        if name not in {MARKER, SUMS, *KEPT}
    )


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder: its path from there, and where it lies."""
    for place, _, names in os.walk(folder):
        start = Path(place)
        inside = start.relative_to(folder).as_posix()
        for name in names:
            yield (name if inside == "." else f"{inside}/{name}"), start / name


def built_from(out: Path, inputs: str) -> Built | None:
    """The site in ``out`` where it was built from ``inputs`` and every file is as the build left it; else None."""
    try:
        content = (out / MARKER).read_bytes()
        marker: Any = json.loads(content)
        if marker["generator"] != GENERATOR or marker["inputs"] != inputs or not is_as_written(content):
            return None
        sums = hashlib.sha256((out / SUMS).read_bytes()).hexdigest()
        if not sums == marker["sha256"] == tree_digest(out):
            return None
        return Built(pages=int(marker["pages"]), files=int(marker["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
