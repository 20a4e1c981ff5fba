"""How fast models make pictures: latency and success as ``arena collect`` measured them, else what somebody claims.

What is claimed is always called so, and never counts as measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arena import wording
from arena.catalogue.model_facts import SpeedClaim
from arena.catalogue.outputs import Measurement
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData

EXPLAINED = (
    "Latency and success are what this arena measured while it asked for pictures, over the 30 days up to the date "
    "given. Latency runs from the request to the picture’s address or bytes. A content filter’s refusal is no failure."
)

SPEED_EXPLAINED = (
    "“Measured” is the median time for one picture that this arena measured at the fastest provider. “Claimed” is what "
    "the maker or a provider states where nothing was measured; of several claims the slowest is shown."
)
FASTEST = 10
"""How many models the list of the fastest has."""


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


def quickest(site: SiteData, model_id: str) -> Measurement | None:
    """The model's offer with the least median latency, by provider id among equals; None where none was measured."""
    offers = (site.measured.get((provider, model_id)) for provider in site.catalogue.offers_of(model_id))
    timed = [found for found in offers if found and found.p50_ms is not None]
    return min(timed, key=lambda found: (found.p50_ms, found.provider), default=None)


@dataclass(frozen=True, slots=True)
class ModelSpeed:
    """How long a model takes for one picture, in ``seconds``; ``text`` and ``kind`` as a table shows them.

    ``kind`` is "measured" or "claimed"; ``detail`` says by whom or where, and for what.
    """

    seconds: float
    text: str
    kind: str
    detail: str

    @property
    def measured(self) -> bool:
        return self.kind == "measured"

    @property
    def words(self) -> str:
        """``8 s (claimed)``: for a sentence or a cell without a second line."""
        return f"{self.text} ({self.kind})"


@once
def speed_of(site: SiteData, model_id: str) -> ModelSpeed | None:
    """The least median latency that was measured of a model; else the slowest that is claimed; else None."""
    found = quickest(site, model_id)
    if found and found.p50_ms is not None:
        at = site.catalogue.providers[found.provider].name
        detail = f"at {at}, up to {wording.day(found.last).text}"
        return ModelSpeed(found.p50_ms / 1000, wording.seconds(found.p50_ms), "measured", detail)
    claims = site.model(model_id).speed_claims
    if not claims:
        return None
    slowest = max(claims, key=lambda claim: (claim.seconds, claim.by))
    return ModelSpeed(float(slowest.seconds), f"{slowest.seconds.normalize():f} s", "claimed", _claimed_by(slowest))


def _claimed_by(claim: SpeedClaim) -> str:
    """``by Krea (1K)``."""
    return f"by {claim.by}{f' ({wording.dimensions(claim.condition)})' if claim.condition else ''}"


def fastest(site: SiteData, models: Iterable[str]) -> list[tuple[str, ModelSpeed]]:
    """Those of these models that can be had and whose speed is known: measured ones first, each the fastest first."""
    current = ((model_id, speed_of(site, model_id)) for model_id in models if site.model(model_id).current)
    known = [(model_id, speed) for model_id, speed in current if speed]
    return sorted(known, key=lambda item: (not item[1].measured, item[1].seconds, item[0]))


def any_speed(site: SiteData, models: Iterable[str]) -> bool:
    """Whether the speed of any of these models is known."""
    return any(speed_of(site, model_id) for model_id in models)
