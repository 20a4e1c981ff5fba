"""A picture as its provider returned it: what was asked for, what came back, how long it took and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena.catalogue.measurements import Collected
from arena.publish import words
from arena.publish.edition import Edition


@dataclass(frozen=True, slots=True)
class ReturnedFact:
    """One parameter of the request, or one property of what came back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Returned:
    """How a picture came about, in brief and in full."""

    summary: str
    facts: tuple[ReturnedFact, ...]


def returned_of(edition: Edition, sha256: str) -> Returned | None:
    """How an output came about; None for one that was not collected from a provider."""
    found = edition.collected.get(sha256)
    if found is None:
        return None
    provider = edition.catalogue.providers.get(found.provider)
    via = provider.name if provider else found.provider
    took = "" if found.latency_ms is None else f"{words.seconds(found.latency_ms)}, "
    facts = [
        ReturnedFact("Provider", via),
        ReturnedFact("Its model id", found.asked),
        *_asked(found.parameters),
        ReturnedFact(
            "Returned", f"{found.width}×{found.height} {found.format.upper()}, {words.readable_size(found.bytes)}"
        ),
        ReturnedFact("Shown here", _shown(edition, found)),
        ReturnedFact("Latency", "not measured" if found.latency_ms is None else words.seconds(found.latency_ms)),
        ReturnedFact("Cost", words.dollars(found.cost)),
        ReturnedFact("Made on", words.day(found.at.date()).text),
    ]
    return Returned(f"As returned by {via}: {took}{words.dollars(found.cost)}", tuple(facts))


def _asked(parameters: Mapping[str, object]) -> list[ReturnedFact]:
    """Quality, size and whatever else the provider was asked for."""
    return [
        ReturnedFact(
            f"Asked for {name.replace('_', ' ')}", str(value).lower() if isinstance(value, bool) else str(value)
        )
        for name, value in parameters.items()
        if value is not None
    ]


def _shown(edition: Edition, found: Collected) -> str:
    copy = edition.outputs[found.sha256]
    return f"a copy of {copy.width}×{copy.height}, without metadata"
