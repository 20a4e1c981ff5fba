"""What the voting app shows is renewed while it runs: requests that began before end with what they began with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from arena.voting.desk import Desk
from arena.voting.exhibition import open_halls
from arena.voting.handlers import Handlers
from arena.voting.live_arena import Edition
from arena.voting.pages import Pages
from arena.voting.pictures import Pictures
from arena.voting.reveal import Reveals
from arena.voting.standings import Standings

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Stage:
    """``handlers`` are those of the present edition; a request that began under another ends under it."""

    handlers: Handlers

    def to(self, handle: Callable[[Handlers, Request], Awaitable[Response]]) -> Endpoint:
        """An endpoint that asks the present handlers."""

        async def endpoint(request: Request) -> Response:
            return await handle(self.handlers, request)

        return endpoint

    async def fault(self, request: Request, error: Exception) -> Response:
        """The answer to what a handler raised."""
        return await self.handlers.fault(request, error)

    async def get_ready(self) -> None:
        """Make the pictures that battles may show before anybody asks for them."""
        await self.handlers.pictures.get_ready(self.handlers.all_files())

    def show(self, edition: Edition) -> None:
        """Let battles show another edition from now on. Takes a while, in any thread; the change itself is at once.

        Raises ``StoreUnavailable`` where its outputs cannot be made known to the store; nothing has changed then.
        """
        old = self.handlers
        desk = with_edition(old.pages.desk, edition)
        now = old.clock()
        desk.store.sync_outputs(edition.catalogue)
        for arena in desk.halls:
            desk.standings.now(arena, now)
        self.handlers = open_handlers(edition, desk, old.pictures, site=old.pages.reveals.site)


def with_edition(desk: Desk, edition: Edition) -> Desk:
    """The desk with the same store, voters and open battles, for another edition."""
    halls, voting = open_halls(edition.catalogue), edition.settings.voting
    return replace(
        desk,
        catalogue=edition.catalogue,
        halls=halls,
        standings=Standings(desk.store, edition.ratings, halls, edition.votes),
        voting=voting,
        tokens=replace(desk.tokens, lifetime=timedelta(minutes=voting.battle_minutes)),
    )


def open_handlers(edition: Edition, desk: Desk, pictures: Pictures, *, site: bool) -> Handlers:
    """The handlers of an edition. ``site``: whether the built site is there to link to."""
    simulated = edition.settings.simulated_log
    reveals = Reveals.of(edition.catalogue, edition.ratings, simulated_log=simulated, site=site)
    pages = Pages(edition.catalogue, desk, reveals, edition.settings)
    return Handlers(pages, pictures, edition.ratings, desk.tokens.clock)


def built_site(edition: Edition) -> Path | None:
    """The folder of the built site, where there is one."""
    site = edition.settings.site
    return site if site and (site / "index.html").is_file() else None
