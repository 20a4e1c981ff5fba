"""All pictures of a simulation: which prompts have some, and each model's output, labelled as simulated and encoded."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from arena.catalogue.looks import measure_looks
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.records import OutputOrigin
from arena.simulate.painter import SIZE, paint
from arena.simulate.strengths import SimulatedArena

Picture = tuple[Output, bytes]

PICTURED_PROMPTS = 8
"""An arena has pictures for so many prompts, so that a demonstration stays small; see ``choose_pictured``."""
WEBP_QUALITY = 58
LABEL, LABEL_FONT = (16, 704, 192, 752), 33
"""Where the word "simulated" stands, in pixels, and the size of its letters: legible where pictures are 320 wide."""
LABEL_COLOUR = (24, 26, 34)


def choose_pictured(prompts: Mapping[str, Prompt]) -> list[str]:
    """Choose an arena's prompts that have pictures: ``PICTURED_PROMPTS`` of them, or all where there are fewer.

    Every category and language is among them; where that takes more prompts, there are more. The next prompt is always
    the first by id of those that add the most categories and languages.
    """
    chosen: list[str] = []
    seen: set[tuple[str, str]] = set()
    traits = {
        prompt_id: {("category", prompt.category), ("language", prompt.language)}
        for prompt_id, prompt in prompts.items()
    }
    for _ in prompts:
        best = max(sorted(prompts.keys() - set(chosen)), key=lambda prompt_id: len(traits[prompt_id] - seen))
        if len(chosen) >= PICTURED_PROMPTS and traits[best] <= seen:
            break
        chosen.append(best)
        seen |= traits[best]
    return chosen


def draw_outputs(
    arenas: Sequence[SimulatedArena],
    prompts: Mapping[str, Prompt],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[tuple[str, str], Picture]:
    """Draw every model's output for the pictured prompts of its arena, by (prompt id, model id) and sorted by it."""
    qualities = {}
    for arena in arenas:
        pictured = set(choose_pictured({prompt_id: prompts[prompt_id] for prompt_id in arena.prompts}))
        for (row, column), quality in np.ndenumerate(arena.quality):
            if arena.prompts[column] in pictured:
                qualities[arena.prompts[column], arena.models[row]] = float(quality)

    def draw(key: tuple[str, str]) -> Picture:
        return _output(*key, prompts[key[0]], qualities[key], seed)

    drawn: dict[tuple[str, str], Picture] = {}
    keys = sorted(qualities)
    with ThreadPoolExecutor() as pool:
        for key, picture in zip(keys, pool.map(draw, keys), strict=True):
            drawn[key] = picture
            if progress:
                progress("drawing outputs", len(drawn), len(keys))
    return drawn


def draw_inputs(prompts: Mapping[str, Prompt], *, seed: int) -> dict[str, bytes]:
    """Draw the pictures that editing prompts start from, by file name; the first prompt of a name decides."""
    first = {prompts[prompt_id].input_image: prompts[prompt_id] for prompt_id in sorted(prompts, reverse=True)}
    return {
        name: draw_picture(name, prompt.model_copy(update={"input_image": None}), name, seed=seed, quality=1)
        for name, prompt in sorted((name, prompt) for name, prompt in first.items() if name)
    }


def draw_picture(name: str, prompt: Prompt, model: str, *, seed: int, quality: float) -> bytes:
    """Draw a model's picture for the prompt of this name, with the label, as WebP without metadata."""
    picture = paint(name, prompt, model, seed=seed, quality=quality)
    _label(picture)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=WEBP_QUALITY)
    return buffer.getvalue()


def says_simulated(content: bytes) -> bool:
    """Tell whether an encoded picture, whatever its size, carries the label that every simulated picture carries."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("L").resize((SIZE, SIZE))
    except OSError:
        return False
    labelled = Image.new("RGB", (SIZE, SIZE))
    _label(labelled)
    left, upper, right, lower = LABEL
    box = (left + 16, upper, right - 16, lower)  # without the round ends, beside which the picture shows
    seen, expected = (np.asarray(grey.crop(box), dtype=float).ravel() for grey in (picture, labelled.convert("L")))
    # Measured: 0.99 as drawn, 0.76 after a thumbnail of 200 pixels, 0.64 to 0.66 for the label of earlier versions,
    # whose letters had other shapes, and at most 0.06 for noise.
    return bool(seen.std() > 0) and float(np.corrcoef(seen, expected)[0, 1]) > 0.5


def _label(picture: Image.Image) -> None:
    left, upper, right, lower = LABEL
    size = (right - left, lower - upper)
    mask = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), mask.height / 2, fill=255)
    picture.paste(LABEL_COLOUR, (left, upper), mask.reduce(4))
    middle = ((left + right) / 2, (upper + lower) / 2)
    font = ImageFont.load_default(LABEL_FONT)
    ImageDraw.Draw(picture).text(middle, "simulated", fill=(255, 255, 255), font=font, anchor="mm")


def _output(prompt_id: str, model: str, prompt: Prompt, quality: float, seed: int) -> Picture:
    """Draw an output of a quality on the scale of ``mu``, and describe it."""
    content = draw_picture(prompt_id, prompt, model, seed=seed, quality=float(1 / (1 + np.exp(-(quality - 25) / 1.8))))
    output = Output(
        model=model,
        prompt=prompt_id,
        sha256=hashlib.sha256(content).hexdigest(),
        width=SIZE,
        height=SIZE,
        bytes=len(content),
        origin=OutputOrigin.SIMULATED,
        looks=measure_looks(content),
    )
    return output, content
