"""The first place where two files differ, in the terms of what they are."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.verification.differences import Difference, first_difference, same_archive, same_table


def parquet(values: list[int], note: str = "") -> bytes:
    target = io.BytesIO()
    table = pa.table({"model": ["a", "b"], "votes": values}).replace_schema_metadata({"arena.head": note})
    pq.write_table(table, target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "published", "expected", "difference"),
    [
        ("x.csv", b"a,b\n1,2\n3,9\n", b"a,b\n1,2\n3,4\n", ("row 2, column b", "9", "4")),
        ("x.csv", b"a,c\n1,2\n", b"a,b\n1,2\n", ("header", "c", "b")),
        ("x.csv", b"a,b\n1,2\n", b"a,b\n1,2\n3,4\n", ("row 2", "nothing", '["3", "4"]')),
        ("x.csv", b"%b,b,c\n" % (b"a" * 99), b"%b,b\n" % (b"a" * 99), ("header", ', "c"]', "]")),
        ("x.csv", b"a\n1\n\xff", b"a\n1\n", ("byte 5", "ff", "")),
        ("x.json", b'{"a": [1, {"b": 2}]}', b'{"a": [1, {"b": 3}]}', ("$.a[1].b", "2", "3")),
        ("x.json", b'{"a": 1, "z": 2}', b'{"a": 1}', ("$.z", "2", "nothing")),
        ("x.json", b'["%b1 b"]' % (b"a " * 50), b'["%b2 b"]' % (b"a " * 50), ("$[0]", "1", "2")),
        ("x.json", b"[1, 2, 3]", b"[1, 2]", ("$", "3 items", "2 items")),
        ("x.json", b'{"a": true}', b'{"a": 1}', ("$.a", "true", "1")),
        ("x.json", b'{"a":1}', b'{"a": 1}', ("line 1", ":1}", ": 1}")),
        ("x.json", b"{", b"{}", ("line 1", "{", "{}")),
        ("x.html", b"<p>\n<td>99.9</td>", b"<p>\n<td>31.9</td>", ("line 2", "99.9", "31.9")),
        ("x.html", b"a b c", b"a bb c", ("line 1", "b", "bb")),
        ("x.html", b"a\nb\n", b"a\nb\nc\n", ("line 3", "", "c")),
        ("x.webp", b"\xff\x00\x01", b"\xff\x00\x02", ("byte 3", "01", "02")),
    ],
)
def test_the_first_difference(name: str, published: bytes, expected: bytes, difference: tuple[str, str, str]) -> None:
    assert first_difference(name, published, expected) == Difference(*difference)


def archive(content: bytes, level: int) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as packed:
        packed.writestr(ZipInfo("x.csv"), content, ZIP_DEFLATED, level)
    return target.getvalue()


def test_archives_are_the_same_where_they_hold_the_same() -> None:
    text = b"".join(b"%d,%d\n" % (number, number % 7) for number in range(2000))
    assert archive(text, 1) != archive(text, 9)
    assert same_archive(archive(text, 1), archive(text, 9))
    assert not same_archive(archive(text.replace(b"7", b"8"), 1), archive(text, 1))
    assert not same_archive(archive(text * 2, 1), archive(text, 1))
    assert not same_archive(archive(text, 1)[:-30], archive(text, 1))


def test_tables_differ_by_cell_and_by_what_they_say_of_themselves() -> None:
    found = first_difference("x.parquet", parquet([1, 2]), parquet([1, 3]))
    assert found == Difference("row 2, column votes", "2", "3")
    other = first_difference("x.parquet", parquet([1, 2], "abc"), parquet([1, 2], "abd"))
    assert other == Difference("metadata arena.head", "abc", "abd")
    assert same_table(parquet([1, 2]), parquet([1, 2]))
    assert not same_table(parquet([1, 2]), parquet([1, 3]))
    assert not same_table(b"none", parquet([1, 2]))
    assert first_difference("x.parquet", b"none", parquet([1, 2])).place == "byte 1"
