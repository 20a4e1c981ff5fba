"""The catalogue as two flat tables, a row a model and a row a price; only here are their columns declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from arena.catalogue import Catalogue
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.catalogue.records import Offer, Price
from arena.exports.columns import ColumnText, arrow_schema, columns_of

MODEL_SOURCES = "The sources of the model."
OFFERS = "The offers in the catalogue."
OFFER_PATH = "The path of the offer's file."
SAME_ROW = "The source in the same row."
CATALOGUE = "The catalogue."


@dataclass(frozen=True, slots=True)
class ModelColumns:
    """A row of models.csv. Several values in one cell are joined with ``;``."""

    model: Annotated[str, ColumnText("The model, as organization/model.", "The path of its file.")]
    name: Annotated[str, ColumnText("The name that people read.", MODEL_SOURCES)]
    organization: Annotated[str, ColumnText("Id of the organization that made it.", "The first part of the id.")]
    organization_name: Annotated[str, ColumnText("Name of that organization.", "The organization's file.")]
    released: Annotated[
        date | None,
        ColumnText("When this version was released; empty where no source says.", MODEL_SOURCES, unit="date"),
    ]
    status: Annotated[str, ColumnText("active, preview, deprecated or withdrawn.", MODEL_SOURCES)]
    family: Annotated[str | None, ColumnText("The family of versions that it belongs to.", MODEL_SOURCES)]
    predecessor: Annotated[str | None, ColumnText("The model that it follows.", MODEL_SOURCES)]
    arenas: Annotated[str, ColumnText("The arenas that it can compete in, joined with ;", "What its inputs allow.")]
    inputs: Annotated[str, ColumnText("What it takes: text, image, joined with ;", MODEL_SOURCES)]
    outputs: Annotated[str, ColumnText("What it gives: text, image, joined with ;", MODEL_SOURCES)]
    max_resolution: Annotated[
        str | None, ColumnText("Largest output, in the words of the source.", MODEL_SOURCES, unit="pixels")
    ]
    api_id: Annotated[str | None, ColumnText("The id that the maker's own API knows it by.", MODEL_SOURCES)]
    weights_open: Annotated[
        str, ColumnText("Whether the weights can be downloaded: true, false or unknown.", MODEL_SOURCES)
    ]
    weights_licence: Annotated[
        str, ColumnText("The licence of the weights. Says nothing about outputs.", MODEL_SOURCES)
    ]
    commercial_use: Annotated[
        str,
        ColumnText(
            "Whether the maker's terms let outputs be used commercially: yes, no, conditional or unknown.",
            "The terms of the maker.",
        ),
    ]
    providers: Annotated[int, ColumnText("How many providers offer it.", OFFERS, unit="offers")]
    price: Annotated[
        Decimal | None,
        ColumnText(
            "The lowest reference price: 1024x1024 at medium or standard quality; empty where no source gives one.",
            OFFERS,
            unit="USD per image",
        ),
    ]
    price_provider: Annotated[str | None, ColumnText("The provider that asks this price.", OFFERS)]
    sources: Annotated[
        str, ColumnText("Who the facts were read from, joined with ;", "catalogue.json has addresses and dates.")
    ]


@dataclass(frozen=True, slots=True)
class PriceColumns:
    """A row of prices.csv."""

    provider: Annotated[str, ColumnText("Who serves the model.", OFFER_PATH)]
    model: Annotated[str, ColumnText("The model, as organization/model.", OFFER_PATH)]
    provider_model_id: Annotated[
        str | None, ColumnText("The id that the provider's API knows the model by.", "The offer's file.")
    ]
    amount: Annotated[Decimal, ColumnText("The price, exact.", SAME_ROW, unit="currency per unit")]
    currency: Annotated[str, ColumnText("Always USD.", "Prices in other currencies are not taken in.")]
    unit: Annotated[
        str, ColumnText("What the amount is for: image, megapixel, 1M input tokens, 1M output tokens, step.", SAME_ROW)
    ]
    quality: Annotated[
        str | None, ColumnText("Quality for which it holds; empty where the source tells no difference.", SAME_ROW)
    ]
    size: Annotated[
        str | None,
        ColumnText("Size for which it holds; empty where the source tells no difference.", SAME_ROW, unit="pixels"),
    ]
    mode: Annotated[
        str | None, ColumnText("Mode or kind of token for which it holds, such as batch or edit.", SAME_ROW)
    ]
    effective: Annotated[
        date | None, ColumnText("When it took effect; empty where the source does not say.", SAME_ROW, unit="date")
    ]
    read: Annotated[date | None, ColumnText("When we read it.", CATALOGUE, unit="date")]
    source: Annotated[str, ColumnText("Where it was read.", CATALOGUE)]
    url: Annotated[str | None, ColumnText("The address of the source, where it has one.", CATALOGUE)]
    contested: Annotated[
        str, ColumnText("Whether other sources contradict it; the note says how.", CATALOGUE, unit="true or false")
    ]
    note: Annotated[str | None, ColumnText("What a reader should know about it.", CATALOGUE)]


MODEL_SCHEMA = arrow_schema(columns_of(ModelColumns))
PRICE_SCHEMA = arrow_schema(columns_of(PriceColumns))


def iter_models(catalogue: Catalogue) -> Iterator[ModelColumns]:
    """The rows of models.csv, by model id."""
    for model_id, model in catalogue.models.items():
        cheapest = cheapest_offer(catalogue, model_id)
        yield ModelColumns(
            model=model_id,
            name=model.name,
            organization=model_id.partition("/")[0],
            organization_name=catalogue.organization_of(model_id).name,
            released=model.released,
            status=model.status.value,
            family=model.family,
            predecessor=model.predecessor,
            arenas=";".join(model.arenas),
            inputs=";".join(model.inputs),
            outputs=";".join(model.outputs),
            max_resolution=model.max_resolution,
            api_id=model.api_id,
            weights_open=_three_valued(model.weights.open),
            weights_licence=model.weights.licence,
            commercial_use=model.output_terms.commercial_use,
            providers=len(catalogue.offers_of(model_id)),
            price=cheapest.price.amount if cheapest else None,
            price_provider=cheapest.provider if cheapest else None,
            sources=";".join(sorted({source.name for source in model.sources})),
        )


def iter_prices(catalogue: Catalogue) -> Iterator[PriceColumns]:
    """The rows of prices.csv: every price of every offer, by provider, model, and the order in the offer's file."""
    for (provider, model), offer in catalogue.offers.items():
        for price in offer.prices:
            yield _price_row(provider, model, offer, price)


def _price_row(provider: str, model: str, offer: Offer, price: Price) -> PriceColumns:
    return PriceColumns(
        provider=provider,
        model=model,
        provider_model_id=offer.model_id,
        amount=price.amount,
        currency=price.currency,
        unit=price.unit.value,
        quality=price.condition.quality,
        size=price.condition.size,
        mode=price.condition.mode,
        effective=price.effective,
        read=price.read,
        source=price.source,
        url=price.url,
        contested=_three_valued(price.contested),
        note=price.note,
    )


def _three_valued(value: object) -> str:
    return str(value).lower()
