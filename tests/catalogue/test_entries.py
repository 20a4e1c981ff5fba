from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.catalogue import check_catalogue, load_catalogue
from arena.catalogue.entries import new_model, new_model_entries
from arena.errors import CatalogueError
from tests.catalogue.projects import put, write_project

READ = date(2026, 2, 3)


def test_entries_load_and_say_what_is_known(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    models = {"midjourney/midjourney": "Midjourney", "acme/three": "Acme 3"}
    arenas = {"midjourney/midjourney": {"text-to-image", "image-editing"}}
    written = new_model_entries(data, models, source="votes.csv", read=READ, arenas=arenas)
    assert [path.relative_to(data).as_posix() for path in written] == [
        "models/acme/three.toml",
        "models/midjourney/midjourney.toml",
        "organizations/midjourney.toml",
    ]
    catalogue = load_catalogue(data)
    model = catalogue.models["midjourney/midjourney"]
    assert (model.name, model.weights.open, model.released) == ("Midjourney", "unknown", None)
    assert model.arenas == ("image-editing", "text-to-image")
    assert (model.sources[0].name, model.sources[0].read) == ("votes.csv", READ)
    assert catalogue.models["acme/three"].arenas == ()
    assert catalogue.organizations["midjourney"].name == "midjourney"
    assert catalogue.organizations["acme"].country == "Nowhere", "a maker that has a file keeps it"


def test_what_exists_is_left_alone(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "models/acme/broken.toml", "not even TOML")
    before = (data / "models/acme/one.toml").read_bytes()
    models = {"acme/one": "Else", "acme/broken": "Else"}
    assert new_model_entries(data, models, source="votes.csv", read=READ) == ()
    assert (data / "models/acme/one.toml").read_bytes() == before
    assert (data / "models/acme/broken.toml").read_bytes() == b"not even TOML"


def test_second_time_writes_nothing(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    assert new_model_entries(data, {"new/one": "One"}, source="votes.csv", read=READ)
    assert new_model_entries(data, {"new/one": "One"}, source="votes.csv", read=READ) == ()


def test_bad_ids_are_all_reported_and_nothing_is_written(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    models = {"new/one": "One", "DALLE": "x", "a/b/c": "x", "../../etc/x": "x", "new/Two": "x", f"new/{'x' * 300}": "x"}
    with pytest.raises(CatalogueError) as caught:
        new_model_entries(data, models, source="votes.csv", read=READ)
    assert [finding.message for finding in caught.value.findings] == [
        '"DALLE" is not a model id of at most 120 characters',
        '"a/b/c" is not a model id of at most 120 characters',
        '"../../etc/x" is not a model id of at most 120 characters',
        '"new/Two" is not a model id of at most 120 characters',
        f'"new/{"x" * 56}…" is not a model id of at most 120 characters',
    ]
    assert caught.value.findings[0].where == "votes.csv"
    assert not (data / "models/new").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("One\nTwo", 'the name "One\\nTwo" has a line break or tab in it'),
        ("One \u202e", "holds U+202E, which turns the direction of the text"),
        ("\u200b", "has no letter that can be seen"),
        ("x" * 200, "has more than 120 letters"),
    ],
)
def test_bad_names_are_reported_and_nothing_is_written(tmp_path: Path, name: str, expected: str) -> None:
    data = write_project(tmp_path)
    with pytest.raises(CatalogueError, match=re.escape(expected)) as caught:
        new_model_entries(data, {"new/one": name, "new/two": "Two"}, source="votes.csv", read=READ)
    assert caught.value.where == "votes.csv"
    with pytest.raises(CatalogueError, match=re.escape(expected)):
        new_model(data, "new/one", name=name, source="S", read=READ)
    assert not (data / "models/new").exists()


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "models/new", "a file where a folder has to be")
    with pytest.raises(CatalogueError, match="cannot be written") as caught:
        new_model_entries(data, {"new/one": "One"}, source="votes.csv", read=READ)
    assert caught.value.where == "data/models/new/one.toml"


def test_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_project(tmp_path)

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CatalogueError, match="No space left"):
        new_model_entries(data, {"acme/three": "Three"}, source="votes.csv", read=READ)
    assert sorted(path.name for path in (data / "models/acme").iterdir()) == ["one.toml", "two.toml"]


@pytest.mark.parametrize("room", range(5))
def test_new_entries_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """A maker's first model is two files: half of them would be a project that `arena check` refuses."""
    data = write_project(tmp_path)
    before = sorted(path for path in data.rglob("*"))
    write, replace, left = Path.write_text, Path.replace, [room]

    def limited(real: Callable[..., object]) -> Callable[..., object]:
        def write_or_fail(self: Path, *arguments: object, **options: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                real(self, *(("half",) if real is write else arguments))
                raise OSError(28, "No space left on device")
            return real(self, *arguments, **options)

        return write_or_fail

    monkeypatch.setattr(Path, "write_text", limited(write))
    monkeypatch.setattr(Path, "replace", limited(replace))
    if room == 4:
        assert len(new_model_entries(data, {"new/one": "One"}, source="votes.csv", read=READ)) == 2
        return
    with pytest.raises(CatalogueError, match="No space left on device; nothing was changed") as caught:
        new_model_entries(data, {"new/one": "One"}, source="votes.csv", read=READ)
    assert caught.value.hint == "the disk is full"
    assert sorted(path for path in data.rglob("*")) == before


SHOWN = (
    st.text()
    .filter(lambda text: not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text))
    .map(lambda text: f"<{text}>")
)
"""Texts without the control characters that no page can show."""
NAMES = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"), max_size=110)
    .filter(lambda name: not re.search("[\u202a-\u202e\u2066-\u2069]", name))
    .map(lambda name: f"<{name}>")
)
"""Texts of a line that can be read."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, source=SHOWN)
def test_any_name_survives_the_file(tmp_path: Path, name: str, source: str) -> None:
    data = write_project(tmp_path)
    (path,) = new_model_entries(data, {"acme/three": name}, source=source, read=READ)
    try:
        model = load_catalogue(data).models["acme/three"]
        assert (model.name, model.sources[0].name) == (name, source)
    finally:
        path.unlink()


def test_empty_name_stands_for_the_id(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    new_model_entries(data, {"acme/three": " "}, source="votes.csv", read=READ)
    assert load_catalogue(data).models["acme/three"].name == "acme/three"


def test_source_name_with_half_of_a_surrogate_pair(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    new_model_entries(data, {"acme/three": "Three"}, source="votes\udcff.csv", read=READ)
    assert load_catalogue(data).models["acme/three"].sources[0].name == "votes?.csv"


def test_new_model_passes_the_check_and_asks_for_what_is_missing(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    written = new_model(data, "bcme/three", source="Bcme's page", url="https://bcme.example", read=READ, name="Three")
    assert [path.relative_to(data).as_posix() for path in written] == [
        "models/bcme/three.toml",
        "organizations/bcme.toml",
    ]
    report = check_catalogue(data)
    assert report.passed
    assert [str(warning).partition(" (")[0] for warning in report.warnings] == [
        "data/models/bcme/three.toml: sources: no source vouches for description, arenas, weights"
    ]
    assert report.catalogue is not None
    model = report.catalogue.models["bcme/three"]
    assert (model.name, model.arenas, model.sources[0].url) == ("Three", ("text-to-image",), "https://bcme.example")


def test_every_key_that_a_new_model_leaves_open_can_be_filled_in(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    (path,) = new_model(data, "acme/three", source="S", read=READ)
    text = path.read_text().replace("organization/model", "acme/one").replace("2026-01-31", "2026-01-30")
    lines = [line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in text.splitlines()]
    path.write_text("\n".join(lines) + "\n")
    model = load_catalogue(data).models["acme/three"]
    assert (model.name, model.predecessor, model.released) == ("three", "acme/one", date(2026, 1, 30))


def test_new_model_that_has_an_entry(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    before = (data / "models/acme/one.toml").read_bytes()
    with pytest.raises(CatalogueError, match="acme/one has an entry") as caught:
        new_model(data, "acme/one", source="S", read=READ)
    assert caught.value.where == "data/models/acme/one.toml"
    assert (data / "models/acme/one.toml").read_bytes() == before


@pytest.mark.parametrize("model_id", ["", "one", "a/b/c", "Acme/One", "../x", "acme/" + "x" * 200])
def test_new_model_with_a_bad_id(tmp_path: Path, model_id: str) -> None:
    data = write_project(tmp_path)
    with pytest.raises(CatalogueError, match="is not a model id"):
        new_model(data, model_id, source="S", read=READ)
