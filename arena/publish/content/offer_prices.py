"""What images cost at each offer on the day of the site, worked out once for all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from arena.catalogue import Catalogue
from arena.catalogue.catalogue import fact_of_offer, offers_fact
from arena.catalogue.pricing.estimate import (
    REFERENCE_HEIGHT,
    REFERENCE_QUALITY,
    REFERENCE_WIDTH,
    CheapestOffer,
    ImagePrice,
    UnknownPrice,
    cheapest_offer,
    image_price,
    image_pricing,
)
from arena.catalogue.pricing.over_time import ListedPrices, listed_prices
from arena.catalogue.pricing.tiers import Tiers, tiers_of
from arena.catalogue.reads import as_recorded, paused
from arena.publish.content.once import once


@dataclass(frozen=True)
class OfferPrices:
    """The prices of every offer. What is kept here notes what is read of it, as the offers do."""

    catalogue: Catalogue

    @property
    def data_until(self) -> date | None:
        """The day of the newest fact."""
        raise NotImplementedError

    @cached_property
    def reference_prices(self) -> Mapping[tuple[str, str], ImagePrice]:
        """What each offer asks for the reference image, by provider and model; without offers that have no price, and
        those of models that are shut down.
        """
        offers = self.catalogue.offers
        with paused(offers):
            priced = [(key, self.image_price(*key)) for key in offers if self.catalogue.models[key[1]].current]
        known = {key: price for key, price in priced if isinstance(price, ImagePrice)}
        return as_recorded(offers, known, fact_of_offer)

    @cached_property
    def listed_prices(self) -> Mapping[tuple[str, str], ListedPrices]:
        """What each offer has asked for the reference image up to the day of the site, by provider and model; without
        offers of which that is not known, and those of models that are shut down.
        """
        today, offers = self.catalogue.today or self.data_until, self.catalogue.offers
        with paused(offers):
            found = {
                key: listed_prices(offer, self.catalogue.models[key[1]], self.tiers[key[1]], today)
                for key, offer in offers.items()
                if today and self.catalogue.models[key[1]].current
            }
        return as_recorded(offers, {key: prices for key, prices in found.items() if prices}, fact_of_offer)

    @cached_property
    def tiers(self) -> Mapping[str, Tiers]:
        """The tiers of quality by model."""
        catalogue = self.catalogue
        with paused(catalogue.offers):
            found = {model_id: tiers_of(catalogue, model_id) for model_id in catalogue.models}
        return as_recorded(catalogue.offers, found, offers_fact)

    def image_price(
        self,
        provider: str,
        model_id: str,
        *,
        width: int = REFERENCE_WIDTH,
        height: int = REFERENCE_HEIGHT,
        quality: str = REFERENCE_QUALITY,
    ) -> ImagePrice | UnknownPrice:
        """What one image of a model costs at a provider on the day of the site; every page asks here."""
        return image_price(
            self.catalogue.offers[provider, model_id],
            self.catalogue.models[model_id],
            self.tiers[model_id],
            width=width,
            height=height,
            quality=quality,
            on=self.catalogue.today,
        )

    def image_pricing(self, provider: str, model_id: str) -> Callable[[int, int, str], ImagePrice | UnknownPrice]:
        """The same for many images of one offer: answers for a width, a height and a quality."""
        catalogue = self.catalogue
        offer, model = catalogue.offers[provider, model_id], catalogue.models[model_id]
        return image_pricing(offer, model, self.tiers[model_id], catalogue.today)

    @once
    def cheapest(self, model_id: str, quality: str) -> CheapestOffer | None:
        """The offer that asks least for a 1024x1024 image of that quality on the day of the site."""
        return cheapest_offer(self.catalogue, model_id, self.catalogue.today, quality=quality)
