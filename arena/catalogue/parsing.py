"""The bytes of a TOML file -> plain values, or one error that says which line is wrong."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import tomli

from arena.errors import CatalogueError

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)\Z")
_AT_END = " (at end of document)"
_LARGEST_EXPONENT = 30
"""No price or rating has a larger one, and 1e999999999 would fill the memory when it is written out."""


class _OutOfRangeError(ValueError):
    """A number that no price, rating or benchmark can have; holds the number as written."""


def read_bytes(path: Path, where: str) -> bytes:
    """The file's bytes; raises CatalogueError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogueError(
            f"cannot be read: {error.strerror or error}", where=where, hint="check that it is a file you may read"
        ) from error


def is_missing(path: Path) -> bool:
    """Whether there is nothing at ``path``; what is there but may not be looked at is not missing."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False  # whoever reads it is told why that fails
    return False


def parse_toml(content: bytes, where: str) -> dict[str, Any]:
    """Parse TOML; fractions become ``Decimal``, exactly as written.

    Raises CatalogueError with ``where:line`` for bytes that are not UTF-8, malformed TOML and numbers out of range.
    """
    text = _decode(content, where)
    try:
        # Decimals, because 0.1 as a float is a little more than 0.1, and prices are multiplied by a thousand images.
        return tomli.loads(text, parse_float=_decimal)
    except tomli.TOMLDecodeError as error:
        raise _malformed(str(error), text, where) from error
    except _OutOfRangeError as error:
        # The parser does not say where it was: the first line that has the number as it is written.
        line = text[: text.find(str(error))].count("\n") + 1
        raise CatalogueError(
            f"the number {str(error)[:40]} is out of range", where=f"{where}:{line}", hint="write the number itself"
        ) from error
    except (ValueError, RecursionError) as error:
        # Lists in lists are parsed by recursion, and Python refuses whole numbers of more than 4,300 digits.
        kind = "is nested too deeply" if isinstance(error, RecursionError) else "holds a number with too many digits"
        raise CatalogueError(kind, where=where, hint="write plain tables and numbers") from error


def _decode(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CatalogueError("is not UTF-8 text", where=f"{where}:{line}", hint="save the file as UTF-8") from error
    if text.startswith("\ufeff"):
        raise CatalogueError(
            "begins with a byte order mark", where=f"{where}:1", hint="save the file as UTF-8 without byte order mark"
        )
    return text


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _OutOfRangeError(text) from error
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise _OutOfRangeError(text)
    return number


def _malformed(message: str, text: str, where: str) -> CatalogueError:
    # The parser has the line in its message only (attributes since Python 3.14), and none for the end of the file.
    at_line = _AT_LINE.search(message)
    line = int(at_line[1]) if at_line else max(1, len(text.splitlines()))
    what = _AT_LINE.sub("", message).removesuffix(_AT_END)
    what = what[:1].lower() + what[1:]
    return CatalogueError(
        f"is not TOML: {what}", where=f"{where}:{line}", hint="see https://toml.io for how to write it"
    )
