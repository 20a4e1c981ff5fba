"""A difference in prices as text that a person reviews."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from arena.catalogue.pull.diff import Change, Gone, New, PriceDiff
from arena.catalogue.records import Condition, Unit
from arena.catalogue.wording import printable


def render_diff(diff: PriceDiff) -> str:
    """One line for each difference, by kind, and what was counted in the last line."""
    sections = (
        ("New", [_new(new) for new in diff.new]),
        ("Changed", [_change(change) for change in diff.changed if change.same_source]),
        ("Disputed by another source (not written)", [_dispute(one) for one in diff.changed if not one.same_source]),
        ("Gone (not written)", [_gone(gone) for gone in diff.gone]),
        ("Unmapped", [f"{printable(one.provider)} {printable(one.model)}: {one.reason}" for one in diff.unmapped]),
    )
    lines = [line for title, entries in sections for line in _section(title, entries)]
    counts = [f"{len(entries):,} {title.partition(' ')[0].lower()}" for title, entries in sections]
    return "\n".join(
        [
            *lines,
            f"{', '.join(counts)}, {diff.unchanged:,} the same; {diff.passed_over:,} other entries passed over",
            "",
        ]
    )


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)
        yield ""


def _new(new: New) -> str:
    what = _said(new.listed.amount, new.listed.unit, new.listed.condition)
    return f"{new.provider} x {new.model}: {what}{'' if new.known_offer else ', a new offer'} ({new.kind})"


def _change(change: Change) -> str:
    percent = "" if change.percent is None else f", {change.percent:+.1f}%"
    what = _said(change.old.amount, change.old.unit, change.old.condition)
    return f"{change.provider} x {change.model}: {what} -> {_plain(change.listed.amount)}{percent} ({change.kind})"


def _dispute(change: Change) -> str:
    return f"{_change(change)}, ours from {change.old.source}"


def _gone(gone: Gone) -> str:
    return f"{gone.provider} x {gone.model}: {_said(gone.old.amount, gone.old.unit, gone.old.condition)} ({gone.kind})"


def _said(amount: Decimal, unit: Unit, condition: Condition) -> str:
    under = ", ".join(value for value in (condition.quality, condition.size, condition.mode) if value)
    return f"{_plain(amount)} USD for one {unit.value}{f' ({under})' if under else ''}"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
