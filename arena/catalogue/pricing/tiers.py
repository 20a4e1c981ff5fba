"""Which tiers of quality a model has: what a price without a stated quality is for depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from arena.catalogue.catalogue import Catalogue

NORMAL_QUALITIES = ("medium", "standard", "default")
"""Names that providers have for the quality between their lowest and highest; they stand for each other."""
_LOWEST_TO_HIGHEST = (
    "very low",
    "low",
    "fast",
    "turbo",
    *NORMAL_QUALITIES,
    "high",
    "hd",
    "quality",
    "premium",
    "ultra",
    "xhigh",
    "max",
)


@dataclass(frozen=True, slots=True)
class Tiers:
    """The qualities, in small letters, that any offer of a model or any count of its tokens states.

    ``default`` is the maker's default; empty where no source tells it.
    """

    stated: frozenset[str] = frozenset()
    default: str = ""

    @property
    def several(self) -> bool:
        """Whether the price depends on the quality: some stated one is not the normal one."""
        return any(quality not in NORMAL_QUALITIES for quality in self.stated)

    @property
    def ordered(self) -> tuple[str, ...]:
        """Each quality once, the lowest first; of several names for the normal one that which sorts first here."""
        known = [quality for quality in _LOWEST_TO_HIGHEST if quality in self.stated]
        normal = [quality for quality in known if quality in NORMAL_QUALITIES]
        others = sorted(self.stated.difference(_LOWEST_TO_HIGHEST))
        return (*(quality for quality in known if quality not in normal[1:]), *others)

    def unstated_is(self, quality: str) -> bool:
        """Whether a price that states no quality is for this one.

        Where the price depends on the quality, such a price is for the maker's default alone: taken for all tiers, the
        price of the lowest would answer for the highest. Elsewhere a model has one quality, by the name that an offer
        states or, where none does, by any.
        """
        if self.several:
            return bool(self.default) and same_quality(quality, self.default)
        return not self.stated or quality in NORMAL_QUALITIES


def same_quality(one: str, other: str) -> bool:
    """Whether two names, in small letters, are for one quality."""
    return one == other or (one in NORMAL_QUALITIES and other in NORMAL_QUALITIES)


def tiers_of(catalogue: Catalogue, model_id: str) -> Tiers:
    """The tiers of a model, from what all its offers and its token counts state."""
    model = catalogue.models[model_id]
    stated = {price.condition.quality for offer in catalogue.offers_of(model_id).values() for price in offer.prices}
    stated |= {row.quality for row in model.tokens_per_image}
    return Tiers(frozenset(quality.lower() for quality in stated if quality), (model.default_quality or "").lower())
