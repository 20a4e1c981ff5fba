from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import check_catalogue, load_catalogue
from arena.catalogue.pricing.in_force import price_history
from arena.catalogue.pull import ListKind, parse_price_list, prices_pull, render_left_out, write_prices
from arena.errors import CatalogueError
from tests.catalogue.projects import put, spoil
from tests.catalogue.pull.made_up import LITELLM, OFFER, write_shop
from tests.catalogue.pull.test_diff import TODAY, pull

ONE, TWO = "providers/shop/acme/one.toml", "providers/shop/acme/two.toml"


def write(data: Path, today: date = TODAY) -> list[str]:
    written = write_prices(load_catalogue(data), pull(data, ListKind.LITELLM, today=today), today)
    return [path.relative_to(data).as_posix() for path in written.paths]


def test_comments_and_order_stay(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    assert write(data) == [ONE, TWO]
    text = (data / ONE).read_text()
    assert text.startswith(OFFER)
    assert text[len(OFFER) :].startswith(
        "\n[[prices]]\n"
        "amount = 1.25\n"
        'unit = "1M input tokens"\n'
        'condition = { mode = "cached text" }\n'
        "read = 2026-03-01\n"
        'source = "LiteLLM model prices"\n'
    )
    assert text.count("\n\n\n") == 0
    assert text.endswith('note = "First seen on this day; it may have changed earlier."\n')


def test_a_new_offer_has_the_listed_id(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    write(data)
    assert (data / TWO).read_text().startswith('model_id = "two-pro"\n\n[[prices]]\namount = 0.001\n')


def test_what_has_changed_holds_from_today(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    write(data)
    offer = load_catalogue(data).offers["shop", "acme/one"]
    periods = [period for period in price_history(offer) if period.price.condition.quality == "Medium"]
    assert [(period.price.amount, period.start, period.end) for period in periods] == [
        (Decimal("0.04"), None, TODAY),
        (Decimal("0.05"), TODAY, None),
    ]


def test_a_second_time_there_is_nothing_to_write(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    write(data)
    before = (data / ONE).read_bytes()
    assert write(data) == []
    assert (data / ONE).read_bytes() == before


def test_another_amount_on_the_same_day_takes_its_place(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    write(data)
    lists = [parse_price_list(ListKind.LITELLM, LITELLM.replace("0.05}", "0.045}").encode(), "x")]
    catalogue = load_catalogue(data)
    write_prices(catalogue, prices_pull(catalogue, lists, TODAY), TODAY)
    text = (data / ONE).read_text()
    assert "amount = 0.045\n" in text
    assert "amount = 0.05\n" not in text
    assert "amount = 0.04\n" in text


def test_what_fails_the_check_is_left_out_and_the_rest_is_written(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    diff = pull(data, ListKind.LITELLM)
    dear = replace(diff.new[-1], listed=replace(diff.new[-1].listed, amount=Decimal(4)))
    written = write_prices(load_catalogue(data), replace(diff, new=(*diff.new[:-1], dear)), TODAY)
    assert [path.relative_to(data).as_posix() for path in written.paths] == [ONE, TWO]
    assert [(left.price, left.reason) for left in written.left_out] == [
        (dear, "4 USD for one image looks like cents"),
    ]
    assert "amount = 4\n" not in (data / TWO).read_text()
    assert check_catalogue(data).passed
    assert render_left_out(written.left_out) == (
        "Left out: the check refuses them:\n"
        "  shop x acme/two: 4 USD for one image, a new offer (litellm): 4 USD for one image looks like cents\n"
    )


def test_a_catalogue_that_fails_the_check_by_itself_is_not_written(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    diff = pull(data, ListKind.LITELLM)
    catalogue = load_catalogue(data)
    spoil(data, "models/acme/two.toml", "[weights]", "nonsense = 1\n[weights]")
    before = {path: path.read_bytes() for path in data.rglob("*.toml")}
    with pytest.raises(CatalogueError, match="nonsense"):
        write_prices(catalogue, diff, TODAY)
    assert {path: path.read_bytes() for path in data.rglob("*.toml")} == before


def test_how_a_price_was_read_is_its_note(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    listed = json.dumps(
        {"two-pro": {"litellm_provider": "shop_ai", "mode": "image_edit", "input_cost_per_token": 4e-8}}
    )
    lists = [parse_price_list(ListKind.LITELLM, listed.encode(), "x")]
    catalogue = load_catalogue(data)
    assert write_prices(catalogue, prices_pull(catalogue, lists, TODAY), TODAY).paths
    (price,) = load_catalogue(data).offers["shop", "acme/two"].prices
    assert (price.amount, price.unit) == (Decimal("0.04"), "image")
    assert price.note == "The list gives 0.04 USD for 1M tokens, which can only be meant for one image."


def test_pictures_and_votes_are_not_copied_and_not_missed(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    put(data, "outputs/inputs/street.webp", b"x")
    spoil(
        data,
        "prompts/image-editing/night.toml",
        'category = "photo"',
        'category = "photo"\ninput_image = "street.webp"',
    )
    put(data, "votes/2026-01.parquet", b"x")
    assert write(data) == [ONE, TWO]


def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_shop(tmp_path)
    renamed = Path.replace

    def fail_at_two(self: Path, target: Path) -> Path:
        if target.name == "two.toml":
            raise OSError(28, "No space left on device")
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_two)
    with pytest.raises(CatalogueError, match="No space left on device; nothing was changed") as caught:
        write(data)
    assert caught.value.where == f"data/{TWO}"
    assert (data / ONE).read_text() == OFFER
    assert not (data / TWO).exists()
    assert list(data.rglob("*.part")) == []


def test_prices_in_one_line_are_refused(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    row = '{ amount = 0.006, unit = "image", read = 2026-01-02, source = "S" }'
    put(data, ONE, f'model_id = "acme-one"\nprices = [{row}]\n')
    with pytest.raises(CatalogueError, match="the prices are written in one line"):
        write(data)


def test_a_table_after_the_prices_stays_there(tmp_path: Path) -> None:
    data = write_shop(tmp_path)
    spoil(data, "models/acme/one.toml", "[weights]", 'outputs = ["image", "text"]\n[weights]')
    speed = '\n[speed]\ntokens_per_second = 73.36\nsource = "S"\nread = 2026-01-02\n'
    put(data, ONE, OFFER.replace("# Nothing more is known.\n", speed))
    write(data)
    assert (data / ONE).read_text().endswith(speed)
    assert load_catalogue(data).offers["shop", "acme/one"].speed is not None
