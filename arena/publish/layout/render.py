"""Jinja2: templates place what view records hold, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, nodes
from jinja2.meta import find_undeclared_variables

from arena.messages import ENGLISH, InterfaceLanguage
from arena.messages.templates import translate_templates
from arena.program_templates import ProgramTemplates
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import frame_of
from arena.publish.layout.overrides import failure_of, own_templates
from arena.publish.page import Page, context_of
from arena.publish.paths import linker

FRAME_NAMES = frozenset({"frame", "link", "_", "gettext", "ngettext"})
"""What every template gets besides the fields of its view; the last three translate."""


@lru_cache(maxsize=4)
def environment(own: Path | None = None, language: InterfaceLanguage = ENGLISH) -> Environment:
    """The environment of our templates, those in ``own`` before them; ours are always there as ``arena/<name>``.

    Everything is escaped, and an unknown name is an error.
    """
    ours = ProgramTemplates("site")
    loaders: list[BaseLoader] = [ours, PrefixLoader({"arena": ours})]
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(own), *loaders] if own else loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    return translate_templates(made, language)


def forget_templates() -> None:
    """Read the templates anew: for a process that builds again after one was changed or added."""
    environment.cache_clear()


def render_page(site: SiteData, page: Page) -> str:
    """The HTML of one page. Raises PublishError where a template of the project's own cannot be read or rendered."""
    frame = frame_of(site, page)
    own = own_templates(site.catalogue)
    try:
        template = environment(own, site.interface).get_template(page.template)
        return template.render(**context_of(page.view), frame=frame, link=linker(page.path))
    except Exception as error:
        if failure := failure_of(error, own) if own else None:
            raise failure from error
        raise


def names_used(template: str) -> set[str]:
    """The names that a template takes from its context; not those of the frame, nor what it defines or imports."""
    env = environment()
    source, _, _ = env.loader.get_source(env, template) if env.loader else ("", None, None)
    parsed = env.parse(source)
    own = {macro.name for macro in parsed.find_all(nodes.Macro)}
    own |= {imported.target for imported in parsed.find_all(nodes.Import)}
    return find_undeclared_variables(parsed) - FRAME_NAMES - own
