"""New and changed prices into the TOML files: comments and order stay, and nothing is written that fails the check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.items import AoT, Table

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.editing import write_checked
from arena.catalogue.entries import quoted
from arena.catalogue.layout import Kind, location, record_path
from arena.catalogue.pull.diff import ChangedPrice, NewPrice, PriceDiff
from arena.catalogue.pull.lists import LISTS, ListedPrice, ListKind
from arena.catalogue.records import Condition
from arena.errors import CatalogueError

FIRST_SEEN = "First seen on this day; it may have changed earlier."
"""The note of a price that has changed: no list says since when its prices hold."""


_INDEX = re.compile(r"prices\[(\d+)\]")
_Difference = NewPrice | ChangedPrice


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A price that was not written, since ``arena check`` would refuse it, and what it would say."""

    price: _Difference
    reason: str


@dataclass(frozen=True, slots=True)
class WrittenPrices:
    """The files that were written, sorted, and the prices that were left out of them."""

    paths: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()


def write_prices(catalogue: Catalogue, diff: PriceDiff, today: date) -> WrittenPrices:
    """Add the new prices, and beside each price that has changed at its own source one that holds from ``today``.

    Prices that two sources dispute and those that are gone are left to people. The changed files are checked in a copy
    of the data folder first; a price that the check refuses is left out, and the others are written: all or nothing.

    Raises CatalogueError with the errors that ``arena check`` finds without these prices as well, and for a file that
    cannot be written; the data folder is then as it was.
    """
    differences: list[_Difference] = [*diff.new, *(change for change in diff.changed if change.same_source)]
    left_out: list[LeftOut] = []
    while differences:
        edit = _Edit(catalogue, today)
        for difference in differences:
            edit.add(difference)
        texts = edit.texts()
        try:
            write_checked(catalogue.folder, texts)
        except CatalogueError as error:
            refused = edit.refused(error)
            if not refused:
                raise
            left_out += refused
            differences = [one for one in differences if all(one is not left.price for left in refused)]
        else:
            return WrittenPrices(tuple(sorted(texts)), tuple(left_out))
    return WrittenPrices((), tuple(left_out))


class _Edit:
    """The files of offers with prices added to them, and where each of these stands."""

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self._catalogue = catalogue
        self._today = today
        # A document for each file, not for each price: several lists may change the same offer.
        self._documents: dict[Path, tomlkit.TOMLDocument] = {}
        self._added: dict[str, list[tuple[int, _Difference]]] = {}

    def add(self, difference: _Difference) -> None:
        """Raises CatalogueError for a file whose prices are written in one line."""
        folder, offered = self._catalogue.folder, (difference.provider, difference.model)
        path = folder / record_path(Kind.OFFER, "/".join(offered))
        where = location(folder, path)
        if path not in self._documents:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            self._documents[path] = tomlkit.parse(text)
        document = self._documents[path]
        if isinstance(difference, NewPrice):
            if not difference.known_offer and "model_id" not in document:
                document["model_id"] = difference.listed.model
                document.add(tomlkit.nl())
            index = _append(
                document, where, _row(difference.kind, difference.listed, difference.listed.condition, self._today)
            )
        else:
            before = self._catalogue.offers[offered].prices.index(difference.old)
            index = _change(document, where, before, difference, self._today)
        self._added.setdefault(where, []).append((index, difference))

    def texts(self) -> dict[Path, str]:
        """The new text of every file that changes."""
        return {path: tomlkit.dumps(document).rstrip("\n") + "\n" for path, document in self._documents.items()}

    def refused(self, error: CatalogueError) -> list[LeftOut]:
        """The added prices that findings are about; all those of a file where a finding names none of them."""
        found: dict[int, LeftOut] = {}
        for finding in error.findings:
            file, _, key = finding.where.partition(": ")
            # A finding about the file as a whole, e.g. that it cannot be written, is no price's fault.
            added = self._added.get(file, []) if key.startswith("prices") else []
            index = _INDEX.match(key)
            named = [one for at, one in added if index and at == int(index[1])]
            for difference in named or [one for _, one in added]:
                found.setdefault(id(difference), LeftOut(difference, finding.message))
        return list(found.values())


def _change(document: tomlkit.TOMLDocument, where: str, index: int, change: ChangedPrice, today: date) -> int:
    """Add the new price from ``today`` on, or mend the one that a pull of the same day has added; its index."""
    if change.old.effective == today:
        # A second row from the same day would contradict the first, and the check refuses that.
        row = _prices(document, where)[index]
        row["amount"] = tomlkit.value(wording.exact(change.listed.amount))
        row["read"] = today
        return index
    return _append(document, where, _row(change.kind, change.listed, change.old.condition, today, since=today))


def _append(document: tomlkit.TOMLDocument, where: str, row: Table) -> int:
    """Put the row last, with a blank line before it; returns its index."""
    # Anywhere else, a comment above the next price would end up above the new one.
    prices = _prices(document, where)
    if prices and not prices[-1].as_string().endswith("\n\n"):
        prices[-1].add(tomlkit.nl())
    row.add(tomlkit.nl())
    prices.append(row)
    return len(prices) - 1


def _prices(document: tomlkit.TOMLDocument, where: str) -> AoT:
    if "prices" not in document:
        document["prices"] = tomlkit.aot()
    prices = document["prices"]
    if not isinstance(prices, AoT):
        raise CatalogueError(
            "the prices are written in one line", where=f"{where}: prices", hint="write each under [[prices]]"
        )
    return prices


def _row(kind: ListKind, listed: ListedPrice, condition: Condition, today: date, *, since: date | None = None) -> Table:
    """One entry of ``[[prices]]``, written as the files of the catalogue are."""
    under = ", ".join(f"{key} = {quoted(value)}" for key, value in condition.model_dump(exclude_none=True).items())
    note = " ".join(part for part in (FIRST_SEEN if since else "", listed.note) if part)
    lines = [
        f"amount = {wording.exact(listed.amount)}",
        f"unit = {quoted(listed.unit.value)}",
        f"condition = {{ {under} }}" if under else "",
        f"effective = {since.isoformat()}" if since else "",
        f"read = {today.isoformat()}",
        f"source = {quoted(LISTS[kind].name)}",
        f"url = {quoted(LISTS[kind].url)}",
        f"note = {quoted(note)}" if note else "",
    ]
    # By way of text, because tomlkit makes no items of decimals, and a float would not keep the amount exact.
    row = tomlkit.table()
    for key, item in tomlkit.parse("\n".join(line for line in lines if line) + "\n").items():
        row.add(key, item)
    return row
