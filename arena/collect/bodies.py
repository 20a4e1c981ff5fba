"""Bodies of answers as servers write them: never larger than a limit, compressed or not, and JSON in any encoding.

What an answer holds may be paid for, so that it is not lost over a label: a wrong ``Content-Type``, bytes that are no
UTF-8, or a compression that nobody asked for.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator

import httpx

_COMPRESSIONS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress"})
"""Names in ``Content-Encoding`` that change the bytes. Storages leave others there (``aws-chunked``, ``utf-8``)."""
_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
_LONGEST_NUMBER = 1000
"""Digits; Python refuses to read more than 4,300, and the answer would be lost with the number."""
_SURROGATES = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)")
"""An escaped backslash, a pair that stands for one character, or half of such a pair: no text can be stored with it."""


class UnreadableBody(Exception):  # noqa: N818 - says what arrived
    """A body that cannot be read; the message says why."""


async def read_bounded(response: httpx.Response, limit: int) -> bytes:
    """All of a body that has at most ``limit`` bytes, also decompressed; raises ``UnreadableBody`` otherwise."""
    # Taken away, so that httpx does not decompress: it would do so without a limit.
    said = response.headers.pop("content-encoding", "").lower().split(",")
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise UnreadableBody(f"the answer is larger than {limit:,} bytes")
    compressions = [name for part in said if (name := part.strip()) in _COMPRESSIONS]
    if not compressions:
        return bytes(content)
    if len(compressions) > 1 or compressions[0] not in _INFLATED:
        raise UnreadableBody(f"the answer is compressed ({', '.join(compressions)}), which was not asked for")
    return _inflated(bytes(content), limit)


def _inflated(content: bytes, limit: int) -> bytes:
    """gzip, zlib or raw deflate (RFC 9110, 8.4.1), never more than ``limit`` bytes: a few kilobytes can become
    gigabytes.
    """
    for layout in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        inflating = zlib.decompressobj(layout)
        try:
            inflated = inflating.decompress(content, limit + 1)
        except zlib.error:
            continue
        if len(inflated) > limit:
            raise UnreadableBody(f"the answer is larger than {limit:,} bytes")
        if inflating.eof:
            return inflated
    raise UnreadableBody("the answer is compressed, which was not asked for, and damaged")


def parsed_json(content: bytes) -> object:
    """The JSON of a body in UTF-8, UTF-16 or UTF-32, with or without a byte order mark; None for anything else.

    Bytes that are no text of the encoding become U+FFFD, numbers that nothing can mean infinity.
    """
    text = content.decode(json.detect_encoding(content), "replace")
    text = _SURROGATES.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
    try:
        return json.loads(text, parse_int=_whole_number)
    except (ValueError, RecursionError):
        return None


def last_event(content: bytes) -> object:
    """What a stream of server-sent events comes to, where nobody asked for one: its error, else its last event with
    JSON; None without any.
    """
    events = list(_events(content))
    failed = (event for event in events if isinstance(event, dict) and event.get("error"))
    return next(failed, events[-1] if events else None)


def _events(content: bytes) -> Iterator[object]:
    for block in re.split(rb"\r?\n\r?\n", content):
        lines = (line.removeprefix(b"data:").strip() for line in block.splitlines() if line.startswith(b"data:"))
        if (event := parsed_json(b"\n".join(lines))) is not None:
            yield event


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.copysign(math.inf, -1 if digits[0] == "-" else 1)
