"""The time that an answer takes does not tell the models apart, be their files large or small, made already or not."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena.catalogue import load_catalogue
from arena.voting import handlers
from tests.voting.api_calls import draw
from tests.voting.arenas import Arena, open_arena, write_project

HEAVY = "acme/one"
MODELS = (HEAVY, "acme/two", "zeta/three")
PIXELS = 640
"""The heavy model's pictures have 100 times the pixels of the others'."""
SHUFFLES = 20_000
SURE = 0.0001
TRIES = 3
"""A machine that is busy elsewhere can look like a difference once; a difference is there each time."""


def chance(times: list[float], heavy: list[bool]) -> float:
    """How often a random split of the times by model differs as much as the real one, by the mean of their ranks."""
    ranks = np.argsort(np.argsort(np.array(times))).astype(float)
    chosen = np.array(heavy)
    rng = np.random.default_rng(1)
    found = abs(ranks[chosen].mean() - ranks[~chosen].mean())
    shuffled = (rng.permutation(chosen) for _ in range(SHUFFLES))
    return sum(bool(abs(ranks[one].mean() - ranks[~one].mean()) >= found) for one in shuffled) / SHUFFLES


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    """An arena in which one model's files are PNGs of hundreds of times the pixels of all others'."""
    folder = tmp_path / "data"
    write_project(folder, MODELS)
    file = folder / "outputs" / "outputs.jsonl"
    lines = []
    for line in file.read_text().splitlines():
        record = json.loads(line)
        shade = int(record["sha256"][:2], 16)
        size = PIXELS if record["model"] == HEAVY else 64
        noise = np.random.default_rng(shade).integers(0, 255, (size, size, 3), dtype=np.uint8)
        out = io.BytesIO()
        Image.fromarray(noise).save(out, "PNG")
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        path = folder / "outputs" / digest[:2] / f"{digest}.webp"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(out.getvalue())
        lines.append(
            json.dumps({**record, "sha256": digest, "width": size, "height": size, "bytes": len(out.getvalue())})
        )
    file.write_text("\n".join(lines) + "\n")
    with open_arena(tmp_path, catalogue=load_catalogue(folder)) as opened:
        yield opened


def test_pictures_that_were_made_already(arena: Arena) -> None:
    assert not tell(lambda: draws(arena, 60))
    assert not tell(lambda: shows(arena, 60))


def test_pictures_that_have_to_be_made(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "MAKING_SECONDS", 0.2)
    least = []

    def drawn() -> tuple[list[float], list[bool]]:
        times, with_heavy = draws(arena, 24, forgetting=True)
        least.append(min(times))
        return times, with_heavy

    assert not tell(drawn)
    assert min(least) >= 0.2


def tell(measured: Callable[[], tuple[list[float], list[bool]]]) -> bool:
    """Whether times tell who made a picture, whenever they are measured."""
    return all(chance(*measured()) <= SURE for _ in range(TRIES))


def shows(arena: Arena, count: int) -> tuple[list[float], list[bool]]:
    """The seconds that pictures took which were made already, and which were the heavy model's."""
    times, of_heavy = [], []
    for _ in range(count):
        client = arena.another_browser()
        battle = draw(client, "category=photo")
        kept = arena.store.battle(battle["battle"])
        assert kept
        for side, model in (("left", kept.left), ("right", kept.right)):
            start = time.perf_counter()
            assert client.get(battle[side]["image"]).status_code == 200
            times.append(time.perf_counter() - start)
            of_heavy.append(model == HEAVY)
    return times, of_heavy


def draws(arena: Arena, count: int, *, forgetting: bool = False) -> tuple[list[float], list[bool]]:
    """The seconds that battles took, and which had the heavy model; ``forgetting`` all pictures in between."""
    draw(arena.client, "category=photo")
    times, with_heavy = [], []
    for _ in range(count):
        client = arena.another_browser()
        if forgetting:
            arena.current.handlers.pictures._kept.clear()
        start = time.perf_counter()
        battle = draw(client, "category=photo")
        times.append(time.perf_counter() - start)
        kept = arena.store.battle(battle["battle"])
        assert kept
        with_heavy.append(HEAVY in (kept.left, kept.right))
    return times, with_heavy


def test_times_that_tell_would_be_found() -> None:
    rng = np.random.default_rng(3)
    heavy = [number % 3 < 2 for number in range(24)]
    assert chance([rng.normal(0.010 + 0.005 * one, 0.001) for one in heavy], heavy) <= SURE
    assert chance([rng.normal(0.010, 0.001) for _ in heavy], heavy) > SURE
