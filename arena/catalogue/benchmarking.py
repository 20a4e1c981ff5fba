"""Which models this arena can ask for pictures, and so compare: derived from offers; no data file says it."""

from __future__ import annotations

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.pricing.tiers import makers_own_first
from arena.gateways import GATEWAYS

_LOCAL = "local"
"""The protocol of simulated pictures: whoever speaks it serves no model."""


def providers_to_ask(catalogue: Catalogue, model_id: str) -> tuple[str, ...]:
    """The providers by id that ``arena collect`` can ask for the model: their protocol and address are known, and their
    id of the model; the maker's own first. None for a model that is withdrawn.
    """
    if not catalogue.models[model_id].current:
        return ()
    asked = (
        provider_id
        for provider_id, offer in catalogue.offers_of(model_id).items()
        if (provider := catalogue.providers.get(provider_id))
        and provider.endpoint
        and not provider.endpoint_blanks
        and provider.gateway in GATEWAYS
        and provider.gateway != _LOCAL
        and (offer.model_id or offer.edit_model_id)
        and not offer.not_asked
        and not offer.other_api
    )
    return makers_own_first(catalogue, asked, model_id)
