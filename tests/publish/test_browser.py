"""What scripts add to pages, in a real browser: search, comparisons, themes, charts; and what is there without them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.publish.conftest import STILL, Opened
from tests.web.axe import violations

BOARD = "boards/text-to-image/index.html"
EDGES = (
    "bars => bars.map(bar => [...bar.children].map(part => ['x', 'x1', 'width'].map(name => part.getAttribute(name))))"
)
"""Where the parts of each forecast's bar lie."""
WORDS = "sections => sections.map(section => [section.id, section.innerText])"


def test_search_finds_models_prompts_and_stories_and_its_address_can_be_shared(opened: Opened) -> None:
    page = opened("models/openai/gpt-image-2.html")
    page.keyboard.press("/")
    page.keyboard.type("flux.2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=flux.2")
    titles = page.locator("#results a").all_inner_texts()
    assert titles and titles[0].startswith("FLUX.2")
    expect(page.locator("#found")).to_contain_text("found")
    page.locator("#finder-words").fill("gemini flash")
    expect(page).to_have_url(re.compile(re.escape("?q=gemini+flash") + "$"))
    page.locator("#results a").first.click()
    expect(page.locator("h1")).to_contain_text("Flash")
    expect(opened("search.html?q=zzzzzz").locator("#found")).to_have_text("0 pages found.")
    page = opened("search.html")
    for typed, meant in (
        ("gptimage2", "GPT Image 2"),
        ("flux2 pro", "FLUX.2 [pro]"),
        ("open ai", "OpenAI"),
        ("seedreem 4.5", "Seedream 4.5"),
        ("stabel difusion", "Stable Diffusion"),
        ("posters", "Posters and typography"),
    ):
        page.locator("#finder-words").fill(typed)
        expect(page.locator("#results a").first).to_contain_text(meant)
    expect(page.locator("#found")).not_to_contain_text("Nothing has these words")
    page.locator("#finder-words").fill("gemeni")
    expect(page.locator("#found")).to_contain_text("Nothing has these words. Close to them:")
    kinds = " ".join(opened("search.html?q=openai").locator("#results .sub-line").all_inner_texts())
    assert all(kind in kinds for kind in ("Maker", "Provider", "Story", "Model"))


def test_what_readers_type_leads_to_what_pages_call_otherwise_and_is_suggested_while_they_type(opened: Opened) -> None:
    page = opened("search.html")
    for typed, path in (
        ("japanese logo", "find/index.html?for=logo&in=ja"),
        ("open weights", "models/index.html?open=yes"),
        ("licence", "models/index.html"),
        ("fal price", "providers/fal.html"),
        ("commercial", "models/index.html?use=yes"),
    ):
        page.locator("#finder-words").fill(typed)
        leads = page.locator("#results a").evaluate_all("links => links.slice(0, 3).map(link => link.href)")
        assert any(lead.endswith(path) for lead in leads), (typed, leads)
    page = opened("models/index.html", bypass_csp=True)
    box = page.locator("#search-words")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/search-ranking.js", hold)
    box.focus()
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially("flux")  # before the index is there, which is no error
    late[0].continue_()
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("FLUX")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert violations(page) == [], "with its list open"
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    box.press("ArrowDown")
    name = options.first.locator("span").first.inner_text()
    box.press("Enter")
    page.wait_for_url("**/models/**/*.html")
    expect(page.locator("h1")).to_contain_text(name)


@pytest.mark.parametrize("base", ["served", "disk"])
def test_any_models_are_compared_and_the_address_keeps_them(
    opened: Opened, address: str, shipped_site: Path, base: str
) -> None:
    place = address if base == "served" else shipped_site.as_uri() + "/"
    page = opened("compare/index.html?m=openai/gpt-image-2&m=google/gemini-3-pro-image", base=place)
    expect(page.locator("#compared")).to_have_text("Comparing GPT Image 2, Gemini 3 Pro Image.")
    expect(page.locator("#facts-table")).to_be_visible()
    expect(page.locator("#comparison .verdict-title").first).to_have_text(re.compile("^Demo: .* in simulated votes$"))
    assert page.locator("#comparison > section").first.get_attribute("id") == "verdict"
    assert page.locator("#same .pair").first.locator("img").count() == 2
    page.get_by_label("Third model").select_option(label="FLUX.2 [pro]")
    expect(page.locator("#compared")).to_contain_text("FLUX.2 [pro]")
    assert page.locator("#same .pair").first.locator("img").count() == 3
    expect(page).to_have_url(re.compile(r"\?m=openai/gpt-image-2&m=google/gemini-3-pro-image&m=[\w/.-]+$"))
    page.get_by_label("Second model").select_option("")
    page.get_by_label("Third model").select_option("")
    expect(page.locator("#compared")).to_have_text("Choose two to four models.")
    expect(page.locator("#comparison section")).to_have_count(0)
    page.goto(f"{place}compare/index.html?m=openai/gpt-image-2&m=acme/none&m=google/gemini-3-pro-image")
    expect(page.locator("#compared")).to_have_text(
        "Comparing GPT Image 2, Gemini 3 Pro Image. Not listed here: acme/none."
    )


def test_the_picker_says_of_two_models_what_their_page_says(opened: Opened, shipped_site: Path) -> None:
    for pattern in ("*--vs--openai--gpt-image-2", "carnegie-mellon--*"):  # simulated votes, and people's
        name = min(path.name for path in shipped_site.glob(f"compare/{pattern}.html"))
        first, second = (part.replace("--", "/") for part in name.removesuffix(".html").split("--vs--"))
        page = opened(f"compare/{name}")
        written = page.locator("#content > section").evaluate_all(WORDS)
        assert len(written) >= 4
        edges = page.locator("#verdict .forecast").evaluate_all(EDGES)
        assert edges
        page.goto(page.url.replace(name, f"index.html?m={first}&m={second}"))
        expect(page.locator("#compared")).to_contain_text("Comparing")
        assert page.locator("#comparison > section").evaluate_all(WORDS) == written
        assert page.locator("#comparison .forecast").evaluate_all(EDGES) == edges
    page.goto(page.url.partition("?")[0] + "?m=krea/krea-2-turbo&m=openai/gpt-image-2.6-flare")
    expect(page.locator("#verdict .empty")).to_contain_text("No arena ranks both, so there is no forecast")
    assert page.locator("#comparison > section").count() == 2, "nothing is said of what they do not have"
    said = r"claims to be faster: \d+ s for one picture, against \d+ s \(claimed\)\. "
    expect(page.locator("#verdict .differences")).to_contain_text(re.compile(said))


def test_a_comparison_that_has_no_page_any_more_is_made_by_the_picker(
    opened: Opened, address: str, shipped_site: Path
) -> None:
    page = opened("compare/index.html")
    lost = (shipped_site / "404.html").read_text("utf-8").replace('"static/', f'"{address}static/')
    gone = f"{address}compare/google--imagen-3--vs--openai--dall-e-3.html"
    page.route(gone, lambda route: route.fulfill(status=200, content_type="text/html", body=lost))
    page.goto(gone)
    page.wait_for_url(re.compile(re.escape("compare/index.html?m=google/imagen-3&m=openai/dall-e-3") + "$"))
    expect(page.locator("#compared")).to_have_text("Comparing Imagen 3, DALL-E 3.")


def test_what_a_page_offers_to_copy_is_copied(opened: Opened) -> None:
    page = opened("models/openai/gpt-image-2.html", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(STILL)
    page.locator("#cite-title").click()
    page.get_by_role("button", name="Copy: Cite").click()
    expect(page.get_by_role("button", name="Copy: Cite")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("[data-copy='Copy: Cite'] code").inner_text()
    assert "(simulated votes)" in copied


def test_the_theme_is_chosen_kept_and_set_before_the_first_paint(opened: Opened) -> None:
    page = opened(BOARD, color_scheme="light")
    button = page.locator("#theme")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button.click()
    button.click()
    expect(button).to_have_text("Theme: dark")
    dark = page.evaluate(paper)
    assert dark != light
    page.goto(page.url.replace(BOARD, "index.html"))
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) == dark
    page.locator("#theme").click()
    expect(page.locator("#theme")).to_have_text("Theme: system")
    assert page.evaluate(paper) == light
    source = page.content()
    assert source.index("theme.js") < source.index("site.css")


@pytest.mark.parametrize("base", ["served", "disk"])
def test_a_board_is_explored_in_the_place_of_its_ladder_and_a_click_opens_the_model(
    opened: Opened, address: str, shipped_site: Path, base: str
) -> None:
    page = opened(BOARD, base=address if base == "served" else shipped_site.as_uri() + "/")
    page.evaluate(SOON, [".ladder .explore button", ".ladder .plot-box .mark"])
    ladder = page.locator("#ladder")
    expect(ladder.locator(".ladder-rows")).to_be_hidden()
    expect(ladder.get_by_role("group")).to_be_focused()
    marks = ladder.locator("a.mark")
    expect(marks).to_have_count(page.locator("#ranking-table tbody tr").count())
    marks.first.hover()
    expect(ladder.locator(".readout")).to_contain_text(re.compile(r"^1 .+ votes, \$[\d.]+ an image$"))
    fills = marks.locator("circle").evaluate_all("dots => new Set(dots.map(dot => getComputedStyle(dot).fill)).size")
    assert fills == 8, "seven makers with a colour, and all others"
    ladder.get_by_role("button", name="OpenAI").click()
    lit = ladder.locator(".mark.lit").all_text_contents()
    assert lit and all(re.search("GPT|DALL", name) for name in lit)
    ladder.get_by_role("button", name="Closer").click()
    assert 0 < marks.count() <= page.locator("#ranking-table tbody tr").count()
    ladder.get_by_role("button", name="Whole chart").click()
    ladder.get_by_role("button", name="Close", exact=True).click()
    expect(ladder.locator(".ladder-rows")).to_be_visible()
    ladder.locator(".explore button").click()
    name = page.locator("#ranking-table .pin > a").nth(2).inner_text()
    marks.nth(2).click()
    expect(page.locator("h1")).to_contain_text(name)


SOON = """([button, drawn]) => {
  const start = performance.now();
  document.querySelector(button).click();
  if (!document.querySelector(drawn)) throw new Error("not drawn at once");
  if (performance.now() - start > 1500) throw new Error("later than 1.5 s");
}"""


def test_offers_and_pairs_are_explored_with_a_mark_for_each(opened: Opened) -> None:
    page = opened("prices.html")
    part = page.locator("#value-text-to-image")
    part.locator(".explore button").click()
    expect(part.locator("a.mark")).to_have_count(
        page.locator("[aria-labelledby=offers-text-to-image] tbody tr").count()
    )
    assert len(set(part.locator(".mark text").all_text_contents())) == part.locator(".mark text").count() > 5
    page = opened(BOARD)
    page.locator("#duels .explore button").click()
    page.locator("#duels .explored .q8, #duels .explored .q7").first.hover()
    expect(page.locator("#duels .readout")).to_contain_text(re.compile(r" × .+: \d+–\d+–\d+$"))


def test_every_chart_of_a_model_can_be_explored(opened: Opened) -> None:
    page = opened("models/openai/gpt-image-2.html")
    page.locator("#performance-title, #quality-title").evaluate_all("heads => heads.forEach(head => head.click())")
    buttons = page.locator(".explore button")
    assert buttons.count() == 4
    buttons.evaluate_all("buttons => buttons.forEach(button => button.click())")
    expect(page.locator(".plot-box svg")).to_have_count(4)


def test_without_scripts_nothing_is_missing_and_nothing_is_dead(opened: Opened) -> None:
    page = opened(BOARD, java_script_enabled=False)
    expect(page.locator("#ranking-table tbody tr")).to_have_count(44)
    expect(page.get_by_role("columnheader", name="Commercial use", exact=True)).to_be_visible()
    for control in ("#filters", "#search", "#theme"):
        expect(page.locator(control)).to_be_hidden()
    search = opened("search.html?q=flux", java_script_enabled=False)
    expect(search.get_by_role("link", name="Models").last).to_be_visible()
    expect(search.locator("#finder")).to_be_hidden()


def test_scripts_work_from_a_disk(opened: Opened, shipped_site: Path) -> None:
    base = shipped_site.as_uri() + "/"
    page = opened(f"{BOARD}?maker=openai", base=base)
    assert set(page.locator("#ranking-table tbody tr:visible .sub-line a").all_inner_texts()) == {"OpenAI"}
    page.locator("#search-words").fill("imagen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=imagen")
    expect(page.locator("#results a").first).to_contain_text("Imagen")


@pytest.mark.parametrize(
    "path", ["index.html", BOARD, "models/openai/gpt-image-2.html", "search.html?q=a", "boards/index.html"]
)
def test_pages_fit_a_window_of_320_pixels(opened: Opened, path: str) -> None:
    page = opened(path, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert not re.search("NaN|undefined", page.locator("main").inner_text())


def test_the_sentence_on_the_home_page_answers_as_its_pages_do_and_keeps_the_choice(opened: Opened) -> None:
    card = ".pick"
    page = opened("find/text-to-image/poster-under-5-cents-commercial.html")
    answer = page.locator(card).all_inner_texts()
    basis = page.locator(".finder-basis").inner_text()
    assert len(answer) == 3
    assert all("simulated" in each for each in answer)
    page = opened("index.html")
    for name, value in (("for", "poster"), ("under", "0.05"), ("use", "commercial")):
        page.locator(f"select[name={name}]").select_option(value)
    expect(page.locator(card).nth(2)).to_have_text(re.compile("commercial use of the pictures"))
    assert page.locator(card).all_inner_texts() == answer
    assert page.locator(".finder-basis").inner_text() == basis
    page.locator("select[name=in]").select_option("zh")
    expect(page.locator(".finder-note")).to_contain_text("too few to tell models apart")
    expect(page).to_have_url(re.compile(re.escape("?for=poster&in=zh&under=0.05&use=commercial") + "$"))
    page.reload()
    expect(page.locator(".finder-note")).to_contain_text("too few to tell models apart")
    assert page.locator("select[name=under]").input_value() == "0.05"
    page.locator("select[name=under]").select_option("0.01")
    page.locator("select[name=use]").select_option("own")
    said = page.locator(".finder-note").inner_text()
    assert ("No ranked model" in said) is (page.locator(card).count() == 0)


def test_a_battle_says_in_place_who_made_the_pictures_and_leads_to_the_next(opened: Opened) -> None:
    page = opened("index.html")
    assert page.locator(".battle-answer").is_hidden()
    page.locator(".battle-sides a").nth(1).click()
    expect(page.locator(".battle-answer .picked")).to_contain_text("Your choice")
    expect(page.locator(".battle-answer .told-name a")).to_have_count(2)
    expect(page.locator(".battle > .battle-sides")).to_be_hidden()
    page.get_by_role("link", name="Next pair").click()
    page.wait_for_url("**/battles/**#next")
    page.locator("#next .battle-sides a").first.click()
    expect(page.locator("#next .picked")).to_contain_text("Your choice")
    plain = opened("index.html", java_script_enabled=False)
    plain.locator(".battle-sides a").first.click()
    expect(plain.locator("#left .chosen")).to_be_visible()
    expect(plain.locator("#right .chosen")).to_be_hidden()
