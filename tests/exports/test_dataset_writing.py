"""How a data set comes to be in its folder, what the next one says of it, and what verifying finds."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from arena.errors import PublishError
from arena.exports.dataset import writing
from arena.exports.dataset.writing import write_dataset
from arena.records import Outcome
from arena.verification import verify
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.cli.shell import arena
from tests.exports.datasets import DAY, Rated, a_vote, contents, rate, record


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
