"""Servers that never end, drip, or send far too much: each is given up in time and within bounds, keys and all."""

from __future__ import annotations

import asyncio
import gzip
import random
import resource
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from arena.catalogue.records import Access
from arena.collect import fetching, provider_client
from arena.collect.dependencies import SystemClock
from arena.collect.fetching import fetch_image
from arena.collect.image_checks import InvalidImage
from arena.collect.provider_client import ProviderClient, RequestFailed
from arena.gateways import GATEWAYS, HttpRequest

LIMIT = 1_000_000
OK = b"HTTP/1.1 200 OK\r\n"
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
DRIP_SECONDS = 0.02
Talk = Callable[[asyncio.StreamWriter], Any]


def endlessly(head: bytes, piece: bytes, pause: float = 0.0) -> Talk:
    """A head, then the same piece for ever."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return talk


def once(content: bytes) -> Talk:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return talk


BOMB = gzip.compress(bytes(100_000_000), 9)
HOSTILE: dict[str, tuple[Talk, str]] = {
    "a stream without end": (endlessly(OK + b"transfer-encoding: chunked\r\n\r\n", CHUNK), "larger than"),
    "a body without a length": (endlessly(OK + b"\r\n", b"x" * 65536), "larger than"),
    "a byte now and then": (endlessly(OK + b"content-length: 90000\r\n\r\n", b"x", DRIP_SECONDS), "no answer within"),
    "chunks now and then": (
        endlessly(OK + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n", DRIP_SECONDS),
        "no answer within",
    ),
    "a header now and then": (endlessly(OK, b"x-more: x\r\n", DRIP_SECONDS), "no answer within"),
    "nothing but 100 Continue": (endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n", DRIP_SECONDS), "no answer within"),
    "headers without end": (endlessly(OK, b"x-more: " + b"x" * 9000 + b"\r\n"), "the connection broke"),
    "one header without end": (endlessly(OK + b"x-more: ", b"x" * 65536), "the connection broke"),
    "a bomb": (
        once(OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n%b" % (len(BOMB), BOMB)),
        "larger than",
    ),
    "another protocol": (once(b"\x00\x01\x02" * 1000), "the connection broke"),
}


@asynccontextmanager
async def served(talk: Talk) -> AsyncGenerator[str]:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(writer)
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def asked(talk: Talk) -> str:
    """What is said of a provider that answers so."""

    async def only_once() -> bool:
        return False

    async with served(talk) as origin, httpx.AsyncClient(trust_env=False) as client:
        access = Access(answer_seconds=1, private_hosts=(origin.removeprefix("http://"),))
        read = GATEWAYS["openai-images"].read
        headers = {"Authorization": "Bearer k"}
        provider = ProviderClient(origin, access, headers, read=read, clock=SystemClock(), rng=random.Random(1))
        with pytest.raises(RequestFailed) as failed:
            await provider.send(client, HttpRequest("POST", f"{origin}/x", json={}), may_repeat=only_once)
        return failed.value.reason


async def fetched(talk: Talk) -> str:
    """What is said of a picture's host that answers so."""

    async def nobody(_: str) -> list[str]:
        return []

    async with served(talk) as origin, httpx.AsyncClient(trust_env=False) as client:
        access = Access(private_hosts=(origin.removeprefix("http://"),))
        with pytest.raises((RequestFailed, InvalidImage)) as failed:
            await fetch_image(f"{origin}/x", access, client, nobody)
        return str(failed.value)


def test_no_answer_takes_for_ever_or_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once: the slow ones take their second together."""
    monkeypatch.setattr(provider_client, "LARGEST_ANSWER", LIMIT)
    monkeypatch.setattr(fetching, "LARGEST_BYTES", LIMIT)
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 1.0)

    async def ask_all() -> tuple[list[str], list[str]]:
        talks = [talk for talk, _ in HOSTILE.values()]
        answers = await asyncio.gather(*map(asked, talks), *map(fetched, talks))
        return answers[: len(talks)], answers[len(talks) :]

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    of_providers, of_pictures = asyncio.run(ask_all())
    for name, said, picture in zip(HOSTILE, of_providers, of_pictures, strict=True):
        assert HOSTILE[name][1] in said, name
        assert "could not be fetched" in picture or "larger than" in picture, name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 80_000, f"{grown} KB more than before: the bomb alone would be 100 MB"
