"""Downloads of strangers: whatever they hold, it is refused in words, and no path of theirs is followed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.catalogue import Catalogue
from arena.errors import ArenaError
from arena.exports.files import catalogue_json
from arena.verification import published as downloads
from arena.verification.published import (
    CATALOGUE,
    check_parquet,
    input_pictures,
    lay_out,
    read_catalogue_json,
    read_json,
)
from tests.publish.worlds import World


@pytest.fixture(scope="module")
def content(published: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((published / CATALOGUE).read_text("utf-8"))
    return loaded


def laid_out(content: Any, site: Path, work: Path) -> Catalogue:
    catalogue = read_catalogue_json(content, work / "data", None)
    lay_out(catalogue, input_pictures(content), site)
    return catalogue


def test_the_catalogue_reads_back_as_it_was(
    world: World, content: dict[str, Any], published: Path, tmp_path: Path
) -> None:
    catalogue = laid_out(content, published, tmp_path)
    assert repr(catalogue.offers) == repr(world.catalogue.offers)
    assert catalogue_json(catalogue) == catalogue_json(world.catalogue)
    assert catalogue.input_path("day.webp").read_bytes() == world.catalogue.input_path("day.webp").read_bytes()


def test_whatever_a_catalogue_has_is_published_and_read_back(content: dict[str, Any]) -> None:
    """A field that the download lacks would make each site with it one that cannot be built again."""
    not_published = {"folder", "unread", "today"}  # the last one stands in build.json
    assert {field.name for field in fields(Catalogue)} - not_published <= content.keys()
    about_the_file = {"software", "simulated", "note", "input_pictures"}
    assert content.keys() - about_the_file <= {field.name for field in fields(Catalogue)}


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], object]:
    """Sets a value in the catalogue."""

    def edit(content: Any) -> None:
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return edit


HOSTILE = {
    "a path as an id": (put("models", 0, "id", value="../../../tmp/x"), "is not an id"),
    "an id of one part": (put("models", 0, "id", value="one"), "is not an id"),
    "an absolute id": (put("prompts", 0, "id", value="/etc/passwd"), "is not an id"),
    "an id twice": (put("models", 1, "id", value="acme/one"), "there twice"),
    "a path as a provider": (put("offers", 0, "provider", value=".."), "is not an id"),
    "a path as a picture": (put("input_pictures", 0, "name", value="../../x.webp"), "not the name of a picture"),
    "a hidden picture": (put("input_pictures", 0, "name", value=".x"), "not the name of a picture"),
    "a path as a sum": (put("outputs", 0, "sha256", value="../" * 21 + "x"), "match pattern"),
    "a picture of another size": (put("outputs", 0, "width", value=9999), "not the picture that"),
    "a picture that is not there": (put("outputs", 0, "sha256", value="0" * 64), "not the picture that"),
    "an unknown key": (put("models", 0, "secret", value=1), "Extra inputs"),
    "an unknown provider": (put("offers", 0, "provider", value="nobody"), "nobody"),
    "no list": (put("models", value="none"), "is no list"),
    "no record": (put("models", 0, value=None), "is no record"),
    "no project": (put("project", value=[]), "Input should be"),
    "a price that is no number": (put("offers", 0, "prices", 0, "amount", value="free"), "valid decimal"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_catalogue_is_refused(content: dict[str, Any], published: Path, tmp_path: Path, name: str) -> None:
    edit, message = HOSTILE[name]
    changed = copy.deepcopy(content)
    edit(changed)
    with pytest.raises(ArenaError) as caught:
        laid_out(changed, published, tmp_path)
    assert any(message in str(finding) for finding in caught.value.findings), str(caught.value)
    below = [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "data")]
    assert below == [], "nothing was written outside"


def test_json_that_is_none_or_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    for text in ("", "{", "[" * 200_000, "\xff"):
        path.write_text(text, "latin-1")
        with pytest.raises(ArenaError, match="is not JSON"):
            read_json(path, "x.json")
    with pytest.raises(ArenaError, match="is no catalogue"):
        read_catalogue_json([], tmp_path, None)
    monkeypatch.setattr(downloads, "MAX_JSON_BYTES", 3)
    path.write_text("[1,2]")
    with pytest.raises(ArenaError, match="larger than 3 bytes"):
        read_json(path, "x.json")


def test_a_small_parquet_file_with_too_much_in_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"voter": ["x" * 1000] * 20_000}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    check_parquet(path, "x.parquet")
    monkeypatch.setattr(downloads, "MAX_UNPACKED_BYTES", 10_000_000)
    with pytest.raises(ArenaError, match="too large unpacked"):
        check_parquet(path, "x.parquet")
    monkeypatch.setattr(downloads, "MAX_VOTES", 19_999)
    with pytest.raises(ArenaError, match="more than 19,999 votes"):
        check_parquet(path, "x.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArenaError, match="truncated or not a Parquet file"):
        check_parquet(path, "x.parquet")
