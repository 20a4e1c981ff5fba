"""Outputs, battles and votes that the tests of stores share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update

from arena.errors import StoreError
from arena.records import Outcome
from arena.votes.store import (
    AddBattle,
    AddVote,
    Battle,
    LimitedRequest,
    Operation,
    RetryAfter,
    Store,
    StoredVote,
    open_store,
)
from arena.votes.store.schema import outputs, votes

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MODELS = ("a/one", "a/two", "b/three", "c/four")
PROMPT = "text-to-image/vase"
PERIOD = b"the secret of the first period.."


@cache
def _made_store() -> bytes:
    """The file of a SQLite store that has its tables and no rows."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "arena.sqlite"
        open_store(f"sqlite:///{file}").close()
        return file.read_bytes()


def sqlite_store(folder: Path) -> str:
    """The URL of an empty store in a folder. Its tables are copied: to make them anew takes 30 ms each time."""
    file = folder / "arena.sqlite"
    file.write_bytes(_made_store())
    return f"sqlite:///{file}"


def sha_of(model: str) -> str:
    return f"{MODELS.index(model):064x}"


def know_outputs(store: Store, origin: str = "model") -> None:
    """Let battles show an output of each of ``MODELS``, and begin a period."""
    store.start_periods(PERIOD)
    rows = [
        {"sha256": sha_of(model), "model": model, "prompt": PROMPT, "origin": origin, "active": 1} for model in MODELS
    ]
    with store.writing() as connection:
        connection.execute(outputs.insert(), rows)


def a_battle(
    battle: str = "b1",
    voter: str = "v1",
    left: str = MODELS[0],
    right: str = MODELS[1],
    *,
    created: datetime = NOW,
    expires: datetime | None = None,
) -> Battle:
    return Battle(
        id=battle,
        arena="text-to-image",
        category="photo",
        language="en",
        prompt=PROMPT,
        left=left,
        right=right,
        left_output=sha_of(left),
        right_output=sha_of(right),
        voter=voter,
        created=created,
        expires=expires or created + HOUR,
        lane="coverage",
    )


def a_vote(
    battle: str = "b1", voter: str = "v1", at: datetime = NOW, outcome: Outcome = Outcome.LEFT, network: str = ""
) -> StoredVote:
    return StoredVote(battle, voter, at, outcome, dwell_ms=4000, network=network)


def some_operations(count: int, first: int = 0, at: datetime = NOW) -> list[Operation]:
    """Battles and their votes, a minute between two, by five voters over all pairs of models."""
    operations: list[Operation] = []
    for number in range(first, first + count):
        left = MODELS[number % 4]
        right = MODELS[(number + 1 + number // 4 % 3) % 4]
        time = at + timedelta(minutes=number)
        battle = a_battle(f"b{number:05d}", f"v{number % 5}", left, right, created=time)
        outcome = list(Outcome)[number % 7 % 4]
        operations += [AddBattle(battle), AddVote(a_vote(battle.id, battle.voter, time, outcome, f"n{number % 5}"))]
    return operations


@dataclass(frozen=True, slots=True)
class Rate:
    count: int
    seconds: int


def write_one(store: Store, operation: Operation) -> Any:
    """The result of one operation; the error that refused it is raised."""
    (result,) = store.write([operation])
    if isinstance(result, StoreError):
        raise result
    return result


def add_battle(store: Store, battle: Battle) -> None:
    write_one(store, AddBattle(battle))


def add_vote(store: Store, vote: StoredVote) -> None:
    write_one(store, AddVote(vote))


def retract_vote(store: Store, battle: str, at: datetime) -> None:
    """Mark a vote as taken back, as was possible before December 2026."""
    with store.writing() as connection:
        assert connection.execute(update(votes).where(votes.c.battle == battle).values(retracted=at)).rowcount == 1


def seconds_to_wait(store: Store, key: str, limits: list[Rate], now: datetime) -> float:
    """Count one request: 0 where it was allowed, else the seconds after which it may be tried again."""
    answer = write_one(store, LimitedRequest(key, limits, now))
    return answer.seconds if isinstance(answer, RetryAfter) else 0.0
