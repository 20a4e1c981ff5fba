"""FastChat's battle files: what becomes a vote, what is left out and counted, what is refused and where."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.records import Outcome
from arena.votes.files import Defaults, load_votes
from arena.votes.table import iter_votes

BATTLE: dict[str, Any] = {
    "question_id": "q1",
    "model_a": "openai/gpt-image-2",
    "model_b": "Stable Diffusion XL_1.0",
    "winner": "model_b",
    "judge": "arena_user_7",
    "conversation_a": None,
    "turn": 1,
    "anony": True,
    "language": "English",
    "tstamp": 1700000000.5,
}


def _write(folder: Path, battles: list[Any], name: str = "battles.json") -> Path:
    path = folder / name
    lines = "\n".join(json.dumps(battle) for battle in battles)
    path.write_text(json.dumps(battles, indent=2) if name.endswith(".json") else lines)
    return path


@pytest.mark.parametrize("name", ["battles.json", "battles.jsonl"])
def test_a_battle_becomes_a_vote(tmp_path: Path, name: str) -> None:
    loaded = load_votes([_write(tmp_path, [BATTLE], name)], "fastchat", Defaults(category="photo"))
    (vote,) = iter_votes(loaded.table)
    assert (vote.battle, vote.voter, vote.outcome) == ("q1", "arena_user_7", Outcome.RIGHT)
    assert (vote.left, vote.right) == ("openai/gpt-image-2", "fastchat/stable-diffusion-xl-1.0")
    assert vote.at == datetime.fromtimestamp(1700000000.5, UTC)
    assert (vote.arena, vote.category, vote.language) == ("text-to-image", "photo", "en")
    assert loaded.names["fastchat/stable-diffusion-xl-1.0"] == "Stable Diffusion XL_1.0"


def test_each_winner_has_its_outcome(tmp_path: Path) -> None:
    winners = ["model_a", "model_b", "tie", "tie (bothbad)"]
    battles = [{**BATTLE, "question_id": str(number), "winner": name} for number, name in enumerate(winners)]
    votes = iter_votes(load_votes([_write(tmp_path, battles)], "fastchat").table)
    assert [vote.outcome for vote in votes] == list(Outcome)


def test_battles_that_showed_names_are_left_out_and_counted(tmp_path: Path) -> None:
    loaded = load_votes([_write(tmp_path, [BATTLE, {**BATTLE, "anony": False}])], "fastchat")
    assert (len(loaded.table), loaded.left_out) == (1, 1)
    assert any("1 battles left out" in note for note in loaded.notes)


def test_without_judges_and_questions_each_row_is_a_battle_of_its_own(tmp_path: Path) -> None:
    short = {key: BATTLE[key] for key in ("model_a", "model_b", "winner", "tstamp")}
    loaded = load_votes([_write(tmp_path, [short, short], "battles.jsonl")], "fastchat", Defaults(language="zh"))
    assert loaded.table["battle"].to_pylist() == ["fastchat-1", "fastchat-2"]
    assert loaded.table["language"].to_pylist() == ["zh", "zh"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"winner": "model_c"}, 'unknown winner "model_c"'),
        ({"winner": None}, "unknown winner"),
        ({"winner": []}, "unknown winner"),
        ({"model_a": ""}, '"model_a" is missing'),
        ({"model_b": 7}, '"model_b" is missing'),
        ({"anony": "yes"}, "anony is"),
        ({"tstamp": None}, '"tstamp" is missing'),
        ({"tstamp": "now"}, "tstamp is"),
        ({"tstamp": -1}, "tstamp is"),
        ({"tstamp": True}, "tstamp is"),
        ({"language": "Klingonish tongue"}, "unknown language"),
        ({"judge": {}}, "judge is"),
        ({"judge": "\ud800"}, "half of a surrogate pair"),
        ({"model_a": "a\ud800"}, "half of a surrogate pair"),
        ({"model_b": "openai/gpt-image-2"}, "the same model"),
    ],
)
@pytest.mark.parametrize("name", ["battles.json", "battles.jsonl"])
def test_what_is_wrong_is_said_with_its_row(tmp_path: Path, name: str, change: dict[str, Any], message: str) -> None:
    path = _write(tmp_path, [BATTLE, {**BATTLE, "question_id": "q2", **change}], name)
    with pytest.raises(VotesError) as caught:
        load_votes([path], "fastchat")
    (finding,) = caught.value.findings
    assert message in finding.message
    assert finding.where == (f"{path}: row 2" if name.endswith(".json") else f"{path}:2")


def test_names_that_would_be_one_model_are_refused(tmp_path: Path) -> None:
    battles = [{**BATTLE, "model_a": "SD XL"}, {**BATTLE, "question_id": "q2", "model_a": "SD_XL"}]
    with pytest.raises(VotesError, match="would both be fastchat/sd-xl"):
        load_votes([_write(tmp_path, battles)], "fastchat")


@pytest.mark.parametrize("content", ["", "{", "[1]", "7\n", '[{"a":', "NaN x"])
def test_what_is_no_battle_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "battles.json"
    path.write_text(content)
    with pytest.raises(VotesError, match=r"battles.json"):
        load_votes([path], "fastchat")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("half \ud800"),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(BATTLE, _JSON)))
def test_whatever_stands_in_a_battle_is_a_vote_or_a_finding(
    tmp_path_factory: pytest.TempPathFactory, change: dict[str, Any]
) -> None:
    path = _write(tmp_path_factory.mktemp("any"), [{**BATTLE, **change}])
    try:
        loaded = load_votes([path], "fastchat")
    except VotesError as error:
        assert error.findings
    else:
        assert len(loaded.table) + loaded.left_out == 1
