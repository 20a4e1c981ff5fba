"""Known voters: logging in by OpenID Connect at a provider on loopback, and what providers and strangers may not."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey
from pydantic import ValidationError

from arena.catalogue.records import Project
from arena.catalogue.settings import LoginSettings, VotingSettings
from arena.errors import ArenaError
from arena.voting.app import renew_regularly
from arena.voting.live_arena import LiveArena
from arena.voting.login import LOGIN_DAYS, check_provider, login_secret
from tests.voting.api_calls import draw, stored, vote
from tests.voting.arenas import NO_LIMITS, Arena, TestClient, open_arena, write_project
from tests.voting.openid_provider import CLIENT, CLIENT_SECRET, Claims, OpenIdProvider
from tests.waiting import run_apart


def settings_of(provider: OpenIdProvider) -> LoginSettings:
    return LoginSettings(issuer=provider.issuer, client_id=CLIENT, client_secret_env="ARENA_LOGIN", name="Example U")


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def shared_arena(tmp_path_factory: pytest.TempPathFactory, shared_provider: OpenIdProvider) -> Iterator[Arena]:
    folder = tmp_path_factory.mktemp("login")
    catalogue = write_project(folder / "data")
    project = catalogue.project.model_copy(update={"login": settings_of(shared_provider)})
    known = replace(catalogue, project=project)
    with open_arena(folder, NO_LIMITS, catalogue=known, client_secret=CLIENT_SECRET) as arena:
        yield arena


@pytest.fixture
def provider(shared_provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> OpenIdProvider:
    """An honest one; what a test changes of it ends with the test."""
    for name in ("subject", "change", "sign"):
        monkeypatch.setattr(shared_provider, name, getattr(shared_provider, name))
    return shared_provider


@pytest.fixture
def browser(shared_arena: Arena) -> TestClient:
    return shared_arena.another_browser()


def at_provider(client: TestClient) -> str:
    """Where the provider sends a browser that logs in."""
    start = client.get("/login", follow_redirects=False)
    assert start.status_code == 302
    return httpx.get(start.headers["location"], trust_env=False).headers["location"]


def log_in(client: TestClient) -> Any:
    return client.get(at_provider(client), follow_redirects=False)


def test_nobody_votes_who_has_not_logged_in(browser: TestClient) -> None:
    page = browser.get("/")
    assert page.status_code == 401
    assert 'href="/login">Log in with Example U</a>' in page.text
    assert "Log out" not in page.text
    assert "arena_voter" not in browser.cookies
    for answer in (browser.get("/api/battle"), browser.get("/api/work"), vote(browser, "x")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "login_needed")
    assert [browser.get(path).status_code for path in ("/me", "/votes/x", "/healthz", "/static/vote.css")] == [
        401,
        401,
        200,
        200,
    ]


def test_who_logged_in_is_one_voter_in_all_browsers(
    shared_arena: Arena, browser: TestClient, provider: OpenIdProvider
) -> None:
    done = log_in(browser)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "arena_login_state" not in browser.cookies
    assert "arena_voter" not in browser.cookies
    assert "Log out" in browser.get("/").text
    assert browser.get("/api/work").json()["challenge"] is None
    before = stored(browser)
    battle = draw(browser)
    assert vote(browser, battle["token"]).status_code == 201
    assert stored(browser) == before + 1
    again, stranger = shared_arena.another_browser(), shared_arena.another_browser()
    log_in(again)
    assert vote(again, battle["token"]).json()["error"]["code"] == "already_voted"
    provider.subject = "bob"
    log_in(stranger)
    assert vote(stranger, battle["token"]).json()["error"]["code"] == "bad_token"
    token = draw(stranger)["token"]
    assert browser.post("/logout", follow_redirects=False).status_code == 303
    assert browser.get("/").status_code == 401
    assert vote(stranger, token).status_code == 201


def test_a_login_ends_after_a_while(shared_arena: Arena, browser: TestClient, provider: OpenIdProvider) -> None:
    log_in(browser)
    shared_arena.clock.forward(days=LOGIN_DAYS - 1)
    assert browser.get("/").status_code == 200
    shared_arena.clock.forward(days=2)
    assert browser.get("/").status_code == 401


def test_only_a_hash_is_kept(shared_arena: Arena, browser: TestClient, provider: OpenIdProvider) -> None:
    log_in(browser)
    vote(browser, draw(browser)["token"])
    folder = shared_arena.catalogue.folder.parent
    written = (
        b"".join(path.read_bytes() for path in folder.rglob("*sqlite*")) + json.dumps(dict(browser.cookies)).encode()
    )
    for secret in ("alice", "Liddell", provider.issuer, CLIENT_SECRET):
        assert secret.encode() not in written
        assert base64.b64encode(secret.encode()).rstrip(b"=")[:-1] not in written
    account = browser.cookies["arena_login"].partition(".")[0]
    assert account.encode() not in b"".join(path.read_bytes() for path in folder.rglob("*sqlite*"))


def unsigned(_: OpenIdProvider, claims: Claims) -> str:
    header, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)
    )
    return f"{header}.{body}."


LIES: dict[str, dict[str, Any]] = {
    "nonce": {"change": lambda claims: {**claims, "nonce": "another"}},
    "no nonce": {"change": lambda claims: {key: claims[key] for key in claims if key != "nonce"}},
    "audience": {"change": lambda claims: {**claims, "aud": "another"}},
    "issuer": {"change": lambda claims: {**claims, "iss": "https://evil.example"}},
    "expired": {"change": lambda claims: {**claims, "exp": claims["iat"] - 3600}},
    "no subject": {"change": lambda claims: {key: claims[key] for key in claims if key != "sub"}},
    "a subject that is no text": {"change": lambda claims: {**claims, "sub": 7}},
    "another key": {"sign": lambda provider, claims: provider.signed(claims, ECKey.generate_key("P-256"))},
    "no signature": {"sign": unsigned},
    "a shared key": {"sign": lambda provider, claims: provider.signed_with_shared_key(claims)},
    "no token": {"sign": lambda provider, claims: ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_the_provider_did_not_sign_lets_nobody_in(
    browser: TestClient, provider: OpenIdProvider, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LIES[lie].items():
        monkeypatch.setattr(provider, name, value)
    answer = log_in(browser)
    assert answer.status_code == 403
    assert "Please try again" in answer.text
    assert "arena_login" not in browser.cookies
    assert browser.get("/").status_code == 401


def test_who_comes_back_is_who_left(shared_arena: Arena, browser: TestClient, provider: OpenIdProvider) -> None:
    """State: nobody is logged in as somebody else by a link, and a code works once."""
    back, victim = at_provider(browser), shared_arena.another_browser()
    assert victim.get(back, follow_redirects=False).status_code == 403, "never was at the provider"
    at_provider(victim)
    assert victim.get(back, follow_redirects=False).status_code == 403, "was there for another login"
    query = parse_qs(urlsplit(back).query)
    for wrong in ("/login/done", f"/login/done?code={query['code'][0]}", "/login/done?state=x&code=x&error=denied"):
        assert browser.get(wrong, follow_redirects=False).status_code == 403
    assert browser.get(back, follow_redirects=False).status_code == 303
    browser.cookies.delete("arena_login")
    assert browser.get(back, follow_redirects=False).status_code == 403


def test_cookies_of_others_log_nobody_in(shared_arena: Arena, browser: TestClient, provider: OpenIdProvider) -> None:
    log_in(browser)
    right, stranger = browser.cookies["arena_login"], shared_arena.another_browser()
    account, time, signature = right.split(".")
    draws = draw(browser)["token"]
    for wrong in (
        f"{account[::-1]}.{time}.{signature}",
        f"{account}.{signature}",
        right + "=",
        f"account {account}",
        draws,
        "",
    ):
        stranger.cookies.clear()
        assert stranger.get("/", headers={"Cookie": f"arena_login={wrong}"}).status_code == 401, wrong


def test_nobody_logs_in_where_the_arena_does_not_ask(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        assert [arena.client.get(path).status_code for path in ("/login", "/login/done", "/")] == [404, 404, 200]
        assert arena.client.post("/logout").status_code == 404
        assert "Log out" not in arena.client.get("/").text


def test_a_provider_that_is_away_is_said(tmp_path: Path) -> None:
    with OpenIdProvider() as gone:
        settings = settings_of(gone)
    catalogue = write_project(tmp_path / "data")
    known = replace(catalogue, project=catalogue.project.model_copy(update={"login": settings}))
    with open_arena(tmp_path, catalogue=known, client_secret=CLIENT_SECRET) as arena:
        answer = arena.client.get("/login")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        with pytest.raises(ArenaError, match="no provider that people could log in with"):
            check_provider(settings)
        # Neither may what is shown change to an arena that anybody votes in.
        current = arena.current
        live = current.handlers.live
        with pytest.raises(ArenaError, match="who may vote has changed"):
            current.show(LiveArena(catalogue, live.ratings, live.settings))


def test_half_a_login_never_starts(tmp_path: Path, shared_arena: Arena) -> None:
    with pytest.raises(ArenaError, match="secret is missing"), open_arena(tmp_path, catalogue=shared_arena.catalogue):
        pass
    with pytest.raises(ArenaError, match=r"no \[login\]"), open_arena(tmp_path, client_secret=CLIENT_SECRET):
        pass


def test_a_provider_is_who_it_says(provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    check_provider(settings_of(provider))
    changes: list[Claims] = [{"issuer": "https://evil.example"}, {"issuer": f"{provider.issuer}/"}]
    for metadata in changes:
        monkeypatch.setattr(provider, "metadata", metadata)
        with pytest.raises(ArenaError, match="another issuer"):
            check_provider(settings_of(provider))
    with pytest.raises(ArenaError, match="no provider"):
        check_provider(settings_of(provider).model_copy(update={"issuer": f"{provider.issuer}/nowhere"}))


def test_the_secret_comes_from_the_environment(provider: OpenIdProvider) -> None:
    settings = settings_of(provider)
    assert login_secret(None, {"ARENA_LOGIN": "x"}) is None
    assert login_secret(settings, {"ARENA_LOGIN": f" {CLIENT_SECRET}\n"}) == CLIENT_SECRET
    missing: list[dict[str, str]] = [{}, {"ARENA_LOGIN": " "}]
    for environment in missing:
        with pytest.raises(ArenaError, match="ARENA_LOGIN is not set"):
            login_secret(settings, environment)


def test_authlib_is_an_extra(provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "authlib.integrations.starlette_client", None)
    with pytest.raises(ArenaError) as refused:
        login_secret(settings_of(provider), {"ARENA_LOGIN": "x"})
    assert 'pip install "image-arena[login]"' in str(refused.value)


LOGIN = {"issuer": "https://id.example", "client_id": "x", "client_secret_env": "ARENA_LOGIN", "name": "X"}
HALVES: dict[str, dict[str, str]] = {
    **{f"no {name}": {key: value for key, value in LOGIN.items() if key != name} for name in LOGIN},
    "http": {**LOGIN, "issuer": "http://id.example"},
    "looks like loopback": {**LOGIN, "issuer": "http://127.0.0.1.evil.example/"},
    "a secret in the file": {**LOGIN, "client_secret": "x"},
    "a secret as the name": {**LOGIN, "client_secret_env": "s3cr3t-Value"},
    "a query": {**LOGIN, "issuer": "https://id.example/?a=b"},
}


@pytest.mark.parametrize("half", HALVES)
def test_half_a_configuration_is_refused(half: str) -> None:
    assert LoginSettings.model_validate(LOGIN)
    with pytest.raises(ValidationError):
        LoginSettings.model_validate(HALVES[half])


def test_a_login_and_a_proof_of_work_are_one_too_many() -> None:
    basics: dict[str, Any] = {"name": "X", "tagline": "X", "arenas": (), "categories": (), "languages": ()}
    assert Project(**basics, login=LoginSettings(**LOGIN), voting=VotingSettings(new_voter_work=0)).login
    with pytest.raises(ValidationError, match="needs no proof of work"):
        Project(**basics, login=LoginSettings(**LOGIN), voting=VotingSettings(new_voter_work=5))


def test_a_login_that_changed_is_said_once_and_the_old_one_holds(
    shared_arena: Arena, provider: OpenIdProvider, caplog: pytest.LogCaptureFixture
) -> None:
    current = shared_arena.current
    old = current.handlers.live
    anybody = replace(old.catalogue, project=old.catalogue.project.model_copy(update={"login": None}))
    looks = 0

    def watcher() -> LiveArena:
        nonlocal looks
        looks += 1
        return LiveArena(anybody, old.ratings, old.settings)

    async def watch() -> None:
        task = asyncio.create_task(renew_regularly(current, watcher, 0.001))
        while looks < 5:
            await asyncio.sleep(0.001)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    run_apart(watch())
    (record,) = caplog.records
    assert "who may vote has changed" in record.getMessage()
    assert current.handlers.live is old
