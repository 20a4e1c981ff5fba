"""Generated pages are current, and the documents speak of commands and options that exist."""

from __future__ import annotations

import re
import runpy

import click
import pytest

from arena.cli import main
from tests.conftest import ROOT

PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "make docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_exist(document: object) -> None:
    text = (ROOT / str(document)).read_text(encoding="utf-8")
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_in_documents_resolve(document: object) -> None:
    path = ROOT / str(document)
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
