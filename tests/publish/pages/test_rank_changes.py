"""Changes of rank, week by week, on a page and as a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast
from xml.etree.ElementTree import fromstring

import pytest

from arena.catalogue.model_facts import Weights
from arena.catalogue.records import Offer
from arena.publish.content.rank_changes import RankMove, rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.formats.feeds import rank_changes_feed_assets, render_rank_changes_feed
from arena.publish.pages import rank_changes
from arena.publish.pages.rank_changes import MOVES, WEEKS, RankChangesView, week_blocks
from arena.ratings.leader import LeaderClaim
from arena.records import Axis, HistoryPoint
from tests.publish.sites import make_board, make_model, make_price, make_rating, make_site_data
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
    assert part.lead == "A passes B by score; who leads is not settled."
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
    assert titles[0].startswith("Text to image, week to 12 March 2026: Demo: A passes B by score; ")
    assert titles[0].endswith("settled. (simulated votes)")
    assert "Simulated data." in (root.findtext(f"{ATOM}subtitle") or "")
    assert entries[0].findtext(f"{ATOM}summary") == (
        "Demo: A passes B by score; who leads is not settled. "
        "B down from #1 to #3; A up from #2 to #1; C up from #3 to #2."
    )
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert [link.get("href") for link in root.findall(f"{ATOM}link")] == ["feed.xml", "index.html"]
    assert "simulated" not in render_rank_changes_feed(site_data, week_blocks(site_data))


def test_a_week_is_told_in_plain_words(site_data: SiteData) -> None:
    last, second, first = week_blocks(site_data)
    assert last.said == (
        "A passes B in text to image by score; who leads is not settled; 3 models changed places; B moved most, down "
        "from #1 to #3."
    )
    assert second.said == "B still leads in text to image; new on the board: C."
    assert first.said == "B leads in text to image, ranked for the first time."


def test_only_a_proven_leader_takes_the_lead(site_data: SiteData) -> None:
    sunday = week_blocks(site_data)[0].sunday
    claims = (LeaderClaim("draw", "acme/b", sunday - timedelta(days=7)), LeaderClaim("draw", "acme/a", sunday))
    last, second, _ = week_blocks(replace(site_data, ratings=replace(site_data.ratings, leaders=claims)))
    assert last.arenas[0].lead == "A takes the lead from B. Its lead is settled now."
    assert last.said.startswith("A takes the lead in text to image from B, and its lead is settled now; 3 models")
    assert second.arenas[0].lead == "B still leads. Its lead is settled now."


def test_one_move_and_many_that_join_are_counted() -> None:
    scores: dict[str, list[float | None]] = {"acme/a": [1, 2.5], "acme/b": [2, 2]}
    scores |= {f"acme/n{number}": [None, -number] for number in range(1, 6)}
    (last, _) = week_blocks(prepare_site_data(scores))
    assert last.said.endswith("; new on the board: N1, N2, N3 and 2 more.")
    equal: dict[str, list[float | None]] = {"acme/a": [2, 2], "acme/b": [1, 2]}
    assert week_blocks(prepare_site_data(equal))[0].said == "A still leads in text to image; B went up from #2 to #1."


def test_prices_models_and_licences_are_told_with_the_week_of_their_day() -> None:
    models = {
        "acme/a": make_model("A", released=date(2026, 3, 3), weights=Weights(open=True, licence="MIT")),
        "acme/b": make_model("B", released=date(2025, 1, 1), shut_down=date(2026, 3, 5)),
        "acme/c": make_model("C", released=date(2026, 9, 1)),
    }
    prices = (make_price("0.10", effective=date(2026, 1, 1)), make_price("0.08", effective=date(2026, 3, 8)))
    site_data = make_site_data(models, offers={("shop", "acme/a"): Offer(prices=prices)})
    site_data = replace(site_data, catalogue=replace(site_data.catalogue, today=date(2026, 3, 20)))
    week, older = week_blocks(site_data)
    assert (week.id, week.until.iso, week.arenas) == ("week-2026-03-08", "2026-03-08", ())
    assert week.said == (
        "Acme released A with open weights (MIT). Acme shut down B. A costs 20% less at Shop (per image)."
    )
    assert [(each.model.name, each.text) for each in week.catalogue] == [
        ("A", "released by Acme: open weights (MIT)"),
        ("B", "shut down by Acme"),
        ("A", "per image at Shop: $0.08, before $0.10 (20% less)"),
    ]
    assert older.id == "week-2025-01-05"
    root = fromstring(render_rank_changes_feed(site_data, [week, older]))
    entry, _ = root.findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title") or "").startswith("Prices and models, week to 8 March 2026: Acme released A")
    assert entry.findtext(f"{ATOM}updated") == "2026-03-08T00:00:00Z"


def test_many_changes_of_a_week_are_counted() -> None:
    models = {f"acme/m{number}": make_model(f"M{number}") for number in range(5)}
    before = make_price("0.10", effective=date(2026, 1, 1))
    offers = {
        ("shop", model): Offer(prices=(before, make_price("0.2" if at else "0.05", effective=date(2026, 3, 8))))
        for at, model in enumerate(models)
    }
    site_data = make_site_data(models, offers=offers)
    site_data = replace(site_data, catalogue=replace(site_data.catalogue, today=date(2026, 3, 20)))
    (week,) = week_blocks(site_data)
    assert week.said == "5 prices changed: 1 fell, 4 rose."


def test_the_bump_chart_has_a_line_a_model_names_at_both_ends_and_a_table(
    shared_world: SharedWorld, site_data: SiteData
) -> None:
    world = shared_world()
    page = next(rank_changes.pages(site_data))
    (chart,) = cast("RankChangesView", page.view).charts
    assert [row and row.model.name for row in chart.start] == ["B", "A", None]
    assert [(row.rank, row.model.name, row.ranks) for row in chart.end] == [
        ("#1", "A", ("#2", "#2", "#1")),
        ("#2", "C", ("–", "#3", "#2")),
        ("#3", "B", ("#1", "#1", "#3")),
    ]
    lines = fromstring(chart.chart).findall("g")
    assert len(lines) == 3
    curve, dots = (path.attrib["d"] for path in lines[-1])
    assert curve == "M0 15C250 15 250 15 500 15C750 15 750 5 1000 5"
    assert dots.count("h0") == 3
    html = html_of(replace(world, site_data=site_data), page)
    assert html.index('class="bump-lines"') < html.index("Week to <time")
    assert "Ranks as a table" in html
    assert "In the week to 15 March 2026: A passes B in text to image by score; who leads is not settled;" in html


def test_models_of_equal_rank_have_a_row_each_and_a_place_below_the_last_row_has_no_dot() -> None:
    scores: dict[str, list[float | None]] = {f"acme/m{number:02d}": [float(number), 9.0] for number in range(17)}
    (chart,) = cast("RankChangesView", next(rank_changes.pages(prepare_site_data(scores))).view).charts
    assert len(chart.end) == 15 and {row.rank for row in chart.end} == {"#1"}
    lines = [[path.attrib["d"] for path in line] for line in fromstring(chart.chart).findall("g")]
    assert {curve.rsplit(" ", 1)[1] for curve, _ in lines} == {f"{10 * row + 5}" for row in range(15)}
    assert sum(dots.count("h0") for _, dots in lines) == 15 + 13, "two come from below"


def test_without_history_the_page_says_so_and_there_is_no_feed(bare_world: World) -> None:
    html = html_of(bare_world, next(rank_changes.pages(bare_world.site_data)))
    assert "Nothing has changed yet." in html
    assert "feed.xml" not in html
    assert list(rank_changes_feed_assets(bare_world.site_data)) == []
