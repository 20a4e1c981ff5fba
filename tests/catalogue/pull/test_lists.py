from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.pull import ListKind, parse_price_list
from arena.errors import CatalogueError
from tests.catalogue.pull.made_up import LITELLM, MODELS_DEV, OPENROUTER


def rows(kind: ListKind, text: str) -> list[tuple[str, ...]]:
    found = parse_price_list(kind, text.encode(), "list.json")
    return [
        (
            one.provider,
            one.model,
            f"{one.amount.normalize():f}",
            one.unit.value,
            *(value for value in (one.condition.quality, one.condition.size, one.condition.mode) if value),
        )
        for one in found.prices
    ]


def test_litellm() -> None:
    assert rows(ListKind.LITELLM, LITELLM) == [
        ("shop_ai", "acme-one", "0.006", "image", "low", "1024x1024"),
        ("shop_ai", "acme-one", "0.05", "image", "medium", "1024x1024"),
        ("shop_ai", "acme-one-2025-01-10", "40", "1M output tokens", "image"),
        ("shop_ai", "acme-one", "5", "1M input tokens", "text"),
        ("shop_ai", "acme-one", "1.25", "1M input tokens", "cached text"),
        ("shop_ai", "acme-one", "8", "1M input tokens", "image"),
        ("shop_ai", "acme-one", "30", "1M output tokens", "image"),
        ("shop_ai", "two-pro", "0.04", "image"),
        ("shop_ai", "two-pro", "0.001", "image", "input image"),
        ("shop_ai", "acme-one", "1", "image", "standard"),
        ("shop_ai", "nobody", "0.01", "image"),
        ("mart", "acme-one", "0.01", "image"),
    ]
    found = parse_price_list(ListKind.LITELLM, LITELLM.encode(), "list.json")
    assert found.passed_over == 1
    assert [one.rounded for one in found.prices[:2]] == [True, False]
    assert [one.unclear for one in found.prices if one.unclear] == ["the size is not a number"]


def test_litellm_by_the_pixel_without_a_size_is_by_the_megapixel() -> None:
    entry = '{"nscale/m": {"litellm_provider": "nscale", "mode": "image_generation", "input_cost_per_pixel": 1.3e-09}}'
    assert rows(ListKind.LITELLM, entry) == [("nscale", "m", "0.0013", "megapixel")]


def test_litellm_chat_models_that_make_images_count() -> None:
    entry = '{"m": {"litellm_provider": "gemini", "mode": "chat", "output_cost_per_image_token": 3e-05}}'
    assert rows(ListKind.LITELLM, entry) == [("gemini", "m", "30", "1M output tokens", "image")]


def test_models_dev() -> None:
    assert rows(ListKind.MODELS_DEV, MODELS_DEV) == [
        ("shop", "acme-one", "5", "1M input tokens", "text"),
        ("shop", "acme-one", "1.25", "1M input tokens", "cached text"),
        ("shop", "acme-one", "30", "1M output tokens", "image"),
        ("shop", "one-plus", "0.3", "1M input tokens", "text"),
        ("shop", "one-plus", "30", "1M output tokens", "image"),
    ]
    found = parse_price_list(ListKind.MODELS_DEV, MODELS_DEV.encode(), "list.json")
    assert found.passed_over == 2
    assert "does not say whether" in found.prices[-1].unclear


def test_openrouter() -> None:
    assert rows(ListKind.OPENROUTER, OPENROUTER) == [
        ("openrouter", "acme/one", "0.001", "image", "input image"),
        ("openrouter", "acme/one", "5", "1M input tokens", "text"),
        ("openrouter", "acme/one", "30", "1M output tokens", "image"),
        ("openrouter", "acme/two", "0.3", "1M input tokens", "text"),
        ("openrouter", "acme/two", "2.5", "1M output tokens", "text"),
        ("openrouter", "acme/two", "30", "1M output tokens", "image"),
    ]


def test_amounts_are_exact() -> None:
    entry = '{"m": {"litellm_provider": "p", "mode": "image_generation", "output_cost_per_image": 0.1}}'
    assert parse_price_list(ListKind.LITELLM, entry.encode(), "x").prices[0].amount == Decimal("0.1")


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[" * 100_000, b"[]", b"{}", b"1", b'{"a": 1}', b'{"data": {"a": []}}', b"null"]
)
def test_what_is_not_a_list(kind: ListKind, content: bytes) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_price_list(kind, content, "list.json")
    assert caught.value.where == "list.json"
    assert caught.value.hint.startswith("it should be a copy of https://")


KEYS = st.sampled_from(["data", "models", "cost", "modalities", "output", "mode", "pricing", "id", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", ListKind)
@given(content=anything)
def test_any_json_is_a_list_or_a_finding(kind: ListKind, content: object) -> None:
    try:
        parse_price_list(kind, json.dumps(content).encode(), "list.json")
    except CatalogueError as error:
        assert error.where == "list.json"
