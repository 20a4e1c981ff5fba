"""What a model's tokens cost and how fast it writes them, where its providers say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.catalogue.costs import blended_price
from arena.catalogue.records import Speed
from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.paths import provider_path


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A provider's prices of 1M tokens in US dollars, and the speed that it states; a dash for what is not known.

    ``kind_in`` and ``kind_out`` say which tokens the prices are for, where the source tells kinds apart.
    """

    provider: str
    path: str
    paid_in: str
    kind_in: str
    paid_out: str
    kind_out: str
    blended: str
    speed: str
    speed_source: str
    speed_url: str
    speed_read: words.Day | None


def token_rows(edition: Edition, model_id: str) -> tuple[TokenRow, ...]:
    """A row for each offer with prices of tokens in and out, or with a speed, by provider."""
    return tuple(_rows(edition, model_id))


def _rows(edition: Edition, model_id: str) -> Iterator[TokenRow]:
    for provider, offer in sorted(edition.catalogue.offers_of(model_id).items()):
        blended = blended_price(offer)
        if blended is None and offer.speed is None:
            continue
        yield TokenRow(
            provider=edition.catalogue.providers[provider].name,
            path=provider_path(provider),
            paid_in=words.dollars(blended.input.amount) if blended else words.NOTHING,
            kind_in=(blended and blended.input.condition.mode) or "",
            paid_out=words.dollars(blended.output.amount) if blended else words.NOTHING,
            kind_out=(blended and blended.output.condition.mode) or "",
            blended=words.dollars(blended.amount) if blended else words.NOTHING,
            speed=_speed(offer.speed) if offer.speed else words.NOTHING,
            speed_source=offer.speed.source if offer.speed else "",
            speed_url=(offer.speed.url if offer.speed else None) or "",
            speed_read=words.day(offer.speed.read) if offer.speed else None,
        )


def _speed(speed: Speed) -> str:
    said = []
    if speed.tokens_per_second is not None:
        said.append(f"{words.number(float(speed.tokens_per_second), 1)} tokens a second")
    if speed.seconds_to_first_token is not None:
        said.append(f"the first after {words.number(float(speed.seconds_to_first_token))} s")
    return ", ".join(said) or words.NOTHING
