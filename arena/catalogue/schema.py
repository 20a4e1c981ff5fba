"""JSON Schemas of the catalogue's files, made from the records, and the reference in docs/catalogue.md."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from arena.catalogue import fields, model_facts, outputs, records, settings
from arena.catalogue.error_messages import EXAMPLES
from arena.catalogue.layout import OUTPUTS_FILE, RECORDS
from arena.catalogue.outputs import Output
from arena.catalogue.records import Project

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "arena": Project,
    **{kind.value: record for kind, record in RECORDS.items()},
}
"""The record of each kind of file, by the name of its schema; ``arena`` is data/arena.toml."""

BEGIN = "<!-- the record reference: generated from the records by `make docs`; do not edit -->"
END = "<!-- end of the record reference -->"
"""What stands around the reference in docs/catalogue.md."""

_FILES = {
    "arena": "data/arena.toml",
    "organization": "data/organizations/<organization>.toml",
    "model": "data/models/<organization>/<model>.toml",
    "provider": "data/providers/<provider>/provider.toml",
    "offer": "data/providers/<provider>/<organization>/<model>.toml",
    "prompt": "data/prompts/<arena>/<prompt>.toml",
    "story": "data/stories/<date>-<slug>.toml",
}
_VALUES = {
    "boolean": "`true`, `false`",
    "date": "date",
    "integer": "whole number",
    "number": "number",
    "object": "table",
}
"""What stands as the value of a key, by JSON Schema's type or format; everything else is text."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


class _TomlSchema(GenerateJsonSchema):
    """What TOML can say: a decimal is a number, never a text."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "number"}


def json_schema(name: str) -> dict[str, Any]:
    """The schema of one kind of file: what a record's attributes say is the description of its keys."""
    return _schema_of(SCHEMAS[name])


def _schema_of(record: type[BaseModel]) -> dict[str, Any]:
    schema = _as_toml(record.model_json_schema(schema_generator=_TomlSchema))
    definitions = {key: _described(key, value) for key, value in schema.pop("$defs", {}).items()}
    whole = {"$schema": _DIALECT, **_described(record.__name__, schema)}
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
    schema = {_LIMITS.get(key, key): _as_toml(entry) for key, entry in value.items()}
    if isinstance(schema.get("default"), dict):
        schema["default"] = {key: entry for key, entry in schema["default"].items() if entry is not None}
    if schema.get("default", True) in (None, {}):
        del schema["default"]
    branches = [branch for branch in schema.get("anyOf", []) if branch != {"type": "null"}]
    if len(branches) == 1:
        # A key that may be left out is no choice any more: without null it has one branch.
        del schema["anyOf"]
        return {**branches[0], **schema}
    return {**schema, "anyOf": branches} if branches else schema


def _described(record: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record without what repeats its keys, and with what its attributes are for."""
    schema.pop("title", None)
    words = attribute_words().get(record, {})
    for key, value in schema.get("properties", {}).items():
        value.pop("title", None)
        if text := words.get(key) or _sentence(EXAMPLES.get(key, "")):
            value["description"] = text
    return schema


@cache
def attribute_words() -> dict[str, dict[str, str]]:
    """What the docstrings below attributes say, by record and attribute, each in one line.

    Python does not keep them, so they are read from the source.
    """
    words: dict[str, dict[str, str]] = {}
    for module in (fields, settings, model_facts, records, outputs):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                words[node.name] = dict(_words_of(node))
    return words


def _words_of(record: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, below in pairwise(record.body):
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split()).replace("``", "`")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def with_reference(page: str) -> str:
    """The page with the reference between its markers; raises ValueError for a page without them."""
    head, _, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{head}{BEGIN}\n\n{render_reference()}\n{END}{tail}"


def render_reference() -> str:
    """Markdown: each kind of file, and after them the tables that stand inside files, each once."""
    schemas = {_FILES[name]: json_schema(name) for name in SCHEMAS}
    schemas[f"data/{OUTPUTS_FILE}"] = _schema_of(Output)
    inner = {name: part for schema in schemas.values() for name, part in schema.get("$defs", {}).items()}
    parts: list[str] = []
    for file, schema in schemas.items():
        parts += [f"### `{file}`", "", _summary(schema), "", *_table(schema, inner), ""]
    for name, schema in sorted(inner.items()):
        if schema.get("type") == "object":
            parts += [f"### {name}", "", _summary(schema), "", *_table(schema, inner), ""]
    return "\n".join(parts)


def _summary(schema: Mapping[str, Any]) -> str:
    return " ".join(str(schema.get("description", "")).split()).replace("``", "`")


def _table(schema: Mapping[str, Any], inner: Mapping[str, Any]) -> Iterator[str]:
    yield "| key | value | needed | meaning |"
    yield "| --- | --- | --- | --- |"
    required = schema.get("required", [])
    for key, value in schema["properties"].items():
        needed = _needed(key, value, required)
        yield f"| `{key}` | {_words(value, inner)} | {needed} | {value.get('description', '')} |"


def _words(value: Mapping[str, Any], inner: Mapping[str, Any]) -> str:
    """What may stand as the value, in words; ``inner`` are the tables and choices that schemas refer to."""
    match value:
        case {"$ref": reference}:
            name = str(reference).rpartition("/")[2]
            return _words(inner[name], inner) if "enum" in inner[name] else f"[{name}](#{name.lower()})"
        case {"const": only}:
            return f"`{only}`"
        case {"enum": choices}:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"anyOf": branches}:
            return " or ".join(_words(branch, inner) for branch in branches)
        case {"type": "array", "items": items}:
            return f"list of {_words(items, inner)}"
        case _:
            return _VALUES.get(str(value.get("format", value.get("type"))), "text")


def _needed(key: str, value: Mapping[str, Any], required: list[str]) -> str:
    """``yes``, or what holds where the key is left out."""
    if key in required:
        return "yes"
    default = value.get("default")
    return f"no: `{json.dumps(default)}`" if default not in (None, [], {}) and not isinstance(default, dict) else "no"
