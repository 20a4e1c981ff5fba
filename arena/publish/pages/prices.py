"""Prices: a calculator, the fastest models, score against price for each arena, and how prices changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

from arena import wording
from arena.catalogue.pricing.in_force import price_history
from arena.catalogue.records import Offer, Price
from arena.publish.charts.explore import explore
from arena.publish.charts.scatter import Dot, render_scatter
from arena.publish.content.measured import FASTEST, SPEED_EXPLAINED, ModelSpeed, fastest
from arena.publish.content.model_refs import ModelRef, beside_best, best_value, model_ref, price_from
from arena.publish.content.read_day import ReadDay
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.calculator import (
    ANY_EXPLAINED,
    MANY,
    Calculator,
    CostRow,
    calculator,
    conditions,
    cost_row,
)
from arena.publish.pages.citations import newest
from arena.publish.paths import DATA, METHODOLOGY, PRICES, PROVIDERS, board_path, model_path, provider_path
from arena.records import Axis, Board, Rating

_LAST = Decimal("Infinity")
LATEST = 20
"""How many changes of prices are listed; each model's page has all of its own."""
NAMED = 12
"""How many models without a price a sentence names; the table at the end of the page has all."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price that followed another: ``before`` until ``day``, ``now`` from then on; ``source`` gives the newer."""

    day: wording.Day
    model: ModelRef
    provider: str
    provider_path: str
    what: str
    before: str
    now: str
    change: str
    source: str
    url: str
    read: ReadDay
    note: str


def price_changes(site: SiteData, models: Iterable[str]) -> tuple[PriceChange, ...]:
    """All changes of prices of these models, the latest first; of one day by model and provider."""
    found = [
        (day, model, provider, pair)
        for model in models
        for provider, offer in site.catalogue.offers_of(model).items()
        for day, pair in _followed(offer)
    ]
    found.sort(key=lambda each: (-each[0].toordinal(), each[1], each[2]))
    return tuple(_change(site, (model, provider), day, *pair) for day, model, provider, pair in found)


def _followed(offer: Offer) -> Iterator[tuple[date, tuple[Price, Price]]]:
    """Each day on which one price followed another, with both."""
    for before, now in pairwise(price_history(offer)):
        if before.end is not None:
            yield before.end, (before.price, now.price)


def _change(site: SiteData, offered: tuple[str, str], day: date, before: Price, now: Price) -> PriceChange:
    model, provider = offered
    condition = conditions(now.condition)
    return PriceChange(
        day=wording.day(day),
        model=model_ref(site, model),
        provider=site.catalogue.providers[provider].name,
        provider_path=provider_path(provider),
        what=f"per {now.unit.value}{f', {condition}' if condition else ''}",
        before=wording.dollars(before.amount),
        now=wording.dollars(now.amount),
        change=_compared(before.amount, now.amount),
        source=now.source,
        url=now.url or "",
        read=site.read_day(now.read),
        note=now.note or "",
    )


def _compared(before: Decimal, now: Decimal) -> str:
    """``12% less``; the factor where a price has more than doubled; a dash where there is nothing to compare with."""
    if before == now:
        return "the same"
    if not before:
        return wording.NOTHING
    ratio = float(now / before)
    if ratio > 2:
        return f"{wording.number(ratio, 1)} times as much"
    return f"{wording.percent(abs(ratio - 1))} {'less' if ratio < 1 else 'more'}"


@dataclass(frozen=True, slots=True)
class FrontRow:
    """A model that no cheaper one beats; ``mark`` is its number in the chart."""

    mark: str
    model: ModelRef
    beside: str
    rank: str
    score: str
    price: str
    many: str
    provider: str
    provider_path: str


@dataclass(frozen=True, slots=True)
class PricedOffer:
    """One dot of the chart as a row: an offer of a ranked model."""

    model: ModelRef
    provider: str
    provider_path: str
    price: str
    score: str
    rank: str
    front: bool


@dataclass(frozen=True, slots=True)
class ArenaPrices:
    """Score against price in one arena; ``missing`` says why there is no chart."""

    id: str
    arena: str
    path: str
    summary: str
    chart: Markup
    chart_line: str
    explore: Markup | None
    front: tuple[FrontRow, ...]
    front_caption: str
    rows: tuple[PricedOffer, ...]
    rows_title: str
    caption: str
    without: str
    missing: str


@dataclass(frozen=True, slots=True)
class FastModel:
    """A place in the list of the fastest models; ``price`` is what an image costs at least; empty where unknown."""

    model: ModelRef
    speed: ModelSpeed
    price: str


@dataclass(frozen=True, slots=True)
class PricesView:
    """The context of ``prices.html``."""

    lede: str
    any_explained: str
    fastest: tuple[FastModel, ...]
    fastest_lede: str
    arenas: tuple[ArenaPrices, ...]
    calculator: Calculator
    caption: str
    rows: tuple[CostRow, ...]
    changes: tuple[PriceChange, ...]
    changes_more: str
    unknown: tuple[CostRow, ...]
    unknown_title: str
    unknown_caption: str
    method_path: str
    data_path: str
    providers_path: str


@dataclass(frozen=True, slots=True)
class _RankedOffer:
    """One offer of a ranked model with its price for the reference image."""

    rating: Rating
    provider: str
    price: Decimal


def pages(site: SiteData) -> Iterator[Page]:
    """The one page on prices."""
    yield Page(
        path=PRICES,
        template="prices.html",
        title="Prices and cost calculator",
        description="What any number of images costs with each model and provider, by size and quality; the fastest "
        "models; and score against price.",
        view=prices_view(site),
        updated=newest(price.read for offer in site.catalogue.offers.values() for price in offer.prices),
    )


def prices_view(site: SiteData) -> PricesView:
    """The view of the page."""
    project = site.catalogue.project
    rows = [cost_row(site, model_id) for model_id in site.catalogue.models]
    known = [row for row in rows if not row.reason]
    known.sort(key=lambda row: site.prices[row.model.id].amount if row.model.id in site.prices else _LAST)
    unknown = tuple(row for row in rows if row.reason)
    offers = wording.count(len(site.catalogue.offers), "offer")
    changes = price_changes(site, site.catalogue.models)
    return PricesView(
        any_explained=ANY_EXPLAINED,
        fastest=fast_models(site),
        fastest_lede=SPEED_EXPLAINED,
        lede=f"What images cost with each model, at each provider: {wording.whole(len(known))} of "
        f"{wording.count(len(rows), 'model')} with a price, from {offers} by "
        f"{wording.count(len(site.catalogue.providers), 'provider')}. All prices are in US dollars.",
        # What a published data set compared is not what a reader of today buys.
        arenas=tuple(_arena(site, arena.id) for arena in project.open_arenas or project.arenas),
        calculator=calculator(site),
        caption="One 1024×1024 image in medium or standard quality, and 1,000 of them, at the cheapest provider; "
        "the cheapest model first",
        rows=tuple(known),
        changes=changes[:LATEST],
        changes_more=f"The latest {LATEST} of {wording.count(len(changes), 'change')}."
        if len(changes) > LATEST
        else "",
        unknown=unknown,
        unknown_title=f"{wording.count(len(unknown), 'model')} whose price is unknown",
        unknown_caption="Models without a price for this image, and why",
        method_path=METHODOLOGY,
        data_path=DATA,
        providers_path=PROVIDERS,
    )


def fast_models(site: SiteData) -> tuple[FastModel, ...]:
    """The fastest models, those that were measured first."""
    found = fastest(site, site.catalogue.models)[:FASTEST]
    return tuple(
        FastModel(model_ref(site, model_id), speed, price_from(site, model_id) if model_id in site.prices else "")
        for model_id, speed in found
    )


def _arena(site: SiteData, arena: str) -> ArenaPrices:
    board = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    offered = sorted(_offered(site, board), key=lambda each: (each.price, each.rating.rank, each.provider))
    front = best_value(site, board)
    marks = {(rating.model, site.prices[rating.model].provider): str(number) for number, rating in enumerate(front, 1)}
    name = site.arena_name(arena)
    priced = {each.rating.model for each in offered}
    others = (site.model(rating.model) for rating in board.ratings if rating.model not in priced)
    without = [model.name for model in others if model.current]
    if len(without) > NAMED:
        without[NAMED:] = [f"{len(without) - NAMED} more"]
    votes = site.votes(board.votes, arena)
    return ArenaPrices(
        id=arena,
        arena=name,
        path=board_path(board.axis),
        summary=_summary(site, arena, front),
        chart=_chart(site, arena, offered, marks),
        chart_line=wording.sentence(
            f"{site.demo(arena)}the line joins the models that no cheaper one beats, without those that are deprecated "
            "or shut down."
        ),
        explore=_explored(site, arena, offered, front) if offered else None,
        front=tuple(_front_row(site, board.axis.arena, front[0], rating, mark) for mark, rating in enumerate(front, 1)),
        front_caption=f"{site.demo(arena)}{name}, models that no cheaper one beats, the best first, from {votes}",
        rows=tuple(_offer_row(site, each, marks) for each in offered),
        rows_title=f"{wording.count(len(offered), 'offer')} of the chart as a table",
        caption=f"{name}: offers of ranked models by price of the reference image; scores from {votes}",
        without=f"Ranked, but without a price for this image, so not in the chart: {wording.listing(without)}."
        if without
        else "",
        missing="" if offered else "No ranked model has a known price per image here, so value cannot be compared.",
    )


def _offered(site: SiteData, board: Board) -> Iterator[_RankedOffer]:
    """Every offer of a ranked model that has a price above 0 for the reference image."""
    for rating in board.ratings:
        for provider in site.catalogue.offers_of(rating.model):
            asked = site.reference_prices.get((provider, rating.model))
            if asked and asked.amount:
                yield _RankedOffer(rating, provider, asked.amount)


def _summary(site: SiteData, arena: str, front: tuple[Rating, ...]) -> str:
    """From the best to the cheapest on the front."""
    if not front:
        return ""
    best, cheapest = front[0], front[-1]
    prices = site.prices
    demo = site.demo(arena)
    text = f"{demo}{site.model(best.model).name} scores highest of those with a price, at " + wording.dollars(
        prices[best.model].amount
    )
    if cheapest is best:
        return f"{text} an image, and no model with a price is cheaper."
    between = wording.sentence(f"{demo}between them, no model costs less and scores higher than those numbered here.")
    return (
        f"{text} an image. {demo}{site.model(cheapest.model).name} is the cheapest ranked model, at "
        f"{wording.dollars(prices[cheapest.model].amount)}. {between}"
    )


def _chart(site: SiteData, arena_id: str, offered: list[_RankedOffer], marks: dict[tuple[str, str], str]) -> Markup:
    if not offered:
        return Markup()
    arena, noun = site.arena_name(arena_id), site.votes_noun(arena_id)
    dots = [_dot(site, each, marks.get((each.rating.model, each.provider), "")) for each in offered]
    front = sorted((dot.price, dot.score) for dot in dots if dot.mark)
    numbered = wording.sentence(f"{site.demo(arena_id)}numbered dots are models that no cheaper one beats")
    return render_scatter(
        dots,
        front,
        f"{arena}: score against price per image",
        f"{wording.count(len(dots), 'offer')} as dots, the price per image across on a logarithmic axis and the score "
        f"upwards, from {noun}. {numbered}; the table below has every value.",
    )


def _dot(site: SiteData, each: _RankedOffer, mark: str) -> Dot:
    name = site.model(each.rating.model).name if mark else ""
    return Dot(each.price, each.rating.score, _label(site, each), mark, name)


def _explored(site: SiteData, arena_id: str, offered: list[_RankedOffer], front: tuple[Rating, ...]) -> Markup:
    """The dots and the front, to explore."""
    arena, noun = site.arena_name(arena_id), site.votes_noun(arena_id)
    return explore(
        {
            "kind": "scatter",
            "title": f"{arena}: score against price per image, from {noun}",
            "prices": [float(each.price) for each in offered],
            "scores": [round(each.rating.score, 3) for each in offered],
            "labels": [_label(site, each) for each in offered],
            "names": [site.model(each.rating.model).name for each in offered],
            "hues": [site.hue_of(each.rating.model) for each in offered],
            "links": [model_path(each.rating.model) for each in offered],
            "front": [[float(site.prices[r.model].amount), round(r.score, 3)] for r in reversed(front)],
        }
    )


def _label(site: SiteData, each: _RankedOffer) -> str:
    name, provider = site.model(each.rating.model).name, site.catalogue.providers[each.provider].name
    return f"{name} via {provider}: {wording.dollars(each.price)} an image, score {wording.number(each.rating.score)}"


def _front_row(site: SiteData, arena: str, best: Rating, rating: Rating, mark: int) -> FrontRow:
    price = site.prices[rating.model]
    return FrontRow(
        mark=str(mark),
        model=model_ref(site, rating.model),
        beside=beside_best(site, arena, best, rating),
        rank=wording.whole(rating.rank),
        score=wording.number(rating.score),
        price=wording.dollars(price.amount),
        many=wording.dollars(price.amount * MANY),
        provider=site.catalogue.providers[price.provider].name,
        provider_path=provider_path(price.provider),
    )


def _offer_row(site: SiteData, each: _RankedOffer, marks: dict[tuple[str, str], str]) -> PricedOffer:
    return PricedOffer(
        model=model_ref(site, each.rating.model),
        provider=site.catalogue.providers[each.provider].name,
        provider_path=provider_path(each.provider),
        price=wording.dollars(each.price),
        score=wording.number(each.rating.score),
        rank=wording.whole(each.rating.rank),
        front=(each.rating.model, each.provider) in marks,
    )
