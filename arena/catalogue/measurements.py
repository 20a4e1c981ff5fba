"""What was measured while collecting outputs: data/outputs/measurements.jsonl and collected.jsonl.

Both are written by ``arena collect`` and only read elsewhere, so that publishing never opens the store. A line is a
record; amounts are in USD, times in milliseconds, sizes in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from arena.catalogue.layout import place
from arena.catalogue.parsing import is_missing, read_bytes
from arena.catalogue.records import ModelId, Record, Slug, Text
from arena.errors import CatalogueError

MEASUREMENTS_FILE = "outputs/measurements.jsonl"
COLLECTED_FILE = "outputs/collected.jsonl"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Tally = Annotated[int, Field(ge=0)]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Measurement(Record):
    """An offer as it was measured on the days from ``first`` to ``last``, both included.

    ``tried`` = ``made`` + failed, counted by picture, not by request; refusals by a content filter are apart from both.
    Latency runs from the request to the picture's address or bytes, over ``timed`` pictures, by nearest rank: the least
    value that is no less than 50% or 95% of them. ``spent`` is what the pictures cost and what lost requests may have.
    """

    provider: Slug
    model: ModelId
    first: date
    last: date
    tried: Tally
    made: Tally
    refused: Tally
    timed: Tally
    p50_ms: Tally | None = None
    p95_ms: Tally | None = None
    spent: Amount

    @property
    def success(self) -> float | None:
        """Made / tried; None where nothing was tried."""
        return self.made / self.tried if self.tried else None


class Collected(Record):
    """How an output came about, and what it was as returned: ``sha256`` is that of the output in outputs.jsonl."""

    sha256: Sha256
    model: ModelId
    prompt: Text
    provider: Slug
    asked: Text
    """The provider's id of the model."""
    parameters: Mapping[str, str | bool | int | float | None]
    """Quality and size that the price was estimated for, and the parameters that went along."""
    at: datetime
    format: Text
    """``png``, ``jpg`` or ``webp``, as returned."""
    width: int
    height: int
    bytes: int
    latency_ms: Tally | None
    cost: Amount


R = TypeVar("R", bound=Record)


def load_measurements(data: Path) -> tuple[Measurement, ...]:
    """The measurements of a data folder; none where nothing was collected. Raises CatalogueError with ``file:line``."""
    return _load(data, MEASUREMENTS_FILE, Measurement)


def load_collected(data: Path) -> tuple[Collected, ...]:
    """How outputs came about; those that were not collected are not in it. Raises CatalogueError with ``file:line``."""
    return _load(data, COLLECTED_FILE, Collected)


def _load(data: Path, name: str, record: type[R]) -> tuple[R, ...]:
    path, where = data / name, place(data, name)
    if is_missing(path):
        return ()
    records, findings = [], []
    for number, line in enumerate(read_bytes(path, where).splitlines(), 1):
        try:
            records.append(record.model_validate_json(line))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            key = ".".join(map(str, problem["loc"]))
            message = f"{key}: {problem['msg']}" if key else problem["msg"]
            hint = "arena collect writes this file; restore it, or remove the line"
            findings.append(CatalogueError(message, where=f"{where}:{number}", hint=hint))
    if findings:
        raise CatalogueError.of([*findings])
    return tuple(records)
