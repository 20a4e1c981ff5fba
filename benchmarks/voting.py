"""How many whole battles a second the voting app takes: battle, both pictures and vote, by 64 voters at once.

    python benchmarks/voting.py [--seconds 60] [--database postgresql://... --workers 2]

The app runs in processes of its own on this machine, with the demonstration's outputs and limits raised; pictures are
made once before the clock starts. Every vote that was acknowledged is compared with what the store holds at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import re
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import uvicorn

from arena.catalogue.voting import RateLimit
from arena.collect.serving import build_app, read_project

ROOT = Path(__file__).resolve().parent.parent
MANY = (RateLimit(count=10_000_000, seconds=1),)


@dataclass
class Client:
    """One voter on one connection: as little HTTP as keeps it honest."""

    port: int
    cookie: str = ""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        assert self.reader
        extra = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
        cookie = f"cookie: {self.cookie}\r\n" if self.cookie else ""
        self.writer.write(f"{method} {path} HTTP/1.1\r\nhost: x\r\n{cookie}{extra}\r\n".encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        found = re.search(rb"set-cookie: ([^;]+)", head)
        if found:
            self.cookie = found[1].decode()
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(head[9:12]), content


@dataclass
class Tally:
    """What was measured: seconds by kind of request, and answers that were not as they should be."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"battle": [], "picture": [], "vote": []})
    errors: list[str] = field(default_factory=list)


async def play(client: Client, tally: Tally, until: float) -> None:
    async def timed(kind: str, method: str, path: str, body: bytes = b"", wanted: int = 200) -> bytes:
        start = time.perf_counter()
        status, content = await client.ask(method, path, body)
        tally.times[kind].append(time.perf_counter() - start)
        if status != wanted:
            tally.errors.append(f"{kind}: {status} {content[:200]!r}")
        return content

    number = 0
    while time.perf_counter() < until:
        battle = json.loads(await timed("battle", "GET", "/api/battle"))
        for side in ("left", "right"):
            await timed("picture", "GET", battle[side]["image"])
        number += 1
        outcome = ("left", "right", "tie", "both_bad")[number % 4]
        body = json.dumps({"token": battle["token"], "outcome": outcome, "dwell_ms": 2000}).encode()
        await timed("vote", "POST", "/api/votes", body, 201)


async def load(port: int, voters: int, seconds: float) -> tuple[Tally, int]:
    tally = Tally()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(play(Client(port), tally, until) for _ in range(voters)))
    _, metrics = await Client(port).ask("GET", "/metrics")
    found = re.search(rb"arena_votes_stored (\d+)\n", metrics)
    return tally, int(found[1]) if found else -1


def make_app(url: str):
    catalogue, ratings, settings = read_project(ROOT)
    voting = settings.voting.model_copy(update={"limits": MANY})
    app = build_app(catalogue, ratings, replace(settings, voting=voting), url, b"benchmark" * 4)
    made = [app.state.pictures.get(catalogue.output_path(output)) for output in catalogue.outputs]
    for future in made:
        future.result()
    return app


def serve(url: str, listening: object) -> None:
    config = uvicorn.Config(partial(make_app, url), factory=True, access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    import socket

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--voters", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder, socket.socket() as listening:
        url = given.database or f"sqlite:///{folder}/arena.sqlite"
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        spawn = multiprocessing.get_context("spawn")
        processes = [spawn.Process(target=serve, args=(url, listening)) for _ in range(given.workers)]
        for process in processes:
            process.start()
        try:
            run(listening.getsockname()[1], given.voters, given.seconds, len(processes))
        finally:
            for process in processes:
                process.terminate()
                process.join()


def run(port: int, voters: int, seconds: float, workers: int) -> None:
    async def all_of_it() -> tuple[Tally, int, int, float]:
        for _ in range(4 * workers):  # the first requests wait until every worker has made its pictures
            await Client(port).ask("GET", "/healthz")
        _, metrics = await Client(port).ask("GET", "/metrics")
        before = int(metrics.rsplit(b" ", 1)[1])
        start = time.perf_counter()
        tally, after = await load(port, voters, seconds)
        return tally, before, after, time.perf_counter() - start

    tally, before, after, took = asyncio.run(all_of_it())
    print(f"{voters} voters, {workers} worker(s), {took:.1f} s")
    print("request      number      a second     p50 ms     p99 ms")
    for kind, times in tally.times.items():
        ordered = sorted(times)
        p50, p99 = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        print(f"{kind:8} {len(times):10,} {len(times) / took:13,.0f} {p50:10.1f} {p99:10.1f}")
    print(f"errors: {len(tally.errors)}; acknowledged {len(tally.times['vote']):,}, stored {after - before:,}")
    for error in tally.errors[:5]:
        print(error)


if __name__ == "__main__":
    main()
