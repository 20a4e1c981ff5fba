"""Prices: each holds for its own time, and none is far from what others ask for the same model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.layout import Kind
from arena.catalogue.pricing.estimate import reference_price
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.pricing.tiers import tiers_of
from arena.catalogue.records import Offer, Price, Unit
from arena.catalogue.rules.conflicts import is_of
from arena.catalogue.rules.spellings import condition_key, indexed_prices, value_key
from arena.errors import CatalogueError

ODD_RATIO = 5
"""How many times dearer or cheaper than what others ask for the model a price is odd."""
_CENTS_RATIOS = (Decimal(80), Decimal(125))
"""A price that is about a hundred times another is most likely the same price in cents."""
_LOOKS_LIKE_CENTS = {
    Unit.IMAGE: Decimal(2),
    Unit.MEGAPIXEL: Decimal(2),
    Unit.STEP: Decimal("0.2"),
    Unit.INPUT_TOKENS: Decimal(500),
    Unit.OUTPUT_TOKENS: Decimal(1000),
}
"""Amounts in USD from which a price looks like cents: several times the dearest known when this was written."""
_INPUT = (Decimal("0.00005"), Decimal("0.2"))
"""The least and the most USD that a picture to edit may cost: 258 tokens of Gemini 2.5 Flash are 0.00008, and FLUX.2
[pro] asks 0.015."""
UNRELATED = 3
"""So many makers whose models cost the same at a provider are asked about."""
_VERSION = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{7,40}\b|\b\d{4}-\d\d-\d\d\b")
"""A commit or a day in the name of a source: such a source says one thing, whenever it is read."""


def check_overlaps(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No two prices of an offer are for the same unit and condition from the same day.

    Two without an effective date may stand beside each other when they were read on different days: the later reading
    holds. Conditions that differ in case, or in × and x, are the same.
    """
    for (provider_id, model_id), offer in catalogue.offers.items():
        first: dict[tuple[Unit, tuple[str, ...], date | None, date | None], int] = {}
        for index, price in enumerate(offer.prices):
            read = None if price.effective else price.read
            other = first.setdefault((price.unit, condition_key(price.condition), price.effective, read), index)
            if other != index:
                since = f"takes effect on {price.effective}" if price.effective else f"was read on {price.read}"
                yield CatalogueError(
                    f"{since} for the same unit and condition as prices[{other}]",
                    where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}]"),
                    hint="keep one; what another source says belongs under [[conflicts]] of the model",
                )


def check_cents(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price looks like cents taken for dollars, or dollars for cents. A ``note`` on the price settles it."""
    for (provider_id, model_id), offer in catalogue.offers.items():
        for index, price in enumerate(offer.prices):
            if price.note is None and price.amount >= _LOOKS_LIKE_CENTS[price.unit]:
                yield CatalogueError(
                    f"{price.amount} USD for one {price.unit.value} looks like cents",
                    where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].amount"),
                    hint="write dollars; if it is right, say why in a note on the price",
                )
    for compared in _compared_prices(catalogue):
        if _CENTS_RATIOS[0] <= compared.ratio <= _CENTS_RATIOS[1]:
            which = "cents" if compared.amount > compared.others else "dollars divided by a hundred"
            yield compared.finding(catalogue, f"looks like {which}")


def check_input_images(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A picture that is handed in costs what such pictures do. A ``note`` on the price settles it."""
    for provider_id, model_id, index, price in indexed_prices(catalogue):
        by_picture = price.unit in (Unit.IMAGE, Unit.MEGAPIXEL) and "input image" in value_key(
            price.condition.mode or ""
        )
        if by_picture and price.amount and price.note is None and not _INPUT[0] <= price.amount <= _INPUT[1]:
            looks = "the price of a token" if price.amount < _INPUT[0] else "the price of a picture that is made"
            yield CatalogueError(
                f"{wording.exact(price.amount)} USD for one input {price.unit.value} looks like {looks}",
                where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].amount"),
                hint="mend the amount or the unit; if it is right, say why in a note on the price",
            )


def check_shared_prices(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No provider asks one price for models of three makers that no other provider of the model asks: a placeholder.

    A ``note`` on the price, or that it is ``contested``, settles it.
    """
    shared: defaultdict[tuple[str, Unit, Decimal], dict[str, Price]] = defaultdict(dict)
    for (provider_id, model_id), offer in catalogue.offers.items():
        for price in prices_in_force(offer):
            if price.amount and price.unit in (Unit.IMAGE, Unit.MEGAPIXEL):
                shared[provider_id, price.unit, price.amount].setdefault(model_id, price)
    for (provider_id, unit, amount), priced in shared.items():
        makers = {model_id.partition("/")[0] for model_id in priced}
        for model_id, price in priced.items() if len(makers) >= UNRELATED else ():
            if (
                price.note is None
                and not price.contested
                and not _asked_elsewhere(catalogue, provider_id, model_id, price)
            ):
                index = catalogue.offers[provider_id, model_id].prices.index(price)
                others = [other for other in priced if other != model_id]
                yield CatalogueError(
                    f"{wording.exact(amount)} USD for one {unit.value} is also asked for {', '.join(others)} here",
                    where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].amount"),
                    hint="is it a placeholder? Mark it contested, or say in a note who else says so",
                )


def _asked_elsewhere(catalogue: Catalogue, provider_id: str, model_id: str, price: Price) -> bool:
    """Whether another provider asks the same for the model: two do not have the same placeholder."""
    offers = catalogue.offers_of(model_id)
    return any(
        other.amount == price.amount and other.unit is price.unit
        for sibling, offer in offers.items()
        if sibling != provider_id
        for other in prices_in_force(offer)
    )


def check_contradicted_sources(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price cites a source of which another entry says that it gives another price for the same thing.

    Another entry is a conflict of the model, or another price of the offer that cites the same version of the source,
    which a date or a commit in its name tells. A ``note`` on the price, or that it is ``contested``, settles it.
    """
    for (provider_id, model_id), offer in catalogue.offers.items():
        for index, price in enumerate(offer.prices):
            if price.note is not None or price.contested:
                continue
            cited = _sources(price.source)
            said = [*_said_in_conflicts(catalogue, provider_id, model_id, price), *_said_beside(offer, price)]
            for source, value in said:
                if cited & _sources(source):
                    yield CatalogueError(
                        f"{wording.exact(price.amount)} USD, and {value} is said to be in this source, {show(source)}",
                        where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].source"),
                        hint="read the source again; if it says both, say so in a note on the price",
                    )


def _sources(name: str) -> set[str]:
    """The sources that a citation such as ``one; another`` names."""
    return {value_key(part) for part in re.split(r";| or ", name)}


def _said_in_conflicts(
    catalogue: Catalogue, provider_id: str, model_id: str, price: Price
) -> Iterator[tuple[str, str]]:
    model = catalogue.models.get(model_id)
    for conflict in model.conflicts if model else ():
        if conflict.provider == provider_id and is_of(price, conflict):
            yield conflict.source, show(conflict.value)


def _said_beside(offer: Offer, price: Price) -> Iterator[tuple[str, str]]:
    """Other amounts for the same thing and time from one version of a source, which cannot have said both."""
    for other in offer.prices:
        same = (other.unit, condition_key(other.condition), other.effective)
        contradicts = same == (price.unit, condition_key(price.condition), price.effective)
        if contradicts and other.amount != price.amount and _VERSION.search(other.source):
            yield other.source, wording.exact(other.amount)


def check_siblings(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price for the reference image is five times dearer or cheaper than the model usually is.

    A ``note`` on the price settles it, and takes it out of what others are compared with.
    """
    for compared in _compared_prices(catalogue):
        if compared.ratio >= ODD_RATIO and not _CENTS_RATIOS[0] <= compared.ratio <= _CENTS_RATIOS[1]:
            which = "dearer" if compared.amount > compared.others else "cheaper"
            yield compared.finding(catalogue, f"is {compared.ratio:.1f} times {which} than elsewhere")


@dataclass(frozen=True, slots=True)
class _ComparedPrice:
    """What a provider asks for the reference image of a model, and what others ask, both in USD.

    ``others`` is what the other provider asks where there are two, else the median of all.
    """

    provider: str
    model: str
    row: Price
    amount: Decimal
    others: Decimal

    @property
    def ratio(self) -> Decimal:
        return max(self.amount, self.others) / min(self.amount, self.others)

    def finding(self, catalogue: Catalogue, said: str) -> CatalogueError:
        index = catalogue.offers[self.provider, self.model].prices.index(self.row)
        return CatalogueError(
            f"{wording.exact(self.amount)} USD an image {said}, where {self.model} costs {wording.exact(self.others)}",
            where=catalogue.where(Kind.OFFER, f"{self.provider}/{self.model}", f"prices[{index}].amount"),
            hint="read the source again; if it is right, say why in a note on the price",
        )


def _compared_prices(catalogue: Catalogue) -> Iterator[_ComparedPrice]:
    """Every reference price above zero that carries no note, compared with the others of its model."""
    for model_id, model in catalogue.models.items():
        offers, tiers = catalogue.offers_of(model_id), tiers_of(catalogue, model_id)
        known = {
            provider: reference
            for provider, offer in offers.items()
            if (reference := reference_price(offer, model, tiers))
            and reference.price.note is None
            and reference.amount > 0
        }
        for provider_id, reference in known.items():
            # The median of two prices lies between them, so with two providers each is compared with the other.
            others = [other.amount for sibling, other in known.items() if sibling != provider_id or len(known) > 2]
            if others:
                yield _ComparedPrice(provider_id, model_id, reference.price, reference.amount, median(others))
