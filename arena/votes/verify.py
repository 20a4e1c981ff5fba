"""Verification of a log: whether every file is, to the byte, what was written. Each one that is not is named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from arena.errors import ArenaError, VotesError
from arena.progress import CountedWork, Progress
from arena.votes.audit import AuditReport, report_from_json
from arena.votes.decision_file import DECISIONS
from arena.votes.log import Log, open_log
from arena.votes.log_file import forgery_of
from arena.votes.manifest import (
    MANIFEST,
    RESTORE_HINT,
    SIGNATURE,
    ManifestEntry,
    SealedPeriod,
    head_of,
    periods_in,
    read_manifest,
    render_manifest,
)
from arena.votes.row_errors import shorten


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a verification found. ``head`` stands for all that the log holds: compare it with the one you know."""

    folder: Path
    files: int
    votes: int
    head: str
    findings: tuple[ArenaError, ...]
    whole: bool = True
    """Whether every file is as it was written, also where the log does not begin with a noted head."""

    @property
    def passed(self) -> bool:
        return not self.findings


def verify(folder: Path, *, head: str | None = None, progress: Progress | None = None) -> VerifyReport:
    """Look at every byte of a log's folder, and name each file that was changed, is missing, or was added.

    Hashes in a folder prove only that it agrees with itself. ``head``, noted earlier or read elsewhere, proves that
    the log still begins with all that it held then. ``progress`` is told how many files were looked
    at. Never raises for what it finds.
    """
    findings: list[ArenaError] = []
    entries: tuple[ManifestEntry, ...] = ()
    try:
        entries = read_manifest(folder)
        findings += _manifest_findings(folder, entries)
        work = CountedWork("Checking files", progress)
        work.expect(len(entries))

        def check(folder: Path, entry: ManifestEntry) -> VotesError | None:
            found = forgery_of(folder, entry)
            work.part_done()
            return found

        open_log(folder, check=check)
    except VotesError as error:
        findings += error.findings
    findings += _audit_findings(folder, entries)
    findings += _unlisted_files(folder, entries)
    # A log that only grew has the noted head as the hash of one of its entries, and the chain holds all before it.
    whole = not findings
    if head is not None and head not in {entry.hash for entry in entries}:
        findings.append(_head_missing(folder, head))
    votes = sum(entry.votes for entry in entries)
    return VerifyReport(folder, len(entries), votes, head_of(entries), tuple(findings), whole)


def audits_of(log: Log) -> tuple[tuple[SealedPeriod, AuditReport], ...]:
    """The audits of all sealed periods of a log, in its order.

    Raises ``VotesError`` where a report is missing or was changed.
    """
    findings = _audit_findings(log.folder, log.entries)
    if findings:
        raise VotesError.of(findings)
    periods = dict.fromkeys(period for period, _ in periods_in(log.entries))
    return tuple((period, report_from_json((log.folder / period.audit_file).read_text("utf-8"))) for period in periods)


def _manifest_findings(folder: Path, entries: tuple[ManifestEntry, ...]) -> list[ArenaError]:
    path = folder / MANIFEST
    if not path.exists():
        return [VotesError("is missing: this is no log", where=str(path), hint="name the folder of a log")]
    if path.read_bytes() != render_manifest(entries):
        return [VotesError("is not written as it was", where=str(path), hint=RESTORE_HINT)]
    return []


def _audit_findings(folder: Path, entries: tuple[ManifestEntry, ...]) -> list[ArenaError]:
    """Audit reports that are missing, or are not those whose hashes the entries' notes hold."""
    findings: list[ArenaError] = []
    for period in dict.fromkeys(period for period, _ in periods_in(entries)):
        path = folder / period.audit_file
        try:
            content = path.read_bytes()
        except OSError as error:
            message = f"cannot be read, but the manifest names it: {error.strerror}"
            findings.append(VotesError(message, where=str(path), hint=RESTORE_HINT))
            continue
        if hashlib.sha256(content).hexdigest() != period.audit:
            message = "was changed: its SHA-256 is not the manifest's"
            findings.append(VotesError(message, where=str(path), hint=RESTORE_HINT))
    return findings


def _unlisted_files(folder: Path, entries: tuple[ManifestEntry, ...]) -> list[ArenaError]:
    listed = {
        MANIFEST,
        DECISIONS,
        SIGNATURE,
        *(entry.file for entry in entries),
        *(period.audit_file for period, _ in periods_in(entries)),
    }
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    hint = "move it away; if a run was interrupted, run it again and it goes away"
    return [
        VotesError("is not listed in the manifest", where=str(folder / name), hint=hint)
        for name in names
        if name not in listed
    ]


def _head_missing(folder: Path, head: str) -> VotesError:
    message = f"does not begin with what {shorten(head)} stood for: votes known then were changed or taken out"
    return VotesError(message, where=str(folder / MANIFEST), hint=RESTORE_HINT)
