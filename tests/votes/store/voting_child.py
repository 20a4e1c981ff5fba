"""A process that votes as fast as it can and says what was acknowledged, for tests that kill it."""

from __future__ import annotations

import threading
from datetime import timedelta
from multiprocessing.connection import Connection

from arena.votes.store import AddBattle, AddVote, open_store
from tests.votes.store.worlds import MODELS, NOW, a_battle, a_vote
from tests.waiting import PATIENCE

THREADS = 3
AT_ONCE = 4


def vote_until_killed(url: str, name: str, acknowledged: Connection) -> None:
    """Send the ids of battles through the pipe, each after the store acknowledged its vote."""
    store = open_store(url, timeout=PATIENCE)
    talking = threading.Lock()

    def vote(thread: int) -> None:
        for batch in range(1_000_000):
            ids = [f"{name}-{thread}-{batch}-{number}" for number in range(AT_ONCE)]
            at = NOW + timedelta(seconds=batch)
            battles = [a_battle(battle, f"v{thread}", MODELS[thread], created=at, right=MODELS[3]) for battle in ids]
            votes = [AddVote(a_vote(battle, f"v{thread}", at)) for battle in ids]
            results = store.write([*map(AddBattle, battles), *votes])
            assert results == [None] * len(results)
            with talking:
                acknowledged.send(ids)

    threads = [threading.Thread(target=vote, args=(number,), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
