from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.pull import ListKind, parse_price_list
from arena.errors import CatalogueError
from tests.catalogue.pull.made_up import LITELLM, MODELS_DEV, OPENROUTER
from tests.conftest import TEST_DATA


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


CASES = {
    "litellm": ["batches", "bom", "nullentry", "objcost", "oneword", "pixel-and-image", "pixel", "sci-string"],
    "models.dev": ["md-float", "md-nomodels", "md-nullcost", "md-tiers"],
    "openrouter": ["or-neg", "or-nullarch", "or-nullprice", "or-variant"],
}
"""Lists with something odd in them and a price that can be read, in tests/data/price-lists."""
SAID: dict[str, tuple[list[str], list[str]]] = {
    "batches": (["gpt-image-2 0.04 image"], []),
    "bom": (["gpt-image-2 0.04 image"], []),
    "nullentry": (["gpt-image-2 0.04 image"], ["zzz: it is null, not a table"]),
    "objcost": (["gpt-image-2 0.04 image"], ["other: output_cost_per_image is a table, not an amount"]),
    "oneword": (["gpt-image-2 0.04 image"], ['other: output_cost_per_image is "N/A", not an amount']),
    "pixel-and-image": (["gpt-image-2 0.011 image"], []),
    "pixel": (["gpt-image-2 0.011 image", "stability.x 0.018 image"], []),
    "sci-string": (["gpt-image-2 0.04 image"], []),
    "md-float": (["gpt-image-2 0.2 1M input tokens", "gpt-image-2 40 1M output tokens"], []),
    "md-nomodels": (
        ["gpt-image-2 5 1M input tokens", "gpt-image-2 40 1M output tokens"],
        [": the provider has no table of models"],
    ),
    "md-nullcost": (["y 5 1M input tokens", "y 40 1M output tokens"], ["gpt-image-2: its cost is null, not a table"]),
    "md-tiers": (["gpt-image-2 5 1M input tokens", "gpt-image-2 40 1M output tokens"], []),
    "or-neg": (
        [
            "openai/gpt-image-2 5 1M input tokens",
            "openai/gpt-image-2 10 1M output tokens",
            "openai/gpt-image-2 40 1M output tokens",
        ],
        ["openai/gpt-image-2: prompt is negative: the price depends on the model that it chooses"],
    ),
    "or-nullarch": (["openai/gpt-image-2 40 1M output tokens"], ["a/b: its architecture is null, not a table"]),
    "or-nullprice": (["openai/gpt-image-2 40 1M output tokens"], ["a/b: its pricing is null, not a table"]),
    "or-variant": (["openai/gpt-image-2:free 40 1M output tokens"], []),
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in CASES.items() for name in names])
def test_an_odd_entry_costs_itself_alone_and_is_named(kind: str, name: str) -> None:
    found = parse_price_list(ListKind(kind), (TEST_DATA / "price-lists" / f"{name}.json").read_bytes(), "list.json")
    prices = [f"{price.model} {price.amount:f} {price.unit}" for price in found.prices]
    assert (prices, [f"{odd.model}: {odd.reason}" for odd in found.odd]) == SAID[name]


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("litellm", "word", '"gpt-image-2": output_cost_per_image is "free", not an amount'),
        ("models.dev", "md-nullmod", '"gpt-image-2": its modalities is null, not a table'),
    ],
)
def test_a_list_of_odd_entries_alone_says_why_nothing_is_read(kind: str, name: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_price_list(ListKind(kind), (TEST_DATA / "price-lists" / f"{name}.json").read_bytes(), "list.json")
    assert said in caught.value.message


def test_every_case_is_read() -> None:
    there = {path.stem for path in (TEST_DATA / "price-lists").glob("*.json")}
    assert there == {name for names in CASES.values() for name in names} | {"word", "md-nullmod"}


@pytest.mark.parametrize(
    "amount", ["true", '"N/A"', "{}", "[]", "-1", '"-0.5"', "1e99", '""', "NaN", "Infinity", '"NaN"', '"1e9999999"']
)
def test_what_is_no_amount(amount: str) -> None:
    entry = '{"litellm_provider": "p", "mode": "image_generation", "output_cost_per_image": %s}'
    listed = f'{{"odd": {entry % amount}, "m": {entry % "0.5"}}}'
    found = parse_price_list(ListKind.LITELLM, listed.encode(), "x")
    assert [price.model for price in found.prices] == ["m"]
    assert [odd.model for odd in found.odd] == ["odd"]


@pytest.mark.parametrize(
    ("costs", "listed"),
    [
        ('"input_cost_per_token": 4e-08', ["0.04 image"]),
        ('"output_cost_per_token": 4e-08', ["0.04 image"]),
        ('"input_cost_per_token": 4e-08, "output_cost_per_token": 4e-08', ["0.04 image"]),
        ('"input_cost_per_token": 4e-08, "output_cost_per_image": 0.04', ["0.04 image"]),
        ('"input_cost_per_token": 5e-06, "output_cost_per_token": 1e-05', ["5 1M input tokens", "10 1M output tokens"]),
        (
            '"input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07',
            ["0.15 1M input tokens left out", "0.6 1M output tokens left out"],
        ),
        ('"input_cost_per_token": 2.5e-07', ["0.25 1M input tokens left out"]),
    ],
)
def test_an_image_that_is_priced_as_tokens(costs: str, listed: list[str]) -> None:
    entry = f'{{"m": {{"litellm_provider": "p", "mode": "image_generation", {costs}}}}}'
    found = parse_price_list(ListKind.LITELLM, entry.encode(), "x")
    assert [f"{price.amount:f} {price.unit}{' left out' * bool(price.unclear)}" for price in found.prices] == listed


@pytest.mark.parametrize(
    ("entry", "listed"),
    [
        ('"cost": {"input": 0, "output": 0.04}', ["0.04 image"]),
        ('"cost": {"input": 0.04}', ["0.04 image"]),
        ('"cost": {}, "description": "Charged at $0.07 per image."', ["0.07 image"]),
        ('"cost": {"output": 40}, "description": "Charged at $0.07 per image."', ["40 1M output tokens"]),
    ],
)
def test_models_dev_prices_by_the_image(entry: str, listed: list[str]) -> None:
    text = f'{{"p": {{"models": {{"m": {{"modalities": {{"output": ["image"]}}, {entry}}}}}}}}}'
    found = parse_price_list(ListKind.MODELS_DEV, text.encode(), "x")
    assert [f"{price.amount:f} {price.unit}" for price in found.prices] == listed


def test_models_dev_two_prices_in_words_are_none() -> None:
    entry = (
        '"%s": {"modalities": {"output": ["image"]}, "cost": {%s}, "description": "$0.1 per image, or $0.2 an image"}'
    )
    tokens, none = entry % ("m", '"output": 40'), entry % ("n", "")
    text = f'{{"p": {{"models": {{{tokens}, {none}}}}}}}'
    assert [price.model for price in parse_price_list(ListKind.MODELS_DEV, text.encode(), "x").prices] == ["m"]


def test_openrouter_names_the_price_of_an_input_image() -> None:
    """Never of one that is made; where it is too low for a picture, it is that of a token."""
    entry = '{"id": "%s", "architecture": {"output_modalities": ["image"]}, "pricing": {"image": "%s"}}'
    text = f'{{"data": [{entry % ("a", "0.0000003")}, {entry % ("b", "0.00124")}]}}'
    found = parse_price_list(ListKind.OPENROUTER, text.encode(), "x").prices
    assert [(price.model, f"{price.amount:f}", price.unit, price.condition.mode) for price in found] == [
        ("a", "0.3", "1M input tokens", "image"),
        ("b", "0.00124", "image", "input image"),
    ]


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


@pytest.mark.parametrize(
    "amount",
    [
        '"1e-999999999"',
        "1e-9999999999999999999",
        "1e9999999999999999999",
        "9" * 5000,
        "1e-400",
        "NaN",
        '"\u22120.04"',
        '"free"',
        "[0.04]",
        '{"USD": 0.04}',
    ],
)
def test_an_amount_that_nothing_can_mean_costs_its_entry_alone(amount: str) -> None:
    made = '{"litellm_provider": "a", "mode": "image_generation", "output_cost_per_image": %s}'
    text = f'{{"good": {made % "0.04"}, "odd": {made % amount}}}'
    found = parse_price_list(ListKind.LITELLM, text.encode(), "list.json")
    assert [(one.model, str(one.amount)) for one in found.prices] == [("good", "0.04")]
    assert [one.model for one in found.odd] == ["odd"]
    assert len(found.odd[0].reason) < 200


@pytest.mark.parametrize("size", ["9" * 5000 + "-x-1024", "99999999999999-x-99999999999", "0-x-0"])
def test_a_size_that_no_picture_has_is_part_of_the_name(size: str) -> None:
    entry = '{"litellm_provider": "a", "mode": "image_generation", "output_cost_per_pixel": 1e-8}'
    found = rows(ListKind.LITELLM, f'{{"{size}/one": {entry}}}')
    assert found == [("a", f"{size}/one", "0.01", "megapixel")]
