"""The costs of pictures in a real browser: narrowed, calculated, asked for by a model."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import expect

from arena.catalogue import load_catalogue
from arena.catalogue.model_facts import CommercialUse
from tests.conftest import ROOT
from tests.publish.conftest import Opened


def test_costs_are_narrowed_to_what_one_may_use(opened: Opened) -> None:
    page = opened("prices.html?use=yes&price=0.02&weights=yes&images=10")
    rows = page.locator("#costs-table tbody tr")
    cells = rows.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))")
    assert cells and all(Decimal(cell[1].strip("$")) <= Decimal("0.02") and cell[-1] == "Yes" for cell in cells)
    catalogue = load_catalogue(ROOT / "data")
    names = {model.name for model in catalogue.models.values() if model.weights.commercial_answer is CommercialUse.YES}
    assert {rows.nth(place).locator("th a").inner_text() for place in range(len(cells))} <= names
    expect(page.locator("#costs-count")).to_have_text(" (3)")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Commercial use of weights").select_option("")
    expect(page).to_have_url(re.compile(re.escape("prices.html?use=yes&price=0.02&images=10") + "$"))
    assert rows.count() > len(cells)


def test_costs_of_any_size_and_quality_are_calculated_and_kept_in_the_address(opened: Opened) -> None:
    page = opened("prices.html")
    rows = page.locator("#costs-table tbody tr")
    written = rows.all_inner_texts()
    page.get_by_label("Images", exact=True).fill("500")
    again = [[cell.split("\n")[0] for cell in row.split("\t")[:2]] for row in rows.all_inner_texts()]
    assert again == [[cell.split("\n")[0] for cell in row.split("\t")[:2]] for row in written], (
        "same models, same amounts"
    )
    page.locator("#costs-form select[name=size]").select_option("2048x2048")
    page.locator("#costs-form select[name=quality]").select_option("high")
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


def test_one_model_is_asked_for_in_the_address_or_by_typing_and_costs_at_every_provider(opened: Opened) -> None:
    page = opened("prices.html?model=black-forest-labs/flux-1-schnell&images=500&size=2048x2048&quality=high")
    rows, answer = page.locator("#costs-table tbody tr"), page.locator("#costs-shown")
    box = page.get_by_role("combobox", name="Model")
    assert box.input_value() == "FLUX.1 [schnell]"
    said = answer.inner_text()
    assert re.search(
        r"^FLUX.1 \[schnell\]: 500 images of 2048 × 2048 \(2K\) in high quality cost from \$.+ \(.+\) to \$.+\.$", said
    )
    assert set(rows.locator("th a").all_inner_texts()) == {"FLUX.1 [schnell]"} and rows.count() > 2
    assert len({row.split("\t")[3] for row in rows.all_inner_texts()}) == rows.count(), "a row a provider"
    box.fill("gpt image 2")
    # A whole name stands for itself, whatever longer ones there are.
    expect(page).to_have_url(re.compile("model=openai/gpt-image-2&"))
    assert re.search(
        r"^No source gives a price for .+\. It has prices for 1024 × 1024.* and 1536 × 1024\.$", answer.inner_text()
    )
    box.fill("no such model")
    assert answer.inner_text() == "No model has this name."
    box.fill("")
    page.get_by_label("Order").select_option("speed")
    assert "(claimed)" in rows.first.inner_text()
