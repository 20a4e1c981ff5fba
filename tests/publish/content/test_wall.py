"""Which pictures a board shows: of the same prompts, its own ones, published ones."""

from __future__ import annotations

from dataclasses import replace

from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.publish.content.site_data import SiteData
from arena.publish.content.wall import has_wall, picture_for, thumbnail_prompt, wall_prompts
from arena.publish.pages.board_wall import wall_view
from arena.records import Axis, Board, OutputOrigin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

MODELS = {f"acme/{name}": make_model(name.title()) for name in ("one", "two", "three")}
RATINGS = tuple(make_rating(model, rank, 30 - rank) for rank, model in enumerate(MODELS, 1))


def board(category: str = "", language: str = "", arena: str = "draw") -> Board:
    return make_board(Axis(arena, category, language), *RATINGS)


def output(prompt: str, model: str, number: int, seed: int | None = None) -> Output:
    return Output(
        model=f"acme/{model}",
        prompt=prompt,
        sha256=f"{number:064x}",
        width=768,
        height=768,
        bytes=1,
        origin=OutputOrigin.MODEL,
        seed=seed,
    )


def site_of(*outputs: Output) -> SiteData:
    prompts = {
        f"draw/{category}-{number}-{language}": Prompt(text="A text.", language=language, category=category, author="A")
        for category in ("photo", "logo")
        for number in range(3)
        for language in ("en", "ar")
    }
    site = make_site_data(MODELS, [board(), board("logo"), board("logo", "ar")])
    catalogue = replace(site.catalogue, prompts=prompts)
    return replace(site, catalogue=catalogue, outputs={each.sha256: each for each in outputs})


def pictures(prompt: str, *models: str, first: int) -> list[Output]:
    return [output(prompt, model, first + at) for at, model in enumerate(models)]


def test_prompts_with_most_pictures_come_first_and_categories_take_turns() -> None:
    site = site_of(
        *pictures("draw/photo-0-en", "one", "two", "three", first=0),
        *pictures("draw/photo-1-en", "one", "two", "three", first=10),
        *pictures("draw/logo-0-ar", "one", "two", first=20),
        *pictures("draw/logo-1-en", "one", first=30),
    )
    assert wall_prompts(site, board()) == ("draw/photo-0-en", "draw/logo-0-ar", "draw/photo-1-en")
    assert wall_prompts(site, board("logo")) == ("draw/logo-0-ar",)
    assert wall_prompts(site, board("photo", "ar")) == ()
    assert wall_prompts(site, board(arena="edit")) == ()


def test_no_more_than_four_and_of_several_pictures_the_one_of_the_lowest_seed() -> None:
    six = [f"draw/{kind}-{n}-en" for kind in ("photo", "logo") for n in range(3)]
    site = site_of(
        *(each for at, prompt in enumerate(six) for each in pictures(prompt, "one", "two", first=10 * at)),
        output(six[0], "three", 90, seed=7),
        output(six[0], "three", 91, seed=2),
    )
    assert len(wall_prompts(site, board())) == 4
    chosen = picture_for(site, six[0], "acme/three")
    assert chosen and chosen.seed == 2
    assert picture_for(site, six[1], "acme/three") is None


def test_a_board_without_pictures_of_its_own_shows_those_of_the_nearest_wider_one_beside_names_and_has_no_wall() -> (
    None
):
    site = site_of(*pictures("draw/logo-0-en", "one", "two", first=0))
    assert thumbnail_prompt(site, board("logo", "ar")) == "draw/logo-0-en"
    assert thumbnail_prompt(site, board("photo")) == "draw/logo-0-en"
    assert thumbnail_prompt(site_of(), board()) == ""
    assert has_wall(site, board("logo")) and has_wall(site, board("", "en"))
    assert not has_wall(site, board("photo"))
    assert not has_wall(site, board("logo", "en")), "the walls of Logos and of English show the same"


def test_a_wall_leaves_out_models_without_pictures_and_says_where_one_is_missing() -> None:
    site = site_of(
        *pictures("draw/photo-0-en", "one", "two", first=0), *pictures("draw/logo-0-en", "one", "two", first=10)
    )
    site = replace(site, outputs={key: each for key, each in site.outputs.items() if key != f"{11:064x}"})
    site = replace(site, outputs={**site.outputs, f"{20:064x}": output("draw/logo-0-en", "three", 20)})
    view = wall_view(site, board())
    assert [row.model.name for row in view.rows] == ["One", "Two", "Three"]
    assert [[bool(picture) for picture in row.pictures] for row in view.rows] == [
        [True, True],
        [True, False],
        [False, True],
    ]
    assert "simulated" not in view.lede
