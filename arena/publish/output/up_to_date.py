"""Whether the built site is still what a build would make: then the build leaves it alone, and writes no file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.layout import LICENCES_FOLDER
from arena.folder_swap import GENERATOR, KEPT
from arena.publish.output.marker import MARKER, SUMS, digest_of, is_as_written, made_with, program_digest
from arena.publish.output.site_files import sums_in
from arena.ratings.results import Ratings
from arena.votes.log import Log
from arena.votes.manifest import SIGNATURE


@dataclass(frozen=True, slots=True)
class Built:
    """What the marker of a finished site says of it."""

    pages: int
    files: int


def base_of(catalogue: Catalogue, log: Log, ratings: Ratings | None, templates: Iterable[Path]) -> str:
    """SHA-256 of all that a site is made from but offers and stories. Without ``ratings``, they are those of the log.

    The catalogue counts as it was read, wherever it lies; the log by the head of its chain and the decisions beside it;
    pictures by their names where those are sums of their bytes; this program by its source, and by the ``templates``
    that pages are made with.
    """
    renames = {name: dict(values) for name, values in log.renames.columns.items()}
    made_of = [made_with(), program_digest(), log.head, log.decisions.sha256, renames]
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode())
    digest.update(repr(replace(catalogue, folder=Path(), offers={}, stories={})).encode())
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
    for arena in catalogue.project.arenas:
        if arena.source and arena.source.notice:
            yield catalogue.folder / LICENCES_FOLDER / arena.source.notice


def tree_digest(folder: Path) -> str:
    """The digest of all files in a site, but for the two that list the others and what no build wrote."""
    return _listed(sums_in(folder))


def _listed(sums: Mapping[str, str]) -> str:
    return digest_of((name, sha256) for name, sha256 in sums.items() if name not in {MARKER, SUMS, *KEPT})


def built_from(out: Path, inputs: str, sums: Mapping[str, str]) -> Built | None:
    """The site in ``out`` where it was built from ``inputs`` and every file is as the build left it; else None.

    ``sums`` are those of its files, as ``sums_in`` reads them.
    """
    try:
        content = (out / MARKER).read_bytes()
        marker: Any = json.loads(content)
        if marker["generator"] != GENERATOR or marker["inputs"] != inputs or not is_as_written(content):
            return None
        if not sums.get(SUMS) == marker["sha256"] == _listed(sums):
            return None
        return Built(pages=int(marker["pages"]), files=int(marker["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
