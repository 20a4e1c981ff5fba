"""The client of one provider: sends a gateway's requests with the key, at the provider's pace, retries where that
helps, and stops asking a provider that keeps failing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

import httpx

from arena.catalogue.records import Access
from arena.collect.bodies import UnreadableBody, last_event, parsed_json, read_bounded
from arena.collect.dependencies import Clock
from arena.gateways import FinalReply, GenerationFailed, HttpAnswer, HttpRequest, JobAccepted, Reply, TryLater

FAILURES_TO_OPEN = 5
"""So many failures in a row open the circuit."""
COOLING_SECONDS = 30.0
OPENINGS_TO_GIVE_UP = 3
"""So many openings without a success between them, and the provider is given up for this run."""
_LONGEST_NAP = 1.0
"""Seconds between two looks at an open circuit: another task may close it, or give the provider up, meanwhile."""

ATTEMPTS = 5
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
LONGEST_RETRY_AFTER = 300.0
"""A provider that says to come back later than after so many seconds is given up."""
CONNECT_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of one JSON answer, which may hold images in base64."""
LONGEST_TEXT = 20_000
"""Bytes of an error that is no JSON, of which the words are kept."""

STATUSES_OF_LOST_ANSWERS = frozenset({504, 524})
"""A proxy in front of the API (nginx, Cloudflare) waited no longer for its answer."""

MayRepeat = Callable[[], Awaitable[bool]]
ReadAnswer = Callable[[HttpAnswer], Reply]


class ProviderDown(Exception):  # noqa: N818 - says what it is
    """The provider is given up for this run; the message says why."""


class RequestFailed(Exception):  # noqa: N818 - says what it is
    """A request without an answer that can be read."""

    def __init__(
        self,
        reason: str,
        *,
        retry: bool = True,
        maybe_charged: bool = False,
        retry_after: float | None = None,
        for_all: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry
        """Whether it may work when it is sent again."""
        self.maybe_charged = maybe_charged
        """Whether the provider may have done the work all the same."""
        self.retry_after = retry_after
        """Seconds that the server asks to wait."""
        self.for_all = for_all
        """Whether no other request to this provider can work either."""


class CircuitBreaker:
    """Keeps requests from a provider that fails: closed, open, half open (one trial request is out), or given up.

    The pattern of Nygard, *Release It!*: without it, each of hundreds of planned images would go through all its
    retries against a server that is down.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._openings = 0
        self._open = False
        self._trial = False
        self._open_until = 0.0
        self._begun = False
        self._heard = asyncio.Event()
        self.gave_up = ""
        """Why the provider was given up; empty as long as it was not."""

    async def wait_to_send(self) -> None:
        """Return when a request may go out. Raises ``ProviderDown`` once the provider is given up."""
        while True:
            if self.gave_up:
                raise ProviderDown(self.gave_up)
            if not self._open:
                return
            left = self._open_until - self._clock.monotonic()
            if left <= 0 and not self._trial:
                # Half open: one request is the trial, and the others wait for how it ends, so that a server which
                # comes back is not met by all of them at once.
                self._trial = True
                return
            await self._nap(left)

    async def wait_to_begin(self) -> None:
        """Return when it makes sense to begin another job; takes no trial. Raises ``ProviderDown``.

        The first job goes alone until the provider was heard from: where the key is wrong or the account is locked,
        one request is sent, and not as many as may be out at a time.
        """
        if self._begun:
            await self._heard.wait()
        self._begun = True
        while not self.gave_up and self._open and (self._trial or self._clock.monotonic() < self._open_until):
            await self._nap(self._open_until - self._clock.monotonic())
        if self.gave_up:
            raise ProviderDown(self.gave_up)

    def postponed(self) -> None:
        """The provider asked to be asked later: neither a success nor a failure."""
        self._trial = False
        self._heard.set()

    def first_is_over(self) -> None:
        """The first job has ended, or was none that had to be asked for."""
        self._heard.set()

    def succeeded(self) -> None:
        """The provider answered."""
        self._heard.set()
        self._failures = self._openings = 0
        self._open = self._trial = False

    def failed(self, reason: str) -> None:
        """The provider did not answer, or answered with an error of its own."""
        self._heard.set()
        self._failures += 1
        # Failures of requests that were out already when the circuit opened do not open it once more.
        if self._trial or (not self._open and self._failures >= FAILURES_TO_OPEN):
            self._open, self._trial = True, False
            self._openings += 1
            self._open_until = self._clock.monotonic() + COOLING_SECONDS
            if self._openings >= OPENINGS_TO_GIVE_UP:
                self.give_up(f"{self._failures} requests in a row failed; the last: {reason}")

    def give_up(self, reason: str) -> None:
        """No request to this provider can work, e.g. because the key is wrong."""
        self.gave_up = self.gave_up or reason
        self._heard.set()

    async def _nap(self, left: float) -> None:
        await self._clock.sleep(min(_LONGEST_NAP, left) if left > 0 else _LONGEST_NAP / 20)


class ProviderClient:
    """Sends requests to one provider; ``headers`` carry the key and go nowhere but to the origin of ``endpoint``.

    ``read`` is the gateway's: what an answer means decides whether a request is repeated, and whether any other can
    work.
    """

    def __init__(
        self,
        endpoint: str,
        access: Access,
        headers: dict[str, str],
        *,
        read: ReadAnswer,
        clock: Clock,
        rng: Random,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._read = read
        self._attempts = attempts
        self.endpoint = endpoint.rstrip("/")
        self._origin = httpx.URL(endpoint)
        self.access = access
        self.breaker = CircuitBreaker(clock)
        self.slots = asyncio.Semaphore(access.concurrency)
        self._headers = headers
        self._clock = clock
        self._rng = rng
        self._not_before = 0.0

    async def send(
        self, client: httpx.AsyncClient, request: HttpRequest, *, key: str = "", may_repeat: MayRepeat | None = None
    ) -> FinalReply | JobAccepted:
        """The reply to a request, sent up to ``attempts`` times; raises ``RequestFailed`` when all of them fail.

        ``key`` is the idempotency key. Before a request that may have been charged goes out again, ``may_repeat`` is
        asked. Raises ``ProviderDown`` when the circuit breaker gave up meanwhile.
        """
        # Polling costs nothing, and is repeated as ever.
        attempts = self._attempts if may_repeat else ATTEMPTS
        for attempt in range(1, attempts + 1):
            await self.breaker.wait_to_send()
            await self._wait_for_pace(paced=may_repeat is not None)
            try:
                reply = await self._send_once(client, request, key)
            except RequestFailed as failure:
                self._note(failure, last=attempt == attempts)
                if not failure.retry or attempt == attempts:
                    raise
                if failure.maybe_charged and may_repeat and not await may_repeat():
                    raise
                if failure.retry_after is None:
                    await self._clock.sleep(self._delay(attempt))
            else:
                if isinstance(reply, GenerationFailed) and reply.for_all:
                    self.breaker.give_up(reply.reason)
                else:
                    self.breaker.succeeded()
                return reply
        raise AssertionError("unreachable")

    def _note(self, failure: RequestFailed, *, last: bool) -> None:
        if failure.for_all:
            self.breaker.give_up(failure.reason)
            return
        if failure.retry_after is not None:
            self._not_before = max(self._not_before, self._clock.monotonic() + failure.retry_after)
        if failure.retry_after is None or last:
            self.breaker.failed(failure.reason)
        else:
            # The provider says itself when to come back: that is no failure, unless it says so each time.
            self.breaker.postponed()

    def _delay(self, attempt: int) -> float:
        """Exponential backoff with jitter: half of the delay is random.

        Requests that failed together would otherwise all come back at the same moment, and fail together again.
        """
        full = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (attempt - 1))
        return full * (0.5 + self._rng.random() / 2)

    async def _wait_for_pace(self, *, paced: bool) -> None:
        """Wait until the pace allows one more request; polling is not ``paced``, but keeps ``Retry-After``."""
        # In a loop: another task may have put the time off while this one slept.
        while (left := self._not_before - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)
        if paced and self.access.requests_per_minute:
            self._not_before = self._clock.monotonic() + 60 / self.access.requests_per_minute

    async def _send_once(self, client: httpx.AsyncClient, request: HttpRequest, key: str) -> FinalReply | JobAccepted:
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
                content = await read_bounded(response, LARGEST_ANSWER)
                answer = _answer(response, content)
                reply = self._read(answer)
                if isinstance(reply, TryLater):
                    raise _busy(reply, answer, response, self._clock.now())
                return reply
        except UnreadableBody as unreadable:
            raise RequestFailed(str(unreadable), retry=False, maybe_charged=True) from unreadable
        # Until the request was sent whole, the provider cannot have charged for it; after that, it may have.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.WriteError, httpx.WriteTimeout) as error:
            raise RequestFailed(f"cannot be reached ({type(error).__name__})") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise RequestFailed(f"no answer within {self.access.answer_seconds} s", maybe_charged=True) from error
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.CloseError) as error:
            raise RequestFailed(f"the connection broke ({type(error).__name__})", maybe_charged=True) from error
        except httpx.HTTPError as error:
            raise RequestFailed(f"cannot be asked ({type(error).__name__})", retry=False) from error

    def _checked(self, url: str) -> httpx.URL:
        """The key goes to the provider alone, over TLS unless the catalogue names the host as one's own.

        A queue names its own URLs to poll (``arena.gateways.fal_queue``): an answer could send the key anywhere.
        """
        try:
            asked = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise RequestFailed("refers to an address that is none", retry=False, maybe_charged=True) from error
        if (asked.scheme, asked.host, asked.port) != (self._origin.scheme, self._origin.host, self._origin.port):
            raise RequestFailed(f"refers to another host, {asked.host}", retry=False, maybe_charged=True)
        if asked.scheme != "https" and not is_private(asked, self.access):
            message = f"{asked.host} is asked without TLS: use https, or list it under access.private_hosts"
            raise RequestFailed(message, retry=False, for_all=True)
        return asked


def is_private(url: httpx.URL, access: Access) -> bool:
    """Whether the catalogue lists the URL's host as one's own."""
    return url.host in access.private_hosts or f"{url.host}:{url.port}" in access.private_hosts


def _answer(response: httpx.Response, content: bytes) -> HttpAnswer:
    """The answer with its JSON, or with the text of an error that is none. Raises ``RequestFailed``."""
    status, media_type = response.status_code, response.headers.get("content-type", "")
    if 300 <= status < 400:
        raise RequestFailed(f"{status}: it sends elsewhere, which is not followed with a key", retry=False)
    # By content, not by label: an answer that was paid for may come as text/plain, or as a stream that nobody wanted.
    body = last_event(content) if "event-stream" in media_type else parsed_json(content)
    if status < 300 and body is None:
        message = "malformed JSON" if "json" in media_type else f"{media_type or 'something'} instead of JSON"
        raise RequestFailed(f"answered {message}", retry=False, maybe_charged=True)
    # Any other status is an answer: what was wrong with the request is in its body, for the gateway to read.
    return HttpAnswer(status, content[:LONGEST_TEXT].decode("utf-8", "replace") if body is None else body)


def _busy(later: TryLater, answer: HttpAnswer, response: httpx.Response, now: datetime) -> RequestFailed:
    """The failure of a provider that cannot answer at present, with what it says about when to come back."""
    after = _retry_after(response.headers.get("retry-after", ""), now) or later.after
    too_long = after is not None and after > LONGEST_RETRY_AFTER
    reason = f"{later.reason}; come back in {after:.0f} s" if after else later.reason
    # Without JSON it is the word of a proxy that waited no longer for the API, which goes on with the work.
    maybe_charged = answer.status in STATUSES_OF_LOST_ANSWERS and isinstance(answer.body, str)
    return RequestFailed(reason, retry_after=after, retry=not too_long, for_all=too_long, maybe_charged=maybe_charged)


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds, from seconds or an HTTP date (RFC 9110, 10.2.3); None for neither, and for no time at all: five requests
    in one moment help nobody.
    """
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return float(value[:12]) or None
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()) or None
