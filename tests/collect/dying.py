"""Collecting in a process of its own, which can be killed from outside, or dies by itself at its n-th step."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from arena.catalogue import load_catalogue
from arena.collect import image_store
from arena.collect.collecting import run_collection
from arena.collect.dependencies import Dependencies
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from arena.collect.planning import plan_collection
from arena.collect.secrets import Secrets, key_names
from arena.votes.store import open_store
from tests.collect.worlds import DAY, KEY


def collect(root: Path, seed: int, dies_at: int = 0) -> None:
    """Plan and collect once in the project at ``root``, as the command line would; in a process of its own."""
    if dies_at:
        _die_at(dies_at)
    catalogue = load_catalogue(root / "data")
    secrets = Secrets({"ACME_API_KEY": KEY}, key_names(catalogue.providers))
    with open_store(f"sqlite:///{root}/arena.sqlite") as store:
        ledger = Ledger(store)
        unfinished, settled = ledger.open_jobs(), ledger.settled()
        plan = plan_collection(catalogue, CollectOptions(), secrets, unfinished=unfinished, settled=settled, on=DAY)
        dependencies = Dependencies(random.Random(seed))
        private, cost = root / "private", Decimal(100)
        run_collection(plan, catalogue, ledger, secrets, private=private, max_cost=cost, dependencies=dependencies)


@dataclass
class _Countdown:
    left: int

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os._exit(9)

    def around(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a step before and a step after it."""

        def stepping(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = inner(*arguments, **named)
            self.step()
            return result

        return stepping


def _die_at(steps: int) -> None:
    """Die before or after the n-th thing that is written: a transaction, a picture, a file, a rename."""
    countdown = _Countdown(steps)
    Ledger.put = countdown.around(Ledger.put)  # pyrefly: ignore[method-assign]
    image_store._write = countdown.around(image_store._write)
    image_store.write_bytes = countdown.around(image_store.write_bytes)
    Path.replace = countdown.around(Path.replace)  # pyrefly: ignore[method-assign]
