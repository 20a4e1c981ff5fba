"""What public lists say and the catalogue does not: new, changed, gone and unmapped prices, as records and as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import printable
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.pull.lists import LISTS, ListedPrice, ListKind, PriceList
from arena.catalogue.records import Condition, Price, Unit

_RELATIVE_ROUNDING = Decimal("0.01")
"""How far a price that was computed from a rounded one may lie from ours and still be the same."""

Key = tuple[str, str, Unit, Condition]
"""Provider, model, unit and condition: what a price is for."""


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price of a known model that the catalogue does not have; ``known_offer`` where the provider's offer exists."""

    kind: ListKind
    provider: str
    model: str
    listed: ListedPrice
    known_offer: bool


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    """A price that a list gives otherwise.

    ``same_source`` where ours came from that list, so that it has changed; where it did not, two sources disagree,
    which is for a person to settle.
    """

    kind: ListKind
    provider: str
    model: str
    old: Price
    listed: ListedPrice
    same_source: bool

    @property
    def percent(self) -> Decimal | None:
        """By how much the amount differs from ours, in percent; None for a price that was zero."""
        return (self.listed.amount - self.old.amount) / self.old.amount * 100 if self.old.amount else None


@dataclass(frozen=True, slots=True)
class GonePrice:
    """A price that we have from a list and that the list does not have any more."""

    kind: ListKind
    provider: str
    model: str
    old: Price


@dataclass(frozen=True, slots=True)
class UnmappedPrice:
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
    new: tuple[NewPrice, ...]
    changed: tuple[ChangedPrice, ...]
    gone: tuple[GonePrice, ...]
    unmapped: tuple[UnmappedPrice, ...]
    unchanged: int
    passed_over: int


def prices_pull(catalogue: Catalogue, lists: Sequence[PriceList], today: date) -> PriceDiff:
    """Compare the lists with the prices of the catalogue that are in force ``today``.

    A listed id leads to the model whose offer at that provider has it as ``model_id``, or else to the one model that
    has it as its id, name, ``api_id`` or alias; a provider is known by its id and aliases.
    """
    names, comparison = _Names(catalogue), _Comparison(catalogue, today)
    for price_list in lists:
        listed_prices = dict(_mapped(names, price_list, comparison.unmapped))
        for key, listed in sorted(listed_prices.items(), key=lambda item: _order(item[0])):
            comparison.compare(price_list.kind, key, listed)
        comparison.find_gone(price_list.kind, listed_prices.keys())
    return PriceDiff(
        lists=tuple(price_list.kind for price_list in lists),
        new=tuple(comparison.new),
        changed=tuple(comparison.changed),
        gone=tuple(comparison.gone),
        unmapped=tuple(dict.fromkeys(comparison.unmapped)),
        unchanged=comparison.unchanged,
        passed_over=sum(price_list.passed_over for price_list in lists),
    )


@dataclass(slots=True)
class _Comparison:
    """Compares lists with the prices of ``catalogue`` that are in force ``today``, and collects what differs."""

    catalogue: Catalogue
    today: date
    new: list[NewPrice] = field(default_factory=list)
    changed: list[ChangedPrice] = field(default_factory=list)
    gone: list[GonePrice] = field(default_factory=list)
    unmapped: list[UnmappedPrice] = field(default_factory=list)
    unchanged: int = 0

    def compare(self, kind: ListKind, key: Key, listed: ListedPrice) -> None:
        """Add the listed price to the new, unchanged or changed ones."""
        provider, model, unit, condition = key
        offer = self.catalogue.offers.get((provider, model))
        in_force = prices_in_force(offer, self.today) if offer else ()
        ours = (price for price in in_force if (price.unit, _fold_condition(price.condition)) == (unit, condition))
        old = next(ours, None)
        if old is None:
            self.new.append(NewPrice(kind, provider, model, listed, known_offer=offer is not None))
        elif old.amount == listed.amount or (listed.rounded and _nearly_equal(old.amount, listed.amount)):
            self.unchanged += 1
        else:
            same_source = LISTS[kind].name in old.source
            self.changed.append(ChangedPrice(kind, provider, model, old, listed, same_source))

    def find_gone(self, kind: ListKind, listed: Collection[Key]) -> None:
        """Add the prices that we have from this list to the gone ones, where it does not have them any more."""
        for (provider, model), offer in self.catalogue.offers.items():
            for price in prices_in_force(offer, self.today):
                key = provider, model, price.unit, _fold_condition(price.condition)
                if LISTS[kind].name in price.source and key not in listed:
                    self.gone.append(GonePrice(kind, provider, model, price))


class _Names:
    """By which names the catalogue knows providers, offers and models."""

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

    def models_of(self, provider_id: str, listed: str) -> tuple[str, ...]:
        """The models that a listed id can mean: by the offer, else by the whole id, else by its last part."""
        name = _fold(listed)
        if exact := self.offered.get((provider_id, name)):
            return (exact,)
        return tuple(sorted(self.named.get(name) or self.named.get(name.rpartition("/")[2]) or ()))

    def is_offered(self, provider_id: str, listed: str) -> bool:
        """Whether the provider's offer of a model names exactly this id."""
        return (provider_id, _fold(listed)) in self.offered


def _mapped(names: _Names, price_list: PriceList, unmapped: list[UnmappedPrice]) -> Iterator[tuple[Key, ListedPrice]]:
    """The prices that can be mapped to a model; the others, and their reasons, go to ``unmapped``."""
    # Lists have several ids for one model. The one that our offer names comes last, so that its price counts.
    ordered = sorted(price_list.prices, key=lambda listed: names.is_offered(_provider(names, listed), listed.model))
    taken: dict[Key, ListedPrice] = {}
    for listed in ordered:
        provider = _provider(names, listed)
        models = names.models_of(provider, listed.model) if provider else ()
        if reason := _unmappable(provider, models, listed):
            unmapped.append(UnmappedPrice(price_list.kind, listed.provider, listed.model, reason))
            continue
        key = provider, models[0], listed.unit, listed.condition
        other = taken.setdefault(key, listed)
        own = names.is_offered(provider, listed.model)
        if other.amount != listed.amount and not own:
            reason = f"gives {listed.amount} where {other.model} gives {other.amount}"
            unmapped.append(UnmappedPrice(price_list.kind, listed.provider, listed.model, reason))
        elif own or other is listed:
            taken[key] = listed
            yield key, listed


def _provider(names: _Names, listed: ListedPrice) -> str:
    return names.providers.get(_fold(listed.provider), "")


def _unmappable(provider: str, models: tuple[str, ...], listed: ListedPrice) -> str:
    if not provider:
        return "no provider has this id or alias"
    if not models:
        return "no model has this id or alias"
    if len(models) > 1:
        return f"may be {' or '.join(models)}"
    return listed.unclear


def _nearly_equal(old: Decimal, new: Decimal) -> bool:
    return abs(old - new) <= _RELATIVE_ROUNDING * max(old, new)


def _order(key: Key) -> tuple[str, str, str, str]:
    return (*key[:2], key[2].value, str(key[3]))


def _fold(name: str) -> str:
    """One spelling of a name: ``GPT Image_1`` -> gpt-image-1."""
    return re.sub(r"[\s_]+", "-", name.casefold())


def _fold_condition(condition: Condition) -> Condition:
    """Lists write qualities in small letters."""
    return condition.model_copy(update={"quality": condition.quality.lower()}) if condition.quality else condition


def render_diff(diff: PriceDiff) -> str:
    """One line for each difference, by kind, and what was counted in the last line."""
    disputed = [price for price in diff.changed if not price.same_source]
    sections = (
        ("New", [_new(price) for price in diff.new]),
        ("Changed", [_changed(price) for price in diff.changed if price.same_source]),
        ("Disputed by another source (not written)", [_disputed(price) for price in disputed]),
        ("Gone (not written)", [_gone(price) for price in diff.gone]),
        ("Unmapped", [_unmapped(price) for price in diff.unmapped]),
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


def _new(new: NewPrice) -> str:
    what = _said(new.listed.amount, new.listed.unit, new.listed.condition)
    return f"{new.provider} x {new.model}: {what}{'' if new.known_offer else ', a new offer'} ({new.kind})"


def _changed(change: ChangedPrice) -> str:
    percent = "" if change.percent is None else f", {change.percent:+.1f}%"
    old, now = _said(change.old.amount, change.old.unit, change.old.condition), wording.exact(change.listed.amount)
    return f"{change.provider} x {change.model}: {old} -> {now}{percent} ({change.kind})"


def _disputed(change: ChangedPrice) -> str:
    return f"{_changed(change)}, ours from {change.old.source}"


def _gone(gone: GonePrice) -> str:
    return f"{gone.provider} x {gone.model}: {_said(gone.old.amount, gone.old.unit, gone.old.condition)} ({gone.kind})"


def _unmapped(price: UnmappedPrice) -> str:
    return f"{printable(price.provider)} {printable(price.model)}: {price.reason}"


def _said(amount: Decimal, unit: Unit, condition: Condition) -> str:
    under = ", ".join(value for value in (condition.quality, condition.size, condition.mode) if value)
    return f"{wording.exact(amount)} USD for one {unit.value}{f' ({under})' if under else ''}"
