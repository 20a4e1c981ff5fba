"""The steps of ``.github/workflows/prices.yml``, run against a repository, lists and a ``gh`` of this test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.catalogue.pull.made_up import LITELLM, write_shop
from tests.conftest import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "prices.yml").read_text(encoding="utf-8"))
JOB = WORKFLOW["jobs"]["prices"]
STEPS = {step["name"]: step["run"] for step in JOB["steps"] if "run" in step}
COMPARE, OPEN = (
    "Compare the lists with data/, and write what passes the check",
    ("Open the pull request, or renew the one that is open"),
)

GH = """#!/usr/bin/env python3
import json, os, sys
folder = os.environ["GH_FOLDER"]
words = sys.argv[1:]
with open(f"{folder}/calls.jsonl", "a") as calls:
    body = open(words[words.index("--body-file") + 1]).read() if "--body-file" in words else ""
    calls.write(json.dumps([*words[:2], body]) + "\\n")
if words[:2] == ["pr", "list"] and os.path.exists(f"{folder}/open"):
    print(7)
"""


class Repository:
    """A clone of an empty remote with a project in it, and a ``gh`` that writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote, self.runner = folder / "clone", folder / "remote.git", folder / "runner"
        self.runner.mkdir()
        stub = self.runner / "gh"
        stub.write_text(GH)
        stub.chmod(0o755)
        self.list = self.runner / "litellm.json"
        self.list.write_text(LITELLM)
        self.git("init", "--quiet", "--bare", self.remote, cwd=folder)
        self.git("init", "--quiet", "--initial-branch=main", self.folder, cwd=folder)
        write_shop(self.folder)
        self.git("remote", "add", "origin", self.remote)
        self.commit()

    def git(self, *words: str | Path, cwd: Path | None = None) -> str:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        done = subprocess.run(
            ["git", *who, *map(str, words)], cwd=cwd or self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "all")

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """A step as GitHub runs it: ``bash -e`` with pipefail."""
        path = os.pathsep.join((str(self.runner), str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {
            **os.environ,
            **JOB["env"],
            "LISTS": f"litellm={self.list}",
            "PATH": path,
            "RUNNER_TEMP": str(self.runner),
            "GITHUB_STEP_SUMMARY": str(self.runner / "summary.md"),
            "GH_FOLDER": str(self.runner),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]],
            cwd=self.folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def calls(self) -> list[tuple[str, str, str]]:
        calls = self.runner / "calls.jsonl"
        return [tuple(json.loads(line)) for line in calls.read_text().splitlines()] if calls.exists() else []


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_what_lists_say_otherwise_is_one_pull_request_until_it_is_merged(repository: Repository) -> None:
    compared, opened = repository.run(COMPARE), repository.run(OPEN)
    assert (compared.returncode, opened.returncode) == (0, 0), compared.stderr + opened.stderr
    (listed, created) = repository.calls()
    assert listed[:2] == ("pr", "list")
    assert created[:2] == ("pr", "create")
    assert "| " in created[2], "the table is quoted"
    assert created[2] == (repository.runner / "summary.md").read_text()
    changed = repository.git("diff", "--name-only", "main", "prices").splitlines()
    assert changed
    assert all(name.startswith("data/providers/shop/") for name in changed)
    assert repository.git("--git-dir", repository.remote, "rev-parse", "prices") == repository.git(
        "rev-parse", "prices"
    )

    repository.git("switch", "--quiet", "main")
    (repository.runner / "open").touch()
    assert [repository.run(step).returncode for step in (COMPARE, OPEN)] == [0, 0]
    assert [call[:2] for call in repository.calls()[2:]] == [("pr", "list"), ("pr", "edit")], "it is renewed"

    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "prices")
    assert [repository.run(step).returncode for step in (COMPARE, OPEN)] == [0, 0]
    assert len(repository.calls()) == 4, "where nothing is new there is none"


def test_a_list_that_cannot_be_read_stops_the_run(repository: Repository) -> None:
    repository.list.write_text("{")
    assert repository.run(COMPARE).returncode != 0
    assert repository.git("status", "--porcelain") == ""


def test_it_may_write_branches_and_pull_requests_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert set(WORKFLOW[True]) == {"schedule", "workflow_dispatch"}, "YAML 1.1 reads the key `on` as true"
    assert JOB["env"]["LISTS"].split() == ["litellm", "models.dev", "openrouter"]
