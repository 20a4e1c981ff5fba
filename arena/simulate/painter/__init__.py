"""A small procedural painter: one picture a prompt and model, from a seed, with "simulated" written on it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from PIL import Image

from arena.catalogue.records import Prompt
from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import SIZE, Canvas
from arena.simulate.painter.edits import Edit, overlay_of, repaint
from arena.simulate.painter.illustration import paint_illustration
from arena.simulate.painter.infographic import paint_infographic
from arena.simulate.painter.interior import paint_interior
from arena.simulate.painter.landscape import paint_photo
from arena.simulate.painter.lettering import is_stamped, stamp_simulated
from arena.simulate.painter.logo import paint_logo
from arena.simulate.painter.palettes import ALL, COOL
from arena.simulate.painter.portrait import paint_portrait
from arena.simulate.painter.poster import paint_poster
from arena.simulate.painter.product import paint_product
from arena.simulate.streams import stream

__all__ = ["SIZE", "encode_webp", "paint_edit", "paint_input", "paint_output", "says_simulated", "stamp_simulated"]

T = TypeVar("T")

BEST, WORST = 34, 9
"""WebP qualities between which a picture is encoded."""
BUDGET = 2_150
"""Bytes that a picture should stay under, so that a demonstration of thousands stays small."""

SCENES: Mapping[str, Callable[[Canvas, Brief], None]] = {
    "photo": paint_photo,
    "portrait": paint_portrait,
    "poster": paint_poster,
    "logo": paint_logo,
    "product": paint_product,
    "illustration": paint_illustration,
    "infographic": paint_infographic,
    "interior": paint_interior,
}


def paint_output(prompt_id: str, prompt: Prompt, model: str, *, seed: int, quality: float) -> Image.Image:
    """Paint what ``model`` made for a prompt without an input picture; ``quality`` runs from 0 to 1."""
    hand = stream(seed, "hand", prompt_id, model)
    palette = _choice(hand, ALL)
    canvas = Canvas(hand, wobble=_wobble(quality))
    brief = Brief(
        palette=palette.muted(0.3 * (1 - quality) ** 1.5),
        rng=stream(seed, "composition", prompt_id, model),
        topic=stream(seed, "topic", prompt_id),
        quality=quality,
        words=(prompt.english or prompt.text).lower(),
        script=prompt.language,
    )
    _scene(prompt.category, seed)(canvas, brief)
    return canvas.finished()


def paint_input(name: str, prompt: Prompt, *, seed: int) -> Image.Image:
    """Paint the picture that an editing prompt starts from; ``name`` is its file name."""
    canvas = Canvas(stream(seed, "hand", name))
    _scene(prompt.category, seed)(canvas, _input_brief(name, prompt, seed))
    return canvas.finished()


def paint_edit(prompt_id: str, prompt: Prompt, model: str, *, seed: int, quality: float) -> Image.Image:
    """Paint the input picture again as ``model`` edited it: recoloured and with what the instruction adds."""
    name = prompt.input_image or ""
    hand = stream(seed, "hand", prompt_id, model)
    words = (prompt.english or prompt.text).lower()
    before = _input_brief(name, prompt, seed)
    reach = min(1.0, 0.5 + 0.6 * quality + float(hand.uniform(-0.1, 0.1)))
    flavour = _choice(hand, ALL)
    asked = repaint(words, before.palette).towards(flavour, float(hand.uniform(0.0, 0.22)))
    palette = before.palette.towards(asked, reach)
    canvas = Canvas(hand, wobble=_wobble(quality))
    brief = Brief(
        palette=palette,
        rng=before.rng,
        topic=before.topic,
        quality=before.quality,
        words=_words_of_edit(prompt.category, before.words, words),
        script=before.script,
    )
    _scene(prompt.category, seed)(canvas, brief)
    if quality > 0.12:
        overlay_of(words)(Edit(canvas, hand, palette, quality))
    return canvas.finished()


def encode_webp(picture: Image.Image) -> bytes:
    """Stamp the picture as simulated and encode it as WebP without any metadata."""
    stamped = stamp_simulated(picture)
    content = _webp(stamped, BEST)
    if len(content) <= BUDGET:
        return content
    return _webp(stamped, max(WORST, round(BEST * (BUDGET / len(content)) ** 2.6)))


def _webp(picture: Image.Image, quality: int) -> bytes:
    """Encode at a quality; sizes were found to grow with about its 0.39th power, hence the 2.6 above."""
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()


def says_simulated(content: bytes) -> bool:
    """Tell whether an encoded picture carries the strip that every picture of the painter carries."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return is_stamped(picture.convert("RGB"))
    except OSError:
        return False


def _input_brief(name: str, prompt: Prompt, seed: int) -> Brief:
    return Brief(
        palette=_choice(stream(seed, "palette", name), COOL),
        rng=stream(seed, "composition", name),
        topic=stream(seed, "topic", name),
        quality=0.8,
        words=name.rsplit(".", 1)[0].replace("-", " ").lower(),
        script=prompt.language,
    )


def _words_of_edit(category: str, before: str, instruction: str) -> str:
    """Return what decides the subject: an instruction may change a sitter's dress or a thing's colour, no more."""
    return {"portrait": f"{instruction} {before}", "product": f"{before} {instruction}"}.get(category, before)


def _scene(category: str, seed: int) -> Callable[[Canvas, Brief], None]:
    """Return the scene of a category; one that no scene was written for gets one of them, always the same."""
    return SCENES.get(category) or _choice(stream(seed, "scene", category), tuple(SCENES.values()))


def _choice(rng: np.random.Generator, items: tuple[T, ...]) -> T:
    return items[int(rng.integers(len(items)))]


def _wobble(quality: float) -> float:
    return 0.009 * max(0.0, 0.55 - quality) / 0.55
