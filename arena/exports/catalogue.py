"""The catalogue as two flat tables, a row a model and a row a price; only here are their columns declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from arena.catalogue import Catalogue
from arena.catalogue.benchmarking import providers_to_ask
from arena.catalogue.model_facts import Benchmark, SizeLimits, SpeedClaim
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.catalogue.records import Model, Offer, Price
from arena.exports.columns import ColumnText, arrow_schema, columns_of

MODEL_SOURCES = "The sources of the model."
OFFERS = "The offers in the catalogue."
OFFER_PATH = "The path of the offer's file."
SAME_ROW = "The source in the same row."
CATALOGUE = "The catalogue."
FLAG = "true or false."
NOT_SAID = "No source says."
NOT_ANNOUNCED = "Not announced, or no source says."
NO_DIFFERENCE = "The source tells no difference."


@dataclass(frozen=True, slots=True)
class ModelColumns:
    """A row of models.csv. Several values in one cell are joined with ``;``."""

    model: Annotated[str, ColumnText("The model, as organization/model.", "The path of its file.")]
    name: Annotated[str, ColumnText("The name that people read.", MODEL_SOURCES)]
    organization: Annotated[str, ColumnText("Id of the organization that made it.", "The first part of the id.")]
    organization_name: Annotated[str, ColumnText("Name of that organization.", "The organization's file.")]
    released: Annotated[
        date | None,
        ColumnText("When this version was released.", MODEL_SOURCES, unit="date", missing=NOT_SAID),
    ]
    status: Annotated[str, ColumnText("active, preview, deprecated or withdrawn.", MODEL_SOURCES)]
    deprecated: Annotated[
        date | None,
        ColumnText("Since when its maker says that it will go.", MODEL_SOURCES, unit="date", missing=NOT_ANNOUNCED),
    ]
    shut_down: Annotated[
        date | None,
        ColumnText(
            "The day from which its maker no longer serves it, announced or past.",
            MODEL_SOURCES,
            unit="date",
            missing=NOT_ANNOUNCED,
        ),
    ]
    replaced_by: Annotated[
        str | None, ColumnText("What its maker says to use instead.", MODEL_SOURCES, missing="Its maker names nothing.")
    ]
    family: Annotated[
        str | None, ColumnText("The family of versions that it belongs to.", MODEL_SOURCES, missing="None is known.")
    ]
    predecessor: Annotated[
        str | None, ColumnText("The model that it follows.", MODEL_SOURCES, missing="None is known.")
    ]
    arenas: Annotated[str, ColumnText("The arenas that it can compete in, joined with ;", "What its inputs allow.")]
    inputs: Annotated[str, ColumnText("What it takes: text, image, joined with ;", MODEL_SOURCES)]
    outputs: Annotated[str, ColumnText("What it gives: text, image, joined with ;", MODEL_SOURCES)]
    max_resolution: Annotated[
        str | None,
        ColumnText("Largest output, in the words of the source.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID),
    ]
    api_id: Annotated[
        str | None, ColumnText("The id that the maker's own API knows it by.", MODEL_SOURCES, missing=NOT_SAID)
    ]
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
    weights_commercial_use: Annotated[
        str,
        ColumnText(
            "Whether the weights may be used commercially: yes, no, conditional or unknown; no where they cannot be "
            "downloaded.",
            "The licence of the weights.",
        ),
    ]
    level: Annotated[str, ColumnText("release, variant (one of several of a release) or family.", CATALOGUE)]
    benchmarkable_at: Annotated[
        str,
        ColumnText(
            "The providers that arena collect can ask for it, joined with ;",
            OFFERS,
            missing="No provider can be asked.",
        ),
    ]
    outside_ranks: Annotated[
        str,
        ColumnText(
            "Its ranks on lists of others, as list: rank/models listed, joined with ;",
            MODEL_SOURCES,
            missing="On none that was read.",
        ),
    ]
    sizes: Annotated[
        str, ColumnText("Sizes that can be asked for, joined with ;", MODEL_SOURCES, unit="pixels", missing=NOT_SAID)
    ]
    size_multiple_of: Annotated[
        int | None,
        ColumnText("What width and height are multiples of.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID),
    ]
    size_max_ratio: Annotated[
        Decimal | None, ColumnText("The most that longer edge / shorter edge may be.", MODEL_SOURCES, missing=NOT_SAID)
    ]
    min_pixels: Annotated[
        int | None, ColumnText("The least width x height.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID)
    ]
    max_pixels: Annotated[
        int | None, ColumnText("The most width x height.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID)
    ]
    min_edge: Annotated[
        int | None, ColumnText("The least width and height.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID)
    ]
    max_edge: Annotated[
        int | None, ColumnText("The most width and height.", MODEL_SOURCES, unit="pixels", missing=NOT_SAID)
    ]
    aspect_ratios: Annotated[
        str, ColumnText("Width:height that can be asked for, joined with ;", MODEL_SOURCES, missing=NOT_SAID)
    ]
    output_formats: Annotated[
        str, ColumnText("File formats that can be asked for, joined with ;", MODEL_SOURCES, missing=NOT_SAID)
    ]
    transparent_background: Annotated[
        str, ColumnText(f"Whether it can leave it out: {FLAG}", MODEL_SOURCES, missing=NOT_SAID)
    ]
    input_images: Annotated[
        int | None,
        ColumnText(
            "The most pictures that one request may hand in; 0 for text alone.", MODEL_SOURCES, missing=NOT_SAID
        ),
    ]
    text_rendering: Annotated[
        str, ColumnText(f"Whether its maker says that text is legible: {FLAG}", MODEL_SOURCES, missing=NOT_SAID)
    ]
    text_languages: Annotated[
        str,
        ColumnText(
            "Languages that its maker says it draws text in (BCP 47), joined with ;", MODEL_SOURCES, missing=NOT_SAID
        ),
    ]
    seed: Annotated[str, ColumnText(f"Whether a request may fix the seed: {FLAG}", MODEL_SOURCES, missing=NOT_SAID)]
    negative_prompt: Annotated[
        str, ColumnText(f"Whether a request may say what not to draw: {FLAG}", MODEL_SOURCES, missing=NOT_SAID)
    ]
    watermark: Annotated[
        str,
        ColumnText(
            "none, invisible, visible, or optional (visible, can be switched off).", MODEL_SOURCES, missing=NOT_SAID
        ),
    ]
    content_credentials: Annotated[
        str, ColumnText(f"Whether pictures carry C2PA: {FLAG}", MODEL_SOURCES, missing=NOT_SAID)
    ]
    safety_setting: Annotated[str, ColumnText("How the content filter can be set.", MODEL_SOURCES, missing=NOT_SAID)]
    claimed_speed: Annotated[
        str,
        ColumnText(
            "Seconds an image, as claimed: who: seconds (date, condition), joined with ; never measured here.",
            "The source of each claim.",
            missing=NOT_SAID,
        ),
    ]
    rate_limits: Annotated[str, ColumnText("Rate limits, as provider: limit, joined with ;", OFFERS, missing=NOT_SAID)]
    regions: Annotated[
        str, ColumnText("Where it is served, as provider: regions, joined with ;", OFFERS, missing=NOT_SAID)
    ]
    providers: Annotated[int, ColumnText("How many providers offer it.", OFFERS, unit="offers")]
    price: Annotated[
        Decimal | None,
        ColumnText(
            "The lowest reference price: 1024x1024 at medium or standard quality.",
            OFFERS,
            unit="USD per image",
            missing=NOT_SAID,
        ),
    ]
    price_provider: Annotated[str | None, ColumnText("The provider that asks this price.", OFFERS, missing=NOT_SAID)]
    sources: Annotated[
        str, ColumnText("Who the facts were read from, joined with ;", "catalogue.json has addresses and dates.")
    ]


@dataclass(frozen=True, slots=True)
class PriceColumns:
    """A row of prices.csv."""

    provider: Annotated[str, ColumnText("Who serves the model.", OFFER_PATH)]
    model: Annotated[str, ColumnText("The model, as organization/model.", OFFER_PATH)]
    provider_model_id: Annotated[
        str | None,
        ColumnText("The id that the provider's API knows the model by.", "The offer's file.", missing="Not known."),
    ]
    amount: Annotated[Decimal, ColumnText("The price, exact.", SAME_ROW, unit="currency per unit")]
    currency: Annotated[str, ColumnText("Always USD.", "Prices in other currencies are not taken in.")]
    unit: Annotated[
        str, ColumnText("What the amount is for: image, megapixel, 1M input tokens, 1M output tokens, step.", SAME_ROW)
    ]
    quality: Annotated[str | None, ColumnText("Quality for which it holds.", SAME_ROW, missing=NO_DIFFERENCE)]
    size: Annotated[
        str | None,
        ColumnText("Size for which it holds.", SAME_ROW, unit="pixels", missing=NO_DIFFERENCE),
    ]
    mode: Annotated[
        str | None,
        ColumnText("Mode or kind of token for which it holds, such as batch or edit.", SAME_ROW, missing=NO_DIFFERENCE),
    ]
    effective: Annotated[date | None, ColumnText("When it took effect.", SAME_ROW, unit="date", missing=NOT_SAID)]
    read: Annotated[date | None, ColumnText("When we read it.", CATALOGUE, unit="date", missing="Not stated.")]
    source: Annotated[str, ColumnText("Where it was read.", CATALOGUE)]
    url: Annotated[
        str | None,
        ColumnText("The address of the source, where it has one.", CATALOGUE, missing="The source has none."),
    ]
    contested: Annotated[
        str, ColumnText("Whether other sources contradict it; the note says how.", CATALOGUE, unit="true or false")
    ]
    note: Annotated[
        str | None, ColumnText("What a reader should know about it.", CATALOGUE, missing="There is nothing to know.")
    ]


MODEL_SCHEMA = arrow_schema(columns_of(ModelColumns))
PRICE_SCHEMA = arrow_schema(columns_of(PriceColumns))


def iter_models(catalogue: Catalogue) -> Iterator[ModelColumns]:
    """The rows of models.csv, by model id."""
    for model_id, model in catalogue.models.items():
        cheapest = cheapest_offer(catalogue, model_id, catalogue.today)
        yield ModelColumns(
            model=model_id,
            name=model.name,
            organization=model_id.partition("/")[0],
            organization_name=catalogue.organization_of(model_id).name,
            released=model.released,
            status=model.status.value,
            deprecated=model.deprecated,
            shut_down=model.shut_down,
            replaced_by=model.replaced_by,
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
            weights_commercial_use=model.weights.commercial_answer,
            level=model.level,
            benchmarkable_at=";".join(providers_to_ask(catalogue, model_id)),
            outside_ranks=";".join(_outside_rank(each) for each in model.benchmarks if each.rank),
            **_capability_cells(model),
            **_offer_cells(catalogue.offers_of(model_id)),
            providers=len(catalogue.offers_of(model_id)),
            price=cheapest.price.amount if cheapest else None,
            price_provider=cheapest.provider if cheapest else None,
            sources=";".join(sorted({source.name for source in model.sources})),
        )


def _outside_rank(benchmark: Benchmark) -> str:
    return f"{benchmark.name}: {benchmark.rank}{f'/{benchmark.listed}' if benchmark.listed else ''}"


def _capability_cells(model: Model) -> dict[str, Any]:
    """The columns from ``sizes`` to ``claimed_speed``."""
    can = model.capabilities
    limits = can.size_limits or SizeLimits()
    return {
        "sizes": ";".join(can.sizes),
        "size_multiple_of": limits.multiple_of,
        "size_max_ratio": limits.max_ratio,
        "min_pixels": limits.min_pixels,
        "max_pixels": limits.max_pixels,
        "min_edge": limits.min_edge,
        "max_edge": limits.max_edge,
        "aspect_ratios": ";".join(can.aspect_ratios),
        "output_formats": ";".join(can.output_formats),
        "transparent_background": _flag(can.transparent_background),
        "input_images": can.input_images,
        "text_rendering": _flag(can.text_rendering),
        "text_languages": ";".join(can.text_languages),
        "seed": _flag(can.seed),
        "negative_prompt": _flag(can.negative_prompt),
        "watermark": can.watermark or "",
        "content_credentials": _flag(can.content_credentials),
        "safety_setting": can.safety_setting or "",
        "claimed_speed": ";".join(_claim(claim) for claim in model.speed_claims),
    }


def _claim(claim: SpeedClaim) -> str:
    about = ", ".join(str(part) for part in (claim.said, claim.condition) if part)
    return f"{claim.by}: {claim.seconds:f}{f' ({about})' if about else ''}"


def _offer_cells(offers: Mapping[str, Offer]) -> dict[str, Any]:
    return {
        "rate_limits": ";".join(f"{each}: {offer.rate_limit}" for each, offer in offers.items() if offer.rate_limit),
        "regions": ";".join(f"{each}: {', '.join(offer.regions)}" for each, offer in offers.items() if offer.regions),
    }


def _flag(value: bool | None) -> str:
    return "" if value is None else _three_valued(value)


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
