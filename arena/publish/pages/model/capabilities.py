"""The table of what a model can do: what a source states, and in one line what none does."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.publish.content.capabilities import capabilities_of, capability_sources
from arena.publish.content.site_data import SiteData
from arena.publish.pages.citations import Citation, cited


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """One capability as it reads; ``sources`` where it has its own."""

    label: str
    value: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CapabilityTable:
    """The rows that are known; ``unknown`` names the others, ``sources`` is where rows without their own were read."""

    rows: tuple[CapabilityRow, ...]
    note: str
    unknown: str
    sources: tuple[Citation, ...]


def capability_table(site: SiteData, model_id: str) -> CapabilityTable:
    """The table of one model."""
    model, capabilities = site.model(model_id), capabilities_of(site, model_id)
    missing = [_small(each.label) for each in capabilities if not each.value]
    return CapabilityTable(
        rows=tuple(CapabilityRow(each.label, each.value, cited(each.sources)) for each in capabilities if each.value),
        note=model.capabilities.note or "",
        unknown=f"Not stated by any source we found: {wording.listing(missing)}." if missing else "",
        sources=cited(capability_sources(model)),
    )


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
