"""Pages on organizations."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest

from arena.publish.content.model_refs import WeightsTags
from arena.publish.pages import organization
from arena.publish.pages.organization import OrganizationsView, OrganizationView
from tests.publish.worlds import SharedWorld, World, page_at


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World, organization_id: str) -> OrganizationView:
    pages = list(organization.pages(world.site_data))
    return cast("OrganizationView", page_at(pages, f"organizations/{organization_id}.html").view)


def index(world: World) -> OrganizationsView:
    return cast("OrganizationsView", next(organization.pages(world.site_data)).view)


def test_models_are_listed_newest_first_with_their_place_price_and_licence(world: World) -> None:
    two, one = view(world, "acme").models
    assert (two.name, one.name) == ("Two", "One")
    assert {one.arena_ranks[0].place, two.arena_ranks[0].place} == {"#1 of 2", "#2 of 2"}
    assert len(one.arena_ranks) == len(view(world, "acme").arenas) == 1, "no column of an arena that ranks none of them"
    assert one.price == f"${Decimal('0.0425')}"
    assert (one.weights, two.weights) == (WeightsTags("Closed weights", ""), WeightsTags("Open weights", "Apache-2.0"))
    assert one.commercial_use == "Unknown"


def test_stories_on_its_models_are_listed_and_those_on_others_are_not(world: World) -> None:
    assert [each.title for each in view(world, "acme").stories] == ["One in batches", "Acme ships One"]
    assert view(world, "zeta").stories == ()


def test_an_organization_without_models_has_a_page(world: World) -> None:
    assert view(world, "quiet").models == ()


def test_the_index_is_sorted_by_name_and_knows_the_best_place(world: World) -> None:
    acme, quiet, zeta = index(world).rows
    assert (acme.name, quiet.name, zeta.name) == ("Acme", "Quiet", "Zeta & Sons")
    assert (acme.best[0].place, acme.newest, acme.models) == ("#1 of 2", "Two", "2")
    assert [arena_rank.place for arena_rank in quiet.best] == ["", ""]
    assert zeta.newest == ""
    assert zeta.country == "unknown"
