"""Organizations: who makes which models, and where these rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena import wording
from arena.catalogue.records import Model
from arena.publish.content.model_refs import (
    WeightsTags,
    commercial_use_in_brief,
    price_from,
    state_in_brief,
    weights_tags,
)
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, ForEach, Page
from arena.publish.pages.citations import ArenaRank, Citation, arena_ranks, cited, last_read, last_vote, newest
from arena.publish.pages.story import StoryLine, story_lines
from arena.publish.paths import ORGANIZATIONS, model_path, organization_path

Models = Sequence[tuple[str, Model]]
Places = Mapping[str, tuple[ArenaRank, ...]]


@dataclass(frozen=True, slots=True)
class OrganizationModel:
    """A model of the organization; ``arena_ranks`` has one entry for each arena that ranks any of its models."""

    name: str
    path: str
    released: wording.Day | None
    status: str
    arena_ranks: tuple[ArenaRank, ...]
    price: str
    weights: WeightsTags
    commercial_use: str


@dataclass(frozen=True)
class OrganizationView:
    """One organization with its models, newest first, and the stories about them."""

    name: str
    country: str
    url: str
    description: str
    arenas: tuple[str, ...]
    models: tuple[OrganizationModel, ...]
    stories: tuple[StoryLine, ...]
    sources: tuple[Citation, ...]
    votes_noun: str


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization in the index; ``best`` is the best place of any of its models, for each arena.

    ``newest`` is empty where no model has a known release date.
    """

    name: str
    path: str
    country: str
    models: str
    newest: str
    newest_path: str
    released: wording.Day | None
    best: tuple[ArenaRank, ...]


@dataclass(frozen=True)
class OrganizationsView:
    """All organizations, by name."""

    rows: tuple[OrganizationRow, ...]
    arenas: tuple[str, ...]
    models: str
    votes_noun: str


@dataclass(frozen=True, slots=True)
class _Shared:
    site: SiteData
    own: Mapping[str, Models]
    places: Places


def _shared(site: SiteData) -> _Shared:
    return _Shared(site, models_by_maker(site), arena_ranks(site))


def organization_page(shared: _Shared, organization_id: str) -> Page:
    """The page of one organization, or of all of them for an empty id."""
    site, organizations = shared.site, shared.site.catalogue.organizations
    if not organization_id:
        return Page(
            path=ORGANIZATIONS,
            template="organizations.html",
            title="Makers of image models",
            description="Who makes image models, how many, and the best rank of each maker.",
            view=_index(site, shared.own, shared.places),
            updated=newest([last_vote(site), *(last_read(each.sources) for each in organizations.values())]),
        )
    organization, models = organizations[organization_id], shared.own.get(organization_id, [])
    days = [last_read(organization.sources), *(last_read(model.sources) for _, model in models)]
    return Page(
        path=organization_path(organization_id),
        template="organization.html",
        title=f"{organization.name}: image models",
        description=f"{wording.count(len(models), 'image model')} by {organization.name}, "
        "with ranks, prices and licences.",
        view=_view(site, organization_id, models, shared.places),
        section=ORGANIZATIONS,
        crumbs=(Crumb("Makers", ORGANIZATIONS),),
        updated=newest([last_vote(site), *days]),
    )


pages = ForEach[SiteData, _Shared, str, Page](
    lambda site: ("", *site.catalogue.organizations), _shared, organization_page
)
"""The index of organizations, and a page for each."""


def models_by_maker(site: SiteData) -> dict[str, list[tuple[str, Model]]]:
    """The models of each organization that has any, the newest first; those without a date last."""
    own: dict[str, list[tuple[str, Model]]] = {}
    for model_id, model in site.catalogue.models.items():
        own.setdefault(model_id.partition("/")[0], []).append((model_id, model))
    for models in own.values():
        models.sort(key=lambda item: (-(item[1].released.toordinal() if item[1].released else 0), item[0]))
    return own


def _arena_names(site: SiteData) -> tuple[str, ...]:
    return tuple(site.marked_name(arena.id) for arena in site.arenas_of_today_first)


def _index(site: SiteData, own: Mapping[str, Models], places: Places) -> OrganizationsView:
    ids = sorted(site.catalogue.organizations, key=lambda key: site.catalogue.organizations[key].name.casefold())
    return OrganizationsView(
        rows=tuple(_row(site, organization_id, own.get(organization_id, []), places) for organization_id in ids),
        arenas=tuple(map(wording.in_sentence, _arena_names(site))),
        models=wording.count(len(site.catalogue.models), "model"),
        votes_noun=site.votes_noun(),
    )


def _row(site: SiteData, organization_id: str, models: Models, places: Places) -> OrganizationRow:
    organization = site.catalogue.organizations[organization_id]
    first = next(((key, model) for key, model in models if model.released), None)
    return OrganizationRow(
        name=organization.name,
        path=organization_path(organization_id),
        country=organization.country or wording.UNKNOWN,
        models=wording.whole(len(models)),
        newest=first[1].name if first else "",
        newest_path=model_path(first[0]) if first else "",
        released=wording.day(first[1].released) if first and first[1].released else None,
        best=tuple(
            min(
                (places[model_id][index] for model_id, _ in models if places[model_id][index].rank),
                key=lambda arena_rank: arena_rank.rank,
                default=ArenaRank(arena),
            )
            for index, arena in enumerate(_arena_names(site))
        ),
    )


def _view(site: SiteData, organization_id: str, models: Models, places: Places) -> OrganizationView:
    organization = site.catalogue.organizations[organization_id]
    own = {key for key, _ in models}
    shown = [at for at, _ in enumerate(_arena_names(site)) if any(places[key][at].rank for key in own)]
    told = sorted({key: story for each in own for key, story in site.catalogue.stories_of(each).items()}.items())
    return OrganizationView(
        name=organization.name,
        country=organization.country or "",
        url=organization.url or "",
        description=organization.description or "",
        arenas=tuple(_arena_names(site)[at] for at in shown),
        models=tuple(_model_row(site, key, model, tuple(places[key][at] for at in shown)) for key, model in models),
        stories=story_lines(site, told),
        sources=cited(organization.sources),
        votes_noun=site.votes_noun(),
    )


def _model_row(site: SiteData, model_id: str, model: Model, places: tuple[ArenaRank, ...]) -> OrganizationModel:
    return OrganizationModel(
        name=model.name,
        path=model_path(model_id),
        released=wording.day(model.released) if model.released else None,
        status=state_in_brief(model),
        arena_ranks=places,
        price=price_from(site, model_id),
        weights=weights_tags(model),
        commercial_use=commercial_use_in_brief(model),
    )
