"""Everything that a client can see before the vote is the same for every model, but for the pixels."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from tests.voting.api_calls import draw
from tests.voting.arenas import MODELS, Arena, a_picture, open_arena

LETTERS = re.compile(r"[0-9a-f]{32}|\.[A-Za-z0-9_-]{20,}")


def shape(value: Any) -> Any:
    """The answer with what is random by design replaced by its length."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return LETTERS.sub(lambda found: "#" * len(found[0]), value) if isinstance(value, str) else value


def seen(arena: Arena) -> dict[str, list[Any]]:
    """What comes with each model's pictures, over many battles of one prompt."""
    shown: dict[str, list[Any]] = {}
    for _ in range(60):
        client = arena.another_browser()
        client.get("/healthz")
        battle = draw(client, "category=photo")
        kept = arena.store.battle(battle["battle"])
        assert kept
        for side, model in (("left", kept.left), ("right", kept.right)):
            url = battle[side]["image"]
            picture = client.get(url)
            headers = {name: text for name, text in picture.headers.items() if name != "content-length"}
            image = Image.open(io.BytesIO(picture.content))
            assert isinstance(image, JpegImageFile)
            facts = (image.format, image.size, image.mode, sorted(image.info), image.getexif().tobytes())
            tables = repr(sorted(image.quantization.items()))
            other = client.get(battle["right" if side == "left" else "left"]["image"])
            alike = len(picture.content) == len(other.content)
            step = len(picture.content) % (32 * 1024)
            shown.setdefault(model, []).append(
                repr((shape(url), picture.status_code, headers, facts, tables, alike, step)).replace(side, "SIDE")
            )
            shown[model].append(repr(shape({**battle, "left": 0, "right": 0})))
            names = [name.encode() for made in MODELS for name in (made, made.partition("/")[2] + " ")]
            for told in (picture.content, repr(battle).encode(), repr(picture.headers).encode()):
                assert not any(name in told for name in names), "a model's name"
            assert b"Exif" not in picture.content
            assert b"adobe" not in picture.content
    return shown


def test_what_a_client_sees_before_the_vote_does_not_depend_on_the_model(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        shown = seen(arena)
    assert len(shown) == 4, "every model was shown"
    kinds = {model: set(what) for model, what in shown.items()}
    assert len({frozenset(kind) for kind in kinds.values()}) == 1, kinds


def test_the_voting_page_is_the_same_text_for_every_pair(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        pages = {
            LETTERS.sub("#", arena.another_browser().get("/?category=photo").text).replace("dir=", "")
            for _ in range(20)
        }
    assert len(pages) == 1


def test_pictures_are_for_the_voter_they_were_drawn_for(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        url = draw(arena.client)["left"]["image"]
        assert arena.client.get(url).status_code == 200
        assert arena.another_browser().get(url).status_code == 404
        assert arena.client.get(url.replace(".left.", ".right.")).status_code == 404, "the signature covers the side"


def test_the_pictures_of_the_fixture_do_tell_before_they_are_made_neutral() -> None:
    formats = {Image.open(io.BytesIO(a_picture(number, "x")[0])).format for number in range(3)}
    assert formats == {"PNG", "JPEG", "WEBP"}
    assert all(b"made by x" in a_picture(number, "x")[0] for number in range(3))
