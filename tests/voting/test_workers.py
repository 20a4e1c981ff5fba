"""``arena serve --workers 2`` as it is run for the public: what one knows the other knows, and either may die."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.postgres_server import PostgresServer
from tests.voting.arenas import write_project
from tests.waiting import PATIENCE, wait_until

VOTES = 4
"""And two that are tried again make the six that a voter has here."""
KNOCKING = 4
"""Clients that knock at once; a worker that is waited for answers one of them soon."""


class Workers:
    """A running arena with two workers, and a way to ask the one that is meant."""

    def __init__(self, process: subprocess.Popen[str], url: str, *, dies: bool) -> None:
        self.process, self.url, self.dies = process, url, dies
        self.clients: dict[int, httpx.Client] = {}
        """A connection with each worker that is not closed yet."""

    @property
    def pids(self) -> list[int]:
        """The workers, among all that the parent has started."""
        children = psutil.Process(self.process.pid).children()
        return sorted(child.pid for child in children if "spawn_main" in " ".join(_command(child.pid)))

    def connected(self, number: int) -> httpx.Client:
        """A client whose connection is with one worker. Both listen on one socket and the faster takes what comes, so
        several knock at once: while one is answered, the other worker opens to the rest.
        """
        if client := self.clients.pop(number, None):
            if self._has_taken(number, client.get("/healthz")):
                self.clients[number] = client
                return client
            client.close()
        deadline = time.monotonic() + PATIENCE
        with ThreadPoolExecutor(KNOCKING) as pool:
            while time.monotonic() < deadline:
                clients = [httpx.Client(base_url=self.url, timeout=PATIENCE) for _ in range(KNOCKING)]
                answers = list(pool.map(lambda client: client.get("/healthz"), clients))
                held = [
                    client for client, answer in zip(clients, answers, strict=True) if self._has_taken(number, answer)
                ]
                for client in clients if not held else set(clients) - {held[0]}:
                    client.close()
                if held:
                    self.clients[number] = held[0]
                    return held[0]
        pytest.fail(f"worker {number} takes no connection")

    def _has_taken(self, number: int, answer: httpx.Response) -> bool:
        """Whether this was answered by that worker: the one whose socket has our port at its other end."""
        port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
        with suppress(IndexError, psutil.NoSuchProcess):
            others = psutil.Process(self.pids[number]).net_connections("tcp")
            return any(other.raddr and other.raddr.port == port for other in others)
        return False

    def ask(self, number: int, cookies: httpx.Cookies, method: str, path: str, **body: object) -> httpx.Response:
        client = self.connected(number)
        client.cookies = cookies
        answer = client.request(method, path, json=body or None)
        cookies.update(client.cookies)
        return answer

    def kill(self, number: int) -> None:
        """``kill -9`` a worker while its parent looks away: one that it finds half dead it asks, and waits long."""
        one = psutil.Process(self.pids[number])
        os.kill(self.process.pid, signal.SIGSTOP)
        self.connected(number)  # whatever its parent had asked it is answered
        one.kill()
        threads = Path(f"/proc/{one.pid}/task")
        wait_until(lambda: one.status() == psutil.STATUS_ZOMBIE and len(list(threads.iterdir())) == 1, "it is dead")
        os.kill(self.process.pid, signal.SIGCONT)
        wait_until(lambda: len(self.pids) == 2 and one.pid not in self.pids, "another takes its place")

    def stored(self, number: int) -> int:
        found = re.search(r"^arena_votes_stored (\d+)$", self.connected(number).get("/metrics").text, re.M)
        assert found
        return int(found[1])


def _command(pid: int) -> list[str]:
    """A process's command line; nothing of one that has ended, though its parent may not know yet."""
    with suppress(psutil.NoSuchProcess):  # a zombie is none either
        return psutil.Process(pid).cmdline()
    return []


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
        # to start another costs as much on either database, and what it reads on start the tests of stores read on both
        running = Workers(process, process.stdout.readline().split()[2], dies=request.param == "sqlite")
        try:
            yield running
        finally:
            for client in running.clients.values():
                client.close()
            process.terminate()  # a parent that is killed leaves its workers behind
            process.wait(PATIENCE)
            process.stdout.close()
    assert "Traceback" not in (tmp_path / "errors").read_text()


def test_two_workers_are_one_arena(workers: Workers) -> None:
    voter = httpx.Cookies()
    drawn: dict[str, Any] = {}
    for number in range(VOTES):
        drawn = workers.ask(number % 2, voter, "GET", "/api/battle").json()
        other = (number // 2) % 2  # the worker that drew it, and the other one
        picture = workers.ask(other, voter, "GET", drawn["left"]["image"])
        assert picture.headers["content-type"] == "image/jpeg"
        cast = workers.ask(other, voter, "POST", "/api/votes", token=drawn["token"], outcome="left")
        assert cast.status_code == 201, cast.text
        assert cast.json()["progress"]["votes"] == number + 1
    for number in (0, 1):
        again = workers.ask(number, voter, "POST", "/api/votes", token=drawn["token"], outcome="right")
        assert again.status_code == 409, "a token works once, whichever worker is asked"
    for number in (0, 1):
        another = workers.ask(number, voter, "GET", "/api/battle").json()
        more = workers.ask(number, voter, "POST", "/api/votes", token=another["token"], outcome="left")
        assert more.status_code == 429, "a limit holds for all workers together"
    assert workers.stored(0) == workers.stored(1) == VOTES

    if workers.dies:
        workers.kill(0)
        assert workers.stored(0) == workers.stored(1) == VOTES, "who takes its place knows what it knew"

    pids = workers.pids
    workers.process.terminate()
    assert workers.process.wait(PATIENCE) in (0, -signal.SIGTERM)
    assert not any(psutil.pid_exists(pid) for pid in pids)
