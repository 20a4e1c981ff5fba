"""Every page of the voting app, in each state that a voter sees: correct HTML, accessible, no wider than its window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from arena.records import Outcome
from arena.votes.store import Reason
from arena.voting.ballot import Ballot
from arena.voting.views import MessageView, VotingFrame, WaitView, render
from tests.voting.arenas import NO_LIMITS, Arena, Served, open_arena
from tests.web.axe import violations
from tests.web.tools import WebTools

VOTING = NO_LIMITS.model_copy(update={"personal_board_votes": 2, "undo_seconds": 3600})
LOOKS = [(1280, "light"), (390, "dark")]
FAULTS = {
    "no such page": ("/nowhere", 404),
    "no such category": ("/?category=nothing", 422),
    "no such vote": ("/votes/nothing", 400),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with open_arena(tmp_path_factory.mktemp("looks"), VOTING) as arena, Served(arena) as here:
        yield here


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A voter of his own."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it is now, on a desktop in daylight and on a phone in the dark."""
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += [f"{width} {theme}: {each}" for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width} {theme}: wider than its window")
        if page.evaluate("document.querySelector('.masthead').clientWidth") < width:
            found.append(f"{width} {theme}: does not fill its window")
    return found


def opened(page: Page, served: Served, query: str = "") -> Page:
    page.goto(f"{served.url}/{query}")
    page.wait_for_selector("#battle[data-ready]")
    return page


def vote(page: Page, served: Served) -> None:
    opened(page, served).keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector("#after:visible")


@pytest.mark.parametrize("query", ["", "?language=ar", "?arena=image-editing"])
def test_a_battle(page: Page, served: Served, query: str) -> None:
    opened(page, served, query)
    for details in page.locator("summary").all():
        details.click()
    assert faults_of(page) == []


def test_the_pictures_closely(page: Page, served: Served) -> None:
    opened(page, served).keyboard.press("z")
    page.wait_for_selector("#closer:visible")
    assert faults_of(page) == []


def test_a_choice_and_its_reveal(page: Page, served: Served) -> None:
    opened(page, served).keyboard.press("1")
    page.wait_for_selector("#undo:visible")
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#after:visible")
    assert faults_of(page) == []


def test_ones_own_board_before_and_after_enough_votes(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/me")
    assert page.locator("table").count() == 0
    assert faults_of(page) == []
    for _ in range(2):
        vote(page, served)
    page.goto(f"{served.url}/me")
    assert page.locator("table").count() == 1
    assert faults_of(page) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_refusal(page: Page, served: Served, fault: str) -> None:
    path, status = FAULTS[fault]
    answer = page.goto(served.url + path)
    assert answer
    assert answer.status == status
    assert faults_of(page) == []


def test_no_page_has_an_error_of_html(tmp_path: Path, web_tools: WebTools) -> None:
    with open_arena(tmp_path / "arena", VOTING) as arena:
        texts = pages_of(arena)
    for name, text in texts.items():
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
    assert web_tools.complaints([tmp_path / f"{name}.html" for name in texts]) == []


def pages_of(arena: Arena) -> dict[str, str]:
    """Every page without JavaScript, by what it is."""
    get = arena.client.get
    texts = {"too few votes": get("/me").text}
    for query in ("", "language=ar", "arena=image-editing"):
        texts[f"battle {query}"] = get(f"/?{query}").text
    for _ in range(3):
        token = get("/api/battle").json()["token"]
        reveal = arena.client.post("/vote", data={"token": token, "outcome": "left"})
        assert reveal.url.path == f"/votes/{token}"
        texts["reveal"] = reveal.text
    texts["board"] = get("/me").text
    ballot = Ballot("token", Outcome.TIE, (Reason.TEXT,))
    frame = VotingFrame("An arena", "One moment", "vote", notice="", site=False, query="", root="")
    known = replace(frame, login=True)
    texts["logged in"] = render("message.html", known, MessageView("Log in to vote", "Please.", "Log in", "login"))
    texts["waiting"] = render("wait.html", frame, WaitView(7, "challenge", ballot, "arena=text-to-image"))
    return texts | {name: get(path, headers={"Accept": "text/html"}).text for name, (path, _) in FAULTS.items()}
