"""Writing a simulation: all or nothing, and never at the cost of what people did."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image

from arena.catalogue.looks import measure_looks
from arena.catalogue.outputs import Output
from arena.errors import CatalogueError, VotesError
from arena.records import Origin, Outcome, OutputOrigin, Vote
from arena.simulate import Simulation, simulate, write_simulation, writing
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.simulate.worlds import EDITING, make_catalogue, make_few_prompts, make_models


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(make_catalogue(make_models(4), make_few_prompts()), seed=1, votes=200)


@pytest.fixture(scope="module")
def another() -> Simulation:
    return simulate(make_catalogue(make_models(4), make_few_prompts()), seed=2, votes=150)


@pytest.fixture
def pair(simulation: Simulation, another: Simulation) -> tuple[Simulation, Simulation]:
    return simulation, another


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "arena.toml").write_text("name = 'A test'\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def human_votes(number: int = 3) -> pa.Table:
    return votes_table(
        Vote(
            battle=f"b{index}",
            at=datetime(2026, 6, 1, 12, index, tzinfo=UTC),
            arena=EDITING,
            category="photo",
            language="en",
            left="maker-0/model-0",
            right="maker-1/model-1",
            outcome=Outcome.LEFT,
            voter="somebody",
        )
        for index in range(number)
    )


def add_real_output(data: Path) -> Output:
    content = b"what a model made"
    output = Output(
        model="maker-0/model-0",
        prompt="text-to-image/en-photo",
        sha256=hashlib.sha256(content).hexdigest(),
        width=8,
        height=8,
        bytes=len(content),
        origin=OutputOrigin.MODEL,
    )
    folder = data / "outputs" / output.sha256[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{output.sha256}.webp").write_bytes(content)
    (data / "outputs" / "outputs.jsonl").write_text(output.model_dump_json() + "\n")
    (data / "outputs" / "inputs").mkdir()
    Image.new("RGB", (300, 300), (90, 120, 60)).save(data / "outputs" / "inputs" / "photo-before.webp")
    return output


def test_outputs_inputs_and_votes_are_where_the_design_puts_them(simulation: Simulation, data: Path) -> None:
    log = write_simulation(simulation, data)
    assert log.summary().votes == 200
    assert log.summary().simulated
    lines = (data / "outputs" / "outputs.jsonl").read_text().splitlines()
    records = [Output.model_validate_json(line) for line in lines]
    assert sorted(records, key=lambda r: (r.prompt, r.model)) == records
    assert len(records) == len(simulation.outputs)
    for record in records:
        content = (data / "outputs" / record.sha256[:2] / f"{record.sha256}.webp").read_bytes()
        assert hashlib.sha256(content).hexdigest() == record.sha256
        assert (len(content), record.origin) == (record.bytes, OutputOrigin.SIMULATED)
        assert record.looks == measure_looks(content)
    assert {path.name for path in (data / "outputs" / "inputs").iterdir()} == set(simulation.inputs)
    assert {path.name for path in data.iterdir()} == {"arena.toml", "outputs", "votes"}


def test_two_writes_give_the_same_bytes(simulation: Simulation, data: Path, tmp_path: Path) -> None:
    write_simulation(simulation, data)
    other = tmp_path / "other"
    other.mkdir()
    write_simulation(simulation, other)
    (other / "arena.toml").write_bytes((data / "arena.toml").read_bytes())
    assert contents(other) == contents(data)


def test_writing_what_is_there_changes_nothing(simulation: Simulation, data: Path) -> None:
    write_simulation(simulation, data)
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    write_simulation(simulation, data)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before


def test_a_simulation_from_before_pictures_were_measured_is_still_this_one(simulation: Simulation, data: Path) -> None:
    write_simulation(simulation, data)
    listing = data / "outputs" / "outputs.jsonl"
    records = [Output.model_validate_json(line) for line in listing.read_text().splitlines()]
    older = "".join(f"{record.model_copy(update={'looks': None}).json_line}\n" for record in records)
    listing.write_text(older)
    write_simulation(simulation, data)
    assert listing.read_text() == older


def test_other_simulated_votes_are_replaced_only_when_told(
    simulation: Simulation, another: Simulation, data: Path
) -> None:
    write_simulation(simulation, data)
    before = contents(data)
    with pytest.raises(VotesError, match="holds 200 simulated votes already") as caught:
        write_simulation(another, data)
    assert "--replace" in caught.value.hint
    assert contents(data) == before
    log = write_simulation(another, data, replace=True)
    assert log.summary().votes == 150
    listed = [json.loads(line)["sha256"] for line in (data / "outputs" / "outputs.jsonl").read_text().splitlines()]
    stored = {path.stem for path in (data / "outputs").glob("??/*.webp")}
    assert stored == set(listed) == {output.sha256 for output, _ in another.outputs}
    assert (data / "outputs" / "inputs" / "photo-before.webp").read_bytes() == another.inputs["photo-before.webp"]


def test_beside_votes_of_people_nothing_is_written(simulation: Simulation, data: Path) -> None:
    append_votes(open_log(data / "votes"), human_votes(2), "from a friend")
    before = contents(data)
    for replaced in (False, True):
        with pytest.raises(VotesError, match="holds 2 human votes: nothing simulated") as caught:
            write_simulation(simulation, data, replace=replaced)
        assert f"arena init SCRATCH --from {data.parent}" in caught.value.hint
        assert contents(data) == before


def test_votes_of_a_published_data_set_stand_beside_a_simulation(
    simulation: Simulation, another: Simulation, data: Path
) -> None:
    derived = human_votes(3)
    origins = pa.array([Origin.DERIVED.value] * 3)
    derived = derived.set_column(derived.column_names.index("origin"), derived.schema.field("origin"), origins)
    append_votes(open_log(data / "votes"), derived, "a data set")
    with pytest.raises(VotesError, match="holds 3 derived votes"):
        write_simulation(simulation, data)
    for written in (simulation, another):
        shown = replace(written, data_sets=frozenset({EDITING}))
        log = write_simulation(shown, data, replace=written is another)
        assert dict(log.summary().origins) == {Origin.DERIVED: 3, Origin.SIMULATED: len(written.votes)}
        assert log.entries[0].note == "a data set"
        before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
        write_simulation(shown, data)
        assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before, "the same again changes nothing"
    kept = log.votes().to_pyarrow()
    kept = kept.filter(pa.compute.equal(kept["origin"], "derived"))
    assert kept.sort_by("battle").to_pylist() == derived.to_pylist()


def test_beside_outputs_of_models_nothing_is_written(simulation: Simulation, data: Path) -> None:
    add_real_output(data)
    before = contents(data)
    with pytest.raises(VotesError, match="holds 1 output of models"):
        write_simulation(simulation, data, replace=True)
    assert contents(data) == before


def test_inputs_of_people_stay(simulation: Simulation, another: Simulation, data: Path) -> None:
    (data / "outputs" / "inputs").mkdir(parents=True)
    supplied = data / "outputs" / "inputs" / "photo-before.webp"
    Image.new("RGB", (300, 300), (90, 120, 60)).save(supplied)
    before = supplied.read_bytes()
    for written in (simulation, another):
        write_simulation(written, data, replace=True)
        assert supplied.read_bytes() == before


FAILURES = [
    (step, failure)
    for step in ("stage_outputs", "stage_votes", "append_votes", "swap", "_write")
    for failure in (OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("a defect"))
]


@pytest.mark.parametrize(("step", "failure"), FAILURES)
def test_a_failure_in_the_middle_leaves_all_as_it_was(
    pair: tuple[Simulation, Simulation],
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException,
) -> None:
    simulation, another = pair
    write_simulation(simulation, data)
    before = contents(data)

    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(writing, step, fail)
    with pytest.raises((CatalogueError, KeyboardInterrupt, RuntimeError)):
        write_simulation(another, data, replace=True)
    assert contents(data) == before
    assert {path.name for path in data.iterdir()} == {"arena.toml", "outputs", "votes"}


@pytest.mark.parametrize(("fresh", "nth"), [(True, 1), (True, 2), (False, 1), (False, 2), (False, 3), (False, 4)])
def test_a_failure_at_any_rename_leaves_all_as_it_was(
    pair: tuple[Simulation, Simulation], data: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool, nth: int
) -> None:
    simulation, another = pair
    if not fresh:
        write_simulation(simulation, data)
    before = contents(data)
    rename, done = Path.rename, 0

    def fail_once(path: Path, target: Path) -> Path:
        nonlocal done
        if path.parent == data:
            done += 1
            if done == nth:
                raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(CatalogueError, match="cannot be written: Input/output error"):
        write_simulation(another, data, replace=True)
    assert contents(data) == before
    assert not list(data.glob(".*"))


def test_what_a_killed_run_left_is_mended_by_the_next(simulation: Simulation, data: Path) -> None:
    write_simulation(simulation, data)
    before = contents(data)
    (data / "votes").rename(data / ".votes.old")
    (data / ".outputs.new").mkdir()
    (data / ".outputs.old").mkdir()
    write_simulation(simulation, data, replace=True)
    assert contents(data) == before
    assert not list(data.glob(".*"))


def test_a_missing_folder_is_an_error_with_a_hint(simulation: Simulation, tmp_path: Path) -> None:
    with pytest.raises((CatalogueError, VotesError)) as caught:
        write_simulation(simulation, tmp_path / "nowhere")
    assert "nowhere" in caught.value.where
    assert caught.value.hint
