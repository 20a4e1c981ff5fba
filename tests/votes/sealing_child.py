"""A process that seals, for tests that kill it."""

from __future__ import annotations

import random
import signal
from datetime import timedelta
from pathlib import Path

from arena.votes.sealing import seal
from arena.votes.store import open_store
from tests.votes.store.worlds import NOW
from tests.waiting import PATIENCE

LATER = NOW + timedelta(days=200)


def seal_until_killed(url: str, folder: Path, seed: int, work: float) -> None:
    """Seal everything, and die of a signal once that took so many seconds of work, wherever it is then."""
    with open_store(url, timeout=PATIENCE) as store:
        signal.setitimer(signal.ITIMER_PROF, work)
        seal(store, folder, until=LATER, now=LATER, rng=random.Random(seed))
        signal.setitimer(signal.ITIMER_PROF, 0)
