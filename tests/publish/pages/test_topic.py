"""Pages of categories and languages over all arenas."""

from __future__ import annotations

from typing import cast

import pytest

from arena.publish.content.site_data import SiteData
from arena.publish.pages import topic
from arena.publish.pages.topic import TopicIndexView, TopicView
from arena.records import Axis
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of, page_at


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(site_data: SiteData, path: str) -> TopicView:
    return cast("TopicView", page_at(list(topic.pages(site_data)), path).view)


def test_there_is_a_page_for_every_category_and_language(world: World) -> None:
    assert [page.path for page in topic.pages(world.site_data)] == [
        "topics/index.html",
        "topics/photo.html",
        "topics/logo.html",
        "topics/lang-en.html",
        "topics/lang-ar.html",
    ]
    for page in topic.pages(world.site_data):
        assert "simulated votes" in html_of(world, page)


def test_a_topic_names_who_leads_and_shows_its_own_prompts(world: World) -> None:
    shown = view(world.site_data, "topics/lang-ar.html")
    assert (shown.heading, shown.own_name, shown.direction) == ("Arabic prompts", "العربية", "rtl")
    assert shown.lede == "Demo: One leads in text to image, by simulated votes. The topic has 1 prompt."
    assert [prompt.path for prompt in shown.prompts] == ["prompts/text-to-image/coffee.html"]
    assert [(row.label, row.leader.name) for row in shown.arenas[0].narrower] == [("Logos", "One")]
    (pictured,) = shown.pictured
    assert pictured.prompt.path == "prompts/text-to-image/coffee.html"
    assert [(each.rank, each.model.name) for each in pictured.pictures] == [("#1", "One"), ("#2", "Two")]
    assert all(each.large.startswith("pictures/text-to-image/coffee.html#p-") for each in pictured.pictures)
    assert shown.arenas[1].missing == "No model is ranked in image editing yet."


def test_only_models_that_are_surely_better_here_stand_out() -> None:
    models = {f"acme/{name}": make_model(name.upper()) for name in "abcd"}
    overall = make_board(Axis("draw"), *(make_rating(model, rank, 50.0 - rank) for rank, model in enumerate(models, 1)))
    here = make_board(
        Axis("draw", "photo"),
        make_rating("acme/d", 1, 40, ranks=(1, 2)),
        make_rating("acme/c", 2, 39, ranks=(1, 3)),
        make_rating("acme/a", 3, 38, ranks=(2, 4)),
    )
    (part, _) = view(make_site_data(models, [overall, here]), "topics/photo.html").arenas
    assert [(row.model.name, row.rank, row.overall) for row in part.standouts] == [("D", "1", "4")]
    assert [(row.model.name, row.overall) for row in part.rows] == [("D", "4"), ("C", "3"), ("A", "1")]


def test_the_index_names_leaders_by_arena_and_where_nobody_is_ranked(world: World) -> None:
    index = cast("TopicIndexView", next(topic.pages(world.site_data)).view)
    assert [(row.label, [leader and leader.name for leader in row.leaders]) for row in index.categories] == [
        ("Photography", ["One", None]),
        ("Logos", ["One", None]),
    ]


def test_without_votes_and_prompts_the_pages_say_so(bare_world: World) -> None:
    html = html_of(bare_world, page_at(list(topic.pages(bare_world.site_data)), "topics/photo.html"))
    assert "No model is ranked here yet. There are 0 prompts." in html
    assert "There is no prompt of this kind yet." in html
    assert "highest-ranked models" not in html
