"""Where a picture may be fetched from, and how much of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import httpx
import pytest

from arena.catalogue.records import Access
from arena.collect import fetching
from arena.collect.fetching import fetch_image, is_public
from arena.collect.image_checks import InvalidImage
from arena.collect.provider_client import RequestFailed
from tests.collect.servers import NEVER, Reply, Seen, serving

PUBLIC = "93.184.215.14"


def knows(**hosts: str) -> Callable[[str], Awaitable[list[str]]]:
    async def resolver(host: str) -> list[str]:
        return hosts.get(host.replace(".", "_").replace("-", "_"), "").split()

    return resolver


def fetched(url: str, answers: Callable[[httpx.Request], httpx.Response], *private: str, **hosts: str) -> bytes:
    async def run() -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answers)) as client:
            return await fetch_image(url, Access(private_hosts=private), client, knows(**hosts))

    return asyncio.run(run())


def no_answer(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was asked")


def test_asks_the_address_that_was_checked() -> None:
    seen: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"picture")

    assert fetched("https://cdn.example/a.png?s=1", answers, cdn_example=f"{PUBLIC} 1.1.1.1") == b"picture"
    (request,) = seen
    assert request.url == f"https://{PUBLIC}/a.png?s=1"
    assert request.headers["host"] == "cdn.example"
    assert request.extensions["sni_hostname"] == "cdn.example"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "ftp://cdn.example/a.png",
        "file:///etc/passwd",
        "https://user:secret@cdn.example/a.png",
        "https://cdn.example:8443/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "https://[::ffff:10.0.0.1]/a.png",
        "https://169.254.169.254/latest/meta-data",
        "https://intranet.example/a.png",
        "https://mixed.example/a.png",
        "//cdn.example/a.png",
        "nonsense",
    ],
)
def test_refuses_addresses_that_lead_anywhere_else(url: str) -> None:
    hosts = {"cdn_example": PUBLIC, "intranet_example": "10.1.2.3", "mixed_example": f"{PUBLIC} 192.168.0.1"}
    with pytest.raises(InvalidImage):
        fetched(url, no_answer, **hosts)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "https://10.0.0.1/a", "https://inner.example/", "//[::1]/"]
)
def test_refuses_redirects_to_private_addresses(target: str) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.host == PUBLIC
        return httpx.Response(302, headers={"location": target})

    with pytest.raises(InvalidImage):
        fetched("https://cdn.example/a", answers, cdn_example=PUBLIC, inner_example="172.16.0.9")


def test_follows_a_few_redirects_and_no_more() -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        left = int(request.url.path[1:])
        return httpx.Response(302, headers={"location": f"/{left - 1}"}) if left else httpx.Response(200, content=b"x")

    assert fetched("https://cdn.example/3", answers, cdn_example=PUBLIC) == b"x"
    with pytest.raises(InvalidImage, match="more than 3 times"):
        fetched("https://cdn.example/4", answers, cdn_example=PUBLIC)


def test_an_unknown_host_may_be_known_later() -> None:
    with pytest.raises(RequestFailed, match="not known"):
        fetched("https://cdn.example/a", no_answer)


@pytest.mark.parametrize(
    ("status", "kind"), [(404, InvalidImage), (403, InvalidImage), (500, RequestFailed), (429, RequestFailed)]
)
def test_tells_what_may_do_later(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=str(status)):
        fetched("https://cdn.example/a", lambda _: httpx.Response(status), cdn_example=PUBLIC)


def test_takes_no_more_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 1000)
    with pytest.raises(InvalidImage, match="larger than 1,000 bytes"):
        fetched("https://cdn.example/a", lambda _: httpx.Response(200, content=b"x" * 1001), cdn_example=PUBLIC)


def test_takes_nothing_compressed() -> None:
    head = {"content-encoding": "gzip"}
    with pytest.raises((InvalidImage, RequestFailed)):
        fetched("https://cdn.example/a", lambda _: httpx.Response(200, headers=head, content=b""), cdn_example=PUBLIC)


def test_an_endless_answer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.2)

    def late(_: Seen) -> Reply:
        return Reply(body=b"x", delay=NEVER)

    async def run(origin: str) -> bytes:
        access = Access(private_hosts=(origin.removeprefix("http://"),))
        async with httpx.AsyncClient() as client:
            return await fetch_image(f"{origin}/a", access, client, knows())

    with serving(late) as origin, pytest.raises(RequestFailed, match="could not be fetched"):
        asyncio.run(run(origin))


def test_ones_own_gateway_may_be_private() -> None:
    def answers(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"mine")

    assert fetched("http://10.0.0.5:8000/a", answers, "10.0.0.5:8000") == b"mine"
    with pytest.raises(InvalidImage):
        fetched("http://10.0.0.5:8001/a", answers, "10.0.0.5:8000")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:4700::6810:84e5", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.53", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:192.168.1.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("::a00:1", False),
        ("::ffff:0:a00:1", False),
        ("fec0::1", False),
        ("2002:a00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public
