"""Editions made by hand: a catalogue in memory and ratings that say what a test needs them to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.fields import Category, Language, Source
from arena.catalogue.model_facts import Weights
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.catalogue.records import Model, Offer, Organization, Price, Project, Provider, Unit
from arena.catalogue.settings import Arena
from arena.publish.content.site_data import SiteData
from arena.rating_settings import RatingSettings
from arena.ratings.results import Ratings
from arena.records import Axis, Board, LogSummary, Origin, Outcome, Rating

READ = date(2026, 1, 2)
PROJECT = Project(
    name="Test arena",
    tagline="For tests",
    arenas=(Arena(id="draw", name="Text to image"), Arena(id="edit", name="Image editing")),
    categories=(Category(id="photo", name="Photography"), Category(id="logo", name="Logos")),
    languages=(
        Language(id="en", name="English", own_name="English"),
        Language(id="ar", name="Arabic", own_name="العربية", direction="rtl"),
    ),
)


def make_model(name: str, **facts: Any) -> Model:
    given: dict[str, Any] = {
        "description": "A model.",
        "arenas": ("draw",),
        "weights": Weights(open=False),
        "sources": (Source(name="A page", read=READ),),
    }
    return Model(name=name, **(given | facts))


def make_price(amount: str, unit: Unit = Unit.IMAGE, **facts: Any) -> Price:
    return Price(amount=Decimal(amount), unit=unit, read=READ, source="Price page", **facts)


def make_rating(
    model: str, rank: int, score: float, *, ranks: tuple[int, int] | None = None, votes: int = 20
) -> Rating:
    low, high = ranks or (rank, rank)
    return Rating(
        model=model,
        rank=rank,
        rank_low=low,
        rank_high=high,
        score=score,
        score_low=score - 2,
        score_high=score + 2,
        mu=score + 3,
        sigma=1.0,
        votes=votes,
        wins=votes // 2,
        losses=votes - votes // 2 - 1,
        ties=1,
        both_bad=5,
        win_rate=0.525,
    )


def make_board(axis: Axis, *ratings: Rating, unranked: Sequence[Rating] = ()) -> Board:
    return Board(axis, ratings, sum(rating.votes for rating in ratings) // 2, 3, tuple(unranked))


def make_site_data(
    models: dict[str, Model],
    boards: Sequence[Board] = (),
    *,
    prices: dict[str, str] | None = None,
    offers: dict[tuple[str, str], Offer] | None = None,
    providers: dict[str, Provider] | None = None,
    origins: Sequence[Origin] = (Origin.HUMAN,),
    **look_ups: Any,
) -> SiteData:
    """The data of a site of these models and boards; ``prices`` are of one image, as the provider ``shop`` asks."""
    listed = {("shop", model): Offer(prices=(make_price(amount),)) for model, amount in (prices or {}).items()}
    catalogue = Catalogue(
        folder=Path("data"),
        project=PROJECT,
        organizations={model_id.partition("/")[0]: Organization(name="Acme") for model_id in models},
        models=models,
        providers=providers or {"shop": Provider(name="Shop")},
        offers=listed | (offers or {}),
        prompts={},
        stories={},
    )
    summary = LogSummary(
        votes=100,
        voters=7,
        first=datetime(2026, 3, 1, tzinfo=UTC),
        last=datetime(2026, 4, 1, tzinfo=UTC),
        origins=tuple((origin, 100 // len(origins)) for origin in origins),
        outcomes=tuple((outcome, 25) for outcome in Outcome),
        sha256="0" * 64,
    )
    site_data = SiteData(
        catalogue=catalogue,
        ratings=Ratings(RatingSettings(), (("draw", 0.1),), tuple(boards)),
        summary=summary,
        boards={board.axis: board for board in boards},
        prices={model: cheapest for model in models if (cheapest := cheapest_offer(catalogue, model))},
    )
    return replace(site_data, **look_ups)
