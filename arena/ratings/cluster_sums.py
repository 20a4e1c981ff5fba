"""Sums of pulls by cluster of votes, computed where the votes are, so that no step holds votes in memory.

The counts are enough to solve every axis. How strongly one vote of each kind (axis, two models, outcome) pulls at the
solution, and how much precision it adds, are then a small table. A cluster of machines joins it to the codes of votes,
one kind of axis at a time, and sums it by cluster and model: what comes back has a row for each (axis, cluster, model).
Engines on one machine hand over the codes in batches, once, which are added up here: their own group-by would take
many times as long (PostgreSQL, a million votes on 143 axes: 25 times) and DuckDB's many times the memory.

Where there are more voters than groups, they are put into ``GROUPS`` groups by a hash of their ids; a voter with more
than the mean share of a group stays alone. Independent clusters taken together are still clusters: the variance that
they tell is as right on average, and tells itself worse by sqrt(2 / GROUPS). The same holds for prompts, and for the
crossings, of which there are nearly as many as votes. Where axes and models are many, there are fewer groups, so that
the sums of one kind of axis are ``MOST_SUMS`` at most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Ints
from arena.ratings.clusters import FEWEST_PROMPTS, AxisSums, ClusterSums
from arena.ratings.pull_tables import KindPulls, SumTable, kinds_of, rated_outcomes
from arena.ratings.solver import Solution
from arena.ratings.tally import CELL, AxisTally, Tally
from arena.ratings.vote_batches import add_batch, coded_batches, coded_votes
from arena.records import Axis
from arena.votes.fetching import IN_BATCHES, fetch, fetch_batches

if TYPE_CHECKING:
    import ibis.expr.types as ir

GROUPS = 1024
"""Of voters, of prompts and of crossings: the standard errors of standard errors are 2% of them."""
FEWEST_GROUPS = 64
"""However many models and axes there are: 9%."""
MOST_SUMS = 2**22
"""For one kind of axis and way of clustering, 24 bytes each here, and a row from an engine elsewhere. Heavy voters may
bring twice as many."""
KEEPS_CODES = ("pyspark",)
"""Engines that keep the codes from pass to pass, in their own memory or on their own disks."""
DIGITS = 3
"""Hexadecimal digits of the hash that the group is made from: 4096 values, which GROUPS divides."""
MARK = "\x1f"
"""Between the parts of an id that is made of several; no id has it."""


@dataclass(frozen=True, slots=True)
class ClusterWay:
    """One way of clustering. ``key`` gives the cluster's id of each vote; ``heavy`` says to keep large ones alone."""

    key: Callable[[ir.Table], ir.StringValue]
    heavy: bool


@dataclass(frozen=True, slots=True)
class ClusterNumbers:
    """Clusters as numbers: the ``alone`` ones are 0, 1, ...; unless these are all, the others follow by their hash."""

    way: ClusterWay
    alone: tuple[str, ...]
    groups: int
    """0 where no cluster is hashed."""

    @property
    def size(self) -> int:
        return len(self.alone) + self.groups

    def folded(self, most: int) -> Ints:
        """Another number for each, of which there are ``most``, or twice as many: ``most`` divides ``groups``."""
        alone, hashed = np.arange(len(self.alone)), np.arange(self.groups)
        return np.concatenate([alone % most, min(len(alone), most) + hashed % most])

    def folded_column(self, number: ir.IntegerValue, most: int) -> ir.IntegerValue:
        """The same as an expression."""
        alone = len(self.alone)
        return ibis.ifelse(number < alone, number % most, (number - alone) % most + min(alone, most))

    def column(self, votes: ir.Table, name: str, engine: str) -> ir.Table:
        """The votes with a column ``name`` more, the number of their cluster.

        ``engine`` is where the votes are, in Ibis's words.
        """
        keyed = votes.mutate(key=self.way.key(votes))
        own = _table(key=pa.array(self.alone, pa.string()), own=pa.array(range(len(self.alone)), pa.int32()))
        if not self.groups:
            return _renamed(keyed.inner_join(own, "key"), votes, name, lambda joined: joined.own)
        digits = pa.array([f"{value:0{DIGITS}x}" for value in range(16**DIGITS)])
        hashed = len(self.alone) + np.arange(16**DIGITS) % self.groups
        joined = _with_digits(keyed, engine).inner_join(
            _table(digits=digits, hashed=pa.array(hashed, pa.int32())), "digits"
        )
        if not self.alone:
            return _renamed(joined, votes, name, lambda joined: joined.hashed)
        return _renamed(
            joined.left_join(own, "key"), votes, name, lambda joined: ibis.coalesce(joined.own, joined.hashed)
        )


def load_axis_sums(  # noqa: PLR0917 - as many things are known by then
    votes: ir.Table,
    tally: Tally,
    axes: list[AxisTally],
    solutions: dict[Axis, Solution],
    settings: RatingSettings,
    groups: int = GROUPS,
) -> dict[Axis, AxisSums]:
    """The sums of every axis with rated votes.

    ``groups`` divides 16 ** DIGITS. Memory grows with axes x groups x models, and has a limit.
    """
    both_bad = settings.both_bad == "tie"
    votes = votes.filter(votes.outcome.isin([outcome.value for outcome in rated_outcomes(both_bad=both_bad)]))
    ways = {"voters": ClusterWay(lambda table: table.voter, heavy=True)}
    named: dict[Axis, int] = {}
    kinds = kinds_of(tally, axes, solutions)
    if settings.prompts == "like-these" and "prompt" in votes.columns:
        votes = votes.mutate(prompt=votes.prompt.fill_null(""))
        named = _named_prompts(votes, kinds)
    if named:
        ways["prompts"] = ClusterWay(_prompt_key, heavy=True)
        ways["crossings"] = ClusterWay(lambda table: table.voter + MARK + _prompt_key(table), heavy=False)
    total = int(tally.counts[:, :3].sum())
    numbers = {name: _numbers(votes, way, groups, total) for name, way in ways.items()}
    engine = votes.get_backend().name
    for name, known in numbers.items():
        votes = known.column(votes, name, engine)
    add = _added_here if engine in IN_BATCHES else _summed_there
    sums = add(votes, tally, kinds, numbers)
    return {axis.axis: _axis_sums(axis.axis, sums, named) for axis in axes if axis.axis in sums["voters"]}


Sums = dict[str, dict[Axis, ClusterSums]]
"""By way of clustering and axis."""


def _prompt_key(votes: ir.Table) -> ir.StringValue:
    """The prompt; a vote that names none, beside others that do, is a cluster of its own."""
    return ibis.ifelse(votes.prompt == "", MARK + votes.voter + MARK + votes.battle, votes.prompt)


def _axis_sums(axis: Axis, sums: Sums, named: dict[Axis, int]) -> AxisSums:
    voters, count = sums["voters"][axis], named.get(axis, 0)
    if not count or len(sums["prompts"][axis].sizes) < FEWEST_PROMPTS:
        return AxisSums(voters, named=count)
    return AxisSums(voters, sums["prompts"][axis], sums["crossings"][axis], count)


def _named_prompts(votes: ir.Table, kinds: Iterable[KindPulls]) -> dict[Axis, int]:
    """How many prompts the votes of each axis name, where they name any."""
    naming = votes.filter(votes.prompt != "")
    found: dict[Axis, int] = {}
    for kind in kinds:
        columns = [CELL[column] for column in kind.columns]
        rows = fetch(naming.group_by(columns).agg(prompts=naming.prompt.nunique())).to_pylist()
        counts = {Axis(**{name: row[name] for name in columns}): int(row["prompts"]) for row in rows}
        found.update({axis: counts[axis] for axis in kind.axes if axis in counts})
    return found


def _numbers(votes: ir.Table, way: ClusterWay, groups: int, total: int) -> ClusterNumbers:
    """Which clusters stay alone: all, where they are no more than ``groups``, or else the heavy ones."""
    if not way.heavy and total > groups:
        return ClusterNumbers(way, (), groups)
    counted = votes.select(key=way.key(votes)).group_by("key").agg(votes=ibis._.count())
    heavy = counted.filter(counted.votes > total / groups)
    few = total <= groups or len(fetch(counted.select("key").limit(groups + 1))) <= groups
    alone = fetch((counted if few else heavy).select("key"))["key"].to_pylist()
    return ClusterNumbers(way, tuple(sorted(alone)), 0 if few else groups)


def _groups_of(kind: KindPulls, groups: int) -> int:
    """So many groups, or the power of two that keeps the sums of the kind below ``MOST_SUMS``; not by engine."""
    fitting = MOST_SUMS // max(1, int(kind.widths.sum()))
    return min(groups, max(FEWEST_GROUPS, 2 ** (fitting.bit_length() - 1) if fitting else 0))


def _added_here(votes: ir.Table, tally: Tally, kinds: list[KindPulls], numbers: dict[str, ClusterNumbers]) -> Sums:
    """One pass over the votes, of which the engine hands over codes."""
    tables: dict[tuple[str, tuple[int, ...]], SumTable] = {}
    folds: dict[tuple[str, tuple[int, ...]], Ints] = {}
    for name, known in numbers.items():
        for kind in kinds:
            fold = known.folded(_groups_of(kind, known.groups or known.size))
            folds[name, kind.columns], tables[name, kind.columns] = fold, kind.empty_sums(int(fold.max(initial=0)) + 1)
    for batch in coded_batches(votes, tally, list(numbers)):
        for kind in kinds:
            site = kind.find(batch.cell, batch.first, batch.second, batch.outcome)
            for name in numbers:
                cluster = folds[name, kind.columns][batch.clusters[name]]
                add_batch(kind, site, cluster, tables[name, kind.columns])
    return {name: dict(pair for kind in kinds for pair in kind.by_axis(tables[name, kind.columns])) for name in numbers}


def _summed_there(votes: ir.Table, tally: Tally, kinds: list[KindPulls], numbers: dict[str, ClusterNumbers]) -> Sums:
    """A pass over the codes of votes for each kind of axis and way of clustering."""
    sums: Sums = {name: {} for name in numbers}
    coded = coded_votes(votes, tally, list(numbers))
    keeps = votes.get_backend().name in KEEPS_CODES
    if keeps:
        fetch(coded.limit(0))  # Ibis 12 tells Spark of the tables of codes when it asks, and not when it caches
    with coded.cache() if keeps else nullcontext(coded) as coded:
        for kind in kinds:
            sites = ibis.memtable(kind.as_table())
            for name, known in numbers.items():
                most = _groups_of(kind, known.groups or known.size)
                table = kind.empty_sums(int(known.folded(most).max(initial=0)) + 1)
                placed = coded.select(site=kind.site_of(coded), cluster=known.folded_column(coded[name], most))
                for batch in fetch_batches(sums_by_cluster(placed, sites)):
                    axis, cluster, model, *terms = (batch[column].to_numpy(zero_copy_only=False) for column in SUMMED)
                    table.put(axis, cluster, model, np.column_stack(terms))
                sums[name].update(kind.by_axis(table))
    return sums


def sums_by_cluster(placed: ir.Table, sites: ir.Table) -> ir.Table:
    """As an expression: by axis, cluster and model the votes, their pulls, and the precision that they hold.

    ``placed`` has the ``site`` and the ``cluster`` of each vote, ``sites`` is ``KindPulls.as_table``.
    """
    both = placed.inner_join(sites, "site")
    counted = {"votes": both.count(), "pulls": both.pull.sum(), "helds": both.held.sum()}
    return both.group_by("axis", "cluster", "model").agg(**counted).select(*SUMMED)


SUMMED = ("axis", "cluster", "model", "votes", "pulls", "helds")


def _table(**columns: pa.Array) -> ir.Table:
    return ibis.memtable(pa.table(columns))


def _renamed(joined: ir.Table, votes: ir.Table, name: str, number: Callable[[ir.Table], ir.IntegerValue]) -> ir.Table:
    return joined.select(*votes.columns, **{name: number(joined)})


def _with_digits(keyed: ir.Table, engine: str) -> ir.Table:
    """The first digits of the MD5 of each key, the same on every engine."""
    return keyed.mutate(digits=MD5[engine](keyed.key).lower().substr(0, DIGITS))


@cache
def _declared(name: str) -> Callable[[ir.StringValue], ir.StringValue]:
    """A function from text to text that engines have."""

    def engines_have_it(text: str) -> str:
        raise NotImplementedError(text)

    return ibis.udf.scalar.builtin(name=name)(engines_have_it)


def _md5(text: ir.StringValue) -> ir.StringValue:
    return _declared("md5")(text)


def _md5_here(text: ir.StringValue) -> ir.StringValue:
    return _declared_here()(text)


def _hex(text: ir.StringValue) -> ir.StringValue:
    return _declared("hex")(text)


def _to_hex(text: ir.StringValue) -> ir.StringValue:
    return _declared("to_hex")(text)


def _md5_of(texts: pa.Array) -> pa.Array:
    digests = (hashlib.md5(text.encode(), usedforsecurity=False) for text in texts.to_pylist())
    return pa.array([digest.hexdigest() for digest in digests], pa.string())


@cache
def _declared_here() -> Callable[[ir.StringValue], ir.StringValue]:
    return ibis.udf.scalar.pyarrow(_md5_of, signature=(("string",), "string"))


MD5: dict[str, Callable[[ir.StringValue], ir.StringValue]] = {
    "duckdb": _md5,
    "polars": _md5_here,
    "postgres": _md5,
    "datafusion": _md5,
    "pyspark": _md5,
    "clickhouse": lambda text: _hex(_md5(text)),
    "trino": lambda text: _to_hex(_md5(_declared("to_utf8")(text))),
    "bigquery": lambda text: _to_hex(_md5(text)),
}
"""How engines write MD5 in hexadecimal; Polars has none."""
