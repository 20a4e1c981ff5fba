"""How a run is doing, as records that the command line shows, and what the offers that were asked are measured at."""

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

from arena.catalogue.layout import MEASUREMENTS_FILE
from arena.catalogue.outputs import Measurement
from arena.collect.jobs import NO_COST, PROBE, Job, JobState
from arena.collect.ledger import Ledger, booked
from arena.files import write_bytes

LATENCIES_TO_KEEP = 1000
"""The percentiles that are shown are of so many of the newest latencies, so that a long run takes no more memory."""
MEASURED_DAYS = 30
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
_SUCCEEDED = (JobState.STORED, JobState.DONE)


@dataclass(frozen=True, slots=True)
class ProviderProgress:
    """How far one provider's share of a run is: counts of its jobs, money in USD, times of this run."""

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
        """Jobs that neither ended nor still run at the provider."""
        return self.planned - self.done - self.failed - self.refused - self.doubtful - self.running


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """A job ended (``what`` is its state), or goes on at the provider (``running``)."""

    at: datetime
    provider: str
    model: str
    prompt: str
    what: str
    detail: str
    progress: ProviderProgress

    @property
    def line(self) -> str:
        """For a log: ``02:10:11 openai openai/gpt-image-2 text-to-image/x done: 12.3 s, 0.053 USD (12 of 80)``."""
        ended = self.progress.planned - self.progress.left
        subject = f"{self.provider} {self.model} {self.prompt}"
        return f"{self.at:%H:%M:%S} {subject} {self.what}: {self.detail} ({ended} of {self.progress.planned})"


ReportEvent = Callable[[ProgressEvent], None]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run came to. ``spent`` is in USD, and holds what lost requests may have cost."""

    run: str
    providers: tuple[ProviderProgress, ...]
    spent: Decimal
    budget: Decimal
    seconds: float
    stopped: str = ""
    """Why it ended before all was asked for; empty where it did not."""
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, amounts as text, as ``arena collect --json`` prints them."""
        return {
            "run": self.run,
            "standings": [{**asdict(progress), "cost": format(progress.cost, "f")} for progress in self.providers],
            "spent": format(self.spent, "f"),
            "budget": format(self.budget, "f"),
            "seconds": self.seconds,
            "stopped": self.stopped,
            "notes": self.notes,
        }

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The summary table, a row a provider, in the order of ``SUMMARY_COLUMNS``."""
        return tuple(_row(progress) for progress in self.providers)


def _row(progress: ProviderProgress) -> tuple[str, ...]:
    counts = (
        progress.planned,
        progress.done,
        progress.failed,
        progress.refused,
        progress.doubtful,
        progress.running,
        progress.left,
    )
    times = (_seconds(progress.p50_ms), _seconds(progress.p95_ms))
    return progress.provider, *map(str, counts), f"{progress.cost:.4f}", *times


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f}"


class ProgressCounter:
    """Counts one provider's jobs as they end."""

    def __init__(self, provider: str, planned: int, started: float) -> None:
        self.down = ""
        self._provider = provider
        self._planned = planned
        self._started = started
        self._counts = dict.fromkeys(("done", "failed", "refused", "doubtful", "running"), 0)
        self._cost = NO_COST
        self._latencies: deque[int] = deque(maxlen=LATENCIES_TO_KEEP)
        self._sorted: list[int] = []

    def count(self, job: Job, what: str, cost: Decimal) -> None:
        """A job ended as ``what``, having cost ``cost`` in this run."""
        self._counts[what] += 1
        self._cost += cost
        if job.state in _SUCCEEDED and job.latency_ms is not None:
            # Kept sorted: percentiles are shown after each job, and sorting anew would cost more each time.
            if len(self._latencies) == LATENCIES_TO_KEEP:
                self._sorted.pop(bisect_left(self._sorted, self._latencies[0]))
            self._latencies.append(job.latency_ms)
            insort(self._sorted, job.latency_ms)

    def progress(self, now: float) -> ProviderProgress:
        """As it is now, in seconds of the same clock as ``started``."""
        ended = sum(self._counts.values())
        left = self._planned - ended
        pace = (now - self._started) / ended if ended else None
        return ProviderProgress(
            provider=self._provider,
            planned=self._planned,
            **self._counts,
            cost=self._cost,
            p50_ms=percentile(self._sorted, 0.5),
            p95_ms=percentile(self._sorted, 0.95),
            seconds_left=None if pace is None else pace * left,
            down=self.down,
        )


def percentile(ordered: Sequence[int], share: float) -> int | None:
    """Nearest rank: the first ordered value that no less than ``share`` of all are at or below; None for none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def measure(ledger: Ledger, last: date) -> tuple[Measurement, ...]:
    """Each offer that was asked in the ``MEASURED_DAYS`` days up to ``last`` (UTC, included), by provider and model.

    Simulated images and probes are measurements of nothing, and left out.
    """
    first = last - timedelta(days=MEASURED_DAYS - 1)
    offers: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in ledger.ended(_midnight(first), _midnight(last + timedelta(days=1))):
        if not job.is_simulated and job.prompt != PROBE:
            offers[job.provider, job.model].append(job)
    return tuple(_measured(*offer, first, last, jobs) for offer, jobs in sorted(offers.items()))


def _measured(provider: str, model: str, first: date, last: date, jobs: Sequence[Job]) -> Measurement:
    made = sum(job.state in _SUCCEEDED for job in jobs)
    # A refusal counts until the picture is asked for again: by then it may have been none.
    latest = {job.prompt: job for job in jobs}
    refused = sum(job.state is JobState.REFUSED for job in latest.values())
    failed = sum(job.state in (JobState.FAILED, JobState.DOUBTFUL) for job in jobs)
    latencies = sorted(job.latency_ms for job in jobs if job.state in _SUCCEEDED and job.latency_ms is not None)
    return Measurement(
        provider=provider,
        model=model,
        first=first,
        last=last,
        tried=made + failed,
        made=made,
        refused=refused,
        timed=len(latencies),
        p50_ms=percentile(latencies, 0.5),
        p95_ms=percentile(latencies, 0.95),
        spent=booked(jobs) or NO_COST,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def write_measurements(data: Path, measurements: Iterable[Measurement]) -> Path:
    """Write data/outputs/measurements.jsonl anew, by one rename; the same measurements give the same bytes."""
    path = data / MEASUREMENTS_FILE
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps(measurement.model_dump(mode="json"), ensure_ascii=False) for measurement in measurements)
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())
    return path
