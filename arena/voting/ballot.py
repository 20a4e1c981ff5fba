"""What clients send, parsed once and strictly: a filter of battles from a query, a ballot from JSON or a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from arena.catalogue.records import Project
from arena.messages import lazy_gettext
from arena.records import Outcome
from arena.votes.store import Reason
from arena.voting import refusals
from arena.voting.live_arena import BattlePool
from arena.voting.refusals import Refusal, RequestRefused

BALLOT_KEYS = frozenset({"token", "outcome", "reasons", "dwell_ms"})
LONGEST_DWELL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class BattleFilter:
    """Which battles a voter wants: of an arena, and of any of some categories and languages; none means all."""

    arena: str
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The same filter as a query string."""
        pairs = [("arena", self.arena)]
        pairs += [("category", category) for category in self.categories]
        pairs += [("language", language) for language in self.languages]
        return urlencode(pairs)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as it arrives."""

    token: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    dwell_ms: int | None = None


def parse_filter(pairs: Iterable[tuple[str, str]], pools: Mapping[str, BattlePool], project: Project) -> BattleFilter:
    """The filter that a query expresses; keys that it does not know are left alone, empty values mean any.

    Raises RequestRefused: 404 where no arena has pictures, 422 for an arena, category or language that is not there.
    """
    wanted: dict[str, list[str]] = {"arena": [], "category": [], "language": []}
    for key, value in pairs:
        if key in wanted and value and value not in wanted[key]:
            wanted[key].append(value)
    if not pools:
        raise RequestRefused(refusals.NOTHING_TO_SHOW)
    arena = wanted["arena"][0] if wanted["arena"] else next(iter(pools))
    if len(wanted["arena"]) > 1 or arena not in pools:
        raise RequestRefused(not_one_of("arena", pools))
    categories = [category.id for category in project.categories]
    languages = [language.id for language in project.languages]
    for key, known in (("category", categories), ("language", languages)):
        if any(value not in known for value in wanted[key]):
            raise RequestRefused(not_one_of(key, known))
    return BattleFilter(arena, tuple(wanted["category"]), tuple(wanted["language"]))


def parse_json(body: bytes) -> Ballot:
    """The ballot in a JSON body. Raises RequestRefused: 400 where it is not JSON, 422 where it is not a ballot."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RequestRefused(Refusal(400, "bad_json", lazy_gettext("The body is not JSON."))) from error
    if not isinstance(value, dict):
        raise RequestRefused(refusals.invalid(lazy_gettext("A vote is an object with a token and an outcome.")))
    if not value.keys() <= BALLOT_KEYS:
        raise RequestRefused(
            refusals.invalid(lazy_gettext("A vote has only: %(keys)s.", keys=", ".join(sorted(BALLOT_KEYS))))
        )
    reasons = value.get("reasons", [])
    if not isinstance(reasons, list):
        raise RequestRefused(refusals.invalid(lazy_gettext("reasons has to be a list.")))
    return _ballot(value.get("token"), value.get("outcome"), reasons, value.get("dwell_ms"))


def parse_form(pairs: Iterable[tuple[str, Any]]) -> Ballot:
    """The ballot in a form's fields. Raises RequestRefused 422 where it is not one."""
    fields: dict[str, list[Any]] = {}
    for key, value in pairs:
        fields.setdefault(key, []).append(value)
    if not fields.keys() <= BALLOT_KEYS or any(len(fields.get(key, ())) > 1 for key in ("token", "outcome")):
        raise RequestRefused(refusals.invalid(lazy_gettext("A vote is a token and an outcome.")))
    token, outcome = (fields.get(key, [None])[0] for key in ("token", "outcome"))
    return _ballot(token, outcome, fields.get("reasons", []), None)


def _ballot(token: Any, outcome: Any, reasons: list[Any], dwell_ms: Any) -> Ballot:
    if not isinstance(token, str) or not token:
        raise RequestRefused(refusals.invalid(lazy_gettext("token is missing.")))
    if not isinstance(outcome, str) or outcome not in tuple(Outcome):
        raise RequestRefused(not_one_of("outcome", Outcome))
    if not all(isinstance(reason, str) and reason in tuple(Reason) for reason in reasons):
        raise RequestRefused(
            refusals.invalid(lazy_gettext("reasons has to be some of: %(known)s.", known=", ".join(Reason)))
        )
    if len(set(reasons)) < len(reasons):
        raise RequestRefused(refusals.invalid(lazy_gettext("reasons names one twice.")))
    whole = isinstance(dwell_ms, int) and not isinstance(dwell_ms, bool)
    if dwell_ms is not None and not (whole and 0 <= dwell_ms <= LONGEST_DWELL):
        raise RequestRefused(refusals.invalid(lazy_gettext("dwell_ms has to be a whole number of milliseconds.")))
    return Ballot(token, Outcome(outcome), tuple(Reason(reason) for reason in reasons), dwell_ms)


def not_one_of(key: str, known: Iterable[str]) -> Refusal:
    """The refusal of a value that is none of those that there are."""
    return refusals.invalid(lazy_gettext("%(key)s has to be one of: %(known)s.", key=key, known=", ".join(known)))


def _no_constant(name: str) -> Any:
    raise ValueError(name)
