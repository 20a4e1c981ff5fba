"""What public lists call providers and models, and which of ours they mean."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from arena.catalogue.catalogue import Catalogue

_LEAST_LIKENESS = 0.75
"""How like a name has to be to one of ours, from 0 to 1, to be asked about."""


class Names:
    """By which names the catalogue knows providers, offers and models."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.providers = {
            _fold(name): provider_id
            for provider_id, provider in catalogue.providers.items()
            for name in (provider_id, *provider.aliases)
        }
        self.offered = {
            (provider_id, _fold(offer.model_id)): model_id
            for (provider_id, model_id), offer in catalogue.offers.items()
            if offer.model_id
        }
        self.named: dict[str, set[str]] = {}
        for model_id, model in catalogue.models.items():
            for name in (model_id, model_id.partition("/")[2], model.name, model.api_id or "", *model.aliases):
                if name:
                    self.named.setdefault(_fold(name), set()).add(model_id)

    def provider(self, listed: str) -> str:
        """The provider of a list's name for it; empty where none has that id or alias."""
        return self.providers.get(_fold(listed), "")

    def models_of(self, provider: str, listed: str) -> tuple[str, ...]:
        """The models that a listed id can mean: by the offer, else by the whole id, else by its last part."""
        name = _fold(listed)
        if exact := self.offered.get((self.provider(provider), name)):
            return (exact,)
        return tuple(sorted(self.named.get(name) or self.named.get(name.rpartition("/")[2]) or ()))

    def is_offered(self, provider_id: str, listed: str) -> bool:
        """Whether the provider's offer of a model names exactly this id."""
        return (provider_id, _fold(listed)) in self.offered

    def likeliest(self, listed: str) -> str:
        """The model whose id or alias is most like a listed id that leads to none; empty where none is like it.

        Never taken for the model: a variant (``-fp8``, ``-fast``, ``:free``) may cost something else.
        """
        name = _letters(listed.rpartition("/")[2])
        likely = max(
            ((_likeness(name, _letters(known.rpartition("/")[2])), known) for known in self.named if known),
            default=(0.0, ""),
        )
        return min(self.named[likely[1]]) if likely[0] >= _LEAST_LIKENESS else ""


def _likeness(name: str, known: str) -> float:
    """From 0 to 1; a name that begins with another one has a version or variant behind it, and is very like it."""
    if len(known) > 5 and name.startswith(known):
        return 0.9 + len(known) / (10 * len(name))
    matcher = SequenceMatcher(None, name, known)
    # The two bounds are quick, and rule most names out.
    if matcher.real_quick_ratio() < _LEAST_LIKENESS or matcher.quick_ratio() < _LEAST_LIKENESS:
        return 0.0
    return matcher.ratio() * 0.9


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())


def _fold(name: str) -> str:
    """One spelling of a name: ``GPT Image_1`` -> gpt-image-1."""
    return re.sub(r"[\s_]+", "-", name.casefold())
