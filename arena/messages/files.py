"""Message files: where they lie, and how one is read.

They are read when an arena or a build starts, never compiled beforehand: an editable checkout, a wheel and a source
archive carry the same files, and none that is generated.
"""

from __future__ import annotations

import codecs
import io
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from arena.errors import ArenaError
from arena.messages.checking import complaints_of
from arena.messages.language import ENGLISH, InterfaceLanguage

SUFFIX = ".po"
DRAFT = "machine-drafted"
"""In the comment at the head of a file: a machine wrote it, and no native speaker has read it yet."""


def program_folder() -> Path:
    """The folder of the program's own message files."""
    return Path(__file__).parent


def project_folder(data: Path) -> Path:
    """The folder of a project's own message files, beside its folder ``data``; it need not be there."""
    return data.parent / "messages"


def message_files(data: Path | None) -> dict[str, list[Path]]:
    """The files of each language by its tag, the project's own before the program's; ``data`` is its folder."""
    folders = [*([project_folder(data)] if data else []), program_folder()]
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, []).append(path)
    return found


def available_tags(data: Path | None) -> tuple[str, ...]:
    """The tags of all languages that there are, English first."""
    return (ENGLISH.tag, *sorted(message_files(data).keys() - {ENGLISH.tag}))


def load_language(tag: str, data: Path | None) -> InterfaceLanguage:
    """A language with its translations, those of the project in the folder ``data`` before the program's.

    Raises ArenaError where a file cannot be read or would break a page, or where there is none.
    """
    paths = message_files(data).get(tag, [])
    if not paths:
        if tag == ENGLISH.tag:
            return ENGLISH
        known = ", ".join(available_tags(data))
        raise ArenaError(f"no messages in {tag!r}", where=f"messages/{tag}{SUFFIX}", hint=f"there are: {known}")
    locale = locale_of(tag, paths[0])
    first: GNUTranslations | None = None
    catalogs = [read_messages(path) for path in paths]
    for catalog, path in reversed(list(zip(catalogs, paths, strict=True))):
        translations = _compiled(catalog, path)
        if first:
            translations.add_fallback(first)
        first = translations
    own_name = locale.get_display_name() or tag
    draft = DRAFT in catalogs[0].header_comment
    return InterfaceLanguage(tag, own_name[:1].upper() + own_name[1:], locale, first or GNUTranslations(), draft)


def read_messages(path: Path) -> Catalog:
    """A message file, checked. Raises ArenaError with its line where it is no PO file, or would break a page."""
    where = f"{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)  # editors on Windows write one
        catalog = read_po(io.BytesIO(content), locale=None, abort_invalid=True)
    except PoFileError as error:
        raise ArenaError(str(error), where=f"{where}:{error.lineno + 1}", hint="mend the line") from error
    except (OSError, ValueError, LookupError) as error:  # no UTF-8, an unknown encoding, a head of nonsense
        raise ArenaError(f"cannot be read: {error}", where=where, hint="save it as a PO file in UTF-8") from error
    catalog.charset = "utf-8"  # as it is written and compiled from here on, whatever it was
    forms = catalog.num_plurals
    findings = [
        ArenaError(f"{str(found.id)[:60]!r}: {complaint}", where=f"{where}:{found.lineno}", hint="mend the translation")
        for found in catalog
        if found.id
        for complaint in complaints_of(found, forms)
    ]
    if findings:
        raise ArenaError.of(findings)
    return catalog


def locale_of(tag: str, path: Path) -> Locale:
    """The language that a file is named after. Raises ArenaError where there is none."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        hint = "name the file by the language's tag, such as de.po or pt-BR.po"
        raise ArenaError("no language is called so", where=f"{path.parent.name}/{path.name}", hint=hint) from error


def _compiled(catalog: Catalog, path: Path) -> GNUTranslations:
    compiled = io.BytesIO()
    try:
        write_mo(compiled, catalog)
        compiled.seek(0)
        return GNUTranslations(compiled)
    except ValueError as error:  # a formula of plural forms
        where, hint = f"{path.parent.name}/{path.name}: Plural-Forms", "arena messages writes the right one"
        raise ArenaError(str(error), where=where, hint=hint) from error
