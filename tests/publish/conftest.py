"""A small project read from disk, and the site built from it, once a session."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from arena.catalogue import load_catalogue
from arena.publish.site import SiteReport, build_site
from arena.ratings import compute_ratings
from arena.records import Origin
from arena.votes.log import open_log
from tests.conftest import ROOT, open_browser
from tests.publish.worlds import SharedWorld, World, empty_world, make_world
from tests.web.axe import source

STILL = "() => { window.setTimeout = () => 0; }"
"""Lets nothing happen by itself any more: what a page says for two seconds stays."""
Opened = Callable[..., Page]
"""Opens a page by its path in the site; ``base`` is another place of the site, the rest settings of the browser."""


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> SharedWorld:
    """Projects as ``make_world`` makes them, each once for all tests, which read it and change nothing in it."""

    @cache
    def world(*, arena: str = "", origin: Origin = Origin.SIMULATED, votes: bool = True) -> World:
        return make_world(tmp_path_factory.mktemp("world"), arena=arena, origin=origin, votes=votes)

    return world


@pytest.fixture(scope="session")
def bare_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A project that has a name and nothing else; tests read it and change nothing in it."""
    return empty_world(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def small_world(shared_world: SharedWorld) -> World:
    """Three models, two of them ranked on one arena, by 42 simulated votes; with ratings over time."""
    world = shared_world()
    ratings = compute_ratings(world.log.votes(), world.catalogue.project.ratings, history=True)
    return replace(world, ratings=ratings)


@pytest.fixture(scope="session")
def site(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; tests read it and change nothing in it."""
    out = tmp_path_factory.mktemp("built") / "site"
    build_site(small_world.catalogue, small_world.log, small_world.ratings, out)
    return out


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the site of the project's own data/ in ``sub/path`` and, in ``seconds``, how long it took to build.

    The workers of a session share it: whoever comes first builds it, while the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "shipped"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "seconds").exists():
            (folder / "sub").mkdir()
            start = time.perf_counter()
            build_shipped(folder / "sub" / "path")
            (folder / "seconds").write_text(str(time.perf_counter() - start))
    return folder


@pytest.fixture(scope="session")
def shipped_site(shipped: Path) -> Path:
    """The site of the project's own data/, below a sub-path; tests read it and change nothing in it."""
    return shipped / "sub" / "path"


def build_shipped(out: Path) -> SiteReport:
    """Build the site of the project's own data/ as the command line does."""
    catalogue, log = load_catalogue(ROOT / "data"), open_log(ROOT / "data" / "votes")
    return build_site(
        catalogue, log, lambda: compute_ratings(log.votes(), catalogue.project.ratings, history=True), out
    )


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, *_: object, **__: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of browsers that hang up before they have read everything."""

    def handle_error(self, *_: object, **__: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(shipped_site: Path) -> Iterator[str]:
    """Where the shipped site is served: below ``/sub/path/`` of a server on this machine."""
    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(shipped_site.parent.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sub/path/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as a package of the environment brings it."""
    return source()


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """One for all tests of sites: to start it takes a second of processor time."""
    with open_browser(chromium) as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens a page of the shipped site in a window of its own; fails on any error that the browser tells."""
    contexts: list[BrowserContext] = []
    findings: list[str] = []

    def open_page(path: str, base: str = address, **settings: Any) -> Page:
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: findings.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: findings.append(str(error)))
        page.on("request", lambda request: None if is_ours(request.url, base) else findings.append(request.url))
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert findings == []


def is_ours(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:"))
