"""The records that the picker of the comparison page loads."""

from __future__ import annotations

import json
from typing import Any

from arena.publish.formats.compare_data import comparing_assets, comparison_path
from tests.publish.worlds import World


def records(world: World) -> dict[str, dict[str, Any]]:
    found = {}
    for asset in comparing_assets(world.site_data):
        text = (asset.content or b"").decode("utf-8")
        assert text.startswith("arenaModel({") and text.endswith("});\n")
        record = json.loads(text.removeprefix("arenaModel(").removesuffix(");\n"))
        assert asset.path == comparison_path(record["id"])
        found[record["id"]] = record
    return found


def test_every_model_has_a_record_with_the_same_facts_in_the_same_order(small_world: World) -> None:
    found = records(small_world)
    assert set(found) == set(small_world.catalogue.models)
    assert len({tuple(name for name, _ in record["facts"]) for record in found.values()}) == 1
    assert all(record["basis"] == {"Text to image": "simulated votes"} for record in found.values())
    assert all(record["demo"] == {"Text to image": "Demo: "} for record in found.values())
    assert all(record["inside"] == {"Text to image": "text to image"} for record in found.values())
    assert dict(found["acme/one"]["facts"])["Maker"] == "Acme"
    assert found["acme/one"]["price"] == 0.0425
    assert dict(found["acme/one"]["facts"])["1,000 images"] == "$42.50"
    assert dict(found["acme/one"]["facts"])["Price read on"] == "3 February 2026"
    assert found["zeta/three"]["price"] is None


def test_records_mirror_each_other_and_name_places_and_pictures(small_world: World) -> None:
    found = records(small_world)
    one, two = found["acme/one"], found["acme/two"]
    wins, losses, ties, bad = one["met"]["Text to image"]["acme/two"]
    assert two["met"]["Text to image"]["acme/one"] == [losses, wins, ties, bad]
    assert wins + losses + ties + bad == 40
    assert one["places"][0][:3] == ["Text to image", "Overall", "boards/text-to-image/index.html"]
    assert found["zeta/three"]["places"] == []
    assert set(one["pictures"]) == {"text-to-image/coffee", "text-to-image/lighthouse"}
    assert one["pictures"]["text-to-image/coffee"][4:] == [16, 12, True]
