"""What an error of an image API means: by the status and the codes that its documentation publishes, by words last.

A refusal is not asked for again, an error that holds for all requests ends the provider's run, and anything else is
asked for in the next run: so no word may stand for a code. ``400 Unknown parameter: 'moderation'`` and ``404 Model
x/nsfw-free was not found`` speak of filters and are no refusals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from arena.gateways.protocol import JSON, Charge, GenerationFailed, RefusedByFilter, TryLater, value_at

LONGEST_TEXT = 600
"""Characters of an error's words that are read."""


class Meaning(StrEnum):
    """Whom an error concerns, and whether it passes."""

    REFUSED = "refused"
    """A content filter said no to the prompt, the picture to edit or the output."""
    FAILED = "failed"
    """This request failed; others may work."""
    FOR_MODEL = "for model"
    """No request for this model works: the provider has no such model, or does not let this account use it."""
    FOR_ALL = "for all"
    """No request works: the key, the account, the money or the place that it is asked from is the reason."""
    LATER = "later"
    """The same request may work later."""


@dataclass(frozen=True, slots=True)
class ApiError:
    """An error as an API tells it. ``status`` is that of HTTP, 0 for a job that failed; ``codes`` are in lower case,
    the most specific first.
    """

    status: int
    codes: tuple[str, ...]
    text: str


def table(
    *, refused: str = "", failed: str = "", for_model: str = "", for_all: str = "", later: str = ""
) -> Mapping[str, Meaning]:
    """The meanings of codes, which are given as words between spaces."""
    given = {
        Meaning.REFUSED: refused,
        Meaning.FAILED: failed,
        Meaning.FOR_MODEL: for_model,
        Meaning.FOR_ALL: for_all,
        Meaning.LATER: later,
    }
    return {code.lower(): meaning for meaning, text in given.items() for code in text.split()}


COMMON_CODES = table(
    refused="content_policy_violation content_filter moderation_blocked image_content_policy_violation "
    "safety_violation safety_violations safety_check_type nsfw_content_detected content_moderated request_moderated",
    failed="unknown_parameter invalid_value invalid_parameter unsupported_parameter",
    for_model="model_not_found invalid_model model_not_available",
    for_all="invalid_api_key insufficient_quota billing_hard_limit_reached billing_not_active insufficient_credits "
    "insufficient_balance account_deactivated account_suspended unsupported_country_region_territory",
    later="rate_limit_exceeded rate_limit_error slow_down server_is_overloaded service_unavailable",
)
"""Codes that OpenAI made and others took over (https://developers.openai.com/docs/guides/error-codes)."""

STATUSES_TO_READ = frozenset({0, 400, 422, 451})
"""Statuses of a request that was understood and not carried out: only in these are words read for a refusal."""
STATUSES_FOR_LATER = frozenset({408, 409, 425, 429})
STATUSES_FOR_ALL = frozenset({401, 402})
"""The key is missing or wrong, or there is no money left."""

STATUSES_FOR_MODEL = frozenset({404, 410})
"""All that a request for a picture names is the model; what a poll names is a job, see ``arena.collect.job_runner``."""

_ACCOUNT = re.compile(
    r"api[ _-]?key (?:is |was )?(?:not valid|not found|invalid|expired|missing|reported)"
    r"|(?:incorrect|invalid|expired) api[ _-]?key|location is not supported|country, region, or territory not"
    r"|billing (?:hard )?limit|billing (?:is )?not (?:enabled|active)|only accessible to billed users"
    r"|(?:insufficient|not enough|exhausted|out of) (?:balance|credits?|funds)|credit balance|spending limit"
    r"|available credits|any credits|credits (?:are|have been) (?:depleted|exhausted|used up)|spend(?:ing)? cap"
    r"|(?:account|user|team|organization) (?:is |has been |was )?"
    r"(?:locked|suspended|disabled|deactivated|flagged|blocked)",
    re.I,
)
"""What some APIs say of a key or an account in a 400, 403 or 429 without a code of its own: Gemini's "User location is
not supported", xAI's "has either used all available credits or reached its monthly spending limit".
"""
_FILTER = re.compile(
    r"safety (?:system|filter|check\w*)|content (?:polic|filter|check|moderat)\w*|moderation"
    r"|(?:usage|content|community|safety) (?:polic|guideline)\w*|nsfw|inappropriate|sensitive|prohibited|disallowed"
    r"|unsafe content",
    re.I,
)
_VERDICT = re.compile(r"flagged|reject|block|refus|violat|detected|contains?\b|declined", re.I)
_CONTENT = re.compile(r"\b(?:prompt|content|input|output|image|picture)s?\b", re.I)
_TROUBLE = re.compile(r"unavailable|time[d]? ?out|try again (?:later|in)|internal error|connect|overload", re.I)
"""A filter that is down has said nothing of the prompt."""
_ONE_MODEL = re.compile(r"\bmodel\b", re.I)
_NO_MODEL = re.compile(
    r"\b(?:model|version)\b.{0,80}\b(?:does not exist|doesn't exist|not found|not exist|not available)"
    r"|\b(?:no such|unknown|invalid) model\b(?! (?:parameter|input|option))",
    re.I,
)
"""What those say of a model who answer 400 or 422 for it, Replicate of a version."""


_NO_QUOTA = re.compile(r"\blimit:? 0\b(?![.\d])", re.I)
"""Gemini's "limit: 0, model: ..." of a model that is not in the free tier, OpenAI's "Limit 0": there is nothing to wait
for, whatever ``retryDelay`` says.
"""


def error_in_success(
    body: JSON, meanings: Mapping[str, Meaning] = COMMON_CODES
) -> RefusedByFilter | GenerationFailed | TryLater | None:
    """The error that an answer with status 200, without a picture and without a job, is; None where it is none.

    Gateways answer ``{"error": {"code": 401}}``, ``{"code": 429, "message": ...}`` and ``{"success": false}`` so.
    """
    body, status = unwrapped(body), status_said(body)
    is_error = value_at(body, "success") is False or any(value_at(body, name) for name in ("error", "errors", "detail"))
    if not status and not is_error:
        return None
    reply = error_reply(status, body, meanings)
    if not status and meaning_of(read_error(0, body), meanings) is Meaning.LATER:
        return TryLater(reply.reason)
    return reply


def status_said(body: JSON, status: int = 0) -> int:
    """The status of an error: HTTP's own, or the one that the body names; 0 where neither is one."""
    if status >= 400:
        return status
    body = unwrapped(body)
    for record in (value_at(body, "error"), body):
        for name in ("code", "status", "status_code"):
            said = str(value_at(record, name))
            if re.fullmatch("[45][0-9]{2}", said):
                return int(said)
    return 0


def unwrapped(body: JSON) -> JSON:
    """An error without the list that Gemini puts around it where it thinks of a stream."""
    first = value_at(body, 0)
    return first if value_at(first, "error") else body


def error_reply(
    status: int, body: JSON, meanings: Mapping[str, Meaning] = COMMON_CODES, *, charge: Charge = Charge.NONE
) -> RefusedByFilter | GenerationFailed | TryLater:
    """The reply that an error is. ``charge`` is what may be paid for it, where it concerns this request alone."""
    error = read_error(status, body)
    reason = error.text or next(iter(error.codes), "an error without a reason")
    meaning = meaning_of(error, meanings)
    if meaning is Meaning.REFUSED:
        return RefusedByFilter(reason, charge=charge)
    told = f"{status}: {reason}" if status >= 400 else reason
    # A job that failed has ended, whatever its code: it is asked for in the next run, and not polled again.
    if meaning is Meaning.LATER and status:
        return TryLater(told, _seconds_to_wait(body))
    for_all, for_model = meaning is Meaning.FOR_ALL, meaning is Meaning.FOR_MODEL
    return GenerationFailed(told, for_all=for_all, for_model=for_model, charge=charge, status=status)


def meaning_of(error: ApiError, meanings: Mapping[str, Meaning] = COMMON_CODES) -> Meaning:
    """By the first code that the table has, else by status, and by words only where both say nothing."""
    status = error.status
    no_model = status in STATUSES_TO_READ and _NO_MODEL.search(error.text) is not None
    no_quota = status == 429 and (
        _NO_QUOTA.search(error.text) is not None or any("perday" in code for code in error.codes)
    )
    for code in error.codes:
        # "OutputImageSensitiveContentDetected.PolicyViolation": what follows the dot narrows the code down.
        if known := meanings.get(code) or meanings.get(code.partition(".")[0]):
            # "invalid_value" may be about any field, the model's as well; "rate_limit_exceeded" about a limit of 0.
            of_model = (known is Meaning.FAILED and no_model) or (known is Meaning.LATER and no_quota)
            return Meaning.FOR_MODEL if of_model else known
    about_account = _ACCOUNT.search(error.text) is not None
    if status in STATUSES_FOR_ALL or (about_account and status in (*STATUSES_TO_READ, 429)):
        return Meaning.FOR_ALL
    if status == 403:
        # "Your organization must be verified to use the model": another model may be asked for.
        return Meaning.FOR_MODEL if _ONE_MODEL.search(error.text) and not about_account else Meaning.FOR_ALL
    if status in STATUSES_FOR_MODEL or no_model or no_quota:
        return Meaning.FOR_MODEL
    if status in STATUSES_FOR_LATER or status >= 500:
        return Meaning.LATER
    return Meaning.REFUSED if status in STATUSES_TO_READ and _says_no(error.text) else Meaning.FAILED


def _says_no(text: str) -> bool:
    """Whether words say that a filter refused the prompt or the content."""
    said = (_FILTER, _VERDICT, _CONTENT)
    return all(words.search(text) for words in said) and not _TROUBLE.search(text)


def read_error(status: int, body: JSON) -> ApiError:
    """The codes and words of an error, wherever the APIs put them: ``error`` as a record, words or a list; ``detail``
    as words or a list; ``title``, ``message``; plain text.
    """
    body = unwrapped(body)
    found = (str(code).strip().lower() for code in _codes(body) if isinstance(code, str) and code.strip())
    return ApiError(status, tuple(dict.fromkeys(found)), _words(body)[:LONGEST_TEXT])


def _codes(body: JSON) -> Iterator[JSON]:
    error, detail = value_at(body, "error"), value_at(body, "detail")
    first = value_at(error, 0) if isinstance(error, list) else error
    if isinstance(raw := _parsed(value_at(error, "metadata", "raw")), dict):
        # An error of the upstream provider, which a gateway hands on as text.
        yield from _codes(raw)
    details = value_at(error, "details")
    for item in details if isinstance(details, list) else ():
        yield value_at(item, "reason")
        # Gemini's quotas: "GenerateRequestsPerDayPerProjectPerModel-FreeTier".
        violations = value_at(item, "violations")
        yield from (value_at(one, "quotaId") for one in (violations if isinstance(violations, list) else []))
    for name in ("error_type", "provider_code", "provider_error_code"):
        yield value_at(error, "metadata", name)
    for record in (first, value_at(detail, 0), detail, value_at(body, 0), body):
        for name in ("code", "error_code", "error_type", "type", "status"):
            yield value_at(record, name)
    text = _words(body)
    # Replicate: "The input or output was flagged as sensitive. (E005)".
    yield from re.findall(r"\((E\d{3,4})\)", text)
    # OpenAI: "safety_violations=[sexual]"; xAI, in a 403 that names the model: "Failed check: SAFETY_CHECK_TYPE_BIO".
    yield from re.findall(r"\b(?:safety_violations(?==\[)|SAFETY_CHECK_TYPE(?=_))", text)


def _words(body: JSON, depth: int = 0) -> str:
    """What an error says, as one line."""
    if isinstance(body, str):
        title = re.search(r"<title>(.*?)</title>", body, re.I | re.S) if "<" in body else None
        text = title.group(1) if title else "" if body.lstrip().startswith("<") else body
        return " ".join(text.split())
    if depth > 4:
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, (_words(item, depth + 1) for item in body[:3])))
    if not isinstance(body, dict):
        return ""
    names = ("error", "message", "msg", "detail", "title", "errors", "description", "reason")
    words = next(filter(None, (_words(body.get(name), depth + 1) for name in names)), "")
    if isinstance(place := body.get("loc"), list):
        # FastAPI's errors, as fal has them: which field is meant stands beside the words.
        words = f"{'.'.join(map(str, place[1:] or place))}: {words}"
    raw = _words(_parsed(value_at(body, "metadata", "raw")), depth + 1)
    return f"{words} ({raw})" if raw and raw not in words else words


def _parsed(raw: JSON) -> JSON:
    try:
        return json.loads(raw) if isinstance(raw, str) and raw.lstrip().startswith("{") else raw
    except (ValueError, RecursionError):
        return raw


def _seconds_to_wait(body: JSON) -> float | None:
    """What the body says about when to come back: OpenRouter's number, or Gemini's ``RetryInfo`` ("12.5s")."""
    said = value_at(body, "error", "metadata", "retry_after_seconds")
    details = value_at(body, "error", "details")
    for item in details if isinstance(details, list) else ():
        said = value_at(item, "retryDelay") or said
    try:
        seconds = float(str(said).removesuffix("s"))
    except ValueError:
        return None
    return seconds if 0 < seconds < 1e6 else None
