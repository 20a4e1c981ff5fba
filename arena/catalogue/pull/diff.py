"""What public lists say and the catalogue does not: new, changed, gone and unmapped prices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.pull.lists import LISTS, ListedPrice, ListKind, OddEntry, PriceList
from arena.catalogue.pull.names import Names
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
class RestatedPrice:
    """An amount that we have and the list has too, under another condition of size or quality: nothing has changed."""

    kind: ListKind
    provider: str
    model: str
    old: Price
    listed: ListedPrice


@dataclass(frozen=True, slots=True)
class UnmappedPrice:
    """A listed model or price that cannot be taken over, and why; ``likely`` is the model that it may be."""

    kind: ListKind
    provider: str
    model: str
    reason: str
    likely: str = ""


@dataclass(frozen=True, slots=True)
class UnreadEntry:
    """An entry of a list that cannot be read, and why."""

    kind: ListKind
    entry: OddEntry


@dataclass(frozen=True, slots=True)
class PriceDiff:
    """What differs, each part by list, provider and model.

    ``unchanged`` counts prices that agree, ``passed_over`` entries of the lists that are not about image models, and
    ``skipped`` differences that were asked to be left out.
    """

    lists: tuple[ListKind, ...]
    new: tuple[NewPrice, ...]
    changed: tuple[ChangedPrice, ...]
    restated: tuple[RestatedPrice, ...]
    gone: tuple[GonePrice, ...]
    unmapped: tuple[UnmappedPrice, ...]
    unread: tuple[UnreadEntry, ...]
    unchanged: int
    passed_over: int
    skipped: int = 0

    def without(self, patterns: Sequence[str]) -> PriceDiff:
        """Without the new and changed prices of offers that one of ``patterns`` names.

        A pattern is an offer (``openai/openai/gpt-image-2``) or a listed id (``gpt-image-2``); ``*`` stands for
        anything.
        """

        def kept(price: NewPrice | ChangedPrice) -> bool:
            names = (f"{price.provider}/{price.model}", price.listed.model)
            return not any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

        new, changed = tuple(filter(kept, self.new)), tuple(filter(kept, self.changed))
        skipped = len(self.new) + len(self.changed) - len(new) - len(changed)
        return replace(self, new=new, changed=changed, skipped=self.skipped + skipped)


def prices_pull(catalogue: Catalogue, lists: Sequence[PriceList], today: date) -> PriceDiff:
    """Compare the lists with the prices of the catalogue that are in force ``today``.

    A listed id leads to the model whose offer at that provider has it as ``model_id``, or else to the one model that
    has it as its id, name, ``api_id`` or alias; a provider is known by its id and aliases.
    """
    names, comparison = Names(catalogue), _Comparison(catalogue, today)
    for price_list in lists:
        listed_prices = dict(_mapped(names, price_list, comparison.unmapped))
        for key, listed in sorted(listed_prices.items(), key=lambda item: _order(item[0])):
            comparison.compare(price_list.kind, key, listed, listed_prices.keys())
        comparison.find_gone(price_list.kind, listed_prices)
    return PriceDiff(
        lists=tuple(price_list.kind for price_list in lists),
        new=tuple(comparison.new),
        changed=tuple(comparison.changed),
        restated=tuple(dict.fromkeys(comparison.restated)),
        gone=tuple(comparison.gone),
        unmapped=tuple(dict.fromkeys(comparison.unmapped)),
        unread=tuple(UnreadEntry(price_list.kind, entry) for price_list in lists for entry in price_list.odd),
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
    restated: list[RestatedPrice] = field(default_factory=list)
    gone: list[GonePrice] = field(default_factory=list)
    unmapped: list[UnmappedPrice] = field(default_factory=list)
    unchanged: int = 0

    def compare(self, kind: ListKind, key: Key, listed: ListedPrice, others: Collection[Key]) -> None:
        """Add the listed price to the new, unchanged, changed or restated ones; ``others`` is what else is listed."""
        provider, model = key[:2]
        offer = self.catalogue.offers.get((provider, model))
        ours = {_key(provider, model, price): price for price in prices_in_force(offer, self.today)} if offer else {}
        old = ours.get(key)
        if old is None:
            # Our own price under a condition that the list has as well is another price, though it costs the same.
            alike = (price for own, price in ours.items() if own not in others and _restates(own, price, key, listed))
            if same := next(alike, None):
                self.restated.append(RestatedPrice(kind, provider, model, same, listed))
            else:
                self.new.append(NewPrice(kind, provider, model, listed, known_offer=offer is not None))
        elif _equal(old, listed):
            self.unchanged += 1
        else:
            same_source = LISTS[kind].name in old.source
            self.changed.append(ChangedPrice(kind, provider, model, old, listed, same_source))

    def find_gone(self, kind: ListKind, listed: Mapping[Key, ListedPrice]) -> None:
        """Add the prices that we have from this list to the gone ones, where it does not have them any more."""
        for (provider, model), offer in self.catalogue.offers.items():
            for price in prices_in_force(offer, self.today):
                own = _key(provider, model, price)
                if LISTS[kind].name not in price.source or own in listed:
                    continue
                alike = (other for key, other in listed.items() if _restates(own, price, key, other))
                if same := next(alike, None):
                    self.restated.append(RestatedPrice(kind, provider, model, price, same))
                else:
                    self.gone.append(GonePrice(kind, provider, model, price))


def _mapped(names: Names, price_list: PriceList, unmapped: list[UnmappedPrice]) -> Iterator[tuple[Key, ListedPrice]]:
    """The prices that can be mapped to a model; the others, and their reasons, go to ``unmapped``."""
    # Lists have several ids for one model. The one that our offer names comes last, so that its price counts.
    ordered = sorted(
        price_list.prices, key=lambda listed: names.is_offered(names.provider(listed.provider), listed.model)
    )
    taken: dict[Key, ListedPrice] = {}
    for listed in ordered:
        provider, models = names.provider(listed.provider), names.models_of(listed.provider, listed.model)
        if reason := _unmappable(provider, models, listed):
            likely = names.likeliest(listed.model) if not models else ""
            unmapped.append(UnmappedPrice(price_list.kind, listed.provider, listed.model, reason, likely))
            continue
        key = provider, models[0], listed.unit, _comparable(listed.unit, listed.condition)
        other = taken.setdefault(key, listed)
        own = names.is_offered(provider, listed.model)
        # Two spellings of the id that our offer names ("GPT-Image-2") say as little as two ids that it does not.
        if other.amount != listed.amount and (not own or names.is_offered(provider, other.model)):
            reason = f"gives {wording.exact(listed.amount)} where {other.model} gives {wording.exact(other.amount)}"
            unmapped.append(UnmappedPrice(price_list.kind, listed.provider, listed.model, reason))
        elif own or other is listed:
            taken[key] = listed
            yield key, listed


def _unmappable(provider: str, models: tuple[str, ...], listed: ListedPrice) -> str:
    if not provider:
        return "no provider has this id or alias"
    if not models:
        return "no model has this id or alias"
    if len(models) > 1:
        return f"may be {' or '.join(models)}"
    return listed.unclear


def _equal(old: Price, listed: ListedPrice) -> bool:
    difference = abs(old.amount - listed.amount)
    return not difference or (listed.rounded and difference <= _RELATIVE_ROUNDING * max(old.amount, listed.amount))


def _restates(own: Key, price: Price, key: Key, listed: ListedPrice) -> bool:
    """Whether both are the same amount for the same thing, apart from the size and quality that are named."""
    return own[:3] == key[:3] and _mode(own[3]) == _mode(key[3]) and _equal(price, listed)


def _mode(condition: Condition) -> str:
    return "" if condition.mode == "standard" else condition.mode or ""


def _order(key: Key) -> tuple[str, str, str, str]:
    return (*key[:2], key[2].value, str(key[3]))


def _key(provider: str, model: str, price: Price) -> Key:
    return provider, model, price.unit, _comparable(price.unit, price.condition)


def _comparable(unit: Unit, condition: Condition) -> Condition:
    """As lists write it: qualities in small letters, and tokens of which no kind is told are those of text."""
    tokens = unit in (Unit.INPUT_TOKENS, Unit.OUTPUT_TOKENS)
    mode = condition.mode or ("text" if tokens else None)
    return condition.model_copy(update={"mode": mode, "quality": (condition.quality or "").lower() or None})
