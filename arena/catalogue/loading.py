"""data/ -> Catalogue, strictly: every finding is collected, and nothing is repaired or passed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import findings_of, printable, show
from arena.catalogue.layout import (
    BLINDNESS_FILE,
    COLLECTED_FILE,
    MEASUREMENTS_FILE,
    OUTPUTS_FILE,
    PROJECT_FILE,
    RECORDS,
    DataFile,
    Kind,
    iter_data_files,
    location,
    record_path,
)
from arena.catalogue.outputs import Blindness, Collected, Measurement, Output
from arena.catalogue.parsing import is_missing, parse_toml, read_bytes
from arena.catalogue.records import Project
from arena.catalogue.rules import CROSS_FILE_RULES, ERROR_RULES, check_references
from arena.errors import CatalogueError

R = TypeVar("R", bound=BaseModel)

_WRITTEN_BY: Mapping[type[BaseModel], str] = {
    Collected: "arena collect writes this file: restore it, or remove the line",
    Measurement: "arena collect writes this file: restore it, or remove the line",
    Blindness: "arena audit --blindness writes this file: run it again, or remove the line",
}
# Stands for an arena.toml that cannot be read, so that all other files are checked all the same.
_NO_PROJECT = Project(name="unreadable", tagline="unreadable", arenas=(), categories=(), languages=())


def load_catalogue(data: Path, today: date | None = None) -> Catalogue:
    """Read and cross-check everything under the data folder, apart from the votes.

    With ``today``, models that reached a day of deprecation or shutdown by then have that status: see ``Catalogue.on``.

    Raises CatalogueError carrying all findings: malformed TOML (``file:line``), unknown keys and wrong values
    (``file: key``), files out of place, and references to what no file defines. An arena without
    models loads: see ``empty_arenas``.
    """
    catalogue, findings = read_catalogue(data)
    if findings or catalogue is None:
        raise CatalogueError.of(list(findings))
    return catalogue.on(today) if today else catalogue


VoteCounter = Callable[[Catalogue], Mapping[tuple[str, str], int]]
"""Counts votes by what they name and the name, as ``check_references`` takes them."""


def read_catalogue(data: Path, count_votes: VoteCounter | None = None) -> tuple[Catalogue | None, list[CatalogueError]]:
    """What can be read of the catalogue, with all findings sorted by file.

    With ``count_votes``, which is given what could be read, names in votes are checked as well. None where there is no
    data folder, or a folder in it cannot be listed, which is the only finding then.
    """
    if not data.is_dir():
        return None, [_no_project(data, "", "there is no such folder")]
    try:
        files = list(iter_data_files(data))
    except CatalogueError as error:
        return None, [error]
    findings: list[CatalogueError] = []
    unread: set[str] = set()
    project = _read_project(data, findings, unread)
    records: dict[Kind, dict[str, Any]] = {kind: {} for kind in Kind}
    for file in files:
        if isinstance(file, CatalogueError):
            findings.append(file)
            continue
        try:
            records[file.kind][file.id] = _read_file(data, file)
        except CatalogueError as error:
            findings.extend(_findings(error))
            unread.add(record_path(file.kind, file.id))
    catalogue = _assemble(data, project, records, findings, frozenset(unread))
    findings.extend(check_references(catalogue, count_votes(catalogue) if count_votes else {}))
    findings.extend(finding for rule in (*CROSS_FILE_RULES, *ERROR_RULES) for finding in rule(catalogue))
    # By file alone: within a file, findings keep the order of its keys.
    return catalogue, sorted(findings, key=lambda finding: finding.where.partition(":")[0])


def _assemble(
    data: Path,
    project: Project,
    records: dict[Kind, dict[str, Any]],
    findings: list[CatalogueError],
    unread: frozenset[str],
) -> Catalogue:
    by_id = {kind: dict(sorted(unsorted.items())) for kind, unsorted in records.items()}
    offers = {}
    for offer_id, offer in by_id[Kind.OFFER].items():
        provider, _, model = offer_id.partition("/")
        offers[provider, model] = offer
    return Catalogue(
        folder=data,
        project=project,
        organizations=by_id[Kind.ORGANIZATION],
        models=by_id[Kind.MODEL],
        providers=by_id[Kind.PROVIDER],
        offers=dict(sorted(offers.items())),
        prompts=by_id[Kind.PROMPT],
        stories=by_id[Kind.STORY],
        outputs=tuple(_iter_lines(data, OUTPUTS_FILE, Output, findings)),
        measurements=tuple(_iter_lines(data, MEASUREMENTS_FILE, Measurement, findings)),
        collected=tuple(_iter_lines(data, COLLECTED_FILE, Collected, findings)),
        blindness=tuple(_iter_lines(data, BLINDNESS_FILE, Blindness, findings)),
        unread=unread,
    )


def _findings(error: CatalogueError) -> list[CatalogueError]:
    return [finding for finding in error.findings if isinstance(finding, CatalogueError)]


def _read_project(data: Path, findings: list[CatalogueError], unread: set[str]) -> Project:
    path, where = data / PROJECT_FILE, location(data, PROJECT_FILE)
    try:
        if is_missing(path):
            raise _no_project(data, PROJECT_FILE, "there is no such file")
        parsed = parse_toml(read_bytes(path, where), where)
        findings.extend(_loose_settings(parsed.get("ratings"), where))
        return _validated(Project, parsed, where)
    except CatalogueError as error:
        findings.extend(_findings(error))
        unread.add(PROJECT_FILE)
        return _NO_PROJECT


def _no_project(data: Path, name: str, message: str) -> CatalogueError:
    where = location(data, name)
    message = f"{message} in {data.parent.resolve()}"
    hint = "`arena init DIR` starts a new project; `--project DIR` names the folder that holds data/"
    return CatalogueError(message, where=where, hint=hint)


def _read_file(data: Path, file: DataFile) -> BaseModel:
    where = location(data, file.path)
    return _validated(RECORDS[file.kind], parse_toml(read_bytes(data / file.path, where), where), where)


def _validated(record: type[R], parsed: dict[str, Any], where: str) -> R:
    try:
        return record.model_validate(parsed)
    except ValidationError as error:
        raise CatalogueError.of(list(findings_of(error, record, parsed, where))) from error


def _loose_settings(ratings: object, where: str) -> Iterator[CatalogueError]:
    """Rating settings are also made from command line options, so the record itself takes numbers in quotes."""
    for key, value in ratings.items() if isinstance(ratings, dict) else ():
        if isinstance(value, bool) or (isinstance(value, str) and _is_number(value)):
            yield CatalogueError(
                f"{show(value)} is not a number",
                where=f"{where}: ratings.{printable(key)}",
                hint="write it without quotes",
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _iter_lines(data: Path, name: str, record: type[R], findings: list[CatalogueError]) -> Iterator[R]:
    """The records of a file that has one a line, without those that cannot be read, which are among ``findings``."""
    path, where = data / name, location(data, name)
    if is_missing(path):
        return
    try:
        lines = read_bytes(path, where).split(b"\n")
    except CatalogueError as error:
        findings.append(error)
        return
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            yield record.model_validate_json(line)
        except ValidationError as error:
            findings.extend(_line_findings(error, record, line, f"{where}:{number}"))


def _line_findings(error: ValidationError, record: type[R], line: bytes, where: str) -> list[CatalogueError]:
    if error.errors(include_url=False)[0]["type"] == "json_invalid":
        return [CatalogueError("is not JSON", where=where, hint="write one JSON object a line, or remove the line")]
    findings = findings_of(error, record, json.loads(line), where)
    if hint := _WRITTEN_BY.get(record):
        findings = [CatalogueError(finding.message, where=finding.where, hint=hint) for finding in findings]
    return findings
