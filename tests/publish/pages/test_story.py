"""Pages on stories."""

from __future__ import annotations

from typing import cast

import pytest

from arena.publish.pages import story
from arena.publish.pages.story import StoriesView, StoryView
from tests.publish.worlds import SharedWorld, World, html_of, page_at


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World, story_id: str) -> StoryView:
    return cast("StoryView", page_at(list(story.pages(world.site_data)), f"stories/{story_id}.html").view)


def test_a_story_says_when_it_happened_and_when_it_was_published(world: World) -> None:
    told = view(world, "2025-01-10-one")
    assert told.published
    assert (told.happened.iso, told.published.iso, told.lag) == ("2025-01-10", "2025-02-28", "49 days after the event")
    assert (told.kind, told.evidence) == ("Release", "Primary source")
    assert told.paragraphs == ("It is out.", "And <b>more</b>.")


def test_a_story_without_a_date_of_publication_says_so(world: World) -> None:
    told = view(world, "2025-03-01-batch")
    assert (told.published, told.lag, told.note) == (None, "", "Undated.")
    assert (told.kind, told.evidence) == ("Workflow", "Secondary source")
    html = html_of(world, page_at(list(story.pages(world.site_data)), "stories/2025-03-01-batch.html"))
    assert "the source gives no date" in html


def test_the_index_is_ordered_by_what_happened_last(world: World) -> None:
    index = cast("StoriesView", next(story.pages(world.site_data)).view)
    batch, ships = index.stories
    assert (batch.title, ships.title) == ("One in batches", "Acme ships One")
    assert index.kinds == "1 release and 1 workflow"
    assert batch.published is None
    assert ships.published and ships.published.iso == "2025-02-28"


def test_the_index_offers_the_feed_to_readers_and_to_machines(world: World) -> None:
    html = html_of(world, next(story.pages(world.site_data)))
    assert '<link rel="alternate" type="application/atom+xml" title="Stories" href="../stories/feed.xml">' in html
    assert 'type="application/atom+xml">Atom feed</a>' in html
