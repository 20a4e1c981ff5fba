"""What is gone is one finding, with all that hangs on it and the way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.catalogue.check import check_catalogue
from arena.catalogue.outputs import Output
from arena.records import OutputOrigin
from tests.catalogue.projects import findings, put, spoil, write_project


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def checked(data: Path, votes: dict[tuple[str, str], int]) -> list[str]:
    return [str(finding) for finding in check_catalogue(data, count_votes=lambda _: votes).findings]


def test_a_removed_model_is_one_finding(data: Path) -> None:
    (data / "models/acme/one.toml").unlink()
    output = Output(
        model="acme/one",
        prompt="text-to-image/lighthouse",
        sha256="a" * 64,
        width=8,
        height=8,
        bytes=3,
        origin=OutputOrigin.MODEL,
    )
    put(data, "outputs/outputs.jsonl", f"{output.json_line}\n")
    put(data, f"outputs/aa/{'a' * 64}.webp", b"abc")
    found = [said for said in checked(data, {("model", "acme/one"): 1234}) if "unknown" in said]
    assert found == [
        'data/models/acme/two.toml: predecessor: unknown model "acme/one": no file defines it; named by 1 model, 1 '
        'offer, 1 story, 1 output and 1,234 votes (did you mean "acme/two"?; if it is called otherwise now, add '
        '"acme/one" to the former_ids there, for its votes)'
    ]


def test_a_removed_language_is_one_finding(data: Path) -> None:
    spoil(data, "arena.toml", 'id = "en"', 'id = "de"')
    assert checked(data, {("language", "en"): 1}) == [
        'data/prompts/image-editing/night.toml: language: unknown language "en", named by 2 prompts and 1 vote (add it '
        'under [[languages]] in data/arena.toml, or use one of: de; if it is called otherwise now, add "en" to the '
        "former_ids there, for its votes)"
    ]


def test_a_former_id_in_a_file_is_said_with_the_present_one(data: Path) -> None:
    spoil(data, "arena.toml", 'id = "photo"', 'id = "photography"\nformer_ids = ["photo"]')
    assert findings(data) == [
        'data/prompts/image-editing/night.toml: category: unknown category "photo", named by 2 prompts (it is called '
        '"photography" now: write that)'
    ]


def test_what_only_votes_name(data: Path) -> None:
    assert checked(data, {("category", "logo"): 3, ("category", "photo"): 5, ("model", "acme/gone"): 2}) == [
        'data/votes: unknown category "logo", named by 3 votes (add it under [[categories]] in data/arena.toml, or use '
        'one of: photo; if it is called otherwise now, add "logo" to the former_ids there, for its votes)',
        'data/votes: unknown model "acme/gone": no file defines it; named by 2 votes (did you mean "acme/one"?; if it '
        'is called otherwise now, add "acme/gone" to the former_ids there, for its votes)',
    ]


def test_a_file_that_cannot_be_read_is_not_called_missing(data: Path) -> None:
    put(data, "models/acme/one.toml", "name = ")
    put(data, "arena.toml", "name = ")
    assert not [said for said in checked(data, {("model", "acme/one"): 2, ("language", "xx"): 1}) if "unknown" in said]
