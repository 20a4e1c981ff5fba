"""Which keys of a file are facts, and which sources vouch for them."""

from __future__ import annotations

from collections.abc import Iterator

from arena.catalogue.records import Model, Organization, Provider, Source

UNSOURCED_KEYS = frozenset({"sources", "conflicts", "benchmarks", "tokens_per_image"})
"""Keys of a file that are not facts themselves: benchmarks and token counts carry a source each and are counted one by
one."""


def fact_keys(record: Organization | Model | Provider) -> Iterator[str]:
    """The keys that the file gives and that a source has to vouch for."""
    return (key for key in type(record).model_fields if key in record.model_fields_set and key not in UNSOURCED_KEYS)


def vouching(key: str, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources that vouch for the whole file, for the key, or for a key inside its table."""
    return tuple(
        source for source in sources if not source.facts or any(fact.partition(".")[0] == key for fact in source.facts)
    )
