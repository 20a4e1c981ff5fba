"""Signed tokens: who holds one was shown that battle, in that browser, not long ago.

A token names its battle and carries the time of issue; the voter is part of the key it is signed with, not of its text,
so it neither tells who votes nor works for anybody else. That it works once is for the store, which takes one vote a
battle and voter.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.exc import SignatureExpired

LONGEST = 400
"""Characters; a longer text is not even looked at."""


class TokenRefusedError(Exception):
    """The token was not made here, not for this voter, or was changed."""


class TokenExpiredError(TokenRefusedError):
    """The token was made here for this voter, but too long ago."""


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

    def picture(self, battle: str, place: str) -> str:
        """The last part of a picture's address: says the battle and the place on the page, nothing of the model."""
        return self._pictures.sign(f"{battle}.{place}").decode("ascii")

    def read_picture(self, name: str) -> tuple[str, str]:
        """The battle and the place that a picture's address names; raises TokenRefusedError where it was made up."""
        if not _is_signed(self._pictures, name):
            raise TokenRefusedError
        try:
            battle, _, place = self._pictures.unsign(name).decode("ascii").partition(".")
        except (BadSignature, UnicodeError) as error:
            raise TokenRefusedError from error
        return battle, place

    def _signer(self, voter: str) -> TimestampSigner:
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
    """Whether a text ends in its signature as we write it: other spellings of the same bytes are refused too."""
    if len(text) > LONGEST or not text.isascii():
        return False
    value, _, signature = text.rpartition(".")
    return hmac.compare_digest(signature.encode(), signer.get_signature(value))
