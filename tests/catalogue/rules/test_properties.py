"""What holds of the rules for any text, date and price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue import Catalogue, load_catalogue, rules
from arena.catalogue.records import Offer, Price, Provider, Unit
from arena.catalogue.rules.dates import check_mentioned_dates, check_stated_dates
from arena.catalogue.rules.prices import check_siblings
from arena.catalogue.rules.prompts import check_similar_prompts
from arena.errors import CatalogueError
from tests.catalogue.projects import write_project

STORY, PROMPT = "2025-01-10-acme-ships-one", "text-to-image/lighthouse"
EVENT = date(2025, 1, 10)
texts = st.text(min_size=1).filter(str.strip)
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder: Path = tmp_path_factory.mktemp("clean")
    return load_catalogue(write_project(folder))


def telling(clean: Catalogue, text: str) -> Catalogue:
    story = clean.stories[STORY].model_copy(update={"text": text, "published": None})
    return replace(clean, stories={STORY: story})


def asking(clean: Catalogue, **asked: str) -> Catalogue:
    one = clean.prompts[PROMPT]
    return replace(
        clean, prompts={f"text-to-image/{name}": one.model_copy(update={"text": text}) for name, text in asked.items()}
    )


@given(text=texts)
def test_any_text_is_fine_or_a_finding(clean: Catalogue, text: str) -> None:
    for catalogue in (telling(clean, text), asking(clean, a=text, b=text[::-1])):
        for rule in (*rules.ERROR_RULES, *rules.WARNING_RULES):
            assert all(isinstance(finding, CatalogueError) for finding in rule(catalogue))


def ways(day: date) -> list[str]:
    return [
        day.isoformat(),
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day}th of {day:%b} {day.year}",
    ]


@given(day=days)
def test_a_date_in_the_text_is_the_events_or_a_finding(clean: Catalogue, day: date) -> None:
    for written in ways(day):
        found = list(check_stated_dates(telling(clean, f"It was released on {written}, they say.")))
        assert bool(found) == (day != EVENT), written
        found = list(check_mentioned_dates(telling(clean, f"On {written} it rained.")))
        assert bool(found) == (day != EVENT), written


@given(day=days)
def test_a_month_in_the_text_is_the_events_or_a_finding(clean: Catalogue, day: date) -> None:
    found = list(check_stated_dates(telling(clean, f"One launched to the public in {day:%B %Y}.")))
    assert bool(found) == ((day.year, day.month) != (EVENT.year, EVENT.month))


@given(text=texts)
def test_a_prompt_is_like_itself(clean: Catalogue, text: str) -> None:
    assert len(list(check_similar_prompts(asking(clean, a=text, b=text)))) == 1
    assert list(check_similar_prompts(asking(clean, a=text))) == []


@given(first=st.text("abcdef", min_size=5), second=st.text("uvwxyz", min_size=5))
def test_prompts_without_a_common_letter_are_not_alike(clean: Catalogue, first: str, second: str) -> None:
    assert list(check_similar_prompts(asking(clean, a=first, b=second))) == []


amounts = st.lists(st.decimals("0.001", "1", places=3), min_size=2, max_size=6)


def selling(clean: Catalogue, asked: list[Decimal]) -> Catalogue:
    def offer(amount: Decimal) -> Offer:
        return Offer(prices=(Price(amount=amount, unit=Unit.IMAGE, read=EVENT, source="S"),))

    offers = {(f"shop-{index}", "acme/one"): offer(amount) for index, amount in enumerate(asked)}
    return replace(clean, offers=offers, providers={name: Provider(name=name) for name, _ in offers})


@given(asked=amounts, times=st.sampled_from([Decimal("0.1"), Decimal(3), Decimal(1000)]))
def test_odd_prices_stay_odd_in_another_currency(clean: Catalogue, asked: list[Decimal], times: Decimal) -> None:
    def where(prices: list[Decimal]) -> list[str]:
        return [finding.where for finding in check_siblings(selling(clean, prices))]

    assert where(asked) == where([amount * times for amount in asked])


@given(asked=amounts)
def test_the_order_of_providers_does_not_matter(clean: Catalogue, asked: list[Decimal]) -> None:
    def said(prices: list[Decimal]) -> list[str]:
        return sorted(finding.message for finding in check_siblings(selling(clean, prices)))

    assert said(asked) == said(asked[::-1])
