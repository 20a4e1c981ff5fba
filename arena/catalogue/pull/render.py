"""What public lists say otherwise, for people: as lines of text, or as Markdown tables that a pull request quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from arena import wording
from arena.catalogue.error_messages import printable
from arena.catalogue.pull.diff import (
    ChangedPrice,
    GonePrice,
    NewPrice,
    PriceDiff,
    RestatedPrice,
    UnmappedPrice,
    UnreadEntry,
)
from arena.catalogue.pull.writing import LeftOut
from arena.catalogue.records import Condition, Unit

_LONGEST = 200
"""Characters of one cell or line that come from a list."""


class DiffFormat(StrEnum):
    """How differences are written: the choices of ``arena prices pull --format``."""

    TEXT = "text"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class _Section:
    """One kind of difference: ``rows`` are its lines and its cells; ``counted`` names it in the last line."""

    title: str
    counted: str
    heads: tuple[str, ...]
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: str
    cells: tuple[str, ...]


def render_diff(diff: PriceDiff, form: DiffFormat = DiffFormat.TEXT) -> str:
    """Every difference by kind, and what was counted in the last line."""
    sections = list(_sections(diff))
    counts = [f"{len(section.rows):,} {section.counted}" for section in sections]
    last = f"{', '.join(counts)}, {diff.unchanged:,} the same; {diff.passed_over:,} other entries passed over"
    if diff.skipped:
        last += f"; {diff.skipped:,} skipped as asked"
    if form is DiffFormat.TEXT:
        return "\n".join([*(line for section in sections for line in _lines(section)), last, ""])
    return "\n".join([*(line for section in sections for line in _table(section)), f"{last}.", ""])


def render_left_out(left_out: Sequence[LeftOut], form: DiffFormat = DiffFormat.TEXT) -> str:
    """The prices that were not written, each with its reason; empty where there are none."""
    section = _Section("Left out: the check refuses them", "", ("Offer", "Listed", "List", "Why"), tuple(
        _Row(f"{_new(left.price).line}: {left.reason}", (*_listed_cells(left.price), left.reason)) for left in left_out
    ))  # fmt: skip
    return "\n".join(_lines(section) if form is DiffFormat.TEXT else _table(section))


def _sections(diff: PriceDiff) -> Iterator[_Section]:
    changed = [price for price in diff.changed if price.same_source]
    disputed = [price for price in diff.changed if not price.same_source]
    heads = ("Offer", "For", "Ours", "Listed", "Change", "List")
    yield _Section("New", "new", ("Offer", "Listed", "List"), tuple(map(_new, diff.new)))
    yield _Section("Changed", "changed", heads, tuple(map(_changed, changed)))
    yield _Section(
        "Disputed by another source (not written)", "disputed", (*heads, "Our source"), tuple(map(_disputed, disputed))
    )
    yield _Section(
        "The same under another condition (not written)",
        "under another condition",
        ("Offer", "Ours", "Listed", "List"),
        tuple(map(_restated, diff.restated)),
    )
    yield _Section("Gone (not written)", "gone", ("Offer", "Ours", "List"), tuple(map(_gone, diff.gone)))
    yield _Section(
        "Unmapped", "unmapped", ("Provider", "Id", "Why", "May be", "List"), tuple(map(_unmapped, diff.unmapped))
    )
    yield _Section("Not readable", "not readable", ("Provider", "Id", "Why", "List"), tuple(map(_unread, diff.unread)))


def _lines(section: _Section) -> Iterator[str]:
    if section.rows:
        yield f"{section.title}:"
        yield from (f"  {row.line}" for row in section.rows)
        yield ""


def _table(section: _Section) -> Iterator[str]:
    if section.rows:
        yield f"### {section.title}"
        yield ""
        yield f"| {' | '.join(section.heads)} |"
        yield f"|{' --- |' * len(section.heads)}"
        yield from (f"| {' | '.join(map(_cell, row.cells))} |" for row in section.rows)
        yield ""


def _cell(text: str) -> str:
    """Text that a list has a part in, so that it can be nothing but text: no table, link, mention or HTML."""
    escaped = "".join(f"\\{letter}" if letter in "\\|`*_[]<>#@~!$" else letter for letter in text)
    return " ".join(printable(escaped, _LONGEST).split())


def _new(new: NewPrice | ChangedPrice) -> _Row:
    added = ", a new offer" if isinstance(new, NewPrice) and not new.known_offer else ""
    offer, what, kind = _listed_cells(new)
    return _Row(f"{offer}: {what}{added} ({kind})", (offer, f"{what}{added}", kind))


def _listed_cells(price: NewPrice | ChangedPrice) -> tuple[str, str, str]:
    listed = price.listed
    return _offer(price), _said(listed.amount, listed.unit, listed.condition), price.kind


def _changed(change: ChangedPrice) -> _Row:
    percent = "" if change.percent is None else f"{change.percent:+.1f}%"
    old, now = _said(change.old.amount, change.old.unit, change.old.condition), wording.exact(change.listed.amount)
    line = f"{_offer(change)}: {old} -> {now}{f', {percent}' if percent else ''} ({change.kind})"
    what = old.partition(" USD for one ")[2]
    return _Row(line, (_offer(change), what, wording.exact(change.old.amount), now, percent, change.kind))


def _disputed(change: ChangedPrice) -> _Row:
    row = _changed(change)
    return _Row(f"{row.line}, ours from {change.old.source}", (*row.cells, change.old.source))


def _restated(price: RestatedPrice) -> _Row:
    ours = _said(price.old.amount, price.old.unit, price.old.condition)
    listed = _said(price.listed.amount, price.listed.unit, price.listed.condition)
    line = f"{_offer(price)}: {ours}, listed as {listed} ({price.kind})"
    return _Row(line, (_offer(price), ours, listed, price.kind))


def _gone(gone: GonePrice) -> _Row:
    what = _said(gone.old.amount, gone.old.unit, gone.old.condition)
    return _Row(f"{_offer(gone)}: {what} ({gone.kind})", (_offer(gone), what, gone.kind))


def _unmapped(price: UnmappedPrice) -> _Row:
    likely = f"; did you mean {price.likely}?" if price.likely else ""
    line = f"{printable(price.provider)} {printable(price.model)}: {price.reason}{likely}"
    return _Row(line, (price.provider, price.model, price.reason, price.likely, price.kind))


def _unread(unread: UnreadEntry) -> _Row:
    provider, model, reason = unread.entry.provider, unread.entry.model, unread.entry.reason
    name = " ".join(printable(part) for part in (provider, model) if part)
    return _Row(f"{name or 'an entry'}: {printable(reason, _LONGEST)} ({unread.kind})", (
        provider, model, reason, unread.kind,
    ))  # fmt: skip


def _offer(price: NewPrice | ChangedPrice | RestatedPrice | GonePrice) -> str:
    return f"{price.provider} x {price.model}"


def _said(amount: Decimal, unit: Unit, condition: Condition) -> str:
    under = ", ".join(value for value in (condition.quality, condition.size, condition.mode) if value)
    return f"{wording.exact(amount)} USD for one {unit.value}{f' ({under})' if under else ''}"
