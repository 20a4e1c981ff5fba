"""A price for a new voter: a second or two of computing, once a browser, while its person looks at the pictures.

A cookie costs nothing, so without a price a script has as many voters as it likes. The price is Hashcash's (Back 2002):
find a counter for which ``PBKDF2-HMAC-SHA-256(password=challenge, salt=counter)`` is below a bound that one counter in
``tries`` meets. One round of a hash would be far cheaper for a script in C than for a browser's JavaScript. With many
rounds, as in the second version of the ALTCHA protocol, both spend their time in the same machine code: Chromium does
about as many tries a second as Python's OpenSSL (``benchmarks/proof_of_work.py``).

A challenge is signed, holds for a while, and for one cookie on one network, which are part of the key. Its solution
makes a receipt for that cookie. So it works once, in whichever process: a second time it pays for the same voter, and
nothing has to be kept of it.

What it is worth: it makes voters by the million cost days of computing. Against somebody who wants a hundred, or has a
graphics card, it is worth nothing; limits and the audit have to hold there.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from arena.catalogue.settings import VotingSettings
from arena.messages import lazy_gettext
from arena.voting import refusals
from arena.voting.battles import Visitor
from arena.voting.identities import TokenRefusedError, Tokens
from arena.voting.refusals import Refusal, RequestRefused
from arena.wording import count

COOKIE_OF_RECEIPT = "arena_work"
ROUNDS = 200
"""Of PBKDF2 a try: enough that a browser's overhead of a call does not matter, few enough to check in 0.1 ms."""
HASH_BYTES = 6
"""What is compared, as a number: JavaScript's numbers hold it exactly."""
DEFAULT_TRIES = 8_000
"""On average, where arena.toml does not say: half a second on a laptop."""
LARGEST_COUNTER = 2**53 - 1
"""JavaScript counts no further without mistakes."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a challenge says: how many ``tries`` it takes on average, and how long ago it was issued."""

    tries: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class WorkDone:
    """A challenge with the counter that is said to solve it, as they arrive."""

    challenge: str
    counter: int


@dataclass(frozen=True)
class ProofOfWork:
    """Issues challenges, checks solutions, and writes the receipts that browsers keep; ``rng`` is unpredictable."""

    tokens: Tokens
    rng: random.Random

    def issue(self, tries: int, visitor: Visitor) -> str:
        """A challenge for this visitor's cookie on this network."""
        issued = int(self.tokens.clock().timestamp())
        text = f"{self.rng.getrandbits(128):032x}-{tries}-{issued}"
        return self.tokens.issue(text, _holder(visitor))

    def read(self, challenge: str, visitor: Visitor) -> Challenge:
        """What a challenge says. Raises TokenRefusedError where it was not issued here, not for this cookie on this
        network, or too long ago.
        """
        text = self.tokens.read(challenge, _holder(visitor))
        _, tries, issued = text.split("-")
        return Challenge(int(tries), timedelta(seconds=int(self.tokens.clock().timestamp()) - int(issued)))

    def is_done(self, work: WorkDone, visitor: Visitor) -> bool:
        """Whether the work solves a challenge that holds for this cookie on this network; takes about 0.1 ms."""
        try:
            wanted = self.read(work.challenge, visitor)
        except TokenRefusedError:
            return False
        return solves(work.challenge, work.counter, wanted.tries)

    def seconds_left(self, challenge: str, owed: int, visitor: Visitor, voting: VotingSettings) -> tuple[int, str]:
        """How many seconds a browser that does no work has to wait still, and the challenge that they count from.

        That is another one, for ``owed`` tries, where the given one does not hold.
        """
        try:
            age = self.read(challenge, visitor).age
        except TokenRefusedError:
            return voting.new_voter_wait, self.issue(owed, visitor)
        return max(0, voting.new_voter_wait - int(age.total_seconds())), challenge

    def receipt(self, visitor: Visitor) -> str:
        """What a browser with this cookie keeps, to be asked for no more work."""
        return self.tokens.issue("paid", f"receipt:{visitor.cookie}")

    def accepts(self, receipt: str | None, visitor: Visitor) -> bool:
        """Whether a receipt was written here for this cookie."""
        try:
            return bool(receipt) and bool(self.tokens.read(receipt or "", f"receipt:{visitor.cookie}", expire=False))
        except TokenRefusedError:
            return False


def solves(challenge: str, counter: int, tries: int) -> bool:
    """Whether the hash of the challenge with this counter is among the lowest: one in ``tries`` of all hashes."""
    derived = hashlib.pbkdf2_hmac("sha256", challenge.encode(), str(counter).encode(), ROUNDS, HASH_BYTES)
    return int.from_bytes(derived, "big") * tries < 1 << 8 * HASH_BYTES


def tries_asked(voting: VotingSettings, address: str | None) -> int:
    """How many tries a new voter at this address owes on average; 0 for none.

    Where arena.toml does not say, only public addresses owe any: on loopback and in a private network one tries out,
    or votes with colleagues.
    """
    if voting.new_voter_work is not None:
        return voting.new_voter_work
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return 0
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return DEFAULT_TRIES if parsed.is_global else 0


def price_in_words(voting: VotingSettings, *, login: bool = False) -> str:
    """What is asked of new voters, for who starts the arena; nothing of those who log in."""
    if login:
        return "Who logs in does no proof of work."
    if voting.new_voter_work == 0:
        return "New voters do no proof of work."
    who = "New voters" if voting.new_voter_work else "New voters from public addresses"
    return f"{who} do a proof of work of {count(voting.new_voter_work or DEFAULT_TRIES, 'hash', 'hashes')}."


def parse_work(body: bytes) -> WorkDone:
    """The work in a JSON body. Raises RequestRefused: 400 where it is not JSON, 422 where it is no work."""
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RequestRefused(Refusal(400, "bad_json", lazy_gettext("The body is not JSON."))) from error
    if not isinstance(value, Mapping) or value.keys() != {"challenge", "counter"}:
        raise RequestRefused(refusals.invalid(lazy_gettext("Work is an object with a challenge and a counter.")))
    challenge, counter = value["challenge"], value["counter"]
    if not isinstance(challenge, str) or not challenge:
        raise RequestRefused(refusals.invalid(lazy_gettext("challenge has to be a text.")))
    if isinstance(counter, bool) or not isinstance(counter, int) or not 0 <= counter <= LARGEST_COUNTER:
        raise RequestRefused(refusals.invalid(lazy_gettext("counter has to be a whole number that is not negative.")))
    return WorkDone(challenge, counter)


def _holder(visitor: Visitor) -> str:
    return f"work:{visitor.network}:{visitor.cookie}"
