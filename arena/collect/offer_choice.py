"""Which offer of a model to ask: the cheapest that can be asked, or that of a provider which the maintainer names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.pricing.estimate import ImagePrice, image_price, input_price
from arena.catalogue.pricing.tiers import tiers_of
from arena.catalogue.records import Offer, Provider
from arena.collect.jobs import LOCAL, NO_COST
from arena.collect.secrets import Secrets
from arena.gateways import GATEWAYS
from arena.gateways.protocol import request_settings, unknown_placeholder

NO_GATEWAY = "provider.toml names no gateway and endpoint"


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """What the maintainer asked for; empty tuples mean all. Sizes are in pixels."""

    arenas: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    """Only of these; the cheapest of them that can be asked."""
    width: int = 1024
    height: int = 1024
    quality: str = "medium"
    local: bool = False
    """A rehearsal at no cost: simulated images in the place of every model's."""
    doubtful: bool = False
    """Ask again what may have been charged already."""
    refused: bool = False
    """Ask again what was refused, or was answered without an image in ``RUNS_WITHOUT_IMAGE`` runs."""
    new_seeds: bool = False
    """Ask again for what has left play, so that its prompts come back with new pictures."""


@dataclass(frozen=True, slots=True)
class UsableOffer:
    """An offer that can be asked, what one image of it is estimated to cost in USD, and how that was worked out."""

    provider: str
    provider_model: str
    estimate: Decimal
    formula: str
    parameters: str
    """As ``Job.parameters``."""


@dataclass(frozen=True, slots=True)
class OfferChooser:
    """Chooses among the catalogue's offers, priced as of the day ``on``."""

    catalogue: Catalogue
    options: CollectOptions
    secrets: Secrets
    on: date
    missing_keys: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By key that is not set and provider: the models that nothing else keeps from being asked for there."""
    _chosen: dict[tuple[str, bool], UsableOffer | str] = field(default_factory=dict)

    def choose(self, model_id: str, *, edits: bool) -> UsableOffer | str:
        """The cheapest usable offer, by provider id among equals; or why there is none."""
        key = model_id, edits
        if key not in self._chosen:
            self._chosen[key] = self._choose(model_id, edits)
        return self._chosen[key]

    def _choose(self, model_id: str, edits: bool) -> UsableOffer | str:
        if self.options.local:
            return UsableOffer(LOCAL, model_id, NO_COST, "simulated here, at no cost", self._parameters({}, edits))
        named = self.options.providers
        providers = [provider for provider in self.catalogue.offers_of(model_id) if not named or provider in named]
        offers = {provider_id: self._usable(provider_id, model_id, edits) for provider_id in providers}
        usable = [offer for offer in offers.values() if isinstance(offer, UsableOffer)]
        if usable:
            return min(usable, key=lambda offer: (offer.estimate, offer.provider))
        reasons = [f"{provider_id}: {reason}" for provider_id, reason in offers.items() if reason != NO_GATEWAY]
        if offers and not reasons:
            return f"those who offer it have no gateway ({', '.join(offers)})"
        return "; ".join(reasons) or "no provider offers it"

    def _usable(self, provider_id: str, model_id: str, edits: bool) -> UsableOffer | str:
        provider, offer = self.catalogue.providers[provider_id], self.catalogue.offers[provider_id, model_id]
        provider_model = (edits and offer.edit_model_id) or offer.model_id
        own = {**provider.access.parameters, **offer.parameters}
        not_asked = no_gateway(provider_id, provider) or offer.not_asked or offer.other_api
        if reason := not_asked or _unclear(provider, offer, own, edits):
            return reason
        if provider_model is None:
            return "the offer has no model_id"
        cost = self._cost(model_id, offer, edits)
        if isinstance(cost, str):
            return cost
        # Last, so that the plan names a key only where nothing else is missing.
        if reason := no_key(provider, self.secrets):
            self.missing_keys.setdefault(provider.access.key or "", {}).setdefault(provider_id, set()).add(model_id)
            return reason
        return UsableOffer(provider_id, provider_model, *cost, self._parameters(own, edits))

    def _cost(self, model_id: str, offer: Offer, edits: bool) -> tuple[Decimal, str] | str:
        size = {"width": self.options.width, "height": self.options.height}
        model = self.catalogue.models[model_id]
        tiers = tiers_of(self.catalogue, model_id)
        price = image_price(offer, model, tiers, **size, quality=self.options.quality, on=self.on)
        if not isinstance(price, ImagePrice):
            return price.reason
        paid = input_price(offer, self.on) if edits else NO_COST
        return price.amount + paid, f"{price.formula} + {paid} USD for the picture to edit" if paid else price.formula

    def _parameters(self, own: Mapping[str, Any], edits: bool) -> str:
        """What is asked for, as JSON, and the parameters that go along."""
        width, height, quality = self.options.width, self.options.height, self.options.quality
        settings = request_settings(own, width=width, height=height, quality=quality, edits=edits)
        return json.dumps(settings, sort_keys=True, ensure_ascii=False)


def _unclear(provider: Provider, offer: Offer, own: Mapping[str, Any], edits: bool) -> str:
    """What the catalogue would have to say before a request could be made; empty where it says all."""
    if edits and not (provider.access.edits or offer.image_parameter):
        return "no source tells how it takes a picture to edit (image_parameter)"
    placeholder = unknown_placeholder(own)
    return f'"{placeholder}" in parameters stands for nothing' if placeholder else ""


def unusable(provider_id: str, provider: Provider, secrets: Secrets) -> str:
    """Why a provider cannot be asked; empty where it can."""
    return no_gateway(provider_id, provider) or no_key(provider, secrets)


def no_gateway(provider_id: str, provider: Provider) -> str:
    """Why there is no protocol to ask a provider by; empty where there is."""
    if provider.gateway == LOCAL:
        return "" if provider_id == LOCAL else f'only a provider of the id "{LOCAL}" may have the gateway "{LOCAL}"'
    if not provider.gateway or not provider.endpoint:
        return NO_GATEWAY
    if blanks := provider.endpoint_blanks:
        return f"its endpoint has {' and '.join(blanks)} in it, which is to be replaced by one's own"
    if provider.gateway not in GATEWAYS:
        return f'unknown gateway "{provider.gateway}" {near(provider.gateway, list(GATEWAYS))}'.strip()
    return ""


def no_key(provider: Provider, secrets: Secrets) -> str:
    """Which key is missing; empty where none is."""
    if secrets.has(provider.access):
        return ""
    return f"{provider.access.key} is not set" if provider.access.key else "provider.toml names no access.key"
