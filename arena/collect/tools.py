"""What the world outside provides to a run: time, chance, the network, a painter. A test hands in its own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Event as Flag

import httpx

from arena.catalogue.records import Access, Provider
from arena.collect.clock import Clock, SystemClock
from arena.collect.fetching import Resolver, resolve
from arena.collect.image_store import LOCAL
from arena.errors import CollectError

ENDPOINT = "https://painter.invalid/paint"
"""A name that no resolver knows (RFC 6761); only the transport below answers it."""

Painter = Callable[[str, str], bytes]
"""(prompt id, model id) -> an encoded picture."""


class PainterTransport(httpx.AsyncBaseTransport):
    """Answers requests by painting, on another thread."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Paint what the body names."""
        asked = json.loads(await request.aread())
        picture = await asyncio.to_thread(self._paint, asked["prompt"], asked["model"])
        return httpx.Response(200, json={"image": base64.b64encode(picture).decode()})


Transport = Callable[[str], httpx.AsyncBaseTransport]
"""By the id of a provider: what its requests travel on, and those for its pictures."""

LOCAL_PROVIDER = Provider(
    name="Painter", gateway=LOCAL, endpoint=ENDPOINT, access=Access(auth="none", concurrency=2, idempotency="Key")
)
"""The painter, where data/providers does not describe it."""


@dataclass(frozen=True)
class Tools:
    """Handed to a run."""

    rng: Random
    """Ids of jobs come from it: hand in ``random.SystemRandom()``."""
    clock: Clock = field(default_factory=SystemClock)
    transport: Transport | None = None
    resolver: Resolver = resolve
    paint: Painter | None = None
    halt: Flag = field(default_factory=Flag)
    """Once it is set, nothing new is asked for; what is under way is finished."""

    def clients(self, provider_id: str, provider: Provider) -> Callable[[], httpx.AsyncClient]:
        """A maker of clients for one provider, which follow nothing and read no environment.

        Each is for one request at a time: httpcore's pool looks through all of its connections at every request, which
        with one pool for 16 of them took more of the processor than everything else together.
        """
        transport = self._transports(provider_id, provider)
        return lambda: httpx.AsyncClient(transport=transport(), trust_env=False, follow_redirects=False)

    def _transports(self, provider_id: str, provider: Provider) -> Callable[[], httpx.AsyncBaseTransport]:
        if self.transport is not None:
            return partial(self.transport, provider_id)
        if provider.gateway != LOCAL:
            trusted = httpx.create_ssl_context(trust_env=False)
            return lambda: httpx.AsyncHTTPTransport(verify=trusted, limits=httpx.Limits(max_connections=2))
        if self.paint is None:
            raise CollectError("there is no painter", where=f"provider {provider_id}", hint="hand one in")
        return partial(PainterTransport, self.paint)
