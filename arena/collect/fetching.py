"""Fetch an image from a URL that a provider named: such a URL may point anywhere, also into our own network (SSRF).

HTTPS only, and only to hosts all of whose addresses are public; the connection goes to the very address that was
checked, so that a name cannot be looked up a second time and mean another host (DNS rebinding). Redirects are followed
by hand, and each is checked like the first. No key ever goes along. The hosts of one's own gateway can be allowed in
provider.toml.
"""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from arena.catalogue.records import Access
from arena.collect.bodies import UnreadableBody, read_bounded
from arena.collect.dependencies import Resolver
from arena.collect.image_checks import LARGEST_BYTES, InvalidImage
from arena.collect.provider_client import CONNECT_SECONDS, RequestFailed, is_private

MOST_REDIRECTS = 3
FETCH_SECONDS = 120.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_PUBLIC = tuple(map(IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "fec0::/10")))
"""IPv6 addresses that stand for an IPv4 one (RFC 4291, 6052, 8215, 7915), or for whatever a site gave them to:
``ipaddress`` calls some of them global, while a router on the way may lead them to 10.0.0.1.
"""


async def fetch_image(url: str, access: Access, client: httpx.AsyncClient, resolver: Resolver) -> bytes:
    """The bytes at a URL, as sent.

    Raises ``InvalidImage`` for a URL or answer that is not to be trusted, and ``RequestFailed`` for one that may work
    later.
    """
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return await _follow(url, access, client, resolver)
    except (TimeoutError, httpx.TransportError) as error:
        raise RequestFailed(f"the picture could not be fetched ({type(error).__name__})") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InvalidImage(f"it cannot be fetched ({type(error).__name__})") from error


async def _follow(url: str, access: Access, client: httpx.AsyncClient, resolver: Resolver) -> bytes:
    here = httpx.URL(url)
    for _ in range(MOST_REDIRECTS + 1):
        pinned = await _pinned(here, access, resolver)
        # The request goes to an address; Host and SNI carry the name, so that the certificate is still checked
        # against the name.
        headers = {"Host": here.netloc.decode("ascii"), "Accept": "image/*", "Accept-Encoding": "identity"}
        timeout = httpx.Timeout(FETCH_SECONDS, connect=CONNECT_SECONDS, pool=None)
        extensions = {"sni_hostname": here.host}
        async with client.stream("GET", pinned, headers=headers, extensions=extensions, timeout=timeout) as response:
            if response.status_code not in _REDIRECTS:
                return await _body(response)
            here = here.join(response.headers.get("location", ""))
    raise InvalidImage(f"its address leads elsewhere more than {MOST_REDIRECTS} times")


async def _body(response: httpx.Response) -> bytes:
    status = response.status_code
    if status in (408, 425, 429) or status >= 500:
        raise RequestFailed(f"{status} for the picture")
    if status != 200:
        raise InvalidImage(f"{status} at its address")
    try:
        return await read_bounded(response, LARGEST_BYTES)
    except UnreadableBody as unreadable:
        raise InvalidImage(str(unreadable)) from unreadable


async def _pinned(url: httpx.URL, access: Access, resolver: Resolver) -> httpx.URL:
    """The URL with the host's checked address in place of its name."""
    if url.userinfo:
        raise InvalidImage("its address holds a password")
    if url.scheme in ("http", "https") and is_private(url, access):
        return url
    if url.scheme != "https" or not url.host:
        raise InvalidImage("its address is not HTTPS")
    if url.port not in (None, 443):
        raise InvalidImage(f"its address is on port {url.port}")
    addresses = await _addresses(url.host, resolver)
    if not addresses:
        raise RequestFailed(f"the picture's host {url.host} is not known")
    # All of them, not only the first: a name that has a private address as well is not trusted at all.
    for address in addresses:
        if not is_public(address):
            raise InvalidImage(f"its host {url.host} is on the private address {address}")
    return url.copy_with(host=str(addresses[0]))


async def _addresses(host: str, resolver: Resolver) -> list[IPv4Address | IPv6Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        return [ip_address(address.partition("%")[0]) for address in await resolver(host)]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anyone's machine may have it: no private, local or reserved address, nor one that stands for such."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour or address.teredo or any(address in network for network in _NOT_PUBLIC):
            return False
    return address.is_global and not address.is_multicast
