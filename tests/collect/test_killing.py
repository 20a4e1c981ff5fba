"""Kill a run at any moment, go on, and nothing was paid twice, lost or left lying about."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from arena.catalogue import load_catalogue
from tests.collect import dying
from tests.collect.fakes import FAKES, Fake
from tests.collect.servers import NEVER, Reply, Seen, serving
from tests.collect.worlds import World
from tests.forks import FORKS
from tests.waiting import PATIENCE

KILLS = 12
PROMPTS = 100
AT_ONCE = 4
"""How many requests are under way at most."""
STEPS = 38
"""How often three pictures reach the disk or the ledger, at least."""


def project(root: Path, fake: Fake, gateway: str, prompts: int, *, idempotent: bool) -> World:
    fake.polls, fake.idempotent = 0, idempotent
    fake.by_url = gateway != "openai-images"
    access: dict[str, Any] = {"concurrency": AT_ONCE, **({"idempotency": "Idempotency-Key"} if idempotent else {})}
    return World(root, gateway, fake.origin + fake.path, prompts=prompts, access=access)


@pytest.fixture(params=["generations", "openai-images"])
def gateway(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Door:
    """Lets some requests through to a gateway, and keeps the answers to all others back, so that no run can end."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        self.left: int | None = None
        """How many answers may go out yet; None for all."""
        self.shut = threading.Event()

    def __call__(self, seen: Seen) -> Reply:
        reply = self.fake(seen)
        if self.left is None:
            return reply
        self.left -= 1
        if self.left >= 0:
            return reply
        self.shut.set()
        return replace(reply, delay=NEVER)

    def open(self, answers: int | None) -> None:
        self.left = answers
        self.shut.clear()


@pytest.fixture
def door(gateway: str) -> Iterator[Door]:
    door = Door(FAKES[gateway]())
    with serving(door) as origin:
        door.fake.origin = origin
        yield door


@pytest.fixture
def fake(door: Door) -> Fake:
    return door.fake


def started(world: World, seed: int, dies_at: int = 0) -> BaseProcess:
    process = FORKS.Process(target=dying.collect, args=(world.root, seed, dies_at))
    process.start()
    return process


def end_of(process: BaseProcess) -> int:
    """The exit code of a process when it has ended, -9 where it was killed."""
    process.join(PATIENCE)
    code = process.exitcode
    assert code is not None
    return code


def run(world: World, seed: int, *, dies_at: int = 0) -> int:
    """Collect in a process; its exit code."""
    return end_of(started(world, seed, dies_at))


def check(world: World, fake: Fake, *, doubtful: int = 0) -> None:
    jobs, outputs = world.jobs(), load_catalogue(world.data).outputs
    done = [job for job in jobs if job.state == "done"]
    assert sorted({job.state for job in jobs} - {"done", "doubtful"}) == []
    assert len(fake.charges) == len(set(fake.charges)), "nothing was charged twice"
    assert len(done) + doubtful == len({job.prompt for job in jobs}) == world.prompts
    assert {(output.prompt, output.sha256) for output in outputs} == {(job.prompt, job.sha256) for job in done}
    pictures = {path.stem for path in (world.data / "outputs").rglob("*.webp")}
    assert pictures == {output.sha256 for output in outputs}, "every file is listed"
    files = {path.name for path in (world.data / "outputs").rglob("*") if path.is_file() and path.suffix != ".webp"}
    assert files == {"outputs.jsonl", "collected.jsonl", "measurements.jsonl"}
    assert {path.stem for path in (world.private / "originals").rglob("*.png")} == {job.original for job in done}
    assert list((world.private / "incoming").iterdir()) == []


@pytest.mark.parametrize("idempotent", [True, False])
def test_killed_at_random_points(tmp_path: Path, door: Door, fake: Fake, gateway: str, idempotent: bool) -> None:
    world = project(tmp_path, fake, gateway, PROMPTS, idempotent=idempotent)
    rng = random.Random(f"{gateway} {idempotent}")
    for number in range(KILLS):
        door.open(rng.randrange(15 if gateway == "generations" else 5))
        process = started(world, number)
        if number % 3:
            assert door.shut.wait(PATIENCE)
            time.sleep(rng.choice([0, rng.uniform(0, 0.05)]))
        else:
            time.sleep(rng.uniform(0, 0.3))
        process.kill()
        assert end_of(process) == -9
    door.open(None)
    assert run(world, KILLS) == 0
    doubtful = sum(job.state == "doubtful" for job in world.jobs())
    assert doubtful == 0 if idempotent else doubtful <= AT_ONCE * KILLS
    check(world, fake, doubtful=doubtful)


@pytest.mark.parametrize(
    ("gateway", "steps"),
    [("generations" if steps % 2 else "openai-images", steps) for steps in range(1, STEPS + 1)],
    indirect=["gateway"],
)
def test_dies_at_each_step(tmp_path: Path, fake: Fake, gateway: str, steps: int) -> None:
    world = project(tmp_path, fake, gateway, 3, idempotent=True)
    assert run(world, 1, dies_at=steps) == 9
    assert run(world, 2) == 0
    check(world, fake)
