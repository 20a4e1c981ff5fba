"""Files of others in which a row has two models and a winner: how each kind of them calls its columns and winners.

A kind of file is a ``PairLayout``: FastChat's battles, the public preference data sets of LMArena, and whatever else
names two models and who won. They are read a column at a time.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import ArenaError, VotesError
from arena.records import Outcome
from arena.votes.checks import reason_errors
from arena.votes.columns import (
    ID_COLUMNS,
    chosen_columns,
    lenient_times,
    vote_types,
    with_content_ids,
    with_defaults,
)
from arena.votes.contents import Source
from arena.votes.languages import NO_LANGUAGE
from arena.votes.output_names import with_sums
from arena.votes.parsed import DEFAULT_CATEGORY, DEFAULT_LANGUAGE, Defaults, LoadedVotes, ParsedVotes
from arena.votes.reading import read_table
from arena.votes.reasons import REASON_COLUMNS
from arena.votes.row_errors import RowErrors, Rows, by_value, raise_findings, raise_row_errors, shorten
from arena.votes.table import VOTE_SCHEMA, as_votes, row_errors_of
from arena.votes.winners import SCORES, folded, holds_scores, with_outcomes
from arena.wording import count

DEFAULT_ARENA = "text-to-image"
ONE_HOT = {"winner_model_a": "model_a", "winner_model_b": "model_b", "winner_tie": "tie"}
"""Three columns of 1 and 0 instead of one winner, as in LMArena's 55,000 battles, and the winner each stands for."""
OPTIONAL = ("arena", "category", "left_output", "right_output", "dwell_ms", "origin")
"""Columns that are read where they carry our names. A ``prompt`` is not: in files of others that is its text."""


@dataclass(frozen=True, eq=False)
class PairLayout:
    """How one kind of file calls its columns and winners.

    ``columns`` has the names that each of our columns may have in such files; the first that is there is read, whatever
    its case, spaces and hyphens. ``winners`` has the words for the outcomes, in lower case; a winner may also be one of
    the row's two models, or the name of the column that it stands in.
    ``blind`` is a column that is false where names were shown: such a battle is no blind vote. ``name`` begins the ids
    of votes that have none, ``organization`` the ids of models whose names do not say who made them.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    winners: Mapping[str, Outcome]
    blind: str = ""
    organization: str = "unknown"

    def load(self, sources: Iterable[Source], defaults: Defaults) -> LoadedVotes:
        """The votes of such files; what they do not say is said by ``defaults``.

        Battles that showed the models' names, and battles of a model with itself, are left out and counted. Raises
        ``VotesError`` with the findings of all files.
        """
        files, parts, findings = list[ParsedVotes](), list[_Part](), list[ArenaError]()
        for source in sources:
            try:
                files.append(read_table(source, lambda name: self._reads(name, defaults)))
                parts.append(_part_of(self, files[-1], defaults))
            except VotesError as error:
                findings.extend(error.findings)
        raise_findings(findings)
        table = pa.concat_tables([VOTE_SCHEMA.empty_table(), *(part.votes for part in parts)])
        starts = [0, *accumulate(len(part.rows) for part in parts)]

        def locate(row: int) -> str:
            number = bisect_right(starts, row) - 1
            return files[number].locate(int(parts[number].rows[row - starts[number]]))

        left_out = sum(part.shown + part.selves for part in parts)
        notes = _notes(table, parts)
        return LoadedVotes(table, locate, organization=self.organization, left_out=left_out, notes=notes)

    def _reads(self, name: str, defaults: Defaults) -> bool:
        known = {theirs for names in self.columns.values() for theirs in names} | {*OPTIONAL}
        return folded(name) in known or name in {*ONE_HOT, self.blind, *defaults.columns.values()}

    def chosen(self, parsed: ParsedVotes, defaults: Defaults) -> dict[str, str]:
        """Which column of the file is which of ours: ours -> theirs. Raises ``VotesError`` where one is missing."""
        names = parsed.table.column_names
        there = {folded(name): name for name in reversed(names)} | {name: name for name in names}
        found = {
            ours: next((there[name] for name in theirs if name in there), "") for ours, theirs in self.columns.items()
        }
        found |= {name: there[name] for name in OPTIONAL if name in there and not found.get(name)}
        found |= dict(defaults.columns)
        if not found["outcome"] and set(ONE_HOT) <= set(names):
            found["outcome"] = next(iter(ONE_HOT))
        needed = {"left": "the first model", "right": "the second model", "outcome": "the winner"}
        if defaults.at is None:
            needed["at"] = "the time of the vote"
        raise_findings(
            VotesError(
                f"no column has {what} (known: {', '.join(self.columns[ours])})",
                where=parsed.header,
                hint=f"name it with --columns {ours}=..." + (", or say it of all votes with --at" * (ours == "at")),
            )
            for ours, what in needed.items()
            if not found[ours]
        )
        return {ours: theirs for ours, theirs in found.items() if theirs}


@dataclass(frozen=True)
class _Part:
    """The votes of one file, and the rows of the file that they stand in."""

    votes: pa.Table
    rows: Rows
    shown: int
    """Battles left out because they showed the models' names."""
    selves: int
    """Battles left out because they are of a model with itself."""
    naive: bool
    """Whether times do not say their zone."""
    no_language: int = 0
    """Votes taken as ``DEFAULT_LANGUAGE``, because neither the file nor the person who imports it says another."""
    unread_reasons: str = ""
    """The column that is called as reasons are, and holds something else."""


def _part_of(layout: PairLayout, parsed: ParsedVotes, defaults: Defaults) -> _Part:
    if not len(parsed.table):
        raise_findings(parsed.line_errors)
        if parsed.names:
            layout.chosen(parsed, defaults)
        return _Part(VOTE_SCHEMA.empty_table(), np.empty(0, np.int64), 0, 0, naive=False)
    chosen = layout.chosen(parsed, defaults)
    blind, errors = _blind(layout, parsed.table)
    table = chosen_columns(replace(parsed, table=_with_one_winner(parsed.table, chosen)), chosen).table
    table, unread = _with_words_only(table)
    table, naive = _types(replace(parsed, table=table))
    different = pc.not_equal(table["left"], table["right"]).fill_null(True).to_numpy()
    different |= pc.equal(table["left"], "").to_numpy()
    rows = np.flatnonzero(blind & different)
    table = table.take(pa.array(rows))
    no_language = _without_language(table) if defaults.language is None else 0
    table = _complete(table, defaults)
    words = dict(layout.winners) | {folded(chosen[side.value]): side for side in (Outcome.LEFT, Outcome.RIGHT)}
    if holds_scores(table["outcome"], chosen["outcome"], defaults):
        words |= SCORES
    table, wrong = with_outcomes(table, words, chosen["outcome"])
    if defaults.outputs is not None:
        table, unnamed = with_sums(table, defaults.outputs)
        wrong += unnamed
    checked = _with_ids(table)
    errors += [
        _in_their_words(replace_rows(kind, rows), chosen) for kind in (*wrong, *row_errors_of(checked, named=True))
    ]
    raise_row_errors(errors, parsed.locate, parsed.line_errors)
    votes = with_content_ids(as_votes(table), layout.name)
    shown = int((~blind).sum())
    selves = len(parsed.table) - shown - len(rows)
    return _Part(votes, rows, shown, selves, naive, no_language, chosen["reasons"] if unread else "")


def _with_words_only(table: pa.Table) -> tuple[pa.Table, bool]:
    """The table without reasons that are no words but comments or anything else; and whether there were such.

    Files of others may call anything ``tags``: that is no reason to refuse their votes.
    """
    if "reasons" not in table.column_names or not any(len(kind.rows) for kind in reason_errors(table["reasons"])):
        return table, False
    return table.drop_columns(["reasons"]), True


def _without_language(table: pa.Table) -> int:
    if "language" not in table.column_names:
        return len(table)
    said = pc.utf8_lower(table["language"].cast(pa.string())).fill_null("")
    return int(pc.sum(pc.is_in(said, pa.array(sorted(NO_LANGUAGE)))).as_py() or 0)


def _with_ids(table: pa.Table) -> pa.Table:
    """The table with something in each id, for the checks: what is empty gets an id from the content afterwards."""
    for name in ID_COLUMNS:
        column = table[name].cast(pa.string()).fill_null("")
        table = table.set_column(table.column_names.index(name), name, pc.if_else(pc.equal(column, ""), "-", column))
    return table


def replace_rows(errors: RowErrors, rows: Rows) -> RowErrors:
    """Errors in the rows that were kept, as errors in the rows of the file."""
    back = {int(row): number for number, row in enumerate(rows[errors.rows].tolist())}
    kept = errors.rows
    return replace(errors, rows=rows[kept], say=lambda row: errors.say(int(kept[back[row]])))


def _in_their_words(errors: RowErrors, chosen: Mapping[str, str]) -> RowErrors:
    """The same errors, with the column called as the file calls it."""

    def say(row: int) -> tuple[str, str]:
        what, hint = errors.say(row)
        ours, _, rest = what.partition(" ")
        theirs = chosen.get(ours, ours)
        if what == "at is empty":
            return f"{theirs} is empty", "write when it was, or say the time of all votes with --at"
        return f"{theirs} {rest}", hint.replace(f"value for {ours}", f"value for {theirs}")

    return replace(errors, say=say)


def _blind(layout: PairLayout, table: pa.Table) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], list[RowErrors]]:
    """Which rows did not show the models' names, and errors where a row says neither."""
    if layout.blind not in table.column_names:
        return np.ones(len(table), np.bool_), []
    column = table[layout.blind]
    text = pc.utf8_lower(_as_text(column)).fill_null("")
    known = pc.is_in(text, pa.array(["true", "false", ""]))
    rows = np.flatnonzero(~known.to_numpy())
    wrong = RowErrors(
        rows,
        lambda row: (f"{layout.blind} is {shorten(column[row])}", "true, false, or leave it out"),
        by_value(text, rows),
    )
    return pc.not_equal(text, "false").to_numpy().copy(), [wrong]


def _with_one_winner(table: pa.Table, chosen: Mapping[str, str]) -> pa.Table:
    """The table with the winner as text: three columns of 1 and 0 become one, numbers are written out."""
    name = chosen["outcome"]
    if name in ONE_HOT and set(ONE_HOT) <= set(table.column_names):
        ones = {key: pc.equal(_as_text(table[key]), "1").fill_null(False) for key in ONE_HOT}
        ones_in_row = sum(mask.to_numpy().astype(np.int64) for mask in ones.values())
        winner = pa.repeat(pa.scalar(""), len(table))
        for key, word in ONE_HOT.items():
            winner = pc.if_else(ones[key], word, winner)
        column = pc.if_else(pa.array(ones_in_row == 1), winner, "none or several of three")
    else:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        column = pc.utf8_trim_whitespace(column.cast(pa.string()).fill_null("")) if _is_scalar(column.type) else column
    return table.set_column(table.column_names.index(name), name, column)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as text; lists and objects as they stand in JSON."""
    if not pa.types.is_nested(column.type):
        return column.cast(pa.string())
    texts = [value if value is None else json.dumps(value, default=str) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _is_scalar(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind) or pa.types.is_string(kind) or pa.types.is_null(kind))


def _types(parsed: ParsedVotes) -> tuple[pa.Table, bool]:
    """Columns of our names with our types, names of models without spaces around them; and whether times are naive."""
    table, naive = parsed.table, False
    if "at" in table.column_names:
        times, naive = lenient_times(table["at"])
        table = table.set_column(table.column_names.index("at"), "at", times)
    table = vote_types(replace(parsed, table=table))
    for name in ("left", "right"):
        column = table[name].cast(pa.string()).fill_null("")
        table = table.set_column(table.column_names.index(name), name, pc.utf8_trim_whitespace(column))
    return table, naive


def _complete(table: pa.Table, defaults: Defaults) -> pa.Table:
    """The table with every required column: what was said of all votes, and ids still empty."""
    said = replace(
        defaults,
        arena=defaults.arena or DEFAULT_ARENA,
        category=defaults.category or DEFAULT_CATEGORY,
        language=defaults.language or DEFAULT_LANGUAGE,
    )
    table = with_defaults(table, said)
    for name in ID_COLUMNS:
        if name not in table.column_names:
            table = table.append_column(name, pa.chunked_array([pa.repeat(pa.scalar(""), len(table))]))
    return table


def _notes(votes: pa.Table, parts: list[_Part]) -> tuple[str, ...]:
    names = len({*votes["left"].unique().to_pylist(), *votes["right"].unique().to_pylist()})
    shown, selves = sum(part.shown for part in parts), sum(part.selves for part in parts)
    notes = [f"{count(len(votes), 'vote')}; their models go by {count(names, 'name')}."]
    if shown:
        notes.append(f"{count(shown, 'battle')} left out, because they showed the models' names (anony is false).")
    if selves:
        notes.append(f"{count(selves, 'battle')} left out, because both models are the same.")
    unread = sorted({part.unread_reasons for part in parts} - {""})
    notes += [
        f"The column {shorten(name)} is left out: it holds more than words for why somebody chose." for name in unread
    ]
    if any(part.naive for part in parts):
        notes.append("Times that do not say their zone are taken as UTC.")
    unsaid = sum(part.no_language for part in parts)
    if unsaid:
        notes.append(
            f"{count(unsaid, 'vote')} without a language, taken as {DEFAULT_LANGUAGE}: --language says another."
        )
    return tuple(notes)


_BATTLES = {
    "battle": ("question_id", "id", "battle_id", "conversation_id"),
    "at": ("tstamp", "timestamp"),
    "left": ("model_a",),
    "right": ("model_b",),
    "outcome": ("winner",),
    "voter": ("judge", "judge_hash", "evaluation_session_id"),
    "language": ("language",),
    "reasons": REASON_COLUMNS,
}
_WINNERS = {
    "model_a": Outcome.LEFT,
    "model_b": Outcome.RIGHT,
    "tie": Outcome.TIE,
    "tie (bothbad)": Outcome.BOTH_BAD,
    "both_bad": Outcome.BOTH_BAD,
    "bothbad": Outcome.BOTH_BAD,
}

FASTCHAT = PairLayout("fastchat", _BATTLES, _WINNERS, blind="anony", organization="fastchat")
"""FastChat's battles (Zheng et al., *Judging LLM-as-a-judge with MT-Bench and Chatbot Arena*, NeurIPS 2023,
arXiv:2306.05685): a JSON list, or an object a line. The conversations are not read."""

LMARENA = PairLayout("lmarena", _BATTLES, _WINNERS, blind="anony", organization="lmarena")
"""LMArena's public preference data sets of 55,000, 100,000 and 140,000 battles: CSV, JSON Lines or Parquet."""

PAIRS = PairLayout(
    "pairs",
    {
        "battle": ("battle", "battle_id", "id", "question_id", "comparison_id", "ranking_id", "conversation_id"),
        "at": ("at", "timestamp", "tstamp", "created_at", "time", "datetime", "date"),
        "left": ("left", "model_a", "model_0", "model_1", "model1", "left_model", "player_a", "a"),
        "right": ("right", "model_b", "model_2", "model_1", "model2", "right_model", "player_b", "b"),
        "outcome": ("outcome", "winner", "vote", "vote_type", "preference", "choice", "label", "label_0", "score"),
        "voter": ("voter", "voter_id", "judge", "user", "user_id", "annotator", "annotator_id", "worker", "worker_id",
                  "rater", "rater_id"),
        "language": ("language", "lang"),
        "reasons": REASON_COLUMNS,
    },
    {
        "left": Outcome.LEFT, "a": Outcome.LEFT, "model_a": Outcome.LEFT, "leftvote": Outcome.LEFT,
        "right": Outcome.RIGHT, "b": Outcome.RIGHT, "model_b": Outcome.RIGHT, "rightvote": Outcome.RIGHT,
        "tie": Outcome.TIE, "tied": Outcome.TIE, "draw": Outcome.TIE, "equal": Outcome.TIE, "same": Outcome.TIE,
        "no_preference": Outcome.TIE, "both_good": Outcome.TIE, "tievote": Outcome.TIE,
        "both_bad": Outcome.BOTH_BAD, "bothbad": Outcome.BOTH_BAD, "tie (bothbad)": Outcome.BOTH_BAD,
        "bothbad_vote": Outcome.BOTH_BAD,
    },
)  # fmt: skip
"""Two models and a winner under the names that most people use."""

_MARKS = {FASTCHAT: {"anony", "turn"}, LMARENA: {"evaluation_session_id", "conversation_a", "winner_model_a"}}
"""Columns that only files of one kind have."""


def likely_layout(names: Collection[str]) -> PairLayout | None:
    """The layout that a file with these columns has, as far as they tell; None where they name no two models."""
    for layout, marks in _MARKS.items():
        if {"model_a", "model_b"} <= set(names) and not marks.isdisjoint(names):
            return layout
    titles = {folded(name) for name in names}
    named = all(not titles.isdisjoint(PAIRS.columns[ours]) for ours in ("left", "right", "outcome"))
    return PAIRS if named else None
