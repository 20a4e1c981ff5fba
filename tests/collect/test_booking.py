"""A server that counts what it charges: after 200 runs, of which most are killed, the ledger holds the same, to the
cent. ``BOOKING_RUNS=5000`` in the environment makes it as many runs.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
from collections import defaultdict
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.collect import image_store
from arena.collect.jobs import OPEN_STATES
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from tests.collect.fakes import picture
from tests.collect.worlds import World

RUNS_A_WORLD = 10
RUNS = max(2 * RUNS_A_WORLD, int(os.environ.get("BOOKING_RUNS", "80")))
PRICE = Decimal("0.01")
"""The offer's, which the server charges where it does not say another cost."""


def passed(server: Server, _: str) -> Server:
    """The same server for every provider."""
    return server


class Killed(BaseException):
    """The process is gone: nothing of it may reach the disk or the network any more."""


class Countdown:
    """Kills a run before or after its n-th write or request."""

    def __init__(self) -> None:
        self.left = 0

    def step(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed

    def around(self, inner: Any) -> Any:
        def stepping(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = inner(*arguments, **named)
            self.step()
            return result

        return stepping


class Server(httpx.AsyncBaseTransport):
    """Answers chat requests in every way there is, and writes down what each of them costs, by its request's key."""

    def __init__(self, rng: random.Random, countdown: Countdown, *, idempotent: bool) -> None:
        self.rng, self.countdown, self.idempotent = rng, countdown, idempotent
        self.charged: dict[str, Decimal] = defaultdict(Decimal)
        self.answers: dict[str, httpx.Response] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.countdown.step()
        body = json.loads(await request.aread())
        prompt, key = body["messages"][0]["content"][0]["text"], request.headers.get("idempotency-key", "")
        await asyncio.sleep(0)
        if self.idempotent and key in self.answers:
            return self.answers[key]
        cost, status, answer = self.answer(prompt)
        self.charged[prompt] += cost
        response = httpx.Response(status, json=answer)
        self.answers[key] = response
        self.countdown.step()
        return response

    def answer(self, prompt: str) -> tuple[Decimal, int, Any]:
        kind = self.rng.choice(("picture", "picture", "words", "refused", "odd", "free", "error"))
        cost = Decimal(self.rng.randrange(1, 100)) / 10_000
        data = base64.b64encode(picture(prompt)).decode() if kind != "odd" else "R0lGODlhAQABAAAAACwAAAAA"
        images = [{"image_url": {"url": f"data:image/png;base64,{data}"}}] if kind in ("picture", "free", "odd") else []
        if kind == "error":
            return Decimal(0), 400, {"error": {"code": 400, "message": "bad size"}}
        choice = {"message": {"content": "", "images": images}, "finish_reason": "stop"}
        if kind == "refused":
            choice["finish_reason"] = "content_filter"
        # Where the answer does not say its cost, the server charges the offer's price.
        said = self.rng.random() < 0.7
        return (
            (cost if said else PRICE),
            200,
            {"choices": [choice], **({"usage": {"cost": float(cost)}} if said else {})},
        )


@pytest.mark.parametrize("idempotent", [True, False])
def test_what_is_booked_is_what_was_charged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idempotent: bool) -> None:
    countdown = Countdown()
    for where, name in ((Ledger, "put"), (image_store, "_write"), (image_store, "write_bytes"), (Path, "replace")):
        monkeypatch.setattr(where, name, countdown.around(getattr(where, name)))
    kills = 0
    for number in range(RUNS // RUNS_A_WORLD // 2):
        rng = random.Random(f"{idempotent} {number}")
        server = Server(rng, countdown, idempotent=idempotent)
        access = {"concurrency": 3, **({"idempotency": "Idempotency-Key"} if idempotent else {})}
        countdown.left = 10**9
        world = World(tmp_path / str(number), "openrouter-chat", "https://api.example/v1", prompts=12, access=access)
        for run in range(RUNS_A_WORLD):
            world.clock.passed += 60
            # The last run lives, and finishes what the others left.
            countdown.left = rng.randrange(1, 30) if run < RUNS_A_WORLD - 1 else 10**9
            try:
                world.collect(CollectOptions(refused=run % 3 == 0), seed=run, transport=partial(passed, server))
            except Killed:
                kills += 1
        check(world, server, idempotent=idempotent)
    assert kills > RUNS // 4, "most of the runs of this half died"


def check(world: World, server: Server, *, idempotent: bool) -> None:
    jobs = world.jobs()
    assert not [job for job in jobs if job.state in OPEN_STATES]
    booked: dict[str, Decimal] = defaultdict(Decimal)
    doubt: dict[str, Decimal] = defaultdict(Decimal)
    for job in jobs:
        text = f"a lamp, number {job.prompt.rpartition('-')[2]}"
        booked[text] += job.cost
        doubt[text] += job.doubt
    for text in {*booked, *server.charged}:
        if idempotent:
            assert (booked[text], doubt[text]) == (server.charged[text], Decimal(0))
        else:
            # A request that a run died over may have been charged: it is in doubt, and nothing else is.
            lost = server.charged[text] - booked[text]
            assert lost >= 0
            assert lost == 0 or doubt[text] > 0
