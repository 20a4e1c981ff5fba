"""Connections to a PostgreSQL that went away."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import exc, text

from arena.votes.store.engine import make_engine, read_url
from tests.postgres_server import PostgresServer


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
