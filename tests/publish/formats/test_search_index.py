"""The index of the search box: what it holds, and that it stays a script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue.model_facts import Status
from arena.errors import PublishError
from arena.publish import site as site_module
from arena.publish.content.site_data import SiteData
from arena.publish.formats.search_index import search_assets, search_entries, synonyms_of
from arena.publish.page import Asset
from arena.publish.paths import SEARCH_INDEX
from arena.publish.site import gather_pages
from tests.catalogue.projects import put
from tests.publish.sites import make_model, make_site_data
from tests.publish.worlds import World


def rows_of(site_data: SiteData) -> list[list[str]]:
    (asset,) = search_assets(site_data, [page.listing for page in gather_pages(site_data)])
    text = content_of(asset)
    assert text.startswith("arenaSearchIndex([") and text.endswith("});\n")
    arguments = text.removeprefix("arenaSearchIndex(").removesuffix(");\n")
    rows, words = json.loads(f"[{arguments}]")
    assert "license" in words["licence"]
    assert all(isinstance(row, list) for row in rows)
    return list(rows)


def content_of(asset: Asset) -> str:
    assert asset.path == SEARCH_INDEX
    assert asset.content is not None
    return asset.content.decode("utf-8")


def test_everything_with_a_page_can_be_found_by_its_other_names_too(small_world: World) -> None:
    rows = rows_of(small_world.site_data)
    assert {row[0] for row in rows} == {"Model", "Maker", "Provider", "Board", "Answer", "Page", "Prompt", "Story"}
    paths = {page.path for page in gather_pages(small_world.site_data)}
    assert {row[2].partition("?")[0].partition("#")[0] for row in rows} <= paths
    assert "find/index.html?for=logo&in=ar" in {row[2] for row in rows}, "though there is no such board"
    assert len(rows) == len({row[2] for row in rows})
    model = make_model("Swift", aliases=("nano",), api_id="swift-1", family="Birds")
    entry, *_ = search_entries(make_site_data({"acme/swift": model}))
    assert (entry.title, entry.note, entry.more) == ("Swift", "Acme", "acme/swift nano swift-1 Birds")


def test_a_result_says_that_a_model_is_shut_down() -> None:
    gone = make_model("Dodo", status=Status.WITHDRAWN, shut_down=date(2026, 5, 12))
    entry, *_ = search_entries(make_site_data({"acme/dodo": gone}))
    assert entry.note == "Acme · shut down 12 May 2026"


def test_a_name_cannot_end_the_script(small_world: World) -> None:
    catalogue = small_world.site_data.catalogue
    changed = {"acme/one": catalogue.models["acme/one"].model_copy(update={"name": "</script>“”\u2028"})}
    assert rows_of(replace(small_world.site_data, catalogue=replace(catalogue, models={**catalogue.models, **changed})))
    assert search_assets in site_module.INDEX_BUILDERS


def test_a_projects_synonyms_follow_ours(small_world: World, tmp_path: Path) -> None:
    plain = small_world.site_data
    site = replace(plain, catalogue=replace(plain.catalogue, folder=tmp_path / "data"))
    own = put(tmp_path, "templates/synonyms.toml", 'Logo = ["Crest"]\nlicence = ["lease"]\n')
    found = synonyms_of(site)
    assert found["logo"] == ["crest"]
    assert {"license", "lease"} <= set(found["licence"])
    for text, said in (("logo = 3", "'logo' is not a list of words"), ("logo", "cannot be read as TOML")):
        own.write_text(text, encoding="utf-8")
        with pytest.raises(PublishError, match=re.escape(said)):
            synonyms_of(site)
