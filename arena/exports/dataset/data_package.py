"""The description that open-data portals read: a Data Package of the CSV files, which ``frictionless validate`` checks.

Source: https://datapackage.org/standard/data-package/ (version 2). The Parquet files hold the same rows; each resource
names its own under ``parquet``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from arena.exports.columns import Column
from arena.exports.dataset.facts import KEYWORDS, DatasetFacts
from arena.exports.dataset.tables import DataTable

Json = dict[str, Any]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIELD_TYPES: Mapping[str, Json] = {
    "text": {"type": "string"},
    "true or false": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "decimal": {"type": "number"},
    "date": {"type": "date"},
    "time": {"type": "datetime", "format": "any"},
    "list of text": {"type": "string"},
}
"""By the name that the data dictionary gives a type. A time may have microseconds or none."""


class Marked(Protocol):
    """What is told of a file."""

    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


def data_package(facts: DatasetFacts, files: Mapping[str, Marked]) -> Json:
    """The package; ``files`` are those of the tables, by path."""
    package: Json = {
        "$schema": PROFILE,
        "name": "image-arena-votes",
        "id": facts.log_head,
        "title": facts.title,
        "description": facts.description,
        "version": facts.version,
        "created": f"{facts.date.isoformat()}T00:00:00Z",
        "keywords": list(KEYWORDS) + ["simulated"] * facts.simulated,
        "simulated": facts.simulated,
        "contributors": [{"title": name, "roles": ["creator"]} for name in facts.creators],
        "sources": [{"title": source.title, "path": source.url} for source in facts.sources],
        "licenses": [
            {
                **({"name": licence.name, "path": licence.address} if licence.spdx else {"path": "LICENCES.md"}),
                "title": f"{licence.name}: {licence.of}",
            }
            for licence in facts.licences
        ],
        "homepage": facts.url,
        "resources": [_resource(table, files) for table in facts.tables],
    }
    return {key: value for key, value in package.items() if value not in ("", [])}


def _resource(table: DataTable, files: Mapping[str, Marked]) -> Json:
    parquet, csv = table.files
    schema: Json = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.models:
        reference = {"resource": "models", "fields": ["model"]}
        schema["foreignKeys"] = [{"fields": [column], "reference": reference} for column in table.models]
    return {
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        "path": csv,
        "parquet": parquet,
        "profile": "tabular-data-resource",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": files[csv].size,
        "hash": f"sha256:{files[csv].sha256}",
        "schema": schema,
    }


def _field(column: Column) -> Json:
    unit = {"unit": column.unit} if column.unit else {}
    missing = {"missing": column.missing} if column.missing else {"constraints": {"required": True}}
    return {"name": column.name, **FIELD_TYPES[column.type], "description": column.meaning, **unit, **missing}
