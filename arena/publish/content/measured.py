"""Latency and success of offers, as ``arena collect`` measured them; nothing is shown that was not measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arena import wording
from arena.catalogue.records import Measurement
from arena.publish.content.site_data import SiteData

EXPLAINED = (
    "Latency and success are what this arena measured while it asked for pictures, over the 30 days up to the date "
    "given. Latency runs from the request to the picture’s address or bytes. A content filter’s refusal is no failure."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of an offer, as it reads: ``of`` tells success in numbers and what was refused."""

    p50: str
    p95: str
    success: str
    of: str
    until: wording.Day


def measured_of(site: SiteData, provider: str, model_id: str) -> Measured | None:
    """What was measured of an offer; None where it was not asked in the days that count."""
    found = site.measured.get((provider, model_id))
    return _as_it_reads(found) if found else None


def _as_it_reads(found: Measurement) -> Measured:
    refused = f", {wording.whole(found.refused)} refused" if found.refused else ""
    return Measured(
        p50=wording.NOTHING if found.p50_ms is None else wording.seconds(found.p50_ms),
        p95=wording.NOTHING if found.p95_ms is None else wording.seconds(found.p95_ms),
        success=wording.share(found.made, found.tried),
        of=f"{wording.whole(found.made)} of {wording.whole(found.tried)}{refused}",
        until=wording.day(found.last),
    )


def latency_of(site: SiteData, provider: str, model_id: str) -> str:
    """The median latency of an offer; a dash where none was measured."""
    found = measured_of(site, provider, model_id)
    return found.p50 if found else wording.NOTHING


def quickest(site: SiteData, model_id: str) -> Measurement | None:
    """The model's offer with the least median latency, by provider id among equals; None where none was measured."""
    offers = (site.measured.get((provider, model_id)) for provider in site.catalogue.offers_of(model_id))
    timed = [found for found in offers if found and found.p50_ms is not None]
    return min(timed, key=lambda found: (found.p50_ms, found.provider), default=None)


def any_timed(site: SiteData, models: Iterable[str]) -> bool:
    """Whether the latency of any of these models is known."""
    return any(quickest(site, model_id) for model_id in models)
