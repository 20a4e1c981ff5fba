"""Tokens and pseudonyms: what they are bound to, and what cannot be linked."""

from __future__ import annotations

import random
import string
from datetime import UTC, date, datetime, timedelta

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


def test_a_network_is_a_prefix_for_a_day() -> None:
    voters, day = Pseudonyms(b"one", random.Random(1)), date(2026, 8, 1)
    same = voters.network("192.0.2.1", day)
    assert voters.network("192.0.2.250", day) == same == voters.network("::ffff:192.0.2.9", day)
    others = {voters.network("192.0.3.1", day), voters.network("192.0.2.1", date(2026, 8, 2)), voters.network("x", day)}
    assert same not in others
    assert len(others) == 3
    kept = {voters.network_in(same, "a"), voters.network_in(same, "b"), same}
    assert len(kept) == 3, "a vote's network tells nothing of votes in another arena"
    assert voters.network("2001:db8:0:1::1", day) == voters.network("2001:db8:0:ff::9", day)
