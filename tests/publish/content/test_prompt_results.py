"""How models fared on prompts, counted by the engine and by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.publish.content.prompt_results import PromptResult, find_prompt_results
from arena.records import Origin, Outcome, Vote
from arena.votes.table import votes_table
from tests.publish.worlds import cast_votes

VOTE = cast_votes({}, Origin.HUMAN)[0]
MODELS = ("a/one", "a/two", "b/three")
DRAWN = st.lists(
    st.tuples(st.sampled_from(["", "p", "q"]), st.permutations(MODELS), st.sampled_from(list(Outcome))), max_size=12
)


def counted(votes: list[Vote]) -> dict[tuple[str, str], PromptResult]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for vote in votes:
        for model, other in ((vote.left, "right"), (vote.right, "left")):
            word = {other: "lost", "tie": "tied", "both_bad": "bad"}.get(vote.outcome.value, "won")
            seen[vote.prompt, model, word] += 1
    keys = {(prompt, model) for prompt, model, _ in seen if prompt}
    return {key: PromptResult(*(seen[*key, word] for word in ("won", "lost", "tied", "bad"))) for key in keys}


@settings(max_examples=12)
@given(DRAWN)
def test_showings_are_what_one_counts_by_hand(drawn: list[tuple[str, list[str], Outcome]]) -> None:
    votes = [
        replace(VOTE, battle=f"b{number}", prompt=prompt, left=models[0], right=models[1], outcome=outcome)
        for number, (prompt, models, outcome) in enumerate(drawn)
    ]
    assert find_prompt_results(ibis.memtable(votes_table(votes))) == counted(votes)
