"""Pace, waiting as told, and the circuit breaker, on a clock that the test moves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from arena.catalogue.records import Access
from arena.collect.provider_client import (
    COOLING_SECONDS,
    FAILURES_TO_OPEN,
    CircuitBreaker,
    ProviderClient,
    ProviderDown,
    RequestFailed,
)
from arena.gateways import GATEWAYS, FinalReply, GeneratedImage, GenerationFailed, HttpRequest, JobAccepted
from tests.collect.worlds import TestClock

Answers = Callable[[httpx.Request], httpx.Response]
READ = GATEWAYS["openai-images"].read
DONE = {"data": [{"url": "https://pictures.example/1"}]}
ENDPOINT = "https://api.example/v1/images"


async def allowed() -> bool:
    return True


def sends(
    answers: Answers, clock: TestClock, times: int = 1, url: str = f"{ENDPOINT}/x", **access: Any
) -> list[FinalReply | JobAccepted]:
    async def run() -> list[FinalReply | JobAccepted]:
        headers, rng = {"Authorization": "Bearer k"}, random.Random(1)
        provider = ProviderClient(ENDPOINT, Access(**access), headers, read=READ, clock=clock, rng=rng)
        request = HttpRequest("POST", url, json={})
        async with httpx.AsyncClient(transport=httpx.MockTransport(answers)) as client:
            return [await provider.send(client, request, may_repeat=allowed) for _ in range(times)]

    return asyncio.run(run())


def script(*replies: httpx.Response) -> Answers:
    left = list(replies)
    return lambda _: left.pop(0)


def test_waits_longer_each_time_and_never_in_step() -> None:
    clock = TestClock()
    sends(script(*[httpx.Response(500)] * 4, httpx.Response(200, json={})), clock)
    assert len(clock.naps) == 4
    for nap, full in zip(clock.naps, (1, 2, 4, 8), strict=True):
        assert full / 2 <= nap <= full


@pytest.mark.parametrize("after", ["7", "7.0", "Fri, 20 Nov 2026 12:00:07 GMT"])
def test_retry_after_in_seconds_or_as_a_date(after: str) -> None:
    clock = TestClock()
    replies = httpx.Response(429, headers={"retry-after": after}, json={}), httpx.Response(200, json=DONE)
    (reply,) = sends(script(*replies), clock)
    assert (reply, clock.passed) == (GeneratedImage("https://pictures.example/1"), 7)


@pytest.mark.parametrize(
    "after",
    [
        "²",
        "soon",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "-1",
        "0",
        "0.0",
        "Wed, 01 Jan 2020 00:00:00 GMT",  # a clock that is behind
    ],
)
def test_a_retry_after_that_says_nothing_is_as_none(after: str) -> None:
    clock = TestClock()
    headers = [(b"retry-after", after.encode("latin-1"))]
    sends(script(httpx.Response(429, headers=headers, json={}), httpx.Response(200, json={})), clock)
    assert len(clock.naps) == 1
    assert 0.5 <= clock.naps[0] <= 1


def test_a_server_that_wants_too_much_patience_is_given_up() -> None:
    with pytest.raises(RequestFailed, match="come back in 9999 s") as trouble:
        sends(script(httpx.Response(429, headers={"retry-after": "9999"})), TestClock())
    assert trouble.value.for_all


def test_a_server_that_says_come_back_each_time_opens_the_circuit() -> None:
    later, clock = httpx.Response(429, headers={"retry-after": "20"}), TestClock()
    asked = 0

    async def jobs() -> None:
        nonlocal asked
        provider = ProviderClient(ENDPOINT, Access(), {}, read=READ, clock=clock, rng=random.Random(1))
        async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: later)) as client:
            while True:
                asked += 1
                with contextlib.suppress(RequestFailed):
                    await provider.send(client, HttpRequest("POST", ENDPOINT, json={}), may_repeat=allowed)

    with pytest.raises(ProviderDown, match="the last: 429"):
        asyncio.run(jobs())
    assert asked <= 9


def test_no_money_left_is_no_reason_to_wait() -> None:
    (reply,) = sends(script(httpx.Response(429, json={"error": {"code": "insufficient_quota"}})), TestClock())
    assert reply == GenerationFailed("429: insufficient_quota", for_all=True)


def test_keeps_the_pace() -> None:
    clock = TestClock()
    sends(lambda _: httpx.Response(200, json={}), clock, times=31, requests_per_minute=30)
    assert clock.passed == pytest.approx(60)


@pytest.mark.parametrize("url", ["https://elsewhere.example/v1", "http://api.example/v1", "https://api.example:444/v1"])
def test_the_key_goes_nowhere_else(url: str) -> None:
    with pytest.raises(RequestFailed, match="refers to another host"):
        sends(lambda _: pytest.fail("asked"), TestClock(), url=url)


def test_an_address_that_is_none_is_not_asked() -> None:
    with pytest.raises(RequestFailed, match="refers to an address that is none"):
        sends(lambda _: pytest.fail("asked"), TestClock(), url="https://api.example:port/v1")


@pytest.mark.parametrize("status", [504, 524])
def test_a_proxy_that_waited_no_longer_may_hide_a_picture_that_was_made(status: int) -> None:
    page = httpx.Response(status, text="<html><title>Time-out</title>", headers={"content-type": "text/html"})
    with pytest.raises(RequestFailed, match=f"{status}: Time-out") as trouble:
        sends(lambda _: page, TestClock())
    assert trouble.value.maybe_charged


def test_an_api_that_says_itself_that_it_took_too_long_has_charged_nothing() -> None:
    with pytest.raises(RequestFailed, match="504: timed out") as trouble:
        sends(lambda _: httpx.Response(504, json={"error": {"message": "timed out"}}), TestClock())
    assert not trouble.value.maybe_charged


@pytest.mark.parametrize("label", ["text/plain", "application/octet-stream", "image/png", ""])
def test_json_is_read_whatever_its_label(label: str) -> None:
    reply = httpx.Response(200, content=json.dumps(DONE).encode(), headers={"content-type": label})
    assert sends(script(reply), TestClock()) == [GeneratedImage("https://pictures.example/1")]


def test_a_redirect_is_not_followed_with_a_key() -> None:
    with pytest.raises(RequestFailed, match="302"):
        sends(script(httpx.Response(302, headers={"location": "https://elsewhere.example/"})), TestClock())


def breaks(clock: TestClock, breaker: CircuitBreaker) -> float:
    """Seconds until the breaker lets one through."""
    before = clock.passed
    asyncio.run(breaker.wait_to_send())
    return clock.passed - before


def test_the_breaker_opens_tries_once_and_gives_up() -> None:
    clock = TestClock(datetime(2026, 1, 1, tzinfo=UTC))
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed("500")
    assert breaks(clock, breaker) == 0
    breaker.failed("500")
    assert breaks(clock, breaker) == pytest.approx(COOLING_SECONDS)
    breaker.failed("500")
    assert breaks(clock, breaker) == pytest.approx(COOLING_SECONDS), "the trial failed: open again"
    breaker.failed("502")
    with pytest.raises(ProviderDown, match="7 requests in a row failed; the last: 502"):
        breaks(clock, breaker)


def test_the_breaker_closes_after_a_trial_that_works() -> None:
    clock = TestClock()
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed("500")
    breaks(clock, breaker)
    breaker.succeeded()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed("500")
        assert breaks(clock, breaker) == 0


def test_only_one_trial_is_out_at_a_time() -> None:
    clock = TestClock()
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed("500")

    async def run() -> int:
        tasks = [asyncio.create_task(breaker.wait_to_send()) for _ in range(8)]
        for _ in range(2000):
            await asyncio.sleep(0)
        through = sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return through

    assert asyncio.run(run()) == 1
