"""Prices: each holds for its own time, and none is far from what others ask for the same model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.pricing.estimate import reference_price
from arena.catalogue.records import Condition, Price, Unit
from arena.errors import CatalogueError

FAR = 5
"""How many times dearer or cheaper than its siblings a price is odd."""
_CENTS = (Decimal(80), Decimal(125))
"""A price that is about a hundred times another one is most likely the same price in cents."""
_MOST = {
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
            if price.note is None and price.amount >= _MOST[price.unit]:
                yield CatalogueError(
                    f"{price.amount} USD for one {price.unit.value} looks like cents",
                    where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].amount"),
                    hint="write dollars; if it is right, say why in a note on the price",
                )
    for pair in _beside_siblings(catalogue):
        if _CENTS[0] <= pair.ratio <= _CENTS[1]:
            which = "cents" if pair.amount > pair.others else "dollars divided by a hundred"
            yield pair.finding(catalogue, f"looks like {which}")


def check_siblings(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price for the reference image is five times dearer or cheaper than the model usually is.

    A ``note`` on the price settles it, and takes it out of what others are compared with.
    """
    for pair in _beside_siblings(catalogue):
        if pair.ratio >= FAR and not _CENTS[0] <= pair.ratio <= _CENTS[1]:
            which = "dearer" if pair.amount > pair.others else "cheaper"
            yield pair.finding(catalogue, f"is {pair.ratio:.1f} times {which} than elsewhere")


@dataclass(frozen=True, slots=True)
class _Pair:
    """An offer's reference price for a model in USD, and ``others``: that of the other offer, or the median of all."""

    provider: str
    model: str
    price: Price
    amount: Decimal
    others: Decimal

    @property
    def ratio(self) -> Decimal:
        return max(self.amount, self.others) / min(self.amount, self.others)

    def finding(self, catalogue: Catalogue, said: str) -> CatalogueError:
        index = catalogue.offers[self.provider, self.model].prices.index(self.price)
        return CatalogueError(
            f"{_plain(self.amount)} USD an image {said}, where {self.model} costs {_plain(self.others)}",
            where=catalogue.where(Kind.OFFER, f"{self.provider}/{self.model}", f"prices[{index}].amount"),
            hint="read the source again; if it is right, say why in a note on the price",
        )


def _beside_siblings(catalogue: Catalogue) -> Iterator[_Pair]:
    """Each reference price above zero that carries no note, beside the other ones of its model."""
    for model_id, model in catalogue.models.items():
        offers = catalogue.offers_of(model_id)
        known = {
            provider: reference
            for provider, offer in offers.items()
            if (reference := reference_price(offer, model)) and reference.price.note is None and reference.amount > 0
        }
        for provider_id, reference in known.items():
            others = [other.amount for sibling, other in known.items() if sibling != provider_id or len(known) > 2]
            if others:
                yield _Pair(provider_id, model_id, reference.price, reference.amount, median(others))


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
