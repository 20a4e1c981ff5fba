"""``arena messages``: the translations of the interface that a project has of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from arena.cli.group import PATH, json_option, main, project_option
from arena.cli.opening import open_catalogue
from arena.cli.printing import as_json, print_result
from arena.cli.tables import print_table

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@click.argument("languages", nargs=-1, metavar="[LANGUAGE]...")
@click.option("--folder", type=PATH, metavar="DIR", help="Where the files are.  [default: messages/ of the project]")
@project_option
@json_option
def messages(languages: tuple[str, ...], folder: Path | None, project: Path) -> None:
    """Write or renew the message files of languages, for translators.

    LANGUAGE is a tag such as de or pt-BR; without one, every file that is there is renewed. Translations stay, and
    texts that are new wait for one. A language that the program has begins with the program's translation.
    """
    from arena.messages.files import project_folder
    from arena.messages.renewing import all_messages, files_to_renew, renew_messages

    catalogue = open_catalogue(project)
    named = (*catalogue.project.arenas, *catalogue.project.categories)
    paths = files_to_renew(folder or project_folder(catalogue.folder), languages)
    template = all_messages(entry.name for entry in named)
    now = datetime.now(UTC)
    states = [renew_messages(path, template, now) for path in paths]
    rows = [
        {"file": str(state.path), "texts": state.texts, "translated": state.translated, "draft": state.draft}
        for state in states
    ]
    if as_json():
        print_result("", files=rows)
        return
    print_table(
        ["file", "translated", "to do", ""],
        [
            (
                str(state.path),
                str(state.translated),
                str(state.texts - state.translated),
                "machine-drafted" if state.draft else "",
            )
            for state in states
        ],
        figures=("translated", "to do"),
    )
