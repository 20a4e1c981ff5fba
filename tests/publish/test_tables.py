"""Boards and the list of models in a real browser: sorted, filtered, chosen from, exported."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from arena import wording
from arena.catalogue import load_catalogue
from arena.catalogue.model_facts import CommercialUse
from arena.catalogue.pricing.estimate import cheapest_offer, reference_price
from arena.catalogue.pricing.tiers import tiers_of
from tests.conftest import ROOT
from tests.publish.conftest import STILL, Opened

BOARD = "boards/text-to-image/index.html"


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
    expect(page.locator("#filter-count")).to_have_text("(2)")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_label("Price per image").fill("1000")
    assert 0 < len(column(page, "price")) < everyone and "–" not in column(page, "price"), "no price is not a low one"
    page.get_by_role("button", name="Clear all").click()
    for name in ("licence", "use", "weights"):
        chosen = page.locator(f"select[name={name}]").select_option(index=1)
        kept = page.locator("#ranking-table tbody tr:visible").evaluate_all("(r, n) => r.map(e => e.dataset[n])", name)
        assert len(kept) < everyone and set(kept) == set(chosen)
        page.get_by_role("button", name="Clear all").click()
    expect(status).to_have_text(f"All {everyone} models shown")
    expect(page).to_have_url(re.compile(re.escape("index.html") + "$"))
    page.get_by_label("Open weights only").check()
    assert column(page, "weights") and "Closed weights" not in column(page, "weights")
    page.get_by_label("Transparent background").check()
    expect(page).to_have_url(re.compile(re.escape("?open=yes&transparent=yes") + "$"))
    kept = page.locator("#ranking-table tbody tr:visible")
    assert all(row.get_attribute("data-transparent") is not None for row in kept.all())
    page.get_by_label("Transparent background").uncheck()
    page.get_by_label("Search models and makers").fill("no such model")
    expect(status).to_have_text(f"0 of {everyone} models shown")
    page.get_by_label("Open weights only").uncheck()
    page.get_by_label("Search models and makers").fill("FLÜX pro")
    found = [model.lower() for model in column(page, "model")]
    assert found and all("flux" in model and "pro" in model for model in found), "every word, without its marks"


def test_boards_show_current_models_only_with_the_ranks_of_all_and_the_address_says_so(opened: Opened) -> None:
    page = opened(BOARD)
    names, ranks = column(page, "model"), column(page, "rank")
    gone = [name for name in names if "shut down" in name]
    assert gone
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Current models only").check()
    expect(page).to_have_url(re.compile(re.escape("?current=yes") + "$"))
    current = [(rank, name) for rank, name in zip(ranks, names, strict=True) if name not in gone]
    assert list(zip(column(page, "rank"), column(page, "model"), strict=True)) == current
    expect(page.locator("#shown")).to_have_text(f"{len(current)} of {len(names)} models shown")
    assert column(opened(f"{BOARD}?current=yes"), "model") == [name for _, name in current]


def test_rows_of_equal_value_stay_in_the_order_of_the_board(opened: Opened) -> None:
    for sort in ("weights", "-weights"):
        page = opened(f"{BOARD}?sort={sort}")
        kinds, ranks = column(page, "weights"), [int(re.findall(r"\d+", rank)[0]) for rank in column(page, "rank")]
        assert kinds == sorted(kinds, reverse=sort.startswith("-")) and len(set(kinds)) > 1
        for kind in set(kinds):
            similar_models = [rank for rank, other in zip(ranks, kinds, strict=True) if other == kind]
            assert similar_models == sorted(similar_models)


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
    place = page.locator("#models-table thead th").evaluate_all("h => h.findIndex(e => e.dataset.key === 'released')")
    values = "[r.dataset.arena, 'open' in r.dataset, r.cells[at].dataset.v]"
    kept = rows.evaluate_all(f"(rows, at) => rows.filter(r => !r.hidden).map(r => {values})", place)
    assert 3 < len(kept) < everyone
    assert {(arenas.split()[-1], weights) for arenas, weights, _ in kept} == {("image-editing", True)}
    days = [day for _, _, day in kept if day]
    assert len(days) > 3 and days == sorted(days, reverse=True)
    again = opened("models/index.html?arena=image-editing&open=yes&sort=-released")
    assert again.locator("#models-table tbody tr:visible").count() == len(kept)
    again.locator("summary", has_text="Filters").click()
    again.get_by_role("button", name="Clear all").click()
    expect(again.locator("#shown")).to_have_text(f"All {everyone} models shown")
    again.goto(again.url.split("?")[0])
    assert again.locator("#models-table tbody tr th a").first.inner_text() == listed


def test_posters_with_chinese_text_under_five_cents_for_commercial_use_are_few_clicks_away(opened: Opened) -> None:
    """Home, boards, Posters in Chinese; then two filters. What is shown is worked out anew from the catalogue."""
    page = opened("index.html")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Boards", exact=True).click()
    grid = page.locator("table:has(#grid-text-to-image)")
    heads = grid.locator("thead th").all_inner_texts()
    posters = grid.locator("tbody tr", has=page.get_by_role("rowheader", name="Posters and typography"))
    posters.locator("th, td").nth(heads.index("Chinese")).get_by_role("link").click()
    page.wait_for_url("**/boards/text-to-image/*-zh.html")
    expect(page.locator("h1")).to_have_text("Text to image: Posters and typography in Chinese")
    ranked = page.locator("#ranking-table tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Commercial use of outputs").select_option(label="Yes")
    page.get_by_label("Price per image").fill("0.05")
    expect(page).to_have_url(re.compile(re.escape("?use=yes&price=0.05") + "$"))
    shown = page.locator("#ranking-table tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.id)")
    catalogue = load_catalogue(ROOT / "data")

    def may_be_chosen(model: str) -> bool:
        cheapest = cheapest_offer(catalogue, model)
        usable = catalogue.models[model].output_terms.commercial_use is CommercialUse.YES
        return usable and cheapest is not None and cheapest.amount <= Decimal("0.05")

    assert shown == [model for model in ranked if may_be_chosen(model)]
    assert 0 < len(shown) < len(ranked)
    assert "simulated" in page.locator(".origin").inner_text().lower(), "nobody takes the answer for a measured one"
    assert opened(page.url.split("/sub/path/")[-1]).locator("#ranking-table tbody tr:visible").count() == len(shown)


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


def test_no_name_breaks_a_csv_file_or_is_a_formula_in_it(opened: Opened) -> None:
    page = opened(f"{BOARD}?maker=openai")
    rename = "(links, names) => names.forEach((name, at) => { links[at].textContent = name; })"
    names = ["=1+1", 'Two, "three"', "@sum", "-a1", "two\nlines"]
    page.locator("#ranking-table tbody tr:visible .pin > a").evaluate_all(rename, names)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(asked.value.path()).read_text("utf-8"))))
    assert [row["name"] for row in rows][:5] == ["'=1+1", 'Two, "three"', "'@sum", "'-a1", "two\nlines"]
    assert {row["basis"] for row in rows} == {"simulated votes"}


def test_a_chosen_provider_gives_its_own_price_to_be_read_sorted_and_exported(opened: Opened) -> None:
    page = opened(BOARD)
    names = page.locator("#ranking-table tbody tr").evaluate_all("rows => rows.map(r => r.dataset.id)")
    least = dict(zip(names, column(page, "price"), strict=True))
    page.goto(page.url + "?provider=fal&sort=price")
    expect(page.get_by_role("button", name="Price at fal", exact=True)).to_be_visible()
    offers = load_catalogue(ROOT / "data")
    asked, exact, doubted = {}, {}, set()
    for row in page.locator("#ranking-table tbody tr:visible").all():
        model = row.get_attribute("data-id") or ""
        price = reference_price(offers.offers["fal", model], offers.models[model], tiers_of(offers, model))
        asked[model] = wording.dollars(price.amount) if price else "–"
        if price:
            exact[model] = float(price.amount)
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
    assert [record["price"] for record in records if record["price"] is not None] == sorted(exact.values())
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
    page.evaluate(STILL)
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name="Copy as CSV").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").strip().splitlines()
    assert lines[0].startswith("rank,rank_interval,model,name,maker,score,price,interval,change,votes,wins,losses,ties")
    assert len(lines) - 1 == len(shown_rows(page)) > 1


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


def test_scripts_write_amounts_and_times_as_pages_do(opened: Opened) -> None:
    amounts = [
        "0",
        "0.00003",
        "0.000125",
        "0.0398",
        "0.04",
        "0.034816",
        "0.1",
        "0.999",
        "1",
        "12.345",
        "1234.5",
        "80000",
    ]
    times = [0, 4, 420, 949, 950, 1050, 12345, 99949, 99950, 123456, 3600000]
    page = opened(BOARD)
    written = page.evaluate("amounts => amounts.map(window.arenaNumbers.dollars)", [float(each) for each in amounts])
    assert written == [wording.dollars(Decimal(each)) for each in amounts]
    assert page.evaluate("times => times.map(window.arenaNumbers.seconds)", times) == list(map(wording.seconds, times))
