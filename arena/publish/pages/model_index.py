"""All models on one page, best ranked first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.fields import Named
from arena.publish import paths
from arena.publish.content.measured import ModelSpeed, any_speed, speed_of
from arena.publish.content.model_refs import (
    ModelRef,
    WeightsTags,
    commercial_use_in_brief,
    model_ref,
    price_from,
    release_in_brief,
    weights_tags,
    weights_use_in_brief,
)
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.filters import Filters, RowValues, filters_everywhere, row_values_everywhere
from arena.publish.pages.model.facts import STATUS_WORDS
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class RankAndScore:
    """A model's rank and score on one arena; both are dashes where it is not ranked."""

    rank: str
    score: str


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model."""

    model: ModelRef
    arena_ranks: tuple[RankAndScore, ...]
    price: str
    speed: ModelSpeed | None
    weights: WeightsTags
    use: str
    weights_use: str
    released: str
    status: str
    values: RowValues


@dataclass(frozen=True, slots=True)
class ModelIndexView:
    """The context of ``model_index.html``."""

    lede: str
    arenas: tuple[Named, ...]
    filters: Filters
    caption: str
    basis: str
    speed_column: str
    rows: tuple[ModelRow, ...]


def pages(site: SiteData) -> Iterator[Page]:
    """The index of models."""
    view = model_index_view(site)
    yield Page(
        path=paths.MODELS,
        template="model_index.html",
        title="Image models compared",
        description=view.lede,
        view=view,
        updated=site.data_until,
    )


def model_index_view(site: SiteData) -> ModelIndexView:
    """Ranked models by their rank, arena by arena; then those without a rank, by name.

    Arenas of published data sets come after those in which people vote: what they compared is no longer new.
    """
    catalogue = site.catalogue
    makers = len({model_id.partition("/")[0] for model_id in catalogue.models})
    votes = site.votes(site.summary.votes)
    ordered = sorted(catalogue.models, key=lambda model_id: (_ranks(site, model_id), _name(site, model_id)))
    rows = tuple(_row(site, model_id) for model_id in ordered)
    return ModelIndexView(
        lede=f"{wording.count(len(catalogue.models), 'image model')} by {wording.count(makers, 'maker')}: rank, price, "
        "licence and what the maker allows you to do with the pictures.",
        arenas=tuple(Named(id=arena.id, name=site.marked_name(arena.id)) for arena in site.arenas_of_today_first),
        filters=filters_everywhere(site, [row.values for row in rows]),
        caption=f"All models, best ranked first; ranks and scores from {votes}",
        basis=site.votes_noun(),
        speed_column="Speed" if any_speed(site, catalogue.models) else "",
        rows=rows,
    )


def _ranks(site: SiteData, model_id: str) -> tuple[float, ...]:
    return tuple(
        rating.rank if (board := site.boards.get(Axis(arena.id))) and (rating := board.get(model_id)) else float("inf")
        for arena in site.arenas_of_today_first
    )


def _name(site: SiteData, model_id: str) -> tuple[str, str]:
    return (site.model(model_id).name.casefold(), model_id)


def _row(site: SiteData, model_id: str) -> ModelRow:
    model = site.model(model_id)
    return ModelRow(
        model=model_ref(site, model_id),
        arena_ranks=tuple(_standing(site, model_id, arena.id) for arena in site.arenas_of_today_first),
        price=price_from(site, model_id),
        speed=speed_of(site, model_id),
        weights=weights_tags(model),
        use=commercial_use_in_brief(model),
        weights_use=weights_use_in_brief(model),
        released=release_in_brief(model),
        status=STATUS_WORDS[model.status],
        values=row_values_everywhere(site, model_id),
    )


def _standing(site: SiteData, model_id: str, arena: str) -> RankAndScore:
    board = site.boards.get(Axis(arena))
    rating = board.get(model_id) if board else None
    if rating is None:
        return RankAndScore(wording.NOTHING, wording.NOTHING)
    return RankAndScore(str(rating.rank), wording.number(rating.score))
