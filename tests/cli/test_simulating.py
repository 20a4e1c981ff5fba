"""Rehearsals: ``arena simulate``, ``collect --local`` and scratch copies, and what keeps them from real votes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from arena.votes.store import AddBattle, AddVote, open_store
from tests.cli.shell import arena, one_line_error, tree
from tests.votes.store.worlds import a_battle, a_vote, know_outputs

REHEARSALS = (
    ("simulate", "--votes", "20"),
    ("simulate", "--votes", "20", "--replace"),
    ("collect", "--local", "--max-cost", "0"),
    ("collect", "--local", "--dry-run"),
)


def _refused(project: Path, *words: str) -> None:
    before = tree(project)
    for command in REHEARSALS:
        one_line_error(arena(*command, "--project", project), *words, f"arena init SCRATCH --from {project}")
        assert tree(project) == before, "before anything is written"


def test_beside_human_votes_nothing_is_rehearsed(project: Path) -> None:
    _refused(project, "holds 60 human votes")
    assert not (project / "data" / "arena.sqlite").exists()


def test_beside_outputs_of_models_nothing_is_rehearsed(tmp_path: Path) -> None:
    project, picture = tmp_path / "project", tmp_path / "picture.png"
    assert arena("init", project).exit_code == 0
    Image.new("RGB", (64, 64), (20, 120, 90)).save(picture)
    named = ("--model", "openai/gpt-image-2", "--prompt", "text-to-image/harvest-market")
    assert arena("outputs", "add", picture, *named, "--project", project).exit_code == 0
    _refused(project, "holds 1 output of models")


def test_beside_votes_that_wait_in_the_store_nothing_is_rehearsed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    now = datetime.now(UTC)
    with open_store(f"sqlite:///{project / 'data' / 'arena.sqlite'}") as store:
        know_outputs(store)
        store.write([AddBattle(a_battle(created=now)), AddVote(a_vote(at=now))])
    _refused(project, "holds 1 human vote in its store")


def test_a_scratch_copy_is_rehearsed_in(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, scratch = tree(project), tmp_path / "scratch"
    monkeypatch.setenv("ARENA_DATABASE_URL", "postgresql://arena@db.invalid/arena")
    copied = arena("init", scratch, "--from", project)
    assert copied.exit_code == 0, copied.output
    assert f"Next: arena simulate --project {scratch}" in copied.stdout
    assert "ARENA_DATABASE_URL is set" in copied.stderr
    monkeypatch.delenv("ARENA_DATABASE_URL")
    for command in (("simulate", "--votes", "20"), ("build",)):
        done = arena(*command, "--project", scratch)
        assert done.exit_code == 0, done.output
    assert (scratch / "data/models/acme/pixels.toml").exists()
    assert tree(project) == before


def test_results_are_one_object(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    for command, fields in (
        (("collect", "--dry-run", "--local"), {"offers", "estimate"}),
        (("simulate", "--votes", "10"), {"votes", "outputs"}),
        (("init", tmp_path / "scratch", "--from", project), {"project", "kept"}),
    ):
        result = arena(*command, "--json", *(() if command[0] == "init" else ("--project", project)))
        assert result.exit_code == 0, result.output
        whole = json.loads(result.stdout)
        assert whole["passed"] is True
        assert fields <= whole.keys()


def test_a_rehearsal_is_taken_out_by_one_command(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    before = tree(project)
    assert arena("collect", "--local", "--max-cost", "0", "--project", project).exit_code == 0
    assert arena("simulate", "--votes", "20", "--replace", "--project", project).exit_code == 0
    rehearsed = {name: content for name, content in tree(project).items() if "sqlite" not in name}
    foreseen = arena("simulate", "--remove", "--dry-run", "--project", project)
    assert foreseen.stdout.startswith("Would take out "), foreseen.output
    assert "20 simulated votes of the log" in foreseen.stdout
    assert "rehearsed requests of arena collect" in foreseen.stdout
    assert {name: content for name, content in tree(project).items() if "sqlite" not in name} == rehearsed
    gone = json.loads(arena("simulate", "--remove", "--json", "--project", project).stdout)
    assert gone["written"] and gone["votes"] == 20 and gone["outputs"] > 0 and gone["jobs"] > 0
    left = {name: content for name, content in tree(project).items() if "sqlite" not in name}
    left.pop("private/.gitignore")
    assert left == before
    assert "Nothing here is simulated." in arena("simulate", "--remove", "--project", project).stdout
    assert arena("simulate", "--dry-run", "--project", project).exit_code == 2
    assert arena("simulate", "--private", tmp_path, "--project", project).exit_code == 2
    assert arena("simulate", "--remove", "--replace", "--project", project).exit_code == 2


def test_originals_in_another_folder_are_taken_out_too(tmp_path: Path) -> None:
    project, private = tmp_path / "project", tmp_path / "originals"
    assert arena("init", project).exit_code == 0
    collected = ("--local", "--max-cost", "0", "--model", "openai/gpt-image-2", "--private", private)
    assert arena("collect", *collected, "--project", project).exit_code == 0
    drawn, before = len(list((private / "originals").rglob("*.webp"))), tree(project)
    assert drawn
    for options in ((), ("--dry-run",)):
        refused = arena("simulate", "--remove", *options, "--project", project)
        one_line_error(refused, f"{project}/private: {drawn} originals of arena collect --local", "--private DIR")
        assert tree(project) == before
    removed = arena("simulate", "--remove", "--private", private, "--project", project)
    assert removed.exit_code == 0, removed.output
    assert f"{drawn} rehearsed requests of arena collect" in removed.stdout
    assert [path.name for path in private.rglob("*") if path.is_file()] == [".gitignore"]
    assert "Nothing here is simulated." in arena("simulate", "--remove", "--project", project).stdout


def test_the_next_command_can_be_pasted(tmp_path: Path) -> None:
    project, scratch = tmp_path / "My Project", tmp_path / "a copy"
    assert f"arena build --project '{project}'." in arena("init", project).stdout
    copied = arena("init", scratch, "--from", project)
    assert f"Next: arena simulate --project '{scratch}'." in copied.stdout
