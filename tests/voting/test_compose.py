"""compose.yaml: what it starts fits together, Docker reads it, and without Docker its parts work together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from arena.cli.voting import serve
from tests.conftest import ROOT
from tests.ports import Port
from tests.postgres_server import PostgresServer
from tests.voting.running import Crowd, busy_project
from tests.voting.test_operations import needs
from tests.waiting import PATIENCE, wait_until

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
NGINX = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
SERVICE = COMPOSE["services"]["arena"]
VOTES = 3


def test_its_parts_fit_together() -> None:
    services = COMPOSE["services"]
    program, command, *options = SERVICE["command"]
    assert (program, command) == ("arena", "serve")
    asked = serve.make_context("serve", [*options, "--project", str(ROOT)]).params
    assert asked["workers"] == 2
    assert f"proxy_pass http://arena:{asked['port']};" in NGINX
    (network,) = COMPOSE["networks"]["arena"]["ipam"]["config"]
    assert asked["trusted"] == network["subnet"]
    password = services["db"]["environment"]["POSTGRES_PASSWORD"]
    assert SERVICE["environment"]["ARENA_DATABASE_URL"] == f"postgresql://arena:{password}@db/arena"
    assert SERVICE["depends_on"].keys() <= services.keys()
    mounted = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])]
    assert "store" in mounted
    assert all((ROOT / path).exists() for path in mounted if path.startswith("./"))
    assert not any("ports" in service for name, service in services.items() if name != "web")


def test_docker_reads_it() -> None:
    needs("docker")
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("Docker here has no compose")
    read = subprocess.run(["docker", "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr


def test_people_vote_through_nginx_in_either_worker(tmp_path: Path, postgres: PostgresServer) -> None:
    needs("nginx")
    project, behind, before = busy_project(tmp_path / "project"), Port(), Port()
    options = [*SERVICE["command"][2:], "--host", "127.0.0.1", "--port", str(behind.number), "--trusted", "127.0.0.1"]
    command = [sys.executable, "-m", "arena", "serve", *options, "--project", str(project)]
    environment = os.environ | {"ARENA_DATABASE_URL": postgres.new_database(), "ARENA_SECRET": "0" * 64}
    server = NGINX.replace("arena:8000", f"127.0.0.1:{behind.number}")
    server = server.replace("listen 80;", f"listen 127.0.0.1:{before.number};")
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\ndaemon off;\nerror_log stderr;\nevents {{}}\nhttp {{\n{server}}}\n")
    address = f"http://127.0.0.1:{before.number}"
    with started(command, environment), started(["nginx", "-c", str(file)], environment):
        wait_until(lambda: answers(f"{address}/"), "the workers answer through nginx")
        with Crowd(address, voters=1) as crowd:
            crowd.wait_for_votes(VOTES)
        assert not crowd.surprises
        assert httpx.get(f"{address}/metrics").status_code == 403
        stored = httpx.get(f"http://127.0.0.1:{behind.number}/metrics").text
    assert float(stored.split("arena_votes_stored ")[-1].split()[0]) >= VOTES


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Generator[None]:
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=PATIENCE).status_code == 200
    except httpx.TransportError:
        return False
