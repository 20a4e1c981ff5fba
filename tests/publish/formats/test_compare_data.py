"""The records that the picker of the comparison page loads."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any

import pytest

from arena.publish.content.comparison import forecast_of
from arena.publish.formats.compare_data import ARENAS_PATH, arena_assets, comparison_path, comparison_records
from tests.publish.worlds import World


def scripts(world: World) -> dict[str, Any]:
    """What each script hands over, by its path."""
    found = {}
    for asset in (*arena_assets(world.site_data), *comparison_records(world.site_data)):
        text = (asset.content or b"").decode("utf-8")
        function = "arenaBoards(" if asset.path == ARENAS_PATH else "arenaModel("
        assert text.startswith(function) and text.endswith(");\n")
        found[asset.path] = json.loads(text.removeprefix(function).removesuffix(");\n"))
    return found


def records(world: World) -> dict[str, dict[str, Any]]:
    found = {record["id"]: record for path, record in scripts(world).items() if path != ARENAS_PATH}
    assert {comparison_path(model) for model in found} | {ARENAS_PATH} == set(scripts(world))
    return found


def test_every_model_has_a_record_with_the_same_facts_in_the_same_order(small_world: World) -> None:
    found = records(small_world)
    assert set(found) == set(small_world.catalogue.models)
    assert len({tuple(name for name, _ in record["facts"]) for record in found.values()}) == 1
    assert dict(found["acme/one"]["facts"])["Maker"] == "Acme"
    assert (found["acme/one"]["price"], found["acme/one"]["price_text"]) == (0.0425, "$0.0425")
    assert dict(found["acme/one"]["facts"])["1,000 images"] == "$42.50"
    assert dict(found["acme/one"]["facts"])["Price read on"] == "3 February 2026"
    assert found["zeta/three"]["price"] is None


def test_arenas_say_what_their_votes_are_and_whom_forecasts_are_about(small_world: World) -> None:
    (arena,) = scripts(small_world)[ARENAS_PATH]
    assert (arena["name"], arena["inside"], arena["demo"]) == ("Text to image", "text to image", "Demo: ")
    assert (arena["by"], arena["votes"]) == (" in simulated votes", "simulated votes")
    assert set(arena["models"]) == {"acme/one", "acme/two"}
    assert arena["boards"][0] == ["Overall", "boards/text-to-image/index.html", 2]


def test_records_mirror_each_other_and_have_forecasts_places_and_pictures(small_world: World) -> None:
    found, (arena,) = records(small_world), scripts(small_world)[ARENAS_PATH]
    one, two = found["acme/one"], found["acme/two"]
    wins, losses, ties, bad = one["votes"]["text-to-image"]["acme/two"]
    assert two["votes"]["text-to-image"]["acme/one"] == [losses, wins, ties, bad]
    assert wins + losses + ties + bad == 40
    at = 4 * arena["models"].index("acme/two")
    forecast = forecast_of(small_world.ratings.compare("acme/one", "acme/two", "text-to-image").pair)
    assert one["forecasts"]["text-to-image"][at : at + 4] == [*astuple(forecast)]
    assert len(one["forecasts"]["text-to-image"]) == 8
    assert set(one["places"]) == {path for _, path, _ in arena["boards"]}
    assert found["zeta/three"]["places"] == found["zeta/three"]["forecasts"] == {}
    assert set(one["pictures"]) == {"text-to-image/coffee", "text-to-image/lighthouse"}
    assert one["pictures"]["text-to-image/coffee"][8:10] == [16, 12]
    assert one["pictures"]["text-to-image/coffee"][11] == "simulated"


def test_on_large_boards_forecasts_are_about_the_first_models(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.publish.formats.compare_data.FORECASTS", 1)
    (arena,) = scripts(small_world)[ARENAS_PATH]
    assert len(arena["models"]) == 1
    found = records(small_world)
    assert all(len(found[model]["forecasts"]["text-to-image"]) == 4 for model in ("acme/one", "acme/two"))
