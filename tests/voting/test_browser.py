"""The voting page in a real browser: by mouse, by keyboard, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.voting.arenas import NO_LIMITS, Served, open_arena
from tests.waiting import wait_until


@pytest.fixture(params=[""])
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """At the root of its host, unless a test asks for another path."""
    voting = NO_LIMITS.model_copy(update={"personal_board_votes": 3, "undo_seconds": 3600})
    with open_arena(tmp_path, voting, root=request.param) as arena, Served(arena) as here:
        yield here


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A page on which any complaint of the browser, the policy's included, is a failure."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not complaints


def ready(page: Page, served: Served, query: str = "") -> None:
    page.goto(f"{served.url}/{query}")
    page.wait_for_selector("#battle[data-ready]")
    assert page.eval_on_selector_all(".side img", "all => all.every(one => one.complete && one.naturalWidth === 128)")


@pytest.mark.parametrize("served", ["", "/some/arena"], indirect=True)
def test_by_mouse(page: Page, served: Served) -> None:
    ready(page, served)
    expect(page.locator(".who").first).to_be_hidden()
    left = page.get_by_role("button", name="Left is better")
    left.click()
    expect(page.locator("#undo")).to_contain_text("Choose it again")
    assert served.arena.store.votes_stored() == 0
    left.click()
    expect(page.locator("#verdict")).to_contain_text("You chose")
    expect(page.locator("#left .name")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#left")).to_have_class("side won")
    first = page.locator("#left img").get_attribute("src")
    page.get_by_role("link", name="Next pair").click()
    expect(page.locator("#choices")).to_be_visible()
    assert page.locator("#left img").get_attribute("src") != first
    assert served.arena.store.votes_stored() == 1


def test_by_keyboard(page: Page, served: Served) -> None:
    keys = ("1", "2", "3", "4", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
    for number, key in enumerate(keys, 1):
        ready(page, served)
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(page.locator("#after"), key).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#choices"), key).to_be_visible()
        assert served.arena.store.votes_stored() == number, key


def test_a_choice_is_changed_and_taken_back_before_anything_is_sent(page: Page, served: Served) -> None:
    ready(page, served)
    page.keyboard.press("z")
    expect(page.locator("#closer")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator(".pick[aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator(".pick[aria-pressed=true]")).to_have_attribute("value", "right")
    assert served.arena.store.votes_stored() == 0
    page.goto("about:blank")
    wait_until(lambda: served.arena.store.votes_stored() == 1, "a choice is sent when its page is left")


def test_on_a_phone(browser: Browser, served: Served) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    ready(page, served)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    left, right = (page.locator(side).bounding_box() for side in ("#left", "#right"))
    assert left
    assert right
    assert right["y"] >= left["y"] + left["height"], "stacked"
    for button in page.locator(".pick").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
    for _ in range(2):
        page.get_by_role("button", name="Lower is better").tap()
    expect(page.locator("#right")).to_have_class("side won")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
    assert served.arena.store.votes_stored() == 1


def test_without_scripts(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url)
    page.get_by_text("Say why").click()
    page.get_by_label("Lettering").check()
    page.get_by_role("button", name="Right is better").click()
    expect(page.locator("#verdict")).to_contain_text("You chose")
    page.get_by_role("link", name="Next pair").click()
    page.get_by_role("button", name="Both are bad").click()
    expect(page.locator("#verdict")).to_contain_text("both bad")
    context.close()
    assert served.arena.store.votes_stored() == 2


def test_ones_own_board(page: Page, served: Served) -> None:
    ready(page, served)
    for _ in range(3):
        page.keyboard.press("1")
        page.keyboard.press("1")
        expect(page.locator("#after")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#choices")).to_be_visible()
    page.get_by_role("link", name="See your own board").click()
    expect(page.locator("h1")).to_have_text("Your own board")
    expect(page.locator("tbody tr").nth(1)).to_be_visible()


def test_prompts_are_shown_as_text_in_their_direction(page: Page, served: Served) -> None:
    ready(page, served, "?language=ar")
    prompt = page.locator("#prompt")
    assert (prompt.get_attribute("lang"), prompt.get_attribute("dir")) == ("ar", "rtl")
    ready(page, served, "?category=logo&language=en")
    expect(page.locator("#prompt")).to_contain_text("<script>alert(1)</script>")
