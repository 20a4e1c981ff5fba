"""Changes of rank, week by week, on a page and as a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest

from arena.publish.content.rank_changes import RankMove, rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.formats.feeds import rank_changes_feed_assets, render_rank_changes_feed
from arena.publish.pages import rank_changes
from arena.publish.pages.rank_changes import MOVES, WEEKS, week_blocks
from arena.records import Axis, HistoryPoint
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of

ATOM = "{http://www.w3.org/2005/Atom}"
START = date(2026, 3, 1)


def history(scores: dict[str, list[float | None]], votes: int = 9) -> dict[tuple[str, str], tuple[HistoryPoint, ...]]:
    """Weekly points of models of the arena ``draw``; None is a week before the model's first vote."""
    return {
        ("draw", model): tuple(
            HistoryPoint("draw", model, START + timedelta(weeks=week), score + 3, 1, score, votes)
            for week, score in enumerate(weekly)
            if score is not None
        )
        for model, weekly in scores.items()
    }


def prepare_site_data(scores: dict[str, list[float | None]], **facts: int) -> SiteData:
    models = {model: make_model(model.partition("/")[2].upper()) for model in scores}
    ratings = [make_rating(model, rank, 10.0 - rank) for rank, model in enumerate(scores, 1)]
    return make_site_data(models, [make_board(Axis("draw"), *ratings)], history=history(scores, **facts))


@pytest.fixture
def site_data() -> SiteData:
    return prepare_site_data({"acme/a": [3, 3, 5], "acme/b": [4, 4, 4], "acme/c": [None, 2, 4.5]})


def test_weeks_tell_who_moved_who_joined_and_who_leads(site_data: SiteData) -> None:
    last, second, first = rank_weeks(site_data)
    assert (last.until, last.before, last.first) == (START + timedelta(weeks=2), "acme/b", "acme/a")
    assert last.moves == (RankMove("acme/b", 1, 3), RankMove("acme/a", 2, 1), RankMove("acme/c", 3, 2))
    assert (second.moves, second.joined) == ((), (("acme/c", 3),))
    assert (first.before, first.joined) == ("", (("acme/b", 1), ("acme/a", 2)))


def test_a_week_without_a_change_is_left_out_and_too_few_votes_are_no_place() -> None:
    assert len(list(rank_weeks(prepare_site_data({"acme/a": [3, 3, 3]})))) == 1
    assert list(rank_weeks(prepare_site_data({"acme/a": [3, 3, 3]}, votes=2))) == []


def test_equal_scores_share_a_place() -> None:
    (week,) = rank_weeks(prepare_site_data({"acme/a": [3], "acme/b": [3], "acme/c": [1]}))
    assert week.joined == (("acme/a", 1), ("acme/b", 1), ("acme/c", 3))


def test_words_of_a_week(site_data: SiteData) -> None:
    last, second, first = week_blocks(site_data)
    (part,) = last.arenas
    assert part.lead == "A takes the lead from B."
    assert [(row.model.name, row.change, row.text) for row in part.moves] == [
        ("B", "▼ 2", "down from #1 to #3"),
        ("A", "▲ 1", "up from #2 to #1"),
        ("C", "▲ 1", "up from #3 to #2"),
    ]
    assert second.arenas[0].lead == "B still leads."
    assert second.arenas[0].joined_title == "1 model joined"
    assert first.arenas[0].lead == "B leads in the first week with a ranking."


def test_page_and_feed_do_not_grow_without_end() -> None:
    flips = 2 * WEEKS
    scores: dict[str, list[float | None]] = {
        f"acme/m{n:02d}": [float(n if week % 2 else -n) for week in range(flips)] for n in range(1, 31)
    }
    blocks = week_blocks(prepare_site_data(scores))
    assert len(blocks) == WEEKS
    assert len(blocks[0].arenas[0].moves) == MOVES
    assert blocks[0].arenas[0].more == "and 20 others"


def test_the_feed_has_an_entry_a_week_and_says_that_votes_are_simulated(
    shared_world: SharedWorld, site_data: SiteData
) -> None:
    world = shared_world()
    simulated = replace(
        world.site_data, catalogue=site_data.catalogue, boards=site_data.boards, history=site_data.history
    )
    running = replace(simulated.summary, last=datetime(2026, 3, 12, 9, 30, tzinfo=UTC))
    simulated = replace(simulated, summary=running)
    blocks = week_blocks(simulated)
    assert [(block.id, block.until.iso) for block in blocks[:2]] == [
        ("week-2026-03-15", "2026-03-12"),
        ("week-2026-03-08", "2026-03-08"),
    ]
    root = fromstring(render_rank_changes_feed(simulated, blocks))
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2026-03-12T09:30:00Z",
        "2026-03-09T00:00:00Z",
        "2026-03-02T00:00:00Z",
    ]
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in entries]
    assert titles[0] == "Text to image, week to 12 March 2026: Demo: A takes the lead from B. (simulated votes)"
    assert "Simulated data." in (root.findtext(f"{ATOM}subtitle") or "")
    assert entries[0].findtext(f"{ATOM}summary") == (
        "Demo: A takes the lead from B. B down from #1 to #3; A up from #2 to #1; C up from #3 to #2."
    )
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert [link.get("href") for link in root.findall(f"{ATOM}link")] == ["feed.xml", "index.html"]
    assert "simulated" not in render_rank_changes_feed(site_data, week_blocks(site_data))


def test_without_history_the_page_says_so_and_there_is_no_feed(bare_world: World) -> None:
    html = html_of(bare_world, next(rank_changes.pages(bare_world.site_data)))
    assert "No week has changed a ranking yet." in html
    assert "feed.xml" not in html
    assert list(rank_changes_feed_assets(bare_world.site_data)) == []
