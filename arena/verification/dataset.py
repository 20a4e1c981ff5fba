"""A data set: its files against its list, its log against the head, each file against what log and catalogue give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from arena import wording
from arena.errors import ArenaError
from arena.exports.dataset.changes import CHANGES, KIND, MARKER, read_earlier
from arena.exports.dataset.writing import LOG_FOLDER, SUMS, FileMark, described_files, facts_of, table_files
from arena.exports.files import software
from arena.folder_swap import GENERATOR
from arena.progress import Progress
from arena.ratings import compute_ratings
from arena.verification.differences import first_difference, same_table
from arena.verification.listing import SiteListing, check_files, is_plain, parse_sums
from arena.verification.published import (
    CATALOGUE,
    check_parquet,
    read_catalogue_json,
    read_json,
    read_log,
)
from arena.verification.report import Findings, Verification, always_a_verdict
from arena.verification.signatures import check_signature
from arena.verification.site import check_log

_EXPORT = "name the folder of a data set that arena export dataset wrote"


def is_dataset(folder: Path) -> bool:
    """Whether a folder has the file that a data set says of itself."""
    return is_plain(folder / MARKER)


def verify_dataset(
    folder: Path, *, head: str | None = None, key: str | None = None, progress: Progress | None = None
) -> Verification:
    """Verify the data set in a folder; see ``arena.verification.verify``.

    Raises ArenaError where it is none, so that there is nothing to verify.
    """
    findings = Findings()
    facts = _facts(folder)
    if not is_plain(folder / SUMS):
        raise ArenaError(f"holds no {SUMS}, so that nobody knows its files", where=str(folder), hint=_EXPORT)
    listing = SiteListing(facts, parse_sums((folder / SUMS).read_bytes()))
    check_files(folder, listing, findings, {}, progress)
    log = check_log(folder, listing, head, findings, progress, marker=MARKER)
    signed = check_signature(folder / LOG_FOLDER, LOG_FOLDER, key, findings) if log or key else None
    votes, ratings, compared = 0, 0, False
    whole = log is not None and log.whole  # also where it does not begin with a noted head
    inputs = (CATALOGUE,) if whole else (LOG_FOLDER, CATALOGUE)
    if not any(item.file.startswith(inputs) for item in findings.found):
        try:
            with always_a_verdict("cannot be written again from log and catalogue", CATALOGUE):
                votes, ratings = _compare(folder, facts, findings, progress)
                compared = True
        except ArenaError as error:
            findings.add_errors(error, str(folder), "")
    else:
        findings.unchecked.append(
            "Whether numbers are those of the votes: log or catalogue is not as it was published."
        )
    findings.unchecked.append(f"What {CHANGES} says of earlier data sets, which are not here; its sum is.")
    if not (head or signed):
        findings.unchecked.append(
            "Whether the log is the one that others know: give the head that you noted, or that somebody else "
            "published, with --head. Whoever publishes a data set can make up votes and compute everything from them."
        )
    findings.checked.append(f"{wording.count(len(listing.sums) + 1, 'file')} against their list of sums.")
    if compared:
        findings.checked.append(
            f"{wording.count(ratings, 'rating')}, computed again from {wording.count(votes, 'vote')}, and every file, "
            "written again from log and catalogue."
        )
    return Verification(
        subject="data set",
        where=str(folder),
        head=log.head if log else "",
        files=len(listing.sums) + 1,
        votes=votes,
        ratings=ratings,
        exact=compared and facts.get("software") == software(),
        signed_votes=signed,
        findings=tuple(sorted(findings.found, key=lambda item: item.file)),
        checked=tuple(findings.checked),
        unchecked=tuple(findings.unchecked),
    )


def _facts(folder: Path) -> dict[str, Any]:
    """What ``dataset.json`` says. Raises ArenaError where no export wrote it."""
    try:
        facts: dict[str, Any] = json.loads((folder / MARKER).read_bytes())
        if facts["generator"] != GENERATOR or facts["kind"] != KIND:
            raise KeyError(KIND)
        date.fromisoformat(facts["date"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArenaError("does not say what an export writes", where=MARKER, hint=_EXPORT) from error
    return facts


def _compare(folder: Path, facts: Mapping[str, Any], findings: Findings, progress: Progress | None) -> tuple[int, int]:
    """Write the data set again, in memory, and compare; gives how many votes and ratings there are."""
    day = date.fromisoformat(facts["date"])
    catalogue = read_catalogue_json(read_json(folder / CATALOGUE, CATALOGUE), folder / "data", day)
    log = read_log(folder, catalogue)
    ratings = compute_ratings(log.counted_votes(), catalogue.project.ratings, history=True, progress=progress)
    found = facts_of(catalogue, log, ratings, day)
    marks: dict[str, FileMark] = {}
    for name, expected in table_files(found):
        published = _published(folder, name, findings)
        marks[name] = FileMark.of(expected)
        if published is not None and published != expected:
            if name.endswith(".parquet"):
                check_parquet(folder / name, name)
                if same_table(published, expected):
                    # Another version of pyarrow wrote the same table: descriptions have the sum of its file.
                    marks[name] = FileMark.of(published)
                    continue
            _differs(name, published, expected, findings)
    if facts.get("software") != software():
        findings.unchecked.append(
            f"{facts.get('software')} wrote the data set, and this is {software()}: descriptions were not compared."
        )
    else:
        for name, expected in described_files(found, catalogue, log, read_earlier(folder), marks):
            published = _published(folder, name, findings)
            if published is not None and published != expected and name != CHANGES:
                _differs(name, published, expected, findings)
    votes = next(table for table in found.tables if table.name == "votes")
    rated = next(table for table in found.tables if table.name == "ratings")
    return len(votes.rows), len(rated.rows)


def _published(folder: Path, name: str, findings: Findings) -> bytes | None:
    if not is_plain(folder / name):
        if not any(item.file == name for item in findings.found):
            findings.add(name, "is missing, but log and catalogue give it")
        return None
    return (folder / name).read_bytes()


def _differs(name: str, published: bytes, expected: bytes, findings: Findings) -> None:
    found = first_difference(name, published, expected)
    findings.found[:] = [item for item in findings.found if item.file != name]
    findings.add(
        name, "is not what log and catalogue give", place=found.place, says=found.says, expected=found.expected
    )
