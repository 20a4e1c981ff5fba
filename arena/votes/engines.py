"""Votes where they are: files or a table, on an engine that Ibis speaks to, without copying them here.

An address is ``ENGINE://CONNECTION#VOTES``: what is before the ``#`` opens the engine, and what follows are Parquet
files (a path, a glob, or an address such as ``s3://bucket/votes/*.parquet``) or the name of a table, after its schema
if it has one. Files without an engine are read by DuckDB.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from arena import wording
from arena.errors import ArenaError, VotesError
from arena.records import REQUIRED_VOTE_COLUMNS, VOTE_COLUMNS, Origin, Outcome
from arena.votes.fetching import fetch, first_line
from arena.votes.row_errors import did_you_mean, raise_findings

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

FILE_ENGINES = ("duckdb", "polars", "datafusion", "spark")
TABLE_ENGINES = ("duckdb", "postgres", "postgresql", "spark", "clickhouse", "trino", "bigquery")
ENGINES = tuple(dict.fromkeys((*FILE_ENGINES, *TABLE_ENGINES)))
CONNECTED = ("duckdb", "postgres", "postgresql", "clickhouse", "trino", "bigquery")
"""Engines whose connections are closed after use. A session of Spark may be somebody else's, too."""
OWN_ENGINE = "duckdb://"
OBJECT_STORES = ("s3", "gs", "gcs", "az", "azure", "abfss", "hf", "http", "https")
"""Schemes of files that DuckDB reads from where they are."""
EXTRAS = {"polars", "datafusion", "spark", "clickhouse", "trino", "bigquery"}
"""Engines whose packages are installed as ``image-arena[ENGINE]``."""
NOT_RATED = ("dwell_ms", "reasons")
EMPTY_IS_FINE = ("category", "language")
"""Required columns that may be empty in a row: the vote then counts for the boards without them."""


@dataclass(frozen=True)
class VotesAddress:
    """``engine`` as an address without ``#``, and ``votes``: files or a table."""

    engine: str
    votes: str

    @classmethod
    def parse(cls, text: str) -> VotesAddress:
        """Raises ``VotesError`` where the engine is unknown or no votes are named."""
        # Not urlsplit: it takes the brackets of spark://local[2] for an IPv6 address.
        scheme = text.partition("://")[0].lower() if "://" in text else ""
        if not scheme or scheme in OBJECT_STORES:
            return cls(OWN_ENGINE, text)
        engine, _, votes = text.partition("#")
        address = cls(engine, votes)
        if address.name not in ENGINES:
            hint = did_you_mean(address.name, ENGINES)
            raise VotesError(f'no engine is called "{address.name}"', where=address.shown, hint=hint)
        if not votes:
            hint = f"name files or a table after a #, as in {address.name}://{_EXAMPLES[address.name]}"
            raise VotesError("names no votes", where=address.shown, hint=hint)
        return address

    @property
    def name(self) -> str:
        """Of the engine."""
        return self.engine.partition("://")[0].lower()

    @property
    def shown(self) -> str:
        """The address without a password, for messages."""
        engine = re.sub(r"(://[^:/@]*):.*@", r"\1:...@", self.engine)
        return f"{engine}#{self.votes}" if self.votes else engine

    @property
    def of_files(self) -> bool:
        return "/" in self.votes or "*" in self.votes or self.votes.endswith((".parquet", ".parq"))


_EXAMPLES = {
    "duckdb": "votes.db#votes",
    "polars": "#votes/*.parquet",
    "datafusion": "#votes/*.parquet",
    "spark": "local[2]#s3a://bucket/votes/*.parquet",
    "postgres": "user@host/database#votes",
    "postgresql": "user@host/database#votes",
    "clickhouse": "user@host/database#votes",
    "trino": "user@host/catalog/schema#votes",
    "bigquery": "project/dataset#votes",
}


@dataclass(frozen=True)
class TableDefaults:
    """What a table does not say itself: ``columns`` (ours -> theirs), and values of columns that it lacks."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str | datetime] = field(default_factory=dict)


def open_engine(address: str) -> BaseBackend:
    """A connection. Raises ``VotesError`` where it cannot be made, or its package is missing."""
    parsed = VotesAddress(address, "")
    if parsed.name not in ENGINES or "://" not in address:
        hint = f"give one of {', '.join(f'{name}://' for name in ENGINES)}"
        raise VotesError("is no address of an engine", where=parsed.shown, hint=hint)
    try:
        return _connected(parsed)
    except ImportError as error:
        extra = f"pip install 'image-arena[{parsed.name}]'" if parsed.name in EXTRAS else "install the package"
        raise VotesError(first_line(error), where=parsed.shown, hint=extra) from error
    except ArenaError:
        raise
    except Exception as error:  # each driver has errors of its own
        hint = "see whether the engine runs, and who may log in"
        raise VotesError(first_line(error), where=parsed.shown, hint=hint) from error


def _connected(address: VotesAddress) -> BaseBackend:
    rest = address.engine.partition("://")[2]
    if address.name == "duckdb":
        if not rest or rest == ":memory:":
            return ibis.duckdb.connect()
        if not Path(rest).is_file():
            raise VotesError("is missing", where=rest, hint="name a database of DuckDB, or files: duckdb://#FILES")
        return ibis.duckdb.connect(rest, read_only=True)
    if address.name == "polars":
        return ibis.polars.connect()
    if address.name == "datafusion":
        return ibis.datafusion.connect()
    if address.name == "spark":
        return _spark(rest)
    return ibis.connect(address.engine)


def _spark(master: str) -> BaseBackend:
    """``local[2]``, ``yarn``, ``host:7077``; without one, what spark-submit or spark-defaults.conf say."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    builder = SparkSession.builder.appName("arena rate").config("spark.sql.session.timeZone", "UTC")
    # Without Arrow, every row that comes back would be a Python object first.
    builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        # One process: nobody else has to reach it, nor its web page, which listens on every address.
        alone = {"driver.host": "127.0.0.1", "driver.bindAddress": "127.0.0.1", "ui.enabled": "false"}
        for name, value in alone.items():
            builder = builder.config(f"spark.{name}", value)
    if master:
        named = master.startswith(("local", "yarn", "k8s:"))
        builder = builder.master(master if named else f"spark://{master}")
    return ibis.pyspark.connect(builder.getOrCreate())


@contextmanager
def votes_at(text: str, defaults: TableDefaults | None = None) -> Generator[ir.Table]:
    """The votes at an address, checked on the engine by one pass over them; as the columns of a vote file.

    Other columns are left out, and so are what no rating needs: ``dwell_ms`` and ``reasons``. Times without a zone are
    in UTC. A vote that is there twice counts twice. Raises ``VotesError`` with findings.
    """
    address = VotesAddress.parse(text)
    engine = open_engine(address.engine)
    try:
        votes = as_votes_of(_table_of(engine, address), address.shown, defaults or TableDefaults())
        raise_findings(row_findings(votes, address.shown))
        yield votes
    finally:
        if address.name in CONNECTED:
            engine.disconnect()


def _table_of(engine: BaseBackend, address: VotesAddress) -> ir.Table:
    if address.of_files and address.name not in FILE_ENGINES:
        hint = f"name a table after the #; files are read by {', '.join(FILE_ENGINES)}"
        raise VotesError("reads no files", where=address.shown, hint=hint)
    if not address.of_files and address.name not in TABLE_ENGINES:
        raise VotesError("has no tables", where=address.shown, hint="name Parquet files after the #")
    *place, name = address.votes.split(".")
    try:
        if address.of_files:
            return read_files(engine, address.votes)
        return engine.table(name, database=tuple(place) if place[1:] else place[0] if place else None)
    except Exception as error:  # each engine has errors of its own
        bucket = address.name == "duckdb" and address.votes.partition("://")[0] in OBJECT_STORES
        raise VotesError(first_line(error), where=address.shown, hint=_IN_A_BUCKET if bucket else _HERE) from error


_HERE = "files are Parquet; a table may need its schema before it, as in schema.votes"
_IN_A_BUCKET = (
    "DuckDB reads buckets with its extension httpfs, which `INSTALL httpfs` loads from the network once, "
    "as whom its secrets say (docs/scale.md)"
)


def read_files(engine: BaseBackend, path: str) -> ir.Table:
    """Parquet files with votes as a table of the engine."""
    table = engine.read_parquet(path)
    if engine.name == "datafusion" and (at := table.schema().get("at")) and at.is_timestamp():
        # DataFusion 48 has no seconds since 1970 of a timestamp with a zone. To drop the zone keeps the UTC.
        table = table.mutate(at=table["at"].cast("timestamp(6)"))
    if engine.name == "polars":
        # Text that a file has as a dictionary is categorical there, which Ibis takes for text, and no join does.
        table = table.mutate(**{name: table[name] + "" for name, kind in table.schema().items() if kind.is_string()})
    return table


def as_votes_of(table: ir.Table, where: str, defaults: TableDefaults) -> ir.Table:
    """The columns of a vote file from those of a table. Raises ``VotesError`` for what is missing or of a wrong type.

    ``where`` names the table for messages.
    """
    known = set(table.columns)
    raise_findings(
        VotesError(f'there is no column "{theirs}"', where=where, hint=did_you_mean(theirs, table.columns))
        for theirs in defaults.columns.values()
        if theirs not in known
    )
    theirs = {name: defaults.columns.get(name, name) for name in VOTE_COLUMNS if name not in NOT_RATED}
    columns: dict[str, ir.Value] = {}
    findings = []
    for name, source in theirs.items():
        if source in known:
            column = _as_type(table[source], name)
            if column is None:
                what = "a timestamp" if name == "at" else "text or whole numbers"
                kind = table[source].type()
                findings.append(VotesError(f'column "{name}" is {kind} where {what} belongs', where=where))
            else:
                columns[name] = column
        elif name in defaults.values:
            columns[name] = ibis.literal(defaults.values[name])
        elif name in REQUIRED_VOTE_COLUMNS:
            hint = f"name it: --columns {name}=THEIRS"
            findings.append(VotesError(f'column "{name}" is missing', where=where, hint=hint))
    raise_findings(findings)
    if "origin" in columns:
        origin = columns["origin"]
        columns["origin"] = ibis.ifelse(origin == "", Origin.HUMAN.value, origin)
    return table.select(**columns)


def _as_type(column: ir.Value, name: str) -> ir.Value | None:
    kind = column.type()
    if name == "at":
        return column if kind.is_timestamp() else None
    if not (kind.is_string() or kind.is_integer() or kind.is_uuid()):
        return None
    text = column if kind.is_string() else column.cast("string")
    return text.fill_null("")


def row_findings(votes: ir.Table, where: str) -> list[ArenaError]:
    """What is wrong with rows, counted on the engine by one aggregate; ``where`` names the table."""
    outcomes, origins = [outcome.value for outcome in Outcome], [origin.value for origin in Origin]
    faults = {
        f"without {name}": votes[name].isnull() if name == "at" else votes[name] == ""
        for name in REQUIRED_VOTE_COLUMNS
        if name not in (*EMPTY_IS_FINE, "outcome")
    }
    faults[f"whose outcome is none of {', '.join(outcomes)}"] = votes.outcome.notin(outcomes)
    faults["of a model with itself"] = (votes.left == votes.right) & (votes.left != "")
    if "origin" in votes.columns:
        faults[f"whose origin is none of {', '.join(origins)}"] = votes.origin.notin(origins)
    counts = {f"fault_{number}": votes.count(where=fault) for number, fault in enumerate(faults.values())}
    row = fetch(votes.aggregate(**counts)).to_pylist()[0]
    return [
        VotesError(f"has {wording.count(count, 'vote')} {what}", where=where, hint="mend or leave out these rows")
        for what, count in zip(faults, row.values(), strict=True)
        if count
    ]
