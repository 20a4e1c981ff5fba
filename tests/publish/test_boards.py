"""Boards in a browser: the ladder on the first screen, cards on a phone, the wall of pictures, the index of boards."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.publish.conftest import Opened

BOARD = "boards/text-to-image/index.html"
PHONE = {"viewport": {"width": 390, "height": 844}}
BOTTOM = "element => element.getBoundingClientRect().bottom"
TOP = "element => element.getBoundingClientRect().top"
SMALLEST_TEXT = """figure => Math.min(...[...figure.querySelectorAll('text, a, b, figcaption li')]
  .filter(e => e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize)))"""


def shown_on(card: str, page: Page) -> str:
    return page.locator("#ranking-table tbody tr").first.locator(card).inner_text()


def test_the_ladder_comes_before_the_table_and_every_row_of_it_opens_a_model(opened: Opened) -> None:
    page = opened(BOARD)
    ladder = page.locator("#ladder")
    models = page.locator("#ranking-table tbody tr").count()
    assert ladder.evaluate(TOP) < 700 < page.locator("#ranking-table").evaluate(TOP)
    assert ladder.locator("li a").count() >= models == ladder.locator(".ladder-plot g").count()
    assert ladder.evaluate(SMALLEST_TEXT) >= 11
    box = ladder.locator("ol > li").nth(4).bounding_box()
    assert box and box["height"] >= 24
    page.get_by_label("Search models and makers").fill("openai")
    kept = ladder.locator("li:not(.out) a").all_inner_texts()
    assert kept == page.locator("#ranking-table tbody tr:visible .pin > a").all_inner_texts()
    assert 0 < len(kept) == ladder.locator(".ladder-plot g:not(.out)").count() < models
    name = ladder.locator("ol > li a").nth(4).inner_text()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 12)
    expect(page.locator("h1")).to_contain_text(name)


def test_on_a_phone_a_board_is_cards_and_the_first_is_on_the_first_screen(opened: Opened) -> None:
    for scripts in (True, False):
        page = opened(BOARD, java_script_enabled=scripts, **PHONE)
        cards = page.locator("#ranking-table tbody tr")
        assert cards.first.evaluate(BOTTOM) <= 844
        assert page.locator(".controls").evaluate("e => e.clientHeight") < 60, "one line"
        for part in (".rank", ".pin > a", ".interval svg", ".price", ".thumb img", ".score"):
            expect(cards.first.locator(part)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.locator(".fold summary").click()
        expect(page.get_by_role("link", name="Logos")).to_be_visible()
        page.locator(".fold summary").click()
    page = opened(BOARD, **PHONE)
    assert page.get_by_role("table", name=re.compile("by score")).get_by_role("row").count() > 44
    assert page.get_by_role("rowheader").count() > 0, "roles stay"
    page.goto(f"{page.url}?maker=openai&sort=-win_rate")
    assert set(page.locator("#ranking-table tbody tr:visible .sub-line a").all_inner_texts()) == {"OpenAI"}
    assert re.fullmatch(r"\d+%", shown_on(".by", page))
    page.locator("#ladder").scroll_into_view_if_needed()
    assert page.locator("#ladder").evaluate(SMALLEST_TEXT) >= 11


def test_the_wall_shows_every_model_by_the_same_prompts_and_the_table_is_a_click_away(opened: Opened) -> None:
    page = opened(BOARD, java_script_enabled=False)
    page.get_by_role("link", name="Pictures", exact=True).click()
    expect(page.locator("h1")).to_have_text("Text to image, in pictures")
    rows = page.locator(".wall-row")
    expect(rows).to_have_count(44)
    order = page.locator(".wall-prompts a").evaluate_all("links => links.map(link => link.href)")
    assert len(order) == 4
    for row in (rows.first, rows.last):
        large = row.locator(".pic").evaluate_all("links => links.map(link => link.href.split('#')[0])")
        assert [href.replace("/pictures/", "/prompts/") for href in large] == order, "the same prompts"
    images = page.locator(".wall img")
    expect(images).to_have_count(4 * 44)
    expect(page.locator(".wall img[loading=lazy]")).to_have_count(4 * 44)
    assert page.locator(".wall .pic-mark").all_inner_texts() == ["simulated"] * (4 * 44)
    page.get_by_role("link", name="Logos").click()
    page.wait_for_url("**/boards/text-to-image/wall/logo.html")
    page.get_by_role("link", name="Table", exact=True).click()
    page.wait_for_url("**/boards/text-to-image/logo.html")


def test_the_index_of_boards_fits_a_screen_of_1280_pixels(opened: Opened) -> None:
    page = opened("boards/index.html")
    wide = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).length"
    assert page.locator("main .scroll").count() == 4
    assert page.locator("main .scroll").evaluate_all(wide) == 0
    without = "rows => rows.filter(row => !row.querySelector('td a')).length"
    assert page.locator("tbody tr").evaluate_all(without) == 0, "no row has no votes at all"
