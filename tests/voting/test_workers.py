"""``arena serve --workers 2`` as it is run for the public: what one knows the other knows, and either may die."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.postgres_server import PostgresServer
from tests.voting.arenas import write_project
from tests.voting.running import PATIENCE, wait_until

VOTES = 4
"""And two that are tried again make the six that a voter has here."""

STARTING = 120.0
"""Seconds that three processes may take to start on a busy machine; a few on an idle one."""


class Workers:
    """A running arena with two workers."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    @property
    def pids(self) -> list[int]:
        """The workers, in the order in which they were started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def answering(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=PATIENCE).status_code == 200
        return False

    def kill(self, number: int) -> None:
        """``kill -9`` a worker, after what its parent asked it last was answered: it waits long for an answer."""
        one = self.pids[number]
        os.kill(self.process.pid, signal.SIGSTOP)
        wait_until(self.answering, "a worker answers")
        os.kill(one, signal.SIGKILL)
        os.kill(self.process.pid, signal.SIGCONT)
        wait_until(lambda: len(self.pids) == 2 and one not in self.pids, "another takes its place", STARTING)

    @contextmanager
    def only(self, number: int) -> Iterator[None]:
        """While this lasts, one worker answers: the other is stopped, so that nobody else can."""
        wait_until(lambda: len(self.pids) == 2, "there are two workers", STARTING)
        other = self.pids[1 - number]
        os.kill(other, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(other, signal.SIGCONT)

    def stored(self) -> int:
        found = re.search(r"^arena_votes_stored (\d+)$", httpx.get(f"{self.url}/metrics", timeout=PATIENCE).text, re.M)
        assert found
        return int(found[1])


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    write_project(tmp_path / "data")
    with (tmp_path / "data" / "arena.toml").open("a") as settings:
        settings.write("[voting]\npicture_size = 128\nlimits = [{ count = 6, seconds = 3600 }]\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        environment["ARENA_DATABASE_URL"] = server.new_database()
    command = [sys.executable, "-m", "arena", "serve", "--project", str(tmp_path), "--port", "0", "--workers", "2"]
    with (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
        assert process.stdout
        running = Workers(process, process.stdout.readline().split()[2])
        try:
            wait_until(lambda: len(running.pids) == 2 and running.answering(), "an arena of two workers", STARTING)
            for number in (0, 1):
                with running.only(number):
                    wait_until(running.answering, f"worker {number} answers", STARTING)
            yield running
        finally:
            process.terminate()  # a parent that is killed leaves its workers behind
            process.wait(PATIENCE)
            process.stdout.close()
    assert "Traceback" not in (tmp_path / "errors").read_text()


def ask(cookies: httpx.Cookies, method: str, url: str, **body: object) -> httpx.Response:
    """On a connection of its own, so that whichever worker is there takes it."""
    with httpx.Client(cookies=cookies, timeout=PATIENCE) as client:
        answer = client.request(method, url, json=body or None)
        cookies.update(client.cookies)
    return answer


def test_two_workers_are_one_arena(workers: Workers) -> None:
    voter = httpx.Cookies()
    for number in range(VOTES):
        with workers.only(number % 2):
            drawn = ask(voter, "GET", f"{workers.url}/api/battle").json()
        with workers.only((number // 2) % 2):  # by the worker that drew it, and by the other one
            picture = ask(voter, "GET", f"{workers.url}{drawn['left']['image']}")
            assert picture.headers["content-type"] == "image/jpeg"
            cast = ask(voter, "POST", f"{workers.url}/api/votes", token=drawn["token"], outcome="left")
            assert cast.status_code == 201, cast.text
            assert cast.json()["progress"]["votes"] == number + 1
    for number in (0, 1):
        with workers.only(number):
            again = ask(voter, "POST", f"{workers.url}/api/votes", token=drawn["token"], outcome="right")
            assert again.status_code == 409, "a token works once, whichever worker is asked"
    for number in (0, 1):
        with workers.only(number):
            another = ask(voter, "GET", f"{workers.url}/api/battle").json()
            more = ask(voter, "POST", f"{workers.url}/api/votes", token=another["token"], outcome="left")
            assert more.status_code == 429, "a limit holds for all workers together"
    assert workers.stored() == VOTES

    workers.kill(0)
    for number in (0, 1):
        with workers.only(number):
            wait_until(workers.answering, f"worker {number} answers", STARTING)
            assert workers.stored() == VOTES

    pids = workers.pids
    workers.process.terminate()
    assert workers.process.wait(PATIENCE) in (0, -signal.SIGTERM)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
