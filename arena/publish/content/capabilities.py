"""What a model can do, in words: sizes, formats, text, seeds, marks, and how fast and how often it is served.

Pages show what a source states; what none does is named in one line as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.fields import Source
from arena.catalogue.model_facts import Capabilities, SizeLimits, SpeedClaim
from arena.catalogue.records import Model
from arena.catalogue.rules.sources import stating, vouching
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "svg": "SVG", "avif": "AVIF", "tiff": "TIFF"}
_WATERMARKS = {
    "none": "None",
    "invisible": "Invisible",
    "visible": "Visible",
    "optional": "Visible, can be switched off",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing that a model can do; ``value`` is empty where no source states it. ``sources`` are its own, where the
    catalogue keeps them apart from those of the other capabilities.
    """

    label: str
    value: str
    sources: tuple[Source, ...] = ()


@once
def capabilities_of(site: SiteData, model_id: str) -> tuple[Capability, ...]:
    """The same capabilities of every model in the same order."""
    model = site.model(model_id)
    return (*_made(site, model), *_served(site, model_id, model))


def capability_sources(model: Model) -> tuple[Source, ...]:
    """Where the capabilities were read that have no source of their own."""
    return stating("capabilities", model.sources) if model.capabilities != Capabilities() else ()


def _made(site: SiteData, model: Model) -> Iterator[Capability]:
    can = model.capabilities
    yield Capability("Sizes", wording.sentence("; ".join(_sizes(can))))
    yield Capability("Aspect ratios", ", ".join(can.aspect_ratios))
    yield Capability(
        "Output formats", wording.listing([_FORMATS.get(each, each.upper()) for each in can.output_formats])
    )
    yield Capability("Transparent background", _yes_or_no(can.transparent_background))
    yield Capability("Pictures it takes", _input_images(can.input_images))
    yield Capability("Text in pictures", _text(site, can))
    yield Capability("Seed", _yes_or_no(can.seed))
    yield Capability("Negative prompt", _yes_or_no(can.negative_prompt))
    yield Capability("Watermark", _WATERMARKS[can.watermark] if can.watermark else "")
    yield Capability("Content credentials (C2PA)", _yes_or_no(can.content_credentials))
    yield Capability("Safety setting", "None" if can.safety_setting == "none" else can.safety_setting or "")


def _served(site: SiteData, model_id: str, model: Model) -> Iterator[Capability]:
    offers = {site.catalogue.providers[id_].name: offer for id_, offer in site.catalogue.offers_of(model_id).items()}
    claims = "; ".join(claim_in_words(claim) for claim in model.speed_claims)
    claimed = tuple(Source(name=each.source, read=each.read, url=each.url) for each in model.speed_claims)
    yield Capability("Speed (as claimed)", claims, claimed)
    limited = {name: offer for name, offer in offers.items() if offer.rate_limit}
    yield Capability(
        "Rate limit",
        "; ".join(f"{name}: {offer.rate_limit}" for name, offer in limited.items()),
        tuple(source for offer in limited.values() for source in vouching("rate_limit", offer.sources)),
    )
    placed = {name: offer for name, offer in offers.items() if offer.regions}
    yield Capability(
        "Regions",
        "; ".join(f"{name}: {', '.join(offer.regions)}" for name, offer in placed.items()),
        tuple(source for offer in placed.values() for source in vouching("regions", offer.sources)),
    )


def claim_in_words(claim: SpeedClaim) -> str:
    """``8 s an image, says Acme (May 2026, at 1024×1024)``."""
    about = [wording.day(claim.said).text if claim.said else "", wording.dimensions(claim.condition or "")]
    known = ", ".join(part for part in about if part)
    return f"{claim.seconds.normalize():f} s an image, says {claim.by}{f' ({known})' if known else ''}"


def language_name(site: SiteData, code: str) -> str:
    """The English name of a language; the code of one in which the project has no prompts."""
    names = {language.id: language.name for language in site.catalogue.project.languages}
    return names.get(code, code)


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _input_images(most: int | None) -> str:
    if most is None:
        return ""
    return f"Up to {wording.whole(most)}" if most else "None: it takes text alone"


def _text(site: SiteData, can: Capabilities) -> str:
    if can.text_rendering is False:
        return "Not legible, by its maker"
    if not can.text_rendering and not can.text_languages:
        return ""
    languages = wording.listing([language_name(site, code) for code in can.text_languages])
    return f"Legible, says its maker{f': {languages}' if languages else ''}"


def _sizes(can: Capabilities) -> Iterator[str]:
    if can.size_limits:
        yield f"any within limits: {_limits(can.size_limits)}"
    if can.sizes:
        named = ", ".join(wording.dimensions(size) for size in can.sizes)
        yield f"named: {named}" if can.size_limits else named


def _limits(limits: SizeLimits) -> str:
    said = []
    if limits.multiple_of:
        said.append(f"multiples of {limits.multiple_of} px")
    if limits.max_ratio:
        said.append(f"ratio up to {limits.max_ratio.normalize():f}:1")
    if pixels := _range(limits.min_pixels, limits.max_pixels):
        said.append(f"{pixels} pixels in all")
    if edge := _range(limits.min_edge, limits.max_edge):
        said.append(f"edges {edge} px")
    return ", ".join(said)


def _range(least: int | None, most: int | None) -> str:
    if least and most:
        return f"{wording.whole(least)} to {wording.whole(most)}"
    return f"from {wording.whole(least)}" if least else f"up to {wording.whole(most)}" if most else ""
