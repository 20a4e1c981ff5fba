"""Jinja2: templates place what view records hold, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.meta import find_undeclared_variables

from arena.publish.edition import Edition
from arena.publish.frame import frame_of
from arena.publish.page import Page, context_of
from arena.publish.paths import linker

TEMPLATES = Path(str(files("arena"))) / "templates"
FRAME_NAMES = frozenset({"frame", "link"})
"""What every template gets besides the fields of its view."""


@lru_cache(maxsize=4)
def environment(folder: Path = TEMPLATES) -> Environment:
    """The environment of the templates in ``folder``: everything is escaped, an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def render_page(edition: Edition, page: Page) -> str:
    """The HTML of one page."""
    frame = frame_of(edition, page)
    template = environment().get_template(page.template)
    return template.render(**context_of(page.view), frame=frame, link=linker(page.path))


def names_used(template: str) -> set[str]:
    """The names that a template takes from its context; not those of the frame, nor what it defines or imports."""
    env = environment()
    source, _, _ = env.loader.get_source(env, template) if env.loader else ("", None, None)
    parsed = env.parse(source)
    own = {macro.name for macro in parsed.find_all(nodes.Macro)}
    own |= {imported.target for imported in parsed.find_all(nodes.Import)}
    return find_undeclared_variables(parsed) - FRAME_NAMES - own
