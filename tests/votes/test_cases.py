"""What pandas, spreadsheets and other arenas write, file by file: each is a whole kind of file that people have."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.catalogue import load_catalogue
from arena.errors import ArenaError, VotesError
from arena.records import Outcome
from arena.votes.files import Defaults, NamedBytes, load_votes
from arena.votes.importing import ImportReport, import_votes
from arena.votes.log import open_log
from arena.votes.table import iter_votes
from tests.catalogue.projects import put, spoil, write_project
from tests.conftest import TEST_DATA
from tests.votes.examples import NOW

FILES = TEST_DATA / "vote_files"
DALL_E = 'name = "DALL-E 3"'
AT = datetime(2026, 5, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A project of two models with an alias and an API's id each."""
    data = write_project(tmp_path)
    spoil(
        data,
        "models/acme/one.toml",
        'name = "One"',
        f'{DALL_E}\napi_id = "dall-e-3-std"\naliases = ["openai/dall-e-3-standard"]',
    )
    spoil(data, "models/acme/two.toml", 'name = "Two"', 'name = "GPT Image 2"\naliases = ["openai/gpt-image-2"]')
    return data


def _import(data: Path, *files: str | Path, format_name: str = "fastchat", **said: Any) -> ImportReport:
    new = said.pop("new", False)
    paths = [FILES / file for file in files]
    defaults = Defaults(category="photo", **said)
    return import_votes(data, paths, format_name, defaults, now=NOW, new_models=date(2026, 8, 1) if new else None)


def _findings(data: Path, *files: str, **said: Any) -> list[str]:
    before = sorted(path for path in data.rglob("*"))
    with pytest.raises(ArenaError) as caught:
        _import(data, *files, **said)
    assert sorted(path for path in data.rglob("*")) == before
    return [str(finding).replace(f"{FILES}/", "") for finding in caught.value.findings]


def _log(data: Path) -> pa.Table:
    return open_log(data / "votes").votes().order_by("at", "battle").to_pyarrow()


@pytest.mark.parametrize("name", ["offset", "pandasindex", "votes.csv.gz", "votes.json"])
def test_a_shape_that_is_read(name: str) -> None:
    path = FILES / "csv-shapes" / (name if "." in name else f"{name}.csv")
    (vote,) = iter_votes(load_votes([path]).table)
    assert vote.at == (AT.replace(hour=7) if name == "offset" else AT)
    assert (vote.battle, vote.voter, vote.left, vote.right, vote.outcome) == (
        "b1",
        "v1",
        "a/one",
        "b/two",
        Outcome.LEFT,
    )
    (piped,) = iter_votes(load_votes([NamedBytes(path.read_bytes())]).table)
    assert piped == vote


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("basic.csv", 'basic.csv:2: at "20260518T093000Z" is not written as expected (write it as in "2026-'),
        ("epochms.csv", 'epochms.csv:2: at "1779096600000" is a number, not a time (write it as in "2026-'),
        ("noseconds.csv", 'noseconds.csv:2: at "2026-05-18T09:30Z" has no seconds (write it as in "2026-'),
        ("sepline.csv", 'sepline.csv:1: begins with the line "sep=," (remove that line, which is for Excel alone'),
        ("utf16.csv", 'utf16.csv: is text in UTF-16 (save it in UTF-8; in Excel: "CSV UTF-8")'),
    ],
)
def test_a_shape_that_is_refused_says_how_to_write_it(name: str, finding: str) -> None:
    with pytest.raises(VotesError) as caught:
        load_votes([FILES / "csv-shapes" / name])
    assert len(caught.value.findings) == 1
    assert str(caught.value).removeprefix(f"{FILES}/csv-shapes/").startswith(finding)


def test_damaged_packing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv.gz"
    path.write_bytes((FILES / "csv-shapes/votes.csv.gz").read_bytes()[:-9])
    with pytest.raises(VotesError, match="cannot be unpacked as gzip"):
        load_votes([path])


@pytest.mark.parametrize(
    ("name", "format_name", "votes"),
    [
        ("alias.csv", "arena", [("acme/one", "acme/two", "left")]),
        ("alias.json", "fastchat", [("acme/one", "acme/two", "left")] * 2),
        (
            "battles.json",
            "fastchat",
            [("acme/one", "acme/two", "left"), ("acme/one", "acme/two", "right"), ("acme/one", "acme/two", "right")],
        ),
        ("votes.csv", "arena", [("acme/one", "acme/two", "left")] * 2),
    ],
)
def test_models_go_by_alias_api_id_and_display_name(
    data: Path, name: str, format_name: str, votes: list[tuple[str, str, str]]
) -> None:
    spoil(data, "models/acme/one.toml", "aliases = [", 'aliases = ["dall-e-3", ')
    spoil(data, "arena.toml", 'id = "photo"', 'id = "general"\nname = "General"\n[[categories]]\nid = "photo"')
    report = _import(data, f"aliases/{name}", format_name=format_name)
    assert (report.added, report.new_entries) == (len(votes), ())
    table = _log(data)
    assert list(zip(*(table[column].to_pylist() for column in ("left", "right", "outcome")), strict=True)) == votes


def test_month_two_imports_and_the_same_file_changes_nothing(data: Path) -> None:
    march = _import(data, "fastchat-two-files/march.json", new=True)
    assert (march.votes, march.added, march.ties, len(march.new_entries)) == (2, 2, 0, 4)
    assert load_catalogue(data).models["fastchat/model-one"].name == "model-one"
    april = _import(data, "fastchat-two-files/april.json")
    assert (april.votes, april.added, april.ties) == (2, 2, 1)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    for name, votes in (("both", 4), ("march", 2), ("april", 2)):
        again = _import(data, f"fastchat-two-files/{name}.json")
        assert (again.votes, again.added, again.ties) == (votes, 0, 0)
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before
    table = _log(data)
    assert table["voter"].to_pylist() == ["arena_user_0", "arena_user_1", "arena_user_0", "arena_user_2"]
    assert table["outcome"].to_pylist() == ["left", "left", "right", "tie"]


def test_a_file_that_has_grown_brings_what_is_new(data: Path) -> None:
    _import(data, "fastchat-two-files/march.json", new=True)
    grown = _import(data, "fastchat-two-files/both.json")
    assert (grown.votes, grown.added, grown.ties) == (4, 2, 1)


def test_files_without_judges_are_told_apart_by_their_content(data: Path) -> None:
    for month in ("march", "april"):
        assert _import(data, f"fastchat-two-files/{month}-nojudge.json", new=True).added == 2
        assert _import(data, f"fastchat-two-files/{month}-nojudge.json").added == 0
    assert len(set(_log(data)["voter"].to_pylist())) == 4


def test_a_changed_vote_stays_an_error(data: Path, tmp_path: Path) -> None:
    battles = json.loads((FILES / "fastchat-languages/known-languages.json").read_text())
    path = tmp_path / "battles.json"
    path.write_text(json.dumps([{**battle, "language": "en"} for battle in battles]))
    _import(data, path, new=True)
    battles = [{**battle, "language": "en", "winner": "tie"} for battle in battles]
    path.write_text(json.dumps(battles))
    with pytest.raises(VotesError, match="is in the log with other values, and"):
        _import(data, path)


def test_languages_go_by_the_names_of_a_detector(data: Path) -> None:
    added = "".join(
        f'[[languages]]\nid = "{tag}"\nname = "{tag}"\nown_name = "{tag}"\n'
        for tag in [
            "sv",
            "da",
            "cs",
            "el",
            "hu",
            "ro",
            "fi",
            "no",
            "he",
            "th",
            "ca",
            "bg",
            "hr",
            "sr",
            "sk",
            "la",
            "ms",
            "bn",
            "ta",
            "ur",
            "gl",
            "zh",
        ]
    )
    (data / "arena.toml").write_text((data / "arena.toml").read_text() + added)
    _import(data, "fastchat-languages/battles.json", new=True)
    languages = _log(data)["language"].to_pylist()
    assert languages[:6] == ["en", "sv", "da", "cs", "el", "hu"]
    assert (languages.count("en"), languages.count("bn"), languages.count("zh")) == (6, 3, 3)


def test_a_language_that_a_project_lacks_is_one_finding_with_its_entry(data: Path) -> None:
    found = _findings(data, "fastchat-languages/battles.json", new=True)
    assert len(found) == 21
    assert found[0] == (
        'fastchat-languages/battles.json: row 2: "Swedish" (sv) is no language of this project, in 3 votes '
        '(add it to [[languages]] in data/arena.toml: id = "sv", name = "Swedish", own_name = "svenska")'
    )
    assert found[20] == "and 2 more problems"


def test_known_languages_and_unknown_ones(data: Path) -> None:
    tags = ("zh-Hans", "nl", "fr", "pl", "tr", "vi")
    added = "".join(f'[[languages]]\nid = "{tag}"\nname = "{tag}"\nown_name = "{tag}"\n' for tag in tags)
    put(data, "arena.toml", (data / "arena.toml").read_text() + added)
    _import(data, "fastchat-languages/known-languages.json", new=True, language="zh-Hans")
    battles = json.loads((FILES / "fastchat-languages/known-languages.json").read_text())
    said = {battle["question_id"] for battle in battles if battle["language"] in {"unknown", "Chinese"}}
    table = _log(data)
    languages = dict(zip(table["battle"].to_pylist(), table["language"].to_pylist(), strict=True))
    assert {battle for battle, language in languages.items() if language == "zh-Hans"} == said
    assert set(languages.values()) == {"en", *tags}


@pytest.mark.parametrize("format_name", ["lmarena", "fastchat"])
def test_the_140k_layout_is_read_from_lines_and_parquet(data: Path, format_name: str) -> None:
    put(
        data, "arena.toml", (data / "arena.toml").read_text() + '[[languages]]\nid = "de"\nname = "G"\nown_name = "D"\n'
    )
    report = _import(
        data, "lmarena-140k/battles.jsonl", "lmarena-140k/train.parquet", format_name=format_name, new=True
    )
    assert (report.added, report.ties) == (4, 1)
    assert report.notes == (
        "4 votes; their models go by 5 names.",
        "Times that do not say their zone are taken as UTC.",
        "1 vote without a language, taken as en: --language says another.",
    )
    table = _log(data)
    assert table["battle"].to_pylist() == ["a", "a1", "a2", "a3"]
    assert table["outcome"].to_pylist() == ["both_bad", "left", "both_bad", "tie"]
    assert table["voter"].to_pylist() == ["s", "s1", "s1", "s2"]
    assert table["language"].to_pylist() == ["en", "en", "de", "en"]
    assert table["left"][0].as_py() == f"{format_name}/m1"
    assert table["at"][1].as_py().isoformat() == "2025-06-24T03:22:10.123456+00:00"


_ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(["left", "right", "tie"])), max_size=12
)


@given(_ROWS, _ROWS)
@settings(max_examples=12, deadline=None)
def test_whatever_a_file_holds_again_changes_nothing_and_growth_is_added(
    first: list[tuple[str, str, str]], more: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = write_project(Path(folder))
        path = Path(folder) / "pairs.csv"
        total = 0
        for rows in ([("a", "x", "tie"), *first], [("a", "x", "tie"), *first, *more]):
            path.write_text("model_a,model_b,winner\n" + "".join(f"{','.join(row)}\n" for row in rows))
            report = _import(data, path, format_name="pairs", at=AT, new=True)
            assert report.added == len(rows) - total
            total = len(rows)
            assert _import(data, path, format_name="pairs", at=AT).added == 0
        assert len(_log(data)) == total


def test_the_cases_are_all_here() -> None:
    assert sorted(path.name for path in FILES.iterdir()) == [
        "aliases",
        "csv-shapes",
        "fastchat-languages",
        "fastchat-two-files",
        "lmarena-140k",
    ]
