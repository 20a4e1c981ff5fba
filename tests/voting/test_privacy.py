"""What a real run keeps of those who vote, looked for in its store, its log and everything else that it wrote."""

from __future__ import annotations

import ipaddress
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.voting.running import Running, busy_project
from tests.waiting import PATIENCE

ADDRESSES = ("203.0.113.77", "198.51.100.23", "2001:db8:5:6::7", "2001:db8:5:7::8")
"""Of the ranges for documentation (RFC 5737, RFC 3849); the last two share a network."""
ARENAS = ("text-to-image", "image-editing")


def visit(arena: Running, address: str) -> str:
    """Vote, look around and send what is refused, all from an address; the cookie."""
    with httpx.Client(base_url=arena.url, headers={"x-forwarded-for": address}, timeout=PATIENCE) as browser:
        for name in ARENAS:
            battle = browser.get(f"/api/battle?arena={name}").raise_for_status().json()
            vote = {"token": battle["token"], "outcome": "left"}
            assert browser.post("/api/votes", json=vote).status_code == 201
            assert browser.post("/api/votes", json=vote).status_code == 409
        for path in ("/", "/me", "/nowhere", "/votes/x", "/pictures/x", "/static/../x"):
            browser.get(path)
        browser.post("/api/votes", content=b"\0" * 5000)
        browser.get("/", headers={"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"})
        cookie = browser.cookies["arena_voter"]
    for nonsense in (
        b"\x16\x03\x01\x02\0\x01\0",
        f"GET /{address} HTTP/9\r\nx-forwarded-for: {address}\r\n\r\n".encode(),
    ):
        with socket.create_connection(("127.0.0.1", arena.port)) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1 << 16)
    return cookie


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of an arena that people from some addresses visited, killed before it could tidy up; their cookies."""
    arena = Running(busy_project(tmp_path_factory.mktemp("visited")))
    arena.start()
    arena.wait_until_it_answers()
    cookies = [visit(arena, address) for address in ADDRESSES]
    arena.kill()
    return arena.project, cookies


def test_nothing_that_was_written_has_an_address_or_a_cookie(visited: tuple[Path, list[str]]) -> None:
    folder, cookies = visited
    written = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"arena.sqlite", "arena.sqlite-wal", "serve.log"} <= {path.name for path in written}
    parsed = [ipaddress.ip_address(address) for address in ADDRESSES]
    told = [one.exploded.encode() for one in parsed] + [address.encode() for address in ADDRESSES]
    told += [one.packed for one in parsed] + [b"203.0.113", b"198.51.100", b"2001:db8:5"]
    told += [part.encode() for cookie in cookies for part in cookie.split(".")]
    told += [bytes.fromhex(cookie.partition(".")[0]) for cookie in cookies]
    found = [(path.name, what) for path, content in written.items() for what in told if what in content]
    assert not found
    everything = b"".join(written.values())
    assert b"image-editing/night" in everything, "what is stored would have been found"


def test_who_voted_in_two_arenas_cannot_be_brought_together(visited: tuple[Path, list[str]]) -> None:
    with closing(sqlite3.connect(visited[0] / "data" / "arena.sqlite")) as store:
        rows = store.execute(
            "SELECT arena, votes.voter, votes.network FROM votes JOIN battles ON id = battle"
        ).fetchall()
    one, other = ([row[1:] for row in rows if row[0] == name] for name in ARENAS)
    assert len(one) == len(other) == len(ADDRESSES)
    for column, different in ((0, 4), (1, 3)):
        names, others = {row[column] for row in one}, {row[column] for row in other}
        assert len(names) == len(others) == different, "voters by their browsers, networks by their addresses"
        assert not names & others
