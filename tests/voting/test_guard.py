"""What strangers send: bad bodies (also over a real connection), votes from other sites, paths to elsewhere, markup."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.voting.api_calls import draw, vote
from tests.voting.arenas import EVIL, Arena, Served, TestClient, open_arena
from tests.waiting import PATIENCE

POST = b"POST /api/votes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 4000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"token": "a", "outcome": NaN}', "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"token": 1, "outcome": "left"}', "application/json", 422),
        (b'{"token": "a", "outcome": "LEFT"}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "extra": 1}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "dwell_ms": -1}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "dwell_ms": true}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "dwell_ms": 1e3}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "reasons": ["nose"]}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "reasons": ["text", "text"]}', "application/json", 422),
        (b'{"token": "a", "outcome": "left", "reasons": [[]]}', "application/json", 422),
        (b'{"token": "\\ud800", "outcome": "left"}', "application/json", 400),
        (b'{"token": "a", "outcome": "left"}', "text/plain", 415),
        (b'{"token": "' + b"a" * 5000 + b'"}', "application/json", 413),
    ],
)
def test_bad_bodies_are_refused_in_words(arena: Arena, body: bytes, kind: str, status: int) -> None:
    answer = arena.client.post("/api/votes", content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]


def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(arena: Arena) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(10_000):
            read.append(number)
            yield b"x" * 1024

    assert arena.client.post("/api/votes", content=endless()).status_code == 413


def test_votes_from_other_sites_are_refused(arena: Arena) -> None:
    token = draw(arena.client)["token"]
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        answer = arena.client.post("/api/votes", json={"token": token, "outcome": "left"}, headers=headers)
        assert answer.status_code == 403, headers
    same = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert arena.client.post("/api/votes", json={"token": token, "outcome": "left"}, headers=same).status_code == 201


def test_cookies_are_closed_to_scripts_and_secure_behind_tls(arena: Arena) -> None:
    plain = arena.client.get("/api/battle").headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=lax" in plain
    assert "secure" not in plain
    safe = TestClient(arena.client.app, base_url="https://testserver").get("/").headers["set-cookie"].lower()
    assert "secure" in safe
    assert "set-cookie" not in arena.client.get("/api/battle").headers


def test_every_answer_carries_a_strict_policy(arena: Arena) -> None:
    for path in ("/", "/me", "/api/battle", "/nowhere", "/static/vote.js", "/openapi.json", "/healthz"):
        headers = arena.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_nothing_written_in_the_catalogue_becomes_markup(arena: Arena) -> None:
    page = arena.client.get("/?category=logo&language=en").text
    token = re.findall(r'id="token" value="([^"]+)"', page)[0]
    reveal = arena.client.post("/vote?arena=text-to-image", data={"token": token, "outcome": "left"})
    assert reveal.status_code == 200
    for text in (page, reveal.text):
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.sub(r"[0-9a-f]{32}\S*", "", text)
    told = vote(arena.client, draw(arena.client)["token"])
    assert told.headers["content-type"] == "application/json"
    assert told.json()["left"]["name"].endswith(EVIL)


def test_paths_lead_nowhere_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>the site</p>")
    (tmp_path / "secret.txt").write_text("do not read")
    with open_arena(tmp_path, site=site) as arena:
        assert "the site" in arena.client.get("/site/").text
        for path in (
            "/site/../secret.txt",
            "/site/%2e%2e/secret.txt",
            "/site/..%2fsecret.txt",
            "/static/..%2f..%2fcli.py",
            "/static/%2e%2e%2fbase.html",
            "/pictures/..%2f..%2fsecret.txt",
            "/pictures/x",
            "/site//etc/passwd",
            "/votes/..%2f..%2fsecret.txt",
            "/site/%00",
        ):
            answer = arena.client.get(path)
            assert answer.status_code in (400, 404), path
            assert "do not read" not in answer.text


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
