"""Why people preferred a model: shares as one counts them by hand, and intervals that know who voted."""

from __future__ import annotations

from dataclasses import replace

import ibis
import pytest

from arena.publish.content.vote_reasons import NO_SHARE, ModelReason, find_reasons
from arena.records import Origin, Outcome, Vote
from arena.votes.table import votes_table
from tests.publish.worlds import cast_votes

VOTE = replace(cast_votes({}, Origin.HUMAN)[0], left="a/one", right="b/two", category="photo")


def votes(*said: tuple[Outcome, tuple[str, ...]], voters: int = 1000, category: str = "photo") -> list[Vote]:
    return [
        replace(
            VOTE, battle=f"{category}-{n}", voter=f"v{n % voters}", category=category, outcome=outcome, reasons=reasons
        )
        for n, (outcome, reasons) in enumerate(said)
    ]


def found(cast: list[Vote]) -> dict[tuple[str, str, str], ModelReason]:
    """By model, category and reason."""
    reasons = find_reasons(ibis.memtable(votes_table(cast)))
    return {(model, each.category, each.reason): each for model, many in reasons.items() for each in many}


def test_shares_are_of_the_wins_and_losses_that_have_a_reason() -> None:
    left, right = Outcome.LEFT, Outcome.RIGHT
    cast = votes(
        (left, ("text", "style")), (left, ("text",)), (left, ()), (right, ("style",)), (Outcome.TIE, ("text",))
    )
    cast += votes((left, ("style",)), category="logo")
    all_of = found(cast)
    text, style = all_of["a/one", "", "text"], all_of["a/one", "", "style"]
    assert ((text.wins.votes, text.wins.of), (text.losses.votes, text.losses.of)) == ((2, 3), (0, 1))
    assert ((style.wins.votes, style.wins.of), (style.losses.votes, style.losses.of)) == ((2, 3), (1, 1))
    photo = all_of["a/one", "photo", "text"]
    assert (photo.wins.votes, photo.wins.of, photo.wins.share) == (2, 2, 1.0)
    other = all_of["b/two", "", "style"]
    assert (other.wins.votes, other.wins.of, other.losses.votes, other.losses.of) == (1, 1, 2, 3)
    assert all_of["a/one", "logo", "style"].losses == NO_SHARE
    assert ("a/one", "logo", "text") not in all_of


def test_votes_of_one_voter_count_for_less_than_those_of_many() -> None:
    said = [(Outcome.LEFT, ("text",) if n % 4 < 2 else ("style",)) for n in range(40)]
    many, few = (found(votes(*said, voters=voters))["a/one", "", "text"].wins for voters in (40, 4))
    assert (many.votes, many.of) == (few.votes, few.of) == (20, 40)
    assert many.low == pytest.approx(0.3520, abs=1e-4) and many.high == pytest.approx(
        0.6480, abs=1e-4
    )  # Wilson, 20 of 40
    assert few.low < 0.16 and few.high > 0.84  # Wilson, 2 of 4: each voter always gave the same reason
    sure = found(votes(*[(Outcome.LEFT, ("text",))] * 40, voters=2))["a/one", "", "text"].wins
    assert sure.low == pytest.approx(0.3424, abs=1e-4)  # 2 of 2


def test_without_reasons_there_is_nothing() -> None:
    assert found(votes((Outcome.LEFT, ()), (Outcome.RIGHT, ()))) == {}
    assert find_reasons(ibis.memtable(votes_table([]))) == {}
