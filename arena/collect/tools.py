"""What the world outside provides to a run: time, chance, the network, a painter. A test hands in its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Event as Flag

import httpx

from arena.catalogue.records import Access, Provider
from arena.collect.clock import Clock, SystemClock
from arena.collect.fetching import Resolver, resolve
from arena.collect.gateways import Painter, PainterTransport
from arena.collect.gateways.local import ENDPOINT
from arena.collect.shelf import LOCAL
from arena.errors import CollectError

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

    def client(self, provider_id: str, provider: Provider) -> httpx.AsyncClient:
        """A client for one provider, which follows nothing and reads no environment."""
        if self.transport is not None:
            transport = self.transport(provider_id)
        elif provider.gateway == LOCAL:
            if self.paint is None:
                raise CollectError("there is no painter", where=f"provider {provider_id}", hint="hand one in")
            transport = PainterTransport(self.paint)
        else:
            limits = httpx.Limits(max_connections=2 * provider.access.concurrency, keepalive_expiry=30)
            transport = httpx.AsyncHTTPTransport(limits=limits)
        return httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False)
