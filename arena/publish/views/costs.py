"""What one image and many cost with a model at its cheapest provider, or why nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from arena.catalogue.costs import ImageCost, image_cost
from arena.catalogue.prices import ReferencePrice, reference_price
from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.paths import provider_path
from arena.publish.refs import ModelRef, commercial_use_in_brief, model_ref
from arena.publish.views.calculator import price_span

MANY = 1000
"""How many images the pages give the cost of."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one model costs; ``reason`` says why that is unknown."""

    model: ModelRef
    price: str
    many: str
    provider: str
    provider_path: str
    offers: str
    any_size: str
    calculation: str
    use: str
    reason: str


def cost_row(edition: Edition, model_id: str) -> CostRow:
    """What the model costs at its cheapest provider, or why nobody can tell."""
    catalogue = edition.catalogue
    offers = catalogue.offers_of(model_id)
    price, provider, calculation, reason = _cheapest(edition, model_id)
    return CostRow(
        model=model_ref(edition, model_id),
        price=words.dollars(price) if price is not None else words.NOTHING,
        many=words.dollars(price * MANY) if price is not None else words.NOTHING,
        provider=catalogue.providers[provider].name if provider else "",
        provider_path=provider_path(provider) if provider else "",
        offers=words.whole(len(offers)),
        any_size=price_span(edition, model_id),
        calculation=calculation,
        use=commercial_use_in_brief(edition.model(model_id)),
        reason=reason,
    )


def _cheapest(edition: Edition, model_id: str) -> tuple[Decimal | None, str, str, str]:
    """Amount, provider, how it was worked out where it is not a listed price, and why there is none."""
    listed = edition.prices.get(model_id)
    offers = edition.catalogue.offers_of(model_id)
    if listed:
        found = reference_price(offers[listed.provider]) if listed.provider in offers else None
        return listed.amount, listed.provider, _how(found), ""
    if not offers:
        return None, "", "", "No source we read names a provider that serves it over an API"
    costs = {provider: image_cost(edition.model(model_id), offer) for provider, offer in offers.items()}
    computed = [(cost.amount, provider) for provider, cost in costs.items() if isinstance(cost, ImageCost)]
    if computed:
        amount, provider = min(computed)
        cost = costs[provider]
        return amount, provider, cost.formula if isinstance(cost, ImageCost) else "", ""
    reasons = sorted({cost.reason for cost in costs.values() if not isinstance(cost, ImageCost)})
    return None, "", "", words.sentence("; ".join(reasons))


def _how(found: ReferencePrice | None) -> str:
    """The calculation, and that other sources contest the price; empty for a listed one that none does."""
    said = []
    if found and found.megapixels is not None:
        said.append(f"{words.dollars(found.price.amount)} a megapixel × {found.megapixels.normalize():f}")
    if found and found.price.contested:
        said.append("other sources contest it")
    return "; ".join(said)
