"""New and changed prices into the TOML files: comments and order stay, and nothing is written that fails the check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.items import AoT, Table

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.editing import write_checked
from arena.catalogue.entries import quoted
from arena.catalogue.layout import Kind, location, record_path
from arena.catalogue.pull.diff import ChangedPrice, PriceDiff
from arena.catalogue.pull.lists import LISTS, ListedPrice, ListKind
from arena.catalogue.records import Condition
from arena.errors import CatalogueError

FIRST_SEEN = "First seen on this day; it may have changed earlier."
"""The note of a price that has changed: no list says since when its prices hold."""


def write_prices(catalogue: Catalogue, diff: PriceDiff, today: date) -> tuple[Path, ...]:
    """Add the new prices, and beside each price that has changed at its own source one that holds from ``today``.

    Prices that two sources dispute and those that are gone are left to people. All or nothing: the changed files are
    checked in a copy of the data folder first, then they replace the old ones. Returns the files written, sorted.

    Raises CatalogueError with all errors of ``arena check`` that the files would have, and for a file that cannot be
    written; the data folder is then as it was.
    """
    texts = _texts(catalogue, diff, today)
    if not texts:
        return ()
    write_checked(catalogue.folder, texts)
    return tuple(sorted(texts))


def _texts(catalogue: Catalogue, diff: PriceDiff, today: date) -> dict[Path, str]:
    """The new text of every file that changes."""
    # A document for each file, not for each price: several lists may change the same offer.
    documents: dict[Path, tomlkit.TOMLDocument] = {}

    def document(provider: str, model: str) -> tuple[tomlkit.TOMLDocument, str]:
        path = catalogue.folder / record_path(Kind.OFFER, f"{provider}/{model}")
        if path not in documents:
            documents[path] = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        return documents[path], location(catalogue.folder, path)

    for new in diff.new:
        offer, where = document(new.provider, new.model)
        if not new.known_offer and "model_id" not in offer:
            offer["model_id"] = new.listed.model
            offer.add(tomlkit.nl())
        _append(offer, where, _row(new.kind, new.listed, new.listed.condition, today))
    for change in diff.changed:
        if change.same_source:
            index = catalogue.offers[change.provider, change.model].prices.index(change.old)
            _change(*document(change.provider, change.model), index, change, today)
    return {path: tomlkit.dumps(offer).rstrip("\n") + "\n" for path, offer in documents.items()}


def _change(document: tomlkit.TOMLDocument, where: str, index: int, change: ChangedPrice, today: date) -> None:
    """Add the new price from ``today`` on, or mend the one that a pull of the same day has added."""
    if change.old.effective == today:
        # A second row from the same day would contradict the first, and the check refuses that.
        row = _prices(document, where)[index]
        row["amount"] = tomlkit.value(wording.exact(change.listed.amount))
        row["read"] = today
        return
    _append(document, where, _row(change.kind, change.listed, change.old.condition, today, since=today))


def _append(document: tomlkit.TOMLDocument, where: str, row: Table) -> None:
    """Put the row last, with a blank line before it."""
    # Anywhere else, a comment above the next price would end up above the new one.
    prices = _prices(document, where)
    if prices and not prices[-1].as_string().endswith("\n\n"):
        prices[-1].add(tomlkit.nl())
    row.add(tomlkit.nl())
    prices.append(row)


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
    lines = [
        f"amount = {wording.exact(listed.amount)}",
        f"unit = {quoted(listed.unit.value)}",
        f"condition = {{ {under} }}" if under else "",
        f"effective = {since.isoformat()}" if since else "",
        f"read = {today.isoformat()}",
        f"source = {quoted(LISTS[kind].name)}",
        f"url = {quoted(LISTS[kind].url)}",
        f"note = {quoted(FIRST_SEEN)}" if since else "",
    ]
    # By way of text, because tomlkit makes no items of decimals, and a float would not keep the amount exact.
    row = tomlkit.table()
    for key, item in tomlkit.parse("\n".join(line for line in lines if line) + "\n").items():
        row.add(key, item)
    return row
