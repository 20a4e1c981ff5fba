"""What expired is forgotten while the app serves, whatever the store does meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from arena.errors import StoreError
from arena.votes.store import Store
from arena.voting.app import forget_regularly
from tests.voting.arenas import TestClient, open_arena
from tests.waiting import PATIENCE, wait_until

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_battles_that_expired_go_when_the_arena_starts_again(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        battle = arena.client.get("/api/battle").json()["battle"]
        assert arena.store.battle(battle) is not None
        arena.clock.forward(days=1)
        with TestClient(arena.client.app):
            wait_until(lambda: arena.store.battle(battle) is None, "it is forgotten")


def test_a_store_that_fails_is_asked_again_later() -> None:
    times: list[datetime] = []

    class Failing:
        def forget_expired(self, now: datetime) -> int:
            times.append(now)
            raise StoreError("out of reach")

    async def serve() -> None:
        clock = iter(NOW + timedelta(minutes=10 * n) for n in range(1000))
        task = asyncio.create_task(forget_regularly(cast("Store", Failing()), lambda: next(clock), 0.001))
        while len(times) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(serve(), PATIENCE))
    assert times[:3] == [NOW, NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)]
