"""The playground in a real browser, against gateways on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.catalogue.projects import put
from tests.collect.fakes import FAKES, Fake, picture
from tests.collect.servers import Reply, Seen, serving
from tests.publish.playgrounds import HURRY, JOBS, KEY, PAGE, Sites, Tried, with_cors


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with ExitStack() as stack:
        yield Sites(tmp_path_factory.mktemp("playground"), stack)


@pytest.fixture
def tried(browser: Browser, sites: Sites, request: pytest.FixtureRequest) -> Iterator[Tried]:
    protocol = getattr(request, "param", "generations")
    fake: Fake = FAKES[protocol](KEY, by_url=protocol in JOBS)
    site = sites.of(protocol, with_cors(fake))
    fake.origin = site.origin
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    context.add_init_script(HURRY)
    found = Tried(fake, context.new_page(), site.url)
    context.on("request", lambda asked: found.requests.append((asked.url, asked.all_headers())))
    yield found
    context.close()


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
    page.locator("label", has_text="Edit a picture").click()
    expect(page.get_by_role("radio", name="Edit a picture")).to_be_checked()
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
    tried.fake.polls = 10**6
    tried.run()
    tried.says("still running")
    with page.expect_response(lambda answer: len(tried.fake.polled) > 1):
        pass
    for job in tried.fake.jobs.values():
        job["left"] = 0
    tried.says("Done")
    assert len(tried.fake.asked) == 1
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
        tried.fake.address = lambda prompt: f"{elsewhere}/picture.png"  # pyrefly: ignore[method-assign]
        tried.run()
        tried.says("The answer names no address of a picture")
    assert seen == []


def test_a_picture_on_another_host_is_linked_unless_arena_toml_names_the_host(tried: Tried) -> None:
    tried.open()
    tried.fake.address = lambda prompt: "https://cdn.example/picture.png"  # pyrefly: ignore[method-assign]
    tried.run()
    tried.says("lies at cdn.example, which this page may not show")
    expect(tried.page.get_by_role("link", name="Open the picture at cdn.example")).to_be_visible()
    assert not [url for url, _ in tried.requests if "cdn.example" in url]


def test_a_gateway_that_does_not_allow_web_pages_is_explained(tried: Tried, sites: Sites) -> None:
    sites.of("generations", lambda seen: Reply(405) if seen.method == "OPTIONS" else tried.fake(seen))
    tried.open()
    tried.run()
    tried.says("does not allow requests from web pages (CORS)")
    assert tried.fake.asked == []


def test_the_script_is_loaded_when_it_is_asked_for(tried: Tried) -> None:
    tried.page.goto(f"{tried.site}{PAGE}#api")
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
    checked.goto(f"{tried.site}{PAGE}#api")
    checked.get_by_role("button", name="Open the playground").click()
    checked.evaluate(axe)
    found: list[dict[str, Any]] = checked.evaluate("axe.run().then(result => result.violations)")
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
