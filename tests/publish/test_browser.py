"""What scripts add, in a real browser: boards, search, themes; and that nothing is lost without them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.catalogue import load_catalogue
from arena.catalogue.prices import reference_price
from arena.publish import words
from tests.conftest import ROOT

BOARD = "boards/text-to-image/index.html"
Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Opens a page of the shipped site in a window of its own; fails on any error that the browser tells."""
    contexts, findings = [], []

    def open_page(path: str, base: str = address, **settings: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: findings.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: findings.append(str(error)))
        page.on("request", lambda request: None if is_ours(request.url, base) else findings.append(request.url))
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert findings == []


def is_ours(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:"))


def shown_rows(page: Page) -> list[list[str]]:
    """The texts of the cells of each visible row of a board."""
    script = "rows => rows.filter(r => !r.hidden).map(r => [...r.cells].map(c => c.textContent.trim()))"
    found: list[list[str]] = page.locator("#ranking-table tbody tr").evaluate_all(script)
    return found


def column(page: Page, key: str) -> list[str]:
    place = page.locator("#ranking-table thead th").evaluate_all(
        "(h, key) => h.findIndex(e => e.dataset.key === key)", key
    )
    return [row[place] for row in shown_rows(page)]


def head(page: Page, name: str) -> Any:
    return page.get_by_role("columnheader", name=name, exact=True)


def test_a_column_is_sorted_by_its_button_with_mouse_and_keyboard_and_the_address_says_so(opened: Opened) -> None:
    page = opened(BOARD)
    expect(head(page, "Rank")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Win rate").click()
    rates = [int(cell.rstrip("%")) for cell in column(page, "win_rate")]
    assert rates == sorted(rates, reverse=True)
    assert len(rates) > 30
    assert page.locator("[aria-sort]").count() == 1
    expect(head(page, "Win rate")).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile(re.escape("?sort=-win_rate") + "$"))
    page.get_by_role("button", name="Votes", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    votes = [int(cell.replace(",", "")) for cell in column(page, "votes")]
    assert votes == sorted(votes)
    expect(page).to_have_url(re.compile(re.escape("?sort=votes") + "$"))
    caption = page.locator("#ranking")
    expect(caption).to_contain_text(" models sorted by votes, lowest first, from ")
    page.get_by_role("button", name="Released").click()
    expect(caption).to_contain_text(" models sorted by released, latest first, from ")
    page.get_by_role("button", name="Rank", exact=True).click()
    expect(caption).to_contain_text(" models by score, from ")


def test_rows_without_a_value_stay_last_in_either_direction(opened: Opened) -> None:
    for sort in ("price", "-price"):
        prices = column(opened(f"{BOARD}?sort={sort}"), "price")
        known = [float(price.strip("$")) for price in prices if price != "–"]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert prices[len(known) :] == ["–"] * (len(prices) - len(known))


def test_filters_narrow_the_board_and_say_how_many_are_left(opened: Opened) -> None:
    page = opened(BOARD)
    everyone = len(shown_rows(page))
    status = page.locator("#shown")
    expect(status).to_have_text(f"All {everyone} models shown")
    page.get_by_text("Filters", exact=True).click()
    page.locator("select[name=maker]").select_option(label="Google")
    makers = set(page.locator("#ranking-table tbody tr:visible .sub-line a").all_inner_texts())
    assert makers == {"Google"}
    expect(status).to_have_text(f"{len(shown_rows(page))} of {everyone} models shown")
    page.get_by_label("Price per image").fill("0.05")
    assert all(float(price.strip("$")) <= 0.05 for price in column(page, "price"))
    expect(page).to_have_url(re.compile("maker=google&price=0.05"))
    page.get_by_role("button", name="Clear all").click()
    expect(status).to_have_text(f"All {everyone} models shown")
    expect(page).to_have_url(re.compile(re.escape("index.html") + "$"))
    page.get_by_label("Open weights only").check()
    assert column(page, "weights") and "Closed" not in column(page, "weights")
    page.get_by_label("Search models and makers").fill("no such model")
    expect(status).to_have_text(f"0 of {everyone} models shown")


def test_an_address_opens_the_board_as_it_was_and_other_boards_keep_the_filters(opened: Opened) -> None:
    page = opened(f"{BOARD}?provider=fal&sort=-score&columns=score.price")
    heads = ["Rank", "Model", "Score", "Price at fal"]
    shown = shown_rows(page)
    assert 3 < len(shown) < 44
    assert page.locator("#ranking-table thead th:visible").all_inner_texts() == heads
    page.get_by_role("link", name="Portraits").click()
    expect(page).to_have_url(re.compile(re.escape("portrait.html?provider=fal&sort=-score&columns=score.price") + "$"))
    expect(page.locator("#ranking-table thead th:visible")).to_have_text(heads)
    assert len(shown_rows(page)) <= len(shown)


def test_columns_are_chosen_and_one_is_left_out_at_first(opened: Opened) -> None:
    page = opened(BOARD)
    expect(head(page, "Commercial use")).to_be_hidden()
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Commercial use", exact=True).check()
    page.get_by_label("95% interval", exact=True).uncheck()
    expect(head(page, "Commercial use")).to_be_visible()
    expect(head(page, "95% interval")).to_be_hidden()
    expect(page).to_have_url(re.compile("commercial_use"))
    page.keyboard.press("Escape")
    expect(page.locator("#columns")).to_be_hidden()


def test_the_list_of_models_is_narrowed_and_sorted_as_boards_are(opened: Opened) -> None:
    page = opened("models/index.html")
    rows = page.locator("#models-table tbody tr")
    everyone = rows.count()
    expect(page.locator("#shown")).to_have_text(f"All {everyone} models shown")
    listed = rows.locator("th a").first.inner_text()
    page.get_by_text("Filters", exact=True).click()
    page.locator("select[name=arena]").select_option(label="Image editing")
    page.get_by_label("Open weights only").check()
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".menu-panel").first).to_be_hidden()
    page.get_by_role("button", name="Released").click()
    expect(page).to_have_url(re.compile(re.escape("index.html?arena=image-editing&open=yes&sort=-released") + "$"))
    kept = rows.evaluate_all(
        "rows => rows.filter(r => !r.hidden).map(r => [r.dataset.arena, r.dataset.open, r.cells[8].dataset.v])"
    )
    assert 3 < len(kept) < everyone
    assert {(arenas.split()[-1], weights) for arenas, weights, _ in kept} == {("image-editing", "yes")}
    days = [day for _, _, day in kept if day]
    assert days == sorted(days, reverse=True)
    again = opened("models/index.html?arena=image-editing&open=yes&sort=-released")
    assert again.locator("#models-table tbody tr:visible").count() == len(kept)
    again.locator("summary", has_text="Filters").click()
    again.get_by_role("button", name="Clear all").click()
    expect(again.locator("#shown")).to_have_text(f"All {everyone} models shown")
    again.goto(again.url.split("?")[0])
    assert again.locator("#models-table tbody tr th a").first.inner_text() == listed


def test_costs_of_any_size_and_quality_are_calculated_and_kept_in_the_address(opened: Opened) -> None:
    page = opened("prices.html")
    rows = page.locator("#costs-table tbody tr")
    written = rows.all_inner_texts()
    page.get_by_label("Images", exact=True).fill("500")
    again = [[cell.split("\n")[0] for cell in row.split("\t")[:2]] for row in rows.all_inner_texts()]
    assert again == [[cell.split("\n")[0] for cell in row.split("\t")[:2]] for row in written], (
        "same models, same amounts"
    )
    page.locator("#calculator select[name=size]").select_option("2048x2048")
    page.locator("#calculator select[name=quality]").select_option("high")
    page.get_by_label("Every offer").check()
    expect(page).to_have_url(
        re.compile(re.escape("prices.html?images=500&size=2048x2048&quality=high&offers=all") + "$")
    )
    expect(page.locator("#costs-table [data-key=many]")).to_have_text("500 images")
    found = rows.evaluate_all(
        "rows => rows.map(r => [1, 2].map(at => Number(r.cells[at].textContent.replace(/[$,]/g, ''))))"
    )
    assert len(found) > 30
    assert found == sorted(found)
    assert all(abs(many - 500 * one) <= 0.01 + 0.02 * many for one, many in found)
    other = opened("prices.html?images=500&size=2048x2048&quality=high&offers=all")
    assert other.locator("#costs-table tbody tr").all_inner_texts() == rows.all_inner_texts()


def test_what_is_shown_is_downloaded_and_says_that_votes_are_simulated(opened: Opened) -> None:
    page = opened(f"{BOARD}?maker=openai&sort=votes")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download CSV").click()
    assert asked.value.suggested_filename == "text-to-image-index.csv"
    rows = list(csv.DictReader(io.StringIO(Path(asked.value.path()).read_text("utf-8"))))
    assert [row["name"] for row in rows] == page.locator("#ranking-table tbody tr:visible .pin > a").all_inner_texts()
    assert {row["basis"] for row in rows} == {"simulated votes"}
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download JSON").click()
    records = json.loads(Path(asked.value.path()).read_text("utf-8"))
    assert [record["model"] for record in records] == [row["model"] for row in rows]
    assert all(0 < record["win_rate"] < 1 and isinstance(record["wins"], int) for record in records)
    assert "commercial_use" not in records[0]


def test_a_chosen_provider_gives_its_own_price_to_be_read_sorted_and_exported(opened: Opened) -> None:
    page = opened(BOARD)
    names = page.locator("#ranking-table tbody tr").evaluate_all("rows => rows.map(r => r.dataset.id)")
    least = dict(zip(names, column(page, "price"), strict=True))
    page.goto(page.url + "?provider=fal&sort=price")
    expect(page.get_by_role("button", name="Price at fal", exact=True)).to_be_visible()
    offers = load_catalogue(ROOT / "data")
    asked, doubted = {}, set()
    for row in page.locator("#ranking-table tbody tr:visible").all():
        model = row.get_attribute("data-id") or ""
        price = reference_price(offers.offers["fal", model], model=offers.models[model])
        asked[model] = words.dollars(price.amount) if price else "–"
        if price and price.price.contested:
            doubted.add(model)
            asked[model] += " contested"
    assert column(page, "price") == list(asked.values())
    assert doubted, "at fal a price is contested"
    assert {model for model, price in asked.items() if price != least[model]}, "another provider is cheaper somewhere"
    known = [float(price.removesuffix(" contested").strip("$")) for price in asked.values() if price != "–"]
    assert known == sorted(known)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download JSON").click()
    records = json.loads(Path(file.value.path()).read_text("utf-8"))
    assert [record["price"] for record in records if record["price"] is not None] == known
    assert {record["provider"] for record in records} == {"fal"}
    assert {record["model"] for record in records if record["price_contested"]} == doubted
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Price per image").fill(str(known[0]))
    assert {float(price.strip("$")) for price in column(page, "price")} == {known[0]}
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Price from", exact=True)).to_be_visible()
    again = page.locator("#ranking-table tbody tr").evaluate_all("rows => rows.map(r => r.dataset.id)")
    assert dict(zip(again, column(page, "price"), strict=True)) == least


def test_what_is_shown_is_copied(opened: Opened) -> None:
    assert column(opened(f"{BOARD}?q=gptimage2"), "model")[0].startswith("GPT Image 2")
    page = opened(f"{BOARD}?q=imagen", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name="Copy as CSV").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").strip().splitlines()
    assert lines[0].startswith("rank,rank_interval,model,name,maker,score,price,interval,change,votes,wins,losses,ties")
    assert len(lines) - 1 == len(shown_rows(page)) > 1


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


@pytest.mark.parametrize("base", ["served", "disk"])
def test_any_models_are_compared_and_the_address_keeps_them(
    opened: Opened, address: str, shipped_site: Path, base: str
) -> None:
    place = address if base == "served" else shipped_site.as_uri() + "/"
    page = opened("compare/index.html?m=openai/gpt-image-2&m=google/gemini-3-pro-image", base=place)
    expect(page.locator("#compared")).to_have_text("Comparing GPT Image 2, Gemini 3 Pro Image.")
    expect(page.locator("#facts-table")).to_be_visible()
    duel = page.locator("#comparison").get_by_role("rowheader", name="GPT Image 2 against Gemini 3 Pro Image")
    expect(duel.first).to_be_visible()
    assert "simulated votes" in page.locator("#places-table-0").inner_text()
    ranks = page.locator("#comparison table:has(#places-table-0) tbody tr:first-child td").all_inner_texts()
    first, second = (int(text.split(" of ")[0]) for text in ranks)
    assert first > second
    expect(page.locator("#comparison .wins").first).to_have_text(re.compile(f"^{second} of "))
    expect(page.locator("#comparison > p")).to_contain_text("Ranked highest: Gemini 3 Pro Image in text to image (no. ")
    images = page.locator("#comparison .same").first.locator("img")
    expect(images).to_have_count(2)
    assert all(image.get_attribute("width") for image in images.all())
    page.get_by_label("Third model").select_option(label="FLUX.2 [pro]")
    expect(page.locator("#places-table-0")).to_be_visible()
    expect(page.locator("#compared")).to_contain_text("FLUX.2 [pro]")
    expect(page).to_have_url(re.compile(r"\?m=openai/gpt-image-2&m=google/gemini-3-pro-image&m=[\w/.-]+$"))
    page.get_by_label("Second model").select_option("")
    page.get_by_label("Third model").select_option("")
    expect(page.locator("#compared")).to_have_text("Choose two to four models.")
    expect(page.locator("#comparison section")).to_have_count(0)
    page.goto(f"{place}compare/index.html?m=openai/gpt-image-2&m=acme/none&m=google/gemini-3-pro-image")
    expect(page.locator("#compared")).to_have_text(
        "Comparing GPT Image 2, Gemini 3 Pro Image. Not in this catalogue: acme/none."
    )


def test_rows_of_a_board_are_chosen_and_compared(opened: Opened) -> None:
    page = opened(BOARD)
    button = page.get_by_role("button", name="Compare", exact=True)
    button.click()
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare "))
    for at in range(4):
        expect(page.locator("#go-compare")).to_be_visible(visible=at > 1)
        boxes.nth(at).check()
    expect(boxes.nth(4)).to_be_disabled()
    boxes.nth(3).uncheck()
    expect(boxes.nth(4)).to_be_enabled()
    names = page.locator("#ranking-table tbody th > a").all_inner_texts()[:3]
    page.get_by_role("link", name="Compare 3 models").click()
    expect(page.locator("#compared")).to_have_text(f"Comparing {', '.join(names)}.")


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
    page.get_by_role("button", name="Copy: Cite").click()
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
def test_a_chart_is_explored_on_demand_and_only_then_loads_plotly(
    opened: Opened, address: str, shipped_site: Path, base: str
) -> None:
    page = opened(BOARD, base=address if base == "served" else shipped_site.as_uri() + "/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate("typeof Plotly") == "undefined"
    part = page.locator("#duels .explore")
    part.get_by_role("button", name="Explore this chart").click()
    expect(part.locator(".heatmaplayer image")).to_have_count(1)
    expect(part.get_by_role("group")).to_be_focused()
    expect(part.get_by_role("button")).to_be_hidden()
    libraries = [url for url in asked if "plotly" in url]
    assert len(libraries) == 1
    assert re.search(r"/static/plotly-[0-9a-f]{12}\.min\.js$", libraries[0])


@pytest.mark.parametrize(
    ("path", "part", "dots"),
    [
        (BOARD, ".explore >> nth=0", "#ranking-table tbody tr"),
        ("prices.html", ".explore >> nth=0", "[aria-labelledby=offers-text-to-image] tbody tr"),
    ],
)
def test_scores_and_prices_are_explored_with_a_dot_for_each_row(
    opened: Opened, path: str, part: str, dots: str
) -> None:
    page = opened(path)
    page.locator(part).get_by_role("button").click()
    points = page.locator(part).locator(".scatterlayer .trace:last-child .points path")
    expect(points).to_have_count(page.locator(dots).count(), timeout=30_000)


def test_every_chart_of_a_model_can_be_explored(opened: Opened) -> None:
    page = opened("models/openai/gpt-image-2.html")
    buttons = page.get_by_role("button", name="Explore this chart")
    assert buttons.count() == 4
    for _ in range(4):
        buttons.first.click()
        page.wait_for_timeout(50)
    expect(page.locator(".plot-space .main-svg:first-child")).to_have_count(4)
    expect(page.locator("#quality .scatterlayer .trace").last).to_be_visible()


def test_without_scripts_nothing_is_missing_and_nothing_is_dead(opened: Opened) -> None:
    page = opened(BOARD, java_script_enabled=False)
    expect(page.locator("#ranking-table tbody tr")).to_have_count(44)
    expect(head(page, "Commercial use")).to_be_visible()
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
