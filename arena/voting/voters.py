"""Who votes, without knowing who it is: keyed hashes of a random cookie, and of a network for the rate limits.

The cookie holds a random number and its signature. What the store gets is a hash of it keyed by the secret and the
arena: the same browser is one voter within an arena, two unrelated ones in two arenas, and somebody new when the
secret changes. An address is never stored; the network it belongs to becomes a hash whose key changes every day.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from itsdangerous import BadSignature, Signer

COOKIE = "arena_voter"
COOKIE_SECONDS = 365 * 24 * 3600
IDENTITY_BITS = 128


@dataclass(frozen=True)
class Voters:
    """Makes cookies and pseudonyms from ``secret``; ``rng`` draws new identities and has to be unpredictable."""

    secret: bytes
    rng: random.Random

    def new_cookie(self) -> str:
        """The cookie of a browser that has none."""
        return self._signer.sign(f"{self.rng.getrandbits(IDENTITY_BITS):032x}").decode("ascii")

    def accepts(self, cookie: str | None) -> bool:
        """Whether the cookie was made here, with the present secret."""
        if not cookie or len(cookie) > 200 or not cookie.isascii():
            return False
        try:
            self._signer.unsign(cookie)
        except BadSignature:
            return False
        return True

    def voter(self, cookie: str, arena: str) -> str:
        """The voter's pseudonym in one arena, 32 hex digits."""
        return self._hash("voter", arena, cookie)

    def voters(self, cookie: str, arenas: Iterable[str]) -> tuple[str, ...]:
        """The pseudonyms in several arenas, which only somebody with the cookie and the secret can bring together."""
        return tuple(self.voter(cookie, arena) for arena in arenas)

    def network(self, address: str | None, day: date) -> str:
        """The pseudonym of the network that the address belongs to (IPv4 /24, IPv6 /56), for one day."""
        try:
            parsed = ipaddress.ip_address((address or "").partition("%")[0])
        except ValueError:
            return self._hash("network", day.isoformat(), "unknown")
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        prefix = 24 if parsed.version == 4 else 56
        network = ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)
        return self._hash("network", day.isoformat(), str(network))

    def network_in(self, network: str, arena: str) -> str:
        """What is kept of a network with a vote, made from its pseudonym: unrelated to that in any other arena."""
        return self._hash("network", arena, network)

    def _hash(self, *parts: str) -> str:
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()[:32]

    @cached_property
    def _key(self) -> bytes:
        return hashlib.sha256(b"arena.pseudonym\0" + self.secret).digest()

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.secret, salt="arena.cookie", key_derivation="hmac")
