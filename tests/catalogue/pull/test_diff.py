from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.pull import ListKind, PriceDiff, parse_price_list, prices_pull, render_diff
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
        "5 new, 1 changed, 1 disputed, 1 gone, 4 unmapped, 1 the same; 1 other entries passed over\n"
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
    later = '\n[[prices]]\namount = 0.05\nunit = "image"\neffective = 2026-03-01\nread = 2026-01-02\n' + (
        'source = "LiteLLM model prices"\ncondition = { quality = "Medium", size = "1024x1024" }\n'
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
