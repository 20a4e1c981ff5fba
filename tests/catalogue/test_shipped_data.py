from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from arena.catalogue import CheckReport, check_catalogue, load_catalogue
from arena.catalogue.model_facts import Benchmark
from arena.catalogue.pricing.estimate import ImagePrice, UnknownPrice, blended_price, image_price
from arena.catalogue.pricing.tiers import tiers_of
from arena.catalogue.records import Offer, Price, Unit
from arena.catalogue.rules.prompts import check_languages, check_scripts
from arena.catalogue.rules.text_models import check_text_benchmarks, check_text_prices
from arena.errors import CatalogueError
from tests.conftest import ROOT, TEST_DATA

DATA = ROOT / "data"
RENAMED = {"minimax-image-01": "image-01"}
"""Ids of the collection that stand otherwise in the catalogue."""


@pytest.fixture(scope="module")
def report() -> CheckReport:
    return check_catalogue(DATA)


def test_shipped_data_has_no_findings(report: CheckReport) -> None:
    assert [
        str(finding) for finding in (*report.findings, *report.warnings) if not _asks_about_placeholder(finding)
    ] == []


def _asks_about_placeholder(finding: CatalogueError) -> bool:
    """fal's 0.0398, which recurs for unrelated models and looks like a placeholder: the question is right."""
    return finding.message.startswith("0.0398 USD for one image is also asked for") and "/fal/" in finding.where


def test_every_fact_has_a_source(report: CheckReport) -> None:
    assert report.counts is not None
    assert report.counts.sourced_facts == report.counts.facts
    assert report.counts.models >= 96
    assert report.counts.organizations >= 25
    assert report.counts.providers >= 20
    assert report.counts.offers >= 180


def test_old_sources_and_passed_days_are_the_only_warnings_later(report: CheckReport) -> None:
    later = check_catalogue(DATA, date(2027, 6, 1))
    assert later.warnings
    expected = ("last read on", "its day of shutdown")
    others = [warning for warning in later.warnings if not _asks_about_placeholder(warning)]
    assert all(any(words in warning.message for words in expected) for warning in others)


def test_every_collected_model_is_there(report: CheckReport) -> None:
    assert report.catalogue is not None
    here = {model_id.partition("/")[2] for model_id in report.catalogue.models}
    collected = (TEST_DATA / "catalogue" / "collected_models.txt").read_text(encoding="utf-8").split()
    assert len(collected) == 96
    assert [model_id for model_id in collected if RENAMED.get(model_id, model_id) not in here] == []


def test_every_price_is_computed_or_says_why_not(report: CheckReport) -> None:
    catalogue = report.catalogue
    assert catalogue is not None
    computed = 0
    for (_, model_id), offer in catalogue.offers.items():
        price = image_price(offer, catalogue.models[model_id], tiers_of(catalogue, model_id))
        if isinstance(price, ImagePrice):
            computed += 1
            assert 0 < price.amount < 1
            assert price.formula.endswith("USD") or price.formula.endswith("as listed")
        else:
            assert isinstance(price, UnknownPrice)
            assert price.reason
    assert computed > 150


@pytest.mark.parametrize(
    ("model_id", "size", "quality"),
    [
        ("openai/gpt-image-1", (1024, 1024), "low"),
        ("openai/gpt-image-1", (1024, 1536), "medium"),
        ("openai/gpt-image-1", (1536, 1024), "high"),
        ("openai/gpt-image-1.5", (1024, 1024), "high"),
    ],
)
def test_listed_prices_agree_with_prices_by_the_token(model_id: str, size: tuple[int, int], quality: str) -> None:
    catalogue = load_catalogue(DATA)
    offer, model = catalogue.offers["openai", model_id], catalogue.models[model_id]
    by_token = offer.model_copy(update={"prices": tuple(p for p in offer.prices if p.unit != "image")})
    tiers, (width, height) = tiers_of(catalogue, model_id), size
    listed = image_price(offer, model, tiers, width=width, height=height, quality=quality)
    computed = image_price(by_token, model, tiers, width=width, height=height, quality=quality)
    assert isinstance(listed, ImagePrice)
    assert isinstance(computed, ImagePrice)
    assert computed.tokens is not None
    assert abs(listed.amount - computed.amount) / listed.amount < 0.02


def test_what_a_seed_says_of_an_image_model_is_refused(report: CheckReport) -> None:
    """One of the two pages that the project began with shows a text model's numbers on GPT Image 2."""
    said = json.loads((TEST_DATA / "catalogue" / "text_model_numbers.json").read_text(encoding="utf-8"))
    assert report.catalogue is not None
    model = report.catalogue.models["openai/gpt-image-2"]
    read = date(2026, 8, 21)
    benchmarks = [
        Benchmark(name=name, value=Decimal(value), source="A page", read=read)
        for name, value in said["benchmarks"].items()
    ]
    listed = said["prices"]
    prices = [
        Price(amount=Decimal(listed["Input / 1M"]), unit=Unit.INPUT_TOKENS, source="A page", read=read),
        Price(amount=Decimal(listed["Output / 1M"]), unit=Unit.OUTPUT_TOKENS, source="A page", read=read),
    ]
    offer = Offer(prices=tuple(prices))
    blended = blended_price(offer)
    assert blended is not None
    assert str(blended.amount).startswith(listed["Blended / 1M"])
    spoiled = replace(
        report.catalogue,
        models={"openai/gpt-image-2": model.model_copy(update={"benchmarks": tuple(benchmarks)})},
        offers={("openai", "openai/gpt-image-2"): offer},
    )
    assert len(list(check_text_benchmarks(spoiled))) == len(benchmarks) == 13
    assert [finding.message for finding in check_text_prices(spoiled)] == [
        "0.60 USD for 1M output tokens is a text model's price, and openai/gpt-image-2 makes images"
    ]


def test_no_shipped_prompt_reads_as_another_language_and_nearly_all_do_when_marked_so(report: CheckReport) -> None:
    """The two thresholds of the guesser, measured: whole texts, and their first words as if they were short prompts."""
    assert report.catalogue is not None
    others = {"ru": "uk", "ar": "fa", "hi": "ne", "zh": "ja", "ja": "zh", "en": "es", "es": "en"}
    found = 0
    for prompt_id, prompt in report.catalogue.prompts.items():
        for words in (2, 3, 5, 8, 12, None):
            cut = prompt.model_copy(update={"text": " ".join(prompt.text.split(" ")[:words]), "english": None})
            assert list(check_languages(replace(report.catalogue, prompts={prompt_id: cut}))) == []
        if prompt.language in others:
            marked = prompt.model_copy(update={"language": others[prompt.language]})
            spoiled = replace(report.catalogue, prompts={prompt_id: marked})
            found += any(list(rule(spoiled)) for rule in (check_languages, check_scripts))
    assert found >= 0.95 * sum(prompt.language in others for prompt in report.catalogue.prompts.values())
