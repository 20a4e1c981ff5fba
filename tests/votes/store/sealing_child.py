"""A process that seals, for tests that kill it."""

from __future__ import annotations

import random
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from arena.votes.sealing import seal
from arena.votes.store import open_store
from tests.votes.store.worlds import NOW

LATER = NOW + timedelta(days=200)


def seal_until_killed(url: str, folder: Path, seed: int, begun: Connection) -> None:
    """Say that it begins, and seal everything."""
    with open_store(url, patience=10) as store:
        begun.send(seed)
        seal(store, folder, until=LATER, now=LATER, rng=random.Random(seed))
        begun.send("done")
