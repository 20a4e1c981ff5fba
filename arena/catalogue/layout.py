"""Which file under ``data/`` holds which record: an id is a path, and every path has one meaning."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from arena.catalogue.error_messages import near
from arena.catalogue.fields import SLUG, Record
from arena.catalogue.records import Model, Offer, Organization, Prompt, Provider, Story
from arena.errors import CatalogueError

PROJECT_FILE = "arena.toml"
OUTPUTS_FILE = "outputs/outputs.jsonl"
MEASUREMENTS_FILE = "outputs/measurements.jsonl"
COLLECTED_FILE = "outputs/collected.jsonl"
BLINDNESS_FILE = "outputs/blindness.jsonl"
INPUTS_FOLDER = "outputs/inputs"
LICENCES_FOLDER = "licences"
"""What licences of published data sets ask to be kept; the site publishes it."""
STORE_FILE = "arena.sqlite"
"""The store of live votes, where it is a file of the project; SQLite keeps others of that name beside it."""
INDEX = "index"
"""The page of a folder itself: an overall board, or a list of entries."""

_SLUG = re.compile(rf"{SLUG}\Z")
_OTHER_NAMES = (PROJECT_FILE, LICENCES_FOLDER, "outputs", "votes")
_MAY_READ = "check that you may read and enter the folder"


class Kind(StrEnum):
    """The kinds of record that have a file each, in the order in which they are read."""

    ORGANIZATION = "organization"
    MODEL = "model"
    PROVIDER = "provider"
    OFFER = "offer"
    PROMPT = "prompt"
    STORY = "story"


RECORDS: dict[Kind, type[Record]] = {
    Kind.ORGANIZATION: Organization,
    Kind.MODEL: Model,
    Kind.PROVIDER: Provider,
    Kind.OFFER: Offer,
    Kind.PROMPT: Prompt,
    Kind.STORY: Story,
}

_PATHS: dict[Kind, str] = {
    Kind.ORGANIZATION: "organizations/{}.toml",
    Kind.MODEL: "models/{}.toml",
    Kind.PROVIDER: "providers/{}/provider.toml",
    Kind.OFFER: "providers/{}.toml",
    Kind.PROMPT: "prompts/{}.toml",
    Kind.STORY: "stories/{}.toml",
}

_KINDS = {
    ("organizations", 1): Kind.ORGANIZATION,
    ("models", 2): Kind.MODEL,
    ("providers", 3): Kind.OFFER,
    ("prompts", 2): Kind.PROMPT,
    ("stories", 1): Kind.STORY,
}
"""By folder and how many names deep a file lies in it; a provider's own file stands apart."""

_SHAPES = {
    "organizations": "data/organizations/<organization>.toml",
    "models": "data/models/<organization>/<model>.toml",
    "providers": "data/providers/<provider>/provider.toml or data/providers/<provider>/<organization>/<model>.toml",
    "prompts": "data/prompts/<arena>/<prompt>.toml",
    "stories": "data/stories/<date>-<slug>.toml",
}


@dataclass(frozen=True, slots=True)
class DataFile:
    """The file of one record: ``id`` is unique within its kind; an offer's is ``<provider>/<organization>/<model>``.

    ``path`` is that below the data folder, with forward slashes.
    """

    kind: Kind
    id: str
    path: str


def record_path(kind: Kind, record_id: str) -> str:
    """The path of a record's file below the data folder, with forward slashes."""
    return _PATHS[kind].format(record_id)


def is_record_id(kind: Kind, record_id: str) -> bool:
    """Whether a record of this kind can have the id, which is then also safe as a part of a path."""
    parts = record_id.split("/")
    depths = {Kind.PROVIDER: 1, **{known: depth for (_, depth), known in _KINDS.items()}}
    return len(parts) == depths[kind] and all(_SLUG.match(part) for part in parts)


def location(data: Path, path: Path | str, key: str = "") -> str:
    """``data/models/openai/dall-e-3.toml: key``: where an error is, seen from the project's folder."""
    below = path.relative_to(data).as_posix() if isinstance(path, Path) else path
    return "/".join(part for part in (data.name, below) if part not in ("", ".")) + (f": {key}" if key else "")


def entries_of(data: Path) -> tuple[Path, ...]:
    """Files and folders below ``data`` that say what there is to vote on: all but outputs, votes and the store.

    Pictures that prompts start from are among them. Sorted, and only those that exist.
    """
    names = (PROJECT_FILE, LICENCES_FOLDER, INPUTS_FOLDER, *_SHAPES)
    return tuple(path for path in (data / name for name in sorted(names)) if path.exists())


def iter_data_files(data: Path) -> Iterator[DataFile | CatalogueError]:
    """The files of all records in the order of their paths, and a finding for each file or folder with no meaning.

    Hidden files (a leading dot) belong to editors and operating systems and are passed over. Raises CatalogueError for
    a folder that cannot be listed: nobody knows what is missing then.
    """
    try:
        yield from _iter_all(data)
    except OSError as error:
        where = location(data, Path(error.filename or data))
        raise CatalogueError(f"cannot be read: {error.strerror}", where=where, hint=_MAY_READ) from error


def _iter_all(data: Path) -> Iterator[DataFile | CatalogueError]:
    for child in _children(data):
        if child.name in _SHAPES and _is_folder(child):
            for names in _iter_files(child, (child.name,), depth=3):
                yield _data_file(data, names)
        elif child.name not in _OTHER_NAMES and not child.name.startswith(STORE_FILE):
            yield _unknown_name(data, child.name)


def _children(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    with os.scandir(os.fspath(folder)) as entries:
        return sorted((each for each in entries if not each.name.startswith(".")), key=lambda each: each.name)


def _iter_files(folder: os.DirEntry[str], names: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    """The names on the way to each file, and to each folder that lies too deep, which has a slash at its end."""
    for child in _children(folder):
        if not _is_folder(child):
            yield (*names, child.name)
        elif depth > 1:
            yield from _iter_files(child, (*names, child.name), depth - 1)
        else:
            yield (*names, f"{child.name}/")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere: whoever reads it is told so
        return False


def _data_file(data: Path, names: tuple[str, ...]) -> DataFile | CatalogueError:
    folder, *ids = names
    path = "/".join(names)
    if not path.endswith(".toml"):
        return _misplaced(data, path.rstrip("/"))
    ids[-1] = ids[-1].removesuffix(".toml")
    kind = _kind(folder, ids)
    if kind is None:
        return _misplaced(data, path)
    bad = next((part for part in ids if not _SLUG.match(part)), None)
    if bad is not None:
        return _bad_name(data, path, bad)
    return DataFile(kind, ids[0] if kind is Kind.PROVIDER else "/".join(ids), path)


def _kind(folder: str, ids: list[str]) -> Kind | None:
    if folder == "providers" and len(ids) == 2:
        return Kind.PROVIDER if ids[1] == "provider" else None
    return _KINDS.get((folder, len(ids)))


def _bad_name(data: Path, path: str, name: str) -> CatalogueError:
    mended = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    rename = f", for example {mended}" if _SLUG.match(mended) else ""
    return CatalogueError(
        f'"{name}" is not an id',
        where=location(data, path),
        hint=f'an id is made of a-z and 0-9, joined by single "-" or ".": rename it{rename}',
    )


def _misplaced(data: Path, path: str) -> CatalogueError:
    folder = path.partition("/")[0]
    return CatalogueError(
        "nothing is read from here",
        where=location(data, path),
        hint=f"{folder} lie at {_SHAPES[folder]}; move or remove it",
    )


def _unknown_name(data: Path, name: str) -> CatalogueError:
    names = sorted([*_SHAPES, *_OTHER_NAMES])
    if name in _SHAPES:
        return CatalogueError(
            "is a file, not a folder", where=location(data, name), hint=f"entries lie at {_SHAPES[name]}"
        )
    meant = near(name, names) or "rename, move or remove it."
    return CatalogueError(
        "nothing is read from here", where=location(data, name), hint=f"{meant} Known: {', '.join(names)}"
    )


def board_name(category: str = "", language: str = "") -> str:
    """The name of a board within its arena: ``index``, ``photo``, ``lang-de`` or ``photo-de``."""
    if category and language:
        return f"{category}-{language}"
    return f"lang-{language}" if language else category or INDEX
