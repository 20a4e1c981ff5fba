"""The ratings of the log that ships with the project, to the last byte."""

import hashlib
from collections.abc import Callable
from itertools import groupby

import pytest

from arena.catalogue import load_catalogue
from arena.exports.ratings import ratings_csv
from arena.ratings import compute_ratings
from arena.votes.log import open_log
from tests.conftest import ROOT

LOG = ROOT / "data" / "votes"


def condensed(table: str) -> str:
    """The rows of overall boards as they are; of each other board how many there are, and their SHA-256.

    The whole table has half a megabyte, and each change of method would add another one to the history.
    """
    head, *rows = table.splitlines(keepends=True)
    lines = [head]
    for axis, found in groupby(rows, key=lambda row: row.split(",")[:4]):
        board = list(found)
        if axis[1] == "overall":
            lines += board
        else:
            sha256 = hashlib.sha256("".join(board).encode()).hexdigest()
            lines.append(f"{','.join(axis)},{len(board)} rows,{sha256}\n")
    return "".join(lines)


@pytest.mark.golden
def test_ratings_of_the_shipped_log(golden: Callable[[str, bytes], None]) -> None:
    if not (LOG / "manifest.json").exists():
        pytest.skip("no log ships with this checkout")
    log = open_log(LOG)
    ratings = compute_ratings(log.votes(), load_catalogue(ROOT / "data").project.ratings)
    golden("ratings.csv", condensed(ratings_csv(ratings)).encode())


def test_one_changed_digit_of_any_board_shows() -> None:
    table = "arena,axis,category,language,model,rank\na,overall,,,m,1\na,category,photo,,m,1\na,category,photo,,n,2\n"
    lines = condensed(table).splitlines()
    assert lines[:2] == table.splitlines()[:2]
    assert lines[2].startswith("a,category,photo,,2 rows,") and len(lines) == 3
    assert condensed(table.replace("n,2", "n,3")) != condensed(table)
