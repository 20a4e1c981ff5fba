"""The API against its own description, and against 10,000 requests that nobody in their right mind would send."""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.voting.arenas import Arena, Served, open_arena

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

MALFORMED = 10_000


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with open_arena(tmp_path_factory.mktemp("arena")) as opened:
        yield opened


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/battle"), ("POST", "/api/votes")])
def test_answers_are_as_described(arena: Arena, method: str, path: str) -> None:
    with Served(arena) as served:
        check_operation(arena, served, method, path)


def check_operation(arena: Arena, served: Served, method: str, path: str) -> None:
    document = arena.client.get("/openapi.json").json()
    operation = schemathesis.openapi.from_dict(document)[path][method]
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    strategy: st.SearchStrategy[Any] = st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in modes])

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=strategy)
    def ask(case: Any) -> None:
        answer = case.call(base_url=served.url)
        assert answer.status_code < 500
        case.validate_response(
            answer,
            checks=[
                schemathesis.checks.not_a_server_error,
                status_code_conformance,
                response_schema_conformance,
            ],
        )

    ask()


def scope_of(method: str, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }


async def status_of(app: Any, scope: dict[str, Any], body: bytes) -> int:
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return int(statuses[0])


def malformed(rng: random.Random) -> tuple[dict[str, Any], bytes]:
    def noise(most: int) -> bytes:
        return rng.randbytes(rng.randrange(most))

    methods = ["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "BREW"]
    starts = [
        b"/",
        b"/vote",
        b"/votes/",
        b"/me",
        b"/api/battle",
        b"/api/votes",
        b"/api/votes/",
        b"/pictures/",
    ]
    starts += [b"/static/", b"/site/", b"/openapi.json", b"/healthz", b"/metrics"]
    path = rng.choice(starts) + rng.choice([b"", noise(12), b"../" * 3 + b"etc/passwd", b"%00", b"a.b.c", b"\xff" * 4])
    query = rng.choice([b"", noise(40), b"arena=image-editing", b"arena=" + noise(9), b"category=photo&category="])
    kinds = [b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data", b"text/plain", noise(8)]
    headers = [(b"host", b"testserver"), (b"content-type", rng.choice([*kinds, b"multipart/form-data; boundary=x"]))]
    if rng.random() < 0.3:
        headers.append((b"cookie", rng.choice([b"arena_voter=" + noise(40), noise(40), b"arena_voter=a.b", b";=;="])))
    if rng.random() < 0.2:
        headers.append((b"content-length", rng.choice([b"-1", b"9" * 30, b"x", b"4097", noise(4), b"\xb2"])))
    if rng.random() < 0.1:
        headers.append((b"origin", rng.choice([b"http://[", b"null", noise(9), b"http://testserver"])))
    ballot = {
        "token": rng.choice(["", "a.b.c", 1, None, "x" * 500, "\ud800"]),
        "outcome": rng.choice(["left", 0, []]),
        "reasons": rng.choice([[], ["text"], "text", [None], {}]),
    }
    text = json.dumps(ballot).encode()
    bodies = [b"", noise(200), text, text[: rng.randrange(len(text))], b"token=a&outcome=left&reasons=x", b"[" * 3000]
    bodies += [b"token=%ff%fe&outcome=left", b"--x\r\n\r\n", b"1" * 4096, b"=" * 900, b"&" * 2000]
    return scope_of(rng.choice(methods), path, query, headers), rng.choice(bodies)


def test_ten_thousand_malformed_requests_never_break_anything(arena: Arena) -> None:
    rng = random.Random(4)

    async def ask_all() -> dict[int, int]:
        counts: dict[int, int] = {}
        for _ in range(MALFORMED):
            status = await status_of(arena.client.app, *malformed(rng))
            counts[status] = counts.get(status, 0) + 1
        return counts

    assert arena.client.portal
    counts = arena.client.portal.call(ask_all)
    assert sum(counts.values()) == MALFORMED
    assert not [status for status in counts if status >= 500], counts
    assert counts.keys() >= {400, 404, 405, 413, 422}
