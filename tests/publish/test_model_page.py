"""A model's page in a browser: short, with every section one click away, found by address, by search and on paper."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.publish.conftest import STILL, Opened

HEIGHT = 6000
"""Pixels of a model's page at 1280 with its sections folded."""
MODELS = ("openai/gpt-image-2", "black-forest-labs/flux-2-pro", "bria/bria-3.2")
GPT = f"models/{MODELS[0]}.html"
SHUT = "[...document.querySelectorAll('.fold > details:not([open])')].length"


def test_pages_with_their_sections_folded_are_short(opened: Opened, address: str) -> None:
    page = opened(GPT)
    for model in MODELS:
        page.goto(f"{address}models/{model}.html")
        assert page.evaluate("document.documentElement.scrollHeight") < HEIGHT, model
        assert page.evaluate(SHUT) >= 14, model


def test_the_contents_and_an_address_open_the_section_that_they_name(opened: Opened) -> None:
    page = opened(f"{GPT}#similar-image-editing", reduced_motion="reduce")
    expect(page.locator("#near-image-editing")).to_be_visible()
    shut = page.evaluate(SHUT)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Providers and prices").click()
    expect(page.locator("#providers")).to_be_visible()
    assert page.evaluate(SHUT) == shut - 1
    assert abs(page.locator("#prices-title").evaluate("head => head.getBoundingClientRect().top")) < 200


def test_without_scripts_an_address_and_a_search_for_words_open_a_section(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}{GPT}#prices")
    expect(page.locator("#providers")).to_be_visible()
    # The browser's own search opens folds in the same way as an address with the words to find does.
    page.goto(f"{address}models/{MODELS[1]}.html#:~:text=Won%E2%80%93lost%E2%80%93tied")
    expect(page.locator("#rankings")).to_be_visible()
    context.close()


def test_paper_has_every_section_without_scripts_too(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 718, "height": 1000})
    page = context.new_page()
    page.goto(address + GPT)
    page.emulate_media(media="print")
    expect(page.locator("#near-text-to-image")).to_be_visible()
    expect(page.locator("#providers")).to_be_visible()
    context.close()


def test_without_scripts_pictures_are_chosen_by_arena_category_and_language(opened: Opened) -> None:
    page = opened(GPT, java_script_enabled=False)
    shown = page.locator(".shots > li:visible")
    expect(shown).to_have_count(4)
    first = shown.first
    expect(first.locator("strong")).to_have_text("Won")
    assert first.locator("blockquote").get_attribute("lang") == "en"
    page.locator("#examples-text-to-image-lang-ar").click()
    assert set(page.locator(".shots > li:visible blockquote").evaluate_all("all => all.map(e => e.lang)")) == {"ar"}
    page.locator("#examples-text-to-image-all").click()
    expect(shown).to_have_count(9)
    page.locator("#examples-image-editing").click()
    expect(page.locator("#examples-image-editing-best")).to_be_visible()
    expect(page.locator("#examples-text-to-image-all")).to_be_hidden()


def test_an_address_chooses_pictures_and_those_that_the_reader_can_read_come_first(opened: Opened) -> None:
    page = opened(f"{GPT}#examples-image-editing-lang-ko")
    expect(page.locator(".shots > li:visible blockquote")).to_have_attribute("lang", "ko")
    page = opened(GPT, locale="ja-JP")
    expect(page.locator(".shots > li:visible blockquote").first).to_have_attribute("lang", "ja")


def test_a_picture_leads_to_its_large_view_and_that_to_the_next(opened: Opened) -> None:
    page = opened(GPT, reduced_motion="reduce")
    name = page.locator("h1").inner_text()
    page.locator(".shots a.pic").first.click()
    large = page.locator("li:target article")
    expect(large.get_by_role("heading")).to_contain_text(name)
    expect(large).to_contain_text("Won against Recraft V4.1 #2")
    large.get_by_role("link", name="Next picture").click()
    expect(page.locator("li:target article").get_by_role("link", name="Previous picture")).to_be_visible()


def test_every_code_example_has_a_button_that_copies_it(opened: Opened) -> None:
    page = opened(f"{GPT}#api", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(STILL)
    blocks = page.locator(".api .code")
    assert blocks.count() == page.locator(".api .code > .copy").count() > 20
    names = page.locator("#api .tabs > label").all_inner_texts()
    assert {"Microsoft Azure", "fal", "OpenAI API"} <= {name.strip() for name in names}
    page.locator("#api .tabs > label", has_text="Microsoft Azure").click()
    block = page.locator(".api .code:visible")
    block.get_by_role("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").evaluate("code => code.textContent")
    assert "https://YOUR-RESOURCE.openai.azure.com/openai/v1/images/generations" in copied


def test_the_card_stays_in_sight_and_leads_to_the_calculator(opened: Opened) -> None:
    page = opened(GPT)
    page.evaluate("scrollTo({ top: 1500, behavior: 'instant' })")
    top = page.locator(".side-card").evaluate("card => card.getBoundingClientRect().top")
    assert 0 <= top < 100
    link = page.get_by_role("link", name="Calculate your cost")
    assert (link.get_attribute("href") or "").endswith("prices.html?model=openai/gpt-image-2")
