"""Pages: no two entries of the catalogue would be shown at the same address."""

from __future__ import annotations

from collections.abc import Iterator

from arena.catalogue.board_names import INDEX, board_name
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import PROJECT_FILE, Kind, place
from arena.catalogue.wording import show
from arena.errors import CatalogueError

_HINT = "rename one of the two ids, here and where it is used"


def check_board_names(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No two boards of an arena have the same name; letters that differ in case only are the same on some disks.

    Categories and languages that are listed twice have a finding of their own.
    """
    if PROJECT_FILE in catalogue.unread:
        return
    where = place(catalogue.folder, PROJECT_FILE, "categories")
    first: dict[str, tuple[str, str]] = {}
    categories = dict.fromkeys(["", *(category.id for category in catalogue.project.categories)])
    languages = dict.fromkeys(["", *(language.id for language in catalogue.project.languages)])
    for board in ((category, language) for category in categories for language in languages):
        name = board_name(*board)
        other = first.setdefault(name.casefold(), board)
        if other != board:
            what = f"{_described(*other)} and {_described(*board)} would both have the page {show(f'{name}.html')}"
            yield CatalogueError(what, where=where, hint=_HINT)


def check_reserved_ids(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No organization or provider is called like the page that lists them."""
    for kind, records in ((Kind.ORGANIZATION, catalogue.organizations), (Kind.PROVIDER, catalogue.providers)):
        if INDEX in records:
            yield CatalogueError(
                f"{show(INDEX)} is the page that lists them all",
                where=catalogue.where(kind, INDEX),
                hint="give the file another name, and mend the references to it",
            )


def _described(category: str, language: str) -> str:
    named = [f"{what} {show(name)}" for what, name in (("category", category), ("language", language)) if name]
    return f"the board of {' and '.join(named)}" if named else "the overall board"
