"""The ten questions of docs/readers.md, each answered from the home page within the clicks that it states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.conftest import ROOT

QUESTIONS = ROOT / "docs" / "readers.md"
STATED = re.compile(r"^\| (?P<number>\d+) \| (?P<question>[^|]+) \| [^|]+ \| (?P<clicks>\d+) \|$", re.MULTILINE)
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Reader:
    """Somebody with a phone who has opened the home page, and the clicks that were needed since."""

    page: Page
    clicks: int = field(default=0)

    def click(self, target: Locator) -> None:
        target.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def choose(self, label: str, value: str) -> None:
        """To choose from a list counts as one click."""
        self.page.locator("label", has=self.page.get_by_text(label, exact=True)).locator("select").select_option(value)
        self.clicks += 1

    def follow(self, name: str) -> None:
        """The link of the page's own content, or of its navigation, that reads so."""
        self.click(self.page.get_by_role("link", name=name, exact=True).filter(visible=True).first)

    def search(self, words: str) -> None:
        """To type and press Enter counts as one click."""
        self.page.locator("#search-words").fill(words)
        self.page.keyboard.press("Enter")
        self.clicks += 1

    def model(self, name: str) -> None:
        """By the search box, to a model's page."""
        self.search(name)
        self.click(self.page.locator("#results a").first)
        expect(self.page.locator("h1")).to_have_text(name)


def posters(reader: Reader) -> None:
    for label, value in (
        ("Kind of picture", "posters and typography"),
        ("Language of the prompt", "in Chinese"),
        ("Price of an image", "under 5 cents"),
        ("Use", "for commercial use"),
    ):
        reader.choose(label, value)
    cards = reader.page.locator("#finder-answer .pick")
    expect(cards).to_have_count(3)
    for card in cards.all():
        price = re.search(r"from \$(\d+\.\d+) an image", card.inner_text())
        assert price and float(price[1]) < 0.05
        expect(card.locator(".why")).to_contain_text("allows commercial use of the pictures")
        expect(card.locator(".sure")).to_contain_text(re.compile(r"#\d+ to #\d+"))
    expect(reader.page.locator(".finder-note")).to_contain_text("Chinese", ignore_case=True)


def better(reader: Reader) -> None:
    reader.follow("Compare")
    reader.choose("First model", "Gemini 3 Pro Image")
    reader.choose("Second model", "GPT Image 2")
    verdict = reader.page.locator("#comparison .verdict").first
    expect(verdict.locator(".verdict-title")).to_have_text(re.compile(r"Gemini 3 Pro Image is better|not settled"))
    expect(verdict).to_contain_text(re.compile(r"is preferred to .* is \d+%; the 95% interval is \d+% to \d+%"))


def cost(reader: Reader) -> None:
    reader.follow("Prices")
    reader.page.get_by_label("Model", exact=True).fill("GPT Image 2")
    reader.clicks += 1
    row = reader.page.locator("#costs-table tbody tr").first
    expect(row.locator("th")).to_contain_text("GPT Image 2")
    one, many = (reader.page.locator("#costs-table tbody tr:first-child td.n").nth(at).inner_text() for at in (0, 1))
    assert float(many.strip("$").replace(",", "")) == pytest.approx(1000 * float(one.strip("$")))


def fastest(reader: Reader) -> None:
    reader.follow("Prices")
    reader.page.get_by_role("heading", name="Which is fastest?").scroll_into_view_if_needed()
    said = reader.page.locator(".fastest li").all_inner_texts()
    seconds = [float(found[1]) for line in said if (found := re.search(r": ([\d.]+) s, (?:claimed|measured)", line))]
    assert len(seconds) == len(said) >= 3, "each says whether it was measured"
    assert seconds == sorted(seconds)


def changed(reader: Reader) -> None:
    reader.follow("What changed, week by week")
    expect(reader.page.locator("h1")).to_have_text("What changed")
    expect(reader.page.locator(".lede").first).to_contain_text(re.compile(r"In the week to \d+ \w+ \d{4}: "))


def licence(reader: Reader) -> None:
    reader.model("FLUX.2 [klein] 9B")
    reader.click(reader.page.locator(".side-card a[href='#licence']"))
    told = reader.page.locator("#licence")
    expect(told).to_be_visible()
    expect(told).to_contain_text("May I use the weights commercially?")
    expect(told).to_contain_text("FLUX Non-Commercial License")
    assert told.get_by_role("link").count() > 0, "with its source"


def japanese(reader: Reader) -> None:
    reader.model("GPT Image 2")
    reader.click(reader.page.locator("summary", has_text="By category and language"))
    expect(reader.page.locator("#performance .heat-box").first).to_be_visible()
    table = reader.page.locator("#performance table", has_text="rank by category and prompt language").first
    assert table.locator("thead th").nth(3).text_content() == "Japanese"
    assert re.fullmatch(r"\d+ of \d+|–", table.locator("tbody tr").first.locator("td").nth(2).text_content() or "")


def logos(reader: Reader) -> None:
    reader.follow("Logos")
    reader.follow("Pictures")
    expect(reader.page.locator("h1")).to_contain_text("Logos")
    expect(reader.page.locator("main img").first).to_be_visible()
    assert reader.page.locator("main img").count() > 20


def trust(reader: Reader) -> None:
    notice = reader.page.locator("details", has_text="Partly simulated")
    reader.click(notice.locator("summary"))
    expect(notice.get_by_role("link").first).to_be_visible()
    expect(notice).to_contain_text("simulated")


def call(reader: Reader) -> None:
    reader.model("GPT Image 2")
    reader.click(reader.page.locator("summary", has_text=re.compile("^API")))
    sample = reader.page.locator("#api pre").filter(visible=True).first
    expect(sample).to_contain_text("gpt-image-2")
    expect(reader.page.locator("#api").get_by_role("button", name=re.compile("^Copy")).first).to_be_visible()


ANSWERS: dict[str, Callable[[Reader], None]] = {
    "Which model makes posters with Chinese text for less than 5 cents, for commercial use?": posters,
    "Is this model really better than that one?": better,
    "What do 1,000 pictures cost?": cost,
    "Which model is fastest?": fastest,
    "What changed this week?": changed,
    "What does this licence allow?": licence,
    "How good is it in Japanese?": japanese,
    "What do its logos look like?": logos,
    "Can I trust this?": trust,
    "How do I call it?": call,
}
CLICKS = {match["question"]: int(match["clicks"]) for match in STATED.finditer(QUESTIONS.read_text("utf-8"))}


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=PHONE)
    yield page
    page.close()


def test_every_question_that_is_documented_is_asked() -> None:
    assert list(CLICKS) == list(ANSWERS)


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_answered_from_the_home_page(phone: Page, address: str, question: str) -> None:
    phone.goto(f"{address}index.html")
    reader = Reader(phone)
    ANSWERS[question](reader)
    assert reader.clicks == CLICKS[question]
