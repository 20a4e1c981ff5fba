from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from arena.catalogue import check_catalogue, entries, load_catalogue
from arena.catalogue.entries import init_project
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.cli import main
from arena.errors import CatalogueError

WRITTEN = [".github", ".gitignore", "README.md", "data"]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_starter_loads_without_findings(tmp_path: Path) -> None:
    init_project(tmp_path / "new")
    report = check_catalogue(tmp_path / "new" / "data")
    assert [str(finding) for finding in report.findings] == []
    assert report.counts is not None
    assert report.counts.sourced_facts == report.counts.facts
    assert report.counts.models == 3
    assert report.counts.stories == 1


def test_starter_has_what_a_new_project_needs(tmp_path: Path) -> None:
    init_project(tmp_path / "new")
    catalogue = load_catalogue(tmp_path / "new" / "data")
    assert catalogue.project.categories[0].id == "general"
    assert catalogue.project.languages[0].id == "en"
    assert len(catalogue.prompts) == 2
    assert catalogue.outputs == ()
    assert not (tmp_path / "new" / "data" / "votes").exists()
    cheapest = cheapest_offer(catalogue, "openai/gpt-image-2")
    assert cheapest is not None
    assert str(cheapest.price.amount) == "0.053"
    assert "arena check" in (tmp_path / "new" / "README.md").read_text(encoding="utf-8")


def test_nothing_else_is_left_behind(tmp_path: Path) -> None:
    init_project(tmp_path / "new")
    assert os.listdir(tmp_path) == ["new"]  # noqa: PTH208
    assert sorted(os.listdir(tmp_path / "new")) == WRITTEN  # noqa: PTH208


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    inode = (tmp_path / "empty").stat().st_ino
    init_project(tmp_path / "empty")
    init_project(tmp_path / "new")
    assert tree(tmp_path / "empty") == tree(tmp_path / "new")
    assert (tmp_path / "empty").stat().st_ino == inode, "a shell that stands in the folder still stands in it"
    assert sorted(os.listdir(tmp_path / "empty")) == WRITTEN  # noqa: PTH208


def test_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    init_project(Path())
    assert load_catalogue(Path("data")).project.name == "My image arena"


def test_missing_parents_are_made(tmp_path: Path) -> None:
    init_project(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "data" / "arena.toml").is_file()


def test_folder_has_ordinary_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    init_project(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_in_a_folder_in_use_no_file_is_overwritten(tmp_path: Path) -> None:
    mine = {".git/HEAD": b"x", "README.md": b"mine", ".github/workflows/test.yml": b"mine", "notes.txt": b"mine"}
    for name, content in mine.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert init_project(tmp_path) == ("README.md",)
    after = tree(tmp_path)
    assert {name: after[name] for name in mine} == mine
    assert {".gitignore", ".github/workflows/pages.yml", "data/arena.toml"} <= after.keys()


@pytest.mark.parametrize("name", ["data", "data/arena.toml"])
def test_a_folder_with_data_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(CatalogueError, match="has data/ already"):
        init_project(tmp_path)
    assert tree(tmp_path) == {name: b"mine"}


def test_git_leaves_out_what_is_made_and_what_is_secret(tmp_path: Path) -> None:
    init_project(tmp_path)
    out = [
        "site/index.html",
        ".cache/a",
        ".site.new/a",
        "data/arena.sqlite",
        "data/arena.sqlite-wal",
        "private/a",
        ".env",
    ]
    kept = ["data/arena.toml", "data/votes/2026-11.parquet", ".github/workflows/pages.yml", "templates/site/a.html"]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    asked = subprocess.run(
        ["git", "check-ignore", *out, *kept], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert asked.stdout.split() == out


def test_the_workflow_publishes_what_arena_build_makes(tmp_path: Path) -> None:
    init_project(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/pages.yml").read_text())
    assert workflow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    steps = workflow["jobs"]["site"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)
    assert used[-2:] == ["actions/upload-pages-artifact@v5", "actions/deploy-pages@v5"]
    for words in (step["run"].split() for step in steps if step.get("run", "").startswith("arena ")):
        options = {option for param in main.commands[words[1]].params for option in param.opts}
        assert {word for word in words if word.startswith("--")} <= options
    (address,) = [step["env"]["ADDRESS"] for step in steps if "env" in step]
    assert address == "${{ steps.pages.outputs.base_url }}"


def test_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CatalogueError, match="is not a folder"):
        init_project(tmp_path / "file")
    with pytest.raises(CatalogueError, match="no project can be started here"):
        init_project(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["_copy", "_move"])
@pytest.mark.parametrize("existing", [True, False])
def test_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, step: str, existing: bool
) -> None:
    def fail(source: Path, target: Path) -> None:
        if step == "_copy":
            target.mkdir()
            (target / "half").write_text("x")
        raise error

    monkeypatch.setattr(entries, step, fail)
    target = tmp_path / "a" / "new"
    if existing:
        target.mkdir(parents=True)
    with pytest.raises((CatalogueError, KeyboardInterrupt)):
        init_project(target)
    left = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))]
    assert left == (["a", "a/new"] if existing else [])


def test_moving_into_an_empty_folder_is_undone_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def fail_at_data(self: Path, target: Path) -> Path:
        if target.name == "data":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_data)
    with pytest.raises(CatalogueError, match="Input/output error"):
        init_project(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_copy_has_what_a_project_is_about_and_nothing_that_happened_in_it(tmp_path: Path) -> None:
    source, copy = tmp_path / "real", tmp_path / "scratch"
    init_project(source)
    about = {
        "data/arena.toml": (source / "data/arena.toml").read_bytes().replace(b"My image arena", b"Real"),
        "data/licences/set.txt": b"MIT",
        "data/models/acme/new.toml": b"name = 'New'",
        "data/outputs/inputs/room.webp": b"a picture to edit",
        "templates/site/head.html": b"mine",
        "messages/de.po": b"mine",
    }
    happened = (
        "data/votes/manifest.json",
        "data/outputs/outputs.jsonl",
        "data/outputs/ab/abc.webp",
        "data/arena.sqlite",
        "data/arena.sqlite-wal",
        "data/.votes.old/a",
        "data/models/acme/.new.toml.swp",
        "private/originals/a.png",
        "site/index.html",
        ".env",
    )
    for name, content in {**about, **dict.fromkeys(happened, b"a secret")}.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    before = tree(source)
    assert init_project(copy, source) == ()
    copied = tree(copy)
    assert about.items() <= copied.items()
    assert copied.keys() == before.keys() - set(happened)
    assert tree(source) == before


def test_a_scratch_copy_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogueError, match=r"is no project: it has no data/arena.toml"):
        init_project(tmp_path / "a" / "scratch", tmp_path)
    init_project(tmp_path / "real")
    with pytest.raises(CatalogueError, match="lies in the data of the project"):
        init_project(tmp_path / "real" / "data" / "scratch", tmp_path / "real")
    before = tree(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("arena.catalogue.entries.shutil.copytree", full)
    with pytest.raises(CatalogueError, match="No space left on device"):
        init_project(tmp_path / "a" / "scratch", tmp_path / "real")
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["real"]
