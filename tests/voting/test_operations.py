"""What docs/running-an-arena.md tells people to run does what it says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from arena.votes.store import open_store
from tests.conftest import ROOT
from tests.postgres_server import PostgresServer
from tests.votes.store.worlds import know_outputs, some_operations
from tests.voting.running import Crowd, busy_project, running

GUIDE = (ROOT / "docs" / "running-an-arena.md").read_text(encoding="utf-8")


def block(language: str, word: str) -> str:
    """The first block of code of a language that has a word in it."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return next(code for code in found if word in code)


def needs(*programs: str) -> None:
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")


def shell(script: str, folder: Path) -> str:
    ran = subprocess.run(["sh", "-e"], input=script, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_backup_while_people_vote_has_what_was_acknowledged_before(tmp_path: Path) -> None:
    needs("sqlite3")
    backups = tmp_path / "backups"
    backups.mkdir()
    commands = block("sh", ".backup").replace("/backup/", f"{backups}/")
    with running(busy_project(tmp_path / "project")) as arena:
        with Crowd(arena.url) as crowd:
            crowd.wait_for_votes(20)
            before = dict(crowd.acknowledged)
            assert shell(commands, arena.project) == "ok\n"
        arena.kill()
        (file,) = backups.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        restore = block("sh", "install -m 600").partition("arena audit")[0].replace("$backup", str(file))
        shell(restore, arena.project)
        assert not (arena.project / "data" / "arena.sqlite-wal").exists()
        with closing(sqlite3.connect(arena.project / "data" / "arena.sqlite")) as store:
            kept = dict(store.execute("SELECT battle, outcome FROM votes").fetchall())
        assert before.items() <= kept.items() <= (crowd.acknowledged | crowd.found_again).items()
        arena.start()
        arena.wait_until_it_answers()
        with Crowd(arena.url) as later:
            later.wait_for_votes(1)
        assert not crowd.surprises + later.surprises


def test_a_dump_of_postgresql_restores_every_vote(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{postgres.programs}{os.pathsep}{os.environ['PATH']}")
    needs("pg_dump", "pg_restore", "createdb")
    url = postgres.new_database()
    restored, server = f"{url}_restored", ["-h", "127.0.0.1", "-p", str(postgres.port), "-U", "arena"]
    monkeypatch.setenv("ARENA_DATABASE_URL", url)
    commands = block("sh", "pg_dump").partition("arena audit")[0].replace("/backup/", f"{tmp_path}/")
    for documented, here in (
        ("sudo -u postgres createdb arena_restored", f"createdb {shlex.join(server)} {restored.rpartition('/')[2]}"),
        ("postgresql://arena:PASSWORD@127.0.0.1/arena_restored", restored),
    ):
        assert documented in commands
        commands = commands.replace(documented, here)
    with open_store(url) as store:
        know_outputs(store)
        store.write(some_operations(20))
        kept = store.votes_by_voter([f"v{number}" for number in range(5)])
        shell(commands, tmp_path)
    (file,) = tmp_path.glob("*.dump")
    assert file.stat().st_mode & 0o777 == 0o600
    with open_store(restored) as again:
        assert again.votes_stored() == 20
        assert again.votes_by_voter([f"v{number}" for number in range(5)]) == kept != []


def test_nginx_understands_its_configuration(tmp_path: Path) -> None:
    needs("nginx", "openssl")
    pair = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *pair]
    subprocess.run(request, check=True, capture_output=True)
    server = block("nginx", "proxy_pass").replace("/etc/letsencrypt/live/arena.example.org", str(tmp_path))
    server = server.replace("/var/log/nginx", str(tmp_path))
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{server}}}\n")
    checked = subprocess.run(["nginx", "-t", "-c", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
