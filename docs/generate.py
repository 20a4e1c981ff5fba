"""Write the generated pages under docs/, and what README.md shows of a command.

``make docs`` runs it; a test checks that they are current.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from click.testing import CliRunner

from arena.catalogue.schema import SCHEMAS, render_schema, with_reference
from arena.cli import main

SHOWN_COMMAND = ("rate", "--top", "3")
DOCS = Path(__file__).resolve().parent
COMMANDS_INTRODUCTION = """\
Generated from `--help` by `make docs`; do not edit.

## For every command

* **The project** is the nearest folder, from the current one upwards, that holds `data/arena.toml`. `ARENA_PROJECT`
  names another, and `--project DIR` wins over both.
* **Results** go to standard output, all else to standard error: what happened beside them, and bars with the time left
  where that is a terminal. `-q` leaves only errors and the result; `-v` says what is done and how long it takes.
* **`--json`** prints one object on standard output instead. It always has `passed` (true or false) and `findings`, a
  list of objects with `severity` (`error` or `warning`), `file`, `line`, `key`, `message` and `hint`, each null where
  it has none; after success the command's own fields follow. Times are UTC as in `2026-01-31T12:00:00Z`, money is text.
* **Exit code** 0: done. 1: the input is wrong, one line for each finding. 2: the command was not understood.

## Shell completion

Tab completes commands and options after one line in the shell's start file:

| shell | file | line |
| --- | --- | --- |
| bash | `~/.bashrc` | `eval "$(_ARENA_COMPLETE=bash_source arena)"` |
| zsh | `~/.zshrc` | `eval "$(_ARENA_COMPLETE=zsh_source arena)"` |
| fish | `~/.config/fish/completions/arena.fish` | `_ARENA_COMPLETE=fish_source arena \\| source` |
"""


def render_commands() -> str:
    """The command reference, taken from every command's ``--help``, as Markdown."""
    parts = [
        "# Commands",
        "",
        COMMANDS_INTRODUCTION,
        *_sections("arena", main, None),
    ]
    return "\n".join(parts)


def _sections(title: str, command: click.Command, parent: click.Context | None) -> list[str]:
    """A command's section, and those of the commands below it."""
    settings = {**command.context_settings, "max_content_width": 100, "terminal_width": 100}
    with click.Context(command, info_name=title.rpartition(" ")[2], parent=parent, **settings) as context:
        lines = [f"## `{title}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
        below = command.commands if isinstance(command, click.Group) else {}
        for name in sorted(below):
            lines += _sections(f"{title} {name}", below[name], context)
    return lines


def render_catalogue() -> str:
    """The page on the catalogue, with the reference of keys between its markers made anew."""
    return with_reference((DOCS / "catalogue.md").read_text(encoding="utf-8"))


def render_readme() -> str:
    """README.md, with the answer to the command that it shows made anew from the votes of this repository."""
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    before, command, after = text.partition(f"```console\n$ {' '.join(('arena', *SHOWN_COMMAND))}\n")
    ran = CliRunner().invoke(main, [*SHOWN_COMMAND, "--project", str(DOCS.parent)], catch_exceptions=False)
    if not command or ran.exit_code:
        raise SystemExit(f"README.md does not show arena rate, or it failed: {ran.output}")
    shown = "\n".join(line.rstrip() for line in ran.stdout.splitlines())
    return f"{before}{command}{shown}\n```{after.partition('```')[2]}"


PAGES = {
    "../README.md": render_readme,
    "commands.md": render_commands,
    "catalogue.md": render_catalogue,
    **{f"schemas/{name}.json": partial(render_schema, name) for name in SCHEMAS},
}


if __name__ == "__main__":
    for name, render in PAGES.items():
        (DOCS / name).write_text(render(), encoding="utf-8")
