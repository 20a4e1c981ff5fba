"""FastChat's battle files as votes.

FastChat (Zheng et al., *Judging LLM-as-a-judge with MT-Bench and Chatbot Arena*, NeurIPS 2023, arXiv:2306.05685) keeps
battles as a JSON array, or one JSON object a line: ``model_a``, ``model_b``, ``winner``, ``anony``, ``tstamp``,
``language``, and in most files ``question_id`` and ``judge``. Other keys (the conversations) are not read. Battles that
showed the models' names (``anony`` false) are no blind votes; they are left out and counted, as its own analysis does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, VotesError
from arena.records import Outcome, Vote
from arena.votes.checks import MODEL_ID_PATTERN
from arena.votes.parsed import Defaults, LoadedVotes, is_unicode, read_text_bytes
from arena.votes.row_errors import did_you_mean, raise_findings, shorten
from arena.votes.table import check_votes, votes_table

DEFAULT_ARENA = "text-to-image"
ORGANIZATION = "fastchat"
"""The organization of models whose names do not say who made them."""

WINNERS = {
    "model_a": Outcome.LEFT,
    "model_b": Outcome.RIGHT,
    "tie": Outcome.TIE,
    "tie (bothbad)": Outcome.BOTH_BAD,
}

LANGUAGES = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "indonesian": "id",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "turkish": "tr",
    "ukrainian": "uk",
    "vietnamese": "vi",
}
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_YEAR_10000 = 253402300800
"""In seconds since 1970: the first time that a ``datetime`` cannot hold."""


@dataclass(frozen=True, slots=True)
class _BattleRow:
    where: str
    battle: dict[str, Any]


def load_fastchat(paths: Iterable[Path], defaults: Defaults) -> LoadedVotes:
    """The blind votes of FastChat's battle files.

    Votes carry the category of ``defaults``, its arena (or text-to-image), its language where the file says none or
    "unknown", and its time where there is no ``tstamp``. Raises ``VotesError`` with the findings of all files.
    """
    findings: list[ArenaError] = []
    votes: list[Vote] = []
    locations: list[str] = []
    names: dict[str, str] = {}
    shown = 0
    for row in (row for path in paths for row in _rows(path, findings)):
        mistakes = _mistakes(row.battle, defaults)
        if mistakes:
            findings += [VotesError(what, where=row.where, hint=hint) for what, hint in mistakes]
        elif row.battle.get("anony") is False:
            shown += 1
        else:
            votes.append(_vote(row, defaults, names, findings))
            locations.append(row.where)
    raise_findings(findings)
    locate = locations.__getitem__
    table = check_votes(votes_table(votes), locate)
    return LoadedVotes(table, locate, dict(sorted(names.items())), shown, _notes(len(votes), shown, names))


def _rows(path: Path, findings: list[ArenaError]) -> list[_BattleRow]:
    """The objects of a file; what is no object is a finding."""
    try:
        text = str(read_text_bytes(path), "utf-8")
        values = _values(path, text)
    except VotesError as error:
        findings.extend(error.findings)
        return []
    rows = [_BattleRow(where, value) for where, value in values if isinstance(value, dict)]
    hint = "a battle is an object with model_a, model_b and winner"
    findings += [VotesError("is not a JSON object", where=where, hint=hint) for where, value in values
                 if not isinstance(value, dict)]  # fmt: skip
    return rows


def _values(path: Path, text: str) -> list[tuple[str, Any]]:
    """The JSON values of an array, or of lines, each with where it stands."""
    if text.lstrip().startswith("["):
        values = _json(text, str(path))
        return [(f"{path}: row {number}", value) for number, value in enumerate(values, 1)]
    lines = [(f"{path}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return [(where, _json(line, where)) for where, line in lines]


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "FastChat's files are a JSON array, or one JSON object a line"
        raise VotesError(f"is not JSON: {error}", where=where, hint=hint) from error


def _mistakes(battle: dict[str, Any], defaults: Defaults) -> list[tuple[str, str]]:
    """What is wrong with a battle, and how to mend it."""
    mistakes = [
        (f'"{key}" is missing or no text', "name both models")
        for key in ("model_a", "model_b")
        if not isinstance(battle.get(key), str) or not battle[key].strip()
    ]
    winner, time, language = battle.get("winner"), battle.get("tstamp"), battle.get("language")
    if not isinstance(winner, str) or winner not in WINNERS:
        mistakes.append((f"unknown winner {shorten(winner)}", did_you_mean(str(winner), WINNERS)))
    if battle.get("anony") not in (True, False, None):
        mistakes.append((f"anony is {shorten(battle['anony'])}", "true, false, or leave it out"))
    if time is None and defaults.at is None:
        mistakes.append(('"tstamp" is missing', "seconds since 1970, or say the time of all votes with --at"))
    # type() and not isinstance(): true is a whole number to Python. NaN fails the comparison.
    elif time is not None and not (type(time) in (int, float) and 0 <= time < _YEAR_10000):
        mistakes.append((f"tstamp is {shorten(time)}", "seconds since 1970"))
    if language is not None and not (isinstance(language, str) and _language(language, defaults)):
        mistakes.append((f"unknown language {shorten(language)}", "write its BCP 47 code, as in en"))
    mistakes += [
        (f"{key} is {shorten(battle[key])}", "text or a whole number")
        for key in ("question_id", "judge")
        if battle.get(key) is not None and type(battle[key]) not in (str, int)
    ]
    mistakes += [
        (f"{key} holds half of a surrogate pair", "write whole characters")
        for key in ("model_a", "model_b", "question_id", "judge")
        if isinstance(battle.get(key), str) and not is_unicode(battle[key])
    ]
    return mistakes


def _vote(row: _BattleRow, defaults: Defaults, names: dict[str, str], findings: list[ArenaError]) -> Vote:
    battle = row.battle
    time = battle.get("tstamp")
    at = datetime.fromtimestamp(time, UTC) if time is not None else defaults.at
    number = row.where.rpartition(" " if ": row " in row.where else ":")[2]
    judge, question = battle.get("judge"), battle.get("question_id")
    left, right = (_model(battle[key].strip(), row.where, names, findings) for key in ("model_a", "model_b"))
    return Vote(
        battle=f"fastchat-{number}" if question in (None, "") else str(question),
        at=at or datetime.fromtimestamp(0, UTC),
        arena=defaults.arena or DEFAULT_ARENA,
        category=defaults.category,
        language=_language(battle.get("language") or "unknown", defaults),
        left=left,
        right=right,
        outcome=WINNERS[battle["winner"]],
        voter=f"fastchat-{number}" if judge in (None, "") else str(judge),
    )


def _model(name: str, where: str, names: dict[str, str], findings: list[ArenaError]) -> str:
    """A model's id: its name where that is an id, else the name in lower case under ``ORGANIZATION``."""
    if re.fullmatch(MODEL_ID_PATTERN.strip("^$"), name):
        model = name
    else:
        slug = re.sub(r"[^a-z0-9.]+", "-", name.lower())
        model = f"{ORGANIZATION}/{re.sub(r'[.-]*[-.][.-]*', lambda run: run[0][0], slug).strip('.-') or 'unnamed'}"
    # Two names that give one id would become one model, and its votes against itself or two models' votes together.
    if names.setdefault(model, name) != name:
        message = f"{shorten(name)} and {shorten(names[model])} would both be {model}"
        findings.append(VotesError(message, where=where, hint="write organization/model for one of them"))
    return model


def _language(name: str, defaults: Defaults) -> str:
    """The code of a language; empty where it is unknown."""
    low = name.strip().lower()
    if low in {"", "unknown"}:
        return defaults.language
    return LANGUAGES.get(low, "") or (name.strip() if _CODE.fullmatch(name.strip()) else "")


def _notes(votes: int, shown: int, names: dict[str, str]) -> tuple[str, ...]:
    unsaid = sum(model.startswith(f"{ORGANIZATION}/") for model in names)
    notes = [f"{votes:,} blind votes on {len(names):,} models."]
    if shown:
        notes.append(f"{shown:,} battles left out, because they showed the models' names (anony is false).")
    if unsaid:
        notes.append(f"{unsaid:,} models do not say who made them and stand under {ORGANIZATION}/.")
    return tuple(notes)
