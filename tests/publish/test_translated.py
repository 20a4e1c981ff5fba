"""A site in Spanish: what its pages and their scripts say of the data, where texts can be translated."""

from __future__ import annotations

import json
import re

import pytest

from arena.publish.content.comparison import compared_arena, forecast_of, verdict_in, verdict_words, verdicts
from arena.publish.formats.find_data import FindData
from arena.publish.formats.own_data import own_record
from arena.publish.pages import find, own_ranking
from tests.publish.worlds import SharedWorld, World, html_of


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world(arena='language = "es"\n')


def filled(text: str, **values: object) -> str:
    """As templates/static/*.js put values into a sentence."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), text)


def test_the_finder_asks_and_answers_in_spanish(world: World) -> None:
    page = next(find.pages(world.site_data))
    html = html_of(world, page)
    for said in ("Necesito", "cualquier imagen", "por menos de 5 centavos", "Según ", "Demostración: ", "por imagen"):
        assert said in html
    answer = html[html.index('id="finder-form"') : html.index('id="common"')]
    for english in ("I need", "any picture", "cents", "simulated vote", "cheaper", "95% sure", "Few votes"):
        assert english not in answer, english
    words = FindData(world.site_data).words()
    assert words["by"] == "Según {board}: {votes}"
    assert words["cheaper"] == "{saved} más barato que {name}"
    assert json.dumps(FindData(world.site_data).everything(), ensure_ascii=False).count("simulated vote") == 0


def test_a_ranking_by_own_weights_is_told_in_spanish(world: World) -> None:
    view = own_ranking.own_ranking_view(world.site_data)
    words = json.loads(view.words)
    assert filled(words["range"], low=2, high=9) == "#2 a #9"
    assert set(words["models"]) == {"one", "many", "other"}
    assert filled(words["models"]["other"], count=30) == "30 modelos"
    assert not any("%(" in text or "%%" in text for text in words.values() if isinstance(text, str))
    record = own_record(world.site_data, view.arenas[0].value)
    assert (record["label"], record["demo"]) == ("Demostración: votos simulados", "Demostración: ")
    assert str(record["basis"]).endswith(" votos simulados")


def test_a_verdict_is_the_same_sentence_on_a_page_and_in_the_picker(world: World) -> None:
    site = world.site_data
    (verdict, *_) = verdicts(site, "acme/one", "acme/two")
    pair = site.pair("text-to-image", "acme/one", "acme/two")
    assert pair is not None
    forecast = forecast_of(pair)
    words = verdict_words(site.interface)
    values = {"chance": forecast.chance, "low": forecast.low, "high": forecast.high}
    said = filled(words["chance"], first="One", second="Two", **values)
    assert verdict.said == (said if verdict.settled else f"{said} {words['even']}")
    assert verdict.said.startswith("La probabilidad de que se prefiera la imagen de One a la de Two")
    arena = compared_arena(site, "text-to-image")
    assert arena.by == " según votos simulados"
    assert verdict == verdict_in(site.interface, arena, forecast, "One", "Two")
    assert verdict.title.startswith("Demostración: ")
