"""Which models fit what a reader needs: kind of picture, language, price and use, answered by one board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import product

from arena import wording
from arena.catalogue.model_facts import GONE, CommercialUse
from arena.catalogue.records import Model
from arena.messages import N_
from arena.publish.content.site_data import SiteData
from arena.ratings.boards import ESTABLISHED_VOTES
from arena.records import Axis, Board, Rating

ANSWERS = 3
"""Models that an answer names."""
PRICES = (Decimal("0.01"), Decimal("0.02"), Decimal("0.05"), Decimal("0.10"))
"""USD an image below which a reader may want to stay."""


class Use(StrEnum):
    """What readers want to do; the values stand in addresses."""

    ANY = ""
    COMMERCIAL = "commercial"
    OWN = "own"


USE_LABELS = {
    Use.ANY: N_("for any use"),
    Use.COMMERCIAL: N_("for commercial use"),
    Use.OWN: N_("to run on my own machine"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a reader needs; ``category`` and ``language`` are empty and ``under`` is None where anything will do."""

    arena: str
    category: str = ""
    language: str = ""
    under: Decimal | None = None
    use: Use = Use.ANY

    @property
    def axis(self) -> Axis:
        return Axis(self.arena, self.category, self.language)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first models that fit on ``board``, best first; ``too_thin`` is the narrower board that has too few votes."""

    need: Need
    board: Board
    fitting: tuple[Rating, ...]
    too_thin: Axis | None


def answer_of(site: SiteData, need: Need) -> Answer | None:
    """The answer to a need; None where the arena has no ranking."""
    board = board_for(site, need.axis)
    if board is None:
        return None
    fitting = tuple(rating for rating in board.ratings if fits(site, rating.model, need))[:ANSWERS]
    asked = site.shown_axis(need.axis)
    return Answer(need, board, fitting, need.axis if board.axis != asked else None)


def board_for(site: SiteData, axis: Axis) -> Board | None:
    """The board of an axis, or the next wider one where its models do not have votes enough to be told apart.

    Votes are enough where a model has 30 on average, as many as an established rating takes.
    """
    for wider in (axis, replace(axis, language=""), replace(axis, category="")):
        board = site.boards.get(site.shown_axis(wider))
        if board and board.ratings and 2 * board.votes >= ESTABLISHED_VOTES * len(board.ratings):
            return board
    return site.ranked_arenas.get(axis.arena)


def fits(site: SiteData, model_id: str, need: Need) -> bool:
    """Whether a model that one can still choose costs less than the limit and may surely be used so."""
    model, price = site.model(model_id), site.prices.get(model_id)
    if model.status in GONE or not usable(model, need.use):
        return False
    return need.under is None or (price is not None and price.amount < need.under)


def usable(model: Model, use: Use) -> bool:
    """Whether a model's terms surely allow a use: what is unknown or on conditions does not count."""
    if use is Use.OWN:
        return model.weights.open is True
    return use is Use.ANY or model.output_terms.commercial_use is CommercialUse.YES


def cents(amount: Decimal) -> str:
    """An amount below a dollar, as addresses say it.

    >>> cents(Decimal("0.05")), cents(Decimal("0.01"))
    ('5 cents', '1 cent')
    """
    return wording.count(int(100 * amount), "cent")


def cents_said(site: SiteData, amount: Decimal) -> str:
    """An amount below a dollar, as the sentence says it."""
    return site.interface.ngettext("%(count)s cent", "%(count)s cents", int(100 * amount))


def common_needs(site: SiteData, arena: str) -> Iterator[Need]:
    """The needs with a page of their own: each kind of picture, also under 5 cents and for commercial use, and each
    language.
    """
    categories = ["", *(each.id for each in site.catalogue.project.categories if Axis(arena, each.id) in site.boards)]
    for category, under, use in product(categories, (None, Decimal("0.05")), (Use.ANY, Use.COMMERCIAL)):
        yield Need(arena, category, "", under, use)
    for language in site.catalogue.project.languages:
        if Axis(arena, "", language.id) in site.boards:
            yield Need(arena, "", language.id)
