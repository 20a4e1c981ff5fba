"""Generated pages are current, and the documents speak of commands and options that exist."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import click
import pytest

from arena.cli import main
from tests.conftest import ROOT

PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "make docs"


IN_A_WHEEL = {"arena/templates", "arena/templates/site/"}
"""Paths that documents name and that only an installed wheel has."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|console|bash)\n(.*?)```", text, flags=re.DOTALL)
    for line in (line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()):
        words = line.split("#")[0].split()
        if len(words) < 2 or words[0] != "arena":
            continue
        command: click.Command = main
        for word in words[1:]:
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            assert word in command.commands, f"{document}: no such command: {line}"
            command = command.commands[word]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
        used = {word.split("=")[0] for word in words[1:] if word.startswith("--")}
        assert used <= known, f"{document}: unknown option {used - known}: {line}"


def anchors(document: Path) -> set[str]:
    """What links to a document may name after ``#``: its headings as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_relative_links_in_documents_resolve(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*?)(?:#([^)]*))?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            path = document.parent / target if target else document
            assert path.exists(), f"{document} links to {target}"
            assert not anchor or anchor in anchors(path), f"{document} links to {target}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:arena|tests|benchmarks|docs)/[\w./-]*)`", text)) - IN_A_WHEEL
    named |= {f"benchmarks/{name}.py" for name in re.findall(r"python (?:-m )?benchmarks[./](\w+)", text)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_words_are_those_of_the_code() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Words")[2].partition("\n## ")[0]
    rows = [re.findall(r"`([^`]+)`", line.rpartition(" | ")[2]) for line in table.splitlines() if "arena/" in line]
    assert len(rows) > 20
    for path, *names in rows:
        code = (ROOT / path).read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"^(class|def) {name}\b|^{name}\b.* = ", code, flags=re.MULTILINE), f"{path}: no {name}"


def test_every_place_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:arena|templates|tests|data|benchmarks)/[\w./-]*)`", text)) - {
        "arena/templates"
    }  # of the wheel
    assert len(paths) > 40
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_the_layers_that_contributing_draws_are_those_of_the_contract() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = re.findall(r"`([^`]+)`", text.partition("**Imports run one way**:")[2].partition(";")[0])
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    assert drawn == contract["layers"][1:]


def test_the_tests_that_contributing_runs_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    runs = re.findall(r"^\.venv/bin/pytest (tests/\S+)(?: -k (\w+))?", text, flags=re.MULTILINE)
    assert any(name for _, name in runs)
    for path, name in runs:
        assert (ROOT / path).exists()
        assert not name or re.search(rf"def test_\w*{name}", (ROOT / path).read_text(encoding="utf-8"))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Why each dependency")[2]
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[^\w-]", line)[0] for line in wanted}
    assert {name for name in names if name not in reasons} == set()


def test_decisions_are_numbered_and_listed() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 9
    rows = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[\d{4}\]\((.*?)\)", rows, flags=re.MULTILINE) == [path.name for path in DECISIONS]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_the_template_asks_for(decision: Path) -> None:
    template = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8").partition("```markdown")[2]
    _, *parts = decision.read_text(encoding="utf-8").split("\n## ")
    sections = {heading: text.strip() for heading, _, text in (part.partition("\n") for part in parts)}
    assert list(sections) == re.findall(r"^## (.*)$", template, flags=re.MULTILINE)
    assert all(sections.values())
    options = re.findall(r"^(\d+)\. ", sections["Options"], flags=re.MULTILINE)
    assert len(options) >= 2
    chosen = re.match(r"Option (\d+)\b", sections["Choice"])
    assert chosen
    assert chosen[1] in options
    assert "because" in sections["Choice"]
    assert "The price:" in sections["Choice"]
