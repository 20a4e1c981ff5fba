"""Whether what an arena publishes is what its votes and its catalogue give: ``arena verify`` and ``arena.verify``.

A site says everything twice: in downloads that anybody can compute from, and in pages, API and feeds that people and
programs read. ``verify`` builds the second from the first and compares them to the byte. See docs/verify.md.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from arena import wording
from arena.errors import ArenaError
from arena.progress import Progress
from arena.publish.output.marker import MARKER, SUMS
from arena.verification.dataset import is_dataset, verify_dataset
from arena.verification.download import download_site
from arena.verification.report import Discrepancy, Findings, Verification
from arena.verification.signatures import check_signature
from arena.verification.site import verify_site
from arena.votes.manifest import MANIFEST
from arena.votes.verify import verify as verify_log

__all__ = ["Discrepancy", "Verification", "verify"]

_NAME = "name the folder or the address of a site, the folder of a data set, or that of a log"


def verify(
    where: str | Path,
    *,
    head: str | None = None,
    key: str | None = None,
    project: Path | None = None,
    processes: int = 1,
    progress: Progress | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Verification:
    """Verify a site in a folder or at an ``http(s)://`` address, or the folder of a data set or of a log.

    ``head`` is a head of the log that was noted earlier or published elsewhere, and ``key`` a public key of minisign,
    or its file, with which the log is said to be signed: nothing else ties what is verified to the world outside.
    ``project`` has the templates of a site that has some of its own. ``processes`` build the site again; ``transport``
    carries the requests. Nothing that is read is run or changed.

    Raises ArenaError where there is nothing to verify. Whatever is wrong with what is there is in ``findings``.
    """
    if isinstance(where, str) and where.startswith(("https://", "http://")):
        with TemporaryDirectory(prefix="arena-download-") as fetched:
            missing = download_site(where, Path(fetched), transport=transport, progress=progress)
            return verify_site(
                Path(fetched),
                where=where,
                not_fetched=missing,
                head=head,
                key=key,
                project=project,
                processes=processes,
                progress=progress,
            )
    folder = Path(where)
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "there is no such folder"
        raise ArenaError(what, where=str(folder), hint=_NAME)
    if (folder / MARKER).exists() or ((folder / SUMS).exists() and not is_dataset(folder)):
        return verify_site(folder, head=head, key=key, project=project, processes=processes, progress=progress)
    if is_dataset(folder):
        return verify_dataset(folder, head=head, key=key, progress=progress)
    if not (folder / MANIFEST).exists() and not any(folder.glob("*.parquet")):
        raise ArenaError("holds neither a site, nor a data set, nor a log", where=str(folder), hint=_NAME)
    return _verify_log(folder, head, key, progress)


def _verify_log(folder: Path, head: str | None, key: str | None, progress: Progress | None) -> Verification:
    findings = Findings()
    report = verify_log(folder, head=head, progress=progress)
    for finding in report.findings:
        findings.add_errors(finding, str(folder), folder.name)
    signed = check_signature(folder, folder.name, key, findings)
    files = wording.count(report.files, "file")
    findings.checked.append(f"Every byte of {files} against {MANIFEST}, whose entries are chained by hashes.")
    if not (head or signed):
        findings.unchecked.append("Whether this is the log that others know: give a head that you noted with --head.")
    return Verification(
        subject="log",
        where=str(folder),
        head=report.head,
        files=report.files,
        votes=report.votes,
        signed_votes=signed,
        findings=tuple(findings.found),
        checked=tuple(findings.checked),
        unchecked=tuple(findings.unchecked),
    )
