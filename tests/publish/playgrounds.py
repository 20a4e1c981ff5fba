"""A site with a playground for each protocol, its gateway on loopback, and a reader who tries it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, expect

from arena.publish.layout.overrides import static_assets
from arena.publish.pages.model.page import pages as model_pages
from tests.catalogue.projects import put
from tests.collect.fakes import AUTH, FAKES, Fake
from tests.collect.servers import Handler, Reply, Seen, serving
from tests.publish.conftest import Quiet, Server
from tests.publish.worlds import World, html_of, page_at, read_world, write_project

KEY = "sk-test-4f9aXQ/2b+7e=51"
PAGE = "models/acme/one.html"
HURRY = "const wait = setTimeout; window.setTimeout = (done, time) => wait(done, time / 20);"
"""Makes the seconds between two questions about a job twentieths of them."""
JOBS = ("generations", "replicate-predictions", "fal-queue")


def with_cors(handler: Handler) -> Handler:
    """A gateway that web pages may ask."""
    allowed = {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "authorization, content-type, prefer, x-goog-api-key",
        "access-control-expose-headers": "retry-after",
    }

    def handle(seen: Seen) -> Reply:
        if seen.method == "OPTIONS":
            return Reply(204, headers=allowed)
        reply = handler(seen)
        return replace(reply, headers={**reply.headers, **allowed})

    return handle


@dataclass
class Tried:
    """A site with a playground, its gateway, and what the browser asked for."""

    fake: Fake
    page: Page
    site: str
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def open(self) -> Page:
        self.page.goto(f"{self.site}{PAGE}#api")
        self.page.get_by_role("button", name="Open the playground").click()
        expect(self.page.get_by_label("Prompt", exact=True)).to_be_visible()
        return self.page

    def run(self, prompt: str = "a lamp", key: str = KEY) -> None:
        if key:
            self.page.get_by_label("Your API key").fill(key)
        self.page.get_by_label("Prompt", exact=True).fill(prompt)
        self.page.get_by_role("button", name="Run").click()

    def says(self, words: str) -> None:
        expect(self.page.get_by_role("status")).to_contain_text(words)


def write_world(folder: Path, protocol: str, endpoint: str, *, pictures: str = "[]") -> World:
    write_project(folder, votes=False)
    arena = (folder / "data/arena.toml").read_text("utf-8")
    setting = f'\n[playground]\nendpoint = "{endpoint}"\nprovider = "shop"\npictures = {pictures}\n'
    put(folder / "data", "arena.toml", arena + setting)
    auth = AUTH.get(protocol, "bearer")
    put(
        folder / "data",
        "providers/shop/provider.toml",
        f'name = "Shop"\ngateway = "{protocol}"\n[access]\nauth = "{auth}"\nkey = "SHOP_KEY"\n',
    )
    return read_world(folder)


def write_page(world: World, out: Path) -> Path:
    """The model's page and what it loads, without the rest of the site."""
    page = page_at(list(model_pages(world.site_data)), PAGE)
    put(out, PAGE, html_of(world, page))
    (out / "static").mkdir()
    for asset in static_assets(world.site_data):
        asset.write(out / asset.path)
    return out


@dataclass
class Site:
    """The page of a protocol at ``url``, and its gateway at ``origin``, which ``answer`` answers for."""

    url: str
    answer: Handler
    origin: str = ""


class Sites:
    """A site for each protocol that is asked for, written once and served on one port until the stack ends."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._address = stack.enter_context(served(folder / "sites"))
        self._made: dict[str, Site] = {}

    def of(self, protocol: str, answer: Handler) -> Site:
        """The protocol's site, its gateway answering with ``answer`` from now on."""
        if protocol not in self._made:
            site = self._made[protocol] = Site(f"{self._address}{protocol}/", answer)
            site.origin = self._stack.enter_context(serving(lambda seen: site.answer(seen)))  # noqa: PLW0108 - who answers changes
            world = write_world(self._folder / protocol, protocol, site.origin + FAKES[protocol].path)
            write_page(world, self._folder / "sites" / protocol)
        self._made[protocol].answer = answer
        return self._made[protocol]


@contextmanager
def served(folder: Path) -> Generator[str]:
    """The address of a folder that is served."""
    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
