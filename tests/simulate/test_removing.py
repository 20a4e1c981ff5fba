"""Taking a rehearsal out: nothing simulated is left, and nothing else has changed, wherever a run was killed."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from arena.catalogue import Catalogue
from arena.catalogue.outputs import Output
from arena.records import Origin, Outcome, OutputOrigin
from arena.simulate import (
    SimulatedContents,
    Simulation,
    remove_simulated,
    removing,
    simulate,
    simulated_contents,
    write_simulation,
)
from arena.votes.decisions import Decision, Ruling
from arena.votes.log import append_votes, open_log
from arena.votes.sealing import seal
from arena.votes.store import AddBattle, AddVote, Store, open_store
from arena.votes.store.auditing import all_decisions, decide
from arena.votes.store.schema import battles, metadata, outputs, seals, skips, voters, votes, waiting
from arena.votes.verify import audits_of, verify
from tests.forks import FORKS
from tests.postgres_server import PostgresServer
from tests.simulate.removing_child import remove_until_killed
from tests.simulate.test_writing import add_real_output, contents, human_votes
from tests.simulate.worlds import make_catalogue, make_few_prompts, make_models
from tests.votes.sealing_child import LATER
from tests.votes.store.worlds import MODELS, NOW, PROMPT, a_battle, a_vote, know_outputs, sqlite_store

LOGGED, SEALED, WAITING = 60, 35, 5
"""Simulated votes that the log has from a file, from the store, and that the store still has."""

REHEARSED = "a prompt of the rehearsal alone"


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(make_catalogue(make_models(4), make_few_prompts()), seed=1, votes=LOGGED)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        url = sqlite_store(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.empty_store(lambda url: open_store(url).close())
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "data").mkdir()
    return make_catalogue(make_models(4), make_few_prompts(), folder=tmp_path / "data")


def _vote(store: Store, count: int, day: int, *, simulated: bool) -> None:
    """So many votes of three voters on one day, on simulated outputs or on those of models."""
    operations: list[AddBattle | AddVote] = []
    for number in range(count):
        at = NOW + timedelta(days=day, minutes=number)
        name = f"{'s' if simulated else 'h'}{day}-{number}"
        pair = (MODELS[number % 4], MODELS[(number + 1 + number // 4 % 3) % 4])
        battle = a_battle(name, f"{name[0]}v{number % 3}", *pair, created=at)
        if simulated:
            sums = [f"{100 + MODELS.index(model):064x}" for model in pair]
            battle = replace(battle, left_output=sums[0], right_output=sums[1], origin=Origin.SIMULATED)
        operations += [AddBattle(battle), AddVote(a_vote(name, battle.voter, at, list(Outcome)[number % 3]))]
    results = store.write(operations)
    assert not [result for result in results if isinstance(result, Exception)]


def _seal(store: Store, data: Path, day: int) -> None:
    seal(store, data / "votes", until=NOW + timedelta(days=day), now=LATER, rng=random.Random(day))


def _rehearse(simulation: Simulation, store: Store, data: Path) -> None:
    """A rehearsal with two sealed periods, in the middle of which people began to vote on outputs of models."""
    write_simulation(simulation, data)
    listing = (data / "outputs" / "outputs.jsonl").read_text()
    shutil.rmtree(data / "outputs" / "inputs")
    add_real_output(data)
    real = (data / "outputs" / "outputs.jsonl").read_text()
    (data / "outputs" / "outputs.jsonl").write_text(listing + real)
    append_votes(open_log(data / "votes"), human_votes(3), "from a friend")
    know_outputs(store)
    with store.writing() as connection:
        rows = [
            {"sha256": f"{100 + number:064x}", "model": model, "prompt": PROMPT, "origin": "simulated", "active": 1}
            for number, model in enumerate(MODELS)
        ]
        rows.append({**rows[0], "prompt": REHEARSED})
        connection.execute(outputs.insert(), rows)
    _vote(store, 20, 0, simulated=False)
    _vote(store, 20, 1, simulated=True)
    _seal(store, data, 2)
    _vote(store, 15, 2, simulated=True)
    _seal(store, data, 3)
    _vote(store, 5, 3, simulated=False)
    _vote(store, WAITING, 4, simulated=True)
    with store.writing() as connection:
        skipped = {
            "at": NOW + timedelta(days=4),
            "arena": "a",
            "left": MODELS[0],
            "right": MODELS[1],
            "voter": "v",
            "network": "n",
        }
        for name, prompt in (("skip of people", PROMPT), ("skip of a rehearsal", REHEARSED)):
            connection.execute(skips.insert(), {**skipped, "battle": name, "prompt": prompt})
        for name in ("s4-1", "h3-1"):
            connection.execute(waiting.insert(), {"battle": name, "voter": f"{name[0]}v1", "reason": "r", "found": NOW})
        for voter, battle in (("sv0", None), ("sv1", "s4-1"), ("hv0", None)):
            decide(connection, Decision(voter, battle, Ruling.RELEASE, "a test", LATER))


def _check_removed(store: Store, catalogue: Catalogue) -> None:
    """What people did is there, whole and alone, and goes on into the log."""
    data = catalogue.folder
    assert simulated_contents(catalogue, store).nothing
    listed = [Output.model_validate_json(line) for line in (data / "outputs/outputs.jsonl").read_text().splitlines()]
    assert [output.origin for output in listed] == [OutputOrigin.MODEL]
    assert {path.stem for path in (data / "outputs").glob("??/*")} == {listed[0].sha256}
    log = open_log(data / "votes")
    assert dict(log.summary().origins) == {Origin.HUMAN: 23}
    assert [entry.note.split(",")[0] for entry in log.entries] == ["from a friend", "sealed votes"]
    assert verify(data / "votes").findings == ()
    assert [(period.number, audit.votes) for period, audit in audits_of(log)] == [(1, 40)], "as it was audited"
    with store.reading() as connection:
        assert connection.execute(select(seals.c.number, seals.c.votes).order_by(seals.c.number)).all() == [
            (1, 20),
            (2, 0),
        ]
        assert {row[0] for row in connection.execute(select(voters.c.id))} == {"hv0", "hv1", "hv2"}
        assert {row[0] for row in connection.execute(select(outputs.c.origin))} == {"model"}
        assert len(connection.execute(select(votes.c.battle)).all()) == 25
        assert [decision.voter for decision in all_decisions(connection)] == ["hv0"]
        assert connection.execute(select(battles.c.id).where(battles.c.origin == "simulated")).all() == []
        assert connection.execute(select(skips.c.battle)).all() == [("skip of people",)]
        assert connection.execute(select(waiting.c.battle)).all() == [("h3-1",)]
    _seal(store, data, 9)
    assert open_log(data / "votes").summary().votes == 28
    assert verify(data / "votes").findings == ()


def test_a_rehearsal_is_taken_out_and_votes_of_people_stay(
    simulation: Simulation, store: Store, catalogue: Catalogue
) -> None:
    _rehearse(simulation, store, catalogue.folder)
    before = contents(catalogue.folder)
    expected = SimulatedContents(len(simulation.outputs), 1, LOGGED + SEALED, SEALED + WAITING, SEALED + WAITING)
    found = simulated_contents(catalogue, store)
    assert contents(catalogue.folder) == before
    assert found == replace(expected, inputs=0), "a picture that people supplied keeps the others"
    assert remove_simulated(catalogue, store, now=LATER) == found
    after = contents(catalogue.folder)
    assert after["outputs/inputs/photo-before.webp"] == before["outputs/inputs/photo-before.webp"]
    assert remove_simulated(catalogue, store, now=LATER).nothing
    assert contents(catalogue.folder) == after
    _check_removed(store, catalogue)


def test_what_was_only_a_rehearsal_leaves_nothing(simulation: Simulation, catalogue: Catalogue) -> None:
    data = catalogue.folder
    (data / "arena.toml").write_text("name = 'A test'\n")
    before = contents(data)
    write_simulation(simulation, data)
    gone = remove_simulated(catalogue, None, now=LATER)
    assert (gone.outputs, gone.inputs, gone.votes) == (len(simulation.outputs), len(simulation.inputs), LOGGED)
    assert contents(data) == before
    assert [path.name for path in data.iterdir()] == ["arena.toml"]
    assert remove_simulated(catalogue, None, now=LATER).nothing


def test_a_drawn_picture_that_a_model_was_given_to_edit_stays(simulation: Simulation, catalogue: Catalogue) -> None:
    data = catalogue.folder
    write_simulation(simulation, data)
    made = simulation.outputs[0][0].model_copy(
        update={"origin": OutputOrigin.MODEL, "sha256": "f" * 64, "prompt": "image-editing/photo-edit"}
    )
    with (data / "outputs" / "outputs.jsonl").open("a") as file:
        file.write(f"{made.json_line}\n")
    assert remove_simulated(catalogue, None, now=LATER).inputs == 0
    assert {path.name for path in (data / "outputs" / "inputs").iterdir()} == set(simulation.inputs)


@pytest.mark.parametrize(
    ("store", "step"),
    [
        ("sqlite", "stage_outputs"),
        ("sqlite", "stage_votes"),
        ("sqlite", "swap"),
        ("sqlite", "_remove_from_store"),
        ("postgresql", "_remove_from_store"),
    ],
    indirect=["store"],
)
def test_an_interrupted_removal_is_finished_by_the_next(
    simulation: Simulation, store: Store, catalogue: Catalogue, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _rehearse(simulation, store, catalogue.folder)
    before = contents(catalogue.folder)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(removing, step, stop)
        with pytest.raises(KeyboardInterrupt):
            remove_simulated(catalogue, store, now=LATER)
    assert (contents(catalogue.folder) == before) == (step != "_remove_from_store"), "the log is first, and whole"
    assert simulated_contents(catalogue, store).stored_votes == SEALED + WAITING
    remove_simulated(catalogue, store, now=LATER)
    _check_removed(store, catalogue)


@pytest.mark.parametrize("step", ["write_bytes", "append_votes", "_finish_seal"])
@pytest.mark.parametrize("people", [0, 20])
def test_a_seal_that_was_interrupted_is_finished_without_what_was_simulated(
    store: Store, catalogue: Catalogue, people: int, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_outputs(store, "simulated")
    _vote(store, people, 0, simulated=False)
    with store.writing() as connection:
        connection.execute(outputs.update().values(origin="model"))
        rows = [
            {"sha256": f"{100 + number:064x}", "model": model, "prompt": PROMPT, "origin": "simulated", "active": 1}
            for number, model in enumerate(MODELS)
        ]
        rows.append({**rows[0], "prompt": REHEARSED})
        connection.execute(outputs.insert(), rows)
    _vote(store, 20, 1, simulated=True)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"arena.votes.sealing.{step}", stop)
        with pytest.raises(KeyboardInterrupt):
            _seal(store, catalogue.folder, 2)
    remove_simulated(catalogue, store, now=LATER)
    _seal(store, catalogue.folder, 3)
    log = open_log(catalogue.folder / "votes")
    assert dict(log.summary().origins) == ({Origin.HUMAN: people} if people else {})
    if people:
        assert verify(log.folder).findings == ()
    assert len(list(log.folder.glob("audit-*"))) == bool(people), "a report that no entry names is gone"


def test_killed_at_any_time_it_is_finished_by_the_next(simulation: Simulation, tmp_path: Path) -> None:
    first = tmp_path / "first"
    (first / "data").mkdir(parents=True)
    with open_store(sqlite_store(first)) as store:
        _rehearse(simulation, store, first / "data")
    moments, ends = random.Random(5), []
    for number in range(6):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(first, folder)
        url = f"sqlite:///{folder}/arena.sqlite"
        work = moments.uniform(0.001, 0.12) if number else 0.001
        child = FORKS.Process(target=remove_until_killed, args=(url, folder / "data", work), daemon=True)
        child.start()
        child.join()
        ends.append(child.exitcode)
        catalogue = make_catalogue(make_models(4), make_few_prompts(), folder=folder / "data")
        with open_store(url) as store:
            remove_simulated(catalogue, store, now=LATER)
            _check_removed(store, catalogue)
    assert ends[0] == -signal.SIGPROF
    assert set(ends) <= {0, -signal.SIGPROF}


def test_every_table_that_hangs_on_battles_is_known() -> None:
    """A new table with battles or voters in it has to be thought of in ``removing.py`` too."""
    hanging = {name for name, table in metadata.tables.items() if {"battle", "voter"} & set(table.c.keys())}
    assert hanging == {"battles", "votes", "quarantine", "decisions", "skips", "waiting"}
