"""The attack that chose which of its votes count: vote, see who it was, take back whatever does not help the target.

With an undo after the reveal, 503 of 518 votes were taken back, and all 15 that stood were for the target.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from arena.votes.store import Store
from tests.voting.api_calls import draw, vote
from tests.voting.arenas import Arena

TARGET = "acme/one"
VOTES = 32


@dataclass
class Stand:
    """The votes that count, on battles of the target and on others, and how many of the first are for it."""

    votes: int
    of_target: int
    wins: int


def select_for(arena: Arena, target: str, votes: int, rng: random.Random) -> list[bool]:
    """Cast so many votes as the attack does, a new cookie each; for each vote whether it helps the target."""
    helped = []
    for _ in range(votes):
        browser = arena.another_browser()
        token = draw(browser)["token"]
        told = vote(browser, token, rng.choice(["left", "right"])).json()
        helped.append(told[told["outcome"]]["model"] == target)
        if not helped[-1]:
            take_back(browser, token, told)
    return helped


def take_back(browser: Any, token: str, told: dict[str, Any]) -> None:
    """Every way in which a vote could ever be taken back, or be made another one."""
    other = {"left": "right", "right": "left"}[told["outcome"]]
    browser.delete(f"/api/votes/{token}")
    browser.post("/undo", data={"token": token})
    browser.post("/vote", data={"token": token, "outcome": other})
    vote(browser, token, other)


def standing(store: Store, target: str) -> Stand:
    counts = store.pair_counts("text-to-image")
    of_target = [pair for pair in counts if target in (pair.first, pair.second)]
    wins = sum(pair.wins if pair.first == target else pair.losses for pair in of_target)
    return Stand(sum(pair.votes for pair in counts), sum(pair.votes for pair in of_target), wins)


def test_who_sees_the_names_can_no_longer_choose_which_votes_count(arena: Arena) -> None:
    helped = select_for(arena, TARGET, VOTES, random.Random(2))
    stand = standing(arena.store, TARGET)
    assert stand.votes == VOTES, "those that do not help stand as well"
    assert stand.wins == sum(helped)
    assert stand.of_target - stand.wins > 3, "votes against the target among them"
