"""What every request passes: the path that the app is below, no body larger than a vote has, no vote from another
site, the same headers on all answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.catalogue.settings import Playground
from arena.messages import ENGLISH, InterfaceLanguage
from arena.voting import refusals
from arena.voting.refusals import Refusal

LOG = logging.getLogger(__name__)

LARGEST_BODY = 4096
"""Bytes; a vote with every reason has about 300."""
PAGES_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
DEFAULT_PORTS = {"http": 80, "https": 443}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RootPath:
    """ASGI middleware that lets the app lie below a path such as ``/arena``; an empty ``root`` changes nothing.

    Without a proxy requests come with that path; a proxy may take it away (nginx: a ``/`` at the end of ``proxy_pass``)
    or leave it. The app sees both as ASGI has it: ``path`` with ``root_path`` before the rest.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.root:
            if scope["path"] == self.root:
                query = scope["query_string"].decode("latin-1")
                await RedirectResponse(f"{self.root}/?{query}".removesuffix("?"), 308)(scope, receive, send)
                return
            inner = (
                scope["path"].removeprefix(self.root) if scope["path"].startswith(f"{self.root}/") else scope["path"]
            )
            scope = {**scope, "root_path": self.root, "path": self.root + inner}
        await self.app(scope, receive, send)


def inner_path(scope: Scope) -> str:
    """The path of a request without the one that the app is below."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


class Guard:
    """ASGI middleware around the whole app. It looks at each request before any other code does."""

    def __init__(
        self, app: ASGIApp, site_policy: str, language_of: Callable[[Scope], InterfaceLanguage] = lambda _: ENGLISH
    ) -> None:
        self.app = app
        self.site_policy = site_policy
        self.language_of = language_of
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = self.site_policy if inner_path(scope).startswith("/site/") else PAGES_POLICY

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = policy
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = _refusal(scope)
        if scope["method"] not in SAFE_METHODS and (advice := proxy_advice(scope)) and advice not in self._told:
            # Once: whoever votes next is told nothing else, and what a stranger sends must not fill the log.
            self._told.add(advice)
            LOG.warning(advice)
        body = None if refusal else await _whole_body(scope, receive)
        if refusal or body is None:
            answer = refusal_response(refusal or refusals.TOO_LARGE, self.language_of(scope))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, guarded)
            return
        await self.app(scope, _replay(body, receive), guarded)


def site_policy(playground: Playground | None) -> str:
    """The policy of the built site, whose pages may name a narrower one: both hold."""
    images = f" {' '.join(playground.pictures_from)}" if playground else ""
    connections = f" {playground.requests_to}" if playground else ""
    policy = PAGES_POLICY.replace("img-src 'self' data:", f"img-src 'self' data: blob:{images}")
    return policy.replace("connect-src 'self'", f"connect-src 'self'{connections}")


def refusal_response(refusal: Refusal, language: InterfaceLanguage) -> JSONResponse:
    """A refusal for programs; its sentence is for people."""
    error = {"code": refusal.code, "message": refusal.message(language)}
    return JSONResponse({"error": error}, refusal.status, headers=refusal.headers | language_headers(language))


def language_headers(language: InterfaceLanguage) -> dict[str, str]:
    """Which language an answer is in, and that another reader gets another: no cache may hand it to all."""
    return {"Content-Language": language.tag, "Vary": "Accept-Language, Cookie"}


def _refusal(scope: Scope) -> Refusal | None:
    headers = Headers(scope=scope)
    # Before the body is read: nobody can make the app hold what it will refuse.
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:12]) > LARGEST_BODY:
        return refusals.TOO_LARGE
    if not scope["query_string"].isascii():
        return refusals.NOT_ASKED
    if scope["method"] in SAFE_METHODS:
        return None
    # A vote from another site's page would carry this voter's cookie (CSRF). Browsers say where a request comes from,
    # and pages cannot change what they say: Sec-Fetch-Site since 2023 in all of them, Origin in older ones. What has
    # neither is no browser, and has no voter's cookie but its own.
    site = headers.get("sec-fetch-site")
    if site is not None:
        return None if site in ("same-origin", "none") else refusals.CROSS_SITE
    origin = headers.get("origin")
    if origin is not None and not _same_origin(origin, scope["scheme"], headers.get("host", "")):
        return refusals.CROSS_SITE
    return None


def proxy_advice(scope: Scope) -> str:
    """What a proxy in front has to be told where voters come with the proxy's address, or a browser's Origin does not
    fit what arrived; empty where all fits.

    Nothing of the request is quoted: it comes from anybody.
    """
    headers = Headers(scope=scope)
    # uvicorn puts the address that a trusted proxy names in the client's place.
    client, forwarded = (scope.get("client") or ("",))[0], headers.get("x-forwarded-for")
    if forwarded is not None and client not in forwarded:
        return (
            "a vote came with an X-Forwarded-For that is not believed. If a proxy is in front, name its address after "
            "--trusted: until then all its voters are one network, and reach its limits together"
        )
    return _origin_advice(headers, scope["scheme"])


def _origin_advice(headers: Headers, scheme: str) -> str:
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is None:
        return ""
    if origin == "null":
        return (
            "a vote came with the Origin null, and is refused unless its browser sends Sec-Fetch-Site: a proxy or a "
            "Referrer-Policy of no-referrer takes the origin away; leave both headers as they are"
        )
    if not _same_host(origin, host):
        if headers.get("sec-fetch-site") not in (None, "same-origin"):
            return ""  # another site's page, says the browser
        return (
            "a vote came from another host than the one that the request names. If the votes of your own pages are "
            "refused, the proxy in front changes Host: set in nginx `proxy_set_header Host $http_host;` "
            "(Apache: `ProxyPreserveHost On`; the port has to be in it)"
        )
    if origin.lower().startswith("https:") and scheme == "http":
        return (
            "a page at https sent a vote that arrived as http, so that cookies are not Secure: set in nginx "
            "`proxy_set_header X-Forwarded-Proto $scheme;`, and name the proxy's address after --trusted"
        )
    return ""


def _same_origin(origin: str, scheme: str, host: str) -> bool:
    """Whether an Origin header names the page's own site, for a request of a scheme to a host.

    A page at http is not that at https: who is on its way could have written it. The other way around the request lost
    its s at a proxy that does not say so.
    """
    of_page = origin.partition("://")[0].lower()
    return of_page in {scheme, "https"} and of_page in DEFAULT_PORTS and _same_host(origin, host)


def _same_host(origin: str, host: str) -> bool:
    """Whether an Origin header, which may be ``null`` or no address, names the host and port of a Host header."""
    scheme = origin.partition("://")[0].lower()
    named = _host_and_port(origin, scheme)
    return named is not None and named == _host_and_port(f"{scheme}://{host}", scheme)


def _host_and_port(address: str, scheme: str) -> tuple[str, int | None] | None:
    """Host and port of an address, the port that belongs to the scheme where it names none; None for no address."""
    try:
        parts = urlsplit(address)
        if not parts.hostname or parts.username is not None:
            return None
        return parts.hostname, parts.port or DEFAULT_PORTS.get(scheme)
    except ValueError:
        return None


async def _whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body; None as soon as it is too large, which only reading tells of a chunked one, or where the client left
    before its end.
    """
    if scope["method"] in SAFE_METHODS:
        return b""
    body = b""
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            # Half a form may be a vote that nobody meant.
            return None
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body which was read already, then goes on with the client's messages."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replayed
