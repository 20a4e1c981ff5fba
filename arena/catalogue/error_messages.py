"""Findings in plain words: what a file may say, instead of what a validation library calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from arena.catalogue.fields import EngineAddress, LanguageCode, ModelId, Sha256, Slug, Url
from arena.catalogue.model_facts import AspectRatio, ImageSize
from arena.errors import CatalogueError

KeyPath = tuple[str | int, ...]
"""Where a value stands in a file: keys of tables, and indices of lists."""

_ALLOWED = {
    "string_type": "a text in quotes",
    "bool_type": "true or false without quotes",
    "date_type": "a date without quotes or time",
    "decimal_type": "a number without quotes",
    "decimal_parsing": "a number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of keys",
    "model_attributes_type": "a table of keys",
    "string_too_short": "a text that says something",
    "too_short": "a list with at least one entry",
}
_LIMITS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "string_too_long": ("max_length", "a text of at most {} letters"),
}


def _pattern(annotated: object) -> str:
    return str(get_args(annotated)[1].pattern)


_PATTERNS = {
    _pattern(Slug): 'an id (a-z and 0-9, joined by single "-" or ".")',
    _pattern(ModelId): "a model id (<organization>/<model>)",
    _pattern(EngineAddress): '"duckdb://", "polars://", "datafusion://" or "spark://" with a master',
    _pattern(Url): "a web address that begins with https:// or http://",
    _pattern(AspectRatio): 'a ratio of width to height such as "16:9"',
    _pattern(ImageSize): 'a size such as "1024x1024" or "2K"',
    _pattern(LanguageCode): 'a language code such as "en" or "zh-Hant"',
    _pattern(Sha256): "a SHA-256 sum (64 of 0-9 and a-f)",
}

EXAMPLES = {
    "amount": "an amount is a number in USD, for example: amount = 0.04; leave the price out where it is not known",
    "arenas": 'for example: arenas = ["text-to-image"]',
    "aspect_ratios": 'for example: aspect_ratios = ["1:1", "16:9"]',
    "brightness": "arena outputs measure writes it: the mean lightness, from 0 to 1",
    "by": 'who says so, for example: by = "Google"',
    "bytes": "the size of the image file in bytes",
    "categories": 'list each under [[categories]] with id = "photo" and name = "Photography"',
    "category": 'one of the [[categories]] of data/arena.toml, for example: category = "photo"',
    "client_id": 'as the provider calls the arena, for example: client_id = "image-arena"',
    "client_secret_env": 'the environment variable with the secret: client_secret_env = "ARENA_LOGIN_SECRET"',
    "commercial_use": '"yes", "no", "conditional" with a note, or "unknown"',
    "contrast": "arena outputs measure writes it: how much lightness varies, from 0 to 1",
    "currency": "only USD is known: convert the amount, or leave the price out",
    "description": "one sentence in your own words",
    "deprecated": "for example: deprecated = 2026-06-01",
    "effective": "for example: effective = 2026-04-21",
    "endpoint": 'where requests go, for example: endpoint = "https://api.example.org/v1/images"',
    "evidence": '"primary" where the maker said it, "secondary" where others reported it',
    "fact": 'the key that it contradicts, for example: fact = "released", or fact = "prices.fal"',
    "happened": "the date of the event, for example: happened = 2026-04-21",
    "height": "in pixels",
    "id": 'for example: id = "photo"',
    "issuer": 'as the provider names itself, for example: issuer = "https://id.example.org"',
    "kind": 'for example: kind = "release"',
    "language": 'one of the [[languages]] of data/arena.toml, for example: language = "en"',
    "languages": 'list each under [[languages]] with id = "en", name = "English" and own_name = "English"',
    "lettering": "arena outputs measure writes it: the share of a picture that looks like text, from 0 to 1",
    "model": 'for example: "openai/dall-e-3"',
    "models": 'for example: models = ["openai/dall-e-3"]',
    "name": "the name that readers see",
    "open": 'true, false, or "unknown"',
    "origin": "model where the model made the image, simulated where a program did in its place",
    "own_name": "the language's name in the language itself",
    "prompt": 'for example: "text-to-image/lighthouse"',
    "provider": 'a folder of data/providers, for example: provider = "openai"',
    "published": "for example: published = 2026-04-21",
    "read": "the date on which the source was read, for example: read = 2026-08-21",
    "released": "for example: released = 2026-04-21",
    "replaced_by": 'for example: replaced_by = "openai/gpt-image-2"',
    "saturation": "arena outputs measure writes it: how strong colours are, from 0 to 1",
    "seconds": "for example: seconds = 10",
    "sha256": "the SHA-256 sum of the image file",
    "sharpness": "arena outputs measure writes it: how much a pixel differs from its neighbours, from 0 to 1",
    "shut_down": "for example: shut_down = 2026-12-01",
    "sizes": 'for example: sizes = ["1024x1024", "2K"]',
    "source": "where the value was read, in words",
    "sources": "begin an entry with [[sources]] and give it a name and a read date",
    "tagline": "one sentence that says what this arena is for",
    "text": "the text itself",
    "title": "a headline in your own words",
    "tokens": "how many output tokens one image takes, for example: tokens = 1290",
    "unit": 'for example: unit = "image"',
    "value": "the value that was read there",
    "weights": 'add [weights] with open = true, false or "unknown"',
    "width": "in pixels",
}
"""How to mend a key that is missing or wrong."""


def show(value: object) -> str:
    """A value as it would stand in a file, shortened, without characters that a terminal would act on."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Decimal, int, float)):
        return str(value)[:40]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, Mapping):
        return "a table"
    return f'"{printable(str(value))}"'


def printable(text: str, longest: int = 60) -> str:
    """At most ``longest`` characters, with control characters as escapes."""
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)


def key_of(path: KeyPath) -> str:
    """``("prices", 2, "amount")`` -> ``prices[2].amount``, counted from 0 as in the file."""
    key = ""
    for part in path:
        key += f"[{part}]" if isinstance(part, int) else f".{printable(part)}" if key else printable(part)
    return key


def near(name: str, known: Iterable[str]) -> str:
    """``did you mean "…"?`` for the known name nearest to ``name``, or nothing."""
    nearest = get_close_matches(name, list(known), n=1)
    return f'did you mean "{nearest[0]}"?' if nearest else ""


def findings_of(error: ValidationError, record: type[BaseModel], parsed: object, where: str) -> list[CatalogueError]:
    """One finding for each key that is wrong; ``parsed`` is what was validated, ``where`` the file."""
    wrong: dict[KeyPath, list[Any]] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # entries are there and have findings of their own
        if detail["type"] == "default_factory_not_called":
            continue  # the key that it is made from has a finding of its own
        wrong.setdefault(_path_in(parsed, detail["loc"], detail["type"]), []).append(detail)
    return [_finding(path, details, record, where) for path, details in wrong.items()]


def _path_in(parsed: object, loc: KeyPath, kind: str) -> KeyPath:
    """The part of ``loc`` that exists in the file: a union's branches are named after it, and are cut off."""
    path: list[str | int] = []
    value: Any = parsed
    for part in loc:
        inside = isinstance(value, Mapping) and part in value
        inside = inside or (isinstance(value, list) and isinstance(part, int) and part < len(value))
        if not inside:
            if kind == "missing":
                path.append(part)
            break
        path.append(part)
        value = value[part]
    return tuple(path)


def _finding(path: KeyPath, details: list[Any], record: type[BaseModel], where: str) -> CatalogueError:
    first = details[0]
    location = f"{where}: {key_of(path)}" if path else where
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    hint = EXAMPLES.get(name, "")
    match first["type"]:
        case "missing":
            return CatalogueError(f'the key "{name}" is missing', where=location, hint=hint)
        case "extra_forbidden":
            known = keys_beside(record, path)
            return CatalogueError(
                f"unknown key {show(name)}", where=location, hint=near(name, known) or f"known keys: {', '.join(known)}"
            )
        case "value_error":
            return CatalogueError(str(first["ctx"]["error"]), where=location, hint=hint)
        case "tuple_type" if isinstance(first["input"], Mapping):
            return CatalogueError(
                "is a table, not a list of tables", where=location, hint=f"write [[{name}]] in double brackets"
            )
    if first["type"] in ("string_too_short", "too_short"):
        return CatalogueError(
            "is empty", where=location, hint=hint or f"write {_ALLOWED[first['type']]}, or leave it out"
        )
    allowed = list(dict.fromkeys(_allowed(detail) for detail in details))
    return CatalogueError(f"{show(first['input'])} is not {' or '.join(allowed)}", where=location, hint=hint)


def _allowed(detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("enum", "literal_error"):
        choices = str(context["expected"]).replace("'", '"')
        return f"one of {choices}" if " or " in choices else choices
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return words.format(context[key])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "written as it should be")
    return _ALLOWED.get(kind, "a value that can stand here")


def keys_beside(record: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys known in the table that ``path`` points into."""
    for part in path[:-1]:
        if isinstance(part, str):
            field = record.model_fields.get(part)
            inner = record_in(field.annotation) if field else None
            if inner is None:
                return []
            record = inner
    return list(record.model_fields)


def record_in(annotation: Any) -> type[BaseModel] | None:
    """The record type inside an annotation such as ``tuple[Price, ...]`` or ``Weights | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((record for arg in get_args(annotation) if (record := record_in(arg))), None)
