"""How pages name models, with a link to the model's page and its maker's; and which models no cheaper one beats."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.catalogue.model_facts import GONE, CommercialUse, Status
from arena.catalogue.records import Model
from arena.publish import paths
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.ratings.boards import ESTABLISHED_VOTES
from arena.records import Board, RankStatus, Rating

USE_WORDS = {
    CommercialUse.YES: "Yes",
    CommercialUse.NO: "No",
    CommercialUse.CONDITIONAL: "On conditions",
    CommercialUse.UNKNOWN: "Unknown",
}
"""The answer to: may I use it commercially?"""
ESTABLISHED = "Established"
"""What pages call a rank that is settled."""


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model as other pages name it."""

    id: str
    name: str
    path: str
    maker: str
    maker_path: str
    state: str = ""
    """What readers must know before they choose it: see ``state_in_brief``."""
    hue: str = "maker-other"
    """The CSS class of its maker's colour."""


@dataclass(frozen=True, slots=True)
class WeightsTags:
    """Whether weights are open, and their licence, which is empty where they are not open or it is unknown."""

    weights: str
    licence: str


@once
def model_ref(site: SiteData, model_id: str) -> ModelRef:
    """The name and path of a model and of its maker."""
    return ModelRef(
        id=model_id,
        name=site.model(model_id).name,
        path=paths.model_path(model_id),
        maker=site.maker(model_id).name,
        maker_path=paths.organization_path(model_id.partition("/")[0]),
        state=state_in_brief(site.model(model_id)),
        hue=site.hue_of(model_id),
    )


def price_from(site: SiteData, model_id: str) -> str:
    """The lowest reference price per image, in dollars; a dash where no source tells one."""
    price = site.prices.get(model_id)
    return wording.dollars(price.amount) if price else wording.NOTHING


def price_said(site: SiteData, model_id: str) -> str:
    """``from $0.04 an image``, or that the price is unknown, after a name."""
    price = site.prices.get(model_id)
    if price is None:
        return site.interface.gettext("price unknown")
    return site.interface.gettext("from %(price)s an image", price=site.interface.dollars(price.amount))


def rank_certainty(rating: Rating) -> str:
    """What pages call the status of a rating: few votes, rank uncertain where the votes are many, or established.

    ratings.csv and the API call the first two ``provisional``.
    """
    if rating.status is RankStatus.ESTABLISHED:
        return ESTABLISHED
    return "Few votes" if rating.votes < ESTABLISHED_VOTES else "Rank uncertain"


def weights_tags(model: Model) -> WeightsTags:
    """``Open weights`` with their licence, ``Closed weights`` or ``Weights unknown``, as two tags."""
    if model.weights.open is not True:
        return WeightsTags("Weights unknown" if model.weights.open == "unknown" else "Closed weights", "")
    licence = model.weights.licence
    return WeightsTags("Open weights", "" if licence == wording.UNKNOWN else licence)


def licence_in_brief(model: Model) -> str:
    """Closed, Unknown, or the licence of open weights, for a table cell."""
    if model.weights.open == "unknown":
        return "Unknown"
    if not model.weights.open:
        return "Closed"
    return "Open" if model.weights.licence == wording.UNKNOWN else model.weights.licence


def commercial_use_in_brief(model: Model) -> str:
    """Whether the maker's terms let one use outputs commercially, in a word or two."""
    return USE_WORDS[model.output_terms.commercial_use]


def weights_use_in_brief(model: Model) -> str:
    """Whether one may use the weights commercially, in a word or two; no, where they cannot be downloaded."""
    return USE_WORDS[model.weights.commercial_answer]


def terms_in_brief(model: Model) -> str:
    """``Commercial use: outputs yes, weights no``, for a card."""
    outputs, weights = commercial_use_in_brief(model).lower(), weights_use_in_brief(model).lower()
    return f"Commercial use: outputs {outputs}, weights {weights}"


def state_in_brief(model: Model) -> str:
    """Preview, deprecated, shuts down on a day, or shut down since one; empty for a model that is simply there."""
    if model.status is Status.WITHDRAWN:
        return f"shut down {wording.day(model.shut_down).text}" if model.shut_down else "shut down"
    if model.status is Status.DEPRECATED and model.shut_down:
        return f"shuts down {wording.day(model.shut_down).text}"
    return "" if model.status is Status.ACTIVE else model.status.value


def release_month(model: Model) -> str:
    """April 2026, or that it is unknown."""
    return wording.month(model.released) if model.released else wording.sentence(wording.UNKNOWN)


def release_in_brief(model: Model) -> str:
    """Apr 2026, or that it is unknown, for a table cell."""
    return wording.short_month(model.released) if model.released else wording.sentence(wording.UNKNOWN)


def best_value(site: SiteData, board: Board) -> tuple[Rating, ...]:
    """The Pareto front of a board, dearest and best first: no model at the same price or below scores higher.

    Models that are gone or going are left out.
    """
    there = (rating for rating in board.ratings if site.model(rating.model).status not in GONE)
    priced = [rating for rating in there if rating.model in site.prices]
    priced.sort(key=lambda rating: (site.prices[rating.model].amount, rating.rank, rating.model))
    front: list[Rating] = []
    for rating in priced:
        if not front or rating.score > front[-1].score:
            front.append(rating)
    return tuple(reversed(front))


def beside_best(site: SiteData, arena: str, best: Rating, rating: Rating) -> str:
    """What a cheaper model of the front saves and how it would fare against the best of it; empty for that one."""
    if rating.model == best.model:
        return ""
    name, saved = (
        site.model(best.model).name,
        1 - site.prices[rating.model].amount / site.prices[best.model].amount,
    )
    pair = site.pair(arena, rating.model, best.model)
    fares = f"; would win {wording.percent(pair.win_probability)} against {name}" if pair else f" than {name}"
    return f"{site.demo(arena)}{wording.percent(float(saved))} cheaper{fares}"
