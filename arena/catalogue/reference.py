"""The record reference of docs/catalogue.md: a table of keys for each kind of file, made from its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from arena.catalogue.schema import SCHEMAS, json_schema

BEGIN = "<!-- the record reference: generated from the records by `make docs`; do not edit -->"
END = "<!-- end of the record reference -->"

_FILES = {
    "arena": "data/arena.toml",
    "organization": "data/organizations/<organization>.toml",
    "model": "data/models/<organization>/<model>.toml",
    "provider": "data/providers/<provider>/provider.toml",
    "offer": "data/providers/<provider>/<organization>/<model>.toml",
    "prompt": "data/prompts/<arena>/<prompt>.toml",
    "story": "data/stories/<date>-<slug>.toml",
}


def with_reference(page: str) -> str:
    """The page with the reference between its markers; raises ValueError for a page without them."""
    head, _, rest = page.partition(BEGIN)
    _, found, tail = rest.partition(END)
    if not found:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{head}{BEGIN}\n\n{render_reference()}\n{END}{tail}"


def render_reference() -> str:
    """Markdown: each kind of file, and after them the tables that stand inside files, each once."""
    schemas = {name: json_schema(name) for name in SCHEMAS}
    inner = {name: part for schema in schemas.values() for name, part in schema.get("$defs", {}).items()}
    parts = []
    for name, schema in schemas.items():
        parts += [f"### `{_FILES[name]}`", "", _summary(schema), "", *_table(schema, inner), ""]
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
    return _KINDS.get(str(value.get("format", value.get("type"))), "text")


_KINDS = {
    "boolean": "`true`, `false`",
    "date": "date",
    "integer": "whole number",
    "number": "number",
    "object": "table",
}


def _needed(key: str, value: Mapping[str, Any], required: list[str]) -> str:
    """``yes``, or what holds where the key is left out."""
    if key in required:
        return "yes"
    default = value.get("default")
    return f"no: `{json.dumps(default)}`" if default not in (None, [], {}) and not isinstance(default, dict) else "no"
