"""A small HTTP server on loopback that can misbehave as real ones do: late, cut off, endless, mislabelled."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.waiting import PATIENCE

NEVER = 1e9
"""Seconds after which an answer comes that does not come: who is asked ends sooner."""


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What goes back: after ``delay`` seconds, and no more than ``cut`` bytes of it where that is set."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


def says(body: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json", **named})


Handler = Callable[[Seen], Reply]


@contextmanager
def serving(handler: Handler) -> Generator[str]:
    """Serve on a free port of 127.0.0.1, in a thread of its own; the origin, e.g. ``http://127.0.0.1:4711``."""
    loop = asyncio.new_event_loop()
    origin: list[str] = []
    servers: list[asyncio.Server] = []
    up = threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(lambda reader, writer: _converse(handler, reader, writer), "127.0.0.1", 0)
        origin.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        servers.append(server)

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.call_soon(up.set)  # not earlier: a stop before run_forever would be forgotten by it
        loop.run_forever()
        servers[0].close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    try:
        yield origin[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        assert not thread.is_alive()


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while (seen := await _request(reader)) is not None:
            reply = handler(seen)
            if reply.delay:
                await asyncio.sleep(reply.delay)
            head = [f"HTTP/1.1 {reply.status} Reason", f"content-length: {len(reply.body)}"]
            head += [f"{name}: {value}" for name, value in reply.headers.items()]
            content = "\r\n".join(head).encode() + b"\r\n\r\n" + reply.body
            writer.write(content[: reply.cut])
            await writer.drain()
            if reply.cut is not None:
                return
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    url = urlsplit(target)
    return Seen(method, url.path, parse_qs(url.query), headers, body)
