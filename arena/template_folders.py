"""Where templates lie: those that the program brings with it, and what a project overrides."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from arena.errors import ArenaError


@lru_cache(maxsize=1)
def templates_folder() -> Path:
    """The program's own templates: ``site/`` for pages, ``vote/`` for the voting app, ``static/`` for both.

    A wheel carries them inside the package, a checkout has them beside it. Raises ArenaError where neither has them.
    """
    package = Path(__file__).parent
    folders = (package / "templates", package.parent / "templates")
    for folder in folders:
        if (folder / "site" / "base.html").is_file():
            return folder
    raise ArenaError(
        "the templates of the pages are missing",
        where=" or ".join(str(folder) for folder in folders),
        hint="this installation is not whole: install the wheel again, or use a whole checkout",
    )


def overrides_folder(data: Path) -> Path | None:
    """A project's own ``templates/``, beside its folder ``data``; None where it has none.

    The project that this repository is itself has none: the folder beside its ``data/`` is the program's own.
    """
    folder = data.parent / "templates"
    return folder if folder.is_dir() and folder.resolve() != templates_folder().resolve() else None
