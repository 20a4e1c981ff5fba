"""The voting app: ``create_app`` puts it together from what it is given and opens nothing by itself."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from arena.errors import ArenaError, StoreError
from arena.votes.store import Store
from arena.voting.desk import Desk
from arena.voting.exhibition import open_halls
from arena.voting.guard import Guard, site_policy
from arena.voting.handlers import Handlers
from arena.voting.live_arena import Edition
from arena.voting.pictures import Pictures
from arena.voting.refusals import Refused
from arena.voting.renewal import Stage, built_site, open_handlers
from arena.voting.standings import Standings
from arena.voting.tokens import Tokens
from arena.voting.voters import Voters
from arena.voting.writer import Writer

LOG = logging.getLogger(__name__)


def create_app(
    edition: Edition,
    store: Store,
    *,
    clock: Callable[[], datetime],
    rng: random.Random,
    secret: bytes,
    news: Callable[[], Edition | None] = lambda: None,
) -> Starlette:
    """The app as an ASGI application; its outputs are made known to the store at once.

    ``clock`` tells the time (aware, UTC). ``rng`` draws battles, sides, ids and identities and has to be unpredictable
    (``random.SystemRandom()``) outside tests. ``secret`` (16 bytes or more) signs tokens and keys pseudonyms; workers
    of one arena share it. ``news`` is asked now and then, in a thread, for an edition to show instead.
    """
    store.sync_outputs(edition.catalogue)
    site = built_site(edition)
    pictures = Pictures(edition.settings.voting.picture_size)
    desk = _open_desk(edition, store, clock, rng, secret)
    stage = Stage(open_handlers(edition, desk, pictures, site=site is not None))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        settings = edition.settings
        tasks = [
            asyncio.create_task(forget_regularly(store, clock, settings.housekeeping_seconds)),
            asyncio.create_task(renew_regularly(stage, news, settings.news_seconds)),
        ]
        yield
        for task in tasks:
            task.cancel()
        desk.writer.close()
        pictures.close()

    guard = Middleware(Guard, site_policy=site_policy(edition.catalogue.project.playground))
    app = Starlette(routes=_routes(stage), middleware=[guard], lifespan=lifespan)
    if site:
        app.router.routes.append(Mount("/site", StaticFiles(directory=site, html=True)))
    for kind in (Refused, ArenaError, HTTPException):
        app.add_exception_handler(kind, stage.fault)
    app.state.desk, app.state.pictures, app.state.stage = desk, pictures, stage
    return app


def _open_desk(
    edition: Edition, store: Store, clock: Callable[[], datetime], rng: random.Random, secret: bytes
) -> Desk:
    halls, voting = open_halls(edition.catalogue), edition.settings.voting
    return Desk(
        edition.catalogue,
        store,
        halls,
        Standings(store, edition.ratings, halls, edition.votes),
        voting,
        Tokens(_key(secret, "tokens"), clock, timedelta(minutes=voting.battle_minutes)),
        Voters(_key(secret, "voters"), rng),
        Writer(store),
        rng,
        OrderedDict(),
    )


async def renew_regularly(stage: Stage, news: Callable[[], Edition | None], seconds: float) -> None:
    """Make the pictures of what is shown; every so often show what is new, and make its pictures; until cancelled.

    An edition that cannot be read is said in the log, and the old one stays; one that the store could not take yet is
    tried again the next time.
    """
    waiting: Edition | None = None
    async with asyncio.TaskGroup() as making:
        making.create_task(stage.get_ready())
        while True:
            await asyncio.sleep(seconds)
            try:
                waiting = await asyncio.to_thread(news) or waiting
                if waiting:
                    await asyncio.to_thread(stage.show, waiting)
                    making.create_task(stage.get_ready())
                waiting = None
            except (ArenaError, OSError) as error:
                LOG.warning("the project has changed, but what is shown has not: %s", error)


async def forget_regularly(store: Store, clock: Callable[[], datetime], seconds: float) -> None:
    """Remove battles that expired without a vote, and what limits remember, now and every so often, until cancelled.

    A store that cannot be reached is tried again the next time: votes say so themselves.
    """
    while True:
        with suppress(StoreError):
            await asyncio.to_thread(store.forget_expired, clock())
        await asyncio.sleep(seconds)


def _routes(stage: Stage) -> list[Route]:
    return [
        Route("/", stage.to(Handlers.page), methods=["GET"]),
        Route("/vote", stage.to(Handlers.vote_form), methods=["POST"]),
        Route("/undo", stage.to(Handlers.undo_form), methods=["POST"]),
        Route("/votes/{token}", stage.to(Handlers.reveal_page), methods=["GET"]),
        Route("/me", stage.to(Handlers.board), methods=["GET"]),
        Route("/api/battle", stage.to(Handlers.battle), methods=["GET"]),
        Route("/api/votes", stage.to(Handlers.vote), methods=["POST"]),
        Route("/api/votes/{token}", stage.to(Handlers.undo), methods=["DELETE"]),
        Route("/pictures/{name}", stage.to(Handlers.picture), methods=["GET"]),
        Route("/static/{name}", stage.to(Handlers.static), methods=["GET"]),
        Route("/openapi.json", stage.to(Handlers.openapi), methods=["GET"]),
        Route("/healthz", stage.to(Handlers.health), methods=["GET"]),
        Route("/metrics", stage.to(Handlers.metrics), methods=["GET"]),
    ]


def _key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that no signature made for one is good for another."""
    return hashlib.sha256(purpose.encode() + b"\0" + secret).digest()
