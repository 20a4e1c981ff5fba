"""models.csv: terms, capabilities and what is derived, as the catalogue has them; empty where no source says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from arena.catalogue.model_facts import Benchmark, Capabilities, CommercialUse, Level, SizeLimits, SpeedClaim, Weights
from arena.catalogue.records import Offer, Provider
from arena.exports.catalogue import iter_models
from tests.publish.sites import READ, make_model, make_site_data


def test_a_row_has_every_capability_and_what_follows_from_offers() -> None:
    claim = SpeedClaim(seconds=Decimal(8), by="Acme", said=date(2026, 5, 4), condition="2K", source="P", read=READ)
    model = make_model(
        "One",
        level=Level.VARIANT,
        weights=Weights(open=True, licence="L", commercial_use=CommercialUse.CONDITIONAL, note="Below 1M USD."),
        capabilities=Capabilities(
            sizes=("1024x1024", "2K"),
            size_limits=SizeLimits(multiple_of=16, max_ratio=Decimal(3), min_pixels=655_360, max_edge=3840),
            output_formats=("png", "svg"),
            transparent_background=True,
            input_images=0,
            text_languages=("en", "zh"),
            seed=False,
            watermark="visible",
        ),
        speed_claims=(claim,),
        benchmarks=(
            Benchmark(name="List", value=Decimal(1), rank=3, listed=76, source="P", read=READ),
            Benchmark(name="Unranked", value=Decimal(1), source="P", read=READ),
        ),
    )
    providers = {"shop": Provider(name="Shop", gateway="generations", endpoint="https://shop.example/v1")}
    offer = Offer(model_id="one", rate_limit="5 a minute", regions=("eu-1", "us-1"))
    offers = {("shop", "acme/one"): offer}
    (row,) = iter_models(make_site_data({"acme/one": model}, offers=offers, providers=providers).catalogue)
    expected = {
        "weights_commercial_use": "conditional",
        "commercial_use": "unknown",
        "level": "variant",
        "benchmarkable_at": "shop",
        "outside_ranks": "List: 3/76",
        "sizes": "1024x1024;2K",
        "size_multiple_of": 16,
        "size_max_ratio": Decimal(3),
        "min_pixels": 655_360,
        "max_pixels": None,
        "max_edge": 3840,
        "output_formats": "png;svg",
        "transparent_background": "true",
        "input_images": 0,
        "text_rendering": "",
        "text_languages": "en;zh",
        "seed": "false",
        "watermark": "visible",
        "claimed_speed": "Acme: 8 (2026-05-04, 2K)",
        "rate_limits": "shop: 5 a minute",
        "regions": "shop: eu-1, us-1",
    }
    assert {name: value for name, value in asdict(row).items() if name in expected} == expected


def test_weights_that_cannot_be_downloaded_are_used_by_nobody() -> None:
    models = {"acme/closed": make_model("Closed"), "acme/quiet": make_model("Quiet", weights=Weights(open="unknown"))}
    rows = {row.model: row for row in iter_models(make_site_data(models).catalogue)}
    assert rows["acme/closed"].weights_commercial_use == "no"
    assert rows["acme/quiet"].weights_commercial_use == "unknown"
    assert rows["acme/quiet"].benchmarkable_at == rows["acme/quiet"].sizes == rows["acme/quiet"].seed == ""
