"""Vote files of all formats: round trips, several at once, hostile bytes, and exactly what is written."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import BufferReader

from arena.errors import VotesError
from arena.records import VOTE_COLUMNS, Origin, Vote
from arena.votes.files import FORMATS, RENDERERS, csv_bytes, jsonl_bytes, load_votes, parquet_bytes, write_votes
from arena.votes.table import VOTE_SCHEMA, row_errors_of, votes_table
from tests.votes.examples import HEADER, ROW, VOTE, some_table, vote_lists

SUFFIXES = sorted(RENDERERS)


@given(votes=vote_lists)
def test_import_then_export_is_the_identity(votes: list[Vote]) -> None:
    table = votes_table(votes)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            first, second = Path(folder, f"first{suffix}"), Path(folder, f"second{suffix}")
            write_votes(table, first)
            loaded = load_votes([first]).table
            write_votes(loaded, second)
            assert loaded.equals(table), suffix
            assert first.read_bytes() == second.read_bytes(), suffix


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_votes_or_a_votes_error(suffix: str, content: bytes) -> None:
    _load_or_refuse(suffix, content)


@st.composite
def _damage(draw: st.DrawFn) -> list[tuple[float, bytes, int]]:
    """Places (as shares of the length), bytes put there, and how many are taken out."""
    places = st.tuples(
        st.floats(0, 1), st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"}"]), st.integers(0, 8)
    )
    return draw(st.lists(places, min_size=1, max_size=5))


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(damage=_damage())
def test_damaged_files_are_votes_or_a_votes_error(suffix: str, damage: list[tuple[float, bytes, int]]) -> None:
    content = bytearray(_WHOLE[suffix])
    for share, put, taken in damage:
        place = int(share * len(content))
        content[place : place + taken] = put
    _load_or_refuse(suffix, bytes(content))


def _whole(suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"votes{suffix}")
        write_votes(some_table(12), path)
        return path.read_bytes()


_WHOLE = {suffix: _whole(suffix) for suffix in SUFFIXES}


def _load_or_refuse(suffix: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"votes{suffix}")
        path.write_bytes(content)
        try:
            table = load_votes([path]).table
        except VotesError as error:
            assert all(str(path) in finding.where for finding in error.findings[:1])
            assert all("\n" not in str(finding) for finding in error.findings)
        else:
            assert table.schema == VOTE_SCHEMA
            assert row_errors_of(table, named=True) == []


def test_files_of_different_formats_are_one_table(tmp_path: Path) -> None:
    table = some_table(30)
    paths = [tmp_path / f"votes{suffix}" for suffix in SUFFIXES]
    for number, path in enumerate(paths):
        write_votes(table.slice(number * 10, 10), path)
    assert load_votes(paths).table.equals(table)


def test_rows_keep_their_places_across_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.parquet"]
    write_votes(some_table(3), paths[0])
    write_votes(some_table(3, first=3), paths[1])
    locate = load_votes(paths).locate
    assert [locate(row) for row in (0, 2, 3, 5)] == [
        f"{tmp_path}/a.csv:2",
        f"{tmp_path}/a.csv:4",
        f"{tmp_path}/b.parquet: row 1",
        f"{tmp_path}/b.parquet: row 3",
    ]


def test_a_vote_repeated_in_another_file_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.jsonl"]
    write_votes(some_table(3), paths[0])
    write_votes(some_table(3, first=2), paths[1])
    with pytest.raises(VotesError) as caught:
        load_votes(paths)
    assert caught.value.where == f"{paths[1]}:1"
    assert caught.value.hint.startswith(f"first at {paths[0]}:4")


def test_the_findings_of_all_files_are_told(tmp_path: Path) -> None:
    bad, missing, odd = tmp_path / "bad.csv", tmp_path / "missing.csv", tmp_path / "odd.txt"
    bad.write_text("battle\n")
    with pytest.raises(VotesError) as caught:
        load_votes([missing, odd, tmp_path, bad])
    messages = [str(finding).replace(f"{tmp_path}", "") for finding in caught.value.findings]
    assert messages[:2] == [
        "/missing.csv: no such file (check the path)",
        "/odd.txt: the suffix does not name a vote file's format (known: .csv, .json, .jsonl, .ndjson, .parquet, .tsv)",
    ]
    assert len(messages) == 4
    assert messages[3].startswith('/bad.csv:1: columns "at", "arena", "category", "language", ')


def test_findings_of_rows_are_told_for_all_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path in paths:
        path.write_text(f"{HEADER}\n{ROW.format(battle=path.stem).replace(',left,', ',lost,')}\n")
    with pytest.raises(VotesError) as caught:
        load_votes(paths)
    assert [finding.where for finding in caught.value.findings] == [f"{path}:2" for path in paths]


def test_a_folder_is_no_vote_file(tmp_path: Path) -> None:
    folder = tmp_path / "votes.csv"
    folder.mkdir()
    with pytest.raises(VotesError, match="is a folder"):
        load_votes([folder])


def test_a_suffix_in_capitals_is_known(tmp_path: Path) -> None:
    path = tmp_path / "VOTES.CSV"
    path.write_text(f"{HEADER}\n{ROW.format(battle='b')}\n")
    assert load_votes([path]).table.num_rows == 1


def test_no_files_are_no_votes() -> None:
    assert load_votes([]).table.equals(VOTE_SCHEMA.empty_table())


def test_an_unknown_suffix_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(VotesError, match=r"did you mean \"\.parquet\""):
        write_votes(some_table(1), tmp_path / "votes.parque")
    assert list(tmp_path.iterdir()) == []


def test_the_bytes_do_not_depend_on_how_the_table_lies_in_memory(tmp_path: Path) -> None:
    table = some_table(40)
    pieces = pa.concat_tables([table.slice(start, 1) for start in range(40)])
    for suffix in SUFFIXES:
        write_votes(table, tmp_path / f"whole{suffix}")
        write_votes(pieces, tmp_path / f"pieces{suffix}")
        assert (tmp_path / f"whole{suffix}").read_bytes() == (tmp_path / f"pieces{suffix}").read_bytes()


def test_our_own_files_are_the_default(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    write_votes(some_table(20), path)
    loaded = load_votes([path])
    assert loaded.table.equals(some_table(20))
    assert loaded.locate(19) == f"{path}:21"
    assert (dict(loaded.names), loaded.left_out, loaded.notes) == ({}, 0, ())


def test_loaded_votes_read_as_a_log_does(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    write_votes(some_table(20), path)
    loaded = load_votes([path], "arena")
    assert loaded.votes().order_by("battle").to_pyarrow().cast(VOTE_SCHEMA).equals(some_table(20))
    summary = loaded.summary()
    assert (summary.votes, summary.voters, summary.sha256) == (20, 5, "")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(VotesError, match='unknown format "imagehub"') as caught:
        load_votes([], "imagehub")
    assert caught.value.hint == 'did you mean "imagenhub"?'
    assert sorted(FORMATS) == ["arena", "fastchat", "imagenhub", "lmarena", "pairs"]


ODD = replace(
    VOTE,
    battle='a,"b"\n',
    at=datetime(1066, 1, 2, 3, 4, 5, 60, UTC),
    voter="ü",
    dwell_ms=0,
    origin=Origin.DERIVED,
    reasons=("style", 'a "b" c'),
)


def test_csv_quotes_only_where_it_has_to() -> None:
    assert csv_bytes(votes_table([VOTE, ODD])).decode() == (
        f"{HEADER},prompt,left_output,right_output,dwell_ms,origin,reasons\n"
        "b1,2026-08-01T12:30:00Z,text-to-image,poster,en,openai/gpt-image-2,google/imagen-4,left,v1,,,,,human,\n"
        '"a,""b""\n",1066-01-02T03:04:05.000060Z,text-to-image,poster,en,openai/gpt-image-2,google/imagen-4,left,ü,'
        ',,,0,derived,"style;a ""b"" c"\n'
    )


def test_jsonl_has_every_key_and_null_for_what_nobody_measured() -> None:
    lines = jsonl_bytes(votes_table([VOTE, ODD])).decode().splitlines()
    assert lines[0].startswith('{"battle":"b1","at":"2026-08-01T12:30:00Z","arena":"text-to-image",')
    first, second = (json.loads(line) for line in lines)
    assert tuple(first) == VOTE_COLUMNS
    assert first["dwell_ms"] is None
    assert (second["battle"], second["voter"], second["dwell_ms"]) == ('a,"b"\n', "ü", 0)
    assert (first["reasons"], second["reasons"]) == (None, ["style", 'a "b" c'])


def test_no_votes_are_a_header_or_a_blank_line() -> None:
    empty = VOTE_SCHEMA.empty_table()
    assert csv_bytes(empty).decode() == ",".join(VOTE_COLUMNS) + "\n"
    assert jsonl_bytes(empty) == b"\n"
    assert pq.read_table(BufferReader(parquet_bytes(empty))).equals(empty)


def test_parquet_is_compressed_and_the_same_every_time() -> None:
    content = parquet_bytes(some_table(100))
    assert parquet_bytes(some_table(100)) == content
    metadata = pq.read_metadata(BufferReader(content))
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.schema.to_arrow_schema().equals(VOTE_SCHEMA, check_metadata=True)


def test_more_lines_than_are_rendered_at_once_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    table = some_table(50)
    whole = csv_bytes(table), jsonl_bytes(table)
    monkeypatch.setattr("arena.votes.files.LINES_AT_ONCE", 7)
    assert (csv_bytes(table), jsonl_bytes(table)) == whole
