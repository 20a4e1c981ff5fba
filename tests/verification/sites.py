"""Built sites, and what people do to them: the careless change a file, the careful renew the lists of sums as well."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from arena.publish.output.marker import MARKER, SUMS, render_marker, render_sums
from arena.verification import Verification
from arena.verification.report import Discrepancy


def change(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence in a file; it has to be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def renew_sums(site: Path, edit: Callable[[dict[str, object]], object] = lambda _: None) -> None:
    """Write the lists anew so that they agree with the files, after an edit of the facts of build.json."""
    names = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    listed = [name for name in names if name not in {MARKER, SUMS}]
    sums = render_sums((name, hashlib.sha256((site / name).read_bytes()).hexdigest()) for name in listed)
    (site / SUMS).write_text(sums, "utf-8")
    facts = json.loads((site / MARKER).read_text("utf-8"))
    facts.pop("id")
    facts["sha256"] = hashlib.sha256(sums.encode()).hexdigest()
    facts["files"] = len(listed) + 2
    edit(facts)
    (site / MARKER).write_text(render_marker(facts), "utf-8")


def by_file(found: Verification) -> dict[str, Discrepancy]:
    """The findings by the file that they are in; the first of several."""
    named: dict[str, Discrepancy] = {}
    for finding in found.findings:
        named.setdefault(finding.file, finding)
    return named
