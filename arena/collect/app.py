"""The voting app: ``create_app`` puts it together from what it is given and opens nothing by itself."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from arena.catalogue import Catalogue
from arena.collect.desk import Desk
from arena.collect.exhibition import open_halls
from arena.collect.guard import Guard, site_policy
from arena.collect.handlers import Handlers
from arena.collect.pages import Pages
from arena.collect.pictures import Pictures
from arena.collect.reveal import Reveals
from arena.collect.settings import AppSettings
from arena.collect.standings import Standings
from arena.collect.tokens import Tokens
from arena.collect.voters import Voters
from arena.collect.writer import Writer
from arena.errors import StoreError
from arena.records import Ratings
from arena.votes.store import Store


def create_app(
    catalogue: Catalogue,
    store: Store,
    ratings: Ratings,
    settings: AppSettings,
    *,
    clock: Callable[[], datetime],
    rng: random.Random,
    secret: bytes,
) -> Starlette:
    """The app as an ASGI application; its outputs are made known to the store at once.

    ``clock`` tells the time (aware, UTC). ``rng`` draws battles, sides, ids and identities and has to be unpredictable
    (``random.SystemRandom()``) outside tests. ``secret`` (16 bytes or more) signs tokens and keys pseudonyms; workers
    of one arena share it.
    """
    store.sync_outputs(catalogue)
    halls = open_halls(catalogue)
    desk = Desk(
        catalogue,
        store,
        halls,
        Standings(store, ratings, halls),
        settings.voting,
        Tokens(_key(secret, "tokens"), clock, timedelta(minutes=settings.voting.battle_minutes)),
        Voters(_key(secret, "voters"), rng),
        Writer(store),
        rng,
        OrderedDict(),
    )
    site = settings.site if settings.site and (settings.site / "index.html").is_file() else None
    reveals = Reveals.of(catalogue, ratings, simulated_log=settings.simulated_log, site=site is not None)
    pictures = Pictures(settings.voting.picture_size)
    handlers = Handlers(Pages(catalogue, desk, reveals, settings), pictures, ratings, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(forget_regularly(store, clock, settings.housekeeping_seconds))
        yield
        keeping.cancel()
        desk.writer.close()
        pictures.close()

    guard = Middleware(Guard, site_policy=site_policy(catalogue.project.playground))
    app = Starlette(routes=_routes(handlers), middleware=[guard], lifespan=lifespan)
    if site:
        app.router.routes.append(Mount("/site", StaticFiles(directory=site, html=True)))
    for kind, handler in handlers.faults.items():
        app.add_exception_handler(kind, handler)
    app.state.desk, app.state.pictures = desk, pictures
    return app


async def forget_regularly(store: Store, clock: Callable[[], datetime], seconds: float) -> None:
    """Remove battles that expired without a vote, and what limits remember, now and every so often, until cancelled.

    A store that cannot be reached is tried again the next time: votes say so themselves.
    """
    while True:
        with suppress(StoreError):
            await asyncio.to_thread(store.forget_expired, clock())
        await asyncio.sleep(seconds)


def _routes(handlers: Handlers) -> list[Route]:
    return [
        Route("/", handlers.page, methods=["GET"]),
        Route("/vote", handlers.vote_form, methods=["POST"]),
        Route("/undo", handlers.undo_form, methods=["POST"]),
        Route("/votes/{token}", handlers.reveal_page, methods=["GET"]),
        Route("/me", handlers.board, methods=["GET"]),
        Route("/api/battle", handlers.battle, methods=["GET"]),
        Route("/api/votes", handlers.vote, methods=["POST"]),
        Route("/api/votes/{token}", handlers.undo, methods=["DELETE"]),
        Route("/pictures/{name}", handlers.picture, methods=["GET"]),
        Route("/static/{name}", handlers.static, methods=["GET"]),
        Route("/openapi.json", handlers.openapi, methods=["GET"]),
        Route("/healthz", handlers.health, methods=["GET"]),
        Route("/metrics", handlers.metrics, methods=["GET"]),
    ]


def _key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that no signature made for one is good for another."""
    return hashlib.sha256(purpose.encode() + b"\0" + secret).digest()
