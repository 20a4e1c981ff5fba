"""What an answer of an image API holds that is no error: pictures in whatever shape, their cost, how a job is doing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from arena.gateways.protocol import JSON, Charge, GenerationFailed, JobAccepted, value_at

PICTURE_KEYS = (
    "url",
    "b64_json",
    "image_url",
    "inlineData",
    "inline_data",
    "data",
    "image",
    "images",
    "output",
    "media",
    "uri",
    "content",
)
"""Where the APIs put a picture in a record, in the order in which they are looked at."""
WAITING = frozenset(
    {"queued", "in_queue", "pending", "submitted", "starting", "booting", "running", "processing", "in_progress"}
)
"""Statuses of a job that goes on, in every protocol; compared in lower case, with ``_`` for ``-`` and spaces."""
DONE = frozenset({"succeeded", "completed", "success", "done"})
ENDED = frozenset({"failed", "error", "canceled", "cancelled", "aborted", "expired", "timeout", "timed_out"})
TICKS_PER_DOLLAR = Decimal(10) ** 10
"""xAI counts costs in ticks (``usage.cost_in_usd_ticks``)."""
_DEEPEST = 6
_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,[A-Za-z0-9+/=_\-\s]+")
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\((https?://[^)\s]+)")
_LARGEST_COST = Decimal(1000)
"""USD. No picture costs as much: an amount above it is no amount, and would take the budget of all others."""
_IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")


def picture_in(value: JSON, depth: int = 0) -> bytes | str | None:
    """The first picture in a value: its bytes or its URL. None where there is none.

    Texts are pictures as ``http(s):`` or ``data:`` URL, as base64 of an image, or around such a URL (Markdown); lists
    and records are looked through, whatever else is in them.
    """
    if isinstance(value, str):
        return _picture_in_text(value)
    parts: Iterable[JSON] = ()
    if isinstance(value, list):
        parts = value
    elif isinstance(value, dict):
        # These hold base64 and nothing else, so that it need not look like an image.
        if found := base64_bytes(value.get("b64_json")):
            return found
        parts = (value.get(key) for key in PICTURE_KEYS)
    for part in parts if depth < _DEEPEST else ():
        if (inner := picture_in(part, depth + 1)) is not None:
            return inner
    return None


def _picture_in_text(text: str) -> bytes | str | None:
    if text.startswith(("https://", "http://")):
        return text
    if text.startswith("data:"):
        return base64_bytes(text)
    if found := _DATA_URL.search(text):
        return base64_bytes(found.group())
    if found := _MARKDOWN_IMAGE.search(text):
        return found.group(1)
    content = base64_bytes(text)
    return content if content and content.startswith(_IMAGE_STARTS) else None


def base64_bytes(value: JSON) -> bytes | None:
    """The bytes of base64 as it is met: with a ``data:`` prefix, line breaks, URL-safe letters, without padding."""
    if not isinstance(value, str) or not value:
        return None
    if value.startswith("data:"):
        head, _, value = value.partition(",")
        if not head.endswith(";base64"):
            return None
    # A "data:" URL may be escaped like any other (RFC 2397).
    value = unquote(value) if "%" in value else value
    letters = "".join(value.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def cost_in(body: JSON) -> Decimal | None:
    """What was charged, in USD, where the answer says it: ``usage.cost``, or xAI's ticks.

    Where OpenRouter used a key of one's own at the model's provider (``is_byok``), ``cost`` is its fee alone, and what
    the provider charges besides is in ``cost_details`` (https://openrouter.ai/docs/use-cases/usage-accounting).
    """
    usage = value_at(body, "usage")
    ticks = _amount(value_at(usage, "cost_in_usd_ticks"), _LARGEST_COST * TICKS_PER_DOLLAR)
    if ticks is not None:
        return ticks / TICKS_PER_DOLLAR
    currency = value_at(usage, "currency") or value_at(body, "currency")
    if isinstance(currency, str) and currency.upper() != "USD":
        return None
    cost = _amount(value_at(usage, "cost"))
    if cost is not None and value_at(usage, "is_byok") is True:
        cost += _amount(value_at(usage, "cost_details", "upstream_inference_cost")) or 0
    return cost


def _amount(said: JSON, largest: Decimal = _LARGEST_COST) -> Decimal | None:
    try:
        amount = Decimal(str(said))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= largest else None


def without_picture(what: str, body: JSON, charge: Charge = Charge.OFFER_PRICE) -> GenerationFailed:
    """An answer that should hold a picture and holds none: it was paid for all the same.

    ``charge`` says how it is booked where the answer does not say its cost.
    """
    return GenerationFailed(what, cost=cost_in(body), charge=charge)


def status_in(body: JSON, name: str = "status") -> str:
    """The status of a job, as ``WAITING``, ``DONE`` and ``ENDED`` have it."""
    said = value_at(body, name)
    return re.sub(r"[\s-]+", "_", said.strip().lower()) if isinstance(said, str) else ""


def job_reply(status: str, handle: JSON) -> JobAccepted:
    """The reply of a job that has not ended; one of an unknown status is looked at once more.

    A poll need not repeat the job's id; where the first answer has none, ``arena.collect.job_runner`` says so.
    """
    unknown = "" if status in WAITING else status or "no status at all"
    known = str(handle) if isinstance(handle, int | str) and not isinstance(handle, bool) else ""
    return JobAccepted(known, unknown)
