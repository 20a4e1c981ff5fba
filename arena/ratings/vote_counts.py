"""Votes counted once for all: by arena, origin, category, language and pair of models, in a table of Arrow.

Counts of two parts of the votes add up to those of the whole, so that what was counted of a log need not be counted
again when it grows: see ``arena.ratings.kept_counts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from arena.ratings.tally import CELL, COUNTS, Tally, count_votes, tally_of
from arena.records import Origin
from arena.votes.fetching import fetch
from arena.votes.origins import REAL, with_origin
from arena.votes.renames import Renames

KEYS = ("arena", "origin", "category", "language", "first", "second")
COUNTS_SCHEMA = pa.schema([*((name, pa.string()) for name in KEYS), *((name, pa.int64()) for name in COUNTS)])


@dataclass(frozen=True, slots=True)
class VoteCounts:
    """The columns of ``COUNTS_SCHEMA``, ``first`` < ``second`` by code point; each combination of ``KEYS`` once."""

    rows: pa.Table

    @classmethod
    def of(cls, votes: ibis.Table) -> VoteCounts:
        """One group-by on the engine of the votes. A table without ``origin`` holds human votes."""
        counted = fetch(count_votes(with_origin(votes), (*CELL, "origin")))
        # An engine that collates otherwise than by code point puts some pairs the other way round.
        return cls(_in_order(counted.select(COUNTS_SCHEMA.names).cast(COUNTS_SCHEMA)))

    @classmethod
    def none(cls) -> VoteCounts:
        return cls(COUNTS_SCHEMA.empty_table())

    @property
    def votes(self) -> int:
        return sum(pc.sum(self.rows[name]).as_py() or 0 for name in COUNTS)

    def plus(self, more: VoteCounts) -> VoteCounts:
        """The counts of both together."""
        return VoteCounts(_summed(pa.concat_tables([self.rows, more.rows]))) if len(more.rows) else self

    def without(self, part: VoteCounts) -> VoteCounts:
        """The counts without those of a part of the votes."""
        taken = {name: pc.negate(part.rows[name]) for name in COUNTS}
        negative = pa.table([taken.get(name, part.rows[name]) for name in KEYS + COUNTS], schema=COUNTS_SCHEMA)
        rows = self.plus(VoteCounts(negative)).rows
        left = pc.not_equal(pc.add(pc.add(rows["wins"], rows["losses"]), pc.add(rows["ties"], rows["both_bad"])), 0)
        return VoteCounts(rows.filter(left))

    def by_origin(self) -> dict[str, dict[Origin, int]]:
        """Votes of each arena by origin, as ``arena.votes.origins.votes_by_origin``."""
        grouped = self.rows.group_by(["arena", "origin"]).aggregate([(name, "sum") for name in COUNTS]).to_pylist()
        counts = {(row["arena"], row["origin"]): sum(row[f"{name}_sum"] for name in COUNTS) for row in grouped}
        arenas = sorted({arena for arena, _ in counts})
        return {
            arena: {origin: counts[arena, origin.value] for origin in Origin if (arena, origin.value) in counts}
            for arena in arenas
        }

    def real_arenas(self) -> set[str]:
        """The arenas that have votes of people."""
        return {arena for arena, by_origin in self.by_origin().items() if not by_origin.keys().isdisjoint(REAL)}

    def of_origins(self, origins: Mapping[str, Origin]) -> VoteCounts:
        """Of each arena the votes of its one origin."""
        return self._where_origin(origins, keep=True)

    def without_simulated(self, arenas: set[str]) -> VoteCounts:
        """Without the simulated votes of these arenas."""
        return self._where_origin(dict.fromkeys(arenas, Origin.SIMULATED), keep=False)

    def _where_origin(self, origins: Mapping[str, Origin], *, keep: bool) -> VoteCounts:
        named = pa.array([f"{arena}\0{origin.value}" for arena, origin in origins.items()], pa.string())
        found = pc.is_in(pc.binary_join_element_wise(self.rows["arena"], self.rows["origin"], "\0"), named)
        return VoteCounts(self.rows.filter(found if keep else pc.invert(found)))

    def overall(self) -> VoteCounts:
        """Of whole arenas: categories and languages are empty."""
        nothing = pa.repeat(pa.scalar("", pa.string()), len(self.rows))
        rows = self.rows
        for name in ("category", "language"):
            rows = rows.set_column(rows.column_names.index(name), COUNTS_SCHEMA.field(name), nothing)
        return VoteCounts(_summed(rows))

    def renamed(self, renames: Renames) -> VoteCounts:
        """Under present ids, as ``arena.votes.renames.renamed_votes`` has the votes."""
        rows = self.rows
        of = {"first": renames.models, "second": renames.models}
        of |= {"category": renames.categories, "language": renames.languages}
        for name, present in of.items():
            if present:
                column = rows[name].combine_chunks().dictionary_encode()
                names = pa.array([present.get(value, value) for value in column.dictionary.to_pylist()], pa.string())
                rows = rows.set_column(
                    rows.column_names.index(name), COUNTS_SCHEMA.field(name), names.take(column.indices)
                )
        if rows is self.rows:
            return self
        return VoteCounts(_summed(_in_order(rows.filter(pc.not_equal(rows["first"], rows["second"])))))

    def tally(self) -> Tally:
        """The tally of votes of one origin an arena: see ``of_origins``."""
        return tally_of(self.rows)


def _in_order(rows: pa.Table) -> pa.Table:
    """The rows with ``first`` before ``second``, their counts mirrored where they were not."""
    turned = pc.greater(rows["first"], rows["second"])
    if not pc.any(turned).as_py():
        return rows
    other = {"first": "second", "second": "first", "wins": "losses", "losses": "wins"}
    columns = [
        pc.if_else(turned, rows[other[name]], rows[name]) if name in other else rows[name] for name in KEYS + COUNTS
    ]
    return pa.table(columns, schema=COUNTS_SCHEMA)


def _summed(rows: pa.Table) -> pa.Table:
    grouped = rows.group_by(list(KEYS)).aggregate([(name, "sum") for name in COUNTS])
    return grouped.select([*KEYS, *(f"{name}_sum" for name in COUNTS)]).rename_columns(COUNTS_SCHEMA.names)
