"""Clients that nobody wishes for, over raw sockets: slow ones, and ones that send a lot."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from arena.voting.connections import KEPT_FILES, LARGEST_HEAD, REQUEST_SECONDS, LimitedProtocol, allow_many_files
from arena.voting.serving import ListenAddress, _config
from tests.waiting import PATIENCE, wait_until

SHORT = 0.5
"""Seconds that requests have here."""
REQUEST = b"GET /a HTTP/1.1\r\nHost: arena.example\r\n\r\n"


class Hasty(LimitedProtocol):
    request_seconds = SHORT


class Served:
    """A small app behind the protocol, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.release = threading.Event()
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.app,
                interface="asgi3",
                http=Hasty,
                port=0,
                lifespan="off",
                log_level="error",
                timeout_graceful_shutdown=1,
            )
        )
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=2048)

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if message["type"] == "http.disconnect":
                return
        self.asked.append((scope["path"], size))
        if scope["path"] == "/late":
            await asyncio.to_thread(self.release.wait, PATIENCE)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    @contextmanager
    def connected(self, content: bytes = b"") -> Generator[socket.socket]:
        with socket.create_connection(self.listening.getsockname(), timeout=PATIENCE) as client:
            client.sendall(content)
            yield client


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    thread = threading.Thread(target=served.server.run, kwargs={"sockets": [served.listening]}, daemon=True)
    thread.start()
    wait_until(lambda: served.server.started, "the server listens")
    yield served
    served.release.set()
    served.server.should_exit = True
    thread.join(PATIENCE)
    served.listening.close()


def ending(client: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    received = b""
    while True:
        try:
            piece = client.recv(65536)
        except ConnectionError:
            return received
        if not piece:
            return received
        received += piece


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /a HT",
        b"GET /a HTTP/1.1\r\nHost: arena.example\r\nX-Slow: ",
        b"POST /a HTTP/1.1\r\nHost: arena.example\r\nContent-Length: 100\r\n\r\noutcome=",
        b"POST /a HTTP/1.1\r\nHost: arena.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"\r\n\r\n",
    ],
)
def test_a_request_that_does_not_end_is_ended(served: Served, begun: bytes) -> None:
    with served.connected(begun) as client:
        began = time.monotonic()
        assert ending(client) == b""
        assert time.monotonic() - began < PATIENCE
    wait_until(lambda: served.connections == 0, "nothing is left of it")
    assert served.asked == []


@pytest.mark.parametrize("trickle", [b"x", b"\r\n"])
def test_bytes_now_and_then_do_not_put_it_off(served: Served, trickle: bytes) -> None:
    head = b"GET /a HTTP/1.1\r\nX-Slow: " if trickle == b"x" else b""
    began = time.monotonic()
    with served.connected(head) as client, pytest.raises(OSError):
        while time.monotonic() - began < PATIENCE:
            client.sendall(trickle)
            time.sleep(SHORT / 20)
    assert time.monotonic() - began < PATIENCE


def test_empty_lines_after_an_answer_do_not_keep_a_connection(served: Served) -> None:
    with served.connected(REQUEST) as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - began < PATIENCE:
                client.sendall(b"\r\n")
                time.sleep(SHORT / 20)


def test_slow_connections_do_not_stay_and_others_are_answered(served: Served) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(served.connected(b"GET /a HTTP/1.1\r\nX: ")) for _ in range(300)]
        with served.connected(REQUEST) as client:
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
        wait_until(lambda: served.connections == 0, "all are ended")
        assert all(ending(client) == b"" for client in slow)
    assert served.asked == [("/a", 0)]


def test_an_answer_may_take_longer_than_its_request(served: Served) -> None:
    with served.connected(REQUEST.replace(b"/a", b"/late")) as client:
        time.sleep(2 * SHORT)
        served.release.set()
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_request_that_waits_for_the_answer_before_it_is_not_slow(served: Served) -> None:
    with served.connected(REQUEST.replace(b"/a", b"/late")) as client:
        client.sendall(b"POST /b HTTP/1.1\r\nContent-Length: 400000\r\n\r\n")
        time.sleep(2 * SHORT)
        served.release.set()
        client.sendall(b"x" * 400_000)
        wait_until(lambda: ("/b", 400_000) in served.asked, "both are answered")


def test_a_connection_serves_many_requests_in_pieces_and_in_one(served: Served) -> None:
    with served.connected() as client:
        for _ in range(3):
            for piece in (REQUEST[:7], REQUEST[7:30], REQUEST[30:]):
                client.sendall(piece)
                time.sleep(0.01)
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
        client.sendall(REQUEST * 1000)
        wait_until(lambda: len(served.asked) == 1003, "all that were sent together are answered")
        client.sendall(b"POST /b HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20000)
        wait_until(lambda: ("/b", 20000) in served.asked, "a body is no head")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /a HTTP/1.1\r\nX-Large: " + b"x" * LARGEST_HEAD + b"\r\n\r\n",
        b"GET /" + b"a" * LARGEST_HEAD + b" HTTP/1.1\r\n\r\n",
        b"GET /a HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(4000)) + b"\r\n",
        b"POST /a HTTP/1.1\r\nX-Large: " + b"x" * LARGEST_HEAD + b"\r\nContent-Length: 3\r\n\r\nabc" + REQUEST,
    ],
)
def test_a_large_head_is_refused(served: Served, head: bytes) -> None:
    with served.connected(head) as client:
        assert ending(client).startswith(b"HTTP/1.1 431 ")
    assert served.asked == []


def test_a_head_within_the_limit_is_read(served: Served) -> None:
    with served.connected(b"GET /a HTTP/1.1\r\nX: " + b"x" * (LARGEST_HEAD - 200) + b"\r\n\r\n") as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_connections_leave_files_for_the_store_and_the_project(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (KEPT_FILES + 40, 10_000))
    with ExitStack() as several:
        for _ in range(40):
            several.enter_context(served.connected())
        wait_until(lambda: served.connections == 40, "all are there")
        one_too_many = several.enter_context(served.connected())
        assert ending(one_too_many) == b""
        assert served.connections == 40
    wait_until(lambda: served.connections == 0, "they went")
    with served.connected(REQUEST) as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 200"), "there is room again"


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        ((1024, 524_288), (65_536, 524_288)),
        ((256, 4096), (4096, 4096)),
        ((256, resource.RLIM_INFINITY), (65_536, resource.RLIM_INFINITY)),
        ((100_000, 524_288), None),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_it_may(
    limits: tuple[int, int], asked: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: given.append(wanted))
    allow_many_files()
    assert given == ([asked] if asked else [])


def test_a_line_of_60_mb_is_not_read(served: Served) -> None:
    sent = 0
    with served.connected(b"GET /a HTTP/1.1\r\nX-Large: ") as client:
        piece = b"x" * 65536
        try:
            while sent < 60_000_000:
                client.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
    assert sent < 20_000_000, "what fits into the buffers of the two sockets, and no more"
    wait_until(lambda: served.connections == 0, "the connection is ended")


def test_the_voting_app_is_served_with_these_limits() -> None:
    config = _config(Starlette, ListenAddress(), 1)
    config.load()
    assert config.http_protocol_class is LimitedProtocol
    assert config.ws_protocol_class is None, "it would take over after an upgrade, without limits"
    assert (LimitedProtocol.request_seconds, LimitedProtocol.largest_head) == (REQUEST_SECONDS, LARGEST_HEAD)
    assert (REQUEST_SECONDS, LARGEST_HEAD) == (10, 16_384)


def test_a_head_within_the_limit_may_come_in_pieces(served: Served) -> None:
    """As networks cut it: each piece ends within a line."""
    head = REQUEST[:-2] + b"".join(b"x-%d: %s\r\n" % (number, b"a" * 980) for number in range(15)) + b"\r\n"
    assert len(head) < LARGEST_HEAD
    with served.connected() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(head), 1460):
            client.sendall(head[start : start + 1460])
            time.sleep(0.005)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
    assert served.asked == [("/a", 0)]


def test_what_strangers_send_does_not_fill_the_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    upgrade = REQUEST[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: a\r\n\r\n"
    tunnel = b"CONNECT / HTTP/1.1\r\nHost: arena.example\r\n\r\n"
    for content, status in ((b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"400"), (upgrade, b"200"), (tunnel, b"200")):
        with served.connected(content) as client:
            assert client.recv(1000)[9:12] == status
    assert not caplog.records
