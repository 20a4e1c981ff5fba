"""``arena import`` and ``arena rate`` with files of others: columns, names, standard input; and what hints may say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from arena.cli import main
from arena.votes.files import FORMATS
from tests.cli.shell import HEADER, arena, one_line_error, rows, tree
from tests.conftest import ROOT

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
OTHERS = "model_x;model_y;preferred\nDALL-E 3;Painter 9;DALL-E 3\nGPT-Image-1;DALL·E 3;tie\n"


def _commands(group: click.Group, name: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for key, command in group.commands.items():
        path = f"{name} {key}".strip()
        found |= _commands(command, path) if isinstance(command, click.Group) else {path: command}
    return found


def _options(*commands: click.Command) -> set[str]:
    options = (param.opts + param.secondary_opts for command in commands for param in command.params)
    return {option for names in options for option in names} | {"--help"}


def _hints(folder: Path, *, inner: bool) -> dict[str, set[str]]:
    """The options that texts of each module name, its docstrings and the names of its own options aside."""
    named: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py") if inner else folder.glob("*.py")):
        tree_ = ast.parse(path.read_text(encoding="utf-8"))
        docs = {node.value for node in ast.walk(tree_) if isinstance(node, ast.Expr)}
        texts = [node for node in ast.walk(tree_) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        for node in texts:
            if node not in docs:
                named.setdefault(path.name, set()).update(OPTION.findall(str(node.value)))
    return named


def test_what_is_said_of_vote_files_names_options_of_import_and_rate() -> None:
    commands = _commands(main)
    both = _options(commands["import"]) & _options(commands["rate"])
    for module, named in _hints(ROOT / "arena" / "votes", inner=False).items():
        only_import = module in {"importing.py", "resolving.py"}
        # Some texts name another command: arena init DIR --from PROJECT, arena seal --sign.
        others = {
            "log.py": {"--votes"},
            "origins.py": {"--from"},
            "sealing.py": {"--remove"},
            "signing.py": {"--sign", "--key"},
        }.get(module, set())
        assert named - others <= (_options(commands["import"]) if only_import else both), module
    reading = _hints(ROOT / "arena" / "votes", inner=False)
    assert {"--map", "--new-models", "--language"} <= reading["resolving.py"]
    assert {"--columns", "--at"} <= reading["layouts.py"]


def test_every_option_that_a_text_names_is_some_command_s() -> None:
    known = _options(main, *_commands(main).values())
    for folder in ("votes", "cli"):
        for module, named in _hints(ROOT / "arena" / folder, inner=True).items():
            assert named <= known, f"{module}: {sorted(named - known)}"


def test_the_formats_are_those_that_are_registered() -> None:
    shown = arena("import", "--help").output
    assert all(name in shown for name in FORMATS)
    assert arena("import", "--format", "nothing", "x.csv").exit_code == 2


def test_files_of_others_are_imported_with_columns_and_names(project: Path, tmp_path: Path) -> None:
    votes, names = tmp_path / "others.csv", tmp_path / "names.csv"
    votes.write_text(OTHERS)
    names.write_text("theirs,ours\nPainter 9,acme/pixels\n")
    columns = "left=model_x,right=model_y,outcome=preferred"
    arguments = ("import", votes, "--project", project, "--format", "pairs", "--columns", columns, "--at", "2026-06-01")
    before = tree(project)
    one_line_error(arena(*arguments), 'others.csv:2: unknown model "Painter 9", in 1 vote (', "--map", "--new-models")
    assert tree(project) == before
    done = arena(*arguments, "--map", names)
    assert done.exit_code == 0, done.output
    assert "Imported 2 votes, 1 of them a tie." in done.output
    votes.write_text(OTHERS + "DALL-E 3;acme/pixels;b\n")
    grown = arena(*arguments, "--map", names)
    assert "Imported 1 vote, 0 of them ties. 2 votes were in the log already." in grown.output
    assert "All 3 votes are in the log already" in arena(*arguments, "--map", names).output


def test_standard_input_is_read(project: Path) -> None:
    text = HEADER + rows(3, first=500)
    for content in (text, text.replace(",", "\t")):
        done = CliRunner().invoke(main, ["import", "-", "--project", str(project)], input=content)
        assert done.exit_code == 0, done.output
    assert "in the log already" in done.output
    wrong = CliRunner().invoke(main, ["rate", "-"], input=HEADER + rows(3).replace(",left,", ",won,"))
    assert 'error: standard input:3: unknown outcome "won"' in wrong.output
    assert arena("import", "-", "-", "--project", project).exit_code == 2


def test_rate_knows_the_names_of_a_project_where_there_is_one(project: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text("model_a,model_b,winner\n" + "DALL-E 3,Someone,a\n" * 4)
    arguments = ("rate", votes, "--format", "pairs", "--at", "2026-06-01", "--no-intervals")
    inside = arena(*arguments, "--project", project)
    assert inside.exit_code == 0, inside.output
    assert {line.split(",")[4] for line in inside.stdout.splitlines()[1:]} == {"openai/dall-e-3", "Someone"}
    outside = arena(*arguments, "--project", tmp_path / "nowhere")
    assert {line.split(",")[4] for line in outside.stdout.splitlines()[1:]} == {"DALL-E 3", "Someone"}


@pytest.mark.parametrize("columns", ["left", "left=", "let=model_a", "left=a,left=b"])
def test_columns_that_say_nothing_are_refused(project: Path, columns: str) -> None:
    done = arena("import", "x.csv", "--project", project, "--columns", columns)
    assert done.exit_code == 2
    assert "--columns" in done.output


def test_our_own_columns_may_be_called_otherwise_or_be_missing(project: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text("when,model_a,model_b,outcome\n2026-06-01 10:00:00+02:00,openai/dall-e-3,acme/pixels,tie\n")
    columns = "at=when,left=model_a,right=model_b"
    missing = arena("import", votes, "--project", project, "--columns", columns)
    one_line_error(missing, 'columns "arena", "category", "language" are missing', "--arena, --category, --language")
    said = ("--arena", "text-to-image", "--category", "general", "--language", "English")
    done = arena("import", votes, "--project", project, "--columns", columns, *said)
    assert done.exit_code == 0, done.output
    assert "Imported 1 vote, 1 of them a tie." in done.output
    assert "already" in arena("import", votes, "--project", project, "--columns", columns, *said).output
