"""The log: the append-only votes that ratings are computed from, as Parquet by month beside a hash-chained manifest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import ArenaError, VotesError
from arena.files import cannot_write, only_writer, write_bytes
from arena.records import LogSummary, Origin
from arena.votes.decision_file import (
    DECISIONS,
    NO_DECISIONS,
    LeftOutByDecision,
    LogDecisions,
    VoteState,
    left_out_by_decision,
    read_decisions,
)
from arena.votes.engines import FILE_ENGINES, OWN_ENGINE, VotesAddress, open_engine, read_files
from arena.votes.files import log_bytes
from arena.votes.log_file import FIRST_SCHEMA, SORTED_BY, damage_of
from arena.votes.manifest import (
    LOG_FILE_NAME,
    MANIFEST,
    RESTORE_HINT,
    SIGNATURE,
    ManifestEntry,
    head_of,
    leftovers_in,
    periods_in,
    read_manifest,
    render_manifest,
)
from arena.votes.origins import real_arenas
from arena.votes.reasons import joined_reasons
from arena.votes.renames import NO_RENAMES, Renames, renamed_votes
from arena.votes.row_errors import Locate, RowErrors, locate_in, raise_row_errors, shorten
from arena.votes.table import VOTE_SCHEMA, check_votes, summarize

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Log:
    """A log that was found whole when it was opened. ``folder`` may be missing, which is an empty log.

    ``renames`` has what is called otherwise by now: the files keep former ids, ``votes`` has present ones.
    ``decisions`` say which votes are left out; they lie beside the log, and are no part of it.
    """

    folder: Path
    entries: tuple[ManifestEntry, ...]
    renames: Renames = NO_RENAMES
    decisions: LogDecisions = NO_DECISIONS
    engine: str = OWN_ENGINE
    """The address of the engine that reads the files, as ``arena.votes.engines`` has them."""

    @property
    def head(self) -> str:
        """The hash that stands for the whole log; empty for an empty one."""
        return head_of(self.entries)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of the log in the order of the manifest."""
        return tuple(self.folder / entry.file for entry in self.entries)

    @property
    def files(self) -> tuple[Path, ...]:
        """All that others need to check the log: manifest, votes, audit reports and, where there are any, decisions
        and a signature; nothing of an empty log.
        """
        if not self.entries:
            return ()
        reports = dict.fromkeys(self.folder / period.audit_file for period, _ in periods_in(self.entries))
        decisions = (self.folder / DECISIONS,) if self.decisions.rows else ()
        signature = (self.folder / SIGNATURE,) if (self.folder / SIGNATURE).is_file() else ()
        return (self.folder / MANIFEST, *self.paths, *reports, *decisions, *signature)

    @property
    def leftovers(self) -> tuple[Path, ...]:
        """Files in the folder that a killed run left behind: no part of the log, and removed by the next append."""
        return leftovers_in(self.folder, self.entries)

    def votes(self) -> ir.Table:
        """All votes as an Ibis table of the columns of ``VOTE_SCHEMA``, on ``engine``: a DuckDB of its own in memory.

        On another engine they are without ``reasons``, which no rating needs.
        """
        return self._votes

    @cached_property
    def _votes(self) -> ir.Table:
        engine = ibis.duckdb.connect()
        if not self.entries:
            return engine.create_table("votes", schema=ibis.Schema.from_pyarrow(VOTE_SCHEMA))
        if self.engine != OWN_ENGINE:
            return renamed_votes(self._votes_elsewhere(), self.renames)
        paths = [_without_wildcards(path) for path in self.paths]
        sealed = engine.read_parquet(paths, table_name="votes", union_by_name=True)
        if "reasons" not in sealed.columns:
            sealed = sealed.mutate(reasons=ibis.null("array<string>"))
        return renamed_votes(sealed.select(*VOTE_SCHEMA.names), self.renames)

    def on(self, engine: str) -> Log:
        """The same log, read by the engine at this address."""
        return self if engine == self.engine else replace(self, engine=engine)

    def _votes_elsewhere(self) -> ir.Table:
        """The votes on the engine that ``arena.toml`` names. Raises VotesError where it reads no files."""
        if (name := VotesAddress(self.engine, "").name) not in FILE_ENGINES:
            hint = f"[log] engine is one of {', '.join(FILE_ENGINES)}; arena rate --votes reads tables of others"
            raise VotesError(f"{name} reads no files of a log", where="data/arena.toml: log.engine", hint=hint)
        engine = open_engine(self.engine)
        files = [read_files(engine, str(path.resolve())).select(*FIRST_SCHEMA.names) for path in self.paths]
        return ibis.union(files[0], *files[1:]) if files[1:] else files[0]

    def counted_votes(self) -> ir.Table:
        """The votes that ratings are computed from: those that no decision leaves out; else as ``votes``.

        Where all votes of people on an arena are left out, so are its simulated ones: they never take their place.
        """
        if not self.decisions.rows:
            return self.votes()
        judged = self.judged_votes()
        counted = judged.filter(judged.decision == VoteState.COUNTED.value).drop("decision")
        bare = sorted(real_arenas(self.votes()) - real_arenas(counted))
        simulated = counted.origin == Origin.SIMULATED.value
        return counted.filter(~(simulated & counted.arena.isin(bare))) if bare else counted

    def judged_votes(self) -> ir.Table:
        """All votes, and a column ``decision`` with the ``VoteState`` of each."""
        return self._judged

    @cached_property
    def _judged(self) -> ir.Table:
        votes, decisions, counted = self.votes(), self.decisions, ibis.literal(VoteState.COUNTED.value)
        if not decisions.rows:
            return votes.mutate(decision=counted)
        named = [(*key, state.value) for key, state in decisions.states.items()]
        by_vote = _memtable(("battle", "voter", "of_vote"), named)
        by_voter = _memtable(
            ("voter", "of_voter"), [(key, state.value) for key, state in decisions.voter_states.items()]
        )
        joined = votes.left_join(by_vote, ["battle", "voter"]).left_join(by_voter, "voter")
        state = ibis.coalesce(joined.of_vote, joined.of_voter, counted)
        return joined.select(*votes.columns, decision=state)

    def count_states(self) -> Mapping[VoteState, int]:
        """How many votes have each state."""
        if not self.decisions.rows:
            return {state: self.summary().votes if state is VoteState.COUNTED else 0 for state in VoteState}
        judged = self.judged_votes()
        rows = judged.group_by("decision").aggregate(votes=judged.count()).to_pyarrow().to_pylist()
        counts = {row["decision"]: row["votes"] for row in rows}
        return {state: counts.get(state.value, 0) for state in VoteState}

    def left_out(self) -> tuple[LeftOutByDecision, ...]:
        """The votes that are not rated for what was decided, counted by why."""
        if not self.decisions.rows:
            return ()
        judged = self.judged_votes()
        keys = judged.filter(judged.decision != VoteState.COUNTED.value).select("battle", "voter").to_pyarrow()
        return left_out_by_decision(
            self.decisions, zip(keys["battle"].to_pylist(), keys["voter"].to_pylist(), strict=True)
        )

    def summary(self) -> LogSummary:
        """Counts and times over the whole log, votes that are left out among them."""
        return summarize(self.votes(), self.head)


FileCheck = Callable[[Path, ManifestEntry], VotesError | None]
"""Says what is wrong with a file of the log in a folder."""


def open_log(folder: Path, renames: Renames = NO_RENAMES, check: FileCheck = damage_of) -> Log:
    """The log in a folder, each of its files verified against the manifest, with what was renamed since.

    Raises ``VotesError`` with a finding for every file that is missing, truncated, changed or not a Parquet file; and
    where the manifest is damaged, or is missing although there are files of a log, or the decisions cannot be read.
    """
    entries = read_manifest(folder)
    log = Log(folder, entries, renames, read_decisions(folder / DECISIONS))
    unlisted = [path.name for path in log.leftovers if LOG_FILE_NAME.fullmatch(path.name)]
    if unlisted and not (folder / MANIFEST).exists():
        # Without a manifest these cannot be told from what a killed run left behind, and the next append would remove
        # them; an append writes an empty manifest first, so that its own leftovers never look like this.
        names = ", ".join(unlisted[:3])
        raise VotesError(
            f"is missing, but there are files of a log ({names})", where=f"{folder / MANIFEST}", hint=RESTORE_HINT
        )
    findings: list[ArenaError] = [finding for entry in entries if (finding := check(folder, entry))]
    if findings:
        raise VotesError.of(findings)
    return log


Judge = Callable[[Log, pa.Table], LogDecisions]
"""Says what is decided about the votes of a log once it has these further ones."""


def append_votes(
    log: Log,
    table: pa.Table,
    note: str = "",
    where: str | Locate = "votes",
    judge: Judge | None = None,
    *,
    new_ids: bool = False,
) -> Log:
    """Append votes: the longer log, on the disk when this returns; the same log where all are in it already.

    Votes that are in it unchanged are passed over, so that a file that has grown brings what is new in it.

    The votes may be in any order and of any months. ``note`` says in the manifest where they come from, and is part of
    the hash chain. ``where`` names the votes in messages. ``judge`` is asked about the votes before they are in the
    log, and what it decides is on the disk first: so no vote is ever in the log unjudged. ``new_ids`` says that battles
    and voters bear ids made for these votes and this note: none is looked for in the log, and a log with the note has
    them all. Raises ``VotesError``, and leaves the log as it was, where the votes do not pass ``check_votes``, a battle
    and voter is in the log with other values, another process is writing, or the folder cannot be written.
    """
    votes = check_votes(table, where)
    try:
        log.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(log.folder, error) from error
    with only_writer(log.folder):
        # Another process may have appended since the log was opened: what is listed is certain only under the lock.
        current = log if read_manifest(log.folder) == log.entries else open_log(log.folder, log.renames)
        current = replace(current, decisions=read_decisions(log.folder / DECISIONS))
        if new_ids:
            new = votes.slice(0, 0) if any(entry.note == note for entry in current.entries) else votes
        else:
            new = _unlogged(current.votes(), votes, locate_in(where)) if current.entries and len(votes) else votes
        if not len(new):
            return current
        decisions = judge(current, new) if judge else current.decisions
        with _writing_decisions(current, decisions):
            return Log(log.folder, _commit(log.folder, current.entries, new, note), log.renames, decisions)


def write_decisions(log: Log, decide: Callable[[Log], LogDecisions]) -> Log:
    """Replace the decisions beside a log by what ``decide`` makes of them, while nobody else writes to the folder.

    Raises ``VotesError``, and leaves the file as it was, where another process is writing or it cannot be written.
    """
    try:
        log.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(log.folder, error) from error
    with only_writer(log.folder):
        current = open_log(log.folder, log.renames)
        decisions = decide(current)
        with _writing_decisions(current, decisions):
            return Log(log.folder, current.entries, log.renames, decisions)


@contextmanager
def _writing_decisions(log: Log, decisions: LogDecisions) -> Generator[None]:
    """Write the decisions, unless they are the log's own; take them back where what follows fails.

    A process that is killed in between leaves decisions about votes that are not in the log. These do no harm.
    """
    path = log.folder / DECISIONS
    if decisions == log.decisions:
        yield
        return
    write_bytes(path, decisions.content)
    try:
        yield
    except BaseException:
        if read_manifest(log.folder) == log.entries:  # else the votes are in the log all the same: see _commit
            if log.decisions.rows:
                write_bytes(path, log.decisions.content)
            else:
                path.unlink(missing_ok=True)
        raise


def _unlogged(logged: ir.Table, votes: pa.Table, locate: Locate) -> pa.Table:
    """The votes that the log does not have. Raises ``VotesError`` where it has one with other values.

    Reasons are compared where the log has some: an earlier release read the same file without them.
    """
    # A join within DuckDB: the log may be far larger than what is appended, and is read column by column.
    keys = ibis.memtable(votes.select(["battle", "voter"]).append_column("number", pa.array(np.arange(len(votes)))))
    repeated = keys.inner_join(logged, ["battle", "voter"]).order_by("number").to_pyarrow()
    rows = repeated["number"].to_numpy()
    in_log, handed_in = repeated.select(VOTE_SCHEMA.names).cast(VOTE_SCHEMA), votes.take(rows)
    changed = np.zeros(len(rows), np.bool_)
    for name in VOTE_SCHEMA.names:
        left, right = in_log[name], handed_in[name]
        if name == "reasons":
            right = pc.if_else(left.is_null(), None, joined_reasons(right))
            left = joined_reasons(left)
        same = pc.or_(pc.equal(left, right).fill_null(False), pc.and_(left.is_null(), right.is_null()))
        changed |= ~same.to_numpy()

    def say(row: int) -> tuple[str, str]:
        vote = f"the vote of {shorten(votes['voter'][row])} on battle {shorten(votes['battle'][row])}"
        return f"{vote} is in the log with other values", "the log is append-only: a vote in it stands as it is"

    raise_row_errors([RowErrors(rows[changed], say)], locate)
    return votes.take(np.setdiff1d(np.arange(len(votes)), rows)) if len(rows) else votes


def _commit(folder: Path, entries: tuple[ManifestEntry, ...], votes: pa.Table, note: str) -> tuple[ManifestEntry, ...]:
    """Write votes as new files and then, by one rename, the manifest that lists them. Returns all entries.

    ``votes`` are checked, not empty and in any order. Where anything fails, the files are removed again.
    """
    _remove(leftovers_in(folder, entries))
    before, written = entries, list[Path]()
    try:
        if not entries:
            # Marks the folder as a log before any file of votes is in it (see open_log).
            write_bytes(folder / MANIFEST, render_manifest(()))
        for month, part in _by_month(votes.sort_by(SORTED_BY)):
            content = log_bytes(part)
            entry = _next_entry(entries, month, len(part), content, note)
            written.append(folder / entry.file)
            write_bytes(written[-1], content)
            entries = (*entries, entry)
        # The commit: before this rename the new files are leftovers, after it they are the log. Their bytes are on
        # the disk by now, so that a manifest never lists what a crash could still take.
        write_bytes(folder / MANIFEST, render_manifest(entries))
    except BaseException:
        # The failure may have come after the rename (an interrupt, a folder that cannot be flushed): then the files
        # are listed and stay. The manifest on the disk decides, not how far this process believes that it got.
        if read_manifest(folder) == before:
            with suppress(VotesError):
                _remove(written)
        raise
    return entries


def _next_entry(entries: tuple[ManifestEntry, ...], month: str, votes: int, content: bytes, note: str) -> ManifestEntry:
    number = 1 + max((entry.number for entry in entries if entry.month == month), default=0)
    return ManifestEntry(
        file=f"{month}.{number:04d}.parquet",
        month=month,
        votes=votes,
        sha256=hashlib.sha256(content).hexdigest(),
        note=note,
        previous=head_of(entries),
    )


def _by_month(votes: pa.Table) -> list[tuple[str, pa.Table]]:
    """The votes of each month in UTC, in order. ``votes`` are sorted by time."""
    months = votes["at"].cast(pa.timestamp("us")).to_numpy().astype("datetime64[M]")
    names, starts = np.unique(months, return_index=True)
    ends = [*starts[1:].tolist(), len(votes)]
    return [
        (str(name), votes.slice(start, end - start))
        for name, start, end in zip(names, starts.tolist(), ends, strict=True)
    ]


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error) from error


def _memtable(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> ir.Table:
    """A table of text columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return ibis.memtable(pa.table([pa.array(column, pa.string()) for column in columns], names=list(names)))


def _without_wildcards(path: Path) -> str:
    """The path as DuckDB takes it: what would be a wildcard in it stands for itself."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))
