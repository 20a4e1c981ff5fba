"""What only shows on a real connection: bodies refused before they are sent, and bytes that are no HTTP."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.voting.arenas import Served, open_arena
from tests.waiting import PATIENCE

POST = b"POST /api/votes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with open_arena(tmp_path_factory.mktemp("wire")) as arena, Served(arena) as here:
        yield here


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.socket.getsockname()[1]), timeout=PATIENCE)


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(served: Served) -> None:
    with connect(served) as connection:
        connection.sendall(POST + b"Content-Length: 10000000000\r\n\r\n")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_an_end_is_refused_after_a_few_kilobytes(served: Served) -> None:
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    with connect(served) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5)
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")


def test_bytes_that_are_no_http_are_refused_and_harm_nobody(served: Served) -> None:
    rng = random.Random(11)
    lines = [b"GET / HTTP/1.1\r\n", b"GET /\r\n", b"\0", b"POST /vote HTTP/1.1\r\n", b"Content-Length: x\r\n"]
    lines += [b"Host: a\r\nHost: b\r\n", b": \r\n", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"\r\n", b"\xff" * 9]
    for _ in range(300):
        content = b"".join(rng.choices(lines, k=rng.randrange(1, 6))) + rng.randbytes(rng.randrange(60))
        with connect(served) as connection:
            answer = b""
            with suppress(OSError):  # it may hang up before it has read, or been sent, everything
                connection.sendall(content)
                connection.shutdown(socket.SHUT_WR)
                while more := connection.recv(1 << 16):
                    answer += more
        assert not answer.startswith(b"HTTP/1.1 5"), content
    assert httpx.get(f"{served.url}/healthz", timeout=PATIENCE).json() == {"status": "ok"}
