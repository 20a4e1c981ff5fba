"""What public lists say beside what the catalogue says: new, changed, gone and unmapped prices, and how a person
reviews them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import printable
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.pull.lists import LISTS, Listed, ListKind, PriceList
from arena.catalogue.records import Condition, Price, Unit

_ROUNDING = Decimal("0.01")
"""How far a price that was computed from a rounded one may lie from ours and still be the same."""

Key = tuple[str, str, Unit, Condition]
"""Provider, model, unit and condition: what a price is for."""


@dataclass(frozen=True, slots=True)
class New:
    """A price of a known model that the catalogue does not have; ``known_offer`` where the provider's offer exists."""

    kind: ListKind
    provider: str
    model: str
    listed: Listed
    known_offer: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A price that a list gives otherwise.

    ``same_source`` where ours came from that list, so that it has changed; where it did not, two sources disagree,
    which is for a person to settle.
    """

    kind: ListKind
    provider: str
    model: str
    old: Price
    listed: Listed
    same_source: bool

    @property
    def percent(self) -> Decimal | None:
        """By how much the amount differs from ours, in percent; None for a price that was zero."""
        return (self.listed.amount - self.old.amount) / self.old.amount * 100 if self.old.amount else None


@dataclass(frozen=True, slots=True)
class Gone:
    """A price that we have from a list and that the list does not have any more."""

    kind: ListKind
    provider: str
    model: str
    old: Price


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A listed model or price that cannot be taken over, and why."""

    kind: ListKind
    provider: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class PriceDiff:
    """What differs, each part by list, provider and model.

    ``unchanged`` counts prices that agree, ``passed_over`` entries of the lists that are not about image models.
    """

    lists: tuple[ListKind, ...]
    new: tuple[New, ...]
    changed: tuple[Change, ...]
    gone: tuple[Gone, ...]
    unmapped: tuple[Unmapped, ...]
    unchanged: int
    passed_over: int


def prices_pull(catalogue: Catalogue, lists: Sequence[PriceList], today: date) -> PriceDiff:
    """Compare the lists with the prices of the catalogue that are current ``today``.

    A listed id leads to the model whose offer at that provider has it as ``model_id``, or else to the one model that
    has it as its id, name, ``api_id`` or alias; a provider is known by its id and aliases.
    """
    finder, found = _Finder(catalogue), _Comparison(catalogue, today)
    for price_list in lists:
        seen = dict(_mapped(finder, price_list, found.unmapped))
        for key, listed in sorted(seen.items(), key=lambda item: _order(item[0])):
            found.compare(price_list.kind, key, listed)
        found.miss(price_list.kind, seen.keys())
    return PriceDiff(
        lists=tuple(price_list.kind for price_list in lists),
        new=tuple(found.new),
        changed=tuple(found.changed),
        gone=tuple(found.gone),
        unmapped=tuple(dict.fromkeys(found.unmapped)),
        unchanged=found.unchanged,
        passed_over=sum(price_list.passed_over for price_list in lists),
    )


@dataclass(slots=True)
class _Comparison:
    """What has been found so far beside the prices of ``catalogue`` that are current ``today``."""

    catalogue: Catalogue
    today: date
    new: list[New] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    unchanged: int = 0

    def compare(self, kind: ListKind, key: Key, listed: Listed) -> None:
        """Is the listed price new, the same or another one?"""
        provider, model, unit, condition = key
        offer = self.catalogue.offers.get((provider, model))
        current = prices_in_force(offer, self.today) if offer else ()
        ours = (price for price in current if (price.unit, _fold_condition(price.condition)) == (unit, condition))
        old = next(ours, None)
        if old is None:
            self.new.append(New(kind, provider, model, listed, known_offer=offer is not None))
        elif old.amount == listed.amount or (listed.rounded and _near(old.amount, listed.amount)):
            self.unchanged += 1
        else:
            same_source = LISTS[kind].name in old.source
            self.changed.append(Change(kind, provider, model, old, listed, same_source))

    def miss(self, kind: ListKind, seen: Collection[Key]) -> None:
        """Which prices do we have from the list that it does not have any more?"""
        for (provider, model), offer in self.catalogue.offers.items():
            for price in prices_in_force(offer, self.today):
                key = provider, model, price.unit, _fold_condition(price.condition)
                if LISTS[kind].name in price.source and key not in seen:
                    self.gone.append(Gone(kind, provider, model, price))


class _Finder:
    """Names of providers and models, and what they lead to."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.providers = {
            _fold(name): provider_id
            for provider_id, provider in catalogue.providers.items()
            for name in (provider_id, *provider.aliases)
        }
        self.offered = {
            (provider_id, _fold(offer.model_id)): model_id
            for (provider_id, model_id), offer in catalogue.offers.items()
            if offer.model_id
        }
        self.named: dict[str, set[str]] = {}
        for model_id, model in catalogue.models.items():
            for name in (model_id, model_id.partition("/")[2], model.name, model.api_id or "", *model.aliases):
                self.named.setdefault(_fold(name), set()).add(model_id)

    def model(self, provider_id: str, listed: str) -> tuple[str, ...]:
        """The models that a listed id can mean, the whole id before its last part."""
        name = _fold(listed)
        if exact := self.offered.get((provider_id, name)):
            return (exact,)
        return tuple(sorted(self.named.get(name) or self.named.get(name.rpartition("/")[2]) or ()))

    def exact(self, provider_id: str, listed: str) -> bool:
        return (provider_id, _fold(listed)) in self.offered


def _mapped(finder: _Finder, price_list: PriceList, unmapped: list[Unmapped]) -> Iterator[tuple[Key, Listed]]:
    """Each price that can be mapped; of several ids of one model, the provider's own comes last and so counts."""
    ordered = sorted(price_list.prices, key=lambda listed: finder.exact(_provider(finder, listed), listed.model))
    taken: dict[Key, Listed] = {}
    for listed in ordered:
        provider = _provider(finder, listed)
        models = finder.model(provider, listed.model) if provider else ()
        if reason := _unmappable(provider, models, listed):
            unmapped.append(Unmapped(price_list.kind, listed.provider, listed.model, reason))
            continue
        key = provider, models[0], listed.unit, listed.condition
        other = taken.setdefault(key, listed)
        own = finder.exact(provider, listed.model)
        if other.amount != listed.amount and not own:
            reason = f"gives {listed.amount} where {other.model} gives {other.amount}"
            unmapped.append(Unmapped(price_list.kind, listed.provider, listed.model, reason))
        elif own or other is listed:
            taken[key] = listed
            yield key, listed


def _provider(finder: _Finder, listed: Listed) -> str:
    return finder.providers.get(_fold(listed.provider), "")


def _unmappable(provider: str, models: tuple[str, ...], listed: Listed) -> str:
    if not provider:
        return "no provider has this id or alias"
    if not models:
        return "no model has this id or alias"
    if len(models) > 1:
        return f"may be {' or '.join(models)}"
    return listed.unclear


def _near(old: Decimal, new: Decimal) -> bool:
    return abs(old - new) <= _ROUNDING * max(old, new)


def _order(key: Key) -> tuple[str, str, str, str]:
    return (*key[:2], key[2].value, str(key[3]))


def _fold(name: str) -> str:
    return re.sub(r"[\s_]+", "-", name.casefold())


def _fold_condition(condition: Condition) -> Condition:
    """Lists write qualities in small letters."""
    return condition.model_copy(update={"quality": condition.quality.lower()}) if condition.quality else condition


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
