"""Pictures in full size."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from arena.publish import paths
from arena.publish.content.examples import Example
from arena.publish.pages import picture
from arena.publish.pages.model.view import model_view
from arena.publish.pages.picture import SIMULATED, PictureView
from tests.publish.worlds import SharedWorld, World, html_of, page_at

PROMPT = "text-to-image/lighthouse"


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World, prompt_id: str = PROMPT) -> PictureView:
    return cast("PictureView", page_at(list(picture.pages(world.site_data)), paths.pictures_path(prompt_id)).view)


def test_every_prompt_with_pictures_has_a_page_and_no_other(world: World) -> None:
    assert [page.path for page in picture.pages(world.site_data)] == [
        "pictures/text-to-image/coffee.html",
        "pictures/text-to-image/lighthouse.html",
    ]


def test_each_picture_says_whom_it_met_and_leads_on_by_rank(world: World) -> None:
    one, two = view(world).pictures
    assert [each.shot.entry.model.id for each in (one, two)] == ["acme/one", "acme/two"]
    assert (one.before, one.after) == ("", two.shot.large)
    assert (two.before, two.after) == (one.shot.large, "")
    (met,) = one.opponents
    assert (met.outcome, met.model.id, met.rank, met.path) == ("Won", "acme/two", "2", two.shot.large)
    assert met.detail == "20 simulated votes: 8 won, 4 lost, 4 tied, 4 both bad"
    assert one.shot.entry.said == "Won 8, lost 4, tied 4, both bad 4"
    assert one.note == SIMULATED
    html = html_of(world, page_at(list(picture.pages(world.site_data)), paths.pictures_path(PROMPT)))
    assert f'<li id="{one.id}">' in html
    assert "A lighthouse &amp; a gull." in html


def test_a_model_s_examples_lead_to_their_large_views(world: World) -> None:
    (gallery,) = model_view(world.site_data, "acme/one").galleries
    known = {each.shot.large for name in (PROMPT, "text-to-image/coffee") for each in view(world, name).pictures}
    assert {shot.large for shot in gallery.shots} <= known


def test_an_opponent_s_picture_that_is_not_shown_is_not_linked(world: World) -> None:
    one = view(world).pictures[0]
    record = Example("text-to-image", "acme/one", PROMPT, one.shot.sha256, "acme/two", "gone", 2, 1, 0, 0, 0)
    bare = replace(world, site_data=replace(world.site_data, against={one.shot.sha256: (record,)}))
    (met,) = view(bare).pictures[0].opponents
    assert met.path == ""
