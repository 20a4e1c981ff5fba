"""What a run of collecting needs from outside: time, random numbers, name lookup, the network, simulated images.

All of it is an argument, so that a test runs the same code with a clock and servers of its own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from threading import Event as ThreadEvent
from typing import Protocol

import httpx

from arena.catalogue.records import Access, Provider
from arena.collect.jobs import LOCAL
from arena.errors import CollectError

SIMULATED_ENDPOINT = "https://simulated.invalid/image"
"""A name that no resolver knows (RFC 6761); only ``SimulatedTransport`` answers it."""

LOCAL_PROVIDER = Provider(
    name="Simulated",
    gateway=LOCAL,
    endpoint=SIMULATED_ENDPOINT,
    access=Access(auth="none", concurrency=2, idempotency="Key"),
)
"""The provider of simulated images, where data/providers does not describe it."""

DrawSimulated = Callable[[str, str], bytes]
"""(prompt id, model id) -> an encoded image."""

Resolver = Callable[[str], Awaitable[list[str]]]
"""A host's addresses, as text."""

TransportFor = Callable[[str], httpx.AsyncBaseTransport]
"""Provider id -> the transport of requests to it, and of those for its images."""


class Clock(Protocol):
    """The time of day, a time in seconds that only moves forward, and a way to let time pass."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock, for the command line to pass in."""

    def now(self) -> datetime:
        """In UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run meanwhile."""
        await asyncio.sleep(seconds)


async def resolve(host: str) -> list[str]:
    """The addresses that the system's resolver gives for a host; none where it knows none."""
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(address[4][0]) for address in addresses})


class SimulatedTransport(httpx.AsyncBaseTransport):
    """Answers requests with simulated images, drawn on another thread."""

    def __init__(self, draw: DrawSimulated) -> None:
        self._draw = draw

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Draw what the body names."""
        wanted = json.loads(await request.aread())
        image = await asyncio.to_thread(self._draw, wanted["prompt"], wanted["model"])
        return httpx.Response(200, json={"image": base64.b64encode(image).decode()})


@dataclass(frozen=True)
class Dependencies:
    """Everything from outside that one run uses."""

    rng: Random
    """Ids of jobs come from it: pass in ``random.SystemRandom()``."""
    clock: Clock = field(default_factory=SystemClock)
    transport: TransportFor | None = None
    resolver: Resolver = resolve
    draw_simulated: DrawSimulated | None = None
    halt: ThreadEvent = field(default_factory=ThreadEvent)
    """Once it is set, nothing new is asked for; what is under way is finished."""

    def clients(self, provider_id: str, provider: Provider) -> Callable[[], httpx.AsyncClient]:
        """A maker of HTTP clients for one provider, which follow no redirects and read no environment."""
        # Each client sends one request at a time. httpcore's pool looks through all of its connections at every
        # request; with one pool for 16 connections that took more of the processor than everything else together.
        transport = self._transports(provider_id, provider)
        return lambda: httpx.AsyncClient(transport=transport(), trust_env=False, follow_redirects=False)

    def _transports(self, provider_id: str, provider: Provider) -> Callable[[], httpx.AsyncBaseTransport]:
        if self.transport is not None:
            return partial(self.transport, provider_id)
        if provider.gateway != LOCAL:
            # Loaded once for all clients of the provider: it reads some hundred certificates.
            trusted = httpx.create_ssl_context(trust_env=False)
            return lambda: httpx.AsyncHTTPTransport(verify=trusted, limits=httpx.Limits(max_connections=2))
        if self.draw_simulated is None:
            message = "nothing draws simulated images"
            raise CollectError(message, where=f"provider {provider_id}", hint="pass in draw_simulated")
        return partial(SimulatedTransport, self.draw_simulated)
