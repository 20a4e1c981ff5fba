"""The recogniser names what is published, and nothing that is not; both have to be seen to trust either."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena.catalogue import Catalogue
from arena.catalogue.blindness import guessed_by_style, named_from_the_site
from arena.catalogue.outputs import Output
from arena.records import OutputOrigin
from arena.voting import blindness
from arena.voting.blindness import measure_blindness, read_site
from arena.voting.pictures import neutral_picture
from arena.voting.recogniser import SAME_PICTURE, NamedPicture, Recogniser, traits_of
from tests.voting.arenas import write_project

DAY = date(2026, 8, 1)
MODELS = ("acme/one", "acme/two", "zeta/three", "zeta/four")
SIZE = 256
PROMPTS = [f"text-to-image/p{number}" for number in range(2)]


def content_of(seed: int, tint: int = 0, kind: str = "PNG", quality: int = 90, side: int = 320) -> bytes:
    """A few soft shapes that are others for each seed; ``tint`` is a model's style."""
    shapes = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8))
    image = shapes.resize((side, side), Image.Resampling.BICUBIC)
    if tint:
        image = Image.blend(image, Image.new("RGB", image.size, (250 * (tint % 2), 120 * (tint // 2), 60)), 0.6)
    out = io.BytesIO()
    image.save(out, kind, quality=quality)
    return out.getvalue()


def hash_of(content: bytes) -> int:
    return traits_of(neutral_picture(content, SIZE)).phash


def test_a_copy_has_nearly_the_same_hash_and_another_picture_has_not() -> None:
    hashes = [hash_of(content_of(seed)) for seed in range(8)]
    copies = [hash_of(content_of(seed, kind="WEBP", quality=40, side=160)) for seed in range(8)]
    assert max((one ^ copy).bit_count() for one, copy in zip(hashes, copies, strict=True)) <= SAME_PICTURE
    others = [(hashes[one] ^ hashes[two]).bit_count() for one in range(8) for two in range(one)]
    assert min(others) > SAME_PICTURE
    assert 28 < np.mean(others) < 36


def test_style_is_told_by_averages_and_nothing_is_known_without_pictures() -> None:
    published = [
        NamedPicture(model, traits_of(content_of(10 * tint + number, tint)))
        for tint, model in enumerate(MODELS)
        for number in range(3)
    ]
    recogniser = Recogniser(published)
    assert sorted(recogniser.models) == sorted(MODELS)
    for tint, model in enumerate(MODELS):
        unseen = traits_of(content_of(100 + tint, tint))
        assert recogniser.by_style(unseen, MODELS) == model
        assert recogniser.by_hash(unseen) is None
        assert recogniser.by_style(unseen, ["acme/unknown"]) is None
        assert recogniser.by_hash(published[3 * tint].traits) == model
    assert Recogniser(reversed(published)).by_style(published[0].traits, MODELS) == MODELS[0]
    nothing = Recogniser(())
    assert (nothing.by_hash(published[0].traits), nothing.by_style(published[0].traits, MODELS)) == (None, None)


def listed(catalogue: Catalogue, folder: Path, seed: int, model: str, prompt: str, *, in_play: bool) -> Output:
    """A picture of a model in the project's folder, and its line."""
    content = content_of(seed, MODELS.index(model), "WEBP")
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    sha256 = hashlib.sha256(content).hexdigest()
    path = catalogue.folder / "outputs" / sha256[:2] / f"{sha256}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if not in_play:
        shown = folder / "outputs" / sha256[:2] / path.name
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, shown)
    return Output(
        model=model,
        prompt=prompt,
        sha256=sha256,
        width=width,
        height=height,
        bytes=len(content),
        origin=OutputOrigin.MODEL,
        entered_play=DAY if in_play else None,
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, Path]]:
    """Four models with pictures for two prompts in play and for two others on the site, and that site."""
    folder = tmp_path_factory.mktemp("blind")
    catalogue = write_project(folder / "data").on(DAY)
    site = folder / "site"
    outputs = []
    for number, prompt in enumerate([*PROMPTS, *(f"{prompt}-shown" for prompt in PROMPTS)]):
        for position, model in enumerate(MODELS):
            outputs.append(
                listed(catalogue, site, 1000 + 10 * number + position, model, prompt, in_play=prompt in PROMPTS)
            )
    settings = catalogue.project.voting.model_copy(update={"picture_size": SIZE})
    project = catalogue.project.model_copy(update={"voting": settings})
    yield replace(catalogue, outputs=tuple(outputs), project=project), site


def test_nothing_of_what_is_in_play_is_recognised_but_styles_show(world: tuple[Catalogue, Path]) -> None:
    catalogue, site = world
    measured = measure_blindness(catalogue, read_site(site), DAY, threads=2)
    assert [entry.prompt for entry in measured] == PROMPTS
    assert {(entry.pictures, entry.models, entry.chance) for entry in measured} == {(4, 4, 0.25)}
    named = named_from_the_site(measured)
    assert (named.pictures, named.right, named.better_than_chance) == (8, 0, False)
    assert sum(entry.abstained for entry in measured) == 8
    style = guessed_by_style(measured)
    assert style.right >= 7, "these models paint everything in one colour each"
    assert style.better_than_chance
    again = measure_blindness(catalogue, read_site(site), DAY)
    assert again == measured, "from what is kept, the same"


def test_each_way_in_which_a_picture_in_play_may_leak_is_noticed(world: tuple[Catalogue, Path], tmp_path: Path) -> None:
    catalogue, built = world
    site = tmp_path / "site"
    shutil.copytree(built, site)
    same, smaller, summed, _ = (output for output in catalogue.outputs if output.prompt == PROMPTS[0])
    folder = site / "outputs"
    (folder / f"{same.sha256}.webp").write_bytes(catalogue.output_path(same).read_bytes())
    with Image.open(catalogue.output_path(smaller)) as image:
        image.resize((160, 160)).save(folder / f"{smaller.sha256}-160.png")
    sent = neutral_picture(catalogue.output_path(summed).read_bytes(), SIZE)
    (site / "sums.json").write_text(json.dumps({"sha256": hashlib.sha256(sent).hexdigest()}))
    measured = {entry.prompt: entry for entry in measure_blindness(catalogue, read_site(site), DAY)}
    assert (measured[PROMPTS[0]].named, measured[PROMPTS[0]].abstained) == (3, 1)
    assert measured[PROMPTS[1]].named == 0
    assert named_from_the_site([measured[PROMPTS[0]]]).better_than_chance


def test_what_is_kept_of_pictures_is_used_once_and_made_anew_where_it_is_old(
    world: tuple[Catalogue, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, site = world
    expected = measure_blindness(catalogue, read_site(site), DAY)
    kept = catalogue.folder.parent / blindness.CACHE
    assert len(json.loads(kept.read_text())["pictures"]) == 16
    with monkeypatch.context() as patch:
        patch.setattr(blindness, "neutral_picture", lambda *_: pytest.fail("it is kept"))
        assert measure_blindness(catalogue, read_site(site), DAY) == expected
    for nonsense in ("nonsense", '{"making": 0}'):
        kept.write_text(nonsense)
        assert measure_blindness(catalogue, read_site(site), DAY) == expected


def test_a_picture_in_play_that_is_gone_is_an_error_and_one_of_the_site_is_not(
    world: tuple[Catalogue, Path], tmp_path: Path
) -> None:
    catalogue, site = world
    broken = tmp_path / "site"
    shown = next(output for output in catalogue.outputs if output.prompt not in PROMPTS)
    (broken / "outputs").mkdir(parents=True)
    (broken / "outputs" / f"{shown.sha256}.webp").write_bytes(b"half a pic")
    (catalogue.folder.parent / blindness.CACHE).unlink(missing_ok=True)
    assert len(measure_blindness(catalogue, read_site(broken), DAY)) == 2
    gone = catalogue.outputs[0].model_copy(update={"sha256": "0" * 64})
    with pytest.raises(FileNotFoundError):
        measure_blindness(replace(catalogue, outputs=(gone,)), read_site(site), DAY)
