"""``arena messages``: what a translator gets, and that a second run loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

from arena.messages import load_language
from tests.catalogue.projects import write_project
from tests.cli.shell import arena, one_line_error


def test_a_language_is_begun_and_renewed(tmp_path: Path) -> None:
    data, file = write_project(tmp_path), tmp_path / "messages" / "pt-BR.po"
    begun = json.loads(arena("messages", "pt-BR", "--project", tmp_path, "--json").stdout)["files"][0]
    assert (begun["file"], begun["translated"], begun["draft"]) == (str(file), 0, False)
    text = file.read_text("utf-8")
    assert 'msgid "Photography"' in text, "the names that arena.toml gives"
    assert "nplurals=3" in text
    translated = text.replace('msgid "Undo"\nmsgstr ""', 'msgid "Undo"\nmsgstr "Desfazer"')
    file.write_text(f'{translated}\nmsgid "Said no more"\nmsgstr "Antigo"\n', "utf-8")
    assert "pt-BR.po" in arena("messages", "--project", tmp_path).stdout
    renewed = file.read_text("utf-8")
    assert 'msgstr "Desfazer"' in renewed
    assert '#~ msgstr "Antigo"' in renewed
    assert load_language("pt-BR", data).gettext("Undo") == "Desfazer"
    arena("messages", "--project", tmp_path)
    assert file.read_text("utf-8") == renewed


def test_a_language_of_the_program_begins_with_its_translation(tmp_path: Path) -> None:
    write_project(tmp_path)
    begun = json.loads(arena("messages", "es", "--project", tmp_path, "--json").stdout)["files"][0]
    assert begun["draft"] is True
    assert begun["translated"] > 100


def test_what_is_no_language_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    write_project(tmp_path)
    one_line_error(arena("messages", "--project", tmp_path), "no message file is there", "arena messages de")
    one_line_error(arena("messages", "../evil", "--project", tmp_path), "no language is called so")
    assert not (tmp_path / "evil.po").exists()
