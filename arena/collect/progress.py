"""How a run is doing, as records that the command line draws, and what an offer was measured at."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from arena.catalogue.measurements import MEASUREMENTS_FILE, Measurement
from arena.collect.image_store import is_simulated
from arena.collect.jobs import NOTHING, Job, State
from arena.collect.ledger import Ledger, booked
from arena.files import write_bytes

WINDOW_DAYS = 30
_MADE = (State.STORED, State.DONE)


def measure(ledger: Ledger, last: date) -> tuple[Measurement, ...]:
    """Each offer that was asked in the ``WINDOW_DAYS`` days up to ``last`` (UTC, included), by provider and model.

    The painter's pictures are measurements of nothing, and left out.
    """
    first = last - timedelta(days=WINDOW_DAYS - 1)
    offers: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in ledger.ended(_midnight(first), _midnight(last + timedelta(days=1))):
        if not is_simulated(job):
            offers[job.provider, job.model].append(job)
    return tuple(_measured(*key, first, last, jobs) for key, jobs in sorted(offers.items()))


def write_measurements(data: Path, measurements: Iterable[Measurement]) -> Path:
    """Write data/outputs/measurements.jsonl anew, by one rename; the same measurements give the same bytes."""
    path = data / MEASUREMENTS_FILE
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps(found.model_dump(mode="json"), ensure_ascii=False) for found in measurements)
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    return path


def percentile(ordered: Sequence[int], share: float) -> int | None:
    """Nearest rank: the first ordered value that no less than ``share`` of all are at or below; None for none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _measured(provider: str, model: str, first: date, last: date, jobs: Sequence[Job]) -> Measurement:
    made = sum(job.state in _MADE for job in jobs)
    refused = sum(job.state is State.REFUSED for job in jobs)
    failed = sum(job.state in (State.FAILED, State.DOUBTFUL) for job in jobs)
    times = sorted(job.latency_ms for job in jobs if job.state in _MADE and job.latency_ms is not None)
    return Measurement(
        provider=provider,
        model=model,
        first=first,
        last=last,
        tried=made + failed,
        made=made,
        refused=refused,
        timed=len(times),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        spent=booked(jobs) or Decimal(0),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


LATEST = 1000
"""How many of the newest latencies the shown percentiles are of, so that a long run takes no more memory."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One provider's share of a run. ``left`` are neither ended nor still running there; times are of this run."""

    provider: str
    planned: int
    done: int
    failed: int
    refused: int
    doubtful: int
    running: int
    cost: Decimal
    p50_ms: int | None
    p95_ms: int | None
    seconds_left: float | None
    """At the pace so far; None before anything ended."""
    down: str = ""
    """Why the provider was given up."""

    @property
    def left(self) -> int:
        return self.planned - self.done - self.failed - self.refused - self.doubtful - self.running


@dataclass(frozen=True, slots=True)
class Event:
    """Something ended: a job (``what`` is its state, or ``running`` where it goes on at the provider)."""

    at: datetime
    provider: str
    model: str
    prompt: str
    what: str
    detail: str
    standing: Standing

    @property
    def line(self) -> str:
        """For a log: ``02:10:11 openai openai/gpt-image-2 text-to-image/x done: 12.3 s, 0.053 USD (12 of 80)``."""
        ended = self.standing.planned - self.standing.left
        place = f"{self.provider} {self.model} {self.prompt}"
        return f"{self.at:%H:%M:%S} {place} {self.what}: {self.detail} ({ended} of {self.standing.planned})"


Report = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to. ``spent`` is in USD, and holds what lost requests may have cost."""

    run: str
    standings: tuple[Standing, ...]
    spent: Decimal
    budget: Decimal
    seconds: float
    stopped: str = ""
    """Why it ended before all was asked for; empty where it did not."""
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, amounts as text."""
        plain = asdict(self)
        for standing in plain["standings"]:
            standing["cost"] = format(standing["cost"], "f")
        return {**plain, "spent": format(self.spent, "f"), "budget": format(self.budget, "f")}

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The summary table, a row a provider, in the order of ``SUMMARY_COLUMNS``."""
        return tuple(
            (
                one.provider,
                *(str(count) for count in (one.planned, one.done, one.failed, one.refused, one.doubtful, one.running)),
                str(one.left),
                f"{one.cost:.4f}",
                _seconds(one.p50_ms),
                _seconds(one.p95_ms),
            )
            for one in self.standings
        )


SUMMARY_COLUMNS = (
    "provider",
    "planned",
    "done",
    "failed",
    "refused",
    "doubtful",
    "still running",
    "not asked",
    "USD",
    "p50 s",
    "p95 s",
)


class Tally:
    """Counts one provider's jobs as they end."""

    def __init__(self, provider: str, planned: int, started: float) -> None:
        self.down = ""
        self._provider = provider
        self._planned = planned
        self._started = started
        self._counts = dict.fromkeys(("done", "failed", "refused", "doubtful", "running"), 0)
        self._cost = NOTHING
        self._times: deque[int] = deque(maxlen=LATEST)
        self._sorted: list[int] = []

    def count(self, job: Job, what: str, cost: Decimal) -> None:
        """A job ended as ``what``, having cost ``cost`` in this run."""
        self._counts[what] += 1
        self._cost += cost
        if job.state in (State.STORED, State.DONE) and job.latency_ms is not None:
            if len(self._times) == LATEST:
                self._sorted.pop(bisect_left(self._sorted, self._times[0]))
            self._times.append(job.latency_ms)
            insort(self._sorted, job.latency_ms)

    def standing(self, now: float) -> Standing:
        """As it is now, in seconds of the same clock as ``started``."""
        ended = sum(self._counts.values())
        left = self._planned - ended
        pace = (now - self._started) / ended if ended else None
        return Standing(
            provider=self._provider,
            planned=self._planned,
            **self._counts,
            cost=self._cost,
            p50_ms=percentile(self._sorted, 0.5),
            p95_ms=percentile(self._sorted, 0.95),
            seconds_left=None if pace is None else pace * left,
            down=self.down,
        )


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f}"
