"""From what files of others write for a winner to outcomes: words, names of models and of columns, and scores."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.error_messages import near
from arena.records import Outcome
from arena.votes.columns import distinct, replaced
from arena.votes.parsed import Defaults
from arena.votes.row_errors import RowErrors, by_value, shorten

SCORE_COLUMNS = ("score", "label_0")
"""Columns whose numbers are the score of the first model: 1 where it won, 0 where it lost."""
SCORES = {
    "1": Outcome.LEFT,
    "0": Outcome.RIGHT,
    "0.5": Outcome.TIE,
    "true": Outcome.LEFT,
    "false": Outcome.RIGHT,
}

_BETWEEN = re.compile(r"[\s.-]+")
_DECIMAL_COMMA = re.compile(r"^([0-9]+),([0-9]+)$")


def with_outcomes(table: pa.Table, words: Mapping[str, Outcome], column: str) -> tuple[pa.Table, list[RowErrors]]:
    """The table with outcomes in place of winners, and errors where a winner is no word for one and no model, or both.

    ``column`` is what the file calls the winner.
    """
    winner = table["outcome"]
    said = replaced(winner, {value: _word(words, value) for value in distinct(winner)[0]})
    named = _named_side(winner, table["left"], table["right"])
    outcome = pc.if_else(pc.equal(said, ""), named, said)
    rows = np.flatnonzero(pc.equal(outcome, "").to_numpy())
    known = f"known: {', '.join(words)}, or the name of one of the two models"
    option = f"--columns {shlex.quote(f'outcome={column}')}"
    number = f"its numbers are the first model's score with {option}; else write left, right or tie"

    def unknown(row: int) -> tuple[str, str]:
        what = str(winner[row])
        hint = number if _word(SCORES, what) else near(what, words) or known
        return f"unknown winner {shorten(what)}", hint

    differ = pc.and_(pc.not_equal(named, ""), pc.not_equal(named, outcome))
    both = np.flatnonzero(differ.to_numpy())
    errors = [
        RowErrors(rows, unknown, by_value(winner, rows)),
        RowErrors(
            both,
            lambda row: (
                f"winner {shorten(winner[row])} means {said[row]}, and is the name of the {named[row]} model",
                "write left, right or tie",
            ),
            by_value(winner, both),
        ),
    ]
    # What is unknown has its finding: a second one about the outcome would say nothing.
    outcome = pc.if_else(pc.equal(outcome, ""), Outcome.TIE.value, outcome)
    return table.set_column(table.column_names.index("outcome"), "outcome", outcome), errors


def _named_side(winner: pa.ChunkedArray, left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray:
    """The side whose model the winner names, without regard to case unless the two differ in nothing else; or empty."""
    lower = [pc.equal(pc.utf8_lower(winner), pc.utf8_lower(side)) for side in (left, right)]
    only_left, only_right = pc.and_not(*lower), pc.and_not(*reversed(lower))
    is_left, is_right = pc.or_(pc.equal(winner, left), only_left), pc.or_(pc.equal(winner, right), only_right)
    return pc.if_else(is_left, Outcome.LEFT.value, pc.if_else(is_right, Outcome.RIGHT.value, ""))


def holds_scores(winner: pa.ChunkedArray, column: str, defaults: Defaults) -> bool:
    """Whether numbers in the column of winners are scores of the first model, and not numbers of sides.

    They are if the column is called so, if the person who imports it says that it has the outcome, and if there is a
    half: in a column called ``winner``, 0 may mean the first model.
    """
    if folded(column) in SCORE_COLUMNS or "outcome" in defaults.columns:
        return True
    return any(value.replace(",", ".") == "0.5" for value in distinct(winner)[0])


def folded(name: str) -> str:
    """Names of columns that differ in case, spaces, dots and hyphens only are the same: ``Model A`` is ``model_a``."""
    return _BETWEEN.sub("_", name.strip().casefold())


def _word(words: Mapping[str, Outcome], winner: str) -> str:
    """The outcome that a word stands for, a whole number with or without decimals; empty where it is none."""
    word = _DECIMAL_COMMA.sub(r"\1.\2", winner.casefold())
    known = words.get(word) or words.get(word.removesuffix(".0")) or words.get(folded(word))
    return known.value if known else ""
