"""Ratings, votes and the catalogue as files for researchers: CSV, Parquet and JSON, by the suffix of the path.

Every writer gives the same bytes for the same input, replaces the file in one step, and says in the file when it
holds simulated data: ratings and votes in ``origin``, JSON in ``simulated``, Parquet also in its metadata.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import to_json

from arena.catalogue.outputs import InputPicture
from arena.csv_text import csv_text
from arena.errors import PublishError
from arena.exports.catalogue import MODEL_SCHEMA, PRICE_SCHEMA, iter_models, iter_prices
from arena.exports.ratings import RATINGS_SCHEMA, iter_ratings, rows_as_csv
from arena.ratings.results import Ratings
from arena.records import AxisKind, Origin, OutputOrigin
from arena.votes.files import DECISION_FIELD
from arena.votes.files import write_votes as write_vote_file
from arena.votes.table import DECISION, VOTE_SCHEMA

if TYPE_CHECKING:
    import ibis

    from arena.catalogue import Catalogue

SIMULATED_NOTE = "Simulated data: a program made these votes and outputs. No human voted, and no model drew anything."
PARTLY_SIMULATED_NOTE = "Some of the votes are simulated: a program made them. The origin of a row says so."
CATALOGUE_NOTE = (
    "The outputs whose origin is simulated were drawn by a program, not by the models named. "
    "Facts, prices and stories are not simulated: each names its source."
)

Write = Callable[[Path], None]


def software() -> str:
    """What made a file: the distribution and its version, as installed."""
    return f"image-arena {version('image-arena')}"


def simulated_note(ratings: Ratings) -> str:
    """What to tell the readers of ratings that rest on simulated votes; empty where there are none."""
    if not ratings.simulated:
        return ""
    wholly = all(origin is Origin.SIMULATED for _, origin in ratings.origins)
    return SIMULATED_NOTE if wholly else PARTLY_SIMULATED_NOTE


def write_ratings(ratings: Ratings, *paths: Path, log_sha256: str = "", decisions_sha256: str = "") -> None:
    """Write every rated model of every board to each path; all three formats hold the values that the CSV prints.

    JSON and Parquet metadata also carry the settings, the draw probability used, the version of the method, what the
    intervals take account of, what the variance of each overall board comes from and, where given, the head of the log
    and the SHA-256 of the decisions beside it: these two name the votes that the ratings were computed from.
    Raises ``PublishError`` for another suffix or a path that cannot be written.
    """
    about = _ratings_facts(ratings, log_sha256, decisions_sha256)
    rows = tuple(iter_ratings(ratings))
    table = cache(lambda: _table(RATINGS_SCHEMA, rows))
    for path in paths:
        _write(
            path,
            {
                ".csv": lambda part: _write_text(part, rows_as_csv(rows)),
                ".parquet": lambda part: _write_parquet(part, table(), about),
                ".json": lambda part: _write_json(part, {**about, "ratings": table().to_pylist()}),
            },
        )


def ratings_json(ratings: Ratings, log_sha256: str = "", decisions_sha256: str = "") -> dict[str, Any]:
    """What ``write_ratings`` writes as JSON: facts about the ratings, and a row for each model of each board."""
    return {
        **_ratings_facts(ratings, log_sha256, decisions_sha256),
        "ratings": _table(RATINGS_SCHEMA, iter_ratings(ratings)).to_pylist(),
    }


def write_votes(votes: ibis.Table, *paths: Path) -> None:
    """Write the votes of a log as vote files (CSV, JSONL or Parquet) that ``arena import`` and ``arena rate`` read.

    Rows are sorted by time, battle and voter. Raises ``VotesError`` for another suffix, or where it cannot be written.
    """
    table = votes_table(votes)
    for path in paths:
        write_vote_file(table, path)


def votes_table(votes: ibis.Table) -> pa.Table:
    """The votes of a log with all columns of ``VOTE_SCHEMA``, sorted by time, battle and voter.

    With those of ``Log.judged_votes`` also ``decision``: only votes that it calls ``counted`` are rated.
    """
    extra = [DECISION_FIELD] if DECISION in votes.columns else []
    schema = pa.schema([*VOTE_SCHEMA, *extra])
    return votes.order_by(["at", "battle", "voter"]).select(*schema.names).to_pyarrow().cast(schema)


def write_catalogue(catalogue: Catalogue, path: Path) -> tuple[Path, ...]:
    """Write the whole catalogue as JSON, or its two flat tables as CSV or Parquet; return the files written.

    ``x.csv`` becomes ``x-models.csv`` and ``x-prices.csv``. Raises ``PublishError`` as ``write_ratings`` does.
    """
    if path.suffix in {".csv", ".parquet"}:
        models, prices = (path.with_name(f"{path.stem}-{table}{path.suffix}") for table in ("models", "prices"))
        write_models(catalogue, models)
        write_prices(catalogue, prices)
        return (models, prices)
    _write(path, {".json": lambda part: _write_json(part, catalogue_json(catalogue))}, known=".json, .csv or .parquet")
    return (path,)


def write_models(catalogue: Catalogue, path: Path) -> None:
    """Write a row for each model (CSV or Parquet). Raises ``PublishError`` as ``write_ratings`` does."""
    _write_rows(path, MODEL_SCHEMA, iter_models(catalogue))


def write_prices(catalogue: Catalogue, path: Path) -> None:
    """Write a row for each price (CSV or Parquet). Raises ``PublishError`` as ``write_ratings`` does."""
    _write_rows(path, PRICE_SCHEMA, iter_prices(catalogue))


def catalogue_json(catalogue: Catalogue) -> dict[str, Any]:
    """Everything that ``data/`` says, as lists of records with their ids; money stays text, so that it stays exact."""
    simulated = any(output.origin is OutputOrigin.SIMULATED for output in catalogue.outputs)
    outputs = sorted(catalogue.outputs, key=lambda output: (output.prompt, output.model, output.sha256))
    return {
        "software": software(),
        "simulated": simulated,
        "note": CATALOGUE_NOTE if simulated else "",
        "project": catalogue.project.model_dump(mode="json"),
        "organizations": _records(catalogue.organizations),
        "models": _records(catalogue.models),
        "providers": _records(catalogue.providers),
        "offers": [
            {"provider": provider, "model": model, **offer.model_dump(mode="json")}
            for (provider, model), offer in catalogue.offers.items()
        ],
        "prompts": _records(catalogue.prompts),
        "stories": _records(catalogue.stories),
        "outputs": [output.model_dump(mode="json") for output in outputs],
        "input_pictures": [picture.model_dump() for picture in _input_pictures(catalogue)],
        "in_play": [entry.model_dump(mode="json") for entry in catalogue.in_play],
        "blindness": [entry.model_dump(mode="json") for entry in catalogue.blindness],
        "measurements": [measurement.model_dump(mode="json") for measurement in catalogue.measurements],
        "collected": [output.model_dump(mode="json") for output in catalogue.collected],
    }


def _input_pictures(catalogue: Catalogue) -> Iterator[InputPicture]:
    """Those that prompts name and that are there, by name."""
    for name in sorted({prompt.input_image for prompt in catalogue.prompts.values() if prompt.input_image}):
        path = catalogue.input_path(name)
        if path.is_file():
            yield InputPicture(name=name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _records(records: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"id": identifier, **record.model_dump(mode="json")} for identifier, record in records.items()]


def _ratings_facts(ratings: Ratings, log_sha256: str, decisions_sha256: str) -> dict[str, Any]:
    return {
        "software": software(),
        "simulated": ratings.simulated,
        "note": simulated_note(ratings),
        "log_sha256": log_sha256,
        "decisions_sha256": decisions_sha256,
        "settings": ratings.settings.model_dump(mode="json"),
        "draw_probability": dict(ratings.draw_probability),
        "ties": {arena: asdict(ties) for arena, ties in ratings.ties},
        "method_version": ratings.method_version,
        "intervals": ratings.intervals,
        "variance": {
            board.axis.arena: asdict(board.variance)
            for board in ratings.boards
            if board.axis.kind is AxisKind.OVERALL and board.variance
        },
    }


def _write_rows(path: Path, schema: pa.Schema, records: Iterable[object]) -> None:
    """Write records whose fields are the columns of the schema."""
    rows = map(attrgetter(*schema.names), records)
    _write(
        path,
        {
            ".csv": lambda part: _write_text(part, csv_text(schema.names, rows)),
            ".parquet": lambda part: _write_parquet(part, _table(schema, rows), {}),
        },
    )


def _table(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    _write_text(path, to_json(content, indent=1).decode() + "\n")


def _write_parquet(path: Path, table: pa.Table, about: Mapping[str, Any]) -> None:
    metadata = {f"arena.{key}": value if isinstance(value, str) else json.dumps(value) for key, value in about.items()}
    pq.write_table(table.replace_schema_metadata(metadata or None), path, compression="zstd")


def _write(path: Path, writers: Mapping[str, Write], known: str = "") -> None:
    """Write a file in the same folder and rename it to ``path``: a reader never sees half a file, and a failure leaves
    the old file as it was.
    """
    writer = writers.get(path.suffix)
    if writer is None:
        what = (
            f'cannot write a file whose name ends in "{path.suffix}"' if path.suffix else "the file name has no suffix"
        )
        raise PublishError(what, where=str(path), hint=f"end it in {known or ', '.join(writers)}")
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        writer(part)
        part.replace(path)
    except (OSError, pa.ArrowInvalid) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        hint = "choose a folder that exists and can be written to"
        raise PublishError(f"cannot write: {reason}", where=str(path), hint=hint) from error
    finally:
        with suppress(OSError):
            part.unlink()
