"""Small projects to collect for, a clock that the test moves, and one call that plans and collects."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from arena.catalogue import load_catalogue
from arena.collect.collecting import run_collection
from arena.collect.dependencies import Dependencies
from arena.collect.jobs import Job
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from arena.collect.planning import Plan, plan_collection
from arena.collect.progress import ProgressEvent, RunSummary
from arena.collect.secrets import Secrets, key_names
from arena.votes.store import open_store
from tests.votes.store.worlds import sqlite_store
from tests.waiting import PATIENCE

KEY = "sk-test-4f9aXQ/2b+7e=51"
ALL = CollectOptions()
DAY = date(2026, 11, 20)

PROJECT = """\
name = "Test"
tagline = "A test."

[[arenas]]
id = "text-to-image"
name = "Text to image"

[[arenas]]
id = "image-editing"
name = "Image editing"

[[categories]]
id = "photo"
name = "Photography"

[[languages]]
id = "en"
name = "English"
own_name = "English"
"""

MODEL = """\
name = "{name}"
description = "A model to test with."
arenas = ["text-to-image"]

[weights]
open = false

[[sources]]
name = "Test"
read = 2026-11-01
"""

PRICE = """\
model_id = "{asked}"

[[prices]]
amount = {amount}
unit = "image"
read = 2026-11-01
source = "Test"
"""


class TestClock:
    """A clock that passes only when somebody sleeps."""

    __test__ = False

    def __init__(self, start: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)) -> None:
        self.start = start
        self.passed = 0.0
        self.naps: list[float] = []

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.passed += max(0.0, seconds)
        await asyncio.sleep(0)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@dataclass
class World:
    """A project with one provider, ``acme``, and ``models`` x ``prompts`` to collect."""

    root: Path
    gateway: str = "generations"
    endpoint: str = "http://127.0.0.1:1/v1/generations"
    auth: str = "bearer"
    models: tuple[str, ...] = ("one",)
    prompts: int = 1
    amount: str = "0.01"
    access: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = TestClock()
        self.events: list[ProgressEvent] = []
        self.environment = {"ACME_API_KEY": KEY}
        write(self.data / "arena.toml", PROJECT)
        write(self.data / "organizations/org.toml", 'name = "Org"\n')
        for model in self.models:
            write(self.data / f"models/org/{model}.toml", MODEL.format(name=model))
            write(
                self.data / f"providers/acme/org/{model}.toml", PRICE.format(asked=f"acme/{model}", amount=self.amount)
            )
        for number in range(self.prompts):
            text = f'text = "a lamp, number {number}"\nlanguage = "en"\ncategory = "photo"\n'
            write(self.data / f"prompts/text-to-image/lamp-{number}.toml", text)
        self.point_at(self.endpoint)
        self.url = sqlite_store(self.root)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def private(self) -> Path:
        return self.root / "private"

    def point_at(self, endpoint: str) -> None:
        """Write provider.toml for an endpoint on loopback."""
        host = endpoint.split("/")[2]
        settings = {"concurrency": 4, "answer_seconds": round(PATIENCE), **self.access}
        lines = [
            f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
            for key, value in settings.items()
        ]
        text = f'name = "Acme"\ngateway = "{self.gateway}"\nendpoint = "{endpoint}"\n\n[access]\nauth = "{self.auth}"\n'
        text += f'key = "ACME_API_KEY"\nprivate_hosts = ["{host}"]\n' + "\n".join(lines) + "\n"
        write(self.data / "providers/acme/provider.toml", text)

    def secrets(self) -> Secrets:
        return Secrets(self.environment, key_names(load_catalogue(self.data).providers))

    @contextmanager
    def ledger(self) -> Any:
        with open_store(self.url) as store:
            yield Ledger(store)

    def plan(self, options: CollectOptions = ALL) -> Plan:
        with self.ledger() as ledger:
            return self.plan_with(ledger, options)

    def plan_with(self, ledger: Ledger, options: CollectOptions) -> Plan:
        left, settled = ledger.open_jobs(), ledger.settled()
        return plan_collection(
            load_catalogue(self.data), options, self.secrets(), unfinished=left, settled=settled, on=DAY
        )

    def collect(
        self, options: CollectOptions = ALL, *, max_cost: str = "10", seed: int = 1, **given: Any
    ) -> RunSummary:
        """Plan and collect, with the project's clock unless another is given."""
        rng = random.Random(f"{seed} {self.clock.passed} {len(self.events)}")
        own: dict[str, Any] = {"rng": rng, "clock": self.clock, **given}
        with self.ledger() as ledger:
            return run_collection(
                self.plan_with(ledger, options),
                load_catalogue(self.data),
                ledger,
                self.secrets(),
                private=self.private,
                max_cost=Decimal(max_cost),
                dependencies=Dependencies(**own),
                report=self.events.append,
            )

    def jobs(self) -> list[Job]:
        """All jobs of the ledger, the oldest first."""
        with self.ledger() as ledger:
            return list(ledger._jobs())

    def listed(self) -> int:
        return len(load_catalogue(self.data).outputs)


def states(jobs: Iterable[Job]) -> list[str]:
    return [job.state.value for job in jobs]
