"""From the ledger's jobs to what an offer was measured at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path

from arena.catalogue.measurements import MEASUREMENTS_FILE, Measurement
from arena.collect.jobs import Job, State
from arena.collect.ledger import Ledger, booked
from arena.collect.shelf import is_simulated
from arena.votes.durable import write_bytes

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
