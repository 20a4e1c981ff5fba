"""The boards that ``arena rate`` shows on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arena import wording
from arena.cli.printing import is_verbose, note
from arena.cli.tables import print_table

if TYPE_CHECKING:
    from arena.ratings.results import Ratings
    from arena.records import Board, Rating

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

COLUMNS = ("rank", "between", "model", "score", "mu", "sigma", "votes")
FIGURES = frozenset(COLUMNS) - {"between", "model"}


def print_boards(ratings: Ratings, top: int | None = None) -> None:
    """Print the overall board of each arena, after ``-v`` every board; of each its first ``top`` ranks, or all."""
    from arena.records import AxisKind

    shown = [board for board in ratings.boards if is_verbose() or board.axis.kind is AxisKind.OVERALL]
    for number, board in enumerate(shown):
        rows = [_row(rating) for rating in board.ratings if top is None or rating.rank <= top]
        print_table(COLUMNS, rows, figures=FIGURES, title=("\n" if number else "") + _title(board))
    if rest := len(ratings.boards) - len(shown):
        boards = "1 more board" if rest == 1 else f"{rest:,} more boards"
        note(f"\n{boards} by category and language: -v prints them, --out ratings.csv writes them.")


def _title(board: Board) -> str:
    """``text-to-image, photo, en: 412 simulated votes``, and how many models have too few of them."""
    axis = board.axis
    about = ", ".join(part for part in (axis.arena, axis.category, axis.language) if part)
    votes = wording.count(board.votes, f"{board.origin.replace('+', ' and ')} vote".strip())
    unranked = f"; {wording.count(len(board.unranked), 'model')} without a rank" if board.unranked else ""
    return f"{about}: {votes}{unranked}"


def _row(rating: Rating) -> tuple[str, ...]:
    points = (f"{value:.2f}" for value in (rating.score, rating.mu, rating.sigma))
    return (str(rating.rank), f"{rating.rank_low}–{rating.rank_high}", rating.model, *points, f"{rating.votes:,}")
