"""What was renamed is found under its present name, and the sealed log stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.names import ModelNames
from arena.errors import VotesError
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.records import Outcome, Vote
from arena.votes.files import write_votes
from arena.votes.importing import check_references, import_votes
from arena.votes.log import Log, append_votes, open_log
from arena.votes.renames import NO_RENAMES, Renames, renamed_table, renamed_votes, renames_of
from arena.votes.table import votes_table
from tests.catalogue.projects import findings, put, spoil, write_project
from tests.votes.examples import NOW

ONE, TWO, OLD = "acme/one", "acme/two", "acme/old"
START = datetime(2026, 3, 1, tzinfo=UTC)
OUTCOMES = (Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.LEFT, Outcome.BOTH_BAD)


def votes(
    left: str = OLD, right: str = TWO, *, language: str = "en", category: str = "photo", first: int = 0
) -> pa.Table:
    """Votes of five people on these two models."""
    return votes_table(
        Vote(f"b{n}", START + timedelta(minutes=n), "text-to-image", category, language, left, right, outcome, f"v{n}")
        for n, outcome in enumerate(OUTCOMES, first)
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A project whose model, category and language had other ids when votes were cast."""
    data = write_project(tmp_path)
    spoil(data, "models/acme/one.toml", "[weights]", f'former_ids = ["{OLD}"]\n[weights]')
    spoil(data, "arena.toml", 'name = "Photography"', 'name = "Photography"\nformer_ids = ["pictures"]')
    spoil(data, "arena.toml", 'own_name = "English"', 'own_name = "English"\nformer_ids = ["eng"]')
    return data


def renamed_log(data: Path) -> Log:
    return open_log(data / "votes", renames_of(load_catalogue(data)))


def test_sealed_votes_lead_to_what_is_there_now(data: Path) -> None:
    append_votes(open_log(data / "votes"), votes(language="eng", category="pictures"))
    sealed = {path.name: path.read_bytes() for path in (data / "votes").iterdir()}
    log = renamed_log(data)
    assert log.votes().to_pyarrow().cast(votes().schema).equals(votes(ONE).sort_by("at"))
    check_references(log.votes(), load_catalogue(data), where="data/votes")
    assert {path.name: path.read_bytes() for path in (data / "votes").iterdir()} == sealed
    assert log.head == open_log(data / "votes").head


def test_ratings_are_those_of_votes_under_the_present_id(data: Path, tmp_path: Path) -> None:
    log = append_votes(open_log(data / "votes"), votes())
    log = append_votes(log, votes(ONE, first=10))
    present = append_votes(open_log(tmp_path / "other"), votes(ONE))
    present = append_votes(present, votes(ONE, first=10))
    found = compute_ratings(renamed_log(data).votes(), RatingSettings())
    assert found == compute_ratings(present.votes(), RatingSettings())
    assert [rating.model for rating in found.boards[0].ratings] == [ONE, TWO]


def test_nothing_is_done_where_nothing_was_renamed(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path / "votes"), votes())
    assert renamed_votes(log.votes(), NO_RENAMES) is log.votes()
    table = votes()
    assert renamed_table(table, NO_RENAMES) is table
    assert not renames_of(load_catalogue(write_project(tmp_path))).columns


def test_battles_between_two_models_that_became_one_are_left_out(data: Path) -> None:
    log = append_votes(open_log(data / "votes"), votes(OLD, ONE))
    append_votes(log, votes(ONE, first=10))
    assert renamed_log(data).summary().votes == len(OUTCOMES)


@pytest.mark.parametrize("left", [ONE, OLD])
def test_vote_files_may_use_either_id_and_import_once(data: Path, tmp_path: Path, left: str) -> None:
    append_votes(open_log(data / "votes"), votes(language="eng"))
    write_votes(votes(left, category="pictures"), tmp_path / "votes.csv")
    report = import_votes(data, [tmp_path / "votes.csv"], now=NOW)
    assert (report.votes, report.added) == (len(OUTCOMES), 0)
    write_votes(votes(left, first=20), tmp_path / "more.csv")
    assert import_votes(data, [tmp_path / "more.csv"], now=NOW).added == len(OUTCOMES)
    models = set(open_log(data / "votes").votes().left.to_pyarrow().to_pylist())
    assert models == {OLD, ONE}, "what was sealed stays, what is new has the present id"


def test_a_file_with_a_battle_between_the_two_is_refused(data: Path, tmp_path: Path) -> None:
    write_votes(votes(OLD, ONE), tmp_path / "votes.csv")
    with pytest.raises(VotesError) as caught:
        import_votes(data, [tmp_path / "votes.csv"], now=NOW)
    assert all(f"the same model, {ONE}" in str(finding) for finding in caught.value.findings)
    assert not (data / "votes").exists() or not open_log(data / "votes").entries


def test_rows_keep_their_places() -> None:
    table = votes()
    changed = renamed_table(table, Renames(models={OLD: ONE}, languages={"xx": "en"}))
    assert changed.schema == table.schema
    assert changed["left"].to_pylist() == [ONE] * len(OUTCOMES)
    assert changed.drop_columns("left").equals(table.drop_columns("left"))
    assert changed["voter"].to_pylist() == table["voter"].to_pylist()


def test_names_of_others_lead_from_former_ids(data: Path) -> None:
    assert ModelNames(load_catalogue(data)).resolve(OLD) == ONE


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("models/acme/one.toml", f'["{OLD}"]', f'["{TWO}"]', f'former_ids[0]: "{TWO}" also stands for {TWO}'),
        ("models/acme/one.toml", f'["{OLD}"]', f'["{ONE}"]', f'"{ONE}" is its present id'),
        ("models/acme/two.toml", "[weights]", f'former_ids = ["{OLD}"]\n[weights]', f'"{OLD}" also stands for {ONE}'),
        ("arena.toml", '["eng"]', '["en"]', '"en" also stands for en'),
        ("arena.toml", '["pictures"]', '["Pictures"]', "former_ids"),
    ],
)
def test_a_former_id_leads_to_one_entry(data: Path, file: str, old: str, new: str, words: str) -> None:
    spoil(data, file, old, new)
    assert any(words in finding for finding in findings(data)), findings(data)


def test_two_categories_cannot_have_been_the_same(data: Path) -> None:
    text = (data / "arena.toml").read_text()
    put(
        data,
        "arena.toml",
        text.replace(
            "[[languages]]", '[[categories]]\nid = "logo"\nname = "Logos"\nformer_ids = ["pictures"]\n[[languages]]', 1
        ),
    )
    assert findings(data) == [
        'data/arena.toml: categories[1].former_ids: "pictures" also stands for photo (a former id leads to one entry, '
        "and is used by none: remove it)"
    ]


def test_logs_with_and_without_renames_differ_in_votes_alone(data: Path) -> None:
    log = append_votes(open_log(data / "votes"), votes())
    assert replace(renamed_log(data), renames=NO_RENAMES) == open_log(data / "votes") == log
