"""Pictures of the site: outputs and the inputs of editing prompts, named by their SHA-256.

Each is copied as it is; a large one also gets smaller copies, of which the browser takes the one that it needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from arena import wording
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.errors import PublishError
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.publish.output.cache import Thumbnail, sources_of, thumbnail_asset
from arena.publish.page import Asset
from arena.publish.paths import image_path, input_path
from arena.records import OutputOrigin


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a page shows it; sizes in pixels, so that nothing moves while it loads."""

    path: str
    width: int
    height: int
    alt: str
    mark: str = ""
    """A word that stays on the picture where it is cropped: that it is simulated."""
    smaller: tuple[Thumbnail, ...] = ()
    """Copies of fewer pixels, smallest first."""


@once
def picture_of(site: SiteData, sha256: str) -> Picture | None:
    """The picture of an output, described by its model and prompt; None where the catalogue has no such output."""
    output = site.outputs.get(sha256)
    if output is None:
        return None
    prompt = site.catalogue.prompts.get(output.prompt)
    asked = f" for the prompt “{wording.clipped(prompt.english or prompt.text, 90)}”" if prompt else ""
    what = "Simulated picture in place of one by" if output.origin is OutputOrigin.SIMULATED else "Picture by"
    return shown(output, f"{what} {site.model(output.model).name}{asked}")


def shown(output: Output, alt: str) -> Picture:
    """The picture of an output with a description of its own."""
    mark = "simulated" if output.origin is OutputOrigin.SIMULATED else ""
    smaller = sources_of(output.sha256, output.width)
    return Picture(image_path(output.sha256), output.width, output.height, alt, mark, smaller)


def input_of(site: SiteData, prompt: Prompt) -> Picture | None:
    """The picture that an editing prompt starts from. Raises PublishError where it cannot be read."""
    if not prompt.input_image:
        return None
    path = site.catalogue.input_path(prompt.input_image)
    try:
        sha256, width, height = _measured(path)
    except OSError as error:
        where = f"data/outputs/inputs/{prompt.input_image}"
        raise PublishError("is not a picture that can be read", where=where, hint="put the picture there") from error
    alt = "The picture that the prompt asks to edit"
    return Picture(input_path(sha256, path.suffix), width, height, alt, smaller=sources_of(sha256, width))


def _measured(path: Path) -> tuple[str, int, int]:
    """The SHA-256 of a picture's bytes, and its size in pixels."""
    with Image.open(path) as image:
        return hashlib.sha256(path.read_bytes()).hexdigest(), *image.size


def in_play_words(number: int, of: str = "") -> str:
    """How many pictures are not shown yet, and why; empty where there are none. ``of``: `` by FLUX``, for example."""
    if not number:
        return ""
    verb, them, have = ("is", "it", "has") if number == 1 else ("are", "them", "have")
    they = "it shows" if number == 1 else "they show"
    return (
        f"{wording.count(number, 'picture')}{of} {verb} in play: people vote on {them} without names, so {they} here "
        f"when {'it' if number == 1 else 'they'} {have} left play."
    )


def picture_assets(site: SiteData) -> Iterator[Asset]:
    """Every output of the catalogue and every input picture of a prompt, each once, with their smaller copies."""
    catalogue = site.catalogue
    project = catalogue.folder.parent
    copies = {}
    for sha256, output in sorted({output.sha256: output for output in catalogue.outputs}.items()):
        yield Asset.copy_of(image_path(sha256), catalogue.output_path(output))
        copies[sha256] = (catalogue.output_path(output), output.width)
    names = sorted({prompt.input_image for prompt in catalogue.prompts.values() if prompt.input_image})
    inputs = {}
    for path in map(catalogue.input_path, names):
        sha256, width, _ = _measured(path)
        copies[sha256] = (path, width)
        inputs[input_path(sha256, path.suffix)] = path
    yield from (Asset.copy_of(target, path) for target, path in inputs.items())
    for sha256, (path, width) in copies.items():
        for copy in sources_of(sha256, width):
            yield thumbnail_asset(copy, sha256, path, project)
