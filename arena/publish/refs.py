"""How pages name models: with a link to the model's page and its maker's."""

from __future__ import annotations

from dataclasses import dataclass

from arena.catalogue.records import Model, Status
from arena.publish import paths, words
from arena.publish.edition import Edition

GONE = (Status.DEPRECATED, Status.WITHDRAWN)
"""Of models that nobody should choose any more."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model as other pages name it."""

    id: str
    name: str
    path: str
    maker: str
    maker_path: str


def model_ref(edition: Edition, model_id: str) -> ModelRef:
    """The name and path of a model and of its maker."""
    return ModelRef(
        id=model_id,
        name=edition.model(model_id).name,
        path=paths.model_path(model_id),
        maker=edition.maker(model_id).name,
        maker_path=paths.organization_path(model_id.partition("/")[0]),
    )


def price_from(edition: Edition, model_id: str) -> str:
    """The lowest reference price per image, in dollars; a dash where no source tells one. A contested one says so."""
    price = edition.prices.get(model_id)
    if price is None:
        return words.NOTHING
    return f"{words.dollars(price.amount)}{' (contested)' if price.contested else ''}"


def licence_in_brief(model: Model) -> str:
    """Closed, Unknown, or the licence of open weights, for a table cell."""
    if model.weights.open == "unknown":
        return "Unknown"
    if not model.weights.open:
        return "Closed"
    return "Open" if model.weights.licence == words.UNKNOWN else model.weights.licence


def commercial_use_in_brief(model: Model) -> str:
    """What the maker's terms say on commercial use of outputs, in a word."""
    return model.output_terms.commercial_use.capitalize()


def availability_in_brief(model: Model) -> str:
    """Preview, deprecated or withdrawn; empty for a model that is simply there."""
    return "" if model.status is Status.ACTIVE else model.status.value


def release_month(model: Model) -> str:
    """April 2026, or that it is unknown."""
    return words.month(model.released) if model.released else words.sentence(words.UNKNOWN)


def release_in_brief(model: Model) -> str:
    """Apr 2026, or that it is unknown, for a table cell."""
    return words.short_month(model.released) if model.released else words.sentence(words.UNKNOWN)
