"""A probe as text that can be pasted into a bug report: the request, the shape of each answer, and what was understood.

No key, no picture and no path of the machine is in it. Texts of the answers are cut after the key was taken out: a key
that was cut first would be shown in part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from arena.collect.jobs import JobState
from arena.collect.probing import ProbeResult
from arena.collect.secrets import REDACTED, Secrets
from arena.gateways import GeneratedImage, GenerationFailed, HttpAnswer, RefusedByFilter, Reply, TryLater
from arena.gateways.protocol import AUTH, JSON

LONGEST_STRING, LONGEST_NAME = 120, 60
MOST_ITEMS, MOST_KEYS, DEEPEST = 3, 40, 8
FIRST_ANSWERS, LAST_ANSWERS = 2, 3
"""Of a job that was polled often, so many answers are shown."""
_DATA_URL = re.compile(r"(data:[\w/.+-]*;base64,)[A-Za-z0-9+/=_\-\s]*")
_LETTERS = re.compile(r"[A-Za-z0-9+/=_-]{80,}|(?:[A-Za-z0-9+/=_-]{40,}\s+){2,}[A-Za-z0-9+/=_-]*")
"""Base64, in one piece or in lines, or a signature: nobody reads it, and it may open something."""
_LONG_STEP = re.compile(r"(?<=/)[A-Za-z0-9+=_-]{80,}")
"""Such letters between the slashes of an address."""
_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]*")


def report_lines(result: ProbeResult, secrets: Secrets, versions: Mapping[str, str]) -> Iterator[str]:
    """The report, line by line. ``versions`` are those of the programs that matter, by name."""
    planned, access = result.planned, result.provider.access
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    yield secrets.hide(f"arena collect --probe {planned.provider}")
    yield f"{result.began:%Y-%m-%d %H:%M} UTC, {told}"
    yield f"protocol: {result.provider.gateway}"
    yield secrets.hide(f"model: {planned.model}, asked for as {planned.provider_model}")
    yield secrets.hide(f"estimate: {planned.estimate:f} USD ({planned.formula}); at most {result.limit:f} USD")
    yield from ("", "REQUEST", *_request(result, secrets, access.auth))
    if result.job is None:
        yield from ("", "Nothing was sent.")
        return
    for number, (answer, reply) in _shown(result.answers):
        if answer is None:
            yield from ("", f"... {number} more answers")
        else:
            yield from ("", f"ANSWER {number}: {answer.status}, understood as {_name(reply)}")
            yield from shape_lines(answer.body, secrets)
    yield from ("", "UNDERSTOOD", *(secrets.hide(line) for line in understood(result)))


def _request(result: ProbeResult, secrets: Secrets, auth: str) -> Iterator[str]:
    request = result.request
    yield secrets.hide(f"{request.method} {request.url}")
    if auth in AUTH:
        header, scheme = AUTH[auth]
        yield f"{header}: {scheme}{REDACTED}"
    if result.provider.access.idempotency:
        yield f"{result.provider.access.idempotency}: (the id of the job)"
    yield from (secrets.hide(f"{name}: {value}") for name, value in request.headers.items())
    body = request.json if request.json is not None else dict(request.form)
    yield from secrets.hide(json.dumps(_hidden(body, secrets), indent=2, ensure_ascii=False)).splitlines()


def _hidden(value: JSON, secrets: Secrets) -> JSON:
    if isinstance(value, dict):
        return {secrets.hide(str(name)): _hidden(inner, secrets) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner, secrets) for inner in value]
    return shortened(value, secrets) if isinstance(value, str) else value


def _shown(
    answers: tuple[tuple[HttpAnswer, Reply], ...],
) -> Iterator[tuple[int, tuple[HttpAnswer | None, Reply | None]]]:
    """Answers with their numbers, and how many are left out between them."""
    left_out = len(answers) - FIRST_ANSWERS - LAST_ANSWERS
    for number, pair in enumerate(answers, 1):
        if left_out > 1 and number == FIRST_ANSWERS + 1:
            yield left_out, (None, None)
        if left_out <= 1 or not FIRST_ANSWERS < number <= FIRST_ANSWERS + left_out:
            yield number, pair


def shape_lines(body: JSON, secrets: Secrets, name: str = "", depth: int = 0) -> Iterator[str]:
    """A parsed answer as an outline: names and types, values where they are short."""
    start = "  " * depth + (f"{name}: " if name else "")
    if isinstance(body, dict) and body and depth < DEEPEST:
        yield f"{start}object of {len(body)}"
        for key in list(body)[:MOST_KEYS]:
            yield from shape_lines(body[key], secrets, shortened(str(key), secrets, LONGEST_NAME), depth + 1)
        if len(body) > MOST_KEYS:
            yield "  " * (depth + 1) + f"... {len(body) - MOST_KEYS} more"
    elif isinstance(body, list) and body and depth < DEEPEST:
        yield f"{start}array of {len(body)}"
        for number, item in enumerate(body[:MOST_ITEMS]):
            yield from shape_lines(item, secrets, f"[{number}]", depth + 1)
        if len(body) > MOST_ITEMS:
            yield "  " * (depth + 1) + f"... {len(body) - MOST_ITEMS} more"
    else:
        yield start + _value(body, secrets)


def _value(value: JSON, secrets: Secrets) -> str:
    if isinstance(value, str):
        return f"string {json.dumps(shortened(value, secrets), ensure_ascii=False)}"
    if isinstance(value, (dict, list)):
        kind = "object" if isinstance(value, dict) else "array"
        return f"{kind} of {len(value)}" if value else f"empty {kind}"
    kind = "boolean" if isinstance(value, bool) else "number" if value is not None else ""
    return f"{kind} {secrets.hide(json.dumps(value))[:LONGEST_NAME]}".strip()


def shortened(text: str, secrets: Secrets, longest: int = LONGEST_STRING) -> str:
    """A text of an answer: without keys, pictures and what follows the ``?`` of addresses, and not too long."""
    clean = secrets.hide("".join(letter if letter.isprintable() else " " for letter in text))
    clean = _DATA_URL.sub(r"\1...", clean)
    clean = _QUERY.sub(r"\1?...", clean)
    letters = _LONG_STEP if "://" in clean else _LETTERS
    clean = letters.sub(lambda found: f"[{len(found.group()):,} letters]", clean)
    return clean if len(clean) <= longest else f"{clean[:longest]}... ({len(text):,} characters)"


def _name(reply: Reply | None) -> str:
    """What a reply is called."""
    if isinstance(reply, GenerationFailed):
        if reply.for_all:
            return "an error that holds for all requests to this provider"
        return "an error that holds for this model" if reply.for_model else "a failure of this request"
    if isinstance(reply, GeneratedImage):
        return "a picture" if isinstance(reply.media, bytes) else "the address of a picture"
    if isinstance(reply, RefusedByFilter):
        return "a refusal by a content filter"
    return "a provider that cannot answer now" if isinstance(reply, TryLater) else "a job that goes on"


def understood(result: ProbeResult) -> Iterator[str]:
    """What became of the request, what was booked for it, and why."""
    job, reply = result.job, result.answers[-1][1] if result.answers else None
    if job is None:
        return
    if result.picture:
        picture = result.picture
        yield f"a picture: {picture.format}, {picture.width} x {picture.height} pixels, {result.picture_bytes:,} bytes"
    elif isinstance(reply, GeneratedImage):
        yield f"a picture that cannot be used: {job.reason}"
    elif job.state is JobState.DOUBTFUL:
        yield f"no end: {job.reason}"
    elif reply is None:
        yield f"no answer that can be read: {job.reason}"
    else:
        yield f"{_name(reply)}: {job.reason}"
    yield f"booked: {_booked(result, reply)}"
    if job.latency_ms is not None:
        yield f"took {job.latency_ms / 1000:.1f} s"


def _booked(result: ProbeResult, reply: Reply | None) -> str:
    job = result.job
    if job is None or not job.booked:
        return "nothing, as nothing is charged for it"
    parts = []
    if job.cost:
        said = isinstance(reply, GeneratedImage | RefusedByFilter | GenerationFailed) and reply.cost is not None
        why = "by the answer's own word" if said else "the offer's price, as the answer does not say its cost"
        parts.append(f"{job.cost:f} USD, {why}")
    if job.doubt:
        parts.append(f"{job.doubt:f} USD in doubt, as it may have been charged")
    return "; ".join(parts)


def report_json(result: ProbeResult, secrets: Secrets, versions: Mapping[str, str]) -> dict[str, Any]:
    """The same as plain values."""
    job = result.job
    return {
        "provider": result.planned.provider,
        "protocol": result.provider.gateway,
        "model": result.planned.model,
        "sent": job is not None,
        "understood": result.understood,
        "state": job.state.value if job else None,
        "reason": secrets.hide(job.reason) if job else "",
        "cost": format(job.cost, "f") if job else "0",
        "doubt": format(job.doubt, "f") if job else "0",
        "report": list(report_lines(result, secrets, versions)),
    }
