"""The voting app: ``create_app`` puts it together from what it is given and opens nothing by itself.

What it shows is replaced while it runs: requests that began before end with what they began with.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from arena.errors import ArenaError, StoreError
from arena.votes.store import Store
from arena.votes.store.networks import SECRET_BYTES
from arena.voting.battles import Battles
from arena.voting.estimates import EstimateCache
from arena.voting.group_commit import GroupCommitWriter
from arena.voting.guard import Guard, RootPath, site_policy
from arena.voting.handlers import Handlers
from arena.voting.identities import Pseudonyms, Tokens
from arena.voting.language_pages import choose_language, languages_page, message_file, offered_languages
from arena.voting.live_arena import LiveArena
from arena.voting.login import Login
from arena.voting.pictures import PictureCache
from arena.voting.refusals import RequestRefused
from arena.voting.reveal import Reveals
from arena.voting.static_files import favicon, static_file

LOG = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]
Watcher = Callable[[], LiveArena | None]
"""What to show instead, where that has changed; None otherwise."""


def create_app(
    live: LiveArena,
    store: Store,
    *,
    clock: Callable[[], datetime],
    rng: random.Random,
    secret: bytes,
    watcher: Watcher = lambda: None,
    root: str = "",
    client_secret: str | None = None,
) -> Starlette:
    """The app as an ASGI application; its outputs are made known to the store at once.

    ``clock`` tells the time (aware, UTC). ``rng`` draws battles, sides, ids and identities and has to be unpredictable
    (``random.SystemRandom()``) outside tests. ``secret`` (16 bytes or more) signs tokens and keys pseudonyms; workers
    of one arena share it. ``watcher`` is called now and then, in a thread. ``root`` is the path that the app is below,
    empty or such as ``/arena``; requests may come with it or, from a proxy that takes it away, without. With
    ``client_secret`` people log in with the project's provider. Raises ArenaError where only one of both is there.
    """
    login = _login(live, client_secret, secret, clock)
    store.sync_outputs(live.catalogue)
    store.start_periods(rng.randbytes(SECRET_BYTES))
    site = built_site(live)
    pictures = PictureCache(live.settings.voting.picture_size)
    battles = _new_battles(live, store, clock, rng, secret)
    current = CurrentHandlers(new_handlers(battles, pictures, login, site=site is not None, root=root))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        settings = live.settings
        tasks = [
            asyncio.create_task(forget_regularly(store, clock, settings.housekeeping_seconds)),
            asyncio.create_task(renew_regularly(current, watcher, settings.watch_seconds)),
        ]
        yield
        for task in tasks:
            task.cancel()
        battles.writer.close()
        pictures.close()

    # The site's pages are static files, but a script in one of them would act as the voter: Guard's policy holds too.
    guard = Middleware(
        Guard,
        site_policy=site_policy(live.catalogue.project.playground),
        language_of=lambda scope: current.handlers.language_of(Request(scope)),
    )
    app = Starlette(routes=_routes(current), middleware=[Middleware(RootPath, root=root), guard], lifespan=lifespan)
    if site:
        app.router.routes.append(Mount("/site", SiteFiles(current, site)))
    for kind in (RequestRefused, ArenaError, HTTPException):
        app.add_exception_handler(kind, current.answer_error)
    app.state.current = current
    return app


@dataclass
class CurrentHandlers:
    """The handlers of the present ``LiveArena``; a request that began under another one ends under it."""

    handlers: Handlers

    def endpoint(self, handle: Callable[[Handlers, Request], Awaitable[Response]]) -> Endpoint:
        """An endpoint that asks the handlers that are the present ones when a request comes."""

        async def endpoint(request: Request) -> Response:
            return await handle(self.handlers, request)

        return endpoint

    async def answer_error(self, request: Request, error: Exception) -> Response:
        """The answer to what a handler raised."""
        return await self.handlers.answer_error(request, error)

    async def prepare_pictures(self) -> None:
        """Make the pictures that battles may show before anybody asks for them."""
        await self.handlers.pictures.prepare(self.handlers.all_files())

    def show(self, live: LiveArena) -> None:
        """Show another ``LiveArena`` from now on. Takes a while, in any thread; the change itself is at once.

        Raises ``ArenaError`` where people would log in otherwise, ``StoreUnavailable`` where its outputs cannot be made
        known to the store; nothing has changed then.
        """
        old = self.handlers
        if live.catalogue.project.login != old.live.catalogue.project.login:
            raise ArenaError("who may vote has changed", where="arena.toml: [login]", hint="start the arena again")
        battles = old.battles.of(live)
        now = old.clock()
        battles.store.sync_outputs(live.catalogue)
        # Worked out here, so that the first voter of each arena does not wait for it.
        for arena in live.pools:
            battles.estimates.current(arena, now)
        self.handlers = new_handlers(battles, old.pictures, old.login, site=old.reveals.site, root=old.reveals.root)


class SiteFiles(StaticFiles):
    """The built site, without pictures that are in play now: it may have been built before they entered."""

    def __init__(self, current: CurrentHandlers, site: Path) -> None:
        super().__init__(directory=site, html=True)
        self._current = current

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The file of a path; none where its name begins with the sum of a picture in play."""
        if Path(path).name[:64].lower() in self._current.handlers.live.in_play:
            return "", None
        return super().lookup_path(path)


def new_handlers(battles: Battles, pictures: PictureCache, login: Login | None, *, site: bool, root: str) -> Handlers:
    """The handlers of what ``battles`` shows.

    ``site``: whether the built site is there to link to; ``root``: see ``create_app``.
    """
    reveals = Reveals.of(battles.live, battles.tokens, site=site, root=root)
    return Handlers(battles, reveals, pictures, battles.tokens.clock, login, offered_languages(battles.live.catalogue))


def built_site(live: LiveArena) -> Path | None:
    """The folder of the built site, where there is one."""
    site = live.settings.site
    return site if site and (site / "index.html").is_file() else None


async def renew_regularly(current: CurrentHandlers, watcher: Watcher, seconds: float) -> None:
    """Make the pictures of what is shown; every so often show what is new, and make its pictures; until cancelled.

    A project that cannot be read is said in the log, and what was shown stays; one that the store could not take yet
    is tried again the next time.
    """
    waiting: LiveArena | None = None
    told = ""
    async with asyncio.TaskGroup() as making:
        making.create_task(current.prepare_pictures())
        while True:
            await asyncio.sleep(seconds)
            try:
                # A change is told once: it is kept until the store has taken it.
                waiting = await asyncio.to_thread(watcher) or waiting
                if waiting:
                    await asyncio.to_thread(current.show, waiting)
                    making.create_task(current.prepare_pictures())
                waiting = None
                told = ""
            except ArenaError as error:
                if str(error) != told:  # what only a new start mends would be said every few seconds
                    LOG.warning("the project has changed, but what is shown has not: %s", error)
                told = str(error)
            except OSError as error:
                LOG.warning("whether the project has changed cannot be seen now, and is looked at again: %s", error)


async def forget_regularly(store: Store, clock: Callable[[], datetime], seconds: float) -> None:
    """Remove battles that expired without a vote, and what limits remember, now and every so often, until cancelled.

    A store that cannot be reached is tried again the next time: votes say so themselves.
    """
    while True:
        with suppress(StoreError):
            await asyncio.to_thread(store.forget_expired, clock())
        await asyncio.sleep(seconds)


def _new_battles(
    live: LiveArena, store: Store, clock: Callable[[], datetime], rng: random.Random, secret: bytes
) -> Battles:
    lifetime = timedelta(minutes=live.settings.voting.battle_minutes)
    return Battles(
        live,
        store,
        EstimateCache(store, live),
        Tokens(_key(secret, "tokens"), clock, lifetime),
        Pseudonyms(_key(secret, "voters"), rng),
        GroupCommitWriter(store),
        rng,
    )


def _login(live: LiveArena, client_secret: str | None, secret: bytes, clock: Callable[[], datetime]) -> Login | None:
    settings = live.catalogue.project.login
    if (settings is None) != (client_secret is None):
        # Never half: an arena that means to know its voters must not be open to anybody.
        message = "the client's secret is missing" if settings else "a client's secret, and no [login] that it is for"
        raise ArenaError(message, where="arena.toml: [login]", hint="start the arena again")
    if settings is None or client_secret is None:
        return None
    return Login.of(settings, client_secret, _key(secret, "login"), clock)


def _key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that no signature made for one is good for another."""
    return hashlib.sha256(purpose.encode() + b"\0" + secret).digest()


def _routes(current: CurrentHandlers) -> list[Route]:
    endpoint = current.endpoint
    return [
        Route("/", endpoint(Handlers.page), methods=["GET"]),
        Route("/vote", endpoint(Handlers.vote_form), methods=["POST"]),
        Route("/votes/{token}", endpoint(Handlers.reveal_page), methods=["GET"]),
        Route("/me", endpoint(Handlers.board), methods=["GET"]),
        Route("/api/battle", endpoint(Handlers.battle), methods=["GET"]),
        Route("/api/votes", endpoint(Handlers.vote), methods=["POST"]),
        Route("/language", endpoint(choose_language), methods=["POST"]),
        Route("/languages", endpoint(languages_page), methods=["GET"]),
        Route("/languages/{tag}.po", endpoint(message_file), methods=["GET"]),
        Route("/login", endpoint(Handlers.log_in), methods=["GET"]),
        Route("/login/done", endpoint(Handlers.logged_in), methods=["GET"]),
        Route("/logout", endpoint(Handlers.log_out), methods=["POST"]),
        Route("/api/work", endpoint(Handlers.work_wanted), methods=["GET"]),
        Route("/api/work", endpoint(Handlers.work_done), methods=["POST"]),
        Route("/pictures/{name}", endpoint(Handlers.picture), methods=["GET"]),
        Route("/static/{name}", endpoint(static_file), methods=["GET"]),
        Route("/favicon.ico", endpoint(favicon), methods=["GET"]),
        Route("/openapi.json", endpoint(Handlers.openapi), methods=["GET"]),
        Route("/healthz", endpoint(Handlers.health), methods=["GET"]),
        Route("/metrics", endpoint(Handlers.metrics), methods=["GET"]),
    ]
