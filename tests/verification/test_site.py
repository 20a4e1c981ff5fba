"""What was changed in a built site after it was built, by the careless and by the careful, is named."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from arena.exports.files import write_ratings
from arena.publish.output.marker import MARKER, SUMS
from arena.ratings import compute_ratings
from arena.verification import verify
from arena.votes.files import load_votes, write_votes
from tests.publish.worlds import World
from tests.verification.sites import by_file, change, renew_sums

PAGE = "models/acme/one.html"
API = "api/v1/models/acme/one.json"


@pytest.fixture(scope="module")
def score(world: World) -> str:
    """The score of the first model as pages show it."""
    return f"{world.ratings.boards[0].ratings[0].score:.2f}"


def tamper(site: Path, score: str) -> None:
    """A vote, a rating in three files, a price, a fact, a figure on a page, a missing and an added file."""
    change(site / "data/votes.csv", "acme/two,left,", "acme/two,right,")
    change(site / "data/ratings.csv", f",{score.partition('.')[0]}.", ",99.99")  # pages round it
    change(site / "data/ratings.json", '"rank": 1,', '"rank": 2,')
    change(site / "data/prices.csv", "0.0425", "0.0125")
    change(site / API, "0.0425", "0.0125")
    change(site / "data/models.csv", "2025-01-10", "2026-01-10")
    change(site / PAGE, score, "99.99")
    (site / "llms.txt").unlink()
    (site / "models/acme/free.html").write_text("<p>Best of all</p>")


EXPECTED = {
    "data/votes.csv": ("column outcome", "right", "left"),
    "data/ratings.csv": ("row 1, column score", "99.99", ""),
    "data/ratings.json": ("$.ratings[0].rank", "2", "1"),
    "data/prices.csv": ("column amount", "0.0125", "0.0425"),
    API: ("amount", "0.0125", "0.0425"),
    "data/models.csv": ("row 1, column released", "2026-01-10", "2025-01-10"),
    PAGE: ("line", "99.99", ""),
}


def test_whatever_is_changed_after_the_build_is_named(copied: Path, score: str) -> None:
    """Also where the lists of sums were renewed with care; the head is one that the log never had."""
    tamper(copied, score)
    renew_sums(copied)
    before = {path: path.stat().st_mtime_ns for path in copied.rglob("*")}
    found = verify(copied, head="f" * 64)
    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*")} == before, "it changes nothing"
    named = by_file(found)
    assert not found.passed
    assert "does not begin with" in named.pop("data/log/manifest.json").message
    for file, (place, says, expected) in EXPECTED.items():
        finding = named.pop(file)
        assert place in finding.place
        assert says in finding.says
        assert expected in finding.expected
    assert score in by_file(found)[PAGE].expected
    assert "missing" in named.pop("llms.txt").message
    assert "listed" in named.pop("models/acme/free.html").message
    assert named == {}, "nothing else was changed"


def test_votes_changed_with_ratings_recomputed_do_not_agree_with_the_head(world: World, copied: Path) -> None:
    """The sixth of six tamperings that once passed: all numbers agree with the votes, but the log does not."""
    table = pq.read_table(copied / "data/votes.parquet").slice(0, 30)
    for suffix in ("csv", "parquet"):
        write_votes(table, copied / f"data/votes.{suffix}")
    votes = load_votes([copied / "data/votes.parquet"]).votes()
    ratings = compute_ratings(votes, world.catalogue.project.ratings)
    write_ratings(
        ratings, *(copied / f"data/ratings.{s}" for s in ("csv", "json", "parquet")), log_sha256=world.log.head
    )
    renew_sums(copied)
    assert {"data/votes.csv", "data/votes.parquet", "data/ratings.csv"} <= by_file(verify(copied)).keys()

    part = next((copied / "data/log").glob("*.parquet"))
    write_votes(table, part)
    renew_sums(copied)
    found = verify(copied)
    assert f"data/log/{part.name}" in by_file(found)
    assert any("nothing can be computed" in sentence for sentence in found.unchecked)


def test_a_decision_about_a_vote_that_is_changed_afterwards_is_named(copied: Path) -> None:
    change(copied / "data/log/decisions.csv", ",exclude,", ",release,")
    renew_sums(copied)
    named = by_file(verify(copied))
    assert (named["data/votes.csv"].says, named["data/votes.csv"].expected) == ("set_aside", "counted")
    assert {"data/ratings.csv", "data/ratings.json", "integrity.html"} <= named.keys()


def test_what_contradicts_the_catalogue_or_the_head_is_named_wherever_it_stands(world: World, copied: Path) -> None:
    change(copied / "data/catalogue.json", "0.0425", "0.0125")
    other = "0" * 64
    for name in ("data/index.html", "integrity.html"):
        change(copied / name, world.log.head, other)
    renew_sums(copied, lambda facts: facts.update(log_head=other))
    named = by_file(verify(copied))
    assert {"data/prices.csv", "api/v1/prices.json", "prices.html", PAGE} <= named.keys()
    assert (named["data/prices.csv"].says, named["data/prices.csv"].expected) == ("0.0425", "0.0125")
    assert (named[MARKER].says[:9], named[MARKER].expected) == (other[:9], world.log.head)
    assert (named["integrity.html"].says, named["integrity.html"].expected) == (
        other[:59] + "…",
        world.log.head[:59] + "…",
    )
    assert SUMS not in named
