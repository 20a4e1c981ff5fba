"""The JSON API: every file fits the records that its schema is made from, and says what pages say."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from arena.pairs import Pair, Pairs
from arena.publish.formats.api import records as api
from arena.publish.formats.api.files import DOCUMENTS, FILES, iter_documents, render_document, render_schema
from arena.records import Axis, Origin, Rating
from tests.publish.worlds import SharedWorld, World

KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
RECORDS = {record.__name__: record for record in DOCUMENTS}


@pytest.fixture(scope="module")
def files(site: Path) -> dict[str, str]:
    return {str(path.relative_to(site)): path.read_text("utf-8") for path in sorted((site / "api").rglob("*.json"))}


def record_of(path: str) -> type[api.Document]:
    """The record that the index promises for a path."""
    if path == "api/v1/index.json":
        return api.Index
    (entry,) = [e for e in FILES if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(e.path)), path)]
    return RECORDS[entry.record]


def test_every_file_is_promised_by_the_index_and_fits_its_record(files: dict[str, str]) -> None:
    documents = {path: text for path, text in files.items() if not path.endswith("schema.json")}
    assert len(documents) > 10
    for path, text in documents.items():
        document = record_of(path).model_validate_json(text)
        assert render_document(document) == text, path


def test_the_schema_describes_every_key_of_every_file(files: dict[str, str]) -> None:
    schema = json.loads(files["api/v1/schema.json"])
    for path, text in files.items():
        if not path.endswith("schema.json"):
            findings = list(misfits(json.loads(text), {"$ref": f"#/$defs/{record_of(path).__name__}"}, schema))
            assert findings == [], path


def misfits(value: Any, rule: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """What of ``value`` the schema does not allow; the keywords that our records make, and no other."""
    if "$ref" in rule:
        rule = schema["$defs"][rule["$ref"].rpartition("/")[2]]
    if "enum" in rule or "const" in rule:
        allowed = rule.get("enum", [rule.get("const")])
        return [] if value in allowed else [f"{value!r} is none of {allowed}"]
    if "anyOf" in rule:
        tried = [misfits(value, each, schema) for each in rule["anyOf"]]
        return [] if [] in tried else tried[0]
    if not isinstance(value, KINDS[rule["type"]]):
        return [f"{value!r} is no {rule['type']}"]
    if isinstance(value, list):
        return [finding for each in value for finding in misfits(each, rule["items"], schema)]
    if isinstance(value, dict):
        return misfits_of_keys(value, rule, schema)
    return [] if re.search(rule.get("pattern", ""), str(value)) else [f"{value!r} does not fit {rule['pattern']}"]


def misfits_of_keys(value: dict[str, Any], rule: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    known, more = rule.get("properties", {}), rule.get("additionalProperties")
    findings = [f"{key} is missing" for key in rule.get("required", ()) if key not in value]
    for key, each in value.items():
        if key in known or isinstance(more, dict):
            findings += misfits(each, known.get(key, more), schema)
        else:
            findings.append(f"{key} is not declared")
    return findings


def test_the_test_of_the_schema_finds_what_does_not_fit() -> None:
    schema = json.loads(render_schema())
    place = {"$ref": "#/$defs/OverallRank"}
    fine = {"arena": "a", "origin": "human", "rank": 1, "of": 2, "score": 0.5}
    assert misfits(fine, place, schema) == []
    for wrong in ({**fine, "rank": "1"}, {**fine, "new": 1}, {"arena": "a"}):
        assert misfits(wrong, place, schema) != []


def test_every_file_says_first_that_its_data_is_simulated(files: dict[str, str]) -> None:
    for path, text in files.items():
        if not path.endswith("schema.json"):
            document = json.loads(text)
            assert list(document)[:4] == ["api", "site", "simulated", "note"], path
            rated = path != "api/v1/prices.json"
            assert (document["simulated"], document["origins"]) == (
                rated,
                {"text-to-image": "simulated"} if rated else {},
            )
            assert ("simulated" in document["note"].lower()) is rated


def test_votes_of_people_are_not_called_simulated(shared_world: SharedWorld) -> None:
    world = shared_world(origin=Origin.HUMAN)
    for _, document in iter_documents(world.site_data):
        assert (document.simulated, document.note) == (False, "")


def test_paths_in_lists_lead_to_files(files: dict[str, str], site: Path) -> None:
    for name, key in (("models", "models"), ("boards", "boards")):
        for row in json.loads(files[f"api/v1/{name}.json"])[key]:
            assert (site / row["page"]).is_file()
            assert row["data"] in files
    for picture in json.loads(files["api/v1/models/acme/one.json"])["pictures"]:
        assert (site / picture["path"]).is_file()


def test_a_model_has_its_facts_ratings_battles_and_prices(files: dict[str, str]) -> None:
    one = api.ModelDocument.model_validate_json(files["api/v1/models/acme/one.json"])
    assert one.facts.name == one.summary.name == "One"
    assert {(rating.arena, rating.axis.value) for rating in one.ratings} >= {("text-to-image", "overall")}
    assert [(each.second, each.wins, each.losses, each.ties, each.both_bad) for each in one.battles] == [
        ("acme/two", 16, 8, 8, 8)
    ]
    assert str(one.summary.price and one.summary.price.amount) == "0.0425"
    assert str(one.offers[0].reference) == "0.0425"
    assert one.history[0].arena == "text-to-image"
    three = api.ModelDocument.model_validate_json(files["api/v1/models/zeta/three.json"])
    assert (three.ratings, three.battles, three.offers, three.summary.price) == ((), (), (), None)


def test_a_board_has_the_numbers_of_its_ratings(files: dict[str, str], small_world: World) -> None:
    document = api.BoardDocument.model_validate_json(files["api/v1/boards/text-to-image/index.json"])
    board = small_world.ratings.get(Axis("text-to-image"))
    assert board is not None
    assert [row.model for row in document.ranked] == [rating.model for rating in board.ratings]
    for row, rating in zip(document.ranked, board.ratings, strict=True):
        assert row.score == pytest.approx(rating.score, abs=1e-6)
        assert {field.name for field in fields(row)} <= {field.name for field in fields(Rating)}
    assert [row.rank for row in document.unranked] == [0]


def test_pairs_that_never_met_are_left_out(small_world: World) -> None:
    (axis, pairs), *_ = small_world.ratings.pairs
    silent = Pair("acme/one", "zeta/three", 0, 0, 0, 0, 0.5)
    site_data = small_world.site_data
    changed = replace(small_world.ratings, pairs=((axis, Pairs.of((*pairs, silent))),))
    documents = dict(iter_documents(replace(site_data, ratings=changed)))
    document = documents["api/v1/pairs/text-to-image.json"]
    assert isinstance(document, api.PairsDocument)
    assert {(pair.first, pair.second) for pair in document.pairs} == {("acme/one", "acme/two")}


def test_an_empty_project_has_an_api_without_models(bare_world: World) -> None:
    documents = dict(iter_documents(bare_world.site_data))
    assert sorted(documents) == [
        "api/v1/boards.json",
        "api/v1/index.json",
        "api/v1/models.json",
        "api/v1/prices.json",
    ]
