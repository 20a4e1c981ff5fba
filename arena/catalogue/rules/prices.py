"""Prices: each holds for its own time, and none is far from what others ask for the same model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.pricing.estimate import reference_price
from arena.catalogue.records import Condition, Price, Unit
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


def check_overlaps(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No two prices of an offer are for the same unit and condition from the same day.

    Two without an effective date may stand beside each other when they were read on different days: the later reading
    holds.
    """
    for (provider_id, model_id), offer in catalogue.offers.items():
        first: dict[tuple[Unit, Condition, date | None, date | None], int] = {}
        for index, price in enumerate(offer.prices):
            read = None if price.effective else price.read
            other = first.setdefault((price.unit, price.condition, price.effective, read), index)
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
        offers = catalogue.offers_of(model_id)
        known = {
            provider: reference
            for provider, offer in offers.items()
            if (reference := reference_price(offer, model)) and reference.price.note is None and reference.amount > 0
        }
        for provider_id, reference in known.items():
            # The median of two prices lies between them, so with two providers each is compared with the other.
            others = [other.amount for sibling, other in known.items() if sibling != provider_id or len(known) > 2]
            if others:
                yield _ComparedPrice(provider_id, model_id, reference.price, reference.amount, median(others))
