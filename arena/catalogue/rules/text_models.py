"""Text models: their benchmarks, prices and speeds do not belong to a model that makes images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.layout import Kind
from arena.catalogue.records import Model, Offer, Price, Unit
from arena.catalogue.rules.spellings import indexed_prices
from arena.errors import CatalogueError

MIN_IMAGE_TOKEN_PRICE = Decimal(2)
"""USD per 1M: the cheapest image tokens known when this was written cost 8, and half of that in a batch."""

MIN_DEAR_TOKENS = Decimal(20)
"""USD per 1M: below, tokens of text cost as much (GPT Image 2 asks 10 for them, and 30 for those of images)."""

_TEXT_MEASURES = (
    "aime", "arc agi", "bbh", "big bench", "coding index", "drop", "gpqa", "gsm8k", "hellaswag", "hle", "humaneval",
    "humanity s last exam", "ifbench", "ifeval", "intelligence index", "livecodebench", "math 500", "math index",
    "mbpp", "mgsm", "mmlu", "mmlu pro", "mt bench", "output speed", "output tps", "scicode", "simpleqa", "swe bench",
    "tau bench", "terminal bench", "time to first token", "tokens per second", "tokens s", "tps", "truthfulqa", "ttft",
)  # fmt: skip
_TEXT_MEASURE = re.compile(rf"\b(?:{'|'.join(_TEXT_MEASURES)})\b")


def check_text_benchmarks(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A model that makes images only has no results on tests of text, such as MMLU-Pro or tokens per second."""
    for model_id, model in catalogue.models.items():
        if not _makes_images_only(model):
            continue
        for index, benchmark in enumerate(model.benchmarks):
            if _TEXT_MEASURE.search(re.sub(r"[^a-z0-9]+", " ", benchmark.name.casefold())):
                yield CatalogueError(
                    f"{show(benchmark.name)} measures text, and {model_id} makes images",
                    where=catalogue.where(Kind.MODEL, model_id, f"benchmarks[{index}].name"),
                    hint="a text model's values were taken for this one's: remove the benchmark",
                )


def check_text_prices(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Image tokens are not as cheap as text, and an offer for an image model does not price text alone.

    A ``note`` on the price settles the first.
    """
    for (provider_id, model_id), offer in catalogue.offers.items():
        where = catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}")
        for index, price in enumerate(offer.prices):
            if _too_cheap(price):
                yield CatalogueError(
                    f"{price.amount} USD for 1M output tokens is a text model's price, and {model_id} makes images",
                    where=f"{where}: prices[{index}]",
                    hint='image tokens cost more; a price for text has condition = { mode = "text" }',
                )
        model = catalogue.models.get(model_id)
        if model and _makes_images_only(model) and _prices_text_alone(offer):
            yield CatalogueError(
                f"prices tokens of text alone, and {model_id} makes images",
                where=f"{where}: prices",
                hint="add what an image or its tokens cost; where no source tells, leave the prices out",
            )


def check_token_kinds(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A price for output tokens says which kind they are of: text and image cost different amounts.

    A ``note`` on the price settles it; one that is too cheap for image tokens has a finding of its own.
    """
    for provider_id, model_id, index, price in indexed_prices(catalogue):
        written = price.unit is Unit.OUTPUT_TOKENS and _kind(price) in ("", "standard") and price.note is None
        if written and not _too_cheap(price):
            level = "text or of cheap images" if price.amount < MIN_DEAR_TOKENS else "images"
            yield CatalogueError(
                f"{price.amount} USD for 1M output tokens, at the level of {level}, and no mode says which kind",
                where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].condition"),
                hint='write condition = { mode = "image" } or { mode = "text" }, as the source says',
            )


def check_text_speeds(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No offer of a model that makes images only states how fast it writes text."""
    for (provider_id, model_id), offer in catalogue.offers.items():
        model = catalogue.models.get(model_id)
        if offer.speed and model and _makes_images_only(model):
            yield CatalogueError(
                f"states how fast tokens are written, and {model_id} makes images",
                where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", "speed"),
                hint="a text model's values were taken for this one's: remove the table",
            )


def _makes_images_only(model: Model) -> bool:
    return "text" not in model.outputs


def _kind(price: Price) -> str:
    return (price.condition.mode or "").casefold()


def _too_cheap(price: Price) -> bool:
    if price.unit is not Unit.OUTPUT_TOKENS or price.note is not None:
        return False
    return price.amount < MIN_IMAGE_TOKEN_PRICE and _kind(price) in ("", "image", "standard")


def _prices_text_alone(offer: Offer) -> bool:
    """Whether every price is for tokens, some are for output, and all of those are for text."""
    written = [price for price in offer.prices if price.unit is Unit.OUTPUT_TOKENS]
    tokens = all(price.unit in (Unit.INPUT_TOKENS, Unit.OUTPUT_TOKENS) for price in offer.prices)
    return bool(written) and tokens and all("text" in _kind(price) for price in written)
