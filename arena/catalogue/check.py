"""What ``arena check`` does and says: it checks ``data/`` and renders the findings.

As text, as JSON, or as annotations of a pull request on GitHub.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import OUTPUTS_FILE, location
from arena.catalogue.loading import VoteCounter, read_catalogue
from arena.catalogue.rules import DATED_RULES, WARNING_RULES
from arena.catalogue.rules.references import empty_arenas
from arena.catalogue.rules.sources import fact_keys, vouching
from arena.errors import ArenaError, CatalogueError
from arena.wording import count

_FILE_AND_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+)\Z")

_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})
"""What GitHub's workflow commands escape: a line break would end the command, a comma the property."""


@dataclass(frozen=True, slots=True)
class CatalogueCounts:
    """How much the catalogue holds.

    A fact is a key that a file of an organization, model or provider gives, a capability, rate limit or regions of an
    offer, a benchmark value, a count of tokens, a claimed speed, a price or a story. It has a source where the file's
    ``sources`` vouch for the key; the others cannot be without.
    """

    organizations: int
    models: int
    providers: int
    offers: int
    prices: int
    prompts: int
    stories: int
    outputs: int
    facts: int
    sourced_facts: int

    @property
    def summary(self) -> str:
        """For example ``96 models of 27 organizations, 182 offers ..., 1,203 of 1,400 facts with a source``."""
        return (
            f"{count(self.models, 'model')} of {count(self.organizations, 'organization')}, "
            f"{count(self.offers, 'offer')} of {count(self.providers, 'provider')} with {count(self.prices, 'price')}, "
            f"{count(self.prompts, 'prompt')}, {count(self.stories, 'story', 'stories')}, "
            f"{count(self.outputs, 'output')}, {self.sourced_facts:,} of {count(self.facts, 'fact')} with a source"
        )


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of checking ``data/``: ``findings`` have to be mended before a build, ``warnings`` may stand.

    ``counts`` cover what could be read; None where there is no data folder that can be listed.
    ``catalogue`` is what ``load_catalogue`` would return, None where it would raise.
    """

    findings: tuple[CatalogueError, ...]
    counts: CatalogueCounts | None
    catalogue: Catalogue | None = None
    warnings: tuple[CatalogueError, ...] = ()

    @property
    def summary(self) -> str:
        """What was counted, in one line."""
        return self.counts.summary if self.counts else "nothing to check"

    @property
    def passed(self) -> bool:
        return not self.findings


def check_catalogue(
    data: Path, today: date | None = None, count_votes: VoteCounter | None = None, *, warn: bool = True
) -> CheckReport:
    """Everything that ``load_catalogue`` checks, arenas without models, every image's SHA-256 sum, and what is odd.

    With ``count_votes`` also the names in votes. Never raises. With ``today``, what is old or past by then is among the
    warnings. Nothing is called odd while something is wrong, or without ``warn``.
    """
    catalogue, findings = read_catalogue(data, count_votes)
    if catalogue is None:
        return CheckReport(tuple(findings), None)
    whole = None if findings else catalogue
    findings.extend(_damaged_images(catalogue))
    findings.extend(empty_arenas(catalogue))
    warnings = _warnings(whole, today) if whole and warn else []
    return CheckReport(tuple(findings), counts_of(catalogue), whole, tuple(warnings))


def _warnings(catalogue: Catalogue, today: date | None) -> list[CatalogueError]:
    warnings = [finding for rule in WARNING_RULES for finding in rule(catalogue)]
    if today is not None:
        warnings.extend(finding for dated in DATED_RULES for finding in dated(catalogue, today))
    return sorted(warnings, key=lambda finding: finding.where.partition(":")[0])


def counts_of(catalogue: Catalogue) -> CatalogueCounts:
    """How much of each kind the catalogue holds."""
    prices = sum(len(offer.prices) for offer in catalogue.offers.values())
    benchmarks = sum(len(model.benchmarks) for model in catalogue.models.values())
    tokens = sum(len(model.tokens_per_image) + len(model.speed_claims) for model in catalogue.models.values())
    always_sourced = prices + benchmarks + tokens + len(catalogue.stories)
    keys = [
        bool(vouching(key, record.sources))
        for records in (catalogue.organizations, catalogue.models, catalogue.providers, catalogue.offers)
        for record in records.values()
        for key in fact_keys(record)
    ]
    return CatalogueCounts(
        organizations=len(catalogue.organizations),
        models=len(catalogue.models),
        providers=len(catalogue.providers),
        offers=len(catalogue.offers),
        prices=prices,
        prompts=len(catalogue.prompts),
        stories=len(catalogue.stories),
        outputs=len(catalogue.outputs),
        facts=len(keys) + always_sourced,
        sourced_facts=sum(keys) + always_sourced,
    )


def _damaged_images(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Images whose bytes are not those that were listed; those of a wrong size were found while loading."""
    for output in catalogue.outputs:
        path = catalogue.output_path(output)
        if path.is_file() and path.stat().st_size == output.bytes:
            try:
                # Reading every image takes seconds; loading compares sizes only, and so a build does not wait.
                content = path.read_bytes()
            except OSError as error:
                message = f"the image file cannot be read: {error.strerror}"
            else:
                if hashlib.sha256(content).hexdigest() == output.sha256:
                    continue
                message = "the image file is not the one that was listed: its SHA-256 sum differs"
            where = f"{location(catalogue.folder, OUTPUTS_FILE)}: {output.sha256[:12]}"
            hint = f"restore {location(catalogue.folder, path)} from where it came from, or remove the line"
            yield CatalogueError(message, where=where, hint=hint)


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
    """A finding with its ``where`` taken apart: ``line`` is None, and ``key`` empty, where it has none."""

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
        numbered = _FILE_AND_LINE.match(file)
        if numbered:
            return cls(severity, numbered["file"], int(numbered["line"]), key, error.message, error.hint)
        return cls(severity, file, None, key, error.message, error.hint)

    def as_json(self) -> dict[str, str | int | None]:
        """Its parts by name, None for what it does not have: the shape of a finding after ``--json``."""
        return {
            "severity": self.severity.value,
            "file": self.file or None,
            "line": self.line,
            "key": self.key or None,
            "message": self.message,
            "hint": self.hint or None,
        }


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
    where = finding.file + (f":{finding.line}" if finding.line else "") + (f": {finding.key}" if finding.key else "")
    return str(ArenaError(finding.message, where=where, hint=finding.hint))


def _json(report: CheckReport, findings: list[Finding], _prefix: str) -> str:
    rows = [finding.as_json() for finding in findings]
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


_RENDERERS: Mapping[Format, Callable[[CheckReport, list[Finding], str], str]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.GITHUB: _github,
}
