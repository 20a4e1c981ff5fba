"""Exports: what they hold, that they are the same each time, and that they say what is simulated."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow.parquet as pq
import pytest

from arena.errors import ArenaError, PublishError
from arena.exports import files
from arena.exports.ratings import RATINGS_COLUMNS, ratings_csv
from arena.ratings import METHOD_VERSION, compute_ratings
from arena.ratings.results import Ratings
from arena.records import VOTE_COLUMNS, Axis, Intervals, Origin
from arena.votes.files import load_votes
from tests.conftest import ROOT
from tests.publish.worlds import World, empty_world, make_world

Writer = Callable[[World, Path], object]
HERE = os.environ | {"PYTHONPATH": str(ROOT)}
RATE_TWICE = """
import sys
from arena.cli import main
for suffix in ("csv", "parquet"):
    main(["rate", "votes.csv", "--out", f"ratings.{suffix}"], standalone_mode=False)
print(sorted(name for name in sys.modules if name.startswith(("arena.publish", "jinja2", "plotly"))))
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


def ratings_of(world: World, path: Path) -> None:
    files.write_ratings(world.ratings, path, log_sha256=world.log.head)


def votes_of(world: World, path: Path) -> None:
    files.write_votes(world.log.votes(), path)


WRITERS: list[tuple[Writer, str]] = [
    *((ratings_of, suffix) for suffix in (".csv", ".parquet", ".json")),
    *((votes_of, suffix) for suffix in (".csv", ".parquet", ".jsonl")),
    *((lambda world, path: files.write_models(world.catalogue, path), suffix) for suffix in (".csv", ".parquet")),
    *((lambda world, path: files.write_prices(world.catalogue, path), suffix) for suffix in (".csv", ".parquet")),
    (lambda world, path: files.write_catalogue(world.catalogue, path), ".json"),
]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_csv(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize(("write", "suffix"), WRITERS)
def test_every_export_gives_the_same_bytes_twice_and_leaves_nothing_else(
    world: World, tmp_path: Path, write: Writer, suffix: str
) -> None:
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    write(world, first)
    write(world, second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name]


@pytest.mark.parametrize(("write", "suffix"), WRITERS)
def test_a_folder_that_is_not_there_is_said_and_nothing_is_written(
    world: World, tmp_path: Path, write: Writer, suffix: str
) -> None:
    with pytest.raises(ArenaError) as caught:
        write(world, tmp_path / "missing" / f"x{suffix}")
    assert "missing" in caught.value.where
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("write", "suffix"), WRITERS)
def test_an_unknown_suffix_is_refused_with_those_that_are_known(
    world: World, tmp_path: Path, write: Writer, suffix: str
) -> None:
    with pytest.raises(ArenaError) as caught:
        write(world, tmp_path / "x.xlsx")
    assert suffix in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_replaced_stays_and_no_part_is_left(world: World, tmp_path: Path) -> None:
    target = tmp_path / "ratings.csv"
    (target / "in-the-way").mkdir(parents=True)
    with pytest.raises(PublishError):
        ratings_of(world, target)
    assert [path.name for path in tmp_path.iterdir()] == ["ratings.csv"]
    assert target.is_dir()


def test_ratings_csv_is_the_text_of_the_ratings_module(world: World, tmp_path: Path) -> None:
    ratings_of(world, tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_bytes().decode() == ratings_csv(world.ratings)
    assert len(rows(tmp_path / "r.csv")) == sum(len(board.ratings) for board in world.ratings.boards) > 0


def test_all_formats_of_ratings_hold_the_same_values(world: World, tmp_path: Path) -> None:
    for suffix in (".csv", ".parquet", ".json"):
        ratings_of(world, tmp_path / f"r{suffix}")
    text = rows(tmp_path / "r.csv")
    table = pq.read_table(tmp_path / "r.parquet")
    assert tuple(table.column_names) == RATINGS_COLUMNS
    assert table.to_pylist() == json.loads((tmp_path / "r.json").read_text())["ratings"]
    for row, typed in zip(text, table.to_pylist(), strict=True):
        assert {key: in_csv(value) for key, value in typed.items()} == row


def test_ratings_say_what_is_simulated_and_what_was_used(world: World, tmp_path: Path) -> None:
    for suffix in (".csv", ".parquet", ".json"):
        ratings_of(world, tmp_path / f"r{suffix}")
    assert {(row["method"], row["origin"]) for row in rows(tmp_path / "r.csv")} == {("batch", "simulated")}
    content = json.loads((tmp_path / "r.json").read_text())
    metadata = {key.decode(): value.decode() for key, value in pq.read_schema(tmp_path / "r.parquet").metadata.items()}
    assert content["simulated"] is True and metadata["arena.simulated"] == "true"
    assert content["note"] == metadata["arena.note"] == files.SIMULATED_NOTE
    assert content["log_sha256"] == metadata["arena.log_sha256"] == world.log.head
    assert content["settings"] == world.ratings.settings.model_dump(mode="json")
    assert json.loads(metadata["arena.draw_probability"]) == dict(world.ratings.draw_probability)
    assert json.loads(metadata["arena.ties"]) == content["ties"]
    assert content["ties"]["text-to-image"]["found"] == "fitted"
    assert content["ties"]["text-to-image"]["draw_probability"] == content["draw_probability"]["text-to-image"]
    assert content["method_version"] == metadata["arena.method_version"] == METHOD_VERSION
    assert content["intervals"] == metadata["arena.intervals"] == "by voter"
    assert content["variance"] == json.loads(metadata["arena.variance"])
    board = world.ratings.board("text-to-image")
    assert board.variance and content["variance"]["text-to-image"] == asdict(board.variance)
    assert set(content["variance"]) == set(dict(world.ratings.draw_probability))


def test_human_votes_carry_no_mark(tmp_path: Path) -> None:
    human = make_world(tmp_path / "world", origin=Origin.HUMAN)
    files.write_ratings(human.ratings, tmp_path / "r.json")
    content = json.loads((tmp_path / "r.json").read_text())
    assert (content["simulated"], content["note"]) == (False, "")
    assert {row["origin"] for row in content["ratings"]} == {"human"}


def test_votes_of_people_in_another_arena_are_not_denied(world: World, tmp_path: Path) -> None:
    origins = (("image-editing", Origin.HUMAN), *world.ratings.origins)
    board = replace(world.ratings.boards[0], axis=Axis("image-editing"), origin=Origin.HUMAN)
    files.write_ratings(
        replace(world.ratings, boards=(board, *world.ratings.boards), origins=origins), tmp_path / "r.json"
    )
    content = json.loads((tmp_path / "r.json").read_text())
    assert (content["simulated"], content["note"]) == (True, files.PARTLY_SIMULATED_NOTE)
    assert {row["origin"] for row in content["ratings"]} == {"human", "simulated"}


def test_ratings_without_boards_are_files_without_rows(tmp_path: Path) -> None:
    world = empty_world(tmp_path / "world")
    assert world.ratings == Ratings(world.ratings.settings, (), (), method_version=METHOD_VERSION)
    assert world.ratings.intervals is Intervals.NONE
    for suffix in (".csv", ".parquet", ".json"):
        files.write_ratings(world.ratings, tmp_path / f"r{suffix}")
    assert (tmp_path / "r.csv").read_text() == ",".join(RATINGS_COLUMNS) + "\n"
    assert pq.read_table(tmp_path / "r.parquet").num_rows == 0
    assert json.loads((tmp_path / "r.json").read_text())["ratings"] == []


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_published_votes_read_back_and_give_the_published_ratings(world: World, tmp_path: Path, suffix: str) -> None:
    votes_of(world, tmp_path / f"votes{suffix}")
    table = load_votes([tmp_path / f"votes{suffix}"]).table
    assert tuple(table.column_names) == VOTE_COLUMNS
    assert set(table["origin"].to_pylist()) == {Origin.SIMULATED.value}
    assert table["at"].to_pylist() == sorted(table["at"].to_pylist())
    again = compute_ratings(ibis.memtable(table), world.ratings.settings)
    assert ratings_csv(again) == ratings_csv(world.ratings)


def test_the_order_of_votes_does_not_show_in_the_file(world: World, tmp_path: Path) -> None:
    votes = world.log.votes()
    files.write_votes(votes, tmp_path / "a.csv")
    files.write_votes(votes.order_by(ibis.desc("battle")), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_the_catalogue_as_json_is_whole(world: World, tmp_path: Path) -> None:
    assert files.write_catalogue(world.catalogue, tmp_path / "c.json") == (tmp_path / "c.json",)
    content = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    for kind in ("organizations", "models", "providers", "prompts", "stories"):
        assert [each["id"] for each in content[kind]] == list(getattr(world.catalogue, kind))
    assert [(each["provider"], each["model"]) for each in content["offers"]] == list(world.catalogue.offers)
    assert len(content["outputs"]) == len(world.catalogue.outputs) == 4
    assert content["offers"][0]["prices"][1]["amount"] == "0.0425"
    assert content["prompts"][1]["text"] == "شعار مقهى"
    assert content["simulated"] is True
    assert "not simulated" in content["note"]


def test_a_catalogue_with_outputs_of_models_is_not_called_simulated(tmp_path: Path) -> None:
    content = files.catalogue_json(make_world(tmp_path, origin=Origin.HUMAN, votes=False).catalogue)
    assert (content["simulated"], content["note"]) == (False, "")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_catalogue_as_tables_is_two_files(world: World, tmp_path: Path, suffix: str) -> None:
    written = files.write_catalogue(world.catalogue, tmp_path / f"c{suffix}")
    assert [path.name for path in written] == [f"c-models{suffix}", f"c-prices{suffix}"]
    assert all(path.exists() for path in written)


def test_tables_keep_money_exact_and_what_is_unknown_empty(world: World, tmp_path: Path) -> None:
    models, prices = files.write_catalogue(world.catalogue, tmp_path / "c.csv")
    one, two, three = rows(models)
    assert (one["model"], one["price"], one["price_provider"]) == ("acme/one", "0.0425", "shop")
    assert (two["released"], two["weights_open"], two["weights_licence"]) == ("2025-06-10", "true", "Apache-2.0")
    assert (three["released"], three["price"], three["weights_open"]) == ("", "", "unknown")
    assert [row["amount"] for row in rows(prices)] == ["0.006", "0.0425", "8"]
    _, parquet = files.write_catalogue(world.catalogue, tmp_path / "c.parquet")
    assert pq.read_table(parquet)["amount"].to_pylist() == [Decimal("0.006"), Decimal("0.0425"), Decimal(8)]


def test_rating_a_file_loads_nothing_of_the_site(world: World, tmp_path: Path) -> None:
    votes_of(world, tmp_path / "votes.csv")
    done = subprocess.run(
        [sys.executable, "-c", RATE_TWICE], cwd=tmp_path, capture_output=True, text=True, check=False, env=HERE
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    assert len(rows(tmp_path / "ratings.csv")) == pq.read_table(tmp_path / "ratings.parquet").num_rows > 0


def test_downloads_are_what_they_say(world: World) -> None:
    assert [download.name for download in world.site_data.downloads.values()] == [
        "ratings.csv",
        "ratings.parquet",
        "ratings.json",
        "votes.csv",
        "votes.parquet",
        "models.csv",
        "prices.csv",
        "catalogue.json",
    ]
    for download in world.site_data.downloads.values():
        content = download.file.read_bytes()
        assert (download.bytes, download.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        if download.name.endswith(".csv"):
            assert download.rows == len(rows(download.file))
