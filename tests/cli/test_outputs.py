"""``arena outputs add``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.files import only_writer
from arena.records import Origin
from arena.votes.store import open_store
from tests.cli.shell import arena, one_line_error
from tests.collect.fakes import picture
from tests.publish.worlds import write_project


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
    assert all(output.looks for output in load_catalogue(project / "data").outputs)
    assert arena("check", "--project", project).exit_code == 0


def test_pictures_that_were_stored_without_looks_are_measured_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path)
    data = tmp_path / "data"
    before = load_catalogue(data).outputs
    assert not any(output.looks for output in before)
    result = arena("outputs", "measure", "--project", tmp_path, "--json")
    assert json.loads(result.stdout)["measured"] == len(before)
    after = load_catalogue(data).outputs
    assert all(output.looks for output in after)
    unmeasured = {output.model_copy(update={"looks": None}) for output in after}
    assert unmeasured == set(before) and len(after) == len(before)
    assert "0 pictures measured." in arena("outputs", "measure", "--project", tmp_path).output
    stale = data / "outputs" / "outputs.jsonl"
    lines = [json.loads(line) for line in stale.read_text().splitlines()]
    lines = [{key: value for key, value in line.items() if key != "looks"} for line in lines]
    stale.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    kept, path = stale.read_bytes(), load_catalogue(data).output_path(before[0])
    original = path.read_bytes()
    path.write_bytes(load_catalogue(data).output_path(before[1]).read_bytes())
    replaced = "is not the picture that was stored"
    one_line_error(arena("outputs", "measure", "--project", tmp_path), before[0].sha256, replaced)
    path.write_bytes(original)
    with monkeypatch.context() as patched:
        patched.setattr("PIL.Image.MAX_IMAGE_PIXELS", 1)
        one_line_error(arena("outputs", "measure", "--project", tmp_path), "cannot be read: Image size")
    path.unlink()
    one_line_error(arena("outputs", "measure", "--project", tmp_path), "the image file is missing")
    assert stale.read_bytes() == kept


def test_a_seed_is_of_one_picture(project: Path, tmp_path: Path) -> None:
    result = arena("outputs", "add", tmp_path / "a.png", tmp_path / "b.png", "--seed", "1", "--project", project)
    assert result.exit_code == 2
    assert "--seed is for a single picture" in result.output


def test_what_is_missing_is_said(project: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture("a"))
    one_line_error(arena("outputs", "add", tmp_path / "a.png", "--project", project), "no model is given", "--prompt")


def test_pictures_enter_play_leave_it_with_a_seal_and_come_onto_the_site(tmp_path: Path) -> None:
    settings = "[voting]\nexample_share = 0.0\nbattles_in_play = 21\nprompts_in_play = 1\n"
    write_project(tmp_path, origin=Origin.HUMAN)
    text = (tmp_path / "data/arena.toml").read_text()
    (tmp_path / "data/arena.toml").write_text(text + settings)
    here = ("--project", tmp_path)
    one_line_error(arena("audit", "--blindness", *here), "there is no built site", "arena build")
    one_line_error(arena("serve", *here), "nobody could vote blind", "arena outputs play")
    one_line_error(arena("outputs", "play", "--prompt", "text-to-image/cofee", *here), "text-to-image/coffee")
    played = arena("outputs", "play", *here)
    assert "Entered play: 4 pictures for 2 prompts. 4 pictures are in play, 0 are shown on the site." in played.output
    assert "Nothing more can enter play." in arena("outputs", "play", *here).output
    built = arena("build", "--processes", "1", *here)
    assert "In play, and so not on the site: 4 pictures." in built.output
    assert not list((tmp_path / "site/outputs").glob("??/*"))
    blind = arena("audit", "--blindness", *here)
    assert "From the site: 0 of 4 pictures in play recognised" in blind.output, blind.output
    assert blind.exit_code == 0
    facts = json.loads(arena("audit", "--blindness", "--json", *here).stdout)
    assert (facts["passed"], facts["recognised"]["pictures"], len(facts["prompts"])) == (True, 4, 2)
    assert arena("audit", "--blindness", "--log", *here).exit_code == 2
    assert len((tmp_path / "data/outputs/blindness.jsonl").read_text().splitlines()) == 2
    assert arena("export", "catalogue", "--out", tmp_path / "catalogue.json", *here).exit_code == 0
    assert json.loads((tmp_path / "catalogue.json").read_text())["outputs"] == []
    open_store(f"sqlite:///{tmp_path / 'data/arena.sqlite'}").close()
    sealed = arena("seal", *here)
    assert "Left play: 2 pictures for 1 prompt." in sealed.output, sealed.output
    again = json.loads(arena("seal", "--json", *here).stdout)
    assert again["left_play"] == 0, "the last prompt stays in play"
    assert arena("outputs", "retire", "--all", "--prompt", "text-to-image/coffee", *here).exit_code == 2
    rest = json.loads(arena("outputs", "retire", "--all", "--json", *here).stdout)
    assert (rest["outputs"], rest["prompts"], rest["held_back"]) == (2, 1, [])
    assert "4 pictures are shown on the site, none is in play." in arena("outputs", "retire", *here).output
    one_line_error(arena("serve", *here), "nobody could vote blind", "none can enter play")
    assert "In play" not in arena("build", "--processes", "1", *here).output
    assert len(list((tmp_path / "site/outputs").glob("??/*.webp"))) == 4


def test_a_seal_says_what_it_did_while_pictures_come_in(project: Path) -> None:
    open_store(f"sqlite:///{project / 'data/arena.sqlite'}").close()
    with only_writer(project / "data"):  # as arena collect does while it runs
        sealed = arena("seal", "--project", project)
    assert sealed.exit_code == 0, sealed.output
    assert "There was nothing to seal." in sealed.output
    assert "No picture left play: " in sealed.output
