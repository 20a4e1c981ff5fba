"""What a project replaces of the site's looks without a fork: templates and static files in its own ``templates/``,
and what can be wrong with them.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError
from jinja2.meta import find_referenced_templates

from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.errors import PublishError
from arena.messages.files import message_files, project_folder
from arena.publish.content.site_data import SiteData
from arena.publish.page import Asset
from arena.template_folders import overrides_folder, templates_folder

STATIC = "static"
TOKENS = "tokens.css"
SHEET = "site.css"
FAVICON = "favicon.ico"
"""At the site's root, where browsers ask for it unasked."""
PLAYGROUND = ("playground.js", "try.js")
"""Part of a site only where arena.toml has a playground."""
HINT = "mend it, or remove it to use ours"


def own_templates(catalogue: Catalogue) -> Path | None:
    """The project's folder of templates, beside its ``data/``; None where it has none."""
    return overrides_folder(catalogue.folder)


def override_sums(own: Path | None) -> dict[str, str]:
    """The SHA-256 of each file in a project's folder of templates, by its path in it; none without a folder."""
    found = sorted(path for path in own.rglob("*") if path.is_file()) if own else []
    return {path.relative_to(own).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found if own}


def template_files(catalogue: Catalogue) -> list[Path]:
    """Every file that pages are made with, ours first; for telling whether any of them changed."""
    own = own_templates(catalogue)
    files = [
        path for folder in (templates_folder(), own) if folder for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    return files + message_files(catalogue.folder).get(catalogue.project.language, [])


def message_sums(catalogue: Catalogue) -> dict[str, str]:
    """The SHA-256 of the project's own message file in the language of its site, by its path; none without one."""
    own = project_folder(catalogue.folder)
    files = [path for path in message_files(catalogue.folder).get(catalogue.project.language, []) if path.parent == own]
    return {f"{own.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def static_assets(site: SiteData) -> Iterator[Asset]:
    """Style sheet, scripts and icons: ours, with the project's own in their place. Tokens become part of the sheet."""
    own = own_templates(site.catalogue)
    folders = [templates_folder() / STATIC, *([own / STATIC] if own and (own / STATIC).is_dir() else [])]
    found = {path.name: path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()}
    tokens = [folder / TOKENS for folder in folders if (folder / TOKENS).is_file()]
    for name, source in sorted(found.items()):
        if name == SHEET:
            yield Asset.of_text(f"{STATIC}/{SHEET}", "".join(path.read_text("utf-8") for path in (*tokens, source)))
        elif name == FAVICON:
            yield Asset.copy_of(FAVICON, source)
        elif name != TOKENS and (name not in PLAYGROUND or site.catalogue.project.playground):
            yield Asset.copy_of(f"{STATIC}/{name}", source)


def check_own_templates(catalogue: Catalogue) -> None:
    """Raise PublishError for a template that takes the place of none of ours, and that no other one names.

    And for a template or style sheet that is not UTF-8 text.
    """
    own = own_templates(catalogue)
    if own is None:
        _check_checkout(catalogue.folder.parent / "templates")
        return
    for path in sorted(path for path in own.rglob("*") if path.suffix in (".html", ".css")):
        try:
            path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            where = f"{own.name}/{path.relative_to(own).as_posix()}"
            raise PublishError("cannot be read as UTF-8 text", where=where, hint=HINT) from error
    site = templates_folder() / "site"
    ours = {path.name for path in site.glob("*.html")}
    found = {path.relative_to(own).as_posix(): path for path in sorted(own.rglob("*.html"))}
    named: set[str | None] = set()
    for path in found.values():
        named |= _named_in(path)
    strangers = [name for name in found if name not in ours | named and not name.startswith(f"{STATIC}/")]
    if strangers and None not in named:
        hint = near(strangers[0], ours) or f"ours are in {site}; another has to extend, include or import it"
        raise PublishError("no page is made from this template", where=f"{own.name}/{strangers[0]}", hint=hint)


def _check_checkout(folder: Path) -> None:
    """In the program's own checkout pages are changed where they are: an override in ``templates/`` is never read."""
    for path in sorted(folder.glob("*.html")):
        hint = f"here the program's own templates lie: change {folder.name}/site/{path.name} instead"
        raise PublishError("no page is made from this template", where=f"{folder.name}/{path.name}", hint=hint)


def _named_in(path: Path) -> set[str | None]:
    """The templates that one extends, includes or imports; None stands for a name that is worked out."""
    try:
        return set(find_referenced_templates(Environment(autoescape=True).parse(path.read_text("utf-8"))))
    except TemplateSyntaxError:
        return {None}  # said with its line when a page is rendered


def failure_of(error: Exception, own: Path) -> PublishError | None:
    """What a template of the project's own did wrong, by file and line; None where the error is not from there."""
    if isinstance(error, TemplateSyntaxError) and error.name:
        return _fails(error, f"{own.name}/{error.name}:{error.lineno}")
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(own)]
    if lines:
        return _fails(error, f"{own.name}/{Path(lines[-1].filename).relative_to(own).as_posix()}:{lines[-1].lineno}")
    return None


def _fails(error: Exception, where: str) -> PublishError:
    said = getattr(error, "message", None) or str(error)
    return PublishError(f"a template fails: {said}", where=where, hint=HINT)
