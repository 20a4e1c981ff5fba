"""What adapters put into a request, where providers of one protocol differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arena.gateways import GATEWAYS, Ask, Picture

OTHER = Ask("org/m", "acme/m", "p", "a lamp", pictures=(Picture(b"x", "image/png"), Picture(b"y", "image/png")))


@pytest.mark.parametrize(("named", "key", "sent"), [("image_url", "image_url", 1), ("images[]", "images", 2)])
@pytest.mark.parametrize("gateway", ["fal-queue", "generations", "openai-images", "replicate-predictions"])
def test_an_offer_names_the_field_of_the_picture(gateway: str, named: str, key: str, sent: int) -> None:
    request = GATEWAYS[gateway].ask("https://api.example/v1/images", replace(OTHER, image_parameter=named))
    fields = request.json.get("input", request.json)
    urls = [picture.data_url for picture in OTHER.pictures]
    assert fields[key] == (urls if sent == 2 else urls[0])
    assert not request.files


def test_those_who_speak_as_openai_does_get_no_parameters_but_their_own() -> None:
    ask = replace(OTHER, pictures=(), parameters={"width": 512})
    theirs = GATEWAYS["openai-images"].ask("https://api.example/v1/images", ask)
    assert (theirs.url, theirs.json) == (
        "https://api.example/v1/images/generations",
        {"model": "acme/m", "prompt": "a lamp", "width": 512},
    )
    own = GATEWAYS["openai-images"].ask("https://api.example/v1/images", replace(ask, asked="gpt-image-2"))
    wanted = {"n": 1, "size": "1024x1024", "quality": "medium", "output_format": "png"}
    assert {key: own.json[key] for key in wanted} == wanted


@pytest.mark.parametrize(("edge", "size"), [(1024, None), (2048, "2K"), (4096, "4K")])
def test_gemini_is_asked_for_the_size_that_is_paid_for(edge: int, size: str | None) -> None:
    ask = replace(OTHER, pictures=(), width=edge, height=edge)
    config = GATEWAYS["gemini"].ask("https://api.example/v1beta/models", ask).json["generationConfig"]["imageConfig"]
    assert (config["aspectRatio"], config.get("imageSize")) == ("1:1", size)
