"""Pictures that take long to make are kept from one build to the next, beside the project's data: smaller copies of
large pictures, and cards for links.

WebP alone: with the same pictures at the same size in bytes, Pillow took seven times as long to write AVIF.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import PIL
from PIL import Image

from arena.errors import PublishError
from arena.pixels import eight_bits
from arena.publish.page import Asset
from arena.publish.paths import thumbnail_path

WIDTHS = (320, 640)
"""Pixels across: a phone with a dense screen shows a gallery with the first, a wide screen with the second."""
WORTH = 1.5
"""A picture gets a copy where it is at least this many times as wide."""
QUALITY = 72
MAKING = 2
"""Changes with how copies are made, so that old ones are not taken for new ones."""
CACHE = ".cache/thumbnails"


def write_kept(target: Path, kept: Path, make: Callable[[], bytes]) -> None:
    """Copy ``kept`` to ``target``, or make it and keep it there: ``<project>/.cache/<kind>/<sum>``.

    The name of ``kept`` must tell all that its bytes hang on. A cache that cannot be written to is done without.
    """
    with suppress(OSError):
        target.write_bytes(kept.read_bytes())
        return
    content = make()
    target.write_bytes(content)
    folder = kept.parent
    if folder.parent.parent.is_dir():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part")
            part.write_bytes(content)
            part.replace(kept)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One copy of a picture, and how many pixels it is wide."""

    path: str
    width: int


def sources_of(sha256: str, width: int) -> tuple[Thumbnail, ...]:
    """The smaller copies of a picture of this width, smallest first; none of a small one."""
    return tuple(Thumbnail(thumbnail_path(sha256, each), each) for each in WIDTHS if width >= WORTH * each)


def thumbnail_asset(copy: Thumbnail, sha256: str, picture: Path, project: Path) -> Asset:
    """The copy of ``picture``, from the cache in the project's folder where it is there."""
    kept = project / CACHE / f"{sha256}-{copy.width}-{QUALITY}-{MAKING}-{PIL.__version__}.webp"
    if kept.is_file():
        return Asset.copy_of(copy.path, kept)
    return Asset(copy.path, partial(_write, picture, copy.width, kept))


def _write(picture: Path, width: int, kept: Path, target: Path) -> None:
    write_kept(target, kept, lambda: render_thumbnail(picture, width))


def render_thumbnail(picture: Path, width: int) -> bytes:
    """The picture ``width`` pixels wide as WebP. Raises OSError or PublishError where it cannot be read."""
    try:
        with Image.open(picture) as opened:
            flat = eight_bits(opened)
    except ValueError as error:
        raise PublishError(f"the picture cannot be shown: {error}", where=str(picture)) from error
    size = (width, max(1, round(flat.height * width / flat.width)))
    target = io.BytesIO()
    flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).save(target, "WEBP", quality=QUALITY)
    return target.getvalue()
