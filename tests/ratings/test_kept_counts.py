"""What was counted and rated of a log before is neither counted nor rated again, and no number hangs on that."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from arena.kept import keep, read_kept
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.history import KeptWeeks, RatedWeek
from arena.ratings.kept import FILE, WEEKS_FILE, WEEKS_KEY, RatedWeeks, keep_records, kept_ratings, read_records
from arena.ratings.kept_counts import FACTS, count_log
from arena.ratings.kept_counts import FILE as COUNTS_FILE
from arena.ratings.results import Ratings
from arena.ratings.tally import tally
from arena.ratings.vote_counts import VoteCounts
from arena.records import Origin
from arena.votes.decision_file import LogRuling, deciding
from arena.votes.log import Log, append_votes, open_log, write_decisions
from arena.votes.origins import votes_by_origin
from arena.votes.renames import Renames
from arena.votes.table import votes_table
from tests.votes.examples import MODELS, NOW, VOTE, some_table, some_votes

RENAMES = Renames(models={MODELS[3]: MODELS[0]}, categories={"poster": "a poster"}, languages={"en": "de"})
Rows = list[dict[str, object]]


def rows(counts: VoteCounts) -> Rows:
    return sorted(counts.rows.to_pylist(), key=lambda row: json.dumps(row, sort_keys=True))


def counted(log: Log) -> Rows:
    """The counts as one query over all votes has them."""
    return rows(VoteCounts.of(log.counted_votes()))


def decide(
    log: Log, ruling: LogRuling, *, voters: tuple[str, ...] = (), votes: list[tuple[str, str]] | None = None
) -> Log:
    added = deciding(ruling, "why", by="Ann", now=NOW, voters=voters, votes=votes or [])
    return replace(write_decisions(log, lambda now: now.decisions.with_rows(added)), renames=log.renames)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many votes each query counted."""
    numbers: list[int] = []
    of = VoteCounts.of

    def noted(votes: ibis.Table) -> VoteCounts:
        numbers.append((made := of(votes)).votes)
        return made

    monkeypatch.setattr(VoteCounts, "of", noted)
    return numbers


def test_a_sealed_file_is_counted_once_and_the_sum_is_that_of_all_votes(tmp_path: Path, read: list[int]) -> None:
    log = append_votes(open_log(tmp_path / "votes"), some_table(40))
    assert rows(count_log(log, tmp_path).counts) == rows(count_log(log, tmp_path).counts)
    log = append_votes(log, some_table(25, first=40))
    grown = count_log(log, tmp_path)
    assert read == [40, 25], "the first 40 once, and then the new ones alone"
    assert rows(grown.counts) == counted(log) == rows(count_log(log).counts)
    assert grown.counts.tally().counts.sum() == tally(log.votes()).counts.sum() == 65


def test_votes_that_are_left_out_are_taken_off_and_come_back(tmp_path: Path, read: list[int]) -> None:
    log = append_votes(open_log(tmp_path / "votes"), some_table(40))
    log = decide(log, LogRuling.EXCLUDE, voters=("v1",), votes=[("b00000", "v0"), ("not", "there")])
    found = count_log(log, tmp_path)
    assert rows(found.counts) == counted(log)
    assert found.counts.votes == 40 - 8 - 1
    assert sorted(found.left_out) == ["2026-01", "2026-02", "2026-03"]
    del read[:]
    log = append_votes(log, some_table(20, first=40))
    assert rows(count_log(log, tmp_path).counts) == counted(log)
    assert read[:2] == [20, 4], "of the new file its votes, and those that are left out"
    log = decide(log, LogRuling.FORGET, voters=("v1",))
    found, fresh = count_log(log, tmp_path), count_log(log)
    assert rows(found.counts) == counted(log) == rows(fresh.counts)
    assert found.left_out == fresh.left_out
    assert list(found.left_out) == ["2026-01"]


def test_renamed_models_and_those_that_became_one_are_counted_as_the_votes_are(tmp_path: Path, read: list[int]) -> None:
    log = append_votes(open_log(tmp_path / "votes"), some_table(40))
    count_log(log, tmp_path)
    renamed = replace(log, renames=RENAMES)
    assert rows(count_log(renamed, tmp_path).counts) == counted(renamed)
    assert read[0] == 40
    assert count_log(renamed, tmp_path).counts.votes < 40, "two models that became one have no battle"


def test_simulated_votes_never_take_the_place_of_people_whose_votes_are_left_out(tmp_path: Path) -> None:
    simulated = [replace(vote, voter="s", origin=Origin.SIMULATED) for vote in some_votes(6)]
    elsewhere = [replace(vote, voter="t", arena="edit", origin=Origin.SIMULATED) for vote in some_votes(3)]
    log = append_votes(open_log(tmp_path / "votes"), votes_table([VOTE, *simulated, *elsewhere]))
    log = decide(log, LogRuling.EXCLUDE, voters=("v1",))
    counts = count_log(log, tmp_path).counts
    assert rows(counts) == counted(log)
    assert counts.by_origin() == {"edit": {Origin.SIMULATED: 3}}


def test_counts_of_parts_add_up_and_those_of_whole_arenas_have_no_category() -> None:
    origins, categories = list(Origin), ("poster", "logo", "")
    votes = [
        replace(vote, origin=origins[number % 3], category=categories[number % 2], arena=f"arena-{number % 5 // 4}")
        for number, vote in enumerate(some_votes(40))
    ]
    table = votes_table(votes)
    counts, half, rest = (VoteCounts.of(ibis.memtable(part)) for part in (table, table.slice(0, 17), table.slice(17)))
    assert rows(half.plus(rest)) == rows(counts)
    assert rows(counts.without(half)) == rows(rest)
    assert counts.by_origin() == counts.overall().by_origin() == votes_by_origin(ibis.memtable(table))
    assert {(row["category"], row["language"]) for row in rows(counts.overall())} == {("", "")}
    assert counts.overall().votes == counts.votes == 40


def _other_source(content: bytes) -> bytes:
    table = pa.ipc.open_stream(content).read_all()
    facts = json.loads(table.schema.metadata[FACTS]) | {"source": "another"}
    return _stream(table.replace_schema_metadata({FACTS: json.dumps(facts)}))


def _more_votes(content: bytes) -> bytes:
    table = pa.ipc.open_stream(content).read_all()
    return _stream(pa.concat_tables([table, table]))


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda content: content[: len(content) // 2],
        lambda _: b"\xff" * 100,
        _other_source,
        _more_votes,
        lambda content: _stream(pa.ipc.open_stream(content).read_all().drop_columns(["ties"])),
        lambda content: _stream(pa.ipc.open_stream(content).read_all().replace_schema_metadata({FACTS: b"[1]"})),
    ],
    ids=["empty", "cut off", "no table", "other program", "more votes", "a column less", "no facts"],
)
def test_kept_counts_of_another_form_are_made_anew(
    tmp_path: Path, spoil: Callable[[bytes], bytes], read: list[int]
) -> None:
    log = append_votes(open_log(tmp_path / "votes"), some_table(10))
    count_log(log, tmp_path)
    content = read_kept(tmp_path / COUNTS_FILE)
    assert content
    keep(tmp_path / COUNTS_FILE, spoil(content))
    assert rows(count_log(log, tmp_path).counts) == counted(log)
    del read[:]
    count_log(log, tmp_path)
    assert read == [], "and kept again"


def test_kept_counts_of_another_log_are_passed_over(tmp_path: Path) -> None:
    count_log(append_votes(open_log(tmp_path / "votes"), some_table(10)), tmp_path)
    other = append_votes(open_log(tmp_path / "others"), some_table(7, first=3))
    assert rows(count_log(other, tmp_path).counts) == counted(other)


class Rater:
    """Rates a log over time, and says which weeks it had to rate."""

    def __init__(self, log: Log, settings: RatingSettings) -> None:
        self.log, self.settings, self.anew = log, settings, list[date]()

    def __call__(self, counts: VoteCounts, weeks: KeptWeeks) -> Ratings:
        given = weeks.of

        def noted(arena: str, origin: Origin, week: date, rate: Callable[[], RatedWeek]) -> RatedWeek:
            def rated_anew() -> RatedWeek:
                self.anew.append(week)
                return rate()

            return given(arena, origin, week, rated_anew)

        weeks.of = noted  # pyrefly: ignore[method-assign]
        return compute_ratings(self.log.counted_votes(), self.settings, history=True, counts=counts, weeks=weeks)


def rated(project: Path, log: Log, settings: RatingSettings) -> list[date]:
    """The weeks that were rated anew; all ratings are, to the bit, those of a project where nothing was kept."""
    weeks, found = rated_with_what_is_kept(project, log, settings)
    fresh = compute_ratings(log.counted_votes(), settings, history=True)
    assert found == fresh
    assert repr(found.history) == repr(fresh.history)
    return weeks


def rated_with_what_is_kept(project: Path, log: Log, settings: RatingSettings) -> tuple[list[date], Ratings]:
    (project / FILE).unlink(missing_ok=True)
    rater = Rater(log, settings)
    found = kept_ratings(project, log, settings, "duckdb", rater)
    return rater.anew, found


def test_weeks_that_are_over_are_rated_once_and_have_the_numbers_that_they_had(tmp_path: Path) -> None:
    settings = RatingSettings(min_votes=1, draw_probability="observed")
    votes = [replace(vote, prompt=f"p{number % 4}") for number, vote in enumerate(some_votes(90))]
    early = [vote for vote in votes if vote.at.month < 3]
    log = append_votes(open_log(tmp_path / "votes"), votes_table(early))
    weeks = rated(tmp_path, log, settings)
    assert weeks == [date(2026, 1, 18) + timedelta(weeks=number) for number in range(5)]
    anew, found = rated_with_what_is_kept(tmp_path, log, settings)
    assert anew == []
    before = {(point.model, point.week): point.mu for point in found.history}

    log = append_votes(log, votes_table([vote for vote in votes if vote.at.month == 3]))
    march = [date(2026, 2, 22) + timedelta(weeks=number) for number in range(5)]
    assert rated(tmp_path, log, settings) == march, "the new weeks alone"
    _, found = rated_with_what_is_kept(tmp_path, log, settings)
    after = {(point.model, point.week): point.mu for point in found.history}
    assert {key: after[key] for key in before} == before, "what was published of a week stays"

    log = decide(log, LogRuling.EXCLUDE, votes=[(vote.battle, vote.voter) for vote in votes if vote.at.month == 2])
    assert rated(tmp_path, log, settings) == [week for week in [*weeks, *march] if week.month >= 2]
    everything = rated(tmp_path, replace(log, renames=RENAMES), settings)
    assert len(everything) == 10
    assert len(rated(tmp_path, log, settings.model_copy(update={"beta": 5.0}))) == 10


def test_kept_weeks_of_another_form_are_rated_anew(tmp_path: Path) -> None:
    settings = RatingSettings(min_votes=1, draw_probability="observed")
    log = append_votes(open_log(tmp_path / "votes"), some_table(12, months=1))
    assert len(rated_with_what_is_kept(tmp_path, log, settings)[0]) == 1
    whole = read_records(tmp_path / WEEKS_FILE, WEEKS_KEY, RatedWeeks)
    assert whole
    ((key, week),) = whole.weeks
    others: tuple[Any, ...] = ((key, week), ((key, key),), 7)
    for spoiled in (*map(RatedWeeks, others), week):
        keep_records(tmp_path / WEEKS_FILE, WEEKS_KEY, spoiled)
        assert len(rated_with_what_is_kept(tmp_path, log, settings)[0]) == 1
    assert rated(tmp_path, log, settings) == []
