"""Templates compiled once: their code is kept beside the project, for the same text in the same language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment

from arena.messages import ENGLISH, load_language
from arena.messages.templates import translate_templates
from arena.publish.layout.render import CODE, KeptTemplates

SOURCE = {"page.html": "<p>{% trans %}Rank{% endtrans %} {{ rank }}</p>"}


class CountedEnvironment(Environment):
    """Counts how many templates it compiles."""

    compiled = 0

    def _generate(self, *arguments: Any, **named: Any) -> str:
        self.compiled += 1
        return super()._generate(*arguments, **named)


def rendered(project: Path, source: dict[str, str] = SOURCE, language: str = "en") -> tuple[str, int]:
    """A page of a fresh environment, and how many templates were compiled for it."""
    environment = CountedEnvironment(loader=DictLoader(source))
    translate_templates(environment, ENGLISH if language == "en" else load_language(language, None))
    environment.bytecode_cache = KeptTemplates(project / CODE, environment)
    return environment.get_template("page.html").render(rank=3), environment.compiled


def test_a_template_is_compiled_once_for_each_text_and_language(tmp_path: Path) -> None:
    assert [rendered(tmp_path), rendered(tmp_path)] == [("<p>Rank 3</p>", 1), ("<p>Rank 3</p>", 0)]
    changed = {"page.html": SOURCE["page.html"].replace("p>", "b>")}
    assert rendered(tmp_path, changed) == ("<b>Rank 3</b>", 1)
    spanish, compiled = rendered(tmp_path, language="es")
    assert compiled == 1
    assert spanish not in {"<p>Rank 3</p>", "<b>Rank 3</b>"}
    assert rendered(tmp_path, language="es") == (spanish, 0)
    assert len(list((tmp_path / CODE).iterdir())) == 1, "older code of the same template is of no use"


def test_damaged_code_is_compiled_anew_and_no_folder_is_needed(tmp_path: Path) -> None:
    rendered(tmp_path)
    (kept,) = (tmp_path / CODE).iterdir()
    kept.write_bytes(kept.read_bytes()[:-20])
    assert rendered(tmp_path) == ("<p>Rank 3</p>", 1)
    assert rendered(tmp_path) == ("<p>Rank 3</p>", 0)
    assert rendered(tmp_path / "no-such-project")[1] == 1
    assert not (tmp_path / "no-such-project").exists()
