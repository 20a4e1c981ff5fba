"""Message files brought up to date with the program: every text that its code and templates have, in their order."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from arena.errors import ArenaError
from arena.files import write_bytes
from arena.messages.checking import is_translated
from arena.messages.files import DRAFT, SUFFIX, locale_of, program_folder, read_messages
from arena.template_folders import templates_folder
from arena.wording import REASON_NAMES

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "plural_templates": (1, 2),
}
"""The functions whose texts are messages; of those with two numbers the singular and the plural."""
CODE_FOLDERS = ("voting", "publish")
TEMPLATE_FOLDERS = ("vote", "site")
TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "encoding": "utf-8"}
LINE_WIDTH = 110
_MAY_HAVE_TEXTS = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\(|{{%\s*trans")


@dataclass(frozen=True, slots=True)
class MessageFileState:
    """How far a translation is."""

    path: Path
    tag: str
    texts: int
    translated: int
    draft: bool


def all_messages(names: Iterable[str] = ()) -> Catalog:
    """Every text of the program, in English, and the ``names`` that a project gives to arenas and categories."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for where, text, comments in _texts():
        catalog.add(text, locations=[(where, 0)], auto_comments=comments)
    for text in REASON_NAMES.values():
        catalog.add(text, locations=[("arena/wording.py", 0)])
    starter = tomllib.loads((Path(__file__).parents[1] / "starter/data/arena.toml").read_text("utf-8"))
    of_starter = [entry["name"] for key in ("arenas", "categories") for entry in starter[key]]
    for where, some in (("arena/starter/data/arena.toml", of_starter), ("data/arena.toml", names)):
        for name in some:
            catalog.add(name.replace("%", "%%"), locations=[(where, 0)])
    return catalog


def _texts() -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    package, templates = Path(__file__).parents[1], templates_folder()
    code = [path for folder in CODE_FOLDERS for path in sorted((package / folder).rglob("*.py"))]
    pages = [path for folder in TEMPLATE_FOLDERS for path in sorted((templates / folder).glob("*.html"))]
    for path in (*pages, *code):
        content = path.read_bytes()
        if not _MAY_HAVE_TEXTS.search(content.decode("utf-8")):
            continue
        is_code = path.suffix == ".py"
        method = "python" if is_code else "jinja2.ext:babel_extract"
        where = f"arena/{path.relative_to(package)}" if is_code else f"templates/{path.relative_to(templates)}"
        found = extract(method, io.BytesIO(content), KEYWORDS, options={} if is_code else TEMPLATE_OPTIONS)
        for _, text, comments, _ in found:
            yield where, text, comments


def renew_messages(path: Path, template: Catalog, now: datetime) -> MessageFileState:
    """Bring a message file up to date, or begin one; what is translated stays, what is no longer said is kept as a
    comment at its end.

    A project's own begins with the program's translation, where there is one. Raises ArenaError where the file, or its
    name, is no good.
    """
    tag = path.stem
    locale = locale_of(tag, path)
    started = path if path.is_file() else program_folder() / path.name
    if started.is_file():
        catalog = read_messages(started)
    else:
        head = f"# {locale.get_display_name('en')} messages of Image Arena."
        catalog = Catalog(locale, header_comment=head, creation_date=now, fuzzy=False)
        catalog.project, catalog.version = "Image Arena", "main"
        catalog.revision_date = now
    catalog.locale = locale
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    content = io.BytesIO()
    obsolete_stays = path.parent.resolve() != program_folder()  # the program's own are in its history
    write_po(content, catalog, width=LINE_WIDTH, include_lineno=False, ignore_obsolete=not obsolete_stays)
    path.parent.mkdir(exist_ok=True)
    write_bytes(path, content.getvalue())
    return state_of(path, catalog)


def state_of(path: Path, catalog: Catalog) -> MessageFileState:
    """How far a message file is that has all texts."""
    texts = [found for found in catalog if found.id]
    translated = sum(is_translated(found, catalog.num_plurals) for found in texts)
    return MessageFileState(path, path.stem, len(texts), translated, DRAFT in catalog.header_comment)


def files_to_renew(folder: Path, tags: Iterable[str]) -> list[Path]:
    """The files of these languages in a folder; without any, all that are there. Raises ArenaError where none is."""
    paths = [folder / f"{tag}{SUFFIX}" for tag in tags] or sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        hint = "begin one with its tag: arena messages de"
        raise ArenaError("no message file is there", where=f"{folder.name}/", hint=hint)
    return paths
