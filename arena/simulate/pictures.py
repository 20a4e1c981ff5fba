"""All pictures of a simulation: each model's output for each prompt, and the pictures that edits start from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from arena.catalogue.records import Output, Prompt
from arena.records import OutputOrigin
from arena.simulate.painter import SIZE, encode_webp, paint_edit, paint_input, paint_output
from arena.simulate.strengths import Field

Picture = tuple[Output, bytes]


def draw_outputs(
    fields: Sequence[Field],
    prompts: Mapping[str, Prompt],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[tuple[str, str], Picture]:
    """Paint an output for each prompt and model of each arena, by (prompt id, model id) and sorted by it."""
    wanted = {
        (prompt_id, model): float(field.quality[row, column])
        for field in fields
        for row, model in enumerate(field.models)
        for column, prompt_id in enumerate(field.prompts)
    }

    def draw(key: tuple[str, str]) -> Picture:
        return _draw(*key, prompts[key[0]], wanted[key], seed)

    drawn: dict[tuple[str, str], Picture] = {}
    keys = sorted(wanted)
    with ThreadPoolExecutor() as pool:
        for key, picture in zip(keys, pool.map(draw, keys), strict=True):
            drawn[key] = picture
            if progress:
                progress("painting outputs", len(drawn), len(keys))
    return drawn


def draw_inputs(prompts: Mapping[str, Prompt], *, seed: int) -> dict[str, bytes]:
    """Paint the pictures that editing prompts start from, by file name; the first prompt of a name decides."""
    first = {prompts[prompt_id].input_image: prompts[prompt_id] for prompt_id in sorted(prompts, reverse=True)}
    return {
        name: encode_webp(paint_input(name, prompt, seed=seed))
        for name, prompt in sorted((name, prompt) for name, prompt in first.items() if name)
    }


def _draw(prompt_id: str, model: str, prompt: Prompt, quality: float, seed: int) -> Picture:
    paint = paint_edit if prompt.input_image else paint_output
    refinement = float(1 / (1 + np.exp(-(quality - 25) / 1.8)))
    content = encode_webp(paint(prompt_id, prompt, model, seed=seed, quality=refinement))
    output = Output(
        model=model,
        prompt=prompt_id,
        sha256=hashlib.sha256(content).hexdigest(),
        width=SIZE,
        height=SIZE,
        bytes=len(content),
        origin=OutputOrigin.SIMULATED,
    )
    return output, content
