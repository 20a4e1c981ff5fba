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
from sqlalchemy import text

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


@pytest.mark.parametrize(
    ("scheme", "host", "origin", "status"),
    [
        ("https", "arena.example", "https://arena.example", 409),
        ("https", "arena.example", "HTTPS://Arena.example:443", 409),
        ("https", "arena.example:443", "https://arena.example", 409),  # nginx: Host $host:$server_port
        ("http", "arena.example", "https://arena.example", 409),  # behind a proxy that does not say https
        ("http", "[::1]:8000", "http://[::1]:8000", 409),
        ("https", "arena.example", "http://arena.example", 403),  # a page that anybody on the way could have written
        ("http", "arena.example", "http://arena.example:8080", 403),
        ("http", "arena.example", "ftp://arena.example", 403),
        ("http", "arena.example", "chrome-extension://arena.example", 403),
        ("http", "arena.example", "//arena.example", 403),
        ("http", "arena.example", "http://arena.example@evil.example", 403),
        ("http", "arena.example", "http://evil.example/http://arena.example", 403),
        ("http", "arena.example", "http://x@arena.example", 403),
        ("http", "arena.example", "http://arena.example:x", 403),
        ("http", "", "http://", 403),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(
    voted: tuple[Arena, str], scheme: str, host: str, origin: str, status: int
) -> None:
    """409: it got past, and the vote is there already."""
    arena, token = voted
    answer = arena.client.post(
        f"{scheme}://testserver/api/votes",
        json={"token": token, "outcome": "left"},
        headers={"origin": origin, "host": host, "cookie": f"arena_voter={arena.client.cookies['arena_voter']}"},
    )
    assert answer.status_code == status


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Arena, str]]:
    with open_arena(tmp_path_factory.mktemp("voted")) as arena:
        token = draw(arena.client)["token"]
        assert vote(arena.client, token).status_code == 201
        yield arena, token


def test_head_is_answered_as_get_and_draws_nothing(arena: Arena) -> None:
    for path in ("/", "/api/battle", "/?category=photo", "/api/battle?arena=image-editing"):
        answer = arena.another_browser().head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        assert not {"set-cookie", "content-length"} & set(answer.headers)
        assert answer.headers["content-type"] == arena.another_browser().get(path).headers["content-type"]
    assert arena.client.head("/?category=nothing").status_code == 422
    with arena.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM battles")).scalar() == 4, "those of GET"
    before = limits_of(arena)
    arena.client.head("/")
    assert limits_of(arena) == before


def limits_of(arena: Arena) -> list[tuple[object, ...]]:
    with arena.store.reading() as connection:
        return [tuple(row) for row in connection.execute(text('SELECT key, "full" FROM limits ORDER BY key'))]


def test_a_proxy_that_is_not_trusted_is_told_of_once(arena: Arena, caplog: pytest.LogCaptureFixture) -> None:
    for address in ("203.0.113.9", "203.0.113.10", "testclient, 10.0.0.1"):
        arena.client.post("/api/votes", json={}, headers={"x-forwarded-for": address})
    assert [record.message.partition(",")[0] for record in caplog.records] == [
        "a vote came with an X-Forwarded-For that is not believed. If a proxy is in front"
    ]
    assert "203.0.113" not in caplog.text


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
    for markup in (page, reveal.text):
        assert "&lt;script&gt;alert(1)" in markup
        assert "<script>alert" not in markup
        assert "<img src=x" not in markup
        assert "49" not in re.sub(r"[0-9a-f]{32}\S*", "", markup)
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
