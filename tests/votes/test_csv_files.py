"""CSV in: what is taken, and what is refused with its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.votes.csv_files import CsvText, read_csv, well_quoted
from arena.votes.files import load_votes
from arena.votes.table import iter_votes
from tests.votes.examples import HEADER, ROW


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "votes.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _findings(tmp_path: Path, content: str | bytes) -> list[str]:
    with pytest.raises(VotesError) as caught:
        load_votes([_file(tmp_path, content)])
    return [str(finding).replace(f"{tmp_path}/", "") for finding in caught.value.findings]


def _rows(count: int) -> list[str]:
    return [ROW.format(battle=f"b{number}") for number in range(count)]


def _battles(tmp_path: Path, content: str | bytes) -> list[str]:
    return [vote.battle for vote in iter_votes(load_votes([_file(tmp_path, content)]).table)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_lines_end_either_way(tmp_path: Path, end: str, closed: bool) -> None:
    text = end.join([HEADER, *_rows(3)]) + (end if closed else "")
    assert _battles(tmp_path, text) == ["b0", "b1", "b2"]


def test_blank_lines_hold_no_vote_and_count_as_lines(tmp_path: Path) -> None:
    text = f"\n{HEADER}\n\n{_rows(1)[0]}\n\r\n\n"
    assert _battles(tmp_path, text) == ["b0"]
    assert _findings(tmp_path, text + "x\n") == [
        "votes.csv:7: has 1 of the 9 fields that the header names "
        "(quote a field that holds a separator; leave optional fields empty, but keep their separators)"
    ]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert _battles(tmp_path, b"\xef\xbb\xbf" + "\n".join([HEADER, *_rows(1)]).encode()) == ["b0"]


def test_quoted_fields_hold_commas_quotes_and_line_feeds(tmp_path: Path) -> None:
    row = ROW.format(battle='"a,""b""\r\nc"')
    assert _battles(tmp_path, f'"battle",{HEADER[7:]}\n{row}\n') == ['a,"b"\r\nc']


def test_columns_come_in_any_order(tmp_path: Path) -> None:
    columns = HEADER.split(",")
    fields = ROW.format(battle="b").split(",")
    text = ",".join(reversed(columns)) + "\n" + ",".join(reversed(fields)) + "\n"
    assert _battles(tmp_path, text) == ["b"]


def test_words_for_nothing_are_text(tmp_path: Path) -> None:
    assert _battles(tmp_path, "\n".join([HEADER, *(ROW.format(battle=word) for word in ("NULL", "NaN", "1"))])) == [
        "NULL",
        "NaN",
        "1",
    ]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators_are_read(tmp_path: Path, mark: str) -> None:
    text = "\n".join([HEADER, ROW.format(battle='"a;b\t|c,d"'), *_rows(1)])
    header, *lines = text.split("\n")
    changed = "\n".join([header.replace(",", mark), *(_marked(line, mark) for line in lines)])
    assert _battles(tmp_path, changed) == ["a;b\t|c,d", "b0"]
    assert _findings(tmp_path, changed + mark)[0].startswith("votes.csv:3: has 10 of the 9 fields")


def _marked(line: str, mark: str) -> str:
    """The line with another mark between its fields; what is quoted stays."""
    quoted, _, rest = line.rpartition('"')
    return quoted + '"' * bool(quoted) + rest.replace(",", mark)


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert load_votes([_file(tmp_path, HEADER)]).table.num_rows == 0
    assert load_votes([_file(tmp_path, HEADER + "\n\n")]).table.num_rows == 0


@pytest.mark.parametrize(
    ("field", "text", "finding"),
    [
        ("battle", "", "battle is empty (every vote needs a value for battle)"),
        ("voter", "", "voter is empty (every vote needs a value for voter)"),
        ("at", "", "at is empty (every vote needs a value for at)"),
        (
            "at",
            "2026-08-01T12:30:00",
            'at "2026-08-01T12:30:00" does not say its time zone (write it as in "2026-08-01T12:30:00Z" or '
            '"2026-08-01 14:30:00+02:00")',
        ),
        ("at", "2026-08-01T12:30Z", 'at "2026-08-01T12:30Z" has no seconds (write it as in "2026-08-01T12:30:00Z" or'),
        ("at", "20260801T123000Z", 'at "20260801T123000Z" is not written as expected'),
        ("at", "1785587400000", 'at "1785587400000" is a number, not a time'),
        ("at", "2026-02-30T00:00:00Z", 'at "2026-02-30T00:00:00Z" is not a time in ISO 8601'),
        ("at", "0000-01-01T00:00:00Z", 'at "0000-01-01T00:00:00Z" is not a time in ISO 8601'),
        ("at", "2026-08-01T24:00:00Z", 'at "2026-08-01T24:00:00Z" is not a time in ISO 8601'),
        ("at", "2026-08-01", 'at "2026-08-01" does not say its time zone'),
        ("at", "2026-08-01T12:30:00.1234567Z", 'at "2026-08-01T12:30:00.1234567Z" is finer than a microsecond'),
        ("at", "yesterday", 'at "yesterday" is not a time in ISO 8601'),
        ("at", "1785587400", 'at "1785587400" is a number, not a time'),
        ("outcome", "lefft", 'unknown outcome "lefft" (did you mean "left"?)'),
        ("outcome", "LEFT", 'unknown outcome "LEFT" (known: both_bad, left, right, tie)'),
        (
            "left",
            "google/imagen-4",
            "left and right are the same model, google/imagen-4 (a battle is between two models)",
        ),
        ("dwell_ms", "-1", 'dwell_ms is "-1" (a whole number of milliseconds from 0 to 2147483647, or empty'),
        ("dwell_ms", "1.5", 'dwell_ms is "1.5" (a whole number'),
        ("dwell_ms", "1e3", 'dwell_ms is "1e3" (a whole number'),
        ("dwell_ms", "2147483648", 'dwell_ms is "2147483648" (a whole number'),
        ("dwell_ms", "99999999999999999999", 'dwell_ms is "99999999999999999999" (a whole number'),
        (
            "left_output",
            "abc",
            'left_output "abc" is not a SHA-256 sum (write its 64 hexadecimal digits in lower case)',
        ),
        ("right_output", "A" * 64, f'right_output "{"A" * 60}…" is not a SHA-256 sum'),
        ("origin", "robot", 'unknown origin "robot" (known: derived, human, simulated)'),
    ],
)
def test_a_wrong_field_in_the_middle_is_refused_with_its_line(
    tmp_path: Path, field: str, text: str, finding: str
) -> None:
    header: list[str] = [*HEADER.split(","), "prompt", "left_output", "right_output", "dwell_ms", "origin"]
    rows = [[*row.split(","), "", "", "", "", "human"] for row in _rows(5)]
    rows[2][header.index(field)] = text
    found = _findings(tmp_path, "\n".join(",".join(row) for row in [header, *rows]))
    assert len(found) == 1
    assert found[0].startswith(f"votes.csv:4: {finding}")


@pytest.mark.parametrize(
    ("at", "iso"),
    [
        ("2026-08-01T12:30:00Z", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01T12:30:00+00:00", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01T12:30:00.5Z", "2026-08-01T12:30:00.500000+00:00"),
        ("2026-08-01T12:30:00.123456+00:00", "2026-08-01T12:30:00.123456+00:00"),
        ("2026-08-01 12:30:00+00:00", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01 12:30:00 UTC", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01 14:30:00+02", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01T14:30:00+02:00", "2026-08-01T12:30:00+00:00"),
        ("2026-08-01T07:00:00.250000000-0530", "2026-08-01T12:30:00.250000+00:00"),
    ],
)
def test_a_time_says_its_zone_in_several_ways_with_or_without_a_fraction(tmp_path: Path, at: str, iso: str) -> None:
    text = f"{HEADER}\n" + ROW.format(battle="b").replace("2026-08-01T12:30:00Z", at)
    (vote,) = iter_votes(load_votes([_file(tmp_path, text)]).table)
    assert vote.at.isoformat() == iso


def test_the_line_of_a_row_is_the_one_it_begins_on(tmp_path: Path) -> None:
    rows = [ROW.format(battle='"two\nlines"'), ROW.format(battle='"three\n\nlines"').replace("left", "lost")]
    rows.append(ROW.format(battle="b").replace("left", "won"))
    found = _findings(tmp_path, "\n".join([HEADER, *rows]))
    assert [finding.split(" ")[0] for finding in found] == ["votes.csv:4:", "votes.csv:7:"]


def test_a_repeated_vote_names_both_lines(tmp_path: Path) -> None:
    rows = _rows(3)
    assert _findings(tmp_path, "\n".join([HEADER, *rows, "", rows[1]])) == [
        'votes.csv:6: voter "v1" votes on battle "b1" again (first at votes.csv:3; a voter has one vote a battle)'
    ]


def test_ragged_rows_do_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    rows = _rows(4)
    rows[1] += ",surplus"
    rows[2] = "b2"
    rows[3] = rows[3].replace(",left,", ",lost,")
    found = _findings(tmp_path, "\n".join([HEADER, *rows]))
    assert [finding.split(" (")[0] for finding in found] == [
        "votes.csv:3: has 10 of the 9 fields that the header names",
        "votes.csv:4: has 1 of the 9 fields that the header names",
        'votes.csv:5: unknown outcome "lost"',
    ]


def test_ragged_rows_of_one_length_are_one_finding(tmp_path: Path) -> None:
    found = _findings(tmp_path, "\n".join([HEADER, *("," * 3 for _ in range(30)), *_rows(2), "x"]))
    assert [finding.split(" (")[0] for finding in found] == [
        "votes.csv:2: has 4 of the 9 fields that the header names, and 29 more rows like it",
        "votes.csv:34: has 1 of the 9 fields that the header names",
    ]


def test_a_wrong_value_is_one_finding_with_its_count(tmp_path: Path) -> None:
    rows = [ROW.format(battle=f"b{n}").replace(",left,", f",{'won' if n % 2 else 'lost'},") for n in range(7)]
    found = _findings(tmp_path, "\n".join([HEADER, *rows]))
    assert [finding.split(" (")[0] for finding in found] == [
        'votes.csv:2: unknown outcome "lost", and 3 more rows like it',
        'votes.csv:3: unknown outcome "won", and 2 more rows like it',
    ]


def test_many_findings_are_counted(tmp_path: Path) -> None:
    rows = [ROW.format(battle=f"b{n}").replace(",left,", f",won{n},") for n in range(31)]
    found = _findings(tmp_path, "\n".join([HEADER, *rows]))
    assert len(found) == 21
    assert found[-1] == "and 11 more problems"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('"b"x,' + ROW[9:], "a quote in the middle of a field"),
        ('b"x",' + ROW[9:], "a quote in the middle of a field"),
        ('"b,' + ROW[9:], "a quote that is never closed"),
        ("b\rx," + ROW[9:], "a carriage return without a line feed"),
    ],
)
def test_broken_quoting_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    found = _findings(tmp_path, "\n".join([HEADER, *_rows(2), row]))
    assert [finding.split(" (")[0] for finding in found] == [f"votes.csv:4: {message}"]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "votes.csv: the file is empty (was it written to the end?)"),
        (b"\n\n", "votes.csv: the file is empty (its first line names the columns)"),
        (b"\xef\xbb\xbf", "votes.csv: the file is empty (its first line names the columns)"),
        (HEADER.encode() + b"\n\xff\n", "votes.csv:2: is not UTF-8 text (save it as text in UTF-8)"),
        (HEADER.encode() + b"\n\n\0\n", "votes.csv:3: holds a NUL character (save it as text in UTF-8)"),
        (HEADER.encode("utf-16"), 'votes.csv: is text in UTF-16 (save it in UTF-8; in Excel: "CSV UTF-8")'),
        (
            f"sep=,\n{HEADER}\n".encode(),
            'votes.csv:1: begins with the line "sep=," (remove that line, which is for Excel alone: ',
        ),
        (f"{HEADER},voter\n".encode(), 'votes.csv:1: column "voter" is there twice (keep one of the two)'),
        (f"\n{HEADER},dwell\n".encode(), 'votes.csv:2: unknown column "dwell" (did you mean "dwell_ms"?)'),
        (f"{HEADER} \n".encode(), 'votes.csv:1: unknown column "voter " (did you mean "voter"?)'),
    ],
)
def test_what_is_no_table_of_votes_is_refused(tmp_path: Path, content: bytes, finding: str) -> None:
    assert _findings(tmp_path, content)[0].startswith(finding)


_CELLS = st.text(st.sampled_from('ab,"\n\r'), max_size=4)


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_rows_are_found_by_arithmetic(rows: list[list[str]], end: str) -> None:
    texts = [",".join(_quoted(cell) for cell in row) + end for row in rows]
    text = "".join(texts)
    scanned = CsvText(text.encode())
    assert scanned.quoting_error() is None
    assert scanned.fields.tolist() == [len(row) for row in rows]
    assert scanned.lines.tolist() == ["".join(texts[:number]).count("\n") + 1 for number in range(len(rows))]
    assert scanned.text_of(np.arange(len(rows))).decode() == "".join(each.removesuffix(end) + "\n" for each in texts)
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if set(cell) & set(',"\n\r') else cell


@given(st.text(st.sampled_from('ab,"\n\r'), max_size=12))
def test_the_quick_look_at_quotes_agrees_with_the_slow_one(text: str) -> None:
    content = f"{text}\n".encode()
    assert well_quoted(content) == (CsvText(content).quoting_error() is None)


def test_a_row_longer_than_a_block_is_an_error_and_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.votes.csv_files.BLOCK_BYTES", 256)
    path = _file(tmp_path, "\n".join([HEADER, ROW.format(battle="b" * 1000)]))
    with pytest.raises(VotesError, match="cannot be read as CSV"):
        read_csv(path, path.read_bytes())
