"""Write the generated pages under docs/. ``make docs`` runs it; a test checks that they are current."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from arena.catalogue.schema import SCHEMAS, render_schema, with_reference
from arena.cli import main

DOCS = Path(__file__).resolve().parent


def render_commands() -> str:
    """The command reference, taken from every command's ``--help``, as Markdown."""
    parts = [
        "# Commands",
        "",
        "Generated from `--help` by `make docs`; do not edit.",
        "",
        "Exit code 0: done. 1: the input is wrong, one line for each finding. 2: the command was not understood.",
        "",
        *_sections("arena", main, None),
    ]
    return "\n".join(parts)


def _sections(title: str, command: click.Command, parent: click.Context | None) -> list[str]:
    """A command's section, and those of the commands below it."""
    name = title.rpartition(" ")[2]
    with click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100) as context:
        lines = [f"## `{title}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
        below = command.commands if isinstance(command, click.Group) else {}
        for name in sorted(below):
            lines += _sections(f"{title} {name}", below[name], context)
    return lines


def render_catalogue() -> str:
    """The page on the catalogue, with the reference of keys between its markers made anew."""
    return with_reference((DOCS / "catalogue.md").read_text(encoding="utf-8"))


PAGES = {
    "commands.md": render_commands,
    "catalogue.md": render_catalogue,
    **{f"schemas/{name}.json": partial(render_schema, name) for name in SCHEMAS},
}


if __name__ == "__main__":
    for name, render in PAGES.items():
        (DOCS / name).write_text(render(), encoding="utf-8")
