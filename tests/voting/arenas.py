"""A small arena to vote in: models of very different pictures, a store on SQLite, a clock that tests move."""

from __future__ import annotations

import hashlib
import io
import json
import random
import socket
import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import uvicorn
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.settings import NetworkLimits, RateLimit, VotingSettings
from arena.rating_settings import RatingSettings
from arena.ratings.results import Ratings
from arena.votes.store import Store, open_store
from arena.voting.app import CurrentHandlers, create_app
from arena.voting.live_arena import AppSettings, LiveArena
from tests.votes.store.worlds import sqlite_store
from tests.waiting import PATIENCE, wait_until

with warnings.catch_warnings():  # Starlette asks for another HTTP client than the one that this project has
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
MANY = RateLimit(count=100_000, seconds=1)
NO_LIMITS = VotingSettings(limits=(MANY,), network=NetworkLimits(new_voters=MANY, skips=MANY), undo_seconds=0)
NO_RATINGS = Ratings(settings=RatingSettings(), draw_probability=(), boards=())
SECRET = b"a secret of thirty-two bytes....."
ARENA = """
name = "Test arena"
tagline = "For tests"
arenas = [{ id = "text-to-image", name = "Text to image" }, { id = "image-editing", name = "Image editing" }]
categories = [{ id = "photo", name = "Photography" }, { id = "logo", name = "Logos" }]
languages = [
    { id = "en", name = "English", own_name = "English" },
    { id = "ar", name = "Arabic", own_name = "العربية", direction = "rtl" },
]
"""
MODELS = ("acme/one", "acme/two", "zeta/three", "zeta/four", "zeta/gone")
PROMPTS = {
    "text-to-image/evil": ("en", "logo", json.dumps(EVIL), ""),
    "text-to-image/coffee": ("ar", "logo", '"شعار مقهى"', ""),
    "text-to-image/lighthouse": ("en", "photo", '"A lighthouse & a gull."', ""),
    "image-editing/night": ("en", "photo", '"Make it night."', "day.webp"),
}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = datetime(2026, 8, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **some: float) -> None:
        self.time += timedelta(**some)


@dataclass
class Arena:
    """An arena under test."""

    catalogue: Catalogue
    store: Store
    client: TestClient
    current: CurrentHandlers
    clock: Clock = field(default_factory=Clock)
    root: str = ""

    def another_browser(self) -> TestClient:
        return TestClient(self.client.app, base_url="http://testserver")


class Served:
    """An arena on a port of its own, in a thread."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(arena.client.app, log_level="error", lifespan="off", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}{self.arena.root}"

    def __enter__(self) -> Served:
        self.thread.start()
        wait_until(lambda: self.server.started, "the arena is served")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        self.socket.close()


def write_project(folder: Path, models: tuple[str, ...] = MODELS, origin: str = "model") -> Catalogue:
    """A project whose models wrote files as different as can be; the last one is withdrawn."""
    files = {"arena.toml": ARENA}
    for organization in {model.partition("/")[0] for model in models}:
        files[f"organizations/{organization}.toml"] = f"name = {json.dumps(organization.title() + ' ' + EVIL)}\n"
    for model in models:
        status = "withdrawn" if model.endswith("gone") else "active"
        files[f"models/{model}.toml"] = (
            f"name = {json.dumps(model + ' ' + EVIL)}\ndescription = 'A model.'\nstatus = '{status}'\n"
            "arenas = ['text-to-image', 'image-editing']\nweights = { open = false }\n"
            "[[sources]]\nname = 'A press release'\nread = 2026-01-02\n"
        )
    for prompt, (language, category, text, given) in PROMPTS.items():
        extra = f"input_image = '{given}'\n" if given else ""
        extra += "english = 'A café logo'\n" if language != "en" else ""
        files[f"prompts/{prompt}.toml"] = f"text = {text}\nlanguage = '{language}'\ncategory = '{category}'\n{extra}"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _write_outputs(folder, models, origin)
    return load_catalogue(folder)


def _write_outputs(folder: Path, models: tuple[str, ...], origin: str) -> None:
    lines = []
    for number, model in enumerate(models):
        for prompt in PROMPTS:
            content, size = a_picture(number, f"{model} {prompt}")
            digest = hashlib.sha256(content).hexdigest()
            path = folder / "outputs" / digest[:2] / f"{digest}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            record = {"model": model, "prompt": prompt, "sha256": digest, "width": size[0], "height": size[1]}
            record |= {"entered_play": "2026-07-01"} if origin == "model" else {}
            lines.append(json.dumps({**record, "bytes": len(content), "origin": origin}))
    (folder / "outputs" / "outputs.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "outputs" / "inputs").mkdir()
    (folder / "outputs" / "inputs" / "day.webp").write_bytes(a_picture(0, "input")[0])


@cache
def a_picture(number: int, name: str) -> tuple[bytes, tuple[int, int]]:
    """A picture whose format, size, mode, noise and metadata all tell who made it."""
    size = [(64, 64), (96, 48), (40, 120), (333, 200), (64, 64)][number % 5]
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    noise = np.random.default_rng(seed).integers(0, 40 * (number % 5) + 2, (size[1], size[0], 3), dtype=np.uint8)
    image, out = Image.fromarray(noise), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = name, f"made by {name}"
    if number % 3 == 0:
        text = PngInfo()
        text.add_text("parameters", f"made by {name}")
        text.add_itxt("XML:com.adobe.xmp", f"<x>{name}</x>")
        image.convert("RGBA").save(out, "PNG", pnginfo=text, exif=exif)
    elif number % 3 == 1:
        image.save(out, "JPEG", exif=exif, comment=name.encode(), dpi=(300, 300), progressive=True)
    else:
        image.save(out, "WEBP", exif=exif, xmp=f"<x>{name}</x>".encode(), quality=60)
    return out.getvalue(), size


@contextmanager
def open_arena(
    folder: Path,
    voting: VotingSettings = NO_LIMITS,
    *,
    catalogue: Catalogue | None = None,
    site: Path | None = None,
    root: str = "",
    client_secret: str | None = None,
) -> Generator[Arena]:
    """An arena in a folder, ready to be asked."""
    catalogue = catalogue or write_project(folder / "data")
    clock = Clock()
    settings = AppSettings(replace_size(voting), site=site)
    with open_store(sqlite_store(folder)) as store:
        live = LiveArena(catalogue, NO_RATINGS, settings)
        app = create_app(
            live, store, clock=clock, rng=random.Random(7), secret=SECRET, root=root, client_secret=client_secret
        )
        with TestClient(app) as client:
            yield Arena(catalogue, store, client, app.state.current, clock, root)


def replace_size(voting: VotingSettings) -> VotingSettings:
    """Small pictures, so that tests are quick."""
    return voting.model_copy(update={"picture_size": 128})


__all__ = ["EVIL", "NO_LIMITS", "Arena", "Clock", "Served", "TestClient", "a_picture", "open_arena", "write_project"]
