"""Who votes, and on what: pseudonyms that tell nobody who it is, and signed tokens that only one voter can use.

A cookie holds a random number and its signature. What the store gets is a hash of it keyed by the secret and the arena:
the same browser is one voter within an arena, two unrelated ones in two arenas, and somebody new when the secret
changes. An address is never stored, and leaves this module as a hash only: the store keeps a second one, of that hash
and a secret that ends with the audit period (``arena.votes.store.networks``).

A token names its battle and carries the time of issue. The voter is part of the key that it is signed with, not of its
text, so that it neither tells who votes nor works for anybody else. That it works once is for the store, which takes
one vote a battle and voter.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.exc import SignatureExpired

from arena.votes.store import network_of

COOKIE = "arena_voter"
COOKIE_SECONDS = 365 * 24 * 3600
IDENTITY_BITS = 128
LONGEST_TOKEN = 400
"""Characters of a cookie or a token; a longer text is not even looked at."""


class TokenRefusedError(Exception):
    """The token was not made here, not for this voter, or was changed."""


class TokenExpiredError(TokenRefusedError):
    """The token was made here for this voter, but too long ago."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes cookies and pseudonyms from ``secret``; ``rng`` draws new identities and has to be unpredictable."""

    secret: bytes
    rng: random.Random

    def new_cookie(self) -> str:
        """The cookie of a browser that has none."""
        return self._signer.sign(f"{self.rng.getrandbits(IDENTITY_BITS):032x}").decode("ascii")

    def accepts(self, cookie: str | None) -> bool:
        """Whether the cookie was made here, with the present secret.

        A cookie that anybody could write would give anybody as many voters as they like.
        """
        # One spelling only: each other one that was accepted would be another voter.
        return cookie is not None and _is_signed(self._signer, cookie)

    def voter(self, cookie: str, arena: str) -> str:
        """The voter's pseudonym in one arena, 32 hex digits."""
        return self._hash("voter", arena, cookie)

    def voters(self, cookie: str, arenas: Iterable[str]) -> tuple[str, ...]:
        """The pseudonyms in several arenas, which only somebody with the cookie and the secret can bring together."""
        return tuple(self.voter(cookie, arena) for arena in arenas)

    def network(self, address: str | None) -> str:
        """The pseudonym of the network that the address belongs to, for the store, which hashes it once more."""
        return self._hash("network", network_of(address))

    def network_in(self, network: str, arena: str) -> str:
        """The same for what one arena keeps, made from the pseudonym: unrelated to that in any other arena."""
        return self._hash("network", arena, network)

    def _hash(self, *parts: str) -> str:
        # Keyed: all four billion IPv4 addresses could be hashed without the key, and compared.
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()[:32]

    @cached_property
    def _key(self) -> bytes:
        return hashlib.sha256(b"arena.pseudonym\0" + self.secret).digest()

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.secret, salt="arena.cookie", key_derivation="hmac")


@dataclass(frozen=True)
class Tokens:
    """Makes and reads tokens. ``secret`` is the key, ``clock`` tells the time (aware), ``lifetime`` how long."""

    secret: bytes
    clock: Callable[[], datetime]
    lifetime: timedelta

    def issue(self, battle: str, voter: str) -> str:
        """The token with which this voter, and nobody else, may vote on the battle once."""
        return self._signer(voter).sign(battle).decode("ascii")

    def read(self, token: str, voter: str, *, expire: bool = True) -> str:
        """The battle that the token is for.

        Raises TokenExpiredError where it is older than its lifetime (unless ``expire`` is off), TokenRefusedError where
        it is forged, changed, or somebody else's.
        """
        if not _is_signed(self._signer(voter), token):
            raise TokenRefusedError
        try:
            seconds = int(self.lifetime.total_seconds()) if expire else None
            return self._signer(voter).unsign(token, max_age=seconds).decode("ascii")
        except SignatureExpired as error:
            raise TokenExpiredError from error
        except (BadSignature, UnicodeError) as error:
            raise TokenRefusedError from error

    def sign_picture(self, battle: str, slot: str) -> str:
        """The last part of a picture's URL: names the battle and the slot on the page, nothing of the model."""
        return self._pictures.sign(f"{battle}.{slot}").decode("ascii")

    def read_picture(self, name: str) -> tuple[str, str]:
        """The battle and the slot that a picture's URL names; raises TokenRefusedError where it was made up."""
        if not _is_signed(self._pictures, name):
            raise TokenRefusedError
        try:
            battle, _, slot = self._pictures.unsign(name).decode("ascii").partition(".")
        except (BadSignature, UnicodeError) as error:
            raise TokenRefusedError from error
        return battle, slot

    def _signer(self, voter: str) -> TimestampSigner:
        # The voter goes into the key: a token that somebody else found or was given does not verify.
        return _ClockedSigner(self.clock, self.secret, salt=f"arena.battle:{voter}")

    @cached_property
    def _pictures(self) -> Signer:
        return Signer(self.secret, salt="arena.picture", key_derivation="hmac")


class _ClockedSigner(TimestampSigner):
    """A TimestampSigner that is told the time."""

    def __init__(self, clock: Callable[[], datetime], secret: bytes, *, salt: str) -> None:
        super().__init__(secret, salt=salt, key_derivation="hmac")
        self.clock = clock

    def get_timestamp(self) -> int:
        return int(self.clock().timestamp())


def _is_signed(signer: Signer, text: str) -> bool:
    """Whether a text ends in its signature as we write it: other spellings of the same bytes are refused too.

    Base64 without padding has several spellings of some signatures, and itsdangerous takes them all, with characters
    between that are no Base64; what has one spelling only can be compared, logged, hashed and looked up as text.
    """
    if len(text) > LONGEST_TOKEN or not text.isascii():
        return False
    value, _, signature = text.rpartition(".")
    # In constant time, so that how long it takes tells nobody how much of a guessed signature is right.
    return hmac.compare_digest(signature.encode(), signer.get_signature(value))
