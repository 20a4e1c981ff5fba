"""Votes under the names that models, categories and languages have now; the log keeps the names that they had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import Catalogue

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Renames:
    """What is called otherwise now: the present id by former id. Empty where nothing was renamed."""

    models: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Mapping[str, str]]:
        """The columns of votes that change, with their present values by former ones."""
        columns = {
            "left": self.models,
            "right": self.models,
            "category": self.categories,
            "language": self.languages,
        }
        return {name: values for name, values in columns.items() if values}


NO_RENAMES = Renames()


def renames_of(catalogue: Catalogue) -> Renames:
    """The ``former_ids`` of a catalogue."""
    return Renames(
        models={former: model_id for model_id, model in catalogue.models.items() for former in model.former_ids},
        categories={former: entry.id for entry in catalogue.project.categories for former in entry.former_ids},
        languages={former: entry.id for entry in catalogue.project.languages for former in entry.former_ids},
    )


def renamed_votes(votes: ir.Table, renames: Renames) -> ir.Table:
    """The votes under present ids; the same table where nothing was renamed, which costs nothing.

    Votes between two models that became one are left out: a model has no battle with itself.
    """
    columns = renames.columns
    if not columns:
        return votes
    changed = votes.mutate(**{name: votes[name].substitute(dict(values)) for name, values in columns.items()})
    return changed.filter(changed.left != changed.right) if renames.models else changed


def count_votes_of(votes: ir.Table, model: str, other: str = "") -> int:
    """How many votes are about a model; with ``other``, how many are between the two."""
    about = (votes.left == model) | (votes.right == model)
    if other:
        about = ((votes.left == model) & (votes.right == other)) | ((votes.left == other) & (votes.right == model))
    return int(votes.filter(about).count().to_pyarrow().as_py())


def renamed_table(votes: pa.Table, renames: Renames) -> pa.Table:
    """The same of votes that were read from files, each of which stays: a row says where it stands."""
    for name, values in renames.columns.items():
        former = pc.index_in(votes[name].cast(pa.string()), pa.array(list(values), pa.string()))
        present = pa.array(list(values.values()), pa.string()).take(former.combine_chunks())
        column = pc.coalesce(pa.chunked_array([present]), votes[name].cast(pa.string()))
        votes = votes.set_column(
            votes.column_names.index(name), votes.schema.field(name), column.cast(votes[name].type)
        )
    return votes
