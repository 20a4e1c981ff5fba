"""What pages say to machines in their head: JSON-LD, Open Graph, twins."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from arena.publish.site import build_site
from arena.records import Origin
from tests.publish.worlds import SharedWorld, World
from tests.web.html import parsed_file

SITE = "https://arena.example/images"


@pytest.fixture(scope="module")
def hosted(shared_world: SharedWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that knows its address, of votes by people."""
    folder = tmp_path_factory.mktemp("hosted")
    world = shared_world(arena=f'base_url = "{SITE}/"\n', origin=Origin.HUMAN)
    build_site(world.catalogue, world.log, world.ratings, folder / "site")
    return folder / "site"


def head(page: Path) -> Element:
    (found,) = parsed_file(page).iter("head")
    assert isinstance(found, Element)
    return found


def graph(page: Path) -> dict[str, Any]:
    """The page's things by type; fails where one type comes twice."""
    scripts = [each for each in head(page).iter("script") if each.get("type") == "application/ld+json"]
    if not scripts:
        return {}
    (script,) = scripts
    data = json.loads(script.text or "")
    assert data["@context"] == "https://schema.org"
    things = {thing["@type"]: thing for thing in data["@graph"]}
    assert len(things) == len(data["@graph"])
    return things


def og(page: Path) -> dict[str, str]:
    return {
        each.get("property", ""): each.get("content", "") for each in head(page).iter("meta") if each.get("property")
    }


def test_every_listed_page_but_home_has_a_trail_that_ends_at_itself(site: Path) -> None:
    for page in sorted(site.rglob("*.html")):
        path = page.relative_to(site).as_posix()
        unlisted = (
            path.startswith(("embed/", "battles/"))
            or "--vs--" in path
            or path.endswith(("logo-ar.html", "photo-en.html"))
        )
        if path in ("index.html", "404.html", "search.html") or unlisted:
            assert graph(page) == {}
            continue
        steps = graph(page)["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1)), path
        assert (page.parent / steps[-1]["item"]).resolve() == page.resolve(), path
        assert all((page.parent / step["item"].partition("#")[0]).is_file() for step in steps), path


def test_a_model_is_software_with_prices_and_without_any_rating(site: Path) -> None:
    things = graph(site / "models/acme/one.html")
    assert set(things) == {"BreadcrumbList", "SoftwareApplication", "FAQPage"}
    software = things["SoftwareApplication"]
    assert (software["name"], software["author"]["name"], software["datePublished"]) == ("One", "Acme", "2025-01-10")
    assert [(each["seller"]["name"], each["price"]) for each in software["offers"]] == [("Shop", "0.0425")]
    assert "rating" not in json.dumps(things["SoftwareApplication"]).lower()
    assert "review" not in json.dumps(things["SoftwareApplication"]).lower()
    assert "offers" not in graph(site / "models/zeta/three.html")["SoftwareApplication"]


def test_the_questions_are_those_that_the_page_answers(site: Path) -> None:
    page = site / "models/acme/one.html"
    text = " ".join("".join(parsed_file(page).itertext()).split())
    asked = graph(page)["FAQPage"]["mainEntity"]
    assert len(asked) > 4
    for question in asked:
        assert question["name"] in text
        assert " ".join(question["acceptedAnswer"]["text"].split()) in text


def test_the_dataset_names_every_download_with_its_sum_and_says_that_it_is_simulated(
    site: Path, small_world: World
) -> None:
    dataset = graph(site / "data/index.html")["Dataset"]
    assert len(dataset["distribution"]) == len(small_world.site_data.downloads)
    assert all((site / "data" / each["contentUrl"]).is_file() for each in dataset["distribution"])
    assert "simulated votes" in dataset["name"]
    assert dataset["license"] == "https://spdx.org/licenses/CC0-1.0.html"


def test_markup_in_structured_data_cannot_end_the_element(shared_world: SharedWorld, tmp_path: Path) -> None:
    world = shared_world()
    model = world.catalogue.models["acme/one"]
    evil = model.model_copy(update={"description": "</script><b>& so on"})
    models = {**world.catalogue.models, "acme/one": evil}
    catalogue = replace(world.catalogue, models=models)
    build_site(catalogue, world.log, world.ratings, tmp_path / "site")
    page = tmp_path / "site/models/acme/one.html"
    assert graph(page)["SoftwareApplication"]["description"] == "</script><b>& so on"


def test_addresses_are_absolute_where_the_site_has_one(hosted: Path) -> None:
    page = hosted / "models/acme/one.html"
    steps = graph(page)["BreadcrumbList"]["itemListElement"]
    assert steps[0]["item"] == f"{SITE}/"
    assert steps[-1]["item"] == f"{SITE}/models/acme/one.html"
    (canonical,) = [each.get("href") for each in head(page).iter("link") if each.get("rel") == "canonical"]
    assert canonical == f"{SITE}/models/acme/one.html"


def test_links_to_models_and_boards_show_a_picture_where_the_address_is_known(hosted: Path, site: Path) -> None:
    for path in ("models/acme/one.html", "boards/text-to-image/index.html"):
        shown = og(hosted / path)
        picture = shown["og:image"]
        assert picture.startswith(f"{SITE}/social/")
        assert (hosted / picture.removeprefix(f"{SITE}/")).is_file()
        assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")
        assert "og:image" not in og(site / path)
    assert "og:image" not in og(hosted / "methodology.html")


def test_what_links_show_says_that_votes_are_simulated(site: Path, hosted: Path) -> None:
    for page in set(site.rglob("*.html")) - set(site.glob("embed/*/*.html")):
        assert "simulated votes" in og(page)["og:title"], page
        assert "simulated votes" in og(page)["og:description"], page
    assert "simulated" not in og(hosted / "index.html")["og:title"]


def test_twins_are_named_and_there(site: Path) -> None:
    page = site / "models/acme/one.html"
    twins = [each for each in head(page).iter("link") if each.get("rel") == "alternate"]
    assert {each.get("type") for each in twins} >= {"text/markdown", "application/json"}
    for each in twins:
        assert (page.parent / (each.get("href") or "")).is_file()
    board = (site / "boards/text-to-image/index.html").read_text("utf-8")
    assert re.search(r'rel="alternate" type="application/json" [^>]*api/v1/boards/text-to-image/index.json', board)
