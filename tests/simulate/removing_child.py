"""A process that takes a rehearsal out, for tests that kill it."""

from __future__ import annotations

import signal
from pathlib import Path

from arena.simulate.removing import remove_simulated
from arena.votes.store import open_store
from tests.simulate.worlds import make_catalogue, make_few_prompts, make_models
from tests.votes.sealing_child import LATER
from tests.waiting import PATIENCE


def remove_until_killed(url: str, data: Path, work: float) -> None:
    """Remove everything simulated, and die of a signal once that took so many seconds of work, wherever it is then."""
    catalogue = make_catalogue(make_models(4), make_few_prompts(), folder=data)
    with open_store(url, timeout=PATIENCE) as store:
        signal.setitimer(signal.ITIMER_PROF, work)
        remove_simulated(catalogue, store, now=LATER)
        signal.setitimer(signal.ITIMER_PROF, 0)
