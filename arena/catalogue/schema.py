"""JSON Schemas of the catalogue's files, made from the records: editors complete keys and mark mistakes by them."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from arena.catalogue import content, fields, records
from arena.catalogue.layout import RECORDS
from arena.catalogue.records import Project
from arena.catalogue.wording import EXAMPLES

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "arena": Project,
    **{kind.value: record for kind, record in RECORDS.items()},
}
"""The record of each kind of file, by the name of its schema; ``arena`` is data/arena.toml."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


class _TomlSchema(GenerateJsonSchema):
    """What TOML can say: a decimal is a number, never a text."""

    def decimal_schema(self, _schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": "number"}


def json_schema(name: str) -> dict[str, Any]:
    """The schema of one kind of file: what a record's attributes say is the description of its keys."""
    record = SCHEMAS[name]
    raw = _as_toml(record.model_json_schema(schema_generator=_TomlSchema))
    definitions = {key: _described(key, value) for key, value in raw.pop("$defs", {}).items()}
    whole = {"$schema": _DIALECT, **_described(record.__name__, raw)}
    return {**whole, "$defs": definitions} if definitions else whole


def render_schema(name: str) -> str:
    """The schema as the text of its file."""
    return json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n"


def _as_toml(value: Any) -> Any:
    """The schema without null, which TOML does not have, and with limits under the names that JSON Schema has."""
    if isinstance(value, list):
        return [_as_toml(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    found = {_LIMITS.get(key, key): _as_toml(entry) for key, entry in value.items()}
    if isinstance(found.get("default"), dict):
        found["default"] = {key: entry for key, entry in found["default"].items() if entry is not None}
    if found.get("default", True) in (None, {}):
        del found["default"]
    branches = [branch for branch in found.get("anyOf", []) if branch != {"type": "null"}]
    if len(branches) == 1:
        del found["anyOf"]
        return {**branches[0], **found}
    return {**found, "anyOf": branches} if branches else found


def _described(record: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record without what repeats its keys, and with what its attributes are for."""
    schema.pop("title", None)
    words = attribute_words().get(record, {})
    for key, value in schema.get("properties", {}).items():
        value.pop("title", None)
        if text := words.get(key) or _sentence(EXAMPLES.get(key, "")):
            value["description"] = text
    return schema


def attribute_words() -> dict[str, dict[str, str]]:
    """What the docstrings below attributes say, by record and attribute, in one line each."""
    found: dict[str, dict[str, str]] = {}
    for module in (fields, records, content):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_words_of(node))
    return found


def _words_of(record: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, below in pairwise(record.body):
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split()).replace("``", "`")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
