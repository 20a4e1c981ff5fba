"""Which tiers of quality a model has: what a price without a stated quality is for depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.records import Unit

LISTED_UNITS = (Unit.IMAGE, Unit.MEGAPIXEL)
"""In which a price is for an image itself, whatever it takes to make it."""
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
    """The qualities, in small letters, that a model has; see ``tiers_of``.

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
    """The tiers of a model: what the maker's own API and the counts of tokens state, else what any provider states.

    A reseller's classes of service are not the model's: where the maker lists one price for all images, there is one
    quality. An own offer without a price by the image or megapixel says nothing of this, since a price by the token is
    the same for every quality.
    """
    model = catalogue.models[model_id]
    offers = catalogue.offers_of(model_id)
    own = [offer for provider, offer in offers.items() if is_makers_own(catalogue, provider, model_id)]
    telling = [offer for offer in own if any(price.unit in LISTED_UNITS for price in offer.prices)]
    stated = {price.condition.quality for offer in telling or offers.values() for price in offer.prices}
    stated |= {row.quality for row in model.tokens_per_image}
    return Tiers(frozenset(quality.lower() for quality in stated if quality), (model.default_quality or "").lower())


def is_makers_own(catalogue: Catalogue, provider: str, model_id: str) -> bool:
    """Whether the provider is the API of the model's maker; no for one that no file defines, which checks report."""
    known = catalogue.providers.get(provider)
    return known is not None and known.organization == model_id.partition("/")[0]


def makers_own_first(catalogue: Catalogue, providers: Iterable[str], model_id: str) -> tuple[str, ...]:
    """The providers in their order, but for the API of the model's maker, which comes first."""
    return tuple(sorted(providers, key=lambda provider: not is_makers_own(catalogue, provider, model_id)))
