"""``arena preview``: a site that follows its project."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from arena.preview import changes_of, preview, stamp_of
from tests.cli.shell import arena, one_line_error
from tests.waiting import PATIENCE, wait_until


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a path with spaces, with a site."""
    project = tmp_path_factory.mktemp("preview") / "my arena"
    assert arena("init", project).exit_code == 0
    built = arena("build", "--project", project)
    assert built.exit_code == 0, built.output
    return project


@contextmanager
def previewed(project: Path, said: Path) -> Generator[str]:
    """The address of a preview that runs meanwhile, and is ended by Ctrl-C, quietly."""
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "arena", "preview", "--port", "0", "--project", project],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[2]
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0, said.read_text()
        process.stdout.close()
    assert "Traceback" not in said.read_text()
    assert "interrupted" not in said.read_text()


def get(address: str, path: str = "") -> httpx.Response:
    return httpx.get(address + path, timeout=PATIENCE)


def errors_at(address: str) -> list[str]:
    found: list[str] = get(address, ".preview/state.json").json()["errors"]
    return found


def override_a_template(project: Path, address: str) -> None:
    """A new template and then a change of it show, in a process that has built with the program's own."""
    own = project / "templates" / "machines.html"
    own.parent.mkdir()
    for text in ("First words", "Other words"):
        own.write_text(f'{{% extends "arena/machines.html" %}}{{% block content %}}<h1>{text}</h1>{{% endblock %}}')
        wait_until(lambda: f"<h1>{text}</h1>" in get(address, "machines.html").text, text)  # noqa: B023


def test_a_change_shows_and_a_bad_one_leaves_the_site(started: Path, tmp_path: Path, browser: Browser) -> None:
    settings, broken = started / "data/arena.toml", started / "data/models/openai/broken.toml"
    said = tmp_path / "said"
    with previewed(started, said) as address:
        wait_until(lambda: "Nothing has changed" in said.read_text(), "the site is up to date")
        before = get(address).text
        assert before.count("/.preview/reload.js") == 1
        assert get(address, "models/index.html").text.count("/.preview/reload.js") == 1
        assert get(address, "nowhere.html").status_code == 404
        page = browser.new_page()
        page.goto(address)

        settings.write_text(settings.read_text().replace('name = "', 'name = "Renamed ', 1))
        wait_until(lambda: "Renamed" in get(address).text, "the changed name is on the page")
        page.wait_for_selector("text=Renamed >> nth=0", timeout=PATIENCE * 1000)

        broken.write_text("name = ")
        wait_until(lambda: bool(errors_at(address)), "the page can tell what is wrong")
        assert "data/models/openai/broken.toml:1" in errors_at(address)[0]
        assert "error: data/models/openai/broken.toml:1" in said.read_text()
        page.wait_for_selector("text=broken.toml", timeout=PATIENCE * 1000)
        assert "Renamed" in get(address).text, "the last good site stays"

        broken.unlink()
        wait_until(lambda: not errors_at(address), "nothing is wrong any more")
        page.wait_for_selector("[role=alert]", state="detached", timeout=PATIENCE * 1000)
        page.close()
        override_a_template(started, address)
    assert "reload.js" not in (started / "site/index.html").read_text()
    assert not list((started / "site").rglob("reload.js"))


def test_a_taken_port_is_said_with_another(started: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = arena("preview", "--port", str(port), "--project", started)
    one_line_error(taken, f"port {port}: cannot listen", f"--port {port + 1}", "--port 0")


def test_a_folder_that_is_no_project_is_refused_at_once(tmp_path: Path) -> None:
    one_line_error(arena("preview", "--port", "0", "--project", tmp_path), "data/arena.toml", "arena init")


def test_before_there_is_a_site_the_page_waits_for_it(tmp_path: Path) -> None:
    site, addresses, built = tmp_path / "site", list[str](), threading.Event()

    def build() -> list[str]:
        assert get(addresses[0]).status_code == 503
        assert "being built" in get(addresses[0]).text
        assert "reload.js" in get(addresses[0]).text
        site.mkdir()
        (site / "build.json").write_text('{"sha256": "abc"}')
        (site / "index.html").write_text("<p>No end of a body")
        (site / "picture.webp").write_bytes(b"webp")
        assert get(addresses[0]).text == '<p>No end of a body<script src="/.preview/reload.js?abc"></script>'
        assert get(addresses[0], ".preview/state.json").json() == {"site": "abc", "errors": []}
        picture = get(addresses[0], "picture.webp")
        assert (picture.content, picture.headers["content-type"]) == (b"webp", "image/webp")
        assert picture.headers["cache-control"] == "no-store"
        assert get(addresses[0], "%2e%2e/secret").status_code == 404
        built.set()
        raise KeyboardInterrupt

    (tmp_path / "secret").write_text("not of the site")
    preview(site, [tmp_path], build, port=0, announce=addresses.append)
    assert built.is_set()


class Interrupted:
    """An object whose destructor takes the Ctrl-C that falls into it, as those of libraries do."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_that_falls_into_a_destructor_ends_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = []

    def build() -> list[str]:
        Interrupted()
        built.append("whole, though interrupted")
        return []

    preview(tmp_path / "site", [tmp_path], build, port=0, announce=lambda _address: None)
    assert built == ["whole, though interrupted"]
    assert "KeyboardInterrupt" not in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_change_counts_once_it_has_settled(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    looks = 0

    def wait(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks in (1, 2):  # written in two goes, a look in between
            file.write_text("x" * looks)
        if looks == 6:
            (tmp_path / "arena.sqlite-wal").write_text("a vote")
            (tmp_path / ".a.toml.swp").write_text("an editor")
        if looks == 9:
            file.unlink()
        if looks == 20:
            raise TimeoutError

    seen: list[int] = []
    with pytest.raises(TimeoutError):
        seen.extend(looks for _ in changes_of([tmp_path, tmp_path / "missing"], wait))
    assert seen == [0, 3, 10]


def test_a_stamp_tells_states_apart(tmp_path: Path) -> None:
    file = tmp_path / "below" / "a.toml"
    file.parent.mkdir()
    file.write_text("a")
    before = stamp_of([tmp_path])
    assert before == stamp_of([tmp_path])
    os.utime(file, (1, 1))
    assert stamp_of([tmp_path]) != before
    assert json.loads(json.dumps(before))[0][0] == str(file)
