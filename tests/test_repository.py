"""Files that code hosts and other tools read agree with the project: CITATION.cff, .github, the hooks; and no file of
code is too long to be read at once.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read_yaml(path)["jobs"].values() for step in job["steps"]]


def test_the_citation_is_of_this_version() -> None:
    citation = read_yaml(ROOT / "CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert str(citation["version"]) == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


def test_the_tests_run_on_the_oldest_and_the_newest_python() -> None:
    job = read_yaml(GITHUB / "workflows" / "test.yml")["jobs"]["test"]
    claimed = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert job["strategy"]["matrix"]["python"] == [claimed[0], claimed[-1]]
    assert PROJECT["requires-python"] == f">={claimed[0]}"
    assert job["env"]["CI"] == "true", "without it what is missing is skipped"
    assert job["steps"][-1]["run"] == "make test PYTHON=python${{ matrix.python }}"


def test_the_wheel_is_installed_alone_and_builds_a_site() -> None:
    commands = "\n".join(step.get("run", "") for step in steps(GITHUB / "workflows" / "wheel.yml"))
    for command in (
        "python -m build",
        "pip install dist/*.whl",
        "arena init my-arena",
        "arena build --project my-arena",
    ):
        assert command in commands
    assert "--editable" not in commands


WRITING = {"prices.yml"}
"""Workflows that may write, whose own tests say what."""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_only_read_and_name_versions(path: Path) -> None:
    assert path.name in WRITING or read_yaml(path)["permissions"] == {"contents": "read"}
    actions = [step["uses"] for step in steps(path) if "uses" in step]
    assert actions
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions), actions


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_issue_forms_are_forms(path: Path) -> None:
    form = read_yaml(path)
    assert {"name", "description", "body"} <= form.keys()
    questions = [field for field in form["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] for field in questions)
    assert len({field["id"] for field in questions}) == len(questions)
    assert any(field.get("validations", {}).get("required") for field in questions)


def test_the_hooks_are_the_checks_of_make_lint() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    assert recipe
    checks = [line.strip().removeprefix("@$(BIN)/").removesuffix(" .") for line in recipe[1].splitlines()]
    (local,) = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    entries = [hook["entry"] for hook in local["hooks"] if hook["language"] == "system"]
    hooks = [entry.removeprefix(".venv/bin/").removesuffix(" --force-exclude") for entry in entries]
    assert hooks == [check.removesuffix(" --check") for check in checks]


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        ("votes: count ties once\n\nThey were counted twice.\n", True),
        ("x: " + "y" * 69 + "\n", True),
        ("x: " + "y" * 70 + "\n", False),
        ("Count ties once\n\nvotes: they were counted twice\n", False),
        ("votes:\n", False),
    ],
)
def test_the_hook_takes_subjects_of_an_area_and_what_changed(message: str, taken: bool) -> None:
    (local,) = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    (pattern,) = [hook["entry"] for hook in local["hooks"] if hook.get("stages") == ["commit-msg"]]
    assert bool(re.search(pattern, message, flags=re.MULTILINE)) is taken


def read_lock(name: str) -> dict[str, Requirement]:
    """What a lock file pins, by name; asserts that every entry has hashes and that nothing else stands there."""
    text = "\n".join(line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.startswith("#"))
    pinned: dict[str, Requirement] = {}
    for entry in re.split(r"\n(?! )", text.replace(" \\\n", "\n").strip()):
        line, *hashes = entry.splitlines()
        assert hashes, f"{name}: {line} has no hash, so pip would refuse the whole file (make lock)"
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}", text) for text in hashes), entry
        requirement = Requirement(line)
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), f"{name}: {line}"
        assert requirement.url is None
        pinned[canonicalize_name(requirement.name)] = requirement
    return pinned


def test_the_locks_pin_what_the_project_needs_with_hashes_and_no_address() -> None:
    run, check, engines = (read_lock(f"requirements{name}.lock") for name in ("", "-dev", "-engines"))
    for first, second in combinations((run, check, engines), 2):
        assert all(first[name].specifier == second[name].specifier for name in first.keys() & second.keys())
    groups = PYPROJECT["dependency-groups"]
    extras = [line for name in ("login", "sign") for line in PROJECT["optional-dependencies"][name]]
    wants = ((run, [*PROJECT["dependencies"], *extras]), (check, groups["dev"]), (engines, groups["engines"]))
    for pinned, wanted in wants:
        for requirement in map(Requirement, wanted):
            (specifier,) = pinned[canonicalize_name(requirement.name)].specifier
            assert requirement.specifier.contains(specifier.version), f"{requirement}: renew with `make lock`"


def test_what_installs_a_lock_checks_its_hashes() -> None:
    installing = [*(ROOT / "Makefile").read_text("utf-8").splitlines()]
    installing += [line for path in WORKFLOWS for step in steps(path) for line in step.get("run", "").splitlines()]
    lines = [
        line for line in installing if re.search(r"pip install.*requirements\S*\.lock", line) and "grep" not in line
    ]
    assert len(lines) == 4
    assert all("--require-hashes -r" in line for line in lines), lines


MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60


def functions_in(
    parent: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in parent.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from functions_in(node)


def test_a_file_is_one_concept_and_a_function_fits_on_a_screen() -> None:
    files = {
        path: path.read_text("utf-8")
        for folder in ("arena", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    }
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path, text in files.items()
        if (lines := text.count("\n")) > MOST_LINES
    ]
    for path in (path for path in files if ROOT / "arena" in path.parents):
        for node in functions_in(ast.parse(files[path])):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert not long, "see Rules that the checks enforce, in CONTRIBUTING.md"
