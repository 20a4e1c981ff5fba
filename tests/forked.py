"""All that processes to be killed would import late: loaded once, by the server that they are forked from."""

from __future__ import annotations

from importlib import import_module

from PIL import Image

LATE = (
    "alembic.command",
    "alembic.config",
    "alembic.op",
    "anyio._backends._asyncio",
    "arena.publish.site",
    "arena.ratings",
    "httpcore",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "ibis.formats.pyarrow",
    "pyarrow.dataset",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "tests.cli.test_round",
    "tests.voting.running",
    "tests.collect.dying",
    "tests.simulate.removing_child",
    "tests.votes.sealing_child",
    "tests.votes.store.voting_child",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)

for name in LATE:
    import_module(name)
Image.init()
