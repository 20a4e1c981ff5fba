"""Where templates are looked for: inside the package, beside it, and beside a project's data."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from arena import template_folders
from arena.errors import ArenaError
from arena.program_templates import ProgramTemplates
from arena.template_folders import overrides_folder, templates_folder
from tests.conftest import ROOT


def test_a_checkout_has_them_beside_the_package() -> None:
    assert templates_folder() == ROOT / "templates"
    assert {path.name for path in templates_folder().iterdir()} == {"preview", "site", "static", "vote"}


@pytest.mark.parametrize("inside", ["arena/templates", "templates"])
def test_they_are_found_inside_the_package_or_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    (tmp_path / inside / "site").mkdir(parents=True)
    (tmp_path / inside / "site" / "base.html").touch()
    monkeypatch.setattr(template_folders, "__file__", str(tmp_path / "arena" / "template_folders.py"))
    assert templates_folder.__wrapped__() == tmp_path / inside


def test_a_package_without_them_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()  # somebody else's
    monkeypatch.setattr(template_folders, "__file__", str(tmp_path / "arena" / "template_folders.py"))
    with pytest.raises(ArenaError, match=r"arena/templates or .*: the templates of the pages are missing \(.*again"):
        templates_folder.__wrapped__()


def test_the_folder_beside_a_projects_data_overrides_them_unless_it_is_ours(tmp_path: Path) -> None:
    assert overrides_folder(tmp_path / "data") is None
    (tmp_path / "templates").mkdir()
    assert overrides_folder(tmp_path / "data") == tmp_path / "templates"
    assert overrides_folder(ROOT / "data") is None
    assert overrides_folder(ROOT / "tests" / ".." / "data") is None


def test_templates_are_loaded_without_their_indentation_line_by_line() -> None:
    written = (templates_folder() / "site" / "base.html").read_text("utf-8").splitlines()
    loaded, _, _ = ProgramTemplates("site").get_source(Environment(autoescape=True), "base.html")
    assert loaded.splitlines() == [line.lstrip(" ") for line in written]
    assert any(line.startswith("    ") for line in written)


def test_no_line_of_a_template_is_longer_than_160_characters() -> None:
    files = [path for path in templates_folder().rglob("*") if path.is_file()]
    texts = {".html", ".css", ".js", ".svg"}
    assert {path.suffix for path in files} == {*texts, ".ico", ".txt", ".woff2"}
    for path in (path for path in files if path.suffix in texts):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert len(line) <= 160, f"{path.relative_to(templates_folder())}:{number}"
