"""Findings as text for people, as JSON for programs, and as annotations of a pull request on GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from arena.catalogue.report import CheckReport
from arena.errors import ArenaError

_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+)\Z")


class Severity(StrEnum):
    """An error has to be mended before anything is built; a warning may stand."""

    ERROR = "error"
    WARNING = "warning"


class Format(StrEnum):
    """How findings are rendered: the choices of ``arena check --format``."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with its place taken apart; ``key`` is empty and ``line`` None where it has none."""

    severity: Severity
    file: str
    line: int | None
    key: str
    message: str
    hint: str

    @classmethod
    def of(cls, severity: Severity, error: ArenaError) -> Finding:
        """Take ``file:line`` or ``file: key`` apart."""
        file, _, key = error.where.partition(": ")
        found = _LINE.match(file)
        line = int(found["line"]) if found else None
        return cls(severity, found["file"] if found else file, line, key, error.message, error.hint)


def iter_findings(report: CheckReport, others: Sequence[ArenaError] = ()) -> Iterator[Finding]:
    """The report's errors, then ``others`` (errors found elsewhere, as in the log of votes), then its warnings."""
    for error in (*report.findings, *others):
        yield Finding.of(Severity.ERROR, error)
    for error in report.warnings:
        yield Finding.of(Severity.WARNING, error)


def render_findings(
    report: CheckReport, form: Format = Format.TEXT, others: Sequence[ArenaError] = (), *, prefix: str = ""
) -> str:
    """All findings, and ``others`` with them as errors; ends in a line break unless there is nothing to say.

    ``text``: one line each, as the command line prints errors. ``json``: an object with ``passed``, ``summary``,
    ``counts`` by severity and ``findings``, each with severity, file, line, key, message and hint. ``github``: one
    workflow command each, so that a finding shows beside its line; ``prefix`` is the project's folder below the root
    of the repository, with a slash at its end, for a project that does not lie there.
    """
    return _RENDERERS[form](report, list(iter_findings(report, others)), prefix)


def _text(_report: CheckReport, findings: Iterable[Finding], _prefix: str) -> str:
    return "".join(f"{finding.severity}: {_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    place = finding.file + (f":{finding.line}" if finding.line else "") + (f": {finding.key}" if finding.key else "")
    return str(ArenaError(finding.message, where=place, hint=finding.hint))


def _json(report: CheckReport, findings: list[Finding], _prefix: str) -> str:
    rows = [
        {
            "severity": finding.severity.value,
            "file": finding.file,
            "line": finding.line,
            "key": finding.key or None,
            "message": finding.message,
            "hint": finding.hint or None,
        }
        for finding in findings
    ]
    counts = {severity.value: sum(row["severity"] == severity for row in rows) for severity in Severity}
    whole = {"passed": not counts["error"], "summary": report.summary, "counts": counts, "findings": rows}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _github(_report: CheckReport, findings: Iterable[Finding], prefix: str) -> str:
    return "".join(
        f"::{finding.severity} {_properties(finding, prefix)}::{_message(finding)}\n" for finding in findings
    )


def _properties(finding: Finding, prefix: str) -> str:
    """The properties of a workflow command, in which colons and commas have to be escaped too."""
    values = {
        "file": f"{prefix}{finding.file}" if finding.file else "",
        "line": str(finding.line or 1) if finding.file else "",
        "title": finding.key,
    }
    return ",".join(f"{name}={value.translate(_IN_PROPERTIES)}" for name, value in values.items() if value)


def _message(finding: Finding) -> str:
    return (f"{finding.message} ({finding.hint})" if finding.hint else finding.message).translate(_IN_MESSAGES)


_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


_RENDERERS: Mapping[Format, Callable[[CheckReport, list[Finding], str], str]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.GITHUB: _github,
}
