"""The catalogue as two flat tables: a row a model, and a row a price. Columns are declared here, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from arena.catalogue.pricing.estimate import cheapest_offer

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.catalogue.records import Offer, Price

Row = dict[str, Any]

AMOUNT = pa.decimal128(38, 18)
"""Money in Parquet: exact, like the Decimal it comes from."""

MODEL_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("name", pa.string()),
        ("organization", pa.string()),
        ("organization_name", pa.string()),
        ("released", pa.date32()),
        ("status", pa.string()),
        ("family", pa.string()),
        ("predecessor", pa.string()),
        ("arenas", pa.string()),
        ("inputs", pa.string()),
        ("outputs", pa.string()),
        ("max_resolution", pa.string()),
        ("api_id", pa.string()),
        ("weights_open", pa.string()),
        ("weights_licence", pa.string()),
        ("commercial_use", pa.string()),
        ("providers", pa.int32()),
        ("price", AMOUNT),
        ("price_provider", pa.string()),
        ("sources", pa.string()),
    ]
)

PRICE_SCHEMA = pa.schema(
    [
        ("provider", pa.string()),
        ("model", pa.string()),
        ("provider_model_id", pa.string()),
        ("amount", AMOUNT),
        ("currency", pa.string()),
        ("unit", pa.string()),
        ("quality", pa.string()),
        ("size", pa.string()),
        ("mode", pa.string()),
        ("effective", pa.date32()),
        ("read", pa.date32()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("contested", pa.string()),
        ("note", pa.string()),
    ]
)


def iter_models(catalogue: Catalogue) -> Iterator[Row]:
    """The rows of models.csv, by model id. Several values in one cell are joined with ``;``."""
    for model_id, model in catalogue.models.items():
        organization = catalogue.organization_of(model_id)
        cheapest = cheapest_offer(catalogue, model_id)
        yield {
            "model": model_id,
            "name": model.name,
            "organization": model_id.partition("/")[0],
            "organization_name": organization.name,
            "released": model.released,
            "status": model.status.value,
            "family": model.family,
            "predecessor": model.predecessor,
            "arenas": ";".join(model.arenas),
            "inputs": ";".join(model.inputs),
            "outputs": ";".join(model.outputs),
            "max_resolution": model.max_resolution,
            "api_id": model.api_id,
            "weights_open": _three_valued(model.weights.open),
            "weights_licence": model.weights.licence,
            "commercial_use": model.output_terms.commercial_use,
            "providers": len(catalogue.offers_of(model_id)),
            "price": cheapest.price.amount if cheapest else None,
            "price_provider": cheapest.provider if cheapest else None,
            "sources": ";".join(sorted({source.name for source in model.sources})),
        }


def iter_prices(catalogue: Catalogue) -> Iterator[Row]:
    """The rows of prices.csv: every price of every offer, by provider, model, and the order in the offer's file."""
    for (provider, model), offer in catalogue.offers.items():
        for price in offer.prices:
            yield _price_row(provider, model, offer, price)


def _price_row(provider: str, model: str, offer: Offer, price: Price) -> Row:
    return {
        "provider": provider,
        "model": model,
        "provider_model_id": offer.model_id,
        "amount": price.amount,
        "currency": price.currency,
        "unit": price.unit.value,
        "quality": price.condition.quality,
        "size": price.condition.size,
        "mode": price.condition.mode,
        "effective": price.effective,
        "read": price.read,
        "source": price.source,
        "url": price.url,
        "contested": _three_valued(price.contested),
        "note": price.note,
    }


def _three_valued(value: object) -> str:
    return str(value).lower()
