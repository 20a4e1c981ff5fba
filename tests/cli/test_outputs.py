"""``arena outputs add``."""

from __future__ import annotations

import json
from pathlib import Path

from arena.catalogue import load_catalogue
from tests.cli.shell import arena, one_line_error
from tests.collect.fakes import picture


def test_pictures_by_option_and_by_list(project: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue(project / "data")
    prompt = next(name for name in catalogue.prompts if name.startswith("text-to-image/"))
    model = next(key for key, model in catalogue.models.items() if "text-to-image" in model.arenas)
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(picture(name))
    options = ("--model", catalogue.models[model].name, "--prompt", prompt, "--project", project)
    result = arena("outputs", "add", tmp_path / "a.png", "--seed", "3", *options)
    assert result.exit_code == 0, result.output
    assert "1 picture of 1 model and 1 prompt: 1 added." in result.output
    (tmp_path / "list.csv").write_text("file,seed\na.png,3\nb.png,4\nc.png,5\n")
    result = arena("outputs", "add", tmp_path / "list.csv", *options, "--json")
    assert json.loads(result.stdout) == {
        "passed": True,
        "findings": [],
        "files": 3,
        "added": 2,
        "present": 1,
        "same": 0,
        "models": 1,
        "prompts": 1,
    }
    assert sorted((o.model, o.seed or 0) for o in load_catalogue(project / "data").outputs) == [
        (model, 3),
        (model, 4),
        (model, 5),
    ]
    assert arena("check", "--project", project).exit_code == 0


def test_a_seed_is_of_one_picture(project: Path, tmp_path: Path) -> None:
    result = arena("outputs", "add", tmp_path / "a.png", tmp_path / "b.png", "--seed", "1", "--project", project)
    assert result.exit_code == 2
    assert "--seed is for a single picture" in result.output


def test_what_is_missing_is_said(project: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture("a"))
    one_line_error(arena("outputs", "add", tmp_path / "a.png", "--project", project), "no model is given", "--prompt")
