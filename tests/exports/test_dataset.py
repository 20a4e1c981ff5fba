"""The data set: what others' tools make of it, what it says of itself, and how it comes to be in its folder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from pyarrow import csv

from arena.catalogue import Catalogue, load_catalogue
from arena.errors import PublishError
from arena.exports.columns import ARROW_TYPES
from arena.exports.dataset import writing
from arena.exports.dataset.tables import DataTable
from arena.exports.dataset.writing import facts_of, write_dataset
from arena.exports.ratings import ratings_csv
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.results import Ratings
from arena.records import Origin, Outcome, Vote
from arena.verification import verify
from arena.votes.decision_file import DECISIONS
from arena.votes.files import load_votes
from arena.votes.log import Log, append_votes, open_log
from arena.votes.table import votes_table
from tests.catalogue.projects import put
from tests.cli.shell import arena
from tests.publish.worlds import write_project

# ruff: noqa: PLC0415 - mlcroissant, frictionless and huggingface_hub take seconds to load

DAY = date(2026, 3, 29)
TEXTS = """
contact = "arena@example.org"
base_url = "https://arena.example/"

[dataset]
creators = ["Ann {Example"]
doi = "10.5281/zenodo.1234567"
catalogue_licence = "CC-BY-4.0"
consent = "Voters were told that their votes are published."
biases = "Most voters draw for a living."
"""
MEASURED = {
    "provider": "acme",
    "model": "acme/one",
    "first": "2026-02-01",
    "last": "2026-03-02",
    "tried": 10,
    "made": 8,
    "refused": 2,
    "timed": 8,
    "p50_ms": 900,
    "p95_ms": 2100,
    "spent": "0.06",
}
NEURIPS = (
    "rai:dataLimitations",
    "rai:dataBiases",
    "rai:personalSensitiveInformation",
    "rai:dataUseCases",
    "rai:dataSocialImpact",
    "rai:hasSyntheticData",
    "prov:wasDerivedFrom",
    "prov:wasGeneratedBy",
)
"""What the Evaluations and Datasets track of NeurIPS 2026 asks for."""


def a_vote(number: int) -> Vote:
    """A vote of a person with reasons, on a day of its own."""
    return Vote(
        battle=f"more-{number}",
        at=datetime(2026, 3, 20, 12, number, tzinfo=UTC),
        arena="text-to-image",
        category="photo",
        language="en",
        left="acme/one",
        right="acme/two",
        outcome=Outcome.RIGHT if number % 2 else Outcome.LEFT,
        voter=f"v{number}",
        reasons=("text", "style") if number % 2 else (),
    )


def make_project(folder: Path, *, arena_toml: str = "", origin: Origin = Origin.HUMAN) -> Path:
    write_project(folder, arena=arena_toml, origin=origin)
    if origin is Origin.HUMAN:
        append_votes(open_log(folder / "data/votes"), votes_table(map(a_vote, range(6))), "more")
    return folder


Rated = tuple[Catalogue, Log, Ratings]
"""What an export takes."""


def rate(project: Path) -> Rated:
    catalogue, log = load_catalogue(project / "data", DAY), open_log(project / "data/votes")
    return catalogue, log, compute_ratings(log.counted_votes(), catalogue.project.ratings, history=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with votes of people, reasons, measurements, and votes that were set aside."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    text = (folder / "data/arena.toml").read_text()
    put(folder / "data", "arena.toml", text + TEXTS)
    put(folder / "data", "outputs/measurements.jsonl", json.dumps(MEASURED) + "\n")
    rows = "more-0,v0,,exclude,,Clicked left ten times,Ann,2026-03-21T08:00:00Z\n"
    rows += "more-1,v1,,wait,snap,,audit,2026-03-21T08:00:00Z\n"
    put(folder / "data/votes", DECISIONS, "battle,voter,group,decision,rules,reason,by,at\n" + rows)
    return folder


@pytest.fixture(scope="module")
def rated(project: Path) -> Rated:
    return rate(project)


@pytest.fixture(scope="module")
def dataset(rated: Rated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "votes"
    write_dataset(*rated, folder, day=DAY)
    return folder


def record(dataset: Path) -> dict[str, Any]:
    return json.loads((dataset / "croissant.json").read_text())  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tables(rated: Rated) -> tuple[DataTable, ...]:
    return facts_of(*rated, DAY).tables


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_mlcroissant_finds_no_mistake_and_loads_every_table(dataset: Path) -> None:
    import mlcroissant

    loaded = mlcroissant.Dataset(jsonld=dataset / "croissant.json")
    issues = loaded.metadata.ctx.issues
    assert (set(issues.errors), set(issues.warnings)) == (set(), set())
    for record_set in loaded.metadata.record_sets:
        rows = list(loaded.records(record_set.id))
        table = pq.read_table(dataset / f"data/{record_set.id}.parquet")
        assert len(rows) == len(table), record_set.id
        assert all([key.partition("/")[2] for key in row] == table.column_names for row in rows)
    votes = list(loaded.records("votes"))
    reasons = [list(row["votes/reasons"]) for row in votes if row["votes/reasons"] is not None]
    assert reasons == [[b"text", b"style"]] * 2
    assert {row["votes/outcome"] for row in votes} == {b"left", b"right", b"tie", b"both_bad"}


def test_the_record_has_what_reviewers_ask_for(dataset: Path) -> None:
    found = record(dataset)
    assert found["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    assert all(found[key] not in ("", [], None) for key in NEURIPS)
    assert found["rai:hasSyntheticData"] is False
    assert "Consent of the voters: Voters were told" in found["rai:personalSensitiveInformation"]
    assert found["rai:dataBiases"].endswith("Most voters draw for a living.")
    assert found["rai:dataSocialImpact"] == "Not stated."
    assert found["license"] == ["https://spdx.org/licenses/CC0-1.0.html", "https://spdx.org/licenses/CC-BY-4.0.html"]
    assert (found["version"], found["datePublished"], found["url"]) == (
        "2026.3.29",
        "2026-03-29",
        "https://arena.example/",
    )


def test_frictionless_finds_no_mistake(dataset: Path) -> None:
    import frictionless

    report = frictionless.Package(str(dataset / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])
    assert report.stats["errors"] == report.stats["warnings"] == 0
    assert len(report.tasks) == len(list((dataset / "data").glob("*.csv")))


def test_frictionless_would_find_a_mistake(dataset: Path, tmp_path: Path) -> None:
    import frictionless

    shutil.copytree(dataset, tmp_path / "copy")
    package = json.loads((tmp_path / "copy/datapackage.json").read_text())
    package["resources"] = [each for each in package["resources"] if each["name"] in {"ratings", "models"}]
    (tmp_path / "copy/datapackage.json").write_text(json.dumps(package))
    (tmp_path / "copy/data/ratings.csv").write_text(
        (dataset / "data/ratings.csv").read_text().replace("acme/two,2,", "nobody/two,second,")
    )
    report = frictionless.Package(str(tmp_path / "copy/datapackage.json")).validate()
    assert {"hash-count", "type-error", "foreign-key"} <= {error.type for task in report.tasks for error in task.errors}


def test_hugging_face_reads_the_card_with_a_configuration_a_table(dataset: Path, tables: tuple[DataTable, ...]) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(dataset / "README.md")
    configs = card.data.to_dict()["configs"]
    assert [config["config_name"] for config in configs] == [table.name for table in tables]
    assert [config["config_name"] for config in configs if config.get("default")] == ["votes"]
    for config in configs:
        assert pq.read_table(dataset / config["data_files"][0]["path"]).num_columns
    assert card.data.license == ["cc0-1.0", "cc-by-4.0"]
    assert card.data.language == ["ar", "en"]


def test_both_files_of_a_table_have_the_rows_that_the_dictionary_describes(
    dataset: Path, tables: tuple[DataTable, ...]
) -> None:
    dictionary = (dataset / "DICTIONARY.md").read_text()
    assert {path.stem for path in (dataset / "data").glob("*.csv")} == {table.name for table in tables}
    for table in tables:
        parquet, text = (dataset / path for path in table.files)
        rows = pq.read_table(parquet)
        assert rows.equals(table.rows) and rows.num_rows
        names = [column.name for column in table.columns]
        kept = csv.ConvertOptions(strings_can_be_null=False, column_types=dict.fromkeys(names, pa.string()))
        cells = csv.read_csv(text, convert_options=kept)
        assert cells.column_names == rows.column_names == names
        assert cells.num_rows == rows.num_rows
        for column in table.columns:
            kinds = {**ARROW_TYPES, "time": pa.timestamp("us", "UTC")}
            kind = pa.int32() if column.name == "dwell_ms" else kinds[column.type]
            assert rows.schema.field(column.name).type == kind, (table.name, column.name)
            assert column.missing or "" not in cells[column.name].to_pylist(), (table.name, column.name)
            assert f"| `{column.name}` | {column.type} |" in dictionary
        for name in table.models:
            known = {row["model"] for row in pq.read_table(dataset / "data/models.parquet").to_pylist()}
            assert set(rows[name].to_pylist()) <= known
        keys = [tuple(row[name] for name in table.key) for row in rows.to_pylist()]
        assert not table.key or len(set(keys)) == len(keys)


def test_ratings_are_those_of_the_votes_and_left_out_votes_say_why(dataset: Path) -> None:
    marker = json.loads((dataset / "dataset.json").read_text())
    loaded = load_votes([dataset / "data/votes.csv"])
    catalogue = json.loads((dataset / "data/catalogue.json").read_text())
    assert catalogue["project"]["ratings"] == marker["settings"]
    settings = RatingSettings(**marker["settings"])
    assert ratings_csv(compute_ratings(loaded.votes(), settings)) == (dataset / "data/ratings.csv").read_text()
    left_out = pq.read_table(dataset / "data/left_out.parquet").to_pylist()
    assert [(row["battle"], row["decision"], row["rules"], row["because"]) for row in left_out] == [
        ("more-0", "set_aside", None, "Clicked left ten times"),
        ("more-1", "unknown", ["snap"], None),
    ]


def test_covariances_are_those_of_the_errors(dataset: Path) -> None:
    ratings = pq.read_table(dataset / "data/ratings.parquet").to_pylist()
    errors = {row["model"]: row["error"] for row in ratings if row["axis"] == "overall"}
    rows = pq.read_table(dataset / "data/covariance.parquet").to_pylist()
    own = {row["first"]: row["covariance"] for row in rows if row["first"] == row["second"]}
    assert all(abs(own[model] - error**2) < 1e-4 for model, error in errors.items())


def test_refusals_and_failures_are_apart_from_quality(dataset: Path) -> None:
    (row,) = pq.read_table(dataset / "data/requests.parquet").to_pylist()
    assert (row["tried"], row["made"], row["failed"], row["refused"]) == (10, 8, 2, 2)


def test_sums_are_of_all_other_files_and_the_citation_is_read(dataset: Path) -> None:
    lines = [line.partition("  ") for line in (dataset / "SHA256SUMS").read_text().splitlines()]
    listed = {name: sum_ for sum_, _, name in lines}
    found = contents(dataset)
    assert listed == {name: hashlib.sha256(found[name]).hexdigest() for name in found if name != "SHA256SUMS"}
    citation = yaml.safe_load(found["CITATION.cff"])
    assert (citation["cff-version"], citation["type"], citation["doi"]) == (
        "1.2.0",
        "dataset",
        "10.5281/zenodo.1234567",
    )
    assert citation["authors"] == [{"name": "Ann {Example"}]
    assert record(dataset)["citeAs"].splitlines()[2] == "  author = {{Ann Example}},"


def test_nothing_names_a_voter_of_the_store_or_a_picture(dataset: Path) -> None:
    assert not any(path.suffix in {".webp", ".png"} for path in dataset.rglob("*"))
    catalogue = json.loads((dataset / "data/catalogue.json").read_text())
    assert not any(catalogue[key] for key in ("outputs", "collected", "input_pictures", "in_play", "blindness"))


def test_the_same_project_and_day_give_the_same_bytes(
    project: Path, rated: Rated, dataset: Path, tmp_path: Path
) -> None:
    written = write_dataset(*rate(project), tmp_path / "new", day=DAY)
    assert contents(tmp_path / "new") == contents(dataset)
    assert written.files == len(contents(dataset))
    write_dataset(*rated, tmp_path / "new", day=DAY)
    assert contents(tmp_path / "new") == contents(dataset)


def test_the_next_one_says_what_changed(project: Path, dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "project")
    data = tmp_path / "project/data"
    late = [replace(a_vote(number), at=a_vote(number).at + timedelta(days=5)) for number in range(10, 40)]
    late = [replace(vote, left="acme/two", right="acme/one", outcome=Outcome.LEFT) for vote in late]
    append_votes(open_log(data / "votes"), votes_table(late), "late")
    grown = rate(tmp_path / "project")
    write_dataset(*grown, tmp_path / "next", day=DAY + timedelta(days=7), previous=dataset)
    text = (tmp_path / "next/CHANGES.md").read_text()
    assert text.startswith("# Changes\n\n## 2026.4.5 (log ")
    assert "Since 2026.3.29 (log " in text and "* `votes`: 30 added, 76 rows in all." in text
    assert "* Ranks in text-to-image: acme/two from 2 to 1 and acme/one from 1 to 2." in text
    assert text.endswith("* No earlier version to compare with.\n")
    before = contents(tmp_path / "next")
    write_dataset(*grown, tmp_path / "next", day=DAY + timedelta(days=7))
    assert contents(tmp_path / "next") == before


def test_columns_and_values_that_changed_are_told(rated: Rated, dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(dataset, tmp_path / "old")
    votes = pq.read_table(dataset / "data/votes.parquet")
    outcomes = ["tie", *votes["outcome"].to_pylist()[1:]]
    votes = (
        votes.drop_columns(["reasons"])
        .set_column(7, "outcome", pa.array(outcomes))
        .append_column("x", pa.array([1] * len(votes)))
    )
    pq.write_table(votes, tmp_path / "old/data/votes.parquet")
    (tmp_path / "old/data/offers.parquet").write_bytes(b"PAR1")
    write_dataset(*rated, tmp_path / "new", day=DAY + timedelta(days=1), previous=tmp_path / "old")
    text = (tmp_path / "new/CHANGES.md").read_text()
    for line in (
        "`votes` has new columns reasons.",
        "`votes` lost the columns x.",
        "`votes`: 1 with other values, 46 rows in all.",
        "`offers` is new.",
    ):
        assert f"* {line}\n" in text
    assert text.count("\n* ") == 5  # and the line of the version before


@pytest.mark.parametrize("there", ["notes.txt", "README.md", "dataset.json"])
def test_a_folder_of_anything_else_is_refused_and_stays(rated: Rated, tmp_path: Path, there: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / there).write_text('{"generator": "another"}' if there.endswith("json") else "mine")
    before = contents(tmp_path)
    with pytest.raises(PublishError, match=r"dataset\.json|which no export wrote"):
        write_dataset(*rated, tmp_path / "mine", day=DAY)
    assert contents(tmp_path) == before


def test_a_failure_half_way_leaves_the_old_one(
    rated: Rated, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(dataset, tmp_path / "votes")

    def stop(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "render_sums", stop)
    with pytest.raises(KeyboardInterrupt):
        write_dataset(*rated, tmp_path / "votes", day=DAY + timedelta(days=1))
    assert contents(tmp_path / "votes") == contents(dataset)
    assert [path.name for path in tmp_path.iterdir()] == ["votes"]


def test_simulated_data_and_what_nobody_stated_are_said(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", origin=Origin.SIMULATED)
    written = write_dataset(*rate(project), tmp_path / "votes", day=DAY)
    assert written.simulated
    found = contents(tmp_path / "votes")
    for name in ("README.md", "LICENCES.md", "DICTIONARY.md", "CITATION.cff", "croissant.json", "datapackage.json"):
        assert b"imulated" in found[name], name
    assert json.loads(found["croissant.json"])["rai:hasSyntheticData"] is True
    assert json.loads(found["datapackage.json"])["simulated"] is json.loads(found["dataset.json"])["simulated"] is True
    for name in ("votes", "ratings", "pairs", "covariance", "history"):
        assert set(pq.read_table(tmp_path / f"votes/data/{name}.parquet")["origin"].to_pylist()) == {"simulated"}
        assert all(b"simulated" in line for line in found[f"data/{name}.csv"].splitlines()[1:]), name
    for path in (tmp_path / "votes/data").glob("*.parquet"):
        assert b"Simulated data" in (pq.read_schema(path).metadata or {})[b"arena.note"]
    assert verify(tmp_path / "votes").passed
    # Nobody stated anything in this project.
    assert {"contact", "dataset.url", "dataset.consent", "dataset.annotators"} <= set(written.missing)
    assert "## What voters agreed to\n\nNot stated." in (tmp_path / "votes/README.md").read_text()
    assert "url" not in record(tmp_path / "votes")


def test_a_data_set_of_no_votes_is_written(tmp_path: Path) -> None:
    import frictionless

    write_project(tmp_path / "project", votes=False)
    write_dataset(*rate(tmp_path / "project"), tmp_path / "votes", day=DAY)
    assert pq.read_table(tmp_path / "votes/data/votes.parquet").num_rows == 0
    assert frictionless.Package(str(tmp_path / "votes/datapackage.json")).validate().valid
    assert verify(tmp_path / "votes").exact


def test_verify_compares_the_log_with_a_head_that_was_noted(dataset: Path) -> None:
    head = json.loads((dataset / "dataset.json").read_text())["log_head"]
    found = verify(dataset, head=head)
    assert (found.findings, found.subject, found.votes, found.exact) == ((), "data set", 46, True)


def renew(folder: Path) -> None:
    """Make the list of sums fit again, as somebody careful would."""
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(contents(folder).items())
        if name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_whatever_is_changed_afterwards_is_named_though_the_sums_fit(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "votes"
    shutil.copytree(dataset, folder)
    for name, old, new in (
        ("data/votes.csv", ",left,", ",right,"),
        ("data/ratings.csv", ",provisional,", ",established,"),
        ("data/covariance.csv", ",human", ",derived"),
        ("data/prices.csv", "0.006", "0.001"),
        ("croissant.json", "Most voters draw for a living.", "None."),
        ("README.md", "Not stated.", "Approved."),
    ):
        text = (folder / name).read_text()
        assert old in text, name
        (folder / name).write_text(text.replace(old, new, 1))
    table = pq.read_table(folder / "data/history.parquet")
    pq.write_table(table.slice(1), folder / "data/history.parquet")
    (folder / "data/pairs.parquet").unlink()
    renew(folder)
    (folder / "extra.csv").write_text("a\n")
    named = {finding.file for finding in verify(folder).findings}
    assert named >= {
        "data/votes.csv", "data/ratings.csv", "data/covariance.csv", "data/prices.csv", "croissant.json", "README.md",
        "data/history.parquet", "data/pairs.parquet", "extra.csv",
    }  # fmt: skip


def test_a_changed_vote_of_the_log_is_named(dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(dataset, tmp_path / "votes")
    (file,) = list((tmp_path / "votes/data/log").glob("*.0001.parquet"))
    table = pq.read_table(file)
    pq.write_table(table.set_column(7, "outcome", pa.array(["tie"] * len(table))), file)
    # Sums that fit do not help: the manifest of the log has its own; without them the file is named by its sum.
    assert any(finding.file == f"data/log/{file.name}" for finding in verify(tmp_path / "votes").findings)
    renew(tmp_path / "votes")
    assert any(finding.file.startswith("data/log") for finding in verify(tmp_path / "votes", head="0" * 64).findings)


def test_the_command_writes_it_and_says_what_is_missing(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "votes"
    done = arena("export", "dataset", folder, "--date", "2026-03-29", "--project", project)
    assert done.exit_code == 0, done.output
    assert re.search(r"Wrote .*votes: 46 votes in \d+ files, version 2026\.3\.29, log [0-9a-f]{16}", done.stdout)
    assert (
        "Not stated in data/arena.toml, and so in the data set: dataset.collection, dataset.annotators" in done.stderr
    )
    refused = arena("export", "dataset", tmp_path, "--project", project)
    assert refused.exit_code == 1 and "holds 'votes', which no export wrote" in refused.stderr
    for wrong in (["dataset"], ["dataset", folder, "--out", "x.csv"], ["ratings", "--date", "2026-03-29"]):
        assert arena("export", *wrong, "--project", project).exit_code == 2
