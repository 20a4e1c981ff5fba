"""The ledger on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from arena.collect.jobs import Job, JobState
from arena.collect.ledger import Ledger, booked
from arena.errors import StoreError
from arena.votes.store import Store, open_store
from tests.postgres_server import PostgresServer
from tests.votes.store.worlds import sqlite_store

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        url = sqlite_store(tmp_path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.empty_store(lambda url: open_store(url).close())
    with open_store(url) as store:
        yield store


def job(number: int = 0, state: JobState = JobState.ASKING, **changes: Any) -> Job:
    made = Job(
        id=f"job-{number}",
        run="run",
        provider="acme",
        model="org/one",
        prompt=f"text-to-image/{number}",
        provider_model="acme/one",
        parameters="{}",
        state=state,
        began=NOON + timedelta(seconds=number),
        estimate=Decimal("0.0123456789012345678901"),
    )
    return replace(made, **changes)


def test_keeps_jobs_exactly(store: Store) -> None:
    ledger = Ledger(store)
    kept = job(
        cost=Decimal("1E-12"), doubt=Decimal("0.10"), latency_ms=7, ended=NOON, reason="déjà vu", media="https://x"
    )
    ledger.put([kept])
    assert ledger.open_jobs() == [kept]
    assert ledger.open_jobs()[0].booked == Decimal("0.100000000001")
    with store.reading() as connection:
        assert connection.execute(text("SELECT asked FROM collect_jobs")).scalar() == "acme/one", "as it always was"


def test_brings_jobs_up_to_date(store: Store) -> None:
    ledger = Ledger(store)
    ledger.put([job(0), job(1), job(2)])
    ledger.put([job(0, JobState.ACCEPTED, handle="h"), job(1, JobState.REFUSED, ended=NOON, doubt=Decimal(1)), job(3)])
    assert [found.id for found in Ledger(store).open_jobs()] == ["job-0", "job-2", "job-3"]
    (refused,) = ledger.settled()
    assert (refused.id, refused.state) == ("job-1", JobState.REFUSED)
    assert list(ledger.ended(NOON, NOON)) == []
    ended = list(ledger.ended(NOON, NOON + timedelta(microseconds=1)))
    assert booked(ended) == 1


def test_a_picture_is_asked_for_once_at_a_time(store: Store) -> None:
    ledger = Ledger(store)
    ledger.put([job(0)])
    with pytest.raises(StoreError):
        ledger.put([job(1), replace(job(2), prompt=job(0).prompt)])
    assert [found.id for found in ledger.open_jobs()] == ["job-0"], "all or none"
    ledger.put([job(0, JobState.FAILED)])
    ledger.put([replace(job(2), prompt=job(0).prompt)])


@pytest.mark.parametrize("bad", [job(0, JobState.ACCEPTED), job(0, JobState.STORED), job(0, JobState.DONE)])
def test_refuses_states_without_what_they_need(store: Store, bad: Job) -> None:
    with pytest.raises(StoreError):
        Ledger(store).put([bad])


def test_refuses_the_ledger_of_a_newer_release(store: Store) -> None:
    Ledger(store)
    with store.writing() as connection:
        connection.execute(text("UPDATE collect_version SET version = 9"))
    with pytest.raises(StoreError, match="newer release"):
        Ledger(store)
