"""Pages on prompts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from arena.catalogue.outputs import Output
from arena.errors import PublishError
from arena.publish.pages import prompt
from arena.publish.pages.prompt import PromptsView, PromptView
from arena.records import Origin
from tests.publish.worlds import INPUT_PICTURE, SharedWorld, World, html_of, page_at, read_world, write_project


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World, prompt_id: str) -> PromptView:
    return cast("PromptView", page_at(list(prompt.pages(world.site_data)), f"prompts/{prompt_id}.html").view)


def test_outputs_stand_by_place_with_their_record_on_this_prompt(world: World) -> None:
    shots = view(world, "text-to-image/lighthouse").shots
    assert [shot.entry.place for shot in shots] == ["#1", "#2"]
    by_model = {shot.entry.model.id: shot.entry for shot in shots}
    one, two = by_model["acme/one"], by_model["acme/two"]
    assert (one.record, one.win_rate, one.both_bad) == ("8–4–4", "62%", "4")
    assert one.said == "Won 8, lost 4, tied 4, both bad 4"
    assert all(shot.large.startswith("pictures/text-to-image/lighthouse.html#p-") for shot in shots)
    assert (two.record, two.both_bad) == ("6–8–4", "4")
    assert two.votes == "22 simulated votes"


def test_models_whose_pictures_are_not_there_are_named_with_their_record(world: World) -> None:
    (three,) = view(world, "text-to-image/lighthouse").unseen
    assert (three.model.id, three.record, three.place) == ("zeta/three", "0–2–0", "")


def test_a_prompt_with_votes_and_no_pictures_shows_results_in_the_place_of_outputs(world: World) -> None:
    bare = replace(world.site_data, catalogue=replace(world.site_data.catalogue, outputs=()))
    page = page_at(list(prompt.pages(bare)), "prompts/text-to-image/lighthouse.html")
    shown = cast("PromptView", page.view)
    assert shown.shots == ()
    assert [entry.place for entry in shown.unseen] == ["#1", "#2", ""]
    html = html_of(world, page)
    assert "The pictures for this prompt are not published" in html
    assert 'id="outputs"' not in html
    assert 'id="outputs"' in html_of(world, page_at(list(prompt.pages(bare)), "prompts/image-editing/night.html"))


def test_votes_on_a_prompt_count_once(world: World) -> None:
    assert view(world, "text-to-image/lighthouse").votes == "22 simulated votes"
    assert view(world, "text-to-image/coffee").votes == "20 simulated votes"


def test_a_prompt_is_set_in_its_language_and_direction_with_its_english_meaning(world: World) -> None:
    html = html_of(world, page_at(list(prompt.pages(world.site_data)), "prompts/text-to-image/coffee.html"))
    assert '<blockquote class="prompt" lang="ar" dir="rtl">شعار مقهى</blockquote>' in html
    assert "In English: A café logo" in html


def test_an_editing_prompt_shows_the_picture_it_starts_from(world: World) -> None:
    night = view(world, "image-editing/night")
    assert night.input_picture
    assert (night.input_picture.path, night.input_picture.width, night.input_picture.height) == (
        f"outputs/inputs/{hashlib.sha256(bytes.fromhex(INPUT_PICTURE)).hexdigest()}.webp",
        20,
        10,
    )
    assert (night.shots, night.board, night.votes) == ((), "", "0 simulated votes")
    assert "Every model was given" not in night.input_meaning


def test_a_picture_to_edit_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "data/outputs/inputs/day.webp").write_bytes(b"no picture")
    with pytest.raises(PublishError, match=r"data/outputs/inputs/day\.webp"):
        list(prompt.pages(read_world(tmp_path).site_data))


def test_pictures_say_that_they_are_simulated_and_only_then(world: World, shared_world: SharedWorld) -> None:
    simulated = view(world, "text-to-image/coffee").shots
    human = view(shared_world(origin=Origin.HUMAN), "text-to-image/coffee").shots
    assert [shot.simulated for shot in simulated] == [True, True]
    assert all(shot.picture.alt.startswith("Simulated picture") for shot in simulated)
    assert [shot.simulated for shot in human] == [False, False]
    assert all(shot.picture.alt.startswith("Output of") for shot in human)
    assert "no model was given it" in view(world, "text-to-image/coffee").input_meaning


def test_prompts_lead_to_the_boards_they_count_for(world: World) -> None:
    coffee = view(world, "text-to-image/coffee")
    assert coffee.board == "boards/text-to-image/index.html"
    assert coffee.category_board == "boards/text-to-image/logo.html"
    assert coffee.language_board == "boards/text-to-image/lang-ar.html"


def test_the_index_lists_prompts_by_arena_category_and_language(world: World) -> None:
    page = next(prompt.pages(world.site_data))
    index = cast("PromptsView", page.view)
    images, editing = index.groups
    assert [(row.category, row.prompt.language, row.outputs, row.votes) for row in images.rows] == [
        ("Photography", "English", "2", "22"),
        ("Logos", "Arabic", "2", "20"),
    ]
    assert [len(row.pictures) for row in images.rows] == [2, 2]
    assert [each.alt for each in images.rows[0].pictures] == [
        f"Simulated, in place of {name}’s" for name in ("One", "Two")
    ]
    assert (editing.rows, [row.outputs for row in editing.others]) == ((), ["0"])
    html = html_of(world, page)
    assert html.count('<span class="collage">') == 2
    assert 'id="image-editing-table"' in html
    assert index.languages == "English and Arabic"
    assert index.elsewhere == ""


def test_votes_on_prompts_that_the_catalogue_does_not_hold_are_counted(world: World) -> None:
    site_data = world.site_data
    known = {key: showing for key, showing in site_data.prompt_results.items() if key[0] == "text-to-image/coffee"}
    index = cast("PromptsView", next(prompt.pages(replace(site_data, prompt_results=known))).view)
    assert index.elsewhere == "22 simulated votes"


def test_votes_on_a_prompt_are_called_what_those_of_its_arena_are(world: World) -> None:
    origins = (("text-to-image", Origin.SIMULATED), ("image-editing", Origin.DERIVED))
    site_data = world.site_data
    summary = replace(site_data.summary, origins=((Origin.SIMULATED, 42), (Origin.DERIVED, 9)))
    mixed = replace(site_data, ratings=replace(site_data.ratings, origins=origins), summary=summary)
    path = "prompts/text-to-image/coffee.html"
    shown = cast("PromptView", next(page.view for page in prompt.pages(mixed) if page.path == path))
    assert shown.votes.endswith(" simulated votes")
    assert {shot.entry.votes.partition(" ")[2] for shot in shown.shots if shot.entry.votes} == {"simulated votes"}


def test_several_pictures_of_a_model_stand_side_by_side_with_their_votes_told_once(world: World) -> None:
    first = next(o for o in world.catalogue.outputs if o.model == "acme/one" and o.prompt == "text-to-image/lighthouse")
    more = first.model_copy(update={"sha256": "f" * 64, "seed": 43})
    outputs = tuple(replace_seed(output, first) for output in world.catalogue.outputs)
    site = replace(world.site_data, catalogue=replace(world.site_data.catalogue, outputs=(more, *outputs)))
    page = page_at(list(prompt.pages(site)), "prompts/text-to-image/lighthouse.html")
    shots = cast("PromptView", page.view).shots
    assert [(shot.entry.model.id, shot.which) for shot in shots] == [
        ("acme/one", "1 of 2, seed 42"),
        ("acme/one", "2 of 2, seed 43"),
        ("acme/two", ""),
    ]
    assert shots[0].entry.votes == "20 simulated votes on all 2"
    assert shots[1].picture.path != shots[0].picture.path
    assert "2 of 2, seed 43" in html_of(world, page)


def replace_seed(output: Output, wanted: Output) -> Output:
    return output.model_copy(update={"seed": 42}) if output == wanted else output
