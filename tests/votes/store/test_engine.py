"""Connections that went away, and schemas: what the migrations make is what this release writes."""

from __future__ import annotations

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, exc, inspect, text

from arena.errors import StoreError
from arena.votes.store import open_store
from arena.votes.store.auditing import all_decisions, retracted_votes, skipped_battles
from arena.votes.store.engine import HEAD, MIGRATIONS, make_engine, read_url
from arena.votes.store.schema import metadata
from tests.postgres_server import PostgresServer
from tests.votes.store.worlds import NOW, PROMPT, a_battle, add_battle, know_outputs, sha_of


def test_a_connection_whose_socket_is_closed_is_given_up(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise psycopg.OperationalError("connection socket closed")

    engine = make_engine(read_url(postgres.new_database()), timeout=2)
    with engine.connect() as connection:
        with monkeypatch.context() as broken, pytest.raises(exc.OperationalError) as error:
            broken.setattr(engine.dialect, "do_execute", closed)
            connection.execute(text("SELECT 1"))
        assert error.value.connection_invalidated
        assert connection.invalidated
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_the_newest_migration_is_the_schema_of_this_release() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_are_declared(url: str) -> None:
    with open_store(url) as store, store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_constraints_that_are_declared(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/migrated.sqlite").close()
    declared = create_engine(f"sqlite:///{tmp_path}/declared.sqlite")
    metadata.create_all(declared)
    declared.dispose()
    assert _schema(tmp_path / "migrated.sqlite") == _schema(tmp_path / "declared.sqlite")


def _schema(path: Path) -> dict[str, list[str]]:
    """What makes each table and index, its parts in the order of the alphabet."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL")
        return {name: sorted(re.split(r",?\s*\n\s*", sql.replace('"', ""))) for name, sql in rows}


def test_a_store_of_an_older_release_keeps_its_votes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("arena.votes.store.engine.HEAD", "0001")
        with open_store(url) as store:
            know_outputs(store, "human")
            with store.writing() as connection:
                for statement in _rows_of_the_first_release():
                    connection.execute(text(statement))
                assert not inspect(connection).has_table("decisions")
    with open_store(url) as store:
        assert store.votes_stored() == 2
        with store.reading() as connection:
            assert all_decisions(connection) == []
        kept = store.battle("b1")
        assert kept and (kept.voter, kept.network) == ("v1", "")
        of_a_day = store.vote_of("b1", "v1")
        assert of_a_day and of_a_day.network == "key of a day"
        assert store.forget_expired(NOW) == 1, "a battle that was drawn for nobody knows whom leaves no skip"
        add_battle(store, a_battle("b9", "v1"))
        with store.reading() as connection:
            assert skipped_battles(connection, NOW).num_rows == 0
            assert retracted_votes(connection, NOW)["network"].to_pylist() == ["key of a day"]


def _rows_of_the_first_release() -> list[str]:
    battle = f"'t2i', 'photo', 'en', '{PROMPT}', 'a/one', 'a/two', '{sha_of('a/one')}', '{sha_of('a/two')}'"
    votes = [
        f"INSERT INTO votes VALUES ('b{n}', 'v1', 5, 'left', '', 99, 'key of a day', {{}}, NULL, NULL)"
        for n in (1, 2, 3)
    ]
    return [
        "INSERT INTO voters VALUES ('v1', 0)",
        *(f"INSERT INTO battles VALUES ('b{n}', {battle}, 'v1', '', 'human', 0, 9)" for n in (1, 2, 3, 4)),
        *(vote.format(retracted) for vote, retracted in zip(votes, ("NULL", "NULL", "7"), strict=True)),
    ]


def test_several_processes_that_open_an_empty_store_make_it_once(url: str) -> None:
    barrier = threading.Barrier(4)

    def open_it(_: int) -> int:
        barrier.wait()
        with open_store(url) as store:
            return store.votes_stored()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_it, range(4))) == [0] * 4


def test_a_store_of_a_newer_release_is_refused_and_left_alone(url: str) -> None:
    with open_store(url) as store:
        with store.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StoreError, match=r"newer release \(schema 9999"):
            open_store(url)
        with store.reading() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path, postgres: PostgresServer) -> None:
    for url in (f"sqlite:///{tmp_path}/other.sqlite", postgres.new_database()):
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE wp_posts (id INTEGER)"))
        with pytest.raises(StoreError, match="something else \\(wp_posts\\)"):
            open_store(url)
        with engine.begin() as connection:
            assert MigrationContext.configure(connection).get_current_revision() is None
        engine.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("arena.sqlite", "is not one"),
        ("mysql://arena:geheim@host/arena", "no store can be on"),
        ("sqlite://", "a file on a disk"),
        ("sqlite:///:memory:", "a file on a disk"),
        ("sqlite:///x.sqlite?mode=memory", "a file on a disk"),
        ("postgresql://arena:geheim@host:port/arena", "is not one"),
    ],
)
def test_a_url_that_is_no_store_is_refused_without_its_password(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.hint


def test_outputs_of_an_older_store_are_made_by_models_and_keep_their_battles(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("arena.votes.store.engine.HEAD", "0001")
        with open_store(url) as old, old.writing() as connection:
            connection.execute(text("INSERT INTO voters VALUES ('someone', 0)"))
            for model, origin in (("a/one", "human"), ("a/two", "simulated")):
                values = {"sha256": sha_of(model), "model": model, "origin": origin}
                connection.execute(text("INSERT INTO outputs VALUES (:sha256, :model, 'p', :origin, 1)"), values)
            shown = {"left": sha_of("a/one"), "right": sha_of("a/two")}
            battle = "'b', 't2i', 'photo', 'en', 'p', 'a/one', 'a/two', :left, :right, 'someone', '', 'simulated', 0, 9"
            connection.execute(text(f"INSERT INTO battles VALUES ({battle})"), shown)
    with open_store(url) as store:
        assert store.battle("b") is not None
        with store.reading() as connection:
            found = connection.execute(text("SELECT model, origin FROM outputs ORDER BY model")).all()
        assert found == [("a/one", "model"), ("a/two", "simulated")]
        for wrong in ("UPDATE outputs SET origin = 'human'", "DELETE FROM outputs"):
            with pytest.raises(StoreError, match="refuses"), store.writing() as connection:
                connection.execute(text(wrong))


def test_an_interrupted_migration_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", stop)
        with pytest.raises(KeyboardInterrupt):
            open_store(url)
    with open_store(url) as store:
        assert store.votes_stored() == 0


def test_sealed_periods_of_an_older_store_stay_and_may_lose_their_votes(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("arena.votes.store.engine.HEAD", "0003")
        with open_store(url) as old, old.writing() as connection:
            connection.execute(text("INSERT INTO seals VALUES (1, 'a', 0, 0, 1, NULL, 7, '{}')"))
    with open_store(url) as store:
        with store.writing() as connection:
            assert connection.execute(text("SELECT number, votes FROM seals")).all() == [(1, 7)]
            connection.execute(text("UPDATE seals SET votes = 0"))
        for wrong in (
            "UPDATE seals SET votes = -1",
            "INSERT INTO votes VALUES ('b', 'v', 0, 'left', '', 0, '', NULL, 0, 9)",
        ):
            with pytest.raises(StoreError, match="refuses"), store.writing() as connection:
                connection.execute(text(wrong))
        with store.writing() as connection:
            connection.execute(text("INSERT INTO seals VALUES (2, 'a', 0, 0, NULL, :seed, 1, '{}')"), {"seed": b"s"})
        with pytest.raises(StoreError, match="refuses"), store.writing() as connection:
            connection.execute(text("INSERT INTO seals VALUES (3, 'a', 0, 0, NULL, :seed, 1, '{}')"), {"seed": b"s"})
