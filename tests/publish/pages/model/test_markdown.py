"""Markdown twins say what the pages say, and llms.txt leads to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.publish.formats.llms import render_llms
from arena.publish.pages.model.markdown import fenced, linked, plain, render_model, table
from arena.publish.pages.model.view import model_view, story_lines
from arena.records import Origin
from tests.publish.worlds import SharedWorld, World


@pytest.fixture(scope="module")
def twin(site: Path) -> str:
    return (site / "models/acme/one.md").read_text("utf-8")


def targets(text: str) -> list[str]:
    return [target for target in re.findall(r"\]\(<([^>]*)>\)", text) if not re.match("https?:", target)]


def test_every_model_has_a_twin_whose_links_resolve(site: Path) -> None:
    twins = sorted(site.glob("models/*/*.md"))
    assert len(twins) == 3
    for path in twins:
        for target in targets(path.read_text("utf-8")):
            assert (path.parent / target).resolve().is_file(), (path, target)


def test_a_twin_says_that_votes_are_simulated_before_any_number(twin: str) -> None:
    assert twin.startswith("# One\n\n> One is")
    assert twin.index("**Simulated data.**") < twin.index("## Facts")


def test_a_twin_has_the_numbers_of_the_page(twin: str) -> None:
    assert "| Shop | `acme-one` | $0.006 | $0.0425 | $42.50 | $0.006–$0.0425 | 2026-01-02 |" in twin
    assert re.search(r"\| Text to image \(simulated votes\) \| 1 of 2 \| ", twin)
    assert "- Image editing: Not ranked: no votes yet" in twin
    assert "[Acme ships One](<../../stories/2025-01-10-one.html>)" in twin


def test_a_twin_carries_terms_every_price_code_pictures_and_models_like_it(twin: str) -> None:
    assert "- May I use the weights commercially? **" in twin
    assert "- May I use the outputs commercially? **" in twin
    assert "Not stated by any source we found: " in twin
    prices = twin[twin.index("### Every price") : twin.index("## API")]
    assert "| Provider | Quality | Size | Mode | US dollars | Per | Holds | Read | Source | Note |" in prices
    assert prices.count("| Shop |") == 3
    assert re.search(r"Make a picture, in Python:\n\n```python\nimport ", twin)
    assert re.search(r"- !\[[^\]]+\]\(<\.\./\.\./[^>]+\.webp>\) [A-Z][a-z ]+: \[", twin)
    alike = (
        r"## Models like it\n\n- \[Two\]\(<\.\./\.\./models/acme/two\.md>\) by Acme: "
        r"#\d in text to image \(simulated votes\), "
    )
    assert re.search(alike, twin)


def test_a_story_says_when_its_source_was_published_where_that_is_another_day(small_world: World) -> None:
    stories = {
        story.title: story for id_ in small_world.catalogue.models for story in story_lines(small_world.site_data, id_)
    }
    told = small_world.catalogue.stories.values()
    assert {title: story.published.iso if story.published else "" for title, story in stories.items()} == {
        story.title: story.published.isoformat() if story.published and story.published != story.happened else ""
        for story in told
    }
    assert any(story.published for story in stories.values())


def test_code_in_a_twin_stays_code() -> None:
    assert fenced("a ``` b\n", "python") == "````python\na ``` b\n````"


def test_a_model_without_anything_has_a_twin_that_says_so(small_world: World) -> None:
    text = render_model(small_world.site_data, model_view(small_world.site_data, "zeta/three"))
    assert "We found no provider" in text
    assert "\n\n\n" not in text


def test_votes_of_people_are_not_called_simulated(shared_world: SharedWorld) -> None:
    world = shared_world(origin=Origin.HUMAN)
    text = render_model(world.site_data, model_view(world.site_data, "acme/one")) + render_llms(world.site_data)
    assert "simulated" not in text.lower()


@given(st.text())
def test_text_stays_text_on_one_line(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert re.sub(r"\\([\\`*_\[\]<>|])", r"\1", shown) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|]", shown)


def test_tables_and_links_are_markdown() -> None:
    assert table(["A", "B"], [["1", "2"]]) == "| A | B |\n| --- | ---: |\n| 1 | 2 |"
    assert linked("a|b", "x y.md") == r"[a\|b](<x y.md>)"
    assert linked("a", "") == "a"


def test_llms_txt_is_in_the_form_of_its_standard_and_its_links_resolve(site: Path) -> None:
    text = (site / "llms.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line]
    assert lines[:2] == ["# Test arena", "> For tests"]
    assert [line for line in lines if line.startswith("## ")] == ["## Data", "## Models", "## Optional"]
    assert len(targets(text)) > 8
    assert [target for target in targets(text) if not (site / target).is_file()] == []
    assert "simulated" in lines[2].lower()
    (one,) = [line for line in lines if line.startswith("- [One](<models/acme/one.md>): ")]
    assert "Acme, #1 of 2 in text to image (simulated votes), from $0.0425 an image via Shop (read 2026-02-03), " in one
    assert ", commercial use: outputs " in one
    assert ", weights " in one


def test_llms_txt_has_addresses_where_the_site_has_one(shared_world: SharedWorld) -> None:
    world = shared_world(arena='base_url = "https://arena.example/images/"\n')
    assert "(<https://arena.example/images/models/acme/one.md>)" in render_llms(world.site_data)


def test_llms_txt_of_an_empty_project_lists_its_data(bare_world: World) -> None:
    text = render_llms(bare_world.site_data)
    assert "Leaders" not in text
    assert "api/v1/index.json" in text
