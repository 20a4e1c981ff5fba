"""Jinja2: templates place what view records hold, and nothing else."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.meta import find_undeclared_variables

from arena.kept import CACHE, keep, read_kept
from arena.messages import ENGLISH, InterfaceLanguage
from arena.messages.templates import translate_templates
from arena.program_templates import ProgramTemplates
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.publish.layout.compiling import CODE_VERSION, PageCode
from arena.publish.layout.frame import frame_of
from arena.publish.layout.overrides import failure_of, own_templates
from arena.publish.page import Page, context_of
from arena.publish.paths import linker

FRAME_NAMES = frozenset({"frame", "link", "_", "gettext", "ngettext"})
"""What every template gets besides the fields of its view; the last three translate."""
CODE = f"{CACHE}/templates"


class KeptTemplates(BytecodeCache):
    """The code that Jinja2 makes of templates, kept from one build to the next in a project's folder.

    It is code, and it is run. Whoever can write there can write a project's own templates, which are run too.
    """

    def __init__(self, folder: Path, environment: Environment) -> None:
        self._folder = folder
        self._environment = environment

    def get_source_checksum(self, source: str) -> str:
        """What the code hangs on: the source with its texts in the language of the pages, and what compiles it."""
        translated = f"{version('jinja2')} {CODE_VERSION}\n{self._environment.preprocess(source)}"
        return hashlib.sha256(translated.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with code that was kept; Jinja2 resets one that is of another source."""
        if content := read_kept(self._folder / bucket.key):
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of the bucket, in the place of an older one of the same template."""
        keep(self._folder / bucket.key, bucket.bytecode_to_string())


def keep_templates(site: SiteData) -> None:
    """From now on, let the templates of a project be compiled once and not in each build."""
    made = environment(own_templates(site.catalogue), site.interface)
    made.bytecode_cache = KeptTemplates(site.catalogue.folder.parent / CODE, made)


class PageEnvironment(Environment):
    """Compiles templates as ``compiling`` says."""

    code_generator_class = PageCode


@lru_cache(maxsize=4)
def environment(own: Path | None = None, language: InterfaceLanguage = ENGLISH) -> Environment:
    """The environment of our templates, those in ``own`` before them; ours are always there as ``arena/<name>``.

    Everything is escaped, and an unknown name is an error.
    """
    ours = ProgramTemplates("site")
    loaders: list[BaseLoader] = [ours, PrefixLoader({"arena": ours})]
    made = PageEnvironment(
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


@once
def _templates_of(site: SiteData) -> tuple[Path | None, Environment]:
    """The project's own folder of templates, and the environment of all."""
    own = own_templates(site.catalogue)
    return own, environment(own, site.interface)


def render_page(site: SiteData, page: Page) -> str:
    """The HTML of one page. Raises PublishError where a template of the project's own cannot be read or rendered."""
    frame = frame_of(site, page)
    own, templates = _templates_of(site)
    try:
        template = templates.get_template(page.template)
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
