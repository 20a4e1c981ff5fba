"""The downloads of a site read back: ``catalogue.json`` and the log, as strictly as those of a project of one's own.

They come from strangers: sizes are looked at before anything is unpacked, and no name in them becomes a path unchecked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from pydantic import BaseModel, ValidationError

from arena.catalogue import Catalogue
from arena.catalogue.layout import INPUTS_FOLDER, LICENCES_FOLDER, RECORDS, Kind, is_record_id
from arena.catalogue.outputs import Blindness, Collected, InputPicture, Measurement, Output, PicturesInPlay
from arena.catalogue.records import Project
from arena.catalogue.rules import CROSS_FILE_RULES, check_references
from arena.errors import ArenaError, CatalogueError
from arena.publish.paths import LOG_FOLDER, image_path, input_path
from arena.verification.listing import is_plain
from arena.votes.decision_file import DECISIONS
from arena.votes.importing import check_references as check_vote_references
from arena.votes.log import Log, open_log
from arena.votes.renames import renames_of
from arena.votes.table import as_votes, check_votes

CATALOGUE = "data/catalogue.json"
MAX_JSON_BYTES = 200_000_000
MAX_VOTES = 50_000_000
MAX_UNPACKED_BYTES = 16_000_000_000
"""Of the votes in one Parquet file: some 300 bytes for each of ``MAX_VOTES``."""
MAX_PIXELS = 64_000_000
R = TypeVar("R", bound=BaseModel)


def read_json(path: Path, name: str) -> Any:
    """The content of a JSON file. Raises ArenaError where it is none, is too large, or is nested too deeply."""
    if not is_plain(path):
        raise ArenaError("is missing", where=name)
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ArenaError(f"is larger than {MAX_JSON_BYTES:,} bytes", where=name)
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ArenaError(f"is not JSON: {error}", where=name) from error


def read_catalogue_json(content: Any, data: Path, today: date | None) -> Catalogue:
    """The catalogue that ``catalogue_json`` wrote, with ``data`` as its folder. Raises ArenaError where it is none.

    References between records are not checked yet: see ``lay_out``.
    """
    if not isinstance(content, dict):
        raise CatalogueError("is no catalogue", where=CATALOGUE)
    offers = {
        (str(fields.pop("provider", "")), str(fields.pop("model", ""))): (where, fields)
        for where, fields in _items(content, "offers")
    }
    catalogue = Catalogue(
        folder=data,
        project=_record(Project, content.get("project"), "project"),
        organizations=_by_id(content, "organizations", Kind.ORGANIZATION),
        models=_by_id(content, "models", Kind.MODEL),
        providers=_by_id(content, "providers", Kind.PROVIDER),
        offers={
            (provider, model): _known(Kind.OFFER, f"{provider}/{model}", fields, where)
            for (provider, model), (where, fields) in offers.items()
        },
        prompts=_by_id(content, "prompts", Kind.PROMPT),
        stories=_by_id(content, "stories", Kind.STORY),
        outputs=_lines(content, "outputs", Output),
        measurements=_lines(content, "measurements", Measurement),
        collected=_lines(content, "collected", Collected),
        in_play=_lines(content, "in_play", PicturesInPlay),
        blindness=_lines(content, "blindness", Blindness),
    )
    return catalogue.on(today) if today else catalogue


def input_pictures(content: Mapping[str, Any]) -> tuple[InputPicture, ...]:
    """The pictures that editing prompts start from; each name is that of a file, never a path."""
    pictures = _lines(content, "input_pictures", InputPicture)
    for picture in pictures:
        if PurePosixPath(picture.name).name != picture.name or picture.name.startswith(".") or "\\" in picture.name:
            raise CatalogueError(f"{picture.name!r} is not the name of a picture", where=CATALOGUE)
    return pictures


def lay_out(catalogue: Catalogue, pictures: tuple[InputPicture, ...], site: Path) -> None:
    """Put links to a site's pictures and notices where a project has them, below the catalogue's folder.

    Raises ArenaError where one is missing or is no picture of the size that is stated, or where the catalogue
    contradicts itself.
    """
    for output in catalogue.outputs:
        source = site / image_path(output.sha256)
        if _size_of(source, "WEBP") != (output.width, output.height):
            raise ArenaError("is not the picture that catalogue.json lists", where=image_path(output.sha256))
        _link(catalogue.output_path(output), source)
    for picture in pictures:
        name = input_path(picture.sha256, PurePosixPath(picture.name).suffix)
        if _size_of(site / name, "WEBP", "PNG", "JPEG") is None:
            raise ArenaError("is not a picture", where=name)
        _link(catalogue.folder / INPUTS_FOLDER / picture.name, site / name)
    for arena in catalogue.project.arenas:
        if arena.source and arena.source.notice:
            name = f"data/licences/{arena.source.notice}"
            if not is_plain(site / name):
                raise ArenaError("is missing", where=name)
            _link(catalogue.folder / LICENCES_FOLDER / arena.source.notice, site / name)
    findings: list[ArenaError] = list(check_references(catalogue, {}))
    findings += [finding for rule in CROSS_FILE_RULES for finding in rule(catalogue)]
    if findings:
        raise ArenaError.of([ArenaError(f.message, where=f"{CATALOGUE}: {f.where}") for f in findings])


def read_log(site: Path, catalogue: Catalogue) -> Log:
    """The log of a site whose files ``check_parquet`` let pass, with the names that things have by now.

    Raises ArenaError where it is not whole, or holds what no log can: an unknown model, an outcome that is none, two
    votes of one voter on one battle.
    """
    decisions = site / LOG_FOLDER / DECISIONS
    if decisions.exists() and (not is_plain(decisions) or decisions.stat().st_size > MAX_JSON_BYTES):
        raise ArenaError(f"is no file, or larger than {MAX_JSON_BYTES:,} bytes", where=f"{LOG_FOLDER}/{DECISIONS}")
    log = open_log(site / LOG_FOLDER, renames_of(catalogue))
    if log.entries:
        # All files at once, as a vote may stand in two of them; older ones lack columns of later ones.
        parts = [as_votes(pq.read_table(path)) for path in log.paths]
        check_votes(pa.concat_tables(parts), LOG_FOLDER)
        check_vote_references(log.votes(), catalogue, where=LOG_FOLDER)
    return log


def check_log_file(path: Path, name: str) -> None:
    """Raise ArenaError where a file of a log is no plain file, or too large to be looked into."""
    if not is_plain(path):
        raise ArenaError("is no file, but a folder, a link or a device", where=name)
    if path.suffix == ".parquet":
        check_parquet(path, name)
    elif path.stat().st_size > MAX_JSON_BYTES:
        raise ArenaError(f"is larger than {MAX_JSON_BYTES:,} bytes", where=name)


def check_parquet(path: Path, name: str) -> None:
    """Raise ArenaError where a Parquet file would unpack to more than votes ever take.

    Its metadata may lie, so the rows are unpacked once in small parts and counted before anything reads it whole.
    """
    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
            said = sum(group.total_byte_size for group in groups)
            if file.metadata.num_rows > MAX_VOTES or said > MAX_UNPACKED_BYTES:
                raise ArenaError(f"holds more than {MAX_VOTES:,} votes, or is too large unpacked", where=name)
            unpacked = 0
            for batch in file.iter_batches(batch_size=4096):
                unpacked += batch.nbytes
                if unpacked > MAX_UNPACKED_BYTES:
                    raise ArenaError("is too large unpacked", where=name)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise ArenaError("is truncated or not a Parquet file", where=name) from error


def _items(content: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records of a list, each with where it stands."""
    items = content.get(key)
    if not isinstance(items, list):
        raise CatalogueError("is no list", where=f"{CATALOGUE}: {key}")
    for number, item in enumerate(items):
        where = f"{key}[{number}]"
        if not isinstance(item, dict):
            raise CatalogueError("is no record", where=f"{CATALOGUE}: {where}")
        yield where, dict(item)


def _by_id(content: Mapping[str, Any], key: str, kind: Kind) -> dict[str, Any]:
    found = {}
    for where, fields in _items(content, key):
        record_id = str(fields.pop("id", ""))
        if record_id in found:
            raise CatalogueError(f"{record_id!r} is there twice", where=f"{CATALOGUE}: {where}")
        found[record_id] = _known(kind, record_id, fields, where)
    return found


def _known(kind: Kind, record_id: str, fields: dict[str, Any], where: str) -> Any:
    # An id becomes a path of the site that is built, so that one like "../.." must never get as far as that.
    if not is_record_id(kind, record_id):
        raise CatalogueError(f"{record_id!r} is not an id", where=f"{CATALOGUE}: {where}")
    return _record(RECORDS[kind], fields, where)


def _lines(content: Mapping[str, Any], key: str, record: type[R]) -> tuple[R, ...]:
    return tuple(_record(record, fields, where) for where, fields in _items(content, key))


def _record(record: type[R], fields: object, where: str) -> R:
    try:
        return record.model_validate_json(json.dumps(fields))  # as JSON: money and dates are text there
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join([where, *(str(part) for part in first["loc"])])
        raise CatalogueError(first["msg"], where=f"{CATALOGUE}: {place}") from error


def _size_of(path: Path, *formats: str) -> tuple[int, int] | None:
    """The size of a picture, by its head alone; None where it is none of these formats, or has too many pixels."""
    if not is_plain(path):
        return None
    try:
        with Image.open(path, formats=formats) as picture:
            return picture.size if picture.width * picture.height <= MAX_PIXELS else None
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _link(target: Path, source: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.symlink_to(source.resolve())
