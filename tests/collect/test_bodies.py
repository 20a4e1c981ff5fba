"""Bodies as servers write them: labels that lie, compressions nobody asked for, encodings, and what no parser takes."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from typing import Any

import httpx
import pytest

from arena.collect.bodies import UnreadableBody, last_event, parsed_json, read_bounded

BODY = json.dumps({"data": [{"b64_json": "aGFsbG8="}]}).encode()


def read(content: bytes, encoding: str = "", limit: int = 1000) -> bytes:
    response = httpx.Response(200, stream=httpx.ByteStream(content), headers={"content-encoding": encoding})
    return asyncio.run(read_bounded(response, limit))


@pytest.mark.parametrize("encoding", ["", "identity", "Identity", "aws-chunked", "utf-8", "none"])
def test_an_encoding_that_changes_no_byte_is_none(encoding: str) -> None:
    assert read(BODY, encoding) == BODY


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("X-GZIP", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY, wbits=-15)),
        ("aws-chunked, gzip", gzip.compress(BODY, mtime=0)),
    ],
)
def test_what_was_compressed_unasked_is_read(encoding: str, content: bytes) -> None:
    assert read(content, encoding) == BODY


@pytest.mark.parametrize(
    ("encoding", "content", "why"),
    [
        ("gzip", gzip.compress(bytes(10**5), mtime=0), "larger than 1,000 bytes"),
        ("identity", bytes(1001), "larger than 1,000 bytes"),
        ("gzip", gzip.compress(BODY, mtime=0)[:-9], "damaged"),
        ("gzip", BODY, "damaged"),
        ("br", BODY, r"compressed \(br\), which was not asked for"),
        ("gzip, br", BODY, r"compressed \(gzip, br\)"),
    ],
)
def test_what_cannot_be_read_says_why(encoding: str, content: bytes, why: str) -> None:
    with pytest.raises(UnreadableBody, match=why):
        read(content, encoding)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\xef\xbb\xbf" + BODY, json.loads(BODY)),
        (BODY.decode().encode("utf-16"), json.loads(BODY)),
        (BODY.decode().encode("utf-16-le"), json.loads(BODY)),
        (b'{"words": "caf\xe9", "url": "https://x"}', {"words": "caf\ufffd", "url": "https://x"}),
        (rb'["\ud83d", "\ud83d\ude00", "\\ud83d", "\ude00x"]', ["\ufffd", "\U0001f600", "\\ud83d", "\ufffdx"]),
        (b'{"cost": %b}' % (b"9" * 5000), {"cost": float("inf")}),
        (b'{"cost": -%b}' % (b"9" * 5000), {"cost": float("-inf")}),
        (b"<html>", None),
        (b"", None),
        (b"[" * 100_000, None),
    ],
)
def test_json_however_it_is_written(content: bytes, value: Any) -> None:
    assert parsed_json(content) == value


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'event: done\ndata: {"b64_json": "QQ=="}\n\ndata: [DONE]\n\n', {"b64_json": "QQ=="}),
        (b': waiting\r\n\r\ndata: {"n": 1}\r\n\r\ndata: {"error": {"code": 402}}\r\n\r\ndata: {"n": 2}\r\n\r\n', 402),
        (b'data: {"a":\ndata: 1}\n\n', {"a": 1}),
        (b": waiting\n\n", None),
    ],
)
def test_a_stream_that_nobody_asked_for(content: bytes, value: Any) -> None:
    event = last_event(content)
    assert (event["error"]["code"] if value == 402 and isinstance(event, dict) else event) == value
