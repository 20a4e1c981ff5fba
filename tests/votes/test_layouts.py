"""Files of others with two models and a winner: what becomes a vote, what is left out, what is refused and where."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.records import Origin, Outcome, Vote
from arena.votes.files import FORMATS, Defaults, load_votes
from arena.votes.layouts import PairLayout
from arena.votes.table import iter_votes

BATTLE: dict[str, Any] = {
    "question_id": "q1",
    "model_a": "openai/gpt-image-2",
    "model_b": "Stable Diffusion XL_1.0",
    "winner": "model_b",
    "judge": "arena_user_7",
    "conversation_a": [{"role": "user", "content": "a boat"}],
    "turn": 1,
    "anony": True,
    "language": "English",
    "tstamp": 1700000000.5,
}
AT = datetime(2026, 6, 1, tzinfo=UTC)


def _write(folder: Path, battles: list[Any], name: str = "battles.json") -> Path:
    path = folder / name
    lines = "\n".join(json.dumps(battle) for battle in battles)
    path.write_text(json.dumps(battles, indent=2) if name.endswith(".json") else lines)
    return path


def _text(folder: Path, text: str, name: str = "pairs.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _votes(path: Path, format_name: str, **said: Any) -> list[Vote]:
    return list(iter_votes(load_votes([path], format_name, Defaults(**said)).table))


def _outcomes(path: Path, **said: Any) -> list[str]:
    return [vote.outcome.value for vote in _votes(path, "pairs", **{"at": AT, **said})]


def _findings(path: Path, format_name: str, **said: Any) -> list[str]:
    with pytest.raises(VotesError) as caught:
        load_votes([path], format_name, Defaults(**said))
    return [str(finding).replace(f"{path.parent}/", "") for finding in caught.value.findings]


@pytest.mark.parametrize("name", ["battles.json", "battles.jsonl"])
def test_a_battle_becomes_a_vote(tmp_path: Path, name: str) -> None:
    loaded = load_votes([_write(tmp_path, [BATTLE], name)], "fastchat", Defaults(category="photo"))
    (vote,) = iter_votes(loaded.table)
    assert (vote.battle, vote.voter, vote.outcome) == ("q1", "arena_user_7", Outcome.RIGHT)
    assert (vote.left, vote.right) == ("openai/gpt-image-2", "Stable Diffusion XL_1.0")
    assert vote.at == datetime.fromtimestamp(1700000000.5, UTC)
    assert (vote.arena, vote.category, vote.language) == ("text-to-image", "photo", "English")
    assert loaded.organization == "fastchat"
    assert loaded.notes == ("1 vote; their models go by 2 names.",)


@pytest.mark.parametrize(
    ("winner", "outcome"),
    [
        ("model_a", Outcome.LEFT),
        ("model_b", Outcome.RIGHT),
        ("tie", Outcome.TIE),
        ("tie (bothbad)", Outcome.BOTH_BAD),
        ("both_bad", Outcome.BOTH_BAD),
        ("openai/gpt-image-2", Outcome.LEFT),
        ("stable diffusion XL_1.0", Outcome.RIGHT),
    ],
)
@pytest.mark.parametrize("format_name", ["fastchat", "lmarena"])
def test_each_winner_has_its_outcome(tmp_path: Path, winner: str, outcome: Outcome, format_name: str) -> None:
    (vote,) = _votes(_write(tmp_path, [{**BATTLE, "winner": winner}]), format_name)
    assert vote.outcome is outcome


def test_what_is_no_blind_vote_on_two_models_is_left_out_and_counted(tmp_path: Path) -> None:
    battles = [BATTLE, {**BATTLE, "anony": False}, {**BATTLE, "model_b": BATTLE["model_a"]}, {**BATTLE, "anony": False}]
    loaded = load_votes([_write(tmp_path, battles)], "fastchat")
    assert (len(loaded.table), loaded.left_out) == (1, 3)
    assert loaded.notes[1:] == (
        "2 battles left out, because they showed the models' names (anony is false).",
        "1 battle left out, because both models are the same.",
    )


def test_rows_keep_their_places_where_others_are_left_out(tmp_path: Path) -> None:
    battles = [{**BATTLE, "anony": False}, BATTLE, {**BATTLE, "question_id": "q3", "winner": "nobody"}]
    assert _findings(_write(tmp_path, battles, "b.jsonl"), "fastchat") == [
        'b.jsonl:3: unknown winner "nobody" (known: model_a, model_b, tie, tie (bothbad), both_bad, bothbad, or the '
        "name of one of the two models)"
    ]
    assert load_votes([_write(tmp_path, battles[:2], "b.jsonl")], "fastchat").locate(0) == f"{tmp_path}/b.jsonl:2"


def test_without_judges_and_questions_ids_are_made_from_the_content(tmp_path: Path) -> None:
    short = {key: BATTLE[key] for key in ("model_a", "model_b", "winner", "tstamp")}
    later = {**short, "tstamp": 1700000009}
    first = _votes(_write(tmp_path, [short, short, later], "battles.jsonl"), "fastchat", language="zh")
    again = _votes(_write(tmp_path, [later, short, short], "battles.jsonl"), "fastchat", language="zh")
    ids = [vote.battle for vote in first]
    assert sorted(ids) == sorted(vote.battle for vote in again)
    assert ids[1] == f"{ids[0]}-2"
    assert ids[0].startswith("fastchat-")
    assert len(ids[0]) == len("fastchat-") + 20
    assert [vote.voter for vote in first] == ids
    assert {vote.language for vote in first} == {"zh"}


@pytest.mark.parametrize("language", ["unknown", "und", "", None])
def test_an_unknown_language_is_the_one_that_was_said(tmp_path: Path, language: str | None) -> None:
    path = _write(tmp_path, [BATTLE, {**BATTLE, "question_id": "q2", "language": language}])
    assert [vote.language for vote in _votes(path, "fastchat")] == ["English", "en"]
    assert [vote.language for vote in _votes(path, "fastchat", language="sv")] == ["English", "sv"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"winner": "model_c"}, 'unknown winner "model_c"'),
        ({"winner": None}, 'unknown winner ""'),
        ({"winner": []}, "winner is a list where text belongs"),
        ({"model_a": ""}, "model_a is empty"),
        ({"model_b": None}, "model_b is empty"),
        ({"anony": "yes"}, 'anony is "yes"'),
        ({"tstamp": None}, "tstamp is empty"),
        ({"tstamp": "now"}, 'tstamp "now" is not a time in ISO 8601'),
        ({"tstamp": -1}, 'tstamp "-1" is a number, not a time'),
        ({"tstamp": 1779096600000}, 'tstamp "1779096600000" is a number, not a time'),
        ({"tstamp": True}, 'tstamp "true" is not a time in ISO 8601'),
        ({"judge": {}}, "judge is an object where text belongs"),
        ({"judge": "\ud800"}, "judge holds half of a surrogate pair"),
        ({"model_a": "a\ud800"}, "model_a holds half of a surrogate pair"),
        ({"model_a": "a\0"}, "model_a holds a NUL character"),
    ],
)
@pytest.mark.parametrize("name", ["battles.json", "battles.jsonl"])
def test_what_is_wrong_is_said_with_its_row(tmp_path: Path, name: str, change: dict[str, Any], message: str) -> None:
    path = _write(tmp_path, [BATTLE, {**BATTLE, "question_id": "q2", **change}], name)
    (finding,) = _findings(path, "fastchat")
    where = f"{name}: row 2" if name.endswith(".json") else f"{name}:2"
    assert finding.startswith(f"{where}: {message}")


@pytest.mark.parametrize("content", ["", "{", "[1]", "7\n", '[{"a":', "NaN x"])
def test_what_is_no_battle_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "battles.json"
    path.write_text(content)
    with pytest.raises(VotesError) as caught:
        load_votes([path], "fastchat")
    assert all(finding.where.startswith(str(path)) for finding in caught.value.findings)


def test_a_column_that_is_missing_is_said_with_the_names_it_may_have(tmp_path: Path) -> None:
    path = _text(tmp_path, "one,two,winner\nx,y,left\n")
    assert _findings(path, "pairs", at=AT, columns={"left": "one"}) == [
        "pairs.csv:1: no column has the second model (known: right, model_b, model_2, model_1, model2, right_model, "
        "player_b, b) (name it with --columns right=...)"
    ]
    (found,) = _findings(path, "pairs", columns={"left": "one", "right": "two"})
    assert found.endswith("(name it with --columns at=..., or say it of all votes with --at)")
    assert _findings(path, "pairs", columns={"left": "on", "right": "two"}, at=AT) == [
        'pairs.csv:1: there is no column "on" (did you mean "one"?)'
    ]


@pytest.mark.parametrize(
    ("winner", "outcome"),
    [
        *((word, "left") for word in ("left", "a", "A", "Model A", "leftvote", "Big One", "big one")),
        *((word, "right") for word in ("RIGHT", "b", "model_b", "rightvote", "big two")),
        *((word, "tie") for word in ("Tie", "Draw", "equal", "No preference", "0.5", "tievote")),
        *((word, "both_bad") for word in ("both_bad", "Both bad", "tie (bothbad)", "bothbad_vote")),
    ],
)
def test_pairs_take_what_people_write_for_a_winner(tmp_path: Path, winner: str, outcome: str) -> None:
    assert _outcomes(_text(tmp_path, f"model_a,model_b,winner\nBig One,Big Two,{winner}\n")) == [outcome]


@pytest.mark.parametrize(
    ("column", "outcomes"), [("score", ["left", "right"]), ("Score", ["left", "right"]), ("winner", ["left", "right"])]
)
@pytest.mark.parametrize(("won", "lost"), [("1", "0"), ("1,0", "0,0"), ("1.0", "0.0"), ("TRUE", "FALSE")])
def test_numbers_are_scores_where_it_is_said(
    tmp_path: Path, column: str, outcomes: list[str], won: str, lost: str
) -> None:
    path = _text(tmp_path, f"model_a;model_b;{column}\nx;y;{won}\nx;y;{lost}\n")
    said = {} if column.casefold() == "score" else {"outcome": column}
    assert [vote.outcome.value for vote in _votes(path, "pairs", at=AT, columns=said)] == outcomes


def test_numbers_that_may_be_those_of_sides_are_refused(tmp_path: Path) -> None:
    """In a column of winners, 0 may mean the first model as well as its loss: the board would be upside down."""
    path = _text(tmp_path, "model_a,model_b,label\nx,y,0\nx,y,1\nx,y,1\n")
    hint = "(its numbers are the first model's score with --columns outcome=label; else write left, right or tie)"
    assert _findings(path, "pairs", at=AT) == [
        f'pairs.csv:2: unknown winner "0" {hint}',
        f'pairs.csv:3: unknown winner "1", and 1 more row like it {hint}',
    ]
    scored = _text(tmp_path, "model_a;model_b;winner\nx;y;0\nx;y;0,5\nx;y;1\n")
    assert [vote.outcome.value for vote in _votes(scored, "pairs", at=AT)] == ["right", "tie", "left"]


def test_a_winner_named_as_it_is_written_is_that_model(tmp_path: Path) -> None:
    path = _text(tmp_path, "model_a,model_b,winner\nKolors,kolors,kolors\nkolors,Kolors,kolors\nKolors,x,KOLORS\n")
    assert [vote.outcome.value for vote in _votes(path, "pairs", at=AT)] == ["right", "left", "left"]
    (found,) = _findings(_text(tmp_path, "model_a,model_b,winner\nKolors,kolors,KOLORS\n"), "pairs", at=AT)
    assert found.startswith('pairs.csv:2: unknown winner "KOLORS" (')


def test_a_winner_that_is_a_side_and_the_other_model_is_refused(tmp_path: Path) -> None:
    path = _text(tmp_path, "model_a,model_b,winner\nA,B,A\nB,A,A\nB,A,tie\n")
    assert _findings(path, "pairs", at=AT) == [
        'pairs.csv:3: winner "A" means left, and is the name of the right model (write left, right or tie)'
    ]


def test_columns_of_spreadsheets_go_by_their_titles(tmp_path: Path) -> None:
    """As a form of Google or Microsoft writes them; a winner may be the title of a model's column."""
    text = "Created at;Player A;Player B;Winner;Annotator ID;Category\n2026-06-01 08:00:00;x;y;Player B;r1;photo\n"
    (vote,) = _votes(_text(tmp_path, text), "pairs")
    assert (vote.left, vote.right, vote.outcome.value, vote.voter, vote.category) == ("x", "y", "right", "r1", "photo")


def test_winner_and_loser_are_two_models_and_a_winner(tmp_path: Path) -> None:
    path = _text(tmp_path, "winner,loser\nx,y\nz,x\n")
    said = {"left": "winner", "right": "loser", "outcome": "winner"}
    votes = _votes(path, "pairs", at=AT, columns=said)
    assert [(vote.left, vote.right, vote.outcome.value) for vote in votes] == [("x", "y", "left"), ("z", "x", "left")]


@pytest.mark.parametrize("winner", ["2", "-1", "skip", "", "one", "neither", "NA"])
def test_a_winner_that_could_mean_two_things_is_refused(tmp_path: Path, winner: str) -> None:
    path = _text(tmp_path, f"model_a,model_b,winner\nx,y,left\nx,y,{winner}\nx,y,{winner}\n")
    (found,) = _findings(path, "pairs", at=AT)
    assert found.startswith(f'pairs.csv:3: unknown winner "{winner}", and 1 more row like it (')


def test_an_export_of_pandas_is_read_from_parquet(tmp_path: Path) -> None:
    """The layout of Pick-a-Pic: scores, whole-number ids, times without a zone, categories, an index."""
    table = pa.table(
        {
            "model_0": pa.array(["sdxl", "sdxl", "dreamlike"]).dictionary_encode(),
            "model_1": pa.array(["dreamlike", "sdxl", "sdxl"], pa.large_string()),
            "label_0": pa.array([1.0, 0.5, 0.5]),
            "label_1": pa.array([0.0, 0.5, 0.5]),
            "ranking_id": pa.array([11, 12, 13]),
            "user_id": pa.array([7, 7, 8]),
            "created_at": pa.array([1_700_000_000_000_000_000 + n * 10**9 for n in range(3)], pa.timestamp("ns")),
            "jpg_0": pa.array([b"\xff", b"\xff", b"\xff"]),
            "__index_level_0__": pa.array([4, 5, 6]),
        }
    )
    path = tmp_path / "train.parquet"
    pq.write_table(table, path)
    loaded = load_votes([path], "pairs", Defaults(category="photo"))
    assert [(v.battle, v.voter, v.left, v.right, v.outcome.value) for v in iter_votes(loaded.table)] == [
        ("11", "7", "sdxl", "dreamlike", "left"),
        ("13", "8", "dreamlike", "sdxl", "tie"),
    ]
    assert loaded.table["at"][1].as_py() == datetime.fromtimestamp(1_700_000_002, UTC)
    assert loaded.locate(1) == f"{path}: row 3"
    assert loaded.notes[1:] == (
        "1 battle left out, because both models are the same.",
        "Times that do not say their zone are taken as UTC.",
        "2 votes without a language, taken as en: --language says another.",
    )
    said = load_votes([path], "pairs", Defaults(category="photo", language="de"))
    assert not [note for note in said.notes if "language" in note]


def test_columns_say_which_is_which(tmp_path: Path) -> None:
    """As in the comparisons of LLMFAO: ids of pairs, words for outcomes, and columns that mean something else."""
    path = _text(tmp_path, "id,prompt,model_x,model_y,worker,winner,left,right\n"
                           "0,8,97,98,58,tie,Airoboros,Weaver\n0,8,97,98,14,right,Airoboros,Weaver\n")  # fmt: skip
    votes = _votes(path, "pairs", at=AT)
    assert [(v.battle, v.voter, v.left, v.outcome.value, v.prompt) for v in votes] == [
        ("0", "58", "Airoboros", "tie", ""),
        ("0", "14", "Airoboros", "right", ""),
    ]
    (first, _) = _votes(path, "pairs", at=AT, columns={"left": "model_x", "right": "model_y", "prompt": "prompt"})
    assert (first.left, first.right, first.prompt) == ("97", "98", "8")


def test_three_columns_may_stand_for_the_winner(tmp_path: Path) -> None:
    header = "id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie\n"
    rows = ['1,x,y,"[""a, b""]",r,r,1,0,0\n', "2,x,y,p,r,r,0,1,0\n", "3,x,y,p,r,r,0,0,1\n"]
    votes = _votes(_text(tmp_path, header + "".join(rows), "train.csv"), "lmarena", at=AT)
    assert [(vote.battle, vote.outcome.value) for vote in votes] == [("1", "left"), ("2", "right"), ("3", "tie")]
    assert [vote.origin for vote in votes] == [Origin.HUMAN] * 3
    (found,) = _findings(_text(tmp_path, header + "4,x,y,p,r,r,1,1,0\n", "train.csv"), "lmarena", at=AT)
    assert found.startswith('train.csv:2: unknown winner "none or several of three"')


def test_the_100k_layout_is_read(tmp_path: Path) -> None:
    battle = {**BATTLE, "judge_hash": "h1", "conv_metadata": "{}", "is_code": False, "tstamp": 1718384389.3}
    del battle["judge"]
    (vote,) = _votes(_write(tmp_path, [battle], "arena.jsonl"), "lmarena")
    assert (vote.battle, vote.voter) == ("q1", "h1")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1700000000.25", datetime(2023, 11, 14, 22, 13, 20, 250000, UTC)),
        ("2025-06-24", datetime(2025, 6, 24, tzinfo=UTC)),
        ("2025-06-24 03:22:10.123456", datetime(2025, 6, 24, 3, 22, 10, 123456, UTC)),
        ("2025-06-24 03:22:10+02:00", datetime(2025, 6, 24, 1, 22, 10, tzinfo=UTC)),
    ],
)
def test_times_are_seconds_or_in_utc_where_they_do_not_say(tmp_path: Path, text: str, at: datetime) -> None:
    path = _text(tmp_path, f"model_a,model_b,winner,timestamp\nx,y,left,{text}\nx,z,left,2025-06-24 00:00:00Z\n")
    assert [vote.at for vote in _votes(path, "pairs")] == [at, datetime(2025, 6, 24, tzinfo=UTC)]


def test_a_format_of_ones_own_joins_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duels = PairLayout(
        name="duels",
        columns={
            "battle": ("duel",),
            "at": ("when",),
            "left": ("red",),
            "right": ("blue",),
            "outcome": ("result",),
            "voter": ("judge",),
            "language": ("lang",),
        },
        winners={"red": Outcome.LEFT, "blue": Outcome.RIGHT, "even": Outcome.TIE},
        organization="duelists",
    )
    monkeypatch.setitem(FORMATS, "duels", duels.load)
    path = _text(tmp_path, "duel;when;red;blue;result;judge\n17;2026-06-01;One;Two;even;4\n")
    (vote,) = _votes(path, "duels")
    assert (vote.battle, vote.at, vote.left, vote.right, vote.outcome, vote.voter, vote.language) == (
        "17", AT, "One", "Two", Outcome.TIE, "4", "en",
    )  # fmt: skip


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("half \ud800"),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(BATTLE, _JSON)), st.sampled_from(["fastchat", "pairs"]))
def test_whatever_stands_in_a_battle_is_a_vote_or_a_finding(
    tmp_path_factory: pytest.TempPathFactory, change: dict[str, Any], format_name: str
) -> None:
    path = _write(tmp_path_factory.mktemp("any"), [{**BATTLE, **change}])
    try:
        loaded = load_votes([path], format_name)
    except VotesError as error:
        assert error.findings
    else:
        assert len(loaded.table) + loaded.left_out == 1


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("model_a,model_b,winner,judge,anony,tstamp", "--format fastchat"),
        ("id,model_a,model_b,winner,evaluation_session_id,timestamp", "--format lmarena"),
        ("id,model_a,model_b,prompt,conversation_a,winner_model_a", "--format lmarena"),
        ("timestamp,model_a,model_b,winner", "--format pairs"),
        ("created_at,player_a,player_b,choice", "--format pairs"),
    ],
)
def test_a_file_of_another_kind_is_one_finding_that_names_its_format(tmp_path: Path, header: str, said: str) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(f"{header}\n")
    with pytest.raises(VotesError) as told:
        load_votes([path])
    assert len(told.value.findings) == 1
    assert said in str(told.value)


def test_a_file_of_no_known_kind_keeps_its_findings(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("when,first,second\n")
    with pytest.raises(VotesError) as told:
        load_votes([path])
    assert 'unknown column "when"' in str(told.value.findings[0])
