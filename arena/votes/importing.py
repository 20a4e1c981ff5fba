"""Import vote files into a project's log: all of their votes or none, and only votes about what the catalogue knows."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.catalogue import Catalogue, load_catalogue, new_model_entries
from arena.catalogue.error_messages import near
from arena.catalogue.names import OutputNames
from arena.errors import VotesError
from arena.progress import Progress
from arena.records import Origin, Outcome, OutputOrigin
from arena.votes.audit import LogAudit, audit_log
from arena.votes.columns import distinct
from arena.votes.decision_file import LogDecisions
from arena.votes.files import Defaults, LoadedVotes, Source, load_votes
from arena.votes.log import Log, append_votes, open_log
from arena.votes.renames import renamed_table, renames_of
from arena.votes.resolving import NameMap, Resolved, resolved
from arena.votes.row_errors import Locate, RowErrors, by_value, raise_findings, raise_row_errors, shorten

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOG_FOLDER = "votes"
YEARS_ACCEPTED = range(2000, 2100)
"""Of votes that may be imported. Ratings over time have a point for each week from the first vote to the last, so that
one slip in a year, in a log that nothing is taken out of, would make a build go on for hours."""
REFERENCE_COLUMNS = {
    "arena": "arena",
    "category": "category",
    "language": "language",
    "left": "model",
    "right": "model",
}
"""The columns that refer to the catalogue, and what they refer to."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``added`` is 0 where the log held all ``votes`` already; ``ties`` are among the added."""

    votes: int
    added: int
    ties: int
    notes: tuple[str, ...]
    new_entries: tuple[Path, ...]
    audit: LogAudit | None
    """What the audit found in the log and in what came in; None where nothing came in."""


def import_votes(
    data: Path,
    paths: Iterable[Source],
    format_name: str = "arena",
    defaults: Defaults | None = None,
    *,
    now: datetime,
    names: NameMap | None = None,
    new_models: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Append the votes of some files to the log under ``data``; those that are in it already are passed over.

    They are judged before they are in it, with all votes of the log, and what is found lies beside the log in the same
    step: see ``arena.votes.audit.log_audit``. ``now`` is the time of these decisions.

    ``names`` leads names of models in the files to others. ``new_models``, the day of reading, starts a catalogue entry
    for each model that has none. ``progress`` is told what is done and how far it is. Raises ``VotesError`` or
    ``CatalogueError``, and leaves everything as it was, where a file, the catalogue or the log is not in order, the
    votes are about something that the catalogue does not know or are of no year in ``YEARS_ACCEPTED``, or the files
    hold none.
    """
    files = list(paths)
    steps, audits = _Steps(progress, len(files) + 4), list[LogAudit]()

    def judge(log: Log, further: pa.Table) -> LogDecisions:
        steps.tell("Judging votes", len(files) + 3)
        audits.append(audit_log(log, now=now, further=further))
        return audits[-1].decisions

    catalogue = load_catalogue(data)
    renames = renames_of(catalogue)
    log = open_log(data / LOG_FOLDER, renames)
    said = replace(defaults or Defaults(), outputs=OutputNames(catalogue))
    loaded = load_votes(files, format_name, said, steps.tell)
    if not len(loaded.table):
        raise VotesError("holds no votes", where=str(files[0]), hint="a vote file has a header and a row a vote")
    loaded = replace(loaded, table=renamed_table(loaded.table, renames))
    steps.tell("Leading names to models", len(files))
    found = resolved(loaded, catalogue, names or {}, new_models=new_models is not None)
    loaded = found.loaded
    source = _origin_note(format_name, catalogue, loaded.table)
    with _removed_on_failure() as entries:
        if new_models is not None:
            entries.extend(_start_entries(data, catalogue, found, source, new_models))
            catalogue = load_catalogue(data)
        steps.tell("Checking votes", len(files) + 1)
        check_references(loaded.table, catalogue, loaded.locate)
        _check_values(loaded, catalogue)
        loaded = replace(loaded, table=_as_shown(loaded.table, catalogue))
        steps.tell("Writing votes", len(files) + 2)
        grown = append_votes(log, loaded.table, note=source, where=loaded.locate, judge=judge)
    steps.tell("Imported", len(files) + 4)
    added = grown.entries[len(log.entries) :]
    ties = sum(_ties_in(grown.folder / entry.file) for entry in added)
    audit = audits[-1] if audits else None
    votes = sum(entry.votes for entry in added)
    return ImportReport(len(loaded.table), votes, ties, loaded.notes, tuple(entries), audit)


@contextmanager
def _removed_on_failure() -> Generator[list[Path]]:
    """A list of files: those that are in it when the block fails are removed."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise


@dataclass(frozen=True, slots=True)
class _Steps:
    """Tells how many steps of an import are done: the files, and what follows."""

    progress: Progress | None
    total: int

    def tell(self, what: str, done: int, _: int = 0) -> None:
        if self.progress:
            self.progress(what, done, self.total)


def _ties_in(path: Path) -> int:
    outcomes = pq.read_table(path, columns=["outcome"])["outcome"]
    return int(pc.sum(pc.equal(outcomes, Outcome.TIE.value)).as_py() or 0)


def _origin_note(format_name: str, catalogue: Catalogue, votes: pa.Table) -> str:
    """What the log says of imported votes: their format, and the data sets that their arenas show, with licences."""
    present = set(votes["arena"].unique().to_pylist())
    sources = [arena.source for arena in catalogue.project.arenas if arena.source and arena.id in present]
    named = dict.fromkeys(f"{source.title}, {source.url}, licence {source.licence}" for source in sources)
    # No file names: renaming a file must not change a log.
    return "; ".join([f"imported votes, format {format_name}", *named])


def _start_entries(data: Path, catalogue: Catalogue, found: Resolved, source: str, read: date) -> tuple[Path, ...]:
    """Entries for the models of the votes that have no file, each competing in the arenas that its votes are from."""
    arenas: dict[str, set[str]] = {}
    for side in ("left", "right"):
        seen: pa.Table = found.loaded.table.select([side, "arena"]).group_by([side, "arena"]).aggregate([])
        for row in seen.to_pylist():
            arenas.setdefault(row[side], set()).add(row["arena"])
    missing = {model: found.new.get(model, "") for model in sorted(arenas) if model not in catalogue.models}
    competing = {model: sorted(arenas[model]) for model in missing}
    return new_model_entries(data, missing, source=source, read=read, arenas=competing)


def _check_values(loaded: LoadedVotes, catalogue: Catalogue) -> None:
    """Raise where a vote is of no year in ``YEARS_ACCEPTED``, or contradicts the project's outputs and prompts."""
    votes = loaded.table
    years = pc.year(votes["at"]).to_numpy()
    rows = np.flatnonzero((years < YEARS_ACCEPTED.start) | (years >= YEARS_ACCEPTED.stop))
    hint = f"a vote is of the years {YEARS_ACCEPTED.start} to {YEARS_ACCEPTED.stop - 1}: mend the time"
    errors = [RowErrors(rows, lambda row: (f"the vote was cast in the year {years[row]}", hint), years[rows])]
    sums = pa.array(sorted({output.sha256 for output in catalogue.outputs} | {""}), pa.string())
    errors += [_unknown_outputs(name, votes[name], sums) for name in ("left_output", "right_output")]
    errors += [_mixed_origins(votes, catalogue), _prompt_errors(votes, catalogue)]
    raise_row_errors(errors, loaded.locate)


def _unknown_outputs(name: str, column: pa.ChunkedArray, sums: pa.Array) -> RowErrors:
    rows = np.flatnonzero(~pc.is_in(column, sums).to_numpy())
    hint = f"add the picture first: arena outputs add; or leave {name} empty"
    return RowErrors(rows, lambda row: (f"{name} {shorten(column[row])} is no output of this project", hint))


def _is_simulated(votes: pa.Table, side: str, catalogue: Catalogue) -> pa.ChunkedArray:
    """Whether the output on a side is one that a program drew; not where the vote names none."""
    drawn = sorted({output.sha256 for output in catalogue.outputs if output.origin is OutputOrigin.SIMULATED})
    return pc.is_in(votes[side], pa.array(drawn, pa.string()))


def _as_shown(votes: pa.Table, catalogue: Catalogue) -> pa.Table:
    """The votes, those on simulated outputs as simulated ones whatever the file says: they tell nothing of models."""
    left, right = (_is_simulated(votes, side, catalogue) for side in ("left_output", "right_output"))
    # With a single output named, the vote may be on a model's on the other side; but no such vote is about models.
    either = pc.or_(left, right)
    origins = pc.if_else(either, Origin.SIMULATED.value, votes["origin"])
    position = votes.column_names.index("origin")
    return votes.set_column(position, votes.schema.field("origin"), origins.cast(votes.schema.field("origin").type))


def _mixed_origins(votes: pa.Table, catalogue: Catalogue) -> RowErrors:
    """Votes on a simulated output beside one of a model, counted by what the simulated one is in the place of."""
    drawn = [_is_simulated(votes, side, catalogue) for side in ("left_output", "right_output")]
    named = [pc.not_equal(votes[side], "") for side in ("left_output", "right_output")]
    differ = pc.and_(pc.xor(*drawn), pc.and_(*named))
    rows = np.flatnonzero(differ.to_numpy())
    sides = pc.if_else(drawn[0], votes["left"], votes["right"])

    def say(row: int) -> tuple[str, str]:
        model = shorten(sides[row])
        what = f"the output in the place of {model} is simulated, and the other one is by a model"
        return what, "such a vote tells nothing of either model: leave it out, or name the output that was shown"

    return RowErrors(rows, say, by_value(sides, rows))


def _prompt_errors(votes: pa.Table, catalogue: Catalogue) -> RowErrors:
    """Votes whose language is not that of their prompt; a prompt that is gone has none."""
    languages = {prompt_id: prompt.language for prompt_id, prompt in catalogue.prompts.items()}
    prompts, numbers = distinct(votes["prompt"])
    expected = pa.array([languages.get(prompt) for prompt in prompts], pa.string()).take(pa.array(numbers))
    differs = pc.not_equal(votes["language"], pa.chunked_array([expected])).fill_null(False)
    rows = np.flatnonzero(differs.to_numpy())

    def say(row: int) -> tuple[str, str]:
        prompt, language = str(votes["prompt"][row]), str(votes["language"][row])
        what = (
            f"the language is {shorten(language)}, but the prompt {shorten(prompt)} is in {shorten(languages[prompt])}"
        )
        return what, "a vote has the language of its prompt: mend one of the two"

    pairs = pc.binary_join_element_wise(votes["prompt"], votes["language"], " ")
    return RowErrors(rows, say, by_value(pairs, rows))


def check_references(votes: pa.Table | ir.Table, catalogue: Catalogue, where: str | Locate) -> None:
    """Raise a ``VotesError`` where an arena, category, language or model of the votes is not in the catalogue.

    There is one finding for each unknown value, with the number of its votes. ``where`` names the whole, or says where
    each row of an Arrow table stands: a finding then has the first row.
    """
    known = _known_ids(catalogue)
    if callable(where) and isinstance(votes, pa.Table):
        errors = [_unknown_rows(votes[column], what, known[what]) for column, what in REFERENCE_COLUMNS.items()]
        raise_row_errors(errors, where)
        return
    check_named(count_references(votes), catalogue, where if isinstance(where, str) else where(0))


def check_named(counts: Mapping[tuple[str, str], int], catalogue: Catalogue, where: str) -> None:
    """The same of votes that were counted by ``count_references``."""
    known = _known_ids(catalogue)
    findings = [
        VotesError(
            f"unknown {what} {shorten(value)} in {count:,} {'vote' if count == 1 else 'votes'}",
            where=where,
            hint=_hint(what, value, known[what]),
        )
        for (what, value), count in sorted(counts.items())
        if value not in known[what]
    ]
    raise_findings(findings)


def _known_ids(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """The ids of each kind; a model whose file could not be read is known, since its file says what is wrong."""
    unread = {path.removeprefix("models/").removesuffix(".toml") for path in catalogue.unread}
    return {
        "arena": frozenset(arena.id for arena in catalogue.project.arenas),
        "category": frozenset(category.id for category in catalogue.project.categories),
        "language": frozenset(language.id for language in catalogue.project.languages),
        "model": frozenset(catalogue.models) | unread,
    }


def count_references(votes: pa.Table | ir.Table) -> dict[tuple[str, str], int]:
    """Votes by kind and value; a model counts on either side."""
    if isinstance(votes, pa.Table):
        grouped = votes.group_by(list(REFERENCE_COLUMNS)).aggregate([([], "count_all")])
        rows = grouped.rename_columns([*REFERENCE_COLUMNS, "votes"]).to_pylist()
    else:
        rows = votes.group_by(list(REFERENCE_COLUMNS)).aggregate(votes=votes.count()).to_pyarrow().to_pylist()
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for column, what in REFERENCE_COLUMNS.items():
            counts[what, row[column]] = counts.get((what, row[column]), 0) + row["votes"]
    return counts


def _unknown_rows(column: pa.ChunkedArray, what: str, known: Iterable[str]) -> RowErrors:
    unknown = pc.invert(pc.is_in(column, pa.array(sorted(known), pa.string())))

    def say(row: int) -> tuple[str, str]:
        value = str(column[row])
        return f"unknown {what} {shorten(value)}", _hint(what, value, known)

    rows = np.flatnonzero(unknown.to_numpy())
    return RowErrors(rows, say, by_value(column, rows))


def _hint(what: str, value: str, known: Iterable[str]) -> str:
    lists = {"arena": "arenas", "category": "categories", "language": "languages"}
    addition = f"add it to [[{lists[what]}]] in data/arena.toml" if what in lists else f"write data/models/{value}.toml"
    nearest = near(value, known)
    return f"{nearest} otherwise {addition}" if nearest else addition
