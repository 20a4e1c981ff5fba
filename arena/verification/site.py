"""A built site: its files against its lists, its log against the head, and every file against its own downloads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from arena import wording
from arena.errors import ArenaError
from arena.progress import Progress
from arena.publish.output.marker import MARKER, SUMS
from arena.publish.paths import LOG_FOLDER
from arena.verification.listing import SiteListing, check_files, read_listing
from arena.verification.published import CATALOGUE, check_log_file
from arena.verification.rebuild import Rebuilt, Shown, build_again, comparability_of, compare, templates_of
from arena.verification.report import Findings, Verification
from arena.verification.signatures import check_signature
from arena.votes.decision_file import DECISIONS
from arena.votes.verify import VerifyReport
from arena.votes.verify import verify as verify_log

INPUT_FOLDERS = (f"{LOG_FOLDER}/", "outputs/", "data/licences/")
"""What a site is built from, beside its catalogue."""
_SMALLER = re.compile(r"outputs/.*-[0-9]+\.webp")
"""Copies of pictures that a build makes."""


def verify_site(
    folder: Path,
    *,
    where: str = "",
    not_fetched: Mapping[str, str] | None = None,
    head: str | None = None,
    key: str | None = None,
    project: Path | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> Verification:
    """Verify the site in a folder; see ``arena.verification.verify``. ``where`` is what to call it.

    ``not_fetched`` says of a site that was fetched into the folder which of its files could not be had, and why; None
    of any other.

    Raises ArenaError where it is no site, so that there is nothing to verify.
    """
    findings = Findings()
    listing = read_listing(folder, findings)
    whole = check_files(folder, listing, findings, not_fetched or {}, progress)
    log = check_log(folder, listing, head, findings, progress)
    signed = check_signature(folder / LOG_FOLDER, LOG_FOLDER, key, findings) if log or key else None
    templates = templates_of(project)
    rebuilt, shown, comparable = None, Shown(0, 0), comparability_of(listing.facts, templates)
    with TemporaryDirectory(prefix="arena-verify-") as work:
        if _are_whole(listing, whole, log, findings):
            try:
                rebuilt = build_again(
                    folder, listing, Path(work), templates=templates, processes=processes, progress=progress
                )
            except ArenaError as error:
                findings.add_errors(error, str(folder), "")
                findings.unchecked.append("Whether pages show what the downloads give: these do not make a site.")
        if rebuilt:
            compared = Findings()
            shown = compare(folder, listing, rebuilt, comparable, compared)
            _merge(findings, compared)
            findings.unchecked += comparable.sentences(listing.facts)
    findings.checked += _checked(listing, log, rebuilt, shown)
    findings.unchecked += _never_checked(known=bool(head or signed), fetched=not_fetched is not None)
    if f"{LOG_FOLDER}/{DECISIONS}" in listing.sums:
        findings.unchecked.append(
            f"Whether votes are rightly left out: {LOG_FOLDER}/{DECISIONS} names them, each with a reason."
        )
    return Verification(
        subject="site",
        where=where or str(folder),
        head=log.head if log else "",
        files=len(listing.sums) + 2,
        votes=rebuilt.votes if rebuilt else log.votes if log else 0,
        ratings=rebuilt.ratings if rebuilt else 0,
        pages=shown.pages,
        figures=shown.figures,
        exact=rebuilt is not None and comparable.exact,
        signed_votes=signed,
        findings=tuple(findings.found),
        checked=tuple(findings.checked),
        unchecked=tuple(findings.unchecked),
    )


def check_log(
    folder: Path,
    listing: SiteListing,
    head: str | None,
    findings: Findings,
    progress: Progress | None,
    *,
    marker: str = MARKER,
) -> VerifyReport | None:
    """The log as it is published: its files, its chain, and the head that the file ``marker`` states for it."""
    log = folder / LOG_FOLDER
    if not log.is_dir() or log.is_symlink():
        if listing.facts.get("log_head") or head:
            findings.add(LOG_FOLDER, "is missing, so that the votes cannot be checked against the head")
        return None
    before = len(findings.found)
    for path in sorted(log.iterdir()):
        try:
            check_log_file(path, f"{LOG_FOLDER}/{path.name}")
        except ArenaError as error:
            findings.add_errors(error, str(log), LOG_FOLDER)
    if len(findings.found) > before:
        return None
    report = verify_log(log, head=head, progress=progress)
    for finding in report.findings:
        findings.add_errors(finding, str(log), LOG_FOLDER)
    stated = str(listing.facts.get("log_head"))
    if stated != report.head:
        message = "states another head than that of the log beside it"
        findings.add(marker, message, place="$.log_head", says=stated, expected=report.head)
    return report


def _are_whole(listing: SiteListing, whole: frozenset[str], log: VerifyReport | None, findings: Findings) -> bool:
    """Whether all that a site is built from is as it was published; where not, says so."""
    inputs = {name for name in listing.sums if name == CATALOGUE or name.startswith(INPUT_FOLDERS)}
    inputs = {name for name in inputs if not _SMALLER.fullmatch(name)}
    # A site without votes has no log. One that does not begin with a noted head may be whole all the same.
    broken = not log.whole if log else any(item.file.startswith(LOG_FOLDER) for item in findings.found)
    spoilt = sorted(inputs - whole) or ([LOG_FOLDER] if broken else [])
    if spoilt:
        findings.unchecked.append(
            f"Whether numbers are those of the votes and the catalogue: {spoilt[0]} is not as it was published, so "
            "that nothing can be computed from it. Other files were checked by their sums."
        )
    return not spoilt


def _merge(findings: Findings, found: Findings) -> None:
    """Take over what the comparison found: of a file whose sum was wrong already, it says where it was changed."""
    named = {item.file for item in found.found}
    kept = [
        item
        for item in findings.found
        if not (item.file in named and item.message.startswith(("was changed", "is mi")))
    ]
    findings.found[:] = sorted([*kept, *found.found], key=lambda item: item.file)


def _checked(listing: SiteListing, log: VerifyReport | None, rebuilt: Rebuilt | None, shown: Shown) -> Iterator[str]:
    yield f"{wording.count(len(listing.sums) + 2, 'file')} against their list of sums."
    if log:
        votes, files = wording.count(log.votes, "vote"), wording.count(log.files, "file")
        yield f"{votes} in {files} of the log against its head, {log.head or 'none'}."
    if rebuilt:
        yield (
            f"{wording.count(rebuilt.ratings, 'rating')}, computed again from the votes, and every file, built again "
            f"from log and catalogue: {wording.count(shown.figures, 'number')} on {wording.count(shown.pages, 'page')}."
        )


def _never_checked(*, known: bool, fetched: bool) -> Iterator[str]:
    if fetched:
        yield f"Whether the server has files that {SUMS} does not list."
    if not known:
        yield (
            "Whether the log is the one that others know: give the head that you noted, or that somebody else "
            "published, with --head. Whoever publishes a site can make up votes and compute everything from them."
        )
    yield "Whether facts and prices of the catalogue are true: each names its source and the day it was read."
