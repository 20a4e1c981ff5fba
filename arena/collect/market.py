"""Which offer of a model to ask: the cheapest that can be asked, or those that the maintainer names."""

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
from arena.catalogue.records import Offer, Provider
from arena.collect.image_store import LOCAL
from arena.collect.jobs import NOTHING
from arena.collect.secrets import Secrets
from arena.gateways import GATEWAYS
from arena.gateways.protocol import request_settings, unknown_placeholder


@dataclass(frozen=True, slots=True)
class Choices:
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
    """Let the painter stand in for every model: a rehearsal, at no cost, whose outputs are simulated."""
    doubtful: bool = False
    """Ask again what may have been charged already."""


@dataclass(frozen=True, slots=True)
class Usable:
    """An offer that can be asked, what one image of it is estimated to cost, and how that was worked out."""

    provider: str
    asked: str
    estimate: Decimal
    formula: str
    parameters: str
    """As ``Job.parameters``."""


NO_GATEWAY = "provider.toml names no gateway and endpoint"


@dataclass(frozen=True, slots=True)
class Market:
    """Where offers are looked for, priced as of the day ``on``."""

    catalogue: Catalogue
    choices: Choices
    secrets: Secrets
    on: date
    lacking: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By key that is not set and provider: the models that nothing else keeps from being asked for there."""
    _chosen: dict[tuple[str, bool], Usable | str] = field(default_factory=dict)

    def choose(self, model_id: str, *, edits: bool) -> Usable | str:
        """The cheapest usable offer, by provider id among equals; or why there is none."""
        key = model_id, edits
        if key not in self._chosen:
            self._chosen[key] = self._choose(model_id, edits)
        return self._chosen[key]

    def _choose(self, model_id: str, edits: bool) -> Usable | str:
        if self.choices.local:
            return Usable(LOCAL, model_id, NOTHING, "painted here, at no cost", self._parameters({}, edits))
        asked = self.choices.providers
        providers = [one for one in self.catalogue.offers_of(model_id) if not asked or one in asked]
        found = {provider_id: self._usable(provider_id, model_id, edits) for provider_id in providers}
        usable = [one for one in found.values() if isinstance(one, Usable)]
        if usable:
            return min(usable, key=lambda one: (one.estimate, one.provider))
        told = [f"{provider_id}: {why}" for provider_id, why in found.items() if why != NO_GATEWAY]
        if found and not told:
            return f"those who offer it have no gateway ({', '.join(found)})"
        return "; ".join(told) or "no provider offers it"

    def _usable(self, provider_id: str, model_id: str, edits: bool) -> Usable | str:
        provider, offer = self.catalogue.providers[provider_id], self.catalogue.offers[provider_id, model_id]
        asked = (edits and offer.edit_model_id) or offer.model_id
        own = {**provider.access.parameters, **offer.parameters}
        if reason := no_gateway(provider_id, provider) or offer.not_asked or _unclear(provider, offer, own, edits):
            return reason
        if asked is None:
            return "the offer has no model_id"
        cost = self._cost(model_id, offer, edits)
        if isinstance(cost, str):
            return cost
        if reason := no_key(provider, self.secrets):
            self.lacking.setdefault(provider.access.key or "", {}).setdefault(provider_id, set()).add(model_id)
            return reason
        return Usable(provider_id, asked, *cost, self._parameters(own, edits))

    def _cost(self, model_id: str, offer: Offer, edits: bool) -> tuple[Decimal, str] | str:
        size = {"width": self.choices.width, "height": self.choices.height}
        model = self.catalogue.models[model_id]
        price = image_price(offer, model, **size, quality=self.choices.quality, on=self.on)
        if not isinstance(price, ImagePrice):
            return price.reason
        paid = input_price(offer, self.on) if edits else NOTHING
        return price.amount + paid, f"{price.formula} + {paid} USD for the picture to edit" if paid else price.formula

    def _parameters(self, own: Mapping[str, Any], edits: bool) -> str:
        """What is asked for, as JSON, and the parameters that go along."""
        width, height, quality = self.choices.width, self.choices.height, self.choices.quality
        settings = request_settings(own, width=width, height=height, quality=quality, edits=edits)
        return json.dumps(settings, sort_keys=True, ensure_ascii=False)


def _unclear(provider: Provider, offer: Offer, own: Mapping[str, Any], edits: bool) -> str:
    """What the catalogue would have to say before a request could be made; empty where it says all."""
    if edits and not (provider.access.edits or offer.image_parameter):
        return "no source tells how it takes a picture to edit (image_parameter)"
    place = unknown_placeholder(own)
    return f'"{place}" in parameters stands for nothing' if place else ""


def unusable(provider_id: str, provider: Provider, secrets: Secrets) -> str:
    """Why a provider cannot be asked; empty where it can."""
    return no_gateway(provider_id, provider) or no_key(provider, secrets)


def no_gateway(provider_id: str, provider: Provider) -> str:
    """Why there is no protocol to ask a provider by; empty where there is."""
    if provider.gateway == LOCAL:
        return "" if provider_id == LOCAL else f'only a provider of the id "{LOCAL}" may have the gateway "{LOCAL}"'
    if not provider.gateway or not provider.endpoint:
        return NO_GATEWAY
    if provider.gateway not in GATEWAYS:
        return f'unknown gateway "{provider.gateway}" {near(provider.gateway, list(GATEWAYS))}'.strip()
    return ""


def no_key(provider: Provider, secrets: Secrets) -> str:
    """Which key is missing; empty where none is."""
    if secrets.has(provider.access):
        return ""
    return f"{provider.access.key} is not set" if provider.access.key else "provider.toml names no access.key"
