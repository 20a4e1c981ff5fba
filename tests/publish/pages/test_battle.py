"""Battles for readers: which pictures they see, what they are not told before, and what they are told after."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.pairs import Pair, Pairs
from arena.publish.content.blind_battles import BATTLES, blind_battles
from arena.publish.layout.render import render_page
from arena.publish.pages import battle, home
from arena.publish.pages.battle import battle_views
from arena.records import Axis, OutputOrigin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

NAMES = [f"maker{number}/m{number}" for number in range(6)]
PROMPTS = {
    f"draw/{'zh' if number == 0 else 'en'}-{number}": Prompt(
        text=f"A cat, {number} of them.", language="ar" if number == 0 else "en", category="logo", english="Cats"
    )
    for number in range(3)
}


def output(prompt: str, model: str, origin: OutputOrigin = OutputOrigin.MODEL) -> Output:
    sha256 = hashlib.sha256(f"{prompt} {model}".encode()).hexdigest()
    return Output(model=model, prompt=prompt, sha256=sha256, width=768, height=768, bytes=9, origin=origin)


OUTPUTS = [output(prompt, model, OutputOrigin.SIMULATED) for prompt in PROMPTS for model in (*NAMES, "late/unranked")]
PLAIN = make_site_data(
    {name: make_model(f"Model {name[-1]}") for name in (*NAMES, "late/unranked")},
    [make_board(Axis("draw"), *(make_rating(name, at, 30.0 - at) for at, name in enumerate(NAMES, 1)))],
    pairs={"draw": Pairs.of([Pair(NAMES[0], NAMES[1], 3, 1, 1, 0, 0.642, 0.6, 0.7)])},
)
SITE = replace(
    PLAIN,
    catalogue=replace(PLAIN.catalogue, prompts=PROMPTS),
    outputs={each.sha256: each for each in OUTPUTS},
)


def test_battles_are_of_shown_pictures_by_different_ranked_models_that_take_turns() -> None:
    found = blind_battles(SITE)
    assert found == blind_battles(SITE)
    assert len({each.prompt for each in found}) == len(found) == 3 <= BATTLES
    assert found[-1].prompt == "draw/zh-0", "prompts in the language of the pages come first"
    sides = [side.model for each in found for side in (each.left, each.right)]
    assert sorted(sides) == NAMES
    assert {each.left.prompt == each.right.prompt == each.prompt for each in found} == {True}
    assert blind_battles(PLAIN) == (), "no picture, no battle"
    one = replace(SITE, outputs={each.sha256: each for each in OUTPUTS if each.model == NAMES[0]})
    assert blind_battles(one) == ()


def test_no_name_is_told_before_the_choice_and_each_picture_leads_to_the_answer() -> None:
    page = render_page(SITE, next(home.pages(SITE)))
    before = page[page.index('class="battle"') : page.index('class="battle-answer"')]
    view = battle_views(SITE)[0]
    assert not re.search(r"Model \d|maker\d", before)
    assert before.count("simulated picture for the prompt") == 2, "said before, without the model"
    for side in view.sides:
        rest = page[: page.index('class="battle"')] + page[page.index("<h2") :]
        assert side.picture.path not in rest, "the page does not name it elsewhere"
    assert re.findall(r'<a href="([^"]+)"', before) == [f"{view.path}#left", f"{view.path}#right"]


def test_the_answer_says_who_made_both_where_they_stand_and_what_comes_next() -> None:
    made = list(battle.pages(SITE))
    first = next(page for page in made if NAMES[0] in str(page.view))
    html = render_page(SITE, first)
    for name, rank in (("Model 0", "#1"), ("Model 1", "#2")):
        assert name in html and f">{rank}</b>" in html
    assert 'id="left"' in html and 'id="right"' in html and 'id="next"' in html
    assert "a program drew them, not the models" in html
    assert "% to " in html, "the forecast has its interval"
    views = battle_views(SITE)
    assert [view.upcoming.path for view in views if view.upcoming] == [
        *(view.path for view in views[1:]),
        views[0].path,
    ]
    assert all(f"{view.path}#next" == view.next_path for view in views)
