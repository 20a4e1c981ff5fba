"""What ``PageCode`` makes of the program's templates writes the same as what Jinja2 itself makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from arena.messages import ENGLISH
from arena.messages.templates import translate_templates
from arena.publish.layout import compiling
from arena.publish.layout.compiling import PageCode, written
from arena.publish.layout.render import environment

MACROS = """
{% macro row(it, kind="plain", last=none) %}
<{{ kind }}>{{ it.name }}{% if last %}, {{ last }}{% endif %}</{{ kind }}>
{% endmacro %}
{% macro box(title) %}<h1>{{ title }}</h1>{{ caller() }}{% endmacro %}
{% macro many() %}{{ varargs | join("+") }}{{ kwargs["end"] }}{% endmacro %}
{% macro own(caller=none) %}{{ caller() if caller else "nobody" }}{% endmacro %}
"""
PAGE = """{% import "macros.html" as m %}
{% for it in rows %}
{{ m.row(it) }}{{ m.row(it, "b") }}{{ m.row(it, last=loop.last) }}{{ m.row(kind="i", it=it) }}
{% endfor %}
{% call m.box("A & B") %}<p>{{ rows[0].name }}</p>{{ link("x&y") }}{% endcall %}
{{ m.many(1, "<", end=">") }}{{ m.own() }}{% call m.own() %}mine{% endcall %}
{{ _("%(name)s leads", name="A & B") }} {{ ngettext("one vote", "%(num)s votes", 3) }} {{ link(*["z"]) }}
{{ safe }} {{ number }} {{ none }} {{ rows[0].upper() }} {{ "a" ~ number }}
{% autoescape false %}{{ "<i>" }}{{ m.row(rows[0]) }}{% endautoescape %}
"""


@dataclass(frozen=True)
class Row:
    name: str

    def upper(self) -> str:
        return self.name.upper()


class OurCode(PageCode):
    """Takes every template for one of the program's own."""

    _ours = True


def rendered(code: type[PageCode] | None, **context: object) -> str:
    made = Environment(loader=DictLoader({"macros.html": MACROS, "page.html": PAGE}), autoescape=True)
    made.undefined = StrictUndefined
    if code:
        made.code_generator_class = code
    return translate_templates(made, ENGLISH).get_template("page.html").render(**context)


def test_pages_are_those_that_jinja2_would_write() -> None:
    values = {"rows": (Row("<one>"), Row("two")), "link": lambda to: f"../{to}", "safe": Markup("<b>"), "number": 3}
    assert rendered(OurCode, **values) == rendered(None, **values)
    assert "<plain>&lt;one&gt;</plain>" in rendered(OurCode, **values)
    with pytest.raises(UndefinedError, match="'number' is undefined"):
        rendered(OurCode, **{name: value for name, value in values.items() if name != "number"})
    with pytest.raises(AttributeError, match="no attribute 'name'"):
        rendered(OurCode, **{**values, "rows": ({"name": "a record, not a mapping"},)})


def test_macros_refuse_what_they_do_not_take() -> None:
    macro = environment().get_template("components.html").module.tag  # pyrefly: ignore[missing-attribute]
    assert type(macro) is compiling.PageMacro
    assert macro("<", kind="note") == Markup('<span class="tag tag-note">&lt;</span>')
    for arguments, named in ((("a", "b", "c"), {}), (("a",), {"colour": "b"}), (("a",), {"caller": "b"})):
        with pytest.raises(TypeError, match="tag"):
            macro(*arguments, **named)


def test_a_value_is_escaped_once() -> None:
    assert [written(value) for value in ("a<b", Markup("a<b"), 3, None)] == ["a&lt;b", "a<b", "3", "None"]


def test_a_project_s_own_templates_name_items_as_attributes(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text('{{ {"rank": 3}.rank }}{{ {}.rank | default("none") }}', "utf-8")
    made = environment(tmp_path)
    assert any(isinstance(loader, FileSystemLoader) for loader in made.loader.loaders)  # pyrefly: ignore[missing-attribute]
    assert made.get_template("own.html").render() == "3none"
