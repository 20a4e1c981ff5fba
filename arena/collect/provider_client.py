"""The client of one provider: sends an adapter's requests with the key, at the provider's pace, retries where that
helps, and stops asking a provider that keeps failing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

import httpx

from arena.catalogue.records import Access
from arena.collect.clock import Clock
from arena.gateways import HttpAnswer, HttpRequest
from arena.gateways.protocol import value_at

FAILURES = 5
"""So many in a row open the circuit."""
COOLING_SECONDS = 30.0
OPENINGS = 3
"""So many openings without a success between them, and the provider is given up for this run."""
_GLANCE = 1.0


class ProviderDown(Exception):  # noqa: N818 - says what it is
    """The provider is given up for this run; the message says why."""


class Breaker:
    """Closed, open, half open (one trial is out), or given up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._openings = 0
        self._open = False
        self._trial = False
        self._until = 0.0
        self.gave_up = ""
        """Why, once it was given up."""

    async def ready(self) -> None:
        """Return when a request may go out. Raises ``ProviderDown`` once there is no more hope."""
        while True:
            if self.gave_up:
                raise ProviderDown(self.gave_up)
            if not self._open:
                return
            left = self._until - self._clock.monotonic()
            if left <= 0 and not self._trial:
                self._trial = True
                return
            await self._clock.sleep(min(_GLANCE, left) if left > 0 else _GLANCE / 20)

    async def calm(self) -> None:
        """Return when it makes sense to begin something new; takes no trial. Raises ``ProviderDown``."""
        while not self.gave_up and self._open and (self._trial or self._clock.monotonic() < self._until):
            left = self._until - self._clock.monotonic()
            await self._clock.sleep(min(_GLANCE, left) if left > 0 else _GLANCE / 20)
        if self.gave_up:
            raise ProviderDown(self.gave_up)

    def put_off(self) -> None:
        """It answered that it wants to be asked later: neither a success nor a failure."""
        self._trial = False

    def succeeded(self) -> None:
        """It answered."""
        self._failures = self._openings = 0
        self._open = self._trial = False

    def failed(self, reason: str) -> None:
        """It did not."""
        self._failures += 1
        if self._trial or (not self._open and self._failures >= FAILURES):
            self._open, self._trial = True, False
            self._openings += 1
            self._until = self._clock.monotonic() + COOLING_SECONDS
            if self._openings >= OPENINGS:
                self.give_up(f"{self._failures} requests in a row failed; the last: {reason}")

    def give_up(self, reason: str) -> None:
        """No request to this provider can work, e.g. because the key is wrong."""
        self.gave_up = self.gave_up or reason


ATTEMPTS = 5
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
LONGEST_PATIENCE = 300.0
"""A server that says to come back later than this is given up."""
LARGEST_ANSWER = 64 * 1024 * 1024
TRY_AGAIN = frozenset({408, 409, 425, 429})
NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Codes of a 429 that no waiting mends."""
CONNECT_SECONDS = 15.0


class Trouble(Exception):  # noqa: N818 - says what it is
    """A request without an answer that can be read."""

    def __init__(
        self,
        reason: str,
        *,
        again: bool = True,
        charged: bool = False,
        after: float | None = None,
        for_all: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        """Whether it may work when it is sent again."""
        self.charged = charged
        """Whether the provider may have done the work all the same."""
        self.after = after
        """Seconds that the server asks to wait."""
        self.for_all = for_all


Allow = Callable[[], Awaitable[bool]]


class Line:
    """To one provider; ``headers`` carry the key and go nowhere but to the origin of ``endpoint``."""

    def __init__(
        self,
        endpoint: str,
        access: Access,
        headers: dict[str, str],
        *,
        clock: Clock,
        rng: Random,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._home = httpx.URL(endpoint)
        self.access = access
        self.breaker = Breaker(clock)
        self.slots = asyncio.Semaphore(access.concurrency)
        self._headers = headers
        self._clock = clock
        self._rng = rng
        self._not_before = 0.0

    async def send(
        self, client: httpx.AsyncClient, request: HttpRequest, *, key: str = "", may_repeat: Allow | None = None
    ) -> HttpAnswer:
        """The answer to a request, sent up to ``ATTEMPTS`` times; raises ``Trouble`` when all is in vain.

        ``key`` is the idempotency key. Before a request that may have been charged goes out again, ``may_repeat`` is
        asked. Raises ``ProviderDown`` when the circuit breaker gave up meanwhile.
        """
        for attempt in range(1, ATTEMPTS + 1):
            await self.breaker.ready()
            await self._turn(asks=may_repeat is not None)
            try:
                answer = await self._once(client, request, key)
            except Trouble as trouble:
                self._note(trouble)
                if not trouble.again or attempt == ATTEMPTS:
                    raise
                if trouble.charged and may_repeat and not await may_repeat():
                    raise
                if trouble.after is None:
                    await self._clock.sleep(self._delay(attempt))
            else:
                self.breaker.succeeded()
                return answer
        raise AssertionError("unreachable")

    def _note(self, trouble: Trouble) -> None:
        if trouble.for_all:
            self.breaker.give_up(trouble.reason)
        elif trouble.after is not None:
            self._not_before = max(self._not_before, self._clock.monotonic() + trouble.after)
            self.breaker.put_off()
        else:
            self.breaker.failed(trouble.reason)

    def _delay(self, attempt: int) -> float:
        """Exponential, with jitter: half of it is certain."""
        full = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (attempt - 1))
        return full * (0.5 + self._rng.random() / 2)

    async def _turn(self, *, asks: bool) -> None:
        """Wait until the pace allows one more request; polling has no pace of its own, but keeps ``Retry-After``."""
        while (left := self._not_before - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)
        if asks and self.access.requests_per_minute:
            self._not_before = self._clock.monotonic() + 60 / self.access.requests_per_minute

    async def _once(self, client: httpx.AsyncClient, request: HttpRequest, key: str) -> HttpAnswer:
        url = self._checked(request.url)
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", **request.headers, **self._headers}
        if key and self.access.idempotency:
            headers[self.access.idempotency] = key
        try:
            async with (
                asyncio.timeout(self.access.answer_seconds),
                client.stream(
                    request.method,
                    url,
                    headers=headers,
                    params=request.params or None,
                    json=request.json,
                    data=dict(request.form) or None,
                    files=list(request.files) or None,
                    timeout=httpx.Timeout(self.access.answer_seconds, connect=CONNECT_SECONDS, pool=None),
                ) as response,
            ):
                return _read(response, await bounded(response, LARGEST_ANSWER), self._clock.now())
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.WriteError, httpx.WriteTimeout) as error:
            raise Trouble(f"cannot be reached ({type(error).__name__})") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise Trouble(f"no answer within {self.access.answer_seconds} s", charged=True) from error
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.CloseError) as error:
            raise Trouble(f"the connection broke ({type(error).__name__})", charged=True) from error
        except httpx.HTTPError as error:
            raise Trouble(f"cannot be asked ({type(error).__name__})", again=False) from error

    def _checked(self, address: str) -> httpx.URL:
        """The key goes to the provider alone, over TLS unless the catalogue names the host as one's own."""
        asked = httpx.URL(address)
        if (asked.scheme, asked.host, asked.port) != (self._home.scheme, self._home.host, self._home.port):
            raise Trouble(f"refers to another host, {asked.host}", again=False, charged=True)
        if asked.scheme != "https" and not is_private(asked, self.access):
            message = f"{asked.host} is asked without TLS: use https, or list it under access.private_hosts"
            raise Trouble(message, again=False, for_all=True)
        return asked


def is_private(url: httpx.URL, access: Access) -> bool:
    """Whether the catalogue lists the URL's host as one's own."""
    return url.host in access.private_hosts or f"{url.host}:{url.port}" in access.private_hosts


async def bounded(response: httpx.Response, limit: int) -> bytes:
    """All of a body, as long as it is no larger than ``limit`` bytes, and not compressed; raises ``Trouble``."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Trouble("the answer is compressed, which was not asked for", again=False, charged=True)
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise Trouble(f"the answer is larger than {limit:,} bytes", again=False, charged=True)
    return bytes(content)


def _read(response: httpx.Response, content: bytes, now: datetime) -> HttpAnswer:
    status, kind = response.status_code, response.headers.get("content-type", "")
    if 300 <= status < 400:
        raise Trouble(f"{status}: it sends elsewhere, which is not followed with a key", again=False)
    body = _parsed(content)
    if status == 429 and value_at(body, "error", "code") in NO_MONEY:
        raise Trouble(f"429: {value_at(body, 'error', 'code')}", again=False, for_all=True)
    if status in TRY_AGAIN or status >= 500:
        after = _retry_after(response.headers.get("retry-after", ""), now) if status in (429, 503) else None
        too_long = after is not None and after > LONGEST_PATIENCE
        reason = (
            f"{status}: come back in {after:.0f} s" if after else f"{status}: {response.reason_phrase or 'try later'}"
        )
        raise Trouble(reason, after=after, again=not too_long, for_all=too_long)
    if status < 300 and "json" not in kind:
        raise Trouble(f"answered {kind[:60] or 'something'} instead of JSON", again=False, charged=True)
    if status < 300 and body is None:
        raise Trouble("answered malformed JSON", again=False, charged=True)
    return HttpAnswer(status, body)


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds, from seconds or an HTTP date (RFC 9110, 10.2.3); None for neither."""
    if value.isdecimal():
        return float(value[:12])
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())
