"""A site over HTTP: below a path, with few connections and within limits, and never from another host."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.errors import ArenaError
from arena.publish.output.marker import MARKER, SUMS
from arena.verification import download, verify
from arena.verification.download import CONNECTIONS, download_site
from tests.publish.worlds import World

ADDRESS = "https://arena.example/sub/path/"
Answer = Callable[[httpx.Request, str], httpx.Response | None]


class Site:
    """Serves a folder below /sub/path/, with other answers for some requests; counts how many go on at once."""

    def __init__(self, folder: Path, answer: Answer = lambda _request, _name: None) -> None:
        self.folder, self.answer = folder, answer
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.most = 0
        self._now, self._lock = 0, threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.asked.append(request.url.path)
            self.agents.add(request.headers["user-agent"])
        try:
            name = request.url.path.removeprefix("/sub/path/")
            other = self.answer(request, name)
            path = self.folder / name
            return other or (httpx.Response(200, content=path.read_bytes()) if path.is_file() else httpx.Response(404))
        finally:
            with self._lock:
                self._now -= 1

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)


def test_an_honest_site_passes_below_any_path_and_it_is_said_how_far_the_checks_went(
    published: Path, world: World
) -> None:
    site, steps = Site(published), set[str]()

    def progress(what: str, _done: int, _total: int) -> None:
        steps.add(what)

    address = f"{ADDRESS}index.html"
    found = verify(address, head=world.log.head, transport=site.transport, progress=progress)
    assert (found.findings, found.exact) == ((), True)
    assert found.head == world.log.head
    assert (found.votes, found.pages) == (41, len(list(published.rglob("*.html"))))
    assert found.files == sum(path.is_file() for path in published.rglob("*"))
    assert found.figures > 1000
    assert any(f"{found.figures:,} numbers on {found.pages} pages" in sentence for sentence in found.checked)
    assert not any("--head" in sentence for sentence in found.unchecked)
    assert found.where == f"{ADDRESS}index.html"
    assert any("the server has files" in sentence for sentence in found.unchecked)
    assert "Fetching files" in steps
    assert site.most <= CONNECTIONS
    assert {agent.partition("/")[0] for agent in site.agents} == {"image-arena-verify"}
    assert len(site.asked) == len(set(site.asked)), "each file is asked for once"


def answer_with(name: str, status: int, headers: dict[str, str] | None = None, content: bytes = b"") -> Answer:
    """One file has this answer; its body is sent as it is, also where its headers say that it is packed."""

    def answer(_request: httpx.Request, asked: str) -> httpx.Response | None:
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content)) if asked == name else None

    return answer


@pytest.mark.parametrize(
    ("response", "why"),
    [
        ((404,), "answers 404"),
        ((302, {"location": "https://elsewhere.example/llms.txt"}), "leads to another host"),
        ((302, {"location": "http://arena.example/sub/path/llms.txt"}), "leads to another host"),
        ((302, {"location": "https://arena.example:8443/llms.txt"}), "leads to another host"),
        ((302, {"location": "llms.txt"}), "without an end"),
        ((200, {"content-encoding": "gzip"}, b"no gzip"), "cannot be fetched"),
    ],
    ids=["missing", "other host", "less safe", "other port", "loop", "broken"],
)
def test_what_cannot_be_had_is_said_with_its_reason(
    published: Path, tmp_path: Path, response: tuple[Any, ...], why: str
) -> None:
    missing = download_site(ADDRESS, tmp_path, transport=Site(published, answer_with("llms.txt", *response)).transport)
    assert list(missing) == ["llms.txt"]
    assert why in missing["llms.txt"]
    assert (tmp_path / "index.html").read_bytes() == (published / "index.html").read_bytes()


def test_redirects_on_the_same_host_are_followed(published: Path, tmp_path: Path) -> None:
    def answer(request: httpx.Request, name: str) -> httpx.Response | None:
        if request.url.scheme == "http":
            return httpx.Response(301, headers={"location": str(request.url.copy_with(scheme="https"))})
        pretty = {"integrity.html": "/sub/path/integrity"}.get(name)
        if pretty:
            return httpx.Response(308, headers={"location": pretty})
        if name == "integrity":
            return httpx.Response(200, content=(published / "integrity.html").read_bytes())
        return None

    address = ADDRESS.replace("https", "http")
    assert download_site(address, tmp_path, transport=Site(published, answer).transport) == {}
    assert (tmp_path / "integrity.html").read_bytes() == (published / "integrity.html").read_bytes()


def test_a_server_that_asks_to_wait_is_waited_for(published: Path, tmp_path: Path) -> None:
    busy = [httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503), httpx.Response(429)]
    waits: list[float] = []
    site = Site(published, lambda _request, name: busy.pop(0) if name == MARKER and busy else None)
    assert download_site(ADDRESS, tmp_path, transport=site.transport, wait=waits.append) == {}
    assert waits == [7.0, 2.0, 4.0]


def test_robots_are_obeyed(published: Path, tmp_path: Path) -> None:
    def robots(rules: str) -> Answer:
        return lambda request, _: httpx.Response(200, text=rules) if request.url.path == "/robots.txt" else None

    closed = Site(published, robots("User-agent: *\nDisallow: /sub/\n"))
    with pytest.raises(ArenaError, match=r"robots\.txt keeps programs from it"):
        download_site(ADDRESS, tmp_path, transport=closed.transport)
    assert closed.asked == ["/robots.txt"]
    others = Site(published, robots("User-agent: GreedyBot\nDisallow: /\n"))
    assert download_site(ADDRESS, tmp_path, transport=others.transport) == {}


def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_FILE_BYTES", 1_000_000)
    bomb = answer_with("llms.txt", 200, {"content-encoding": "gzip"}, gzip.compress(b"0" * 3_000_000))
    with pytest.raises(ArenaError, match="larger than any site"):
        download_site(ADDRESS, tmp_path, transport=Site(published, bomb).transport)
    monkeypatch.setattr(download, "MAX_SITE_BYTES", 20_000)
    with pytest.raises(ArenaError, match="larger than any site"):
        download_site(ADDRESS, tmp_path, transport=Site(published).transport)


def test_what_is_no_site_is_refused_at_once(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Site(published / "static")
    with pytest.raises(ArenaError, match=r"answers 404"):
        download_site(ADDRESS, tmp_path, transport=nothing.transport)
    monkeypatch.setattr(download, "MAX_FILES", 2)
    many = answer_with(SUMS, 200, content="".join(f"{'0' * 64}  {n}\n" for n in range(3)).encode())
    with pytest.raises(ArenaError, match="lists more than"):
        download_site(ADDRESS, tmp_path, transport=Site(published, many).transport)
    outside = answer_with(SUMS, 200, content=f"{'0' * 64}  ../../outside\n".encode())
    with pytest.raises(ArenaError, match="no line of a list"):
        download_site(ADDRESS, tmp_path, transport=Site(published, outside).transport)
    for address in ("https://", "https://[::1", "http://a b/"):
        with pytest.raises(ArenaError, match=r"is no address|cannot be fetched|answers"):
            download_site(address, tmp_path, transport=nothing.transport)
