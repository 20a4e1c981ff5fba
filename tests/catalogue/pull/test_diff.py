from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.pull import DiffFormat, ListKind, PriceDiff, parse_price_list, prices_pull, render_diff
from tests.catalogue.projects import SOURCE, put
from tests.catalogue.pull.made_up import LITELLM, MODELS_DEV, OPENROUTER, write_shop

TODAY = date(2026, 3, 1)
TEXTS = {ListKind.LITELLM: LITELLM, ListKind.MODELS_DEV: MODELS_DEV, ListKind.OPENROUTER: OPENROUTER}


def pull(data: Path, *kinds: ListKind, today: date = TODAY) -> PriceDiff:
    lists = [parse_price_list(kind, TEXTS[kind].encode(), "list.json") for kind in kinds]
    return prices_pull(load_catalogue(data), lists, today)


def test_litellm_beside_the_catalogue(tmp_path: Path) -> None:
    diff = pull(write_shop(tmp_path), ListKind.LITELLM)
    assert render_diff(diff) == (
        "New:\n"
        "  shop x acme/one: 1.25 USD for one 1M input tokens (cached text) (litellm)\n"
        "  shop x acme/one: 8 USD for one 1M input tokens (image) (litellm)\n"
        "  shop x acme/one: 5 USD for one 1M input tokens (text) (litellm)\n"
        "  shop x acme/two: 0.001 USD for one image (input image), a new offer (litellm)\n"
        "  shop x acme/two: 0.04 USD for one image, a new offer (litellm)\n"
        "\n"
        "Changed:\n"
        "  shop x acme/one: 0.04 USD for one image (Medium, 1024x1024) -> 0.05, +25.0% (litellm)\n"
        "\n"
        "Disputed by another source (not written):\n"
        "  shop x acme/one: 32 USD for one 1M output tokens (image) -> 30, -6.2% (litellm), ours from Another list\n"
        "\n"
        "Gone (not written):\n"
        "  shop x acme/one: 0.3 USD for one image (high) (litellm)\n"
        "\n"
        "Unmapped:\n"
        "  shop_ai acme-one-2025-01-10: no model has this id or alias\n"
        "  shop_ai nobody: no model has this id or alias\n"
        "  mart acme-one: no provider has this id or alias\n"
        "  shop_ai acme-one: the size is not a number\n"
        "\n"
        "5 new, 1 changed, 1 disputed, 0 under another condition, 1 gone, 4 unmapped, 0 not readable, 1 the same; "
        "1 other entries passed over\n"
    )


def test_three_lists_at_once(tmp_path: Path) -> None:
    diff = pull(write_shop(tmp_path), *ListKind)
    assert diff.lists == tuple(ListKind)
    assert [(new.provider, new.model) for new in diff.new if new.kind is ListKind.OPENROUTER] == [
        *[("openrouter", "acme/one")] * 3,
        *[("openrouter", "acme/two")] * 3,
    ]
    assert diff.passed_over == 1 + 2 + 1
    assert len(diff.changed) == 3, "models.dev and LiteLLM dispute the same price"


def test_the_providers_own_id_counts_where_ids_of_one_model_differ(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    one = data / "models/acme/one.toml"
    one.write_text(one.read_text().replace("[weights]", 'aliases = ["acme-one-2025-01-10"]\n[weights]', 1))
    (disputed,) = [change for change in pull(data, ListKind.LITELLM).changed if not change.same_source]
    assert disputed.listed.amount == Decimal(30)


def test_ids_of_one_model_that_differ_and_none_is_the_providers_own(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    put(data, "providers/shop/acme/one.toml", "")
    one = data / "models/acme/one.toml"
    one.write_text(one.read_text().replace("[weights]", 'aliases = ["acme-one", "acme-one-2025-01-10"]\n[weights]', 1))
    reasons = [one.reason for one in pull(data, ListKind.LITELLM).unmapped if "gives" in one.reason]
    assert len(reasons) == 1
    assert reasons[0].startswith("gives 30")
    assert "where acme-one-2025-01-10 gives 40" in reasons[0]


def test_a_name_of_two_models_is_not_guessed(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    put(data, "organizations/bcme.toml", f'name = "Bcme"\n{SOURCE}')
    put(data, "models/bcme/two-pro.toml", f'name = "B"\ndescription = "B"\narenas = []\nweights.open = true\n{SOURCE}')
    put(data, "models/acme/two-pro.toml", (data / "models/bcme/two-pro.toml").read_text())
    two = data / "models/acme/two.toml"
    two.write_text(two.read_text().replace('"two-pro"', '"two-max"'))
    found = {one.model: one.reason for one in pull(data, ListKind.LITELLM).unmapped}
    assert found["two-pro"] == "may be acme/two-pro or bcme/two-pro"


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2026, 3, 1)])
def test_compared_with_what_is_current(tmp_path: Path, today: date) -> None:
    data = write_shop(tmp_path)
    later = (
        '\n[[prices]]\namount = 0.05\nunit = "image"\neffective = 2026-03-01\nread = 2026-01-02\nnote = "Announced."\n'
        + ('source = "LiteLLM model prices"\ncondition = { quality = "Medium", size = "1024x1024" }\n')
    )
    path = data / "providers/shop/acme/one.toml"
    path.write_text(path.read_text() + later)
    changed = [change for change in pull(data, ListKind.LITELLM, today=today).changed if change.same_source]
    assert len(changed) == (1 if today < date(2026, 3, 1) else 0)


def test_a_price_that_was_zero(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    path = data / "providers/shop/acme/one.toml"
    path.write_text(path.read_text().replace("amount = 0.04\n", "amount = 0\n"))
    (change,) = [change for change in pull(data, ListKind.LITELLM).changed if change.same_source]
    assert change.percent is None
    assert "0 USD for one image (Medium, 1024x1024) -> 0.05 (litellm)" in render_diff(pull(data, ListKind.LITELLM))


def test_the_same_amount_under_another_condition_is_neither_new_nor_gone(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    listed = LITELLM.replace("medium/1024-x-1024/acme-one", "high/1024-x-1024/acme-one").replace("0.05}", "0.3}")
    lists = [parse_price_list(ListKind.LITELLM, listed.encode(), "list.json")]
    diff = prices_pull(load_catalogue(data), lists, TODAY)
    assert [(price.old.condition.size, price.listed.condition.size) for price in diff.restated] == [(None, "1024x1024")]
    assert [price.old.amount for price in diff.gone] == [Decimal("0.04")]
    assert all(price.listed.amount != Decimal("0.3") for price in diff.new)
    assert (
        "  shop x acme/one: 0.3 USD for one image (high), listed as 0.3 USD for one image (high, 1024x1024) (litellm)\n"
    ) in render_diff(diff)


def test_tokens_of_which_no_kind_is_told_are_compared_with_those_of_text(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    path = data / "providers/shop/acme/one.toml"
    row = 'amount = 5\nunit = "1M input tokens"\nread = 2026-01-02\nsource = "LiteLLM model prices"\n'
    path.write_text(f"{path.read_text()}\n[[prices]]\n{row}")
    diff = pull(data, ListKind.LITELLM)
    assert all(price.listed.condition.mode != "text" for price in diff.new)
    assert all(price.old.amount != 5 for price in diff.gone)


def test_a_name_that_leads_nowhere_is_offered_with_the_likeliest_model(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    two = data / "models/acme/two.toml"
    two.write_text(two.read_text().replace('"two-pro"', '"painter-two"'))
    listed = LITELLM.replace("shop_ai/two-pro", "shop_ai/painter-two-fp8").replace("nobody", "painter_tow")
    lists = [parse_price_list(ListKind.LITELLM, listed.encode(), "list.json")]
    diff = prices_pull(load_catalogue(data), lists, TODAY)
    likely = {price.model: price.likely for price in diff.unmapped}
    assert likely["painter-two-fp8"] == "acme/two"
    assert likely["painter_tow"] == "acme/two"
    assert "painter-two-fp8: no model has this id or alias; did you mean acme/two?" in render_diff(diff)


def test_as_tables_for_a_pull_request(tmp_path: Path) -> None:
    said = render_diff(pull(write_shop(tmp_path), ListKind.LITELLM), DiffFormat.MARKDOWN)
    assert (
        "### Changed\n\n| Offer | For | Ours | Listed | Change | List |\n| --- | --- | --- | --- | --- | --- |\n"
        in said
    )
    assert "| shop x acme/one | image (Medium, 1024x1024) | 0.04 | 0.05 | +25.0% | litellm |\n" in said
    assert said.endswith("1 other entries passed over.\n")


def test_what_a_list_says_is_nothing_but_text_in_a_table(tmp_path: Path) -> None:
    hostile = "a|b`<img src=x>](https://x.example)@everyone #1\u202e"
    listed = LITELLM.replace('"shop_ai/nobody"', json.dumps(f"shop_ai/{hostile}"))
    lists = [parse_price_list(ListKind.LITELLM, listed.encode(), "list.json")]
    diff = prices_pull(load_catalogue(write_shop(tmp_path)), lists, TODAY)
    (row,) = [line for line in render_diff(diff, DiffFormat.MARKDOWN).splitlines() if "everyone" in line]
    assert re.sub(r"\\.", "", row).count("|") == 6
    assert not re.search(r"(?<!\\)[`<>\[\]@#]", row)
    assert "\u202e" not in row


def test_offers_and_ids_can_be_skipped(tmp_path: Path) -> None:
    diff = pull(write_shop(tmp_path), ListKind.LITELLM)
    assert {price.model for price in diff.without(["shop/acme/two"]).new} == {"acme/one"}
    assert {price.model for price in diff.without(["two-*"]).new} == {"acme/one"}
    skipped = diff.without(["shop/*"])
    assert (skipped.new, skipped.changed) == ((), ())
    assert "; 7 skipped as asked" in render_diff(skipped)


def test_two_spellings_of_the_providers_own_id_that_differ_are_told(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    offered = next(offer.model_id for (_, model), offer in load_catalogue(data).offers.items() if model == "acme/one")
    assert offered
    made = {"litellm_provider": "shop_ai", "mode": "image_generation"}
    entries = {
        offered: {**made, "output_cost_per_image": 0.07},
        offered.upper(): {**made, "output_cost_per_image": 0.08},
        "": {**made, "output_cost_per_image": 0.09},
    }
    listed = parse_price_list(ListKind.LITELLM, json.dumps(entries).encode(), "list.json")
    diff = prices_pull(load_catalogue(data), [listed], TODAY)
    assert [new.listed.amount for new in diff.new] == [Decimal("0.07")]
    assert [(one.model, one.reason) for one in diff.unmapped] == [
        ("", "no model has this id or alias"),
        (offered.upper(), f"gives 0.08 where {offered} gives 0.07"),
    ]
