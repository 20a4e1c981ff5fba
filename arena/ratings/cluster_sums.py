"""Sums of pulls by cluster of votes, computed where the votes are, so that no vote is brought here.

The counts are enough to solve every axis. How strongly one vote of each kind (cell, two models, outcome) pulls at the
solution, and how much precision it adds, are then a small table. The engine joins it to the votes and sums it by
cluster and model. What comes back has a row for each (cell, cluster, model), not for each vote.

Where there are more voters than ``GROUPS``, they are put into so many groups by a hash of their ids; a voter with more
than the mean share of a group stays alone. Independent clusters taken together are still clusters: the variance that
they tell is as right on average, and tells itself worse by sqrt(2 / GROUPS). The same holds for prompts, and for the
crossings, of which there are nearly as many as votes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import FEWEST_PROMPTS, SUM_GRAIN, AxisSums, ClusterSums, power_of_two, pulls_of
from arena.ratings.solver import Solution
from arena.ratings.tally import AXIS_KINDS, CELL, AxisTally, Tally, encode, sum_by_key
from arena.records import Axis, Outcome

GROUPS = 1024
"""Of voters, of prompts and of crossings: the standard errors of standard errors are 2% of them."""
DIGITS = 3
"""Hexadecimal digits of the hash that the group is made from: 4096 values, which GROUPS divides."""
MARK = "\x1f"
"""Between the parts of an id that is made of several; no id has it."""
SITE_COLUMNS = (*CELL, "left", "right", "outcome")


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of clustering. ``key`` gives the cluster's id of each vote; ``heavy`` says to keep large ones alone."""

    key: Callable[[ir.Table], ir.StringValue]
    heavy: bool


def load_axis_sums(  # noqa: PLR0917 - as many things are known by then
    votes: ir.Table,
    tally: Tally,
    axes: list[AxisTally],
    solutions: dict[Axis, Solution],
    settings: RatingSettings,
    groups: int = GROUPS,
) -> dict[Axis, AxisSums]:
    """The sums of every axis with rated votes; a pass over the votes for voters, and two more where prompts are told
    apart.

    ``groups`` divides 16 ** DIGITS. Memory grows with cells x groups x models.
    """
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, *([Outcome.BOTH_BAD] if settings.both_bad == "tie" else [])]
    votes = votes.filter(votes.outcome.isin([outcome.value for outcome in rated]))
    cells, cell = np.unique(tally.cell, axis=0, return_inverse=True)
    sites = _site_table(tally, cell.ravel(), axes, solutions, both_bad=len(rated) > 3)
    ways = {"voters": _Way(lambda table: table.voter, heavy=True)}
    named: dict[Axis, int] = {}
    if settings.prompts == "like-these" and "prompt" in votes.columns:
        votes = votes.mutate(prompt=votes.prompt.fill_null(""))
        named = _named_prompts(votes, tally)
    if named:
        ways["prompts"] = _Way(_prompt_key, heavy=True)
        ways["crossings"] = _Way(lambda table: table.voter + MARK + _prompt_key(table), heavy=False)
    total = int(tally.counts[:, :3].sum())
    sums: dict[str, dict[Axis, ClusterSums]] = {}
    for name, way in ways.items():
        rows = _summed(_with_cluster(votes, way, groups, total), sites)
        sums[name] = dict(_by_axis(rows, cells, tally, axes, solutions))
    return {axis: _axis_sums(axis, sums, named) for axis in sums["voters"]}


def _prompt_key(votes: ir.Table) -> ir.StringValue:
    """The prompt; a vote that names none, beside others that do, is a cluster of its own."""
    return ibis.ifelse(votes.prompt == "", MARK + votes.voter + MARK + votes.battle, votes.prompt)


def _axis_sums(axis: Axis, sums: dict[str, dict[Axis, ClusterSums]], named: dict[Axis, int]) -> AxisSums:
    prompts = sums["prompts"].get(axis) if named.get(axis) else None
    if prompts is None or len(prompts.sizes) < FEWEST_PROMPTS:
        return AxisSums(sums["voters"][axis], named=named.get(axis, 0))
    return AxisSums(sums["voters"][axis], prompts, sums["crossings"][axis], named[axis])


def _named_prompts(votes: ir.Table, tally: Tally) -> dict[Axis, int]:
    """How many prompts the votes of each axis name."""
    rows = votes.filter(votes.prompt != "").select(*CELL, "prompt").distinct().to_pyarrow()
    if not len(rows):
        return {}
    names = (tally.arenas, tally.categories, tally.languages)
    cell = np.column_stack([_codes(rows[column], known) for column, known in zip(CELL, names, strict=True)])
    prompts, prompt = encode([rows["prompt"]])
    found: dict[Axis, int] = {}
    for columns in AXIS_KINDS:
        codes = np.unique(tally.axis_codes(columns, cell) * len(prompts) + prompt) // len(prompts)
        for code, count in zip(*np.unique(codes, return_counts=True), strict=True):
            axis = tally.axis_of(columns, int(code))
            if 1 + bool(axis.category) + bool(axis.language) == len(columns):
                found[axis] = int(count)
    return found


def _codes(column: pa.ChunkedArray, names: tuple[str, ...]) -> Ints:
    known, codes = encode([column])
    position = {name: index for index, name in enumerate(names)}
    return np.array([position[name] for name in known], np.int64)[codes]


def _site_table(
    tally: Tally, cell: Ints, axes: list[AxisTally], solutions: dict[Axis, Solution], *, both_bad: bool
) -> ir.Table:
    """What one vote pulls, by cell, sides and outcome as votes have them; for each kind of axis ``pull_0`` upwards for
    the left model and ``held_0``, and so on, in the units of ``_units``.
    """
    size, row, kind = len(tally.models), [], []
    for column in range(3):
        there = np.flatnonzero(tally.counts[:, column])
        row.append(there)
        kind.append(np.full(len(there), column))
    rows, kinds = np.concatenate(row), np.concatenate(kind)
    first, second = tally.first[rows], tally.second[rows]
    pulls, held = np.zeros((4, len(rows))), np.zeros((4, len(rows)))
    for number, columns in enumerate(AXIS_KINDS):
        keys, known_pulls, known_held = _known_sites(tally, columns, axes, solutions)
        if len(keys):
            axis = tally.axis_codes(columns, tally.cell[rows])
            wanted = ((axis * size + first) * size + second) * 3 + kinds
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            there = keys[at] == wanted
            pulls[number], held[number] = known_pulls[at] * there, known_held[at] * there
    parts = []
    words = [(Outcome.LEFT, Outcome.RIGHT), (Outcome.RIGHT, Outcome.LEFT), (Outcome.TIE, Outcome.TIE)]
    shown = [(first, second, 1.0, 0), (second, first, -1.0, 1)]
    for left, right, sign, side in shown:
        outcome = np.array([pair[side].value for pair in words], object)[kinds]
        parts.append(_site_rows(tally, cell[rows], rows, left, right, outcome, sign * pulls, held))
        if both_bad:
            ties = kinds == 2
            outcome = np.full(int(ties.sum()), Outcome.BOTH_BAD.value, object)
            parts.append(
                _site_rows(
                    tally, cell[rows][ties], rows[ties], left[ties], right[ties], outcome, sign * pulls[:, ties],
                    held[:, ties],
                )
            )  # fmt: skip
    return ibis.memtable(pa.concat_tables(parts))


def _site_rows(  # noqa: PLR0917 - the columns
    tally: Tally, cell: Ints, rows: Ints, left: Ints, right: Ints, outcome: object, pulls: Floats, held: Floats
) -> pa.Table:
    def named(names: tuple[str, ...], codes: Ints) -> pa.Array:
        return pa.array(names, pa.string()).take(pa.array(codes))

    names = (tally.arenas, tally.categories, tally.languages)
    columns = {column: named(known, tally.cell[rows, at]) for at, (column, known) in enumerate(zip(CELL, names))}  # noqa: B905
    columns |= {"left": named(tally.models, left), "right": named(tally.models, right)}
    columns |= {"outcome": pa.array(outcome, pa.string()), "cell": pa.array(cell, pa.int32())}
    columns |= {"left_code": pa.array(left, pa.int32()), "right_code": pa.array(right, pa.int32())}
    for number in range(len(AXIS_KINDS)):
        columns |= {f"pull_{number}": pa.array(pulls[number]), f"held_{number}": pa.array(held[number])}
    return pa.table(columns)


def _known_sites(
    tally: Tally, columns: tuple[int, ...], axes: list[AxisTally], solutions: dict[Axis, Solution]
) -> tuple[Ints, Floats, Floats]:
    """The sites of all axes of a kind, sorted by a key of axis, first and second model and outcome; the pull of one
    vote on the first, and what it adds to the precision of both, as multiples of 1 / SUM_GRAIN of the axis's units.
    """
    size, keys, pulls, helds = len(tally.models), [], [], []
    for axis in axes:
        if 1 + bool(axis.axis.category) + bool(axis.axis.language) != len(columns):
            continue
        if len(columns) == 2 and bool(axis.axis.category) != (columns[1] == 1):
            continue
        solution = solutions[axis.axis]
        sites, code = solution.sites, tally.codes_of(axis.models)[solution.sites.order]
        low, high = np.minimum(sites.winner, sites.loser), np.maximum(sites.winner, sites.loser)
        first, second = np.minimum(code[low], code[high]), np.maximum(code[low], code[high])
        kind = np.where(sites.draw, 2, np.where(code[sites.winner] < code[sites.loser], 0, 1))
        upward, _ = pulls_of(solution)
        pulls.append(np.where(code[low] == first, upward, -upward))
        weight = power_of_two(solution.precision)
        helds.append(np.round(solution.precision / weight * SUM_GRAIN) / SUM_GRAIN)
        axis_code = _axis_code(tally, columns, axis.axis)
        keys.append(((axis_code * size + first) * size + second) * 3 + kind)
    if not keys:
        return np.empty(0, np.int64), np.empty(0), np.empty(0)
    key = np.concatenate(keys)
    order = np.argsort(key)
    return key[order], np.concatenate(pulls)[order], np.concatenate(helds)[order]


def _axis_code(tally: Tally, columns: tuple[int, ...], axis: Axis) -> int:
    names = (tally.arenas, tally.categories, tally.languages)
    values, code = (axis.arena, axis.category, axis.language), 0
    for column in columns:
        code = code * len(names[column]) + names[column].index(values[column])
    return code


def _with_cluster(votes: ir.Table, way: _Way, groups: int, total: int) -> ir.Table:
    """The columns that sites are looked up by, and ``cluster``: a number for each cluster, or group of them."""
    keyed = votes.select(*SITE_COLUMNS, key=way.key(votes))
    listed, all_listed = _listed(keyed, way, groups, total)
    own = ibis.memtable(
        pa.table({"key": pa.array(listed, pa.string()), "own": pa.array(range(len(listed)), pa.int32())})
    )
    if all_listed:
        return keyed.inner_join(own, "key").select(*SITE_COLUMNS, cluster=ibis._.own)
    numbered = len(listed) + np.arange(16**DIGITS) % groups
    digits = [f"{value:0{DIGITS}x}" for value in range(16**DIGITS)]
    by_hash = ibis.memtable(pa.table({"digits": pa.array(digits), "hashed": pa.array(numbered, pa.int32())}))
    hashed = _with_digits(keyed).inner_join(by_hash, "digits")
    if not listed:
        return hashed.select(*SITE_COLUMNS, cluster=ibis._.hashed)
    joined = hashed.left_join(own, "key")
    return joined.select(*SITE_COLUMNS, cluster=ibis.coalesce(joined.own, joined.hashed))


def _listed(keyed: ir.Table, way: _Way, groups: int, total: int) -> tuple[list[str], bool]:
    """The clusters that stay alone, and whether these are all."""
    counted = keyed.group_by("key").agg(votes=keyed.count())
    if total <= groups or (way.heavy and counted.count().to_pyarrow().as_py() <= groups):
        return sorted(counted.key.to_pyarrow().to_pylist()), True
    if not way.heavy:
        return [], False
    return sorted(counted.filter(counted.votes > total / groups).key.to_pyarrow().to_pylist()), False


def _with_digits(keyed: ir.Table) -> ir.Table:
    """The first digits of the MD5 of each key, the same on every engine."""
    engine = keyed.get_backend().name
    if engine in MD5:
        return keyed.mutate(digits=MD5[engine](keyed.key).lower().substr(0, DIGITS))
    keys = keyed.select("key").distinct().to_pyarrow()["key"].to_pylist()
    digits = [hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:DIGITS] for key in keys]
    table = pa.table({"key": pa.array(keys, pa.string()), "digits": pa.array(digits, pa.string())})
    return keyed.inner_join(ibis.memtable(table), "key")


@ibis.udf.scalar.builtin(name="md5")  # type: ignore[untyped-decorator]
def _md5(text: str) -> str:
    raise NotImplementedError(text)  # engines have it


@ibis.udf.scalar.builtin(name="hex")  # type: ignore[untyped-decorator]
def _hex(data: str) -> str:
    raise NotImplementedError(data)


MD5: dict[str, Callable[[ir.StringValue], ir.StringValue]] = {
    "duckdb": _md5,
    "postgres": _md5,
    "datafusion": _md5,
    "pyspark": _md5,
    "clickhouse": lambda text: _hex(_md5(text)),
}
"""How engines write MD5 in hexadecimal. For others, distinct ids are brought here to be hashed."""


def _summed(votes: ir.Table, sites: ir.Table) -> pa.Table:
    """By cell, cluster and model: votes, and by kind of axis the pulls and the precisions held."""
    joined = votes.inner_join(sites, list(SITE_COLUMNS))
    numbers = range(len(AXIS_KINDS))

    def seen_from(side: str, sign: float) -> ir.Table:
        pulls = {f"pull_{number}": joined[f"pull_{number}"] * sign for number in numbers}
        helds = {f"held_{number}": joined[f"held_{number}"] for number in numbers}
        return joined.select("cell", "cluster", model=joined[f"{side}_code"], **pulls, **helds)

    both = seen_from("left", 1.0).union(seen_from("right", -1.0))
    columns = [f"{what}_{number}" for what in ("pull", "held") for number in numbers]
    rows = both.group_by("cell", "cluster", "model").agg(
        votes=both.count(), **{name: both[name].sum() for name in columns}
    )
    return rows.to_pyarrow()


def _by_axis(
    rows: pa.Table, cells: Ints, tally: Tally, axes: list[AxisTally], solutions: dict[Axis, Solution]
) -> Iterator[tuple[Axis, ClusterSums]]:
    known = {axis.axis: axis for axis in axes}
    row_cell, row_cluster, row_model = (rows[name].to_numpy().astype(np.int64) for name in ("cell", "cluster", "model"))
    size, most = len(tally.models), int(row_cluster.max(initial=0)) + 1
    for number, columns in enumerate(AXIS_KINDS):
        axis_codes = tally.axis_codes(columns, cells)[row_cell]
        key = (axis_codes * most + row_cluster) * size + row_model
        # Column by column: the rows are the most that is held here, and are not copied as a whole.
        terms = np.column_stack([rows[name].to_numpy() for name in ("votes", f"pull_{number}", f"held_{number}")])
        key, summed = sum_by_key(key, terms)
        code, rest = np.divmod(key, most * size)
        starts = np.flatnonzero(np.diff(code, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], len(code)], strict=True):
            axis = tally.axis_of(columns, int(code[start]))
            if axis not in known or 1 + bool(axis.category) + bool(axis.language) != len(columns):
                continue
            cluster, model = np.divmod(rest[start:stop], size)
            position = np.zeros(size, np.int64)
            solution = solutions[axis]
            position[tally.codes_of(known[axis].models)[solution.sites.order]] = np.arange(len(solution.mu))
            yield axis, ClusterSums(cluster, position[model], *summed[start:stop].T)
