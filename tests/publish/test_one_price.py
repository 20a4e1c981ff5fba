"""One price on every surface: what the built site of the shipped catalogue says anywhere is what the estimator says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from arena import wording
from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.pricing.estimate import CheapestOffer, ImagePrice, cheapest_offer, image_price
from arena.catalogue.pricing.tiers import tiers_of
from tests.conftest import ROOT

MODELS = 40
Costs = Mapping[tuple[str, str, str, str], list[Any]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "data")


@pytest.fixture(scope="module")
def cheapest(catalogue: Catalogue) -> dict[str, CheapestOffer]:
    """Of the first 40 models that have a price, with those of several qualities before others."""
    models = sorted(catalogue.models, key=lambda model_id: not tiers_of(catalogue, model_id).several)
    found = {model_id: offer for model_id in models if (offer := cheapest_offer(catalogue, model_id))}
    chosen = dict(list(found.items())[:MODELS])
    assert len(chosen) == MODELS
    return chosen


@pytest.fixture(scope="module")
def figures(shipped_site: Path) -> dict[str, Any]:
    text = (shipped_site / "prices.html").read_text("utf-8")
    found = re.search(r'id="costs-figures">(.*?)</script>', text, re.S)
    assert found
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


@pytest.fixture(scope="module")
def costs(figures: dict[str, Any]) -> Costs:
    """What the calculator knows, by page of the model, page of the provider, size and quality."""
    at = [(size, quality) for size in figures["sizes"] for quality in figures["qualities"]]
    return {
        (figures["models"][model][1], figures["providers"][provider][1], *where): cost
        for model, provider, found in figures["offers"]
        for where, cost in zip(at, found, strict=True)
        if cost
    }


def test_the_calculator_says_what_the_estimator_says(
    catalogue: Catalogue, cheapest: dict[str, CheapestOffer], figures: dict[str, Any], costs: Costs
) -> None:
    compared = 0
    for model_id in cheapest:
        for provider, offer in catalogue.offers_of(model_id).items():
            for size in figures["sizes"]:
                width, height = map(int, size.split("x"))
                for quality in figures["qualities"]:
                    tiers = tiers_of(catalogue, model_id)
                    price = image_price(
                        offer, catalogue.models[model_id], tiers, width=width, height=height, quality=quality
                    )
                    cost = costs.get((f"models/{model_id}.html", f"providers/{provider}.html", size, quality))
                    known = isinstance(price, ImagePrice)
                    assert (cost is not None) == known, (model_id, provider, size, quality)
                    if cost and isinstance(price, ImagePrice):
                        assert Decimal(str(cost[0])) == price.amount.quantize(Decimal(str(cost[0])))
                        compared += 1
    assert compared > 300


def test_every_surface_has_the_same_price_from(
    catalogue: Catalogue, cheapest: dict[str, CheapestOffer], shipped_site: Path
) -> None:
    llms = (shipped_site / "llms.txt").read_text("utf-8")
    listed = {row["id"]: row for row in json.loads((shipped_site / "api/v1/models.json").read_text("utf-8"))["models"]}
    with (shipped_site / "data" / "models.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["model"]: row for row in csv.DictReader(file)}
    for model_id, offer in cheapest.items():
        dollars, via = wording.dollars(offer.amount), catalogue.providers[offer.provider].name
        page = (shipped_site / f"models/{model_id}.html").read_text("utf-8")
        twin = (shipped_site / f"models/{model_id}.md").read_text("utf-8")
        said = f"costs from {dollars} per image via {via} for 1024×1024"
        assert page.count(said) >= 3, f"{model_id}: the section, the answer and the structured data"
        assert said in twin.replace("\\", "")
        assert f"from {dollars} an image via {via}" in llms.replace("\\", "")
        assert Decimal(str(listed[model_id]["price"]["amount"])) == offer.amount
        assert listed[model_id]["price"]["provider"] == offer.provider
        assert (Decimal(rows[model_id]["price"]), rows[model_id]["price_provider"]) == (offer.amount, offer.provider)


def test_two_thousand_images_of_gpt_image_2_at_high_quality(shipped_site: Path, costs: Costs) -> None:
    model = "models/openai/gpt-image-2.html"
    high = {key[1]: cost[0] for key, cost in costs.items() if (key[0], *key[2:]) == (model, "1024x1024", "high")}
    assert {2000 * amount for amount in high.values()} == {422.0}
    assert "providers/openai.html" in high
    assert not {"providers/vercel.html", "providers/fal.html", "providers/aimlapi.html"} & set(high)
    table = (shipped_site / "prices.html").read_text("utf-8")
    by_quality = "low $0.006, medium $0.053, high $0.211"
    assert by_quality in table, "also without a script"
    page = (shipped_site / model).read_text("utf-8")
    assert f"The least by quality: {by_quality}." in page
    assert "not stated" in page
