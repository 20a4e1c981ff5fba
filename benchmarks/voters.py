"""Voters that do not pause unless told a rate, as lean as they can be: they share the machine with what they measure.

    python benchmarks/voters.py PORT voters.json --voters 64 --seconds 60

Each has a connection, a cookie and (by X-Forwarded-For, as behind a proxy) a network of its own, unless
``--one-network``. Writes a file of JSON: seconds by kind of request, answers that were not as they should be, and the
CPU it took itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

try:  # the event loop that uvicorn would choose as well
    from uvloop import run
except ImportError:
    from asyncio import run

END_OF_HEAD = b"\r\n\r\n"
OUTCOMES = ("left", "right", "tie", "both_bad")


@dataclass
class Tally:
    """What was measured: seconds of each request by kind, and answers that were not as they should be."""

    battle: list[float] = field(default_factory=list)
    picture: list[float] = field(default_factory=list)
    vote: list[float] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    """When each vote was sent, in seconds from the start."""
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True)
class Pace:
    """When voters start and stop, and how many seconds lie between two battles of one; 0: no pause."""

    start: float
    until: float
    gap: float


class Voter(asyncio.Protocol):
    """One voter on one connection: battle, both pictures, vote, and again until the time is over."""

    def __init__(self, address: str, tally: Tally, pace: Pace, done: asyncio.Future[None]) -> None:
        self.tally, self.pace, self.done = tally, pace, done
        self.due = pace.start
        self.network = f"x-forwarded-for: {address}\r\n" if address else ""
        self.cookie = ""
        self.votes = 0
        self.buffer = bytearray()
        self.wanted = -1
        self.next: Callable[[bytes], None] = self.drawn

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.draw()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.tally.errors.append(f"the connection was lost: {exc}")
            self.done.set_result(None)

    def ask(self, kind: list[float], request: str, status: bytes, then: Callable[[bytes], None]) -> None:
        self.kind, self.status, self.next = kind, status, then
        self.began = time.perf_counter()
        self.transport.write(request.encode())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.wanted < 0:
            end = self.buffer.find(END_OF_HEAD)
            if end < 0:
                return
            self.read_head(bytes(self.buffer[:end]))
            self.wanted += end + len(END_OF_HEAD)
        if len(self.buffer) < self.wanted:
            return
        body, self.buffer = bytes(self.buffer[self.wanted - self.length : self.wanted]), bytearray()
        self.wanted = -1
        self.kind.append(time.perf_counter() - self.began)
        if self.answered != self.status:
            self.tally.errors.append(f"{self.answered!r} {body[:200]!r}")
            self.draw()
        else:
            self.next(body)

    def read_head(self, head: bytes) -> None:
        self.answered = head[9:12]
        place = head.find(b"content-length: ") + 16
        self.wanted = self.length = int(head[place:].split(b"\r\n", 1)[0])
        place = head.find(b"set-cookie: ")
        if place >= 0:
            self.cookie = "cookie: " + head[place + 12 :].split(b";", 1)[0].decode() + "\r\n"

    def get(self, kind: list[float], path: str, then: Callable[[bytes], None]) -> None:
        self.ask(kind, f"GET {path} HTTP/1.1\r\nhost: x\r\n{self.network}{self.cookie}\r\n", b"200", then)

    def pause(self) -> None:
        """Draw again when it is time: late voters do not rest, so that the offered load is kept."""
        self.due += self.pace.gap
        asyncio.get_running_loop().call_later(max(0.0, self.due - time.perf_counter()), self.draw)

    def draw(self) -> None:
        if time.perf_counter() < self.pace.until:
            self.get(self.tally.battle, "/api/battle", self.drawn)
        elif not self.done.done():
            self.done.set_result(None)

    def drawn(self, body: bytes) -> None:
        self.battle = json.loads(body)
        self.get(self.tally.picture, self.battle["left"]["image"], self.left_seen)

    def left_seen(self, _: bytes) -> None:
        self.get(self.tally.picture, self.battle["right"]["image"], self.right_seen)

    def right_seen(self, _: bytes) -> None:
        self.votes += 1
        ballot = {"token": self.battle["token"], "outcome": OUTCOMES[self.votes % 4], "dwell_ms": 2000}
        body = json.dumps(ballot)
        head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        request = f"POST /api/votes HTTP/1.1\r\nhost: x\r\n{self.network}{self.cookie}{head}\r\n{body}"
        self.tally.began.append(time.perf_counter() - self.pace.start)
        self.ask(self.tally.vote, request, b"201", lambda _: self.pause() if self.pace.gap else self.draw())


async def vote(port: int, voters: int, seconds: float, *, rate: float, one_network: bool) -> Tally:
    loop, tally = asyncio.get_running_loop(), Tally()
    start, cpu = time.perf_counter(), time.process_time()
    gap = voters / rate if rate else 0.0
    waiting = []
    for number in range(voters):
        done = loop.create_future()
        address = "" if one_network else f"10.{number >> 8}.{number & 255}.1"
        pace = Pace(start + gap * number / voters, start + seconds, gap)
        await loop.create_connection(
            lambda address=address, pace=pace, done=done: Voter(address, tally, pace, done), "127.0.0.1", port
        )
        waiting.append(done)
    await asyncio.gather(*waiting)
    tally.seconds, tally.cpu = time.perf_counter() - start, time.process_time() - cpu
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("results", type=Path)
    parser.add_argument("--voters", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=0, help="battles a second of all together; 0: as many as can be")
    parser.add_argument("--one-network", action="store_true")
    given = parser.parse_args()
    tally = run(vote(given.port, given.voters, given.seconds, rate=given.rate, one_network=given.one_network))
    given.results.write_text(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main()
