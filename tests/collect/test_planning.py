"""What a plan asks for, of whom, at what price; and what it leaves out, with the reason."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from arena.collect.offer_choice import CollectOptions
from arena.collect.planning import Budget
from arena.errors import CollectError
from tests.collect.worlds import ALL, PROJECT, World, write

OFFER = 'model_id = "{asked}"\n[[prices]]\namount = {amount}\nunit = "image"\nread = 2026-11-01\nsource = "T"\n'


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, models=("one", "two"), prompts=3, endpoint="https://api.acme.example/v1/generations")


def another(world: World, provider: str, amount: str, gateway: str = "gemini", key: str = "ACME_API_KEY") -> None:
    text = f'name = "{provider}"\ngateway = "{gateway}"\nendpoint = "https://{provider}.example/v1"\n'
    text += f'[access]\nkey = "{key}"\n'
    write(world.data / f"providers/{provider}/provider.toml", text)
    write(world.data / f"providers/{provider}/org/one.toml", OFFER.format(asked="x", amount=amount))


def test_asks_for_all_that_is_missing_prompt_by_prompt(world: World) -> None:
    plan = world.plan()
    assert [(image.prompt[-1], image.model) for image in plan.images] == [
        (n, m) for n in "012" for m in ("org/one", "org/two")
    ]
    assert plan.estimate == Decimal("0.06")
    assert [(offer.model, offer.pictures, offer.total) for offer in plan.offers] == [
        ("org/one", 3, Decimal("0.03")),
        ("org/two", 3, Decimal("0.03")),
    ]
    assert (plan.left_out, plan.unfinished) == ((), ())


def test_takes_the_cheapest_offer_or_the_one_it_is_told(world: World) -> None:
    another(world, "cheap", "0.002")
    another(world, "dear", "0.5")
    of_one = CollectOptions(models=("org/one",))
    assert {image.provider for image in world.plan(of_one).images} == {"cheap"}
    told = world.plan(CollectOptions(models=("org/one",), providers=("dear",)))
    assert ({image.provider for image in told.images}, told.estimate) == ({"dear"}, Decimal("1.5"))


def test_narrows_to_prompts_and_arenas(world: World) -> None:
    assert len(world.plan(CollectOptions(prompts=("text-to-image/lamp-1",))).images) == 2
    assert world.plan(CollectOptions(arenas=("image-editing",))).images == ()


def test_asks_nothing_for_a_published_data_set(world: World) -> None:
    source = "name = 'Set'\nurl = 'https://data.example'\nlicence = 'MIT'\nyear = 2023\nread = 2026-01-02\n"
    open_arena = '[[arenas]]\nid = "image-editing"'
    write(world.data / "arena.toml", PROJECT.replace(open_arena, f"[arenas.source]\n{source}\n{open_arena}"))
    assert (world.plan().images, world.plan().left_out) == ((), ())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CollectOptions(models=("org/oen",)), '--model: no model "org/oen" (did you mean "org/one"?)'),
        (CollectOptions(arenas=("music",)), '--arena: no arena "music"'),
        (CollectOptions(providers=("acmee",)), '--provider: no provider "acmee" (did you mean "acme"?)'),
        (CollectOptions(prompts=("text-to-image/lamp-9",)), "--prompt: no prompt"),
    ],
)
def test_refuses_names_that_do_not_exist(world: World, options: CollectOptions, message: str) -> None:
    with pytest.raises(CollectError) as error:
        world.plan(options)
    assert message in str(error.value)


def test_says_why_a_model_is_not_asked(world: World) -> None:
    def reason(options: CollectOptions = ALL) -> str:
        return {left.reason for left in world.plan(options).left_out}.pop()

    world.environment.clear()
    assert reason() == "acme: ACME_API_KEY is not set"
    path = world.data / "providers/acme/provider.toml"
    text = path.read_text()
    path.write_text(text.replace('gateway = "generations"', 'gateway = "generation"'))
    assert reason() == 'acme: unknown gateway "generation" did you mean "generations"?'
    path.write_text(text.replace('gateway = "generations"', 'gateway = "local"'))
    assert "only a provider of the id" in reason()
    path.write_text('name = "Acme"\n')
    assert reason() == "those who offer it have no gateway (acme)"
    (world.data / "providers/acme/org/one.toml").unlink()
    assert reason(CollectOptions(models=("org/one",))) == "no provider offers it"


def test_asks_for_nothing_without_a_price_or_an_id(world: World) -> None:
    write(world.data / "providers/acme/org/one.toml", 'model_id = "acme/one"\n')
    write(world.data / "providers/acme/org/two.toml", OFFER.format(asked="x", amount="1").split("\n", 1)[1])
    plan = world.plan()
    assert plan.images == ()
    assert [left.reason for left in plan.left_out] == [
        "acme: no price by the image, megapixel, output token or step is known",
        "acme: the offer has no model_id",
    ]


def test_says_which_key_would_let_which_models_be_asked(world: World) -> None:
    another(world, "cheap", "0.002", key="CHEAP_KEY")
    write(world.data / "providers/cheap/org/two.toml", 'model_id = "y"\n')
    plan = world.plan()
    assert [(one.key, one.provider, one.models) for one in plan.missing_keys] == [("CHEAP_KEY", "cheap", ("org/one",))]
    assert {image.provider for image in plan.images} == {"acme"}


def editing(world: World) -> str:
    """Let model one edit, and give it a picture; the id of the prompt."""
    model = (
        (world.data / "models/org/one.toml").read_text().replace('"text-to-image"', '"text-to-image", "image-editing"')
    )
    write(world.data / "models/org/one.toml", model)
    text = 'text = "make it evening"\nlanguage = "en"\ncategory = "photo"\ninput_image = "room.png"\n'
    write(world.data / "prompts/image-editing/room.toml", text)
    write(world.data / "outputs/inputs/room.png", "a picture")
    return "image-editing/room"


def test_edits_are_asked_of_those_who_are_known_to_take_a_picture(world: World) -> None:
    prompt = editing(world)
    options = CollectOptions(models=("org/one",), prompts=(prompt,))
    assert [image.provider_model for image in world.plan(options).images] == ["acme/one"]
    provider = world.data / "providers/acme/provider.toml"
    provider.write_text(provider.read_text() + "edits = false\n")
    (left,) = world.plan(options).left_out
    assert left.reason == "acme: no source tells how it takes a picture to edit (image_parameter)"
    offer = world.data / "providers/acme/org/one.toml"
    paid = '[[prices]]\namount = 0.002\nunit = "image"\ncondition = { mode = "input image" }\n'
    paid += 'read = 2026-11-01\nsource = "Test"\n'
    head = 'image_parameter = "images[]"\nedit_model_id = "acme/one/edit"\nparameters = { ratio = "{aspect_ratio}" }\n'
    offer.write_text(head + offer.read_text() + paid)
    (image,) = world.plan(options).images
    assert (image.provider_model, image.estimate) == ("acme/one/edit", Decimal("0.012"))
    assert '"parameters": {}' in image.parameters
    drawn = world.plan(CollectOptions(models=("org/one",), prompts=("text-to-image/lamp-0",))).images[0]
    assert (drawn.provider_model, drawn.estimate) == ("acme/one", Decimal("0.01"))
    assert '"parameters": {"ratio": "1:1"}' in drawn.parameters


def test_an_offer_says_why_it_is_not_asked_for(world: World) -> None:
    offer = world.data / "providers/acme/org/one.toml"
    offer.write_text('not_asked = "served by another method"\n' + offer.read_text())
    assert [left.reason for left in world.plan().left_out] == ["acme: served by another method"]
    offer.write_text(
        offer.read_text().replace("not_asked", 'parameters = { width = "{widht}" }\nurl = "https://a.b"\n#')
    )
    assert [left.reason for left in world.plan().left_out] == ['acme: "{widht}" in parameters stands for nothing']


def test_what_is_asked_for_takes_its_places_in_the_parameters(world: World) -> None:
    provider = world.data / "providers/acme/provider.toml"
    provider.write_text(
        provider.read_text() + 'parameters = { width = "{width}", seed = 1, ratio = "{aspect_ratio}" }\n'
    )
    offer = world.data / "providers/acme/org/one.toml"
    own = 'parameters = { ratio = "", size = { w = "{width}", h = "{height}" }, forms = ["image"], q = "{quality}" }\n'
    offer.write_text(own + offer.read_text())
    (image, *_) = world.plan(CollectOptions(models=("org/one",), width=1536, quality="high")).images
    assert json.loads(image.parameters) == {
        "quality": "high",
        "size": "1536x1024",
        "parameters": {"width": 1536, "seed": 1, "size": {"w": 1536, "h": 1024}, "forms": ["image"], "q": "high"},
    }


def test_withdrawn_models_are_not_asked(world: World) -> None:
    path = world.data / "models/org/one.toml"
    path.write_text(path.read_text().replace("description", 'status = "withdrawn"\ndescription'))
    plan = world.plan()
    assert {image.model for image in plan.images} == {"org/two"}
    assert [(left.model, left.reason) for left in plan.left_out] == [("org/one", "its maker no longer serves it")]
    path.write_text(path.read_text().replace('"withdrawn"', '"withdrawn"\nshut_down = 2026-01-31'))
    assert [left.reason for left in world.plan().left_out] == ["shut down on 2026-01-31"]


def test_the_offers_own_parameters_go_along(world: World) -> None:
    path = world.data / "providers/acme/org/one.toml"
    path.write_text('parameters = { seed = 7, guidance = 3.5, shape = "square" }\n' + path.read_text())
    (image, *_) = world.plan(CollectOptions(models=("org/one",), quality="high", width=1536)).images
    expected = '{"parameters": {"guidance": 3.5, "seed": 7, "shape": "square"}, "quality": "high", "size": "1536x1024"}'
    assert image.parameters == expected


def test_simulated_images_cost_nothing_and_need_no_offer(world: World) -> None:
    plan = world.plan(CollectOptions(local=True))
    assert ({image.provider for image in plan.images}, len(plan.images), plan.estimate) == ({"local"}, 6, Decimal(0))


def test_a_budget_holds_back_what_is_reserved() -> None:
    budget = Budget(Decimal("0.05"))
    assert budget.reserve(Decimal("0.03"))
    assert not budget.reserve(Decimal("0.03"))
    budget.settle(Decimal("0.03"), Decimal(0))
    assert budget.reserve(Decimal("0.05"))
    budget.settle(Decimal("0.05"), Decimal("0.04"))
    assert budget.spent == Decimal("0.04")
    assert budget.reserve(Decimal("0.01"))
    assert not budget.reserve(Decimal("0.0000001"))
