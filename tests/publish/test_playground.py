"""The playground in a real browser, against gateways on loopback; none unless arena.toml asks for it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from arena.publish.site import gather_pages
from arena.publish.theme import static_assets
from arena.publish.views.model.page import pages as model_pages
from tests.catalogue.projects import put
from tests.collecting.fakes import AUTH, FAKES, Fake, picture
from tests.collecting.servers import Handler, Reply, Seen, serving
from tests.publish.conftest import Quiet, Server
from tests.publish.worlds import World, html_of, make_world, page_at, read_world

KEY = "sk-test-4f9aXQ/2b+7e=51"
PAGE = "models/acme/one.html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
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
        self.page.goto(self.site + PAGE)
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
    make_world(folder, votes=False)
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
    page = page_at(list(model_pages(world.edition)), PAGE)
    put(out, PAGE, html_of(world, page))
    (out / "static").mkdir()
    for asset in static_assets(world.edition):
        asset.write(out / asset.path)
    return out


@pytest.fixture
def tried(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tried]:
    protocol = getattr(request, "param", "generations")
    fake: Fake = FAKES[protocol](KEY, by_url=protocol in JOBS)
    served = Server(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    threading.Thread(target=served.serve_forever, daemon=True).start()
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    with serving(with_cors(fake)) as fake.origin:
        write_page(write_world(tmp_path, protocol, fake.origin + fake.path), tmp_path / "site")
        found = Tried(fake, context.new_page(), f"http://127.0.0.1:{served.server_port}/")
        context.on("request", lambda asked: found.requests.append((asked.url, asked.all_headers())))
        yield found
        context.close()
    served.shutdown()
    served.server_close()


@pytest.mark.parametrize("tried", FAKES, indirect=True)
def test_a_request_shows_its_picture_and_leaves_no_key_behind(tried: Tried) -> None:
    page = tried.open()
    tried.run("a lamp & a “moon”")
    tried.says("Done: a picture of 48×48.")
    assert tried.fake.charges == ["a lamp & a “moon”"]
    assert (
        page.get_by_role("img", name="Picture for the prompt “a lamp & a “moon””").evaluate("e => e.naturalWidth") == 48
    )
    page.get_by_text("Response, status 200").click()
    expect(page.get_by_label("Response", exact=True)).to_contain_text("{")
    traces = page.evaluate("""async () => JSON.stringify([
        Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href,
        document.documentElement.outerHTML, [...document.querySelectorAll("input, textarea")].map(e => e.value),
        await indexedDB.databases(), await caches.keys(), history.state])""")
    assert KEY not in traces
    assert page.context.cookies() == []
    carried = {url for url, headers in tried.requests if KEY in json.dumps(headers) or KEY in url}
    assert carried
    assert all(url.startswith(tried.fake.origin + tried.fake.path) for url in carried)


@pytest.mark.parametrize("tried", FAKES, indirect=True)
def test_a_picture_to_edit_goes_along(tried: Tried, tmp_path: Path) -> None:
    page = tried.open()
    expect(page.get_by_label("Input image")).to_be_hidden()
    page.get_by_role("radio", name="Edit a picture").check(force=True)
    tried.run("make it night")
    tried.says("No input image")
    put(tmp_path, "photo.png", picture("a photo"))
    page.get_by_label("Input image").set_input_files(tmp_path / "photo.png")
    page.get_by_role("button", name="Run").click()
    tried.says("Done: a picture of 48×48.")
    (seen,) = tried.fake.asked
    assert tried.fake.charges == ["make it night"]
    encoded = json.dumps(seen.json) if seen.headers["content-type"] == "application/json" else ""
    assert tried.fake.encoded("a photo") in encoded or picture("a photo") in seen.body


def test_without_a_key_or_a_prompt_nothing_is_sent(tried: Tried) -> None:
    page = tried.open()
    expect(page.get_by_label("Your API key")).to_be_focused()
    tried.run(key="")
    tried.says("No key")
    expect(page.get_by_label("Your API key")).to_have_attribute("aria-invalid", "true")
    tried.run("  ")
    tried.says("No prompt")
    assert tried.fake.asked == []


def test_a_wrong_key_is_said_and_never_shown(tried: Tried) -> None:
    page = tried.open()
    tried.fake.script.extend(["unauthorized"])
    tried.run()
    tried.says("The endpoint refused the key (401)")
    tried.says("[key]")
    assert KEY not in page.content()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("429", "Too many requests (429). Try again in 2 seconds."),
        ("500", "status 500. It says: “oops”"),
        ("refused", "A content filter refused"),
        ("failed", "out of memory"),
        ("html", "no JSON"),
        ("elsewhere", "no answer that it may read"),
        ("lost", "no answer that it may read"),
    ],
)
def test_what_goes_wrong_is_said(tried: Tried, mode: str, words: str) -> None:
    tried.open()
    tried.fake.script.extend([mode, mode])  # a browser asks again by itself where a kept connection breaks
    tried.run()
    tried.says(words)
    expect(tried.page.get_by_role("button", name="Run")).to_be_enabled()


def test_a_job_that_still_runs_is_asked_again_and_can_be_cancelled(tried: Tried) -> None:
    page = tried.open()
    tried.fake.polls = 3
    tried.run()
    tried.says("still running")
    tried.says("Done")
    assert len(tried.fake.polled) == 4
    tried.fake.polls = 10**6
    page.get_by_role("button", name="Run").click()
    tried.says("still running")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    tried.says("Cancelled")
    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_the_key_is_forgotten_on_request_and_when_the_page_is_left(tried: Tried) -> None:
    page = tried.open()
    tried.run()
    tried.says("Done")
    page.get_by_role("button", name="Forget the key").click()
    tried.says("forgotten")
    tried.run(key="")
    tried.says("No key")
    tried.run()
    tried.says("Done")
    page.reload()
    tried.open()
    tried.run(key="")
    tried.says("No key")
    assert len(tried.fake.asked) == 2


def test_other_hosts_are_blocked_by_the_policy_and_by_the_script(tried: Tried) -> None:
    seen: list[Seen] = []

    def other(request: Seen) -> Reply:
        seen.append(request)
        return Reply(body=b"{}", headers={"content-type": "application/json"})

    with serving(with_cors(other)) as elsewhere:
        page = tried.open()
        script = """async url => {
            const violated = new Promise(done => addEventListener("securitypolicyviolation",
                event => done(event.effectiveDirective), { once: true }));
            return [await fetch(url).then(() => "sent", () => "blocked"), await violated];
        }"""
        assert page.evaluate(script, f"{elsewhere}/v1/generations") == ["blocked", "connect-src"]
        assert page.evaluate(script, f"{tried.fake.origin}/another/path") == ["blocked", "connect-src"]
        tried.fake.address = lambda prompt: f"{elsewhere}/picture.png"  # type: ignore[method-assign]
        tried.run()
        tried.says("The answer names no address of a picture")
    assert seen == []


def test_a_picture_on_another_host_is_linked_unless_arena_toml_names_the_host(tried: Tried) -> None:
    tried.open()
    tried.fake.address = lambda prompt: "https://cdn.example/picture.png"  # type: ignore[method-assign]
    tried.run()
    tried.says("lies at cdn.example, which this page may not show")
    expect(tried.page.get_by_role("link", name="Open the picture at cdn.example")).to_be_visible()
    assert not [url for url, _ in tried.requests if "cdn.example" in url]


def test_a_gateway_that_does_not_allow_web_pages_is_explained(browser: Browser, tmp_path: Path) -> None:
    fake: Fake = FAKES["generations"](KEY)
    served = Server(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    threading.Thread(target=served.serve_forever, daemon=True).start()
    with serving(lambda seen: Reply(405) if seen.method == "OPTIONS" else fake(seen)) as fake.origin:
        write_page(write_world(tmp_path, "generations", fake.origin + fake.path), tmp_path / "site")
        context = browser.new_context()
        found = Tried(fake, context.new_page(), f"http://127.0.0.1:{served.server_port}/")
        found.open()
        found.run()
        found.says("does not allow requests from web pages (CORS)")
        context.close()
    served.shutdown()
    served.server_close()
    assert fake.asked == []


def test_the_script_is_loaded_when_it_is_asked_for(tried: Tried) -> None:
    tried.page.goto(tried.site + PAGE)
    expect(tried.page.get_by_role("button", name="Open the playground")).to_be_visible()
    assert not [url for url, _ in tried.requests if "playground" in url]
    assert tried.page.evaluate("document.documentElement.scrollWidth") <= 390
    tried.open()
    assert tried.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url, _ in tried.requests if url.endswith("static/playground.js")]


def test_it_has_no_accessibility_violation(tried: Tried, axe: str) -> None:
    page = tried.open()
    tried.run()
    tried.says("Done")
    context = page.context.browser.new_context(bypass_csp=True) if page.context.browser else page.context
    checked = context.new_page()
    checked.goto(tried.site + PAGE)
    checked.get_by_role("button", name="Open the playground").click()
    checked.evaluate(axe)
    found: list[dict[str, Any]] = checked.evaluate("axe.run().then(result => result.violations)")
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def policy(html: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found
    return found[1]


def test_there_is_none_unless_arena_toml_names_an_endpoint(small_world: World) -> None:
    pages = gather_pages(small_world.edition)
    html = html_of(small_world, page_at(pages, PAGE))
    assert "playground" not in html
    assert policy(html) == POLICY
    assert not [
        asset.path for asset in static_assets(small_world.edition) if asset.path.endswith(("playground.js", "try.js"))
    ]


def test_a_provider_without_an_endpoint_is_asked_at_the_playgrounds(tmp_path: Path) -> None:
    world = write_world(tmp_path, "generations", "https://gate.example/v1/generations/")
    pages = gather_pages(world.edition)
    html = html_of(world, page_at(pages, PAGE))
    assert "No source we read says by which protocol" not in html
    assert "YOUR-GATEWAY" not in html
    assert "curl" in html and "https://gate.example/v1/generations\n" in html.replace(" \\", "")
    unserved = html_of(world, page_at(pages, "models/zeta/three.html"))
    assert "No source we read says by which protocol" in unserved, "the playground's provider does not serve it"


def test_only_pages_with_the_playground_allow_its_endpoint(tmp_path: Path) -> None:
    endpoint = "https://gate.example/v1/generations"
    world = write_world(tmp_path, "generations", endpoint, pictures='["https://cdn.example"]')
    pages = gather_pages(world.edition)
    allowed = {page.path: policy(html_of(world, page)) for page in pages if not page.path.startswith("embed/")}
    there = {path for path, text in allowed.items() if "gate.example" in text}
    assert there == {"models/acme/one.html", "models/acme/two.html"}, "the provider has no offer for the third"
    assert "img-src 'self' data: blob: https://gate.example https://cdn.example;" in allowed[PAGE]
    assert f"connect-src 'self' {endpoint} {endpoint}/;" in allowed[PAGE]
