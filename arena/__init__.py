"""An image-model arena: a catalogue of models, blind pairwise votes, TrueSkill ratings and a static site.

    import arena

    votes = arena.load_votes("votes.csv")
    ratings = arena.rate(votes, draw_probability="fitted")
    ratings.board("text-to-image", category="poster").to_pandas()

These names are what other programs may rely on: docs/api.md. Everything else may change from version to version.
"""

from __future__ import annotations

TYPE_CHECKING = False
"""What typing calls so: importing typing itself would take as long as the start of Python."""
if TYPE_CHECKING:
    from arena.api import build_site, diagnose, equal_looks, load_catalogue, load_votes, rate, reason_boards
    from arena.errors import ArenaError
    from arena.rating_settings import RatingSettings
    from arena.ratings.results import Ratings
    from arena.records import Board, Outcome, Vote
    from arena.verification import verify

    __version__: str

__all__ = [
    "ArenaError",
    "Board",
    "Outcome",
    "RatingSettings",
    "Ratings",
    "Vote",
    "__version__",
    "build_site",
    "diagnose",
    "equal_looks",
    "load_catalogue",
    "load_votes",
    "rate",
    "reason_boards",
    "verify",
]

_MODULES = {
    "ArenaError": "arena.errors",
    "Board": "arena.records",
    "Outcome": "arena.records",
    "RatingSettings": "arena.rating_settings",
    "Ratings": "arena.ratings.results",
    "Vote": "arena.records",
    "verify": "arena.verification",
}
"""Where each name is defined; those that are not here are functions of ``arena.api``."""


if not TYPE_CHECKING:  # or a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used: importing arena loads nothing, so that no command waits for it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415 - as long as Python's start too

            value: object = version("image-arena")
        else:
            from importlib import import_module  # noqa: PLC0415 - only where a name is used

            value = getattr(import_module(_MODULES.get(name, "arena.api")), name)
        globals()[name] = value  # so that it is looked up here once
        return value


def __dir__() -> list[str]:
    return __all__
