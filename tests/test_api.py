"""``import arena``: its names, the three lines of README.md, and votes in every form that programs hand over."""

from __future__ import annotations

import inspect
import io
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import arena
from arena.votes.parsed import LoadedVotes
from tests.conftest import ROOT, TEST_DATA
from tests.ratings.voting import Ballot, random_ballots, table

PUBLIC = {
    "load_votes",
    "rate",
    "Ratings",
    "Board",
    "RatingSettings",
    "Vote",
    "Outcome",
    "load_catalogue",
    "build_site",
    "diagnose",
    "equal_looks",
    "reason_boards",
    "verify",
    "ArenaError",
    "__version__",
}
POSTERS = [ballot for ballot in random_ballots(300, models=4, seed=1) if ballot.category == "poster"]


@pytest.fixture(scope="module")
def votes_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("votes") / "votes.csv"
    pa.csv.write_csv(table(POSTERS).to_pyarrow(), path)
    return path


@pytest.fixture(scope="module")
def votes(votes_csv: Path) -> LoadedVotes:
    return arena.load_votes(votes_csv)


def test_the_public_names_are_these_and_each_says_what_it_is() -> None:
    assert set(arena.__all__) == PUBLIC
    assert set(dir(arena)) == PUBLIC
    for name in PUBLIC - {"__version__"}:
        public = getattr(arena, name)
        assert public is getattr(arena, name)
        assert (inspect.getdoc(public) or "").endswith("."), name
        signature = inspect.signature(public)
        if inspect.isfunction(public):
            assert signature.return_annotation is not inspect.Signature.empty
            assert all(given.annotation is not given.empty for given in signature.parameters.values()), name
    assert re.fullmatch(r"\d+\.\d+\.\d+", arena.__version__)
    with pytest.raises(AttributeError, match="load_vote"):
        arena.load_vote  # pyrefly: ignore[missing-attribute]  # noqa: B018
    assert (ROOT / "arena" / "py.typed").exists()


def test_importing_arena_loads_nothing_else() -> None:
    said = "import sys; before = set(sys.modules); import arena; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    assert "arena" in loaded
    assert {name.partition(".")[0] for name in loaded} <= {"arena", *sys.stdlib_module_names}
    assert [name for name in loaded if name.startswith("arena.")] == []


FRAMES: dict[str, Callable[[Path], object]] = {
    "csv": str,
    "pandas": lambda path: pd.read_csv(path, parse_dates=["at"]),
    "polars": lambda path: pl.read_csv(path, try_parse_dates=True),
}


@pytest.mark.parametrize("frame", FRAMES)
def test_the_three_lines_of_the_readme(
    frame: str, votes_csv: Path, votes: LoadedVotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(import arena\n.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert len([line for line in code.splitlines() if line and not line.startswith("import")]) == 3
    monkeypatch.chdir(votes_csv.parent)
    names: dict[str, Any] = {"frame": FRAMES[frame](votes_csv)}
    lines = code.replace('"votes.csv"', "frame" if frame != "csv" else '"votes.csv"').strip().splitlines()
    exec("\n".join(lines[:-1]), names)
    board = eval(lines[-1], names)
    assert isinstance(board, pd.DataFrame)
    expected = arena.rate(votes).board("text-to-image", category="poster")
    assert board["score"].tolist() == [rating.score for rating in expected.ratings]
    assert board["model"].tolist() == [rating.model for rating in expected.ratings]


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in pd.read_csv(path).to_dict("records")]


HANDED_OVER: dict[str, Callable[[Path], object]] = {
    "path": lambda path: path,
    "open text": lambda path: path.open(encoding="utf-8"),
    "open bytes": lambda path: path.open("rb"),
    "a file in memory": lambda path: io.BytesIO(path.read_bytes()),
    "parquet in memory": lambda path: parquet_of(path),  # noqa: PLW0108 - defined below
    "several files": lambda path: [part_of(path, 0), part_of(path, 1)],
    "pandas": lambda path: pd.read_csv(path, parse_dates=["at"]),
    "pandas with categories": lambda path: pd.read_csv(
        path, parse_dates=["at"], dtype={"left": "category", "outcome": "category"}
    ),
    "pandas with an index": lambda path: pd.read_csv(path, parse_dates=["at"]).set_index("battle"),
    "pandas with rows taken out and put back": lambda path: pd.read_csv(path, parse_dates=["at"]).iloc[::-1].iloc[::-1],
    "polars": lambda path: pl.read_csv(path, try_parse_dates=True),
    "polars with categories": lambda path: pl.read_csv(path, try_parse_dates=True).cast({"left": pl.Categorical}),
    "pyarrow": pa.csv.read_csv,
    "record batches": lambda path: pa.csv.read_csv(path).to_reader(),
    "duckdb": lambda path: duckdb.sql(f"from read_csv('{path}', types={{'at': 'timestamptz'}})"),
    "dicts": rows_of,
    "Vote records": lambda path: list(arena.load_votes(path)),
    "votes that were loaded": arena.load_votes,
}


def parquet_of(path: Path) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.csv.read_csv(path), file)
    file.seek(0)
    return file


def part_of(path: Path, number: int) -> object:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    middle = len(lines) // 2
    return io.StringIO("".join(lines[:middle] if number == 0 else [lines[0], *lines[middle:]]))


@pytest.mark.parametrize("form", HANDED_OVER)
def test_votes_come_in_every_form(form: str, votes_csv: Path, votes: LoadedVotes) -> None:
    handed_over = HANDED_OVER[form](votes_csv)
    with handed_over if isinstance(handed_over, io.IOBase) else nullcontext():
        loaded = arena.load_votes(handed_over)
    assert len(loaded) == len(POSTERS)
    assert loaded.table.equals(votes.table)


def test_ids_may_be_what_databases_have_for_them(tmp_path: Path) -> None:
    ids = [UUID(int=number) for number in range(2)]
    frame = wrong(battle=ids, voter=pd.Series([7, 8], dtype="Int64"))
    assert [vote.battle for vote in arena.load_votes(frame)] == [str(number) for number in ids]
    assert [vote.voter for vote in arena.load_votes(frame)] == ["7", "8"]
    frame.to_parquet(tmp_path / "votes.parquet")
    assert arena.load_votes(tmp_path / "votes.parquet").table.equals(arena.load_votes(frame).table)
    frame["battle"] = frame["battle"].astype(str)
    relation = duckdb.sql("select * replace (battle::uuid as battle) from frame")
    assert arena.load_votes(relation).table.equals(arena.load_votes(frame).table)


def test_loaded_votes_are_a_table_and_records(votes: LoadedVotes) -> None:
    assert pl.DataFrame(votes).equals(pl.DataFrame(votes.table))
    assert duckdb.execute("select count(*) from votes").fetchall() == [(len(POSTERS),)]
    first = next(iter(votes))
    assert isinstance(first, arena.Vote)
    assert votes.to_pandas()["battle"].iloc[0] == first.battle
    assert first.outcome in arena.Outcome
    assert first.at.tzinfo is UTC


def test_columns_are_mapped_as_on_the_command_line() -> None:
    frame = pd.DataFrame(
        {"one": ["Alpha", "Beta"], "two": ["Beta", "Alpha"], "who": ["model_a", "tie"], "kind": ["x", "y"]}
    )
    loaded = arena.load_votes(
        frame,
        format="pairs",
        columns={"left": "one", "right": "two", "outcome": "who"},
        at=datetime(2026, 5, 1, tzinfo=UTC),
        category="photo",
        names={"alpha": "acme/alpha"},
    )
    first, second = loaded
    assert (first.left, first.right, first.outcome) == ("acme/alpha", "Beta", arena.Outcome.LEFT)
    assert (second.outcome, second.category, second.language) == (arena.Outcome.TIE, "photo", "en")
    assert first.battle.startswith("pairs-")


def wrong(**columns: Any) -> pd.DataFrame:
    frame: pd.DataFrame = table(POSTERS).to_pyarrow().to_pandas().head(2).assign(**columns)
    return frame


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        (
            wrong(outcome=["left", "lefft"]),
            {},
            'the pandas table: row 2: unknown outcome "lefft" .*did you mean "left"',
        ),
        (wrong(dwell_ms=[1, -5]), {}, "the pandas table: row 2: dwell_ms"),
        (wrong(at=["2026-01-01", "2026-01-01"]), {}, "row 1: at .*time"),
        (wrong(left=[1.5, 2.5]), {}, 'the pandas table: column "left" is double where text belongs'),
        (wrong(left=["a/b", 3]), {}, "the pandas table: values that make no column"),
        (wrong().drop(columns="voter").rename(columns={"left": "model"}), {}, 'column "left" is missing|model'),
        (pl.DataFrame({"x": [1]}).lazy(), {}, "of type LazyFrame .*collect"),
        (17, {}, "of type int .*hand over a path"),
        ("https://example.org/votes.csv", {}, "is an address .*pandas"),
        ("nowhere.csv", {}, "nowhere.csv: no such file"),
        ("tests", {}, "tests: is a folder without a log"),
        (wrong()[["left"]], {}, r'\(columns=\{"battle": ..., "at": ...|columns=\{"at": ..., "arena": ...'),
        (wrong().rename(columns={"left": "model_a", "right": "model_b", "outcome": "winner"}), {}, 'format="pairs"'),
        (
            wrong()[["left", "right", "outcome"]].set_axis(["model_a", "model_b", "winner"], axis=1),
            {},
            r"the columns are not ours \(model_a, model_b, winner\)",
        ),
        (wrong().drop(columns="at"), {"format": "pairs"}, r'name it with columns=\{"at": ...\}, or .* with at=...'),
        (
            pa.table({"left": pa.array([b"a/\xff"]).view(pa.string())}),
            {},
            "the pyarrow table: cannot be read: .*UTF-?8",
        ),
        (wrong(), {"format": "pear"}, 'unknown format "pear" .*did you mean'),
        (wrong(), {"columns": {"lefd": "left"}}, '"lefd" is none of our columns .*did you mean "left"'),
        (wrong(), {"columns": {"left": "nothing"}}, 'the pandas table: there is no column "nothing"'),
        (wrong(), {"at": datetime(2026, 1, 1)}, "at is no time with its zone"),  # noqa: DTZ001
        (wrong(), {"format": "imagenhub"}, "the pandas table: does not say the task"),
        ([{"left": "a/b"}, {"left": 3}], {}, 'the list of dicts: "left": values that make no column'),
        (pd.concat([wrong(), wrong()]), {}, "the pandas table: row 3: voter .* again"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_with_its_place(
    source: object, options: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(arena.ArenaError) as raised:
        arena.load_votes(source, **options)
    text = " | ".join(str(finding) for finding in raised.value.findings)
    assert re.search(said, text), text


def test_several_findings_are_read_where_nobody_catches_them() -> None:
    with pytest.raises(arena.ArenaError) as raised:
        arena.load_votes(wrong(left=[None, "a/b"], outcome=["left", "lefft"]))
    said = str(raised.value).splitlines()
    assert said[0] == "2 problems found"
    assert ["left is empty" in line or "lefft" in line for line in said[1:]] == [True, True]
    many = arena.ArenaError.of([arena.ArenaError(f"wrong {number}") for number in range(12)])
    assert str(many).splitlines() == [
        "12 problems found",
        *(f"wrong {number}" for number in range(10)),
        "... and 2 more",
    ]


def test_columns_without_a_value_are_as_if_they_were_not_there() -> None:
    plain = arena.load_votes(wrong())
    empty = dict.fromkeys(("prompt", "dwell_ms", "reasons"), float("nan"))
    assert list(arena.load_votes(wrong(**empty))) == list(plain)
    assert repr(plain) == "LoadedVotes(2 votes)"


def test_votes_that_rate_nobody_are_diagnosed_in_words() -> None:
    assert str(arena.diagnose([])) == "There are no votes."
    said = str(arena.diagnose(wrong(outcome="both_bad")))
    assert re.search(r"2 human votes on \d models?, all for neither: no model is ranked", said), said


def test_settings_are_options_of_rate(votes: LoadedVotes) -> None:
    settings = arena.RatingSettings(beta=5.0)
    ratings = arena.rate(votes, settings=settings, draw_probability=0.2)
    assert (ratings.settings.beta, ratings.settings.draw_probability) == (5.0, 0.2)
    assert re.fullmatch(r"Ratings\(\d+ boards of \d+ arenas?\)", repr(ratings))
    with pytest.raises(arena.ArenaError, match="threads is 0"):
        arena.rate(votes, threads=0)
    assert dict(ratings.draw_probability) == {"text-to-image": 0.2}
    assert isinstance(ratings, arena.Ratings)
    assert isinstance(ratings.board(), arena.Board)
    assert ratings.history
    assert ratings.log_sha256 == ""
    with pytest.raises(arena.ArenaError, match="draw probability is 2"):
        arena.rate(votes, draw_probability=2)
    with pytest.raises(arena.ArenaError, match="beta2"):
        arena.rate(votes, beta2=2)  # pyrefly: ignore[unexpected-keyword]


def test_real_votes_are_diagnosed() -> None:
    votes = arena.load_votes(TEST_DATA / "imagenhub" / "Text-To-Image", format="imagenhub")
    found = arena.diagnose(votes)
    (text_to_image,) = found.arenas
    assert (text_to_image.votes, text_to_image.voters) == (12_411, 3)
    assert text_to_image.check("position-bias").verdict.value == "fine"
    assert text_to_image.check("concentration").verdict.value == "look", "three raters are few"
    effect = text_to_image.check("voter-tastes").estimate
    assert effect is not None
    assert effect > 5, "one rating of a picture becomes six votes of its rater"
    assert (
        "midjourney/midjourney would be first instead of openai/dall-e-3" in text_to_image.check("first-place").finding
    )
    assert text_to_image.summary in str(found)


@pytest.mark.parametrize(
    ("lefts", "shows"),
    [
        ({"v1": (1, 1)}, False),
        ({"v1": (40, 40)}, True),
        ({f"v{voter}": (12, 20) for voter in range(20)}, True),
        ({f"v{voter}": (20 if voter % 5 < 3 else 0, 20) for voter in range(20)}, False),
    ],
    ids=["one vote", "always the left", "all voters a little", "few voters always, others never"],
)
def test_a_side_shows_as_preferred_where_voters_agree_on_it(lefts: dict[str, tuple[int, int]], shows: bool) -> None:
    outcomes = [
        (voter, "left" if vote < left else "right") for voter, (left, cast) in lefts.items() for vote in range(cast)
    ]
    sides = ("a/1", "a/2"), ("a/2", "a/1")
    ballots = [
        Ballot(*sides[number % 2], outcome, voter=voter, number=number)
        for number, (voter, outcome) in enumerate(outcomes)
    ]
    found = arena.diagnose(table(ballots)).arena().check("position-bias")
    assert (found.verdict.value == "look") is shows
    assert found.low is not None
    assert found.estimate is not None
    assert found.high is not None
    assert found.low < found.estimate <= found.high
    assert ("the left side wins too often" in found.meaning.lower()) is shows
