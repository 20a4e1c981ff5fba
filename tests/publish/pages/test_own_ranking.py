"""Rankings by own weights: what the page offers, what its scripts hold, and that browsers compute what Python does."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from arena.publish.content.own_ranking import own_ranking_path, weighed_axes, weight_name
from arena.publish.formats.own_data import own_assets, own_record
from arena.publish.pages import own_ranking
from arena.ratings.clusters import Z_95
from arena.ratings.joint import AxisPart, JointStrengths, OwnRank
from arena.records import Axis
from tests.publish.conftest import Opened
from tests.publish.worlds import World, html_of

ARENA = "text-to-image"
CHOICES = (
    "",
    "?poster=3&zh=2",
    "?photo=2&ar=1&speed=0.5",  # of too few models to count
    "?under=0.05&ja=4&price=1.5",
    "?"
    + "&".join(f"{name}=1" for name in ("photo", "portrait", "poster", "logo", "product", "infographic", "hi", "ko")),
)
ROWS = """rows => rows.map(row => ['.rank-figure', '.rank-range', '.own-name a', '.own-points']
  .map(part => row.querySelector(part).innerText))"""


def published(site: Path, arena: str) -> dict[str, Any]:
    text = (site / "mine" / f"{arena}.js").read_text("utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("arenaBoardsTogether(").removesuffix(");\n"))
    return found


def joint_from(data: dict[str, Any]) -> JointStrengths:
    """The joint strengths that a script holds, models by name."""
    models, parts = [row[0] for row in data["models"]], []
    for (name, _, _), mu, packed in zip(data["axes"], data["mu"], data["roots"], strict=True):
        known = np.array([math.nan if value is None else value / 1000 for value in mu])
        ranked = np.flatnonzero(np.isfinite(known))
        lower = np.zeros((len(ranked), len(ranked)))
        lower[np.tril_indices(len(ranked))] = np.array(packed) / 1000
        root = np.zeros((len(models), len(models)))
        root[np.ix_(ranked, ranked)] = lower
        parts.append(AxisPart(Axis(ARENA, name), known, root))
    return JointStrengths(tuple(models), tuple(parts), np.array(data["mixing"]))


def expected(data: dict[str, Any], address: str) -> list[OwnRank]:
    """What the page has to show, computed in Python from the same script."""
    asked = {name: float(value) for name, value in parse_qsl(address.removeprefix("?"))}
    price, speed, under = (
        asked.pop(name, default) for name, default in (("price", 0.0), ("speed", 0.0), ("under", math.inf))
    )
    rows = {row[0]: row for row in data["models"] if not row[8]}
    if price or under < math.inf:
        rows = {name: row for name, row in rows.items() if row[4] is not None and row[4] < under}
    timed = {name: row for name, row in rows.items() if row[6] is not None}
    if speed and len(timed) > 1:
        rows = timed
    else:
        speed = 0.0
    joint, weights = joint_from(data), {Axis(ARENA, name): weight for name, weight in asked.items()}
    kept = {name for name in rows if all(np.isfinite(part.mu[joint.models.index(name)]) for part in joint.parts)}
    costs = dict.fromkeys(kept, 0.0)
    for points, column in ((price, 4), (speed, 6)):
        if points:
            least = min(rows[name][column] for name in kept)
            costs = {name: cost + points * math.log2(rows[name][column] / least) for name, cost in costs.items()}
    return list(joint.rank(weights, costs))


def shown(page: Page) -> list[list[str]]:
    rows: list[list[str]] = page.locator("#own-list li").evaluate_all(ROWS)
    return rows


def differing(page: Page, wanted: list[OwnRank]) -> int:
    """How many intervals of ranks differ, by one; everything else on the page has to be the same."""
    rows, count = shown(page), 0
    assert [row[2] for row in rows] == [own.model for own in wanted]
    for (rank, span, _, points), own in zip(rows, wanted, strict=True):
        assert rank == f"#{own.rank}"
        strength, reach = re.findall(r"[\d.]+", points)
        assert float(strength) == pytest.approx(own.strength, abs=0.051)
        assert float(reach) == pytest.approx(Z_95 * own.error, abs=0.051)
        low, high = map(int, re.findall(r"#(\d+)", span) or (own.rank, own.rank))
        assert abs(low - own.rank_low) <= 1 and abs(high - own.rank_high) <= 1
        count += (low, high) != (own.rank_low, own.rank_high)
    return count


def test_the_browser_computes_what_python_computes(opened: Opened, shipped_site: Path) -> None:
    data = published(shipped_site, ARENA)
    page = opened("mine.html", base=shipped_site.as_uri() + "/")
    bare, others = page.url, 0
    for address in CHOICES:
        page.goto(bare + address)
        expect(page.locator("#own-said")).to_contain_text(" models by your weights, from 8,011 simulated votes.")
        others += differing(page, expected(data, address))
    for number, row in enumerate(data["models"][:30]):
        row[6] = 2.0 + number % 7
    page.evaluate(
        """([arena, data]) => {
          const slider = document.getElementById('weight-speed');
          slider.closest('.weight').dataset.arenas = arena;
          slider.value = 2;
          window.arenaBoardsTogether(data);
        }""",
        [ARENA, data],
    )
    others += differing(page, expected(data, f"{CHOICES[-1]}&speed=2"))
    expect(page.locator("#own-list")).to_contain_text("speed (+")
    assert others <= 2, "only the last bits of another processor may move a rank"


def test_sliders_change_the_ranking_and_the_address_keeps_them(opened: Opened) -> None:
    page = opened("mine.html?poster=9&zh=x&under=12&logo=-3&nothing=1")
    expect(page.locator("#own-list li")).not_to_have_count(0)
    assert page.locator("#weight-poster").input_value() == "5", "weights from addresses are kept in bounds"
    assert page.locator("#weight-zh").input_value() == page.locator("#weight-logo").input_value() == "0"
    before = shown(page)
    page.locator("#weight-price").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"mine\.html\?poster=5&price=1$"))
    expect(page.locator("output[for=weight-price]")).to_have_text(
        re.compile(
            r"^A model that costs twice as much has to be 1 point stronger to rank as high, enough to win 5\d% of"
        )
    )
    assert shown(page) != before
    expect(page.locator("#own-list .small").nth(1)).to_contain_text(re.compile(r"^First because of .*\(\+\d+\.\d\)"))
    assert page.locator("#own-list .unsure").count() > 0, "a rank that is uncertain is hatched"
    expect(page.locator("#own-left-out li", has_text="its price is not known").first).to_be_attached()
    expect(page.locator("#own-untimed")).to_be_visible()
    expect(page.locator("#weight-speed")).to_be_hidden()
    page.get_by_label("Task").select_option("image-editing")
    expect(page.locator("#weight-logo")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?arena=image-editing&poster=5&price=1$"))
    page.get_by_role("button", name="Start again").click()
    expect(page).to_have_url(re.compile(r"mine\.html\?arena=image-editing$"))
    expect(page.locator("#own-said")).to_contain_text(re.compile("^Demo: 1?\\d models"))


def test_a_script_holds_what_the_ratings_hold(small_world: World) -> None:
    site, joint = small_world.site_data, small_world.ratings.joint[ARENA]
    record: dict[str, Any] = json.loads(json.dumps(own_record(site, ARENA)))
    assert [row[0] for row in record["axes"]] == ["", "photo", "logo", "en", "ar"][: len(record["axes"])]
    assert [row[0] for row in record["models"]] == [site.model(model).name for model in joint.models]
    again = joint_from(record)
    for name, _, _ in record["axes"]:
        axis = Axis(ARENA, name) if name in ("", "photo", "logo") else Axis(ARENA, "", name)
        wanted = joint.rank({axis: 1.0})
        found = again.rank({Axis(ARENA, name): 1.0})
        assert [(row.rank_low, row.rank_high) for row in found] == [(row.rank_low, row.rank_high) for row in wanted]
        assert [row.strength for row in found] == pytest.approx([row.strength for row in wanted])
        assert [row.error for row in found] == pytest.approx([row.error for row in wanted])
    assert record["won"][0] == 50 and record["won"] == sorted(record["won"])
    assert (record["demo"], record["label"]) == ("Demo: ", "Demonstration: simulated votes")
    assert [asset.path for asset in own_assets(site)] == ["mine/text-to-image.js"]


def test_boards_lead_to_their_own_weight_and_names_are_unique(small_world: World) -> None:
    site = small_world.site_data
    assert own_ranking_path(site, Axis("image-editing")) == "", "it has no votes"
    axes = weighed_axes(site, ARENA)
    assert axes
    for axis in axes:
        assert own_ranking_path(site, axis) == f"mine.html?arena={ARENA}&{axis.category or axis.language}=1"
    project = site.catalogue.project
    twice = project.model_copy(
        update={"categories": (*project.categories, project.categories[0].model_copy(update={"id": "en"}))}
    )
    site = replace(site, catalogue=replace(site.catalogue, project=twice))
    assert weight_name(site, Axis(ARENA, "en")) == "category-en"
    assert weight_name(site, Axis(ARENA, "", "en")) == "language-en"


def test_without_votes_the_page_says_so_and_without_scripts_it_leads_to_boards(
    small_world: World, bare_world: World
) -> None:
    (page,) = own_ranking.pages(small_world.site_data)
    html = html_of(small_world, page)
    assert "Weighing votes needs scripts" in html and "boards/text-to-image/index.html" in html
    (bare,) = own_ranking.pages(bare_world.site_data)
    html = html_of(bare_world, bare)
    assert "There are no votes to weigh yet." in html and "mine.js" not in html
