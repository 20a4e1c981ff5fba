"""Tiers of prices: higher qualities and larger sizes of one offer cost more, in steps that are not absurd."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.records import Price, Unit
from arena.catalogue.rules.spellings import condition_key
from arena.errors import CatalogueError

ODD_STEP = 5
"""How many times one step from tier to tier may be another one of the same offer, or a size dearer than its pixels."""
LARGEST_STEP = 45
"""How many times the next tier may cost where an offer has no third one; the largest step known, GPT Image 2's from
low to medium, is 8.8, and this is five times as much."""
_QUALITIES: Mapping[str, int] = {
    "very low": 0, "low": 1, "medium": 2, "standard": 2, "high": 3, "hd": 3, "xhigh": 4, "max": 5,
}  # fmt: skip
_TIER = re.compile(r"(\d+(?:\.\d+)?)k")
_PIXELS = re.compile(r"(\d{1,6})x(\d{1,6})")


def check_tier_order(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No lower quality, and no smaller one of sizes such as 1K and 2K, costs more than a higher one beside it.

    A ``note`` on either price settles it; what is free is no measure.
    """
    for tiers in _tiers(catalogue):
        for lower, higher in pairwise(tiers):
            if lower.amount > higher.amount > 0:
                yield lower.finding(
                    catalogue,
                    f"{lower.name} costs {_say(lower)} USD, more than {higher.name} at {_say(higher)}",
                )


def check_tier_steps(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No quality costs five times more or less than the other two suggest, and no size than its pixels do.

    A ``note`` on the price settles it.
    """
    for tiers in _tiers(catalogue):
        if tiers[0].is_quality:
            yield from _odd_qualities(catalogue, tiers)
    for sizes in _groups(catalogue, by_quality=False):
        yield from _odd_sizes(catalogue, [tier for tier in sizes if tier.pixels])


@dataclass(frozen=True, slots=True)
class _Tier:
    """A price in force with the rank of its quality or size; ``pixels`` is 0 where a size does not tell them."""

    provider: str
    model: str
    row: Price
    rank: int
    pixels: int
    is_quality: bool

    @property
    def amount(self) -> Decimal:
        return self.row.amount

    @property
    def name(self) -> str:
        """The quality or size, as the file has it."""
        return (self.row.condition.quality if self.is_quality else self.row.condition.size) or ""

    def finding(self, catalogue: Catalogue, said: str) -> CatalogueError:
        index = catalogue.offers[self.provider, self.model].prices.index(self.row)
        return CatalogueError(
            said,
            where=catalogue.where(Kind.OFFER, f"{self.provider}/{self.model}", f"prices[{index}].amount"),
            hint="read the source again; if it is right, say why in a note on the price",
        )


def _tiers(catalogue: Catalogue) -> Iterator[list[_Tier]]:
    """Prices of one offer that differ in quality, or in a size that is named as a tier, alone; the lowest first."""
    for tiers in (*_groups(catalogue, by_quality=True), *_groups(catalogue, by_quality=False)):
        ranked = sorted((tier for tier in tiers if tier.rank >= 0), key=lambda tier: (tier.rank, tier.amount))
        if len({tier.rank for tier in ranked}) > 1:
            yield ranked


def _groups(catalogue: Catalogue, *, by_quality: bool) -> Iterator[list[_Tier]]:
    for (provider, model), offer in catalogue.offers.items():
        groups: defaultdict[tuple[Unit, str, str], list[_Tier]] = defaultdict(list)
        for price in prices_in_force(offer):
            # By the megapixel, a larger size may cost less; and what a note or a mark explains is no measure.
            if price.note is not None or price.contested or (price.unit is not Unit.IMAGE and not by_quality):
                continue
            quality, size, mode = condition_key(price.condition)
            rank = _QUALITIES.get(quality, -1) if by_quality else _size_rank(size)
            tier = _Tier(provider, model, price, rank, _pixels(size), by_quality)
            groups[price.unit, mode, size if by_quality else quality].append(tier)
        yield from (group for group in groups.values() if len(group) > 1)


def _odd_qualities(catalogue: Catalogue, tiers: list[_Tier]) -> Iterator[CatalogueError]:
    # Of one rank, as medium and standard are, the cheapest counts.
    cheapest = list({tier.rank: tier for tier in reversed(tiers)}.values())[::-1]
    if any(not tier.amount for tier in cheapest):
        return
    steps = [
        float(higher.amount / lower.amount) ** (1 / (higher.rank - lower.rank)) for lower, higher in pairwise(cheapest)
    ]
    if len(steps) == 1 and steps[0] >= LARGEST_STEP:
        said = f"{cheapest[0].name} costs {_say(cheapest[0])} USD, and {cheapest[1].name} {steps[0]:.0f} times as much"
        yield cheapest[0].finding(catalogue, said)
    for place, (step, following) in enumerate(pairwise(steps)):
        if max(step, following) >= ODD_STEP * min(step, following) and min(step, following) >= 1:
            # The odd one is at the far end of the larger step: the tier between the two fits the other neighbour.
            odd = cheapest[place] if step > following else cheapest[place + 2]
            between = [f"{tier.name} {_say(tier)}" for tier in cheapest[place : place + 3]]
            yield odd.finding(catalogue, f"{_say(odd)} USD is far from the tiers beside it: {', '.join(between)}")


def _odd_sizes(catalogue: Catalogue, tiers: list[_Tier]) -> Iterator[CatalogueError]:
    """Prices that are out of line with all others of their quality: a size costs between nothing and all its pixels."""
    odd = [tier for tier in tiers if all(_far(tier, other) for other in tiers if other is not tier)]
    for tier in odd[: 1 if len(tiers) == 2 else None]:
        others = [f"{other.name} {_say(other)}" for other in tiers if other is not tier]
        yield tier.finding(
            catalogue, f"{_say(tier)} USD for {tier.name} is far from the sizes beside it: {', '.join(others)}"
        )


def _far(tier: _Tier, other: _Tier) -> bool:
    larger = Decimal(tier.pixels) / Decimal(other.pixels)
    return tier.amount >= ODD_STEP * other.amount * max(Decimal(1), larger) or (
        tier.amount * ODD_STEP <= other.amount * min(Decimal(1), larger)
    )


def _size_rank(size: str) -> int:
    """Of a size that is named as a tier, such as 2K; -1 for others, whose prices need not grow with their pixels."""
    tier = _TIER.fullmatch(size)
    return int(Decimal(tier[1]) * 1024) if tier else -1


def _pixels(size: str) -> int:
    if exact := _PIXELS.fullmatch(size):
        return int(exact[1]) * int(exact[2])
    return max(0, _size_rank(size)) ** 2


def _say(tier: _Tier) -> str:
    return wording.exact(tier.amount)
