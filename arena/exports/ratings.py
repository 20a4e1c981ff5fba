"""ratings.csv: its columns, declared here and nowhere else, and its rows and text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated

from arena.csv_text import csv_text
from arena.exports.columns import ColumnText, arrow_schema, columns_of
from arena.rating_settings import Method
from arena.ratings.results import Ratings
from arena.records import AxisKind, Board, Origin, RankStatus, Rating

Value = str | int | float | bool | None

INTERVALS = "See intervals on the methodology page."
NOT_COMPARABLE = "No chain of comparisons connects the model with most of the board."
COUNTED = "Counted in the log."
TRUESKILL = "TrueSkill, with the settings stated."


@dataclass(frozen=True, slots=True)
class BoardColumns:
    """The first columns: which board a row is of."""

    arena: Annotated[
        str, ColumnText("The task that models compete in.", "The arena of the battle; ids as in arena.toml.")
    ]
    axis: Annotated[
        AxisKind,
        ColumnText("What the board is about: overall, category, language, or category+language.", "The columns below."),
    ]
    category: Annotated[
        str, ColumnText("The category of the prompts.", "The prompt's category.", missing="The axis has none.")
    ]
    language: Annotated[
        str,
        ColumnText("The language of the prompts (BCP 47).", "The prompt's language.", missing="The axis has none."),
    ]


@dataclass(frozen=True, slots=True)
class RatingColumns:
    """The columns in the middle: how a model does on the board, as the fields of ``Rating`` with the same names.

    The rows of the API begin with these fields.
    """

    model: Annotated[
        str, ColumnText("The model, as organization/model.", "The path of the model's file in the catalogue.")
    ]
    rank: Annotated[
        int,
        ColumnText(
            "Place on the board; equal scores share a place.",
            "1 + how many models on the axis score higher.",
            missing=NOT_COMPARABLE,
        ),
    ]
    rank_low: Annotated[int, ColumnText("Best place in the 95% interval.", INTERVALS, missing=NOT_COMPARABLE)]
    rank_high: Annotated[int, ColumnText("Worst place in the 95% interval.", INTERVALS, missing=NOT_COMPARABLE)]
    score: Annotated[
        float,
        ColumnText("The conservative TrueSkill score that boards are sorted by.", "mu - 3 sigma", unit="points"),
    ]
    score_low: Annotated[float, ColumnText("Lower bound of the score's 95% interval.", INTERVALS, unit="points")]
    score_high: Annotated[float, ColumnText("Upper bound of the score's 95% interval.", INTERVALS, unit="points")]
    mu: Annotated[float, ColumnText("Mean of the belief about the model's strength.", TRUESKILL, unit="points")]
    sigma: Annotated[float, ColumnText("Standard deviation of that belief.", TRUESKILL, unit="points")]
    votes: Annotated[int, ColumnText("Rated votes on the model on this axis.", "wins + losses + ties", unit="votes")]
    wins: Annotated[int, ColumnText("Votes that preferred this model.", COUNTED, unit="votes")]
    losses: Annotated[int, ColumnText("Votes that preferred the other model.", COUNTED, unit="votes")]
    ties: Annotated[int, ColumnText("Votes that called the two outputs equal.", COUNTED, unit="votes")]
    both_bad: Annotated[
        int,
        ColumnText(
            "Votes that called both outputs bad; not part of votes unless the settings say tie.", COUNTED, unit="votes"
        ),
    ]
    win_rate: Annotated[
        float,
        ColumnText("Share of rated votes won, a tie being half.", "(wins + ties / 2) / votes", unit="share, 0 to 1"),
    ]


@dataclass(frozen=True, slots=True)
class ProvenanceColumns:
    """The next columns: how the board was computed, and from whose votes."""

    method: Annotated[
        Method,
        ColumnText(
            "How the rating was computed: batch (all votes at once) or online (one after the other).",
            "The method setting.",
        ),
    ]
    origin: Annotated[
        Origin,
        ColumnText(
            "Who cast its votes: human, derived (from ratings of single images) or simulated (by a program).",
            "The origin that the arena is rated from.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class ReliabilityColumns:
    """The last columns: how far the rating can be relied on, as the fields of ``Rating`` with the same names."""

    error: Annotated[
        float,
        ColumnText(
            "Standard error of mu, relative to the mean of the board: score_low and score_high are 1.96 of it away.",
            INTERVALS,
            unit="points",
        ),
    ]
    tier: Annotated[
        int,
        ColumnText(
            "Group of models that cannot be told from the best of their group; 1 is the first.",
            "By the intervals of differences.",
            missing=NOT_COMPARABLE,
        ),
    ]
    status: Annotated[
        RankStatus,
        ColumnText(
            "provisional (votes below 30, or a wide interval of ranks) or established.",
            "votes, rank_low, rank_high",
        ),
    ]
    comparable: Annotated[
        bool, ColumnText("Whether a chain of comparisons connects the model with most of the board.", COUNTED)
    ]


RATING_COLUMNS: tuple[str, ...] = tuple(column.name for column in columns_of(RatingColumns))
RELIABILITY_COLUMNS: tuple[str, ...] = tuple(column.name for column in columns_of(ReliabilityColumns))
_VALUES_OF = {columns: attrgetter(*columns) for columns in (RATING_COLUMNS, RELIABILITY_COLUMNS)}
OF_COMPARABLE = frozenset({"rank", "rank_low", "rank_high", "tier"})
"""Columns that are empty where a model is not comparable."""
COLUMNS = (
    *columns_of(BoardColumns),
    *columns_of(RatingColumns),
    *columns_of(ProvenanceColumns),
    *columns_of(ReliabilityColumns),
)
RATINGS_COLUMNS: tuple[str, ...] = tuple(column.name for column in COLUMNS)
RATINGS_SCHEMA = arrow_schema(COLUMNS)


def rounded(value: float) -> float:
    """To the six decimals that files show, and never -0.0."""
    return round(value, 6) + 0.0


def iter_ratings(ratings: Ratings) -> Iterator[tuple[Value, ...]]:
    """The rows of ratings.csv in its order, numbers rounded.

    A model that is not comparable with the rest of its board comes after it, its rank, rank interval and tier None.
    """
    for board in ratings.boards:
        axis = board.axis
        for rating in _rows_of(board, ratings.settings.min_votes):
            of_board = (axis.arena, axis.kind.value, axis.category, axis.language)
            provenance = (ratings.settings.method.value, board.origin)
            yield (*of_board, *_cells(rating, RATING_COLUMNS), *provenance, *_cells(rating, RELIABILITY_COLUMNS))


def _cells(rating: Rating, columns: tuple[str, ...]) -> Iterable[Value]:
    values = [rounded(value) if isinstance(value, float) else value for value in _VALUES_OF[columns](rating)]
    if rating.rank:
        return values
    return [None if column in OF_COMPARABLE else value for column, value in zip(columns, values, strict=True)]


def count_rows(ratings: Ratings) -> int:
    """How many rows ratings.csv has."""
    return sum(len(_rows_of(board, ratings.settings.min_votes)) for board in ratings.boards)


def ratings_csv(ratings: Ratings) -> str:
    """The text of ratings.csv: a header, floats with 6 decimals, lines that end in a line feed."""
    return rows_as_csv(iter_ratings(ratings))


def rows_as_csv(rows: Iterable[tuple[Value, ...]]) -> str:
    """The same of rows that ``iter_ratings`` gave."""
    return csv_text(RATINGS_COLUMNS, (map(_text, row) for row in rows), "{:.6f}".format)


def _rows_of(board: Board, min_votes: int) -> tuple[Rating, ...]:
    """The ranked models of a board, and those that only lack comparisons with the rest of it."""
    return (*board.ratings, *(rating for rating in board.unranked if rating.votes >= min_votes))


def _text(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value
