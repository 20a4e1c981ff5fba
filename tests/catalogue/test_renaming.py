"""Renaming, merging and retiring: every reference follows, and nothing changes where anything is wrong."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import Catalogue, check_catalogue, load_catalogue
from arena.catalogue.model_facts import Status
from arena.catalogue.renaming import CatalogueChange, merge_models, rename_model, retire_model
from arena.errors import CatalogueError
from tests.catalogue.projects import put, spoil, write_project

TODAY = date(2026, 6, 1)
STORY = "stories/2025-01-10-acme-ships-one.toml"


def output_line(data: Path, model: str, content: bytes = b"picture") -> str:
    """The line of an output, whose picture is put in place."""
    digest = hashlib.sha256(content).hexdigest()
    put(data, f"outputs/{digest[:2]}/{digest}.webp", content)
    told = {"model": model, "prompt": "text-to-image/lighthouse", "sha256": digest, "width": 8, "height": 8}
    return json.dumps({**told, "bytes": len(content), "origin": "model"}) + "\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A project where everything that can refer to a model refers to acme/one."""
    data = write_project(tmp_path)
    spoil(data, "models/acme/one.toml", "[weights]", 'aliases = ["1st"]  # a nickname\napi_id = "acme-one"\n[weights]')
    put(data, "organizations/zeta.toml", 'name = "Zeta"\n')
    put(data, "outputs/outputs.jsonl", output_line(data, "acme/one") + output_line(data, "acme/two", b"other"))
    assert check_catalogue(data).passed
    return data


def tree(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


def refused(data: Path, change: Callable[[Catalogue], CatalogueChange]) -> str:
    before = tree(data)
    with pytest.raises(CatalogueError) as caught:
        change(load_catalogue(data)).write()
    assert tree(data) == before
    return "\n".join(str(finding) for finding in caught.value.findings)


def test_a_maker_without_an_entry_gets_one(data: Path) -> None:
    change = rename_model(load_catalogue(data), "acme/one", "novel/uno")
    assert change.lines[0] == "data/organizations/novel.toml: started; add what is known of it"
    change.write()
    catalogue = load_catalogue(data)
    assert catalogue.organizations["novel"].name == "novel"
    assert catalogue.organizations["novel"].sources[0].read == catalogue.models["novel/uno"].sources[0].read
    assert check_catalogue(data).passed


def test_a_renamed_model_takes_everything_along(data: Path) -> None:
    change = rename_model(load_catalogue(data), "acme/one", "zeta/uno")
    assert change.lines == [
        "data/models/acme/one.toml: former id acme/one",
        "data/models/acme/one.toml: moved to data/models/zeta/uno.toml",
        "data/providers/shop/acme/one.toml: moved to data/providers/shop/zeta/uno.toml",
        "data/models/acme/two.toml: predecessor",
        f"data/{STORY}: models",
        "data/outputs/outputs.jsonl: 1 line",
    ]
    change.write()
    catalogue = load_catalogue(data)
    assert sorted(catalogue.models) == ["acme/two", "zeta/uno"]
    assert catalogue.models["zeta/uno"].former_ids == ("acme/one",)
    assert catalogue.models["acme/two"].predecessor == "zeta/uno"
    assert list(catalogue.offers) == [("shop", "zeta/uno")]
    assert list(catalogue.stories_of("zeta/uno"))
    assert sorted(output.model for output in catalogue.outputs) == ["acme/two", "zeta/uno"]
    assert "# a nickname" in (data / "models/zeta/uno.toml").read_text()
    assert not (data / "providers/shop/acme").exists(), "no empty folder stays"
    assert check_catalogue(data).passed


def test_files_that_refer_to_nothing_renamed_stay_as_they_are(data: Path) -> None:
    before = tree(data)
    rename_model(load_catalogue(data), "acme/one", "acme/uno").write()
    changed = {name for name, content in tree(data).items() if before.get(name) != content}
    assert changed == {
        "models/acme/uno.toml",
        "models/acme/two.toml",
        "providers/shop/acme/uno.toml",
        STORY,
        "outputs/outputs.jsonl",
    }


def test_a_model_renamed_twice_and_back(data: Path) -> None:
    for old, new in (("acme/one", "acme/uno"), ("acme/uno", "acme/eins")):
        rename_model(load_catalogue(data), old, new).write()
    assert load_catalogue(data).models["acme/eins"].former_ids == ("acme/one", "acme/uno")
    rename_model(load_catalogue(data), "acme/eins", "acme/one").write()
    assert load_catalogue(data).models["acme/one"].former_ids == ("acme/uno", "acme/eins")


def test_merged_entries_are_one_model_with_the_names_of_both(data: Path) -> None:
    put(
        data,
        "models/acme/uno.toml",
        (data / "models/acme/one.toml")
        .read_text()
        .replace('"1st"', '"first"')
        .replace('name = "One"', 'name = "Uno"')
        .replace('"acme-one"', '"acme-uno"'),
    )
    put(data, "outputs/outputs.jsonl", output_line(data, "acme/one") + output_line(data, "acme/uno"))
    change = merge_models(load_catalogue(data), "acme/one", "acme/uno")
    change.write()
    catalogue = load_catalogue(data)
    assert sorted(catalogue.models) == ["acme/two", "acme/uno"]
    uno = catalogue.models["acme/uno"]
    assert uno.former_ids == ("acme/one",)
    assert uno.aliases == ("first", "One", "1st", "acme-one")
    assert list(catalogue.offers) == [("shop", "acme/uno")]
    assert catalogue.models["acme/two"].predecessor == "acme/uno"
    assert [output.model for output in catalogue.outputs] == ["acme/uno"], "the same picture of both is one output"
    assert "data/models/acme/one.toml: removed" in change.lines


def test_a_model_is_never_its_own_predecessor(data: Path) -> None:
    merge_models(load_catalogue(data), "acme/one", "acme/two").write()
    catalogue = load_catalogue(data)
    assert list(catalogue.models) == ["acme/two"]
    assert catalogue.models["acme/two"].predecessor is None
    assert catalogue.stories_of("acme/two")


def test_a_retired_model_keeps_its_entry(data: Path) -> None:
    retire_model(
        load_catalogue(data),
        "1st",
        on=date(2026, 5, 1),
        replaced_by="acme/two",
        source="Acme's notice",
        url="https://acme.example/notice",
        read=TODAY,
    ).write()
    model = load_catalogue(data).models["acme/one"]
    assert (model.status, model.shut_down, model.replaced_by) == (Status.WITHDRAWN, date(2026, 5, 1), "acme/two")
    assert model.sources[-1].facts == ("status", "shut_down", "replaced_by")
    assert model.sources[-1].read == TODAY
    again = retire_model(load_catalogue(data), "acme/one", on=date(2026, 5, 1), replaced_by="acme/two", read=TODAY)
    assert again.texts == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: rename_model(c, "acme/none", "acme/x"), 'no model is called so (did you mean "acme/one"?)'),
        (lambda c: rename_model(c, "acme/one", "acme/two"), "acme/two stands for acme/two (arena model merge"),
        (lambda c: rename_model(c, "acme/one", "One"), "is not a model id"),
        (lambda c: rename_model(c, "acme/one", "acme/one"), "called so already"),
        (lambda c: merge_models(c, "acme/one", "1st"), "one model already"),
        (lambda c: retire_model(c, "acme/none", read=TODAY), "no model is called so"),
        (lambda c: retire_model(c, "acme/one", replaced_by="acme/one", read=TODAY), "replaces itself"),
        (lambda c: retire_model(c, "acme/one", on=date(2020, 1, 1), read=TODAY), "shut_down"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    data: Path, change: Callable[[Catalogue], CatalogueChange], words: str
) -> None:
    assert words in refused(data, change)


def test_two_offers_at_one_provider_are_for_people_to_settle(data: Path) -> None:
    put(data, "providers/shop/acme/two.toml", 'model_id = "acme-two"\n')
    said = refused(data, lambda catalogue: merge_models(catalogue, "acme/one", "acme/two"))
    assert said == "data/providers/shop/acme/one.toml: both models have an offer at shop (remove one of the two files)"


@pytest.mark.parametrize("number", range(5))
def test_a_disk_that_fails_in_the_middle_changes_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before, replaced, real = tree(data), [0], Path.replace

    def fail(path: Path, target: Path) -> Path:
        if path.name.endswith(".part"):
            replaced[0] += 1
            if replaced[0] == number + 1:
                raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, target)

    change = rename_model(load_catalogue(data), "acme/one", "acme/uno")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(CatalogueError, match="No space left"):
            change.write()
    assert tree(data) == before
    change.write()
    assert "acme/uno" in load_catalogue(data).models
