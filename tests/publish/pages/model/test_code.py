"""The code on a model's page: for which providers, tasks and languages, and what a reader must know beside it."""

from __future__ import annotations

from dataclasses import replace

from arena.catalogue.records import Access, Offer, Provider
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.code import Code, code_of
from arena.publish.pages.model.facts import benchmarked_here
from tests.publish.sites import make_model, make_price, make_site_data

GATE = Provider(name="Gate", gateway="generations", endpoint="https://gate.example/v1/generations/")
OTHER = Provider(
    name="Other",
    gateway="openai-images",
    endpoint="https://other.example/v1/images",
    access=Access(key="MY_OTHER_KEY"),
)


def site_data(*, offers: dict[tuple[str, str], Offer] | None = None, **facts: object) -> SiteData:
    providers = {
        "gate": GATE,
        "other": OTHER,
        "mute": Provider(name="Mute"),
        "taking": GATE.model_copy(update={"access": Access(edits=False)}),
        "odd": Provider(name="Odd", gateway="smoke-signals", endpoint="https://odd.example"),
    }
    return make_site_data({"acme/one": make_model("One", **facts)}, offers=offers, providers=providers)


def snippet(code: Code, language: str, provider: int = 0, task: str = "make") -> str:
    (found,) = [one for one in code.providers[provider].snippets if (one.language, one.task) == (language, task)]
    return found.code


def served() -> dict[tuple[str, str], Offer]:
    return {
        ("gate", "acme/one"): Offer(model_id="gate-one", prices=(make_price("0.09"),)),
        ("mute", "acme/one"): Offer(model_id="mute-one", prices=(make_price("0.01"),)),
        ("odd", "acme/one"): Offer(model_id="odd-one"),
        ("other", "acme/one"): Offer(model_id="gpt-one", prices=(make_price("0.02"),)),
    }


def test_there_is_code_for_every_provider_whose_protocol_is_known_the_cheapest_first() -> None:
    code = code_of(site_data(offers=served()), "acme/one")
    assert [provider.name for provider in code.providers] == ["Other", "Gate"]
    assert [choice.label for choice in code.languages] == ["Python", "curl", "JavaScript"]
    assert "https://other.example/v1/images/generations" in snippet(code, "curl")
    assert "os.environ['MY_OTHER_KEY']" in snippet(code, "python")
    assert "process.env.GATE_API_KEY" in snippet(code, "javascript", 1)
    assert '"https://gate.example/v1/generations"' in snippet(code, "python", 1)
    assert '"gate-one"' in snippet(code, "python", 1)
    assert code.providers[1].note == ("The model’s id is gate-one, and the API key is read from GATE_API_KEY.")


def test_a_model_that_makes_and_edits_has_code_for_both() -> None:
    both = code_of(site_data(offers=served(), arenas=("text-to-image", "image-editing")), "acme/one")
    assert [(choice.id, choice.label) for choice in both.tasks] == [
        ("make", "Make a picture"),
        ("edit", "Edit photo.png"),
    ]
    assert "/v1/images/edits" in snippet(both, "curl", task="edit")
    assert "photo" not in snippet(both, "python", 1)
    assert '"image": photo' in snippet(both, "python", 1, task="edit")
    only = code_of(site_data(offers=served(), arenas=("image-editing",)), "acme/one")
    assert [choice.id for choice in only.tasks] == ["edit"]
    assert len(only.providers[0].snippets) == 3


def test_an_offer_s_own_parameters_go_along() -> None:
    offers = {
        ("gate", "acme/one"): Offer.model_validate(
            {"model_id": "one", "parameters": {"image_size": "square_hd", "safe": True}, "image_parameter": "picture"}
        )
    }
    code = code_of(site_data(offers=offers, arenas=("image-editing",)), "acme/one")
    assert '"image_size": "square_hd"' in snippet(code, "curl", task="edit")
    assert '"safe": True' in snippet(code, "python", task="edit")
    assert "picture: photo" in snippet(code, "javascript", task="edit")


def test_an_edit_goes_where_a_picture_is_known_to_be_taken() -> None:
    offers = {("taking", "acme/one"): Offer(model_id="one")}
    (found,) = code_of(site_data(offers=offers, arenas=("text-to-image", "image-editing")), "acme/one").providers
    assert ({each.task for each in found.snippets}, found.silent) == ({"make"}, ("edit",))


def test_without_a_known_protocol_the_note_says_what_to_replace() -> None:
    code = code_of(site_data(offers={("mute", "acme/one"): Offer(model_id="x")}), "acme/one")
    assert code.note == "We found no API documentation for this model; here is a generic example."
    assert code.providers[0].note == (
        "The API key is read from API_KEY. Replace YOUR-GATEWAY with the name of your own. "
        "acme/one is the model’s id on this site; a gateway may call it something else."
    )
    assert "id on this site" not in code_of(site_data(api_id="one-v1"), "acme/one").providers[0].note
    assert '"one-v1"' in snippet(code_of(site_data(api_id="one-v1"), "acme/one"), "python")


def test_a_guessed_id_is_called_one() -> None:
    code = code_of(site_data(offers={("gate", "acme/one"): Offer()}, api_id="one-v1"), "acme/one")
    assert "one-v1 is a guess" in code.providers[0].note


def test_a_model_that_is_not_collected_has_code_but_not_one_that_another_api_serves() -> None:
    offers = {
        ("gate", "acme/one"): Offer(model_id="dear", not_asked="nobody says what a picture costs"),
        ("other", "acme/one"): Offer(model_id="odd", other_api="another method serves it"),
    }
    assert [provider.name for provider in code_of(site_data(offers=offers), "acme/one").providers] == ["Gate"]


def test_code_says_what_of_an_address_every_customer_fills_in() -> None:
    own = Provider(
        name="Own",
        gateway="openai-images",
        endpoint="https://YOUR-RESOURCE.own.example/images",
        access=Access(auth="api-key", key="OWN_KEY", note="The model is your deployment’s name."),
    )
    catalogue = site_data(offers={("own", "acme/one"): Offer(model_id="one")}).catalogue
    site = replace(site_data(), catalogue=replace(catalogue, providers={"own": own}))
    (provider,) = code_of(site, "acme/one").providers
    assert provider.note == (
        "The model’s id is one, and the API key is read from OWN_KEY. Replace YOUR-RESOURCE with the name of your own. "
        "The model is your deployment’s name."
    )
    assert "api-key: $OWN_KEY" in snippet(code_of(site, "acme/one"), "curl")
    assert benchmarked_here(site, "acme/one").startswith("No"), "nobody is asked at an address with a blank in it"
