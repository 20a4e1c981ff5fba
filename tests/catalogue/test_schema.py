from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.layout import RECORDS, Kind, iter_data_files
from arena.catalogue.records import Price
from arena.catalogue.schema import (
    BEGIN,
    END,
    SCHEMAS,
    attribute_words,
    json_schema,
    render_reference,
    render_schema,
    with_reference,
)
from arena.errors import CatalogueError
from tests.conftest import ROOT


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_has_every_key_of_the_record(name: str) -> None:
    schema, record = json_schema(name), SCHEMAS[name]
    assert set(schema["properties"]) == set(record.model_fields)
    required = {key for key, field in record.model_fields.items() if field.is_required()}
    assert set(schema.get("required", ())) == required
    assert schema["additionalProperties"] is False
    assert schema["description"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_says_nothing_that_toml_cannot(name: str) -> None:
    text = render_schema(name)
    assert "null" not in text
    assert not {"ge", "gt", "le", "lt"} & set(_keys(json.loads(text)))


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for entry in value.values() for key in _keys(entry))]
    return [key for entry in value for key in _keys(entry)] if isinstance(value, list) else []


def test_limits_and_choices_of_a_price() -> None:
    price = json_schema("offer")["$defs"]["Price"]["properties"]
    assert price["amount"]["type"] == "number"
    assert price["amount"]["minimum"] == 0
    assert price["currency"]["const"] == "USD"
    assert price["effective"]["format"] == "date"
    assert "from" not in price
    assert set(Price.model_fields) == set(price)


def test_words_below_attributes_are_descriptions() -> None:
    assert attribute_words()["Model"]["api_id"] == "The id that the maker's own API knows it by."
    described = json_schema("model")["properties"]["shut_down"]["description"]
    assert described == (
        "The day from which its maker no longer serves it; announced, or past where the status is `withdrawn`."
    )


def test_shipped_files_have_no_key_that_their_schema_does_not_know() -> None:
    known = {kind: set(json_schema(kind.value)["properties"]) for kind in Kind}
    files = 0
    for entry in iter_data_files(ROOT / "data"):
        assert not isinstance(entry, CatalogueError)
        raw = tomllib.loads((ROOT / "data" / entry.path).read_text(encoding="utf-8"))
        assert set(raw) <= known[entry.kind], entry.path
        files += 1
    assert files > 300


def test_editors_find_a_schema_for_every_kind_of_file() -> None:
    rules = tomllib.loads((ROOT / ".taplo.toml").read_text())["rule"]
    paths = {Path(rule["schema"]["path"]).stem: rule["include"][0] for rule in rules}
    assert set(paths) == {"arena", *(kind.value for kind in RECORDS)}
    for kind in Kind:
        assert list(ROOT.glob(paths[kind.value])), f"no file is checked by the schema of {kind}"


def test_reference_names_every_key_once_a_table() -> None:
    text = render_reference()
    for name, record in SCHEMAS.items():
        for key in record.model_fields:
            assert f"\n| `{key}` |" in text, (name, key)
    assert text.count("### Price\n") == 1
    assert "`image`, `megapixel`, `1M input tokens`" in text


def test_reference_replaces_what_stands_between_its_markers() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    renewed = with_reference(page)
    assert renewed.startswith(f"before\n{BEGIN}\n\n### `data/arena.toml`")
    assert renewed.endswith(f"{END}\nafter\n")
    assert "old" not in renewed.split("###")[0]
    assert with_reference(renewed) == renewed


@given(st.text(max_size=20))
def test_page_without_markers(page: str) -> None:
    with pytest.raises(ValueError, match="the page has no"):
        with_reference(page)
