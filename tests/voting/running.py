"""An arena in a process of its own, and a crowd that votes in it over HTTP, for tests that do their worst to both."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from arena.voting import handlers
from arena.voting.serving import ListenAddress, serve
from tests.forks import FORKS
from tests.ports import Port
from tests.voting.arenas import write_project
from tests.waiting import PATIENCE, wait_until

BATTLES_A_BROWSER = 4
MANY = "{ count = 1000000, seconds = 60 }"
LIMITS = f"[voting]\npicture_size = 128\nlimits = [{MANY}]\nnetwork = {{ new_voters = {MANY}, skips = {MANY} }}\n"


def busy_project(folder: Path) -> Path:
    """A small project in which a crowd may vote as fast as it can."""
    write_project(folder / "data")
    with (folder / "data" / "arena.toml").open("a") as settings:
        settings.write(LIMITS)
    return folder


class Running:
    """``arena serve`` on one port through all its lives. It is forked from a process that has loaded the program, so
    that starting it again costs what starting costs, without Python's imports.
    """

    def __init__(self, project: Path, database: str | None = None) -> None:
        self.project, self.database = project, database
        self.log = project / "serve.log"
        self._port = Port()
        self.process: BaseProcess | None = None

    @property
    def port(self) -> int:
        return self._port.number

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process
        assert self.process.pid
        return self.process.pid

    def start(self) -> None:
        """Start it; it may not answer yet."""
        self.process = FORKS.Process(target=_serve, args=(self.project, self.port, self.database, self.log))
        self.process.start()

    def wait_until_it_answers(self) -> None:
        wait_until(lambda: self.health() is not None, "the arena answers")

    def health(self) -> int | None:
        """The status of /healthz; None where nobody answers."""
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=PATIENCE).status_code
        return None

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """What Ctrl-C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            os.kill(self.pid, how)
            self.process.join(PATIENCE)
            assert not self.process.is_alive()
            self.process = None


@contextmanager
def running(project: Path, database: str | None = None) -> Generator[Running]:
    """An arena that answers, stopped at the end."""
    arena = Running(project, database)
    arena.start()
    try:
        arena.wait_until_it_answers()
        yield arena
    finally:
        arena.stop()


def _serve(project: Path, port: int, database: str | None, log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    handlers.MAKING_SECONDS = 0.001  # the pictures are small, and the crowd is in a hurry
    serve(project, ListenAddress(port=port), database=database)


@dataclass
class Crowd:
    """Voters who take whole battles, one after the other, and try again whatever was not answered."""

    url: str
    voters: int = 6
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Battles whose vote was answered with 201, and how it was cast."""
    found_again: dict[str, str] = field(default_factory=dict)
    """Battles whose vote was stored (409), while its answer was lost."""
    refused: list[httpx.Response] = field(default_factory=list)
    """Answers that said to try again later."""
    surprises: list[str] = field(default_factory=list)
    """Answers that should not have been."""
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Crowd:
        self._threads = [threading.Thread(target=self._visit, args=(n,), daemon=True) for n in range(self.voters)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def wait_for_votes(self, more: int) -> None:
        wanted = len(self.acknowledged) + more
        wait_until(lambda: len(self.acknowledged) >= wanted or bool(self.surprises), f"{more} more votes")

    def wait_for_refusals(self, more: int) -> None:
        wanted = len(self.refused) + more
        wait_until(lambda: len(self.refused) >= wanted or bool(self.surprises), f"{more} more refusals")

    def _visit(self, number: int) -> None:
        with httpx.Client(base_url=self.url, timeout=PATIENCE) as browser:
            while not self._ended.is_set():
                if number % BATTLES_A_BROWSER == 0:
                    browser.cookies.clear()
                self._battle(browser, ("left", "right", "tie", "both_bad")[number % 4])
                number += 1

    def _battle(self, browser: httpx.Client, outcome: str) -> None:
        drawn, _ = self._ask(browser, "GET", "/api/battle")
        if drawn is None:
            return
        battle = drawn.json()
        for side in ("left", "right"):
            self._ask(browser, "GET", battle[side]["image"])
        voted, tries = self._ask(browser, "POST", "/api/votes", {"token": battle["token"], "outcome": outcome})
        if voted is not None:
            kept = self.acknowledged if voted.status_code == 201 else self.found_again
            kept[battle["battle"]] = outcome
            if voted.status_code == 409 and tries == 1:
                self.surprises.append("a first vote was called a second")

    def _ask(
        self, browser: httpx.Client, method: str, path: str, body: dict[str, str] | None = None
    ) -> tuple[httpx.Response | None, int]:
        """The answer, and after how many tries; None where the crowd was told to end, or to the surprise of all."""
        tries = 0
        while not self._ended.is_set():
            tries += 1
            try:
                answer = browser.request(method, path, json=body)
            except httpx.TransportError:
                time.sleep(0.01)
                continue
            if answer.status_code == 503:
                self.refused.append(answer)
                time.sleep(0.05)
                continue
            if answer.is_success or answer.status_code == 409:
                return answer, tries
            self.surprises.append(f"{method} {path}: {answer.status_code} {answer.text}")
            return None, tries
        return None, tries
