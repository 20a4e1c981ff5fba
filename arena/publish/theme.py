"""What a project changes of the site's looks without a fork: templates and static files in its own ``templates/``.

``templates/home.html`` takes the place of ours and may extend it as ``arena/home.html``. ``templates/static/x.css``
takes the place of ours of that name, or is one more file. ``templates/static/tokens.css`` follows ours instead, so that
it gives only the tokens that change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from arena.catalogue import Catalogue
from arena.publish.edition import Edition
from arena.publish.page import Asset
from arena.template_folders import overrides_folder, templates_folder

STATIC = "static"
TOKENS = "tokens.css"
SHEET = "site.css"
PLAYGROUND = ("playground.js", "try.js")
"""Part of a site only where arena.toml has a playground."""


def own_templates(catalogue: Catalogue) -> Path | None:
    """The project's folder of templates, beside its ``data/``; None where it has none."""
    return overrides_folder(catalogue.folder)


def template_files(catalogue: Catalogue) -> list[Path]:
    """Every file that pages are made with, ours first; for telling whether any of them changed."""
    own = own_templates(catalogue)
    return [
        path for folder in (templates_folder(), own) if folder for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def static_assets(edition: Edition) -> Iterator[Asset]:
    """Style sheet, scripts and icons: ours, with the project's own in their place. Tokens become part of the sheet."""
    own = own_templates(edition.catalogue)
    folders = [templates_folder() / STATIC, *([own / STATIC] if own and (own / STATIC).is_dir() else [])]
    found = {path.name: path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()}
    tokens = [folder / TOKENS for folder in folders if (folder / TOKENS).is_file()]
    for name, source in sorted(found.items()):
        if name == SHEET:
            yield Asset.of_text(f"{STATIC}/{SHEET}", "".join(path.read_text("utf-8") for path in (*tokens, source)))
        elif name != TOKENS and (name not in PLAYGROUND or edition.catalogue.project.playground):
            yield Asset.copy_of(f"{STATIC}/{name}", source)
