"""Lists of picture files: CSV, JSON Lines or a JSON list that says which model made which file for which prompt."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import Any

from arena.catalogue.error_messages import near, show
from arena.csv_text import from_cell
from arena.errors import CollectError
from arena.wording import count, listing

MANIFEST_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".json")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "file": ("file", "file_name", "filename", "path", "image"),
    "model": ("model", "model_id"),
    "prompt": ("prompt", "prompt_id"),
    "seed": ("seed",),
    "size": ("size",),
    "cost": ("cost",),
}
"""What is read of a row, and the names that a column may have for it, in any case."""

MOST_FINDINGS = 20
"""How many findings are put in words; the rest are counted."""

Row = tuple[str, Mapping[str, str]]
"""Where a row stands, and its values by the names of ``COLUMNS``."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture to be added: its file, what its model, prompt and file are called there, and what is known of it.

    ``where`` is where all of this is said: a row of a manifest, or the command line. ``cost`` is in USD.
    """

    path: Path
    name: str
    model: str
    prompt: str
    where: str
    seed: int | None = None
    size: str | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ListedFiles:
    """The pictures to be added, and what a person should know of how they were listed."""

    files: tuple[PictureFile, ...]
    notes: tuple[str, ...] = ()


def is_manifest(path: Path) -> bool:
    """Whether a file is a list of pictures, by its suffix."""
    return path.suffix.lower() in MANIFEST_SUFFIXES


def read_files(paths: Iterable[Path], given: Mapping[str, str]) -> ListedFiles:
    """Pictures, and those that manifests list; ``given`` has what is said of all of them, by the names of ``COLUMNS``.

    Raises CollectError with all findings: one for each value that is wrong.
    """
    files: list[PictureFile] = []
    notes: list[str] = []
    findings: list[CollectError] = []
    for path in paths:
        try:
            listed = _manifest(path, given) if is_manifest(path) else ListedFiles((_picture(path, given, "options"),))
        except CollectError as error:
            findings += [finding for finding in error.findings if isinstance(finding, CollectError)]
        else:
            files += listed.files
            notes += listed.notes
    raise_by_value(findings)
    return ListedFiles(tuple(files), tuple(notes))


def _picture(path: Path, given: Mapping[str, str], where: str, folder: Path = Path()) -> PictureFile:
    """A picture from what is said of it: ``model``, ``prompt``, and if they are known ``seed``, ``size`` and ``cost``.

    ``path`` is relative to ``folder``. Raises CollectError with all that is missing or wrong.
    """
    findings = [
        CollectError(f"no {name} is given", where=where, hint=f"add a column {name}, or --{name}")
        for name in ("model", "prompt")
        if not given.get(name)
    ]
    name = _recorded_name(path)
    for what, text in (("file name", name), ("size", given.get("size", ""))):
        if not text.isprintable():
            hint = "take them out, and rename the file" if what == "file name" else "such as 1024x1024"
            findings.append(CollectError(f"{what} {show(text)} holds control characters", where=where, hint=hint))
    seed, size, cost = (given.get(name) or None for name in ("seed", "size", "cost"))
    seed_number: int | None = None
    amount: Decimal | None = None
    try:
        # pandas writes whole numbers as 42.0 where another row has none.
        seed_number = None if seed is None else int(seed.removesuffix(".0"))
    except ValueError:
        findings.append(CollectError(f"seed {show(seed)} is no whole number", where=where, hint="such as 42"))
    try:
        amount = None if cost is None else Decimal(cost)
        if amount is not None and not (amount.is_finite() and amount >= 0):
            raise InvalidOperation
    except InvalidOperation:
        hint = "a number in USD, such as 0.04, without a sign"
        findings.append(CollectError(f"cost {show(cost)} is no amount", where=where, hint=hint))
    if findings:
        raise CollectError.of([*findings])
    return PictureFile(folder / path, name, given["model"], given["prompt"], where, seed_number, size, amount)


def _recorded_name(path: Path) -> str:
    """What a file is called from now on: its path as it was given, or its name alone where that leads elsewhere."""
    pure = PurePosixPath(path.as_posix())
    return (pure.name if pure.is_absolute() or ".." in pure.parts else str(pure)).strip()


def _manifest(path: Path, defaults: Mapping[str, str]) -> ListedFiles:
    """The pictures that a manifest lists; ``defaults`` are for what its rows leave out. Paths are relative to it."""
    rows = list(_rows(path))
    if not rows:
        raise CollectError("lists no picture", where=str(path), hint="a manifest has a row a picture")
    known, unread = _known_columns(rows)
    if "file" not in known.values():
        columns = list(dict.fromkeys(name for _, row in rows for name in row))
        hint = near("file", columns) or f"add a column file; there are: {', '.join(map(str, columns)) or 'none'}"
        raise CollectError("has no column file", where=str(path), hint=hint)
    files: list[PictureFile] = []
    findings: list[CollectError] = []
    for where, row in rows:
        given = {**defaults, **{known[name]: value for name, value in row.items() if name in known and value}}
        if not given.get("file"):
            findings.append(CollectError("names no file", where=where, hint="fill in the column file"))
            continue
        try:
            files.append(_picture(Path(given["file"]), given, where, path.parent))
        except CollectError as error:
            findings += [finding for finding in error.findings if isinstance(finding, CollectError)]
    raise_by_value(findings)
    notes = (f"{path}: not read: {count(len(unread), 'column')} ({listing(unread)})",) if unread else ()
    return ListedFiles(tuple(files), notes)


def raise_by_value(findings: Sequence[CollectError]) -> None:
    """Raise CollectError with one finding for each message, the first 20 in words; nothing where there is none."""
    firsts: dict[str, CollectError] = {}
    times: dict[str, int] = {}
    for finding in findings:
        firsts.setdefault(finding.message, finding)
        times[finding.message] = times.get(finding.message, 0) + 1
    said = [
        CollectError(f"{message}{_more(times[message] - 1)}", where=first.where, hint=first.hint)
        for message, first in list(firsts.items())[:MOST_FINDINGS]
    ]
    if len(firsts) > MOST_FINDINGS:
        said.append(CollectError(f"and {count(len(firsts) - MOST_FINDINGS, 'other problem')}"))
    if said:
        raise CollectError.of([*said])


def _more(others: int) -> str:
    return f", and so in {count(others, 'other row')}" if others else ""


def _known_columns(rows: Sequence[Row]) -> tuple[dict[str, str], list[str]]:
    """What the columns are for, by their names; and those that nothing is read from."""
    names = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
    present = dict.fromkeys(name for _, row in rows for name in row)
    known: dict[str, str] = {}
    for name in present:
        column = names.get(name.strip().lower())
        if column and column not in known.values():
            known[name] = column
    return known, [name for name in present if name not in known]


def _rows(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CollectError("is not UTF-8 text", where=str(path), hint="save it as text in UTF-8") from error
    except OSError as error:
        raise CollectError(f"cannot be read: {error.strerror}", where=str(path), hint="check the path") from error
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv_rows(path, text)
    elif suffix == ".json":
        items = _json(text, str(path))
        if not isinstance(items, list):
            raise CollectError("is no JSON list", where=str(path), hint="write [{...}, {...}], or JSON Lines (.jsonl)")
        for number, item in enumerate(items, 1):
            yield _json_row(item, f"{path}: item {number}")
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _json_row(_json(line, f"{path}:{number}"), f"{path}:{number}")


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    # Spreadsheets write semicolons or tabs under the same suffix; the header says which.
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header: list[str] = next(reader, [])
        began = reader.line_num + 1
        for row in reader:
            where = f"{path}:{began}"
            began = reader.line_num + 1
            if not row:
                continue
            if len(row) != len(header):
                what = f"has {count(len(row), 'value')} for {count(len(header), 'column')}"
                raise CollectError(what, where=where, hint="quote values that hold a separator")
            yield where, dict(zip(header, (from_cell(value.strip()) for value in row), strict=True))
    except csv.Error as error:
        raise CollectError(f"is no CSV: {error}", where=f"{path}:{reader.line_num}") from error


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise CollectError(f"is not JSON: {error}", where=where, hint="write one JSON object a picture") from error


def _json_row(item: Any, where: str) -> Row:
    if not isinstance(item, dict):
        raise CollectError("is no JSON object", where=where, hint='write {"file": ..., "model": ..., "prompt": ...}')
    return where, {str(name): "" if value is None else str(value).strip() for name, value in item.items()}
