"""Pictures as voters see them: pixels and nothing else, so that no file tells which model made it.

Whatever the model wrote, a picture is decoded, turned upright, brought to sRGB, fitted into the same square and encoded
anew as a JPEG with the same settings: no EXIF, XMP, C2PA, text or colour profile survives. Where a picture goes out,
both pictures of its battle are filled up to one length, so that sizes on the wire tell nothing that the pixels do not.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PIL import Image

from arena.errors import CatalogueError
from arena.pixels import plain_image

MEDIA_TYPE = "image/jpeg"
BACKGROUND = (128, 128, 128)
JPEG_QUALITY = 88
LENGTH_STEP = 32 * 1024
"""Pictures are filled up to a multiple of this many bytes."""
END_MARKER = b"\xff\xd9"
FILL_BYTE = b"\xff"
"""A JPEG may have any number of these before a marker (ITU-T T.81, B.1.1.2); decoders skip them."""
CACHE_BYTES = 384 * 1024 * 1024


def neutral_picture(content: bytes, size: int) -> bytes:
    """The picture as a baseline JPEG of ``size`` x ``size`` pixels without metadata; bars of grey fill the square.

    Raises OSError where ``content`` is no picture.
    """
    with Image.open(io.BytesIO(content)) as opened:
        image = _flat(plain_image(opened))
    # Into one square for all: models differ in the shapes that they make, and a shape would tell.
    scale = size / max(image.size)
    fitted = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
    )
    square = Image.new("RGB", (size, size), BACKGROUND)
    square.paste(fitted, ((size - fitted.width) // 2, (size - fitted.height) // 2))
    out = io.BytesIO()
    # Always the same tables and sampling: "optimize" would fit them to the picture, and tell files apart.
    square.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=False, progressive=False)
    return out.getvalue()


def padded_length(*pictures: bytes) -> int:
    """The length that all of these pictures are filled up to."""
    return -(-max(map(len, pictures)) // LENGTH_STEP) * LENGTH_STEP


def fill_up(picture: bytes, length: int) -> bytes:
    """The same JPEG with fill bytes before its end marker, ``length`` bytes in all."""
    return picture[: -len(END_MARKER)] + FILL_BYTE * (length - len(picture)) + END_MARKER


class PictureCache:
    """Neutral pictures by file, made on first use by a few threads and kept in memory up to ``limit`` bytes."""

    def __init__(self, size: int, *, limit: int = CACHE_BYTES, threads: int = 2) -> None:
        self.size = size
        self._limit = limit
        self._held = 0
        self._kept: OrderedDict[Path, bytes] = OrderedDict()
        self._making: dict[Path, Future[bytes]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pictures")

    def kept(self, path: Path) -> bytes | None:
        """The picture where it is in memory."""
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
            return self._kept.get(path)

    def get(self, path: Path) -> Future[bytes]:
        """The picture, made now if need be. The future raises CatalogueError where the file is no picture."""
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
                done: Future[bytes] = Future()
                done.set_result(self._kept[path])
                return done
            # Several requests for one picture share the work: both sides of a battle ask at the same moment.
            if path not in self._making:
                self._making[path] = self._pool.submit(self._make, path)
            return self._making[path]

    async def prepare(self, paths: Iterable[Path]) -> None:
        """Make pictures before anybody asks for them, one at a time, as many as memory may hold.

        A picture that cannot be made is passed over: whoever draws it is told.
        """
        for path in paths:
            if self._held >= self._limit:
                return
            with suppress(CatalogueError):
                await asyncio.wrap_future(self.get(path))

    def close(self) -> None:
        """Stop making pictures."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _make(self, path: Path) -> bytes:
        try:
            picture = _read_neutral(path, self.size)
            self._keep(path, picture)
        finally:
            with self._lock:
                self._making.pop(path, None)
        return picture

    def _keep(self, path: Path, picture: bytes) -> None:
        with self._lock:
            self._kept[path] = picture
            self._held += len(picture)
            # The newest stays, however large it is: somebody waits for it.
            while self._held > self._limit and len(self._kept) > 1:
                self._held -= len(self._kept.popitem(last=False)[1])


def _read_neutral(path: Path, size: int) -> bytes:
    try:
        return neutral_picture(path.read_bytes(), size)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise CatalogueError(
            "the picture cannot be read",
            where=str(path),
            hint="arena check names every output that is missing",
        ) from error


def _flat(image: Image.Image) -> Image.Image:
    """Plain RGB, what is transparent showing grey."""
    if image.mode == "RGB":
        return image
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, (*BACKGROUND, 255))
    return Image.alpha_composite(ground, layer).convert("RGB")
