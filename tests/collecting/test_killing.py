"""Kill a run at any moment, go on, and nothing was paid twice, lost or left lying about."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.catalogue import load_catalogue
from tests.collecting import dying
from tests.collecting.fakes import FAKES, Fake
from tests.collecting.servers import serving
from tests.collecting.worlds import World
from tests.forks import FORKS

KILLS = 10
PROMPTS = 60
STEPS = 38
"""How often three pictures reach the disk or the ledger, at least."""


def project(root: Path, fake: Fake, gateway: str, prompts: int, *, idempotent: bool) -> World:
    fake.polls, fake.delay, fake.idempotent = 0, 0.02, idempotent
    fake.by_url = gateway != "openai-images"
    access: dict[str, Any] = {"answer_seconds": 10, **({"idempotency": "Idempotency-Key"} if idempotent else {})}
    return World(root, gateway, fake.origin + fake.path, prompts=prompts, access=access)


@pytest.fixture(params=["generations", "openai-images"])
def gateway(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(gateway: str) -> Iterator[Fake]:
    fake: Fake = FAKES[gateway]()
    with serving(fake) as origin:
        fake.origin = origin
        yield fake


def run(world: World, seed: int, *, dies_at: int = 0, killed_after: float | None = None) -> int:
    """Collect in a process; its exit code, -9 where it was killed."""
    process = FORKS.Process(target=dying.collect, args=(world.root, seed, dies_at))
    process.start()
    if killed_after is not None:
        time.sleep(killed_after)
        process.kill()
    process.join(60)
    code = process.exitcode
    process.close()
    assert code is not None
    return code


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
def test_killed_at_random_points(tmp_path: Path, fake: Fake, gateway: str, idempotent: bool) -> None:
    world = project(tmp_path, fake, gateway, PROMPTS, idempotent=idempotent)
    rng = random.Random(f"{gateway} {idempotent}")
    fake.delay, killed = 0.1, 0
    for number in range(KILLS):
        killed += run(world, number, killed_after=rng.uniform(0.1, 0.35)) == -9
    assert run(world, KILLS) == 0
    doubtful = sum(job.state == "doubtful" for job in world.jobs())
    assert killed >= KILLS - 2, "it was at work when it was killed"
    assert doubtful == 0 if idempotent else doubtful <= 4 * killed
    check(world, fake, doubtful=doubtful)


@pytest.mark.parametrize(
    ("gateway", "steps"),
    [("generations" if steps % 2 else "openai-images", steps) for steps in range(1, STEPS + 1)],
    indirect=["gateway"],
)
def test_dies_at_each_step(tmp_path: Path, fake: Fake, gateway: str, steps: int) -> None:
    world = project(tmp_path, fake, gateway, 3, idempotent=True)
    fake.delay = 0.0
    assert run(world, 1, dies_at=steps) == 9
    assert run(world, 2) == 0
    check(world, fake)
