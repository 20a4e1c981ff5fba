"""How reveals read: in the words and numbers of the site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from arena import wording
from arena.catalogue import load_catalogue
from arena.messages import ENGLISH
from arena.records import Origin, Outcome
from arena.votes.store import StoredVote
from arena.voting.identities import Tokens
from arena.voting.live_arena import AppSettings, LiveArena
from arena.voting.reveal import OtherVotes, Reveal, RevealedModel, Reveals, VoterProgress
from tests.voting.arenas import NO_LIMITS, NO_RATINGS, Clock, write_project

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
LEFT = RevealedModel("a/left", "Left", "A", -1.5, 3, 1234, Origin.HUMAN, Decimal("0.04"), None)
RIGHT = RevealedModel("b/right", "Right", "B", None, None, 0, None, None, None)
PROVIDER = 'name = "Cheap"\nurl = "https://cheap.example"\nsources = [{ name = "Test", read = 2026-07-01 }]\n'
OFFER = '[[prices]]\namount = {amount}\nunit = "image"\nread = 2026-07-01\nsource = "Test"\n'


def reveal(outcome: Outcome, others: OtherVotes) -> Reveal:
    return Reveal(StoredVote("battle", "voter", NOON, outcome), LEFT, RIGHT, others)


@pytest.mark.parametrize("amount", ["0.00003", "0.0392", "0.04", "1.5"])
def test_a_price_reads_as_on_the_site(tmp_path: Path, amount: str) -> None:
    write_project(tmp_path / "data")
    offer = tmp_path / "data" / "providers" / "cheap" / "acme" / "one.toml"
    offer.parent.mkdir(parents=True)
    offer.write_text(OFFER.format(amount=amount))
    (offer.parent.parent / "provider.toml").write_text(PROVIDER)
    live = LiveArena(load_catalogue(tmp_path / "data"), NO_RATINGS, AppSettings(NO_LIMITS))
    reveals = Reveals.of(live, Tokens(b"secret", Clock(), timedelta(minutes=1)), site=False)
    price = reveals.model("text-to-image", "acme/one").price
    assert price is not None
    assert ENGLISH.dollars(price) == wording.dollars(Decimal(amount))
    assert (
        ENGLISH.dollars(price) == {"0.00003": "$0.00003", "0.0392": "$0.0392", "0.04": "$0.04", "1.5": "$1.50"}[amount]
    )


def test_others_are_counted_by_side_and_simulated_votes_are_named() -> None:
    votes = OtherVotes(votes=1200, left=600, right=300, tie=240, both_bad=60, simulated=False)
    told = "on these two models: Left 50%, Right 25%, equally good 20%, both bad 5%."
    assert reveal(Outcome.TIE, votes).others_text(ENGLISH) == f"Before you, 1,200 votes {told}"
    assert (
        reveal(Outcome.TIE, replace(votes, simulated=True)).others_text(ENGLISH)
        == f"Before you, 1,200 simulated votes {told}"
    )
    nobody = OtherVotes(0, 0, 0, 0, 0, simulated=False)
    assert reveal(Outcome.TIE, nobody).others_text(ENGLISH) == "You are the first to vote on these two models."
    assert (votes.share_text(600, ENGLISH), nobody.share_text(0, ENGLISH)) == ("preferred by 50%", "")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.LEFT, "You chose Left."),
        (Outcome.RIGHT, "You chose Right."),
        (Outcome.TIE, "You called Left and Right equally good."),
        (Outcome.BOTH_BAD, "You called both bad."),
    ],
)
def test_a_vote_is_said_by_name(outcome: Outcome, said: str) -> None:
    assert reveal(outcome, OtherVotes(0, 0, 0, 0, 0, simulated=False)).verdict(ENGLISH) == said


def test_a_model_is_told_with_rank_score_and_price() -> None:
    assert LEFT.rank_text(ENGLISH) == "#3, score −1.50 from 1,234 votes"
    assert replace(LEFT, origin=Origin.SIMULATED).rank_text(ENGLISH) == "#3, score −1.50 from 1,234 simulated votes"
    assert replace(LEFT, origin=Origin.DERIVED).rank_text(ENGLISH) == "#3, score −1.50 from 1,234 derived votes"
    assert replace(LEFT, votes=1).rank_text(ENGLISH) == "#3, score −1.50 from 1 vote"
    assert RIGHT.rank_text(ENGLISH) == "Not ranked yet"
    assert (LEFT.price_text(ENGLISH), RIGHT.price_text(ENGLISH)) == ("from $0.04 an image", "price unknown")


def test_progress_is_told_without_urging() -> None:
    assert VoterProgress(0, 0, 10).text(ENGLISH) == ""
    assert VoterProgress(1, 1, 9).text(ENGLISH) == "1 vote so far. 9 more for a board of your own."
    assert VoterProgress(12, 5, 0).text(ENGLISH) == "12 votes so far, 5 in the last hour."
