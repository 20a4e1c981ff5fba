"""Pictures of the site: outputs by their SHA-256, and the inputs of editing prompts. Copied, never encoded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.page import Asset, Page
from arena.publish.paths import image_path, input_path
from arena.records import Origin


@dataclass(frozen=True, slots=True)
class Picture:
    """An output as a page shows it; sizes in pixels, so that nothing moves while it loads."""

    path: str
    width: int
    height: int
    alt: str
    mark: str = ""
    """A word that stays on the picture where it is cropped: that it is simulated."""


def picture_of(edition: Edition, sha256: str) -> Picture | None:
    """The picture of an output, described by its model and prompt; None where the catalogue has no such output."""
    output = edition.outputs.get(sha256)
    if output is None:
        return None
    prompt = edition.catalogue.prompts.get(output.prompt)
    asked = f" for the prompt “{words.clipped(prompt.english or prompt.text, 90)}”" if prompt else ""
    simulated = output.origin is Origin.SIMULATED
    what = "Simulated picture in the place of one by" if simulated else "Picture by"
    name = edition.model(output.model).name
    mark = "simulated" if simulated else ""
    return Picture(image_path(sha256), output.width, output.height, f"{what} {name}{asked}", mark)


def picture_assets(edition: Edition, pages: Sequence[Page]) -> Iterator[Asset]:  # noqa: ARG001 - one of the builders
    """Every output of the catalogue and every input picture of a prompt, each once."""
    catalogue = edition.catalogue
    for sha256, output in sorted({output.sha256: output for output in catalogue.outputs}.items()):
        yield Asset.copy_of(image_path(sha256), catalogue.output_path(output))
    for name in sorted({prompt.input_image for prompt in catalogue.prompts.values() if prompt.input_image}):
        yield Asset.copy_of(input_path(name), catalogue.input_path(name))
