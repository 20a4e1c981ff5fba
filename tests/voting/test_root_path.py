"""The app below a path: every address in what it sends, with the path in requests and without; and what the log says of
proxies that change headers.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import arena as run
from tests.voting.arenas import Arena, TestClient, open_arena

ROOT = "/some/arena"
ADDRESS = re.compile(r'(?:href|src|action)="([^"#]*)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "models").mkdir()
    (folder / "index.html").write_text("<p>the site")
    (folder / "methodology.html").write_text("<p>how")
    (folder / "models" / "index.html").write_text("<p>models")
    return folder


@pytest.fixture
def below(tmp_path: Path, site: Path) -> Iterator[Arena]:
    with open_arena(tmp_path, site=site, root=ROOT) as arena:
        yield arena


@pytest.fixture(params=[ROOT, ""], ids=["with the path", "a proxy took it away"])
def prefix(request: pytest.FixtureRequest) -> str:
    """What stands before the app's own paths in requests that reach it."""
    return str(request.param)


def asked(client: TestClient, prefix: str, address: str, method: str = "GET", **more: Any) -> Any:
    """What a browser at the outer address gets: the cookie is sent by the outer path, whatever the proxy does."""
    assert address.startswith(f"{ROOT}/"), address
    cookies = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar if address.startswith(c.path))
    headers = {"cookie": cookies, **more.pop("headers", {})}
    return client.request(method, prefix + address.removeprefix(ROOT), headers=headers, follow_redirects=False, **more)


def form_of(page: str, action: str) -> tuple[str, dict[str, str]]:
    form = re.search(rf'<form method="post" action="({ROOT}{action}[^"]*)"(.*?)</form>', page, re.S)
    assert form, page
    fields = re.findall(r'name="(token)" value="([^"]*)"|name="(token)"[^>]*value="([^"]*)"', form[2])
    token = next(filter(None, (value for found in fields for value in found[1::2])))
    return form[1].replace("&amp;", "&"), {"token": token}


def test_a_vote_by_form(below: Arena, prefix: str) -> None:
    client = below.client
    page = asked(client, prefix, f"{ROOT}/")
    assert page.status_code == 200
    assert [cookie.path for cookie in client.cookies.jar] == [f"{ROOT}/"]
    addresses = set(ADDRESS.findall(page.text))
    assert addresses and all(address.startswith(f"{ROOT}/") for address in addresses), addresses
    for address in addresses:
        if "/vote?" not in address and not address.endswith("/language"):
            assert asked(client, prefix, address.replace("&amp;", "&")).status_code == 200, address
    action, fields = form_of(page.text, "/vote")
    origin = {"origin": "http://testserver"}
    voted = asked(client, prefix, action, "POST", data={**fields, "outcome": "left"}, headers=origin)
    assert voted.status_code == 303, voted.text
    assert voted.headers["location"].startswith(f"{ROOT}/votes/")
    revealed = asked(client, prefix, voted.headers["location"])
    assert revealed.status_code == 200
    assert all(address.startswith(f"{ROOT}/") for address in ADDRESS.findall(revealed.text))


def test_a_vote_by_script(below: Arena, prefix: str) -> None:
    client = below.client
    battle = asked(client, prefix, f"{ROOT}/api/battle").json()
    for side in ("left", "right"):
        picture = asked(client, prefix, battle[side]["image"])
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    voted = asked(
        client, prefix, f"{ROOT}/api/votes", "POST", json={"token": battle["token"], "outcome": "left"}
    ).json()
    assert voted["left"]["url"].startswith(f"{ROOT}/site/models/")
    assert asked(client, prefix, f"{ROOT}/openapi.json").json()["servers"] == [{"url": f"{ROOT}/"}]


def test_folders_of_the_site_lead_below_the_path(below: Arena, prefix: str) -> None:
    answer = asked(below.client, prefix, f"{ROOT}/site/models")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"http://testserver{ROOT}/site/models/"
    assert asked(below.client, prefix, f"{ROOT}/site/").text == "<p>the site"
    assert "blob:" in asked(below.client, prefix, f"{ROOT}/site/").headers["content-security-policy"]


def test_the_path_itself_leads_into_it(below: Arena) -> None:
    answer = below.client.get(f"{ROOT}?category=photo", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{ROOT}/?category=photo")


def test_errors_are_told_below_it_too(below: Arena, prefix: str) -> None:
    page = asked(below.client, prefix, f"{ROOT}/nowhere")
    assert page.status_code == 404 and f'href="{ROOT}/"' in page.text
    assert asked(below.client, prefix, f"{ROOT}/api/nowhere").json()["error"]["code"] == "not_found"
    assert below.client.get("/some/arenas/").status_code == 404


def test_a_vote_from_elsewhere_is_refused_below_it_too(below: Arena, prefix: str) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        answer = asked(below.client, prefix, f"{ROOT}/vote", "POST", headers=headers, data={"token": "x"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"origin": "https://arena.example.org", "host": "127.0.0.1:8000"}, "proxy_set_header Host $http_host"),
        ({"origin": "http://arena.example.org:8080", "host": "arena.example.org"}, "the port has to be in it"),
        ({"origin": "null"}, "leave both headers as they are"),
        ({"origin": "https://testserver", "sec-fetch-site": "same-origin"}, "X-Forwarded-Proto"),
    ],
)
def test_the_log_says_once_which_header_a_proxy_has_to_keep(
    below: Arena, caplog: pytest.LogCaptureFixture, headers: dict[str, str], words: str
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            below.client.post("/api/votes", content=json.dumps({}), headers=headers)
    (told,) = [record.getMessage() for record in caplog.records if record.name == "arena.voting.guard"]
    assert words in told and "arena.example.org" not in told


def test_nothing_is_said_of_headers_that_fit(below: Arena, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for headers in ({"origin": "http://testserver"}, {}, {"sec-fetch-site": "same-origin"}):
            below.client.post("/api/votes", content="{}", headers=headers)
        below.client.post(
            "/api/votes", content="{}", headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        )
    assert not caplog.records


@pytest.mark.parametrize("path", ["/a b", "/../x", "/a//b", "/vote", "/site/x", "/ä", "/a?b"])
def test_root_paths_that_cannot_be(tmp_path: Path, path: str) -> None:
    ran = run("serve", "--project", tmp_path, "--root-path", path)
    assert ran.exit_code == 2
    assert "--root-path" in ran.output
