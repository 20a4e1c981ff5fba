"""What all commands share: help, summaries, quiet and verbose, the project that is found, and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from arena.cli import main
from tests.cli.shell import HEADER, arena, one_line_error, rows

WIDTH = 80


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands())
GROUPS = {(): main, **{path: command for path, command in COMMANDS.items() if isinstance(command, click.Group)}}
TALKS_TO_PROGRAMS = {path for path, command in COMMANDS.items() if path not in GROUPS} - {("serve",), ("preview",)}
"""Commands that have something to say; serve and preview run until they are ended."""


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_the_same_options(path: tuple[str, ...]) -> None:
    short, long = arena(*path, "-h"), arena(*path, "--help")
    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout
    options = {option for param in COMMANDS[path].params for option in param.opts}
    assert {"-q", "--quiet", "-v", "--verbose"} <= options
    assert ("--json" in options) == (path in TALKS_TO_PROGRAMS)


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: " ".join(("arena", *path)))
def test_summaries_are_whole_sentences_that_fit(path: tuple[str, ...]) -> None:
    group = GROUPS[path]
    context = click.Context(group, terminal_width=WIDTH, max_content_width=WIDTH)
    lines = group.get_help(context).partition("Commands:\n")[2].splitlines()
    assert len(lines) == len(group.commands)
    for line in lines:
        assert len(line) <= WIDTH
        summary = line.split(maxsplit=1)[1]
        assert summary[0].isupper() and summary.endswith(".") and "..." not in summary, line


def test_the_project_is_found_from_any_folder_inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARENA_PROJECT", raising=False)
    for folder in (project, project / "data", project / "data/models/openai"):
        monkeypatch.chdir(folder)
        checked = arena("check", "-v")
        assert "60 votes" in checked.stdout, checked.output
        assert f"Project: {project.resolve()}" in checked.stderr


def test_outside_a_project_the_error_says_what_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARENA_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    for command in ("check", "build", "rate", "verify", "audit"):
        one_line_error(arena(command), str(tmp_path), "data/arena.toml", "--project", "ARENA_PROJECT", "arena init")
    (tmp_path / "votes.csv").write_text(HEADER + rows(9))
    assert arena("rate", "votes.csv").exit_code == 0, "votes of files need no project"


def test_a_named_project_wins(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    assert arena("init", other).exit_code == 0
    monkeypatch.setenv("ARENA_PROJECT", str(project))
    monkeypatch.chdir(other / "data")
    assert "60 votes" in arena("check").stdout
    assert "0 votes" in arena("check", "--project", other).stdout


@pytest.mark.parametrize("where", ["before", "after"])
def test_quiet_prints_only_the_result_and_verbose_more(project: Path, where: str) -> None:
    def run(*flags: str) -> Result:
        votes = project / f"{len(flags)}.csv"
        votes.write_text(HEADER + rows(3, first=100 * (1 + len(flags))).replace("acme/", f"acme{len(flags)}/"))
        command = ["import", str(votes), "--new-models", "--project", str(project)]
        return arena(*flags, *command) if where == "before" else arena(*command, *flags)

    plain, quiet = run(), run("-q")
    assert "Started" in plain.stderr and "Imported 3 votes" in plain.stdout
    assert quiet.stderr == "" and "Imported 3 votes" in quiet.stdout
    assert "Project: " in arena("check", "--project", project, "--verbose").stderr
    assert arena("check", "-q", "-v", "--project", project).exit_code == 2


def test_errors_are_json_where_results_are(project: Path, tmp_path: Path) -> None:
    (project / "data/models/openai/broken.toml").write_text("name = ")
    for command in (["check"], ["build"], ["export", "catalogue"], ["rate"]):
        result = arena(*command, "--json", "--project", project)
        assert result.exit_code == 1
        assert result.stderr == ""
        found = json.loads(result.stdout)
        assert found["passed"] is False
        assert {"severity", "file", "line", "key", "message", "hint"} == found["findings"][0].keys()
        assert found["findings"][0]["file"] == "data/models/openai/broken.toml"
    read_only = json.loads(arena("export", "ratings", "--json", "--project", tmp_path / "nowhere").stdout)
    assert not read_only["passed"]


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (["check"], {"summary", "counts"}),
        (["build"], {"folder", "pages", "files", "written"}),
        (["verify"], {"votes", "files", "head"}),
        (["import", "votes.csv"], {"votes", "added", "ties", "notes", "new_entries"}),
        (["model", "list"], {"models"}),
        (["model", "new", "acme/paints", "--source", "Acme's site"], {"started"}),
        (["init", "another"], {"project"}),
        (["export", "ratings", "--out", "ratings.csv"], {"files"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_results_are_one_object(
    project: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], fields: set[str]
) -> None:
    monkeypatch.delenv("ARENA_PROJECT", raising=False)
    monkeypatch.chdir(project)
    (project / "votes.csv").write_text(HEADER + rows(5, first=100))
    result = arena(*command, "--json")
    assert result.exit_code == 0, result.output
    whole = json.loads(result.stdout)
    assert whole["passed"] is True
    assert {"findings", *fields} <= whole.keys()


def test_a_shell_completes_commands() -> None:
    environment = {"_ARENA_COMPLETE": "bash_complete", "COMP_WORDS": "arena si", "COMP_CWORD": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "arena"], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stdout == "plain,simulate\n", ended.stderr
