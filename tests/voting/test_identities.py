"""Tokens and pseudonyms: what they are bound to, and what cannot be linked."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena.voting.identities import Pseudonyms, TokenExpiredError, TokenRefusedError, Tokens
from tests.voting.arenas import Clock

BATTLE = "0123456789abcdef0123456789abcdef"


def tokens(clock: Clock, secret: bytes = b"one secret") -> Tokens:
    return Tokens(secret, clock, timedelta(minutes=30))


def test_a_token_is_good_for_its_voter_until_it_expires() -> None:
    clock = Clock(datetime(2026, 8, 1, tzinfo=UTC))
    signer = tokens(clock)
    token = signer.issue(BATTLE, "voter")
    clock.forward(minutes=30)
    assert signer.read(token, "voter") == BATTLE
    clock.forward(seconds=1)
    with pytest.raises(TokenExpiredError):
        signer.read(token, "voter")
    assert signer.read(token, "voter", expire=False) == BATTLE
    assert "voter" not in token


def test_not_for_another_voter_nor_under_another_secret() -> None:
    token = tokens(Clock()).issue(BATTLE, "voter")
    with pytest.raises(TokenRefusedError):
        tokens(Clock()).read(token, "other")
    with pytest.raises(TokenRefusedError):
        tokens(Clock(), b"another secret").read(token, "voter")


@given(st.text(max_size=80), st.integers(0, 80))
@example("::", 67)
def test_whatever_is_changed_is_refused(text: str, place: int) -> None:
    signer = tokens(Clock())
    token = signer.issue(BATTLE, "voter")
    changed = token[:place] + text + token[place + len(text) :]
    if changed != token:
        with pytest.raises(TokenRefusedError):
            signer.read(changed, "voter")
    with pytest.raises(TokenRefusedError):
        signer.read_picture(text)


def test_another_spelling_of_the_signature_is_refused() -> None:
    signer = tokens(Clock())
    token = signer.issue(BATTLE, "voter")
    spellings = [token[:-1] + letter for letter in string.ascii_letters + string.digits + "-_" if letter != token[-1]]
    for spelling in [*spellings, token + "=", token + ":", token + "\n"]:
        with pytest.raises(TokenRefusedError):
            signer.read(spelling, "voter")


def test_a_voter_cannot_be_linked_across_arenas_or_secrets() -> None:
    one, other = Pseudonyms(b"one", random.Random(1)), Pseudonyms(b"other", random.Random(1))
    cookie = one.new_cookie()
    ids = {one.voter(cookie, "a"), one.voter(cookie, "b"), other.voter(cookie, "a"), one.voter(one.new_cookie(), "a")}
    assert len(ids) == 4
    assert one.accepts(cookie)
    assert not other.accepts(cookie), "after the key is rotated everybody is new"
    assert not any(one.accepts(text) for text in (None, "", "a.b", cookie + "x", "é", "x" * 500))


def test_another_spelling_of_a_cookie_is_refused() -> None:
    voters = Pseudonyms(b"one", random.Random(1))
    cookie = voters.new_cookie()
    last = [cookie[:-1] + letter for letter in string.ascii_letters + string.digits + "-_" if letter != cookie[-1]]
    for spelling in [*last, cookie + "=", cookie + "!" * 60, cookie.replace(".", ".~"), cookie + "\n"]:
        assert not voters.accepts(spelling), "each spelling would be a voter of its own"


def test_a_network_is_an_ipv4_address_or_an_ipv6_48() -> None:
    voters = Pseudonyms(b"one", random.Random(1))
    same = voters.network("192.0.2.1")
    for spelling in ("::ffff:192.0.2.1", "64:ff9b::c000:201", "2001:0:4136:e378:8000:63bf:3fff:fdfe"):
        assert voters.network(spelling) == same, "an IPv4 address within an IPv6 one"
    several = {voters.network(address) for address in ("192.0.2.1", "192.0.2.2", "2001:db8:1::1", "2001:db8:2::1", "x")}
    assert len(several) == 5
    assert voters.network("2001:db8:0:1::1") == voters.network("2001:db8:0:ff01::9%eth0")
    assert voters.network(None) == voters.network("") == voters.network("unknown")
    assert Pseudonyms(b"two", random.Random(1)).network("192.0.2.1") != same
    kept = {voters.network_in(same, "a"), voters.network_in(same, "b"), same}
    assert len(kept) == 3, "a vote's network tells nothing of votes in another arena"
