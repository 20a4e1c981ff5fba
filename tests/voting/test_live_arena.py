"""What is shown follows the project without a restart, and a sealed vote counts once at every moment of it."""

from __future__ import annotations

import errno
import logging
import random
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from arena.catalogue.settings import ArenaSource
from arena.errors import ArenaError
from arena.ratings.kept_counts import count_log
from arena.records import Origin, OutputOrigin
from arena.votes.audit import RULES
from arena.votes.log import open_log
from arena.votes.sealing import seal
from arena.votes.store import PairCount, open_store
from arena.voting.app import create_app
from arena.voting.estimates import EstimateCache
from arena.voting.live_arena import (
    AppSettings,
    LiveArena,
    ProjectWatcher,
    battle_pools,
    published_votes,
    read_live_arena,
)
from tests.voting.arenas import (
    NO_LIMITS,
    NO_RATINGS,
    SECRET,
    Arena,
    Clock,
    TestClient,
    open_arena,
    replace_size,
    write_project,
)
from tests.waiting import wait_until

ARENA = "text-to-image"


def _vote(client: TestClient, outcome: str = "left") -> dict[str, dict[str, int]]:
    battle = client.get("/api/battle").json()
    answer = client.post("/api/votes", json={"token": battle["token"], "outcome": outcome})
    assert answer.status_code == 201
    return dict(answer.json())


def _seal(arena: Arena, folder: Path) -> None:
    now = arena.clock() + timedelta(days=1)
    seal(arena.store, folder, until=now, now=now, rng=random.Random(1), without=frozenset(RULES))


def _counted(arena: Arena, live: LiveArena) -> tuple[int, int]:
    """The votes that estimates are made of: their counts, and those by pair of models."""
    estimates = EstimateCache(arena.store, live).current(ARENA, arena.clock())
    return sum(pair.votes for pair in estimates.counts.values()), int(estimates.models.pair_votes.sum()) // 2


def test_a_sealed_vote_counts_once_before_and_after_the_log_is_read_again(tmp_path: Path) -> None:
    log = tmp_path / "data" / "votes"
    with open_arena(tmp_path) as arena:
        for number in range(12):
            _vote(arena.another_browser(), ("left", "right", "tie", "both_bad")[number % 4])
        before = read_live_arena(tmp_path)
        assert _counted(arena, before) == (12, 12)
        _seal(arena, log)
        assert _counted(arena, before) == (12, 12), "sealed, and not read yet"
        after = read_live_arena(tmp_path)
        assert sum(pair.votes for pair in after.votes.pairs[ARENA].values()) == 12
        assert _counted(arena, after) == (12, 12), "sealed, and read"
        _vote(arena.another_browser())
        assert (_counted(arena, before), _counted(arena, after)) == ((13, 13), (13, 13))
        _seal(arena, log)
        assert (_counted(arena, after), _counted(arena, read_live_arena(tmp_path))) == ((13, 13), (13, 13))
        assert sum(pair.votes for pair in arena.store.pair_counts(ARENA, published={"another store": 9})) == 13


def test_the_reveal_counts_sealed_votes_once(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data", ("acme/one", "zeta/three"))
    with open_arena(tmp_path, catalogue=catalogue) as arena:
        current = arena.current
        for _ in range(5):
            _vote(arena.another_browser(), "tie")
        _seal(arena, tmp_path / "data" / "votes")
        for live in (None, read_live_arena(tmp_path)):
            if live:
                current.show(live)
            arena.clock.forward(minutes=1)
            others = _vote(arena.another_browser(), "tie")["others"]
            assert others["votes"] == others["tie"] == (6 if live else 5)
        mine = arena.another_browser()
        battle = mine.get("/api/battle").json()
        mine.post("/api/votes", json={"token": battle["token"], "outcome": "tie"})
        _seal(arena, tmp_path / "data" / "votes")
        arena.clock.forward(minutes=1)
        current.show(read_live_arena(tmp_path))
        assert "7 votes" in mine.get(f"/votes/{battle['token']}").text, "one’s own vote is no other’s, sealed or not"


def test_counts_of_a_log_hold_models_that_are_not_ranked(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        told = _vote(arena.client)
        _seal(arena, tmp_path / "votes")
    first, second = sorted((str(told["left"]["model"]), str(told["right"]["model"])))
    log = open_log(tmp_path / "votes")
    votes = published_votes(log, count_log(log).counts)
    won = str(told["left"]["model"]) == first
    assert votes.pairs == {ARENA: {(first, second): PairCount(first, second, int(won), int(not won))}}
    assert list(votes.periods.values()) == [1]


def test_a_change_is_told_once_it_has_settled(tmp_path: Path) -> None:
    write_project(tmp_path / "data")
    watcher = ProjectWatcher(tmp_path)
    assert watcher() is None
    settings = tmp_path / "data" / "arena.toml"
    good = settings.read_text()
    settings.write_text(good.replace("Test arena", "Another arena"))
    assert watcher() is None, "somebody may still be writing"
    live = watcher()
    assert live
    assert live.catalogue.project.name == "Another arena"
    assert watcher() is None
    settings.write_text("name = ")
    assert watcher() is None
    with pytest.raises(ArenaError, match=r"arena\.toml"):
        watcher()
    assert watcher() is None, "said once"
    settings.write_text(good)
    assert watcher() is None
    assert watcher() is not None
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "de.po").write_text('msgid "Undo"\nmsgstr "Zurück"\n', "utf-8")
    assert watcher() is None
    assert watcher() is not None


def test_a_new_day_is_a_change(tmp_path: Path) -> None:
    write_project(tmp_path / "data")
    model = tmp_path / "data" / "models" / "acme" / "two.toml"
    dated = model.read_text().replace("status = 'active'", "status = 'deprecated'\nshut_down = 2026-06-01")
    model.write_text(dated)
    day = date(2026, 5, 31)
    watcher = ProjectWatcher(tmp_path, lambda: day)
    assert watcher() is None
    assert "acme/two" in read_live_arena(tmp_path, day).pools[ARENA].models
    day = date(2026, 6, 1)
    assert watcher() is None, "it is looked at twice"
    live = watcher()
    assert live
    assert live.catalogue.today == day
    assert "acme/two" not in live.pools[ARENA].models


def test_a_running_app_shows_what_is_new(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    catalogue = write_project(tmp_path / "data")
    clock, watcher = Clock(), ProjectWatcher(tmp_path)
    settings = AppSettings(replace_size(NO_LIMITS), watch_seconds=0.02)
    first = LiveArena(catalogue, read_live_arena(tmp_path).ratings, settings)
    arena_toml, extra = tmp_path / "data" / "arena.toml", tmp_path / "data" / "models" / "acme" / "two.toml"
    with open_store(f"sqlite:///{tmp_path / 'arena.sqlite'}") as store:
        app = create_app(first, store, clock=clock, rng=random.Random(7), secret=SECRET, watcher=watcher)
        with TestClient(app) as client:
            battle = client.get("/api/battle").json()
            shutil.copy(arena_toml, tmp_path / "good.toml")
            arena_toml.write_text("name = ")
            wait_until(lambda: any("arena.toml" in one.getMessage() for one in caplog.records), "the fault is said")
            assert all(record.levelno == logging.WARNING for record in caplog.records)
            assert "Test arena" in client.get("/").text
            extra.write_text(extra.read_text().replace("status = 'active'", "status = 'withdrawn'"))
            arena_toml.write_text((tmp_path / "good.toml").read_text().replace("Test arena", "Another arena"))
            wait_until(lambda: "Another arena" in client.get("/").text, "the new name is shown")
            cast = client.post("/api/votes", json={"token": battle["token"], "outcome": "tie"})
            assert cast.status_code == 201, "what was drawn before can be voted on"
            drawn = []
            for _ in range(12):
                client.cookies.clear()  # a voter each: who asked for the page often may have seen every battle
                drawn.append(store.battle(client.get("/api/battle").json()["battle"]))
            shown = {model for one in drawn if one for model in (one.left, one.right)}
            assert "acme/two" not in shown
            assert "zeta/three" in shown


def test_an_app_whose_project_could_not_be_looked_at_looks_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue = write_project(tmp_path / "data")
    live = read_live_arena(tmp_path)
    settings = AppSettings(replace_size(NO_LIMITS), watch_seconds=0.01)
    named = replace(catalogue, project=catalogue.project.model_copy(update={"name": "Another arena"}))
    found: list[LiveArena | OSError] = [OSError(5, "Input/output error", "data"), replace(live, catalogue=named)]

    def watcher() -> LiveArena | None:
        told = found.pop(0) if found else None
        if isinstance(told, OSError):
            raise told
        return told

    with open_store(f"sqlite:///{tmp_path / 'arena.sqlite'}") as store:
        first = LiveArena(catalogue, live.ratings, settings)
        app = create_app(first, store, clock=Clock(), rng=random.Random(7), secret=SECRET, watcher=watcher)
        with TestClient(app) as client:
            wait_until(lambda: "Another arena" in client.get("/").text, "the new name is shown")
    (record,) = caplog.records
    assert record.getMessage().startswith("whether the project has changed cannot be seen now")
    assert "Input/output error" in record.getMessage()


def test_a_change_that_could_not_be_read_is_read_by_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path / "data")
    watcher = ProjectWatcher(tmp_path)
    with (tmp_path / "data" / "arena.toml").open("a") as settings:
        settings.write("# changed\n")
    assert watcher() is None, "it has to settle"
    too_many = OSError(errno.EMFILE, "Too many open files", "organizations")

    def no_file_left(*_: object, **__: object) -> Any:
        raise too_many

    for what in ("arena.voting.live_arena.read_live_arena", "os.scandir"):
        with monkeypatch.context() as patched:
            patched.setattr(what, no_file_left)
            with pytest.raises(OSError, match="Too many open files"):
                watcher()
    assert watcher() is not None, "nobody has to change it once more"
    assert watcher() is None


def test_a_battle_of_an_arena_that_is_gone_is_over(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        current = arena.current
        token = arena.client.get("/api/battle").json()["token"]
        arena.client.post("/api/votes", json={"token": token, "outcome": "left"})
        battle = arena.client.get("/api/battle").json()
        live = read_live_arena(tmp_path)
        current.show(replace(live, catalogue=replace(live.catalogue, outputs=())))
        late = arena.client.post("/api/votes", json={"token": battle["token"], "outcome": "left"})
        assert (late.status_code, late.json()["error"]["code"]) == (410, "expired")
        assert arena.client.get(f"/votes/{token}").status_code in (404, 410, 422)
        assert arena.store.votes_stored() == 1


def test_nobody_votes_in_a_published_data_set(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data")
    assert set(battle_pools(catalogue, NO_RATINGS)) == {"text-to-image", "image-editing"}
    source = ArenaSource(name="Set", url="https://data.example", licence="MIT", year=2023, read=date(2026, 1, 2))
    arenas = [
        entry.model_copy(update={"source": source if entry.id == ARENA else None}) for entry in catalogue.project.arenas
    ]
    project = catalogue.project.model_copy(update={"arenas": tuple(arenas)})
    assert set(battle_pools(replace(catalogue, project=project), NO_RATINGS)) == {"image-editing"}


def test_no_battle_shows_outputs_of_two_kinds(tmp_path: Path) -> None:
    """An output of a model keeps all simulated ones of its arena out of battles; so do votes of people."""
    catalogue = write_project(tmp_path / "data", origin="simulated")
    assert all(pool.origin is Origin.SIMULATED for pool in battle_pools(catalogue, NO_RATINGS).values())
    voted = replace(NO_RATINGS, origins=((ARENA, Origin.HUMAN), ("image-editing", Origin.SIMULATED)))
    assert set(battle_pools(catalogue, voted)) == {"image-editing"}
    prompt = f"{ARENA}/lighthouse"
    outputs = tuple(
        output.model_copy(update={"origin": OutputOrigin.MODEL, "entered_play": date(2026, 7, 1)})
        if output.prompt == prompt and output.model in {"acme/one", "zeta/three"}
        else output
        for output in catalogue.outputs
    )
    pool = battle_pools(replace(catalogue, outputs=outputs), NO_RATINGS)[ARENA]
    assert (pool.origin, pool.models) == (Origin.HUMAN, ("acme/one", "zeta/three"))
    assert [entry.id for entry in pool.prompts] == [prompt]
