"""``arena import``, ``audit --log``, ``review``, ``rate`` and ``export`` on a project that has a log and no store."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from arena.records import Origin, Outcome
from arena.votes.files import load_votes, write_votes
from arena.votes.table import votes_table
from tests.cli.shell import arena, one_line_error
from tests.votes.audit.honest_votes import HONEST, MODELS, honest_votes, preferring, votes_like

TARGET = MODELS[2]
WHY = ("--because", "All from one forum", "--by", "Ann")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with honest votes and then those of ten fans; and what the second import said."""
    folder = tmp_path_factory.mktemp("attacked")
    honest = [replace(vote, category="general", origin=Origin.HUMAN) for vote in HONEST]
    fans = [vote for n in range(10) for vote in preferring(votes_like(f"fan{n}", 20), TARGET)]
    fans = [replace(vote, category="general", origin=Origin.HUMAN) for vote in fans]
    for name, votes in (("honest", honest), ("fans", fans)):
        write_votes(votes_table(votes), folder / f"{name}.csv")
    project = folder / "project"
    assert arena("init", project).exit_code == 0
    first = arena("import", folder / "honest.csv", "--new-models", "--project", project)
    assert first.exit_code == 0, first.output
    assert "Audit: of the 3,000 votes, no vote was set aside." in first.stdout
    assert not (project / "data/votes/decisions.csv").exists()
    second = arena("import", folder / "fans.csv", "--project", project)
    assert second.exit_code == 0, second.output
    return project, second.stdout


@pytest.fixture
def project(attacked: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(attacked[0], tmp_path / "project"))


def rank(project: Path, *more: str | Path) -> int:
    """The target's overall rank."""
    rated = arena("rate", *more, "--no-intervals", "--out", "-", "--project", project)
    assert rated.exit_code == 0, rated.output
    rows = csv.DictReader(rated.stdout.splitlines())
    return next(int(row["rank"]) for row in rows if row["model"] == TARGET and row["axis"] == "overall")


def test_an_import_says_what_it_found_and_what_to_do(attacked: tuple[Path, str]) -> None:
    project, said = attacked
    assert "Audit: of the 200 votes, 200 set aside" in said
    assert "favourite: 200 votes of 10 voters." in said
    assert "arena audit --log --list" in said
    assert "arena review release (or exclude) --group NAME" in said
    assert "Not looked at by linked, network and share: 3,200 votes without a network." in said
    again = arena("import", project.parent / "fans.csv", "--project", project)
    assert again.stdout == "All 200 votes are in the log already; nothing changed.\n"
    assert arena("verify", "--project", project).exit_code == 0


def test_ratings_and_exports_leave_out_what_was_set_aside(project: Path) -> None:
    ratings = project / "ratings.json"
    rated = arena("rate", "--no-intervals", "--out", ratings, "--project", project)
    assert "Left out: 200 votes of the log (200 set aside)" in rated.stderr
    whole = json.loads(ratings.read_text())
    sums = json.loads(arena("audit", "--log", "--json", "--project", project).stdout)
    assert whole["decisions_sha256"] == sums["decisions_sha256"]
    honest = next(row["rank"] for row in whole["ratings"] if row["model"] == TARGET and row["axis"] == "overall")
    decisions = project / "data/votes/decisions.csv"
    text = decisions.read_text()
    decisions.unlink()
    assert rank(project) < honest, "without them the attack works"
    decisions.write_text(text)
    votes = project / "votes.csv"
    assert arena("export", "votes", "--out", votes, "--project", project).exit_code == 0
    with votes.open() as file:
        states = [row["decision"] for row in csv.DictReader(file)]
    assert (states.count("counted"), states.count("set_aside")) == (3000, 200)
    assert rank(project, votes) == honest, "whoever has the file alone gets the same"
    assert len(load_votes([votes]).table) == 3000
    votes.write_text(votes.read_text().replace(",set_aside", ",setaside", 1))
    one_line_error(arena("rate", votes, "--project", project), "votes.csv:", '"set_aside"')


def test_found_votes_are_listed_and_decided_about_without_a_store(project: Path, tmp_path: Path) -> None:
    listed = arena("audit", "--log", "--list", "--project", project)
    assert listed.exit_code == 0
    rows = list(csv.DictReader(listed.stdout.splitlines()))
    assert sum(row["state"] == "set_aside" for row in rows) == 200
    written = arena("audit", "--log", "--list", "--out", tmp_path / "found.csv", "--project", project)
    assert "3,200 votes: 3,000 count, 200 set aside" in written.stdout
    assert (tmp_path / "found.csv").read_text() == listed.stdout
    why = (*WHY, "--project", project)
    assert arena("review", "release", "--voter", "fan3", *why).stdout.startswith("Kept: release 20 votes.")
    (of_fan3, *_) = [row["battle"] for row in rows if row["voter"] == "fan3"]
    assert arena("review", "exclude", "--vote", of_fan3, *why).stdout.startswith("Kept: exclude 1 vote.")
    shown = arena("review", "list", "--project", project).stdout
    assert "181 votes of the log that are not rated" in shown
    assert sum("All from one forum" in line for line in shown.splitlines()) == 3, "the vote, and two decisions"
    one_line_error(arena("review", "exclude", "--group", "favorite", *why), "favourite")
    as_audit = ("--group", "favourite", "--because", "why", "--by", "audit", "--project", project)
    assert arena("review", "exclude", *as_audit).exit_code == 2
    for wrong in (("--list",), ("--dry-run",), ("--log", "--out", "x")):
        assert arena("audit", *wrong, "--project", project).exit_code == 2


def test_a_dry_run_changes_nothing(project: Path) -> None:
    decisions = project / "data/votes/decisions.csv"
    decisions.unlink()
    found = arena("audit", "--log", "--dry-run", "--project", project)
    assert "200 set aside" in found.stdout
    assert not decisions.exists()
    arena("audit", "--log", "--project", project)
    assert decisions.exists()


def test_an_alert_is_exit_code_1_until_somebody_decides_about_its_group(project: Path) -> None:
    liars = []
    for vote in honest_votes(60, 8, seed=9):
        outcome = vote.outcome
        if TARGET in {vote.left, vote.right}:
            outcome = Outcome.LEFT if vote.left == TARGET else Outcome.RIGHT
        late = replace(vote, voter=f"late{vote.voter}", battle=f"late{vote.battle}", at=vote.at + timedelta(days=70))
        liars.append(replace(late, outcome=outcome, category="general", origin=Origin.HUMAN))
    write_votes(votes_table(liars), project / "liars.csv")
    imported = arena("import", project / "liars.csv", "--project", project)
    assert imported.exit_code == 0, "the votes are in the log, whatever is thought of them"
    assert "wait until you have looked" in imported.stdout
    alarmed = arena("audit", "--log", "--json", "--project", project)
    whole = json.loads(alarmed.stdout)
    assert (alarmed.exit_code, whole["passed"]) == (1, False)
    names = whole["undecided"]
    assert len(names) == len(whole["findings"]) > 0
    assert all(name.startswith("newcomers/") and name.endswith(TARGET) for name in names)
    assert arena("audit", "--log", "--project", project).exit_code == 1, "it stands until somebody has decided"
    groups = [option for name in names for option in ("--group", name)]
    decided = arena("review", "release", *groups, *WHY, "--project", project)
    assert decided.exit_code == 0, decided.output
    assert arena("audit", "--log", "--project", project).exit_code == 0
    taken_back = arena("review", "forget", *groups, "--because", "On second thoughts", "--project", project)
    assert taken_back.exit_code == 0, taken_back.output
    assert arena("audit", "--log", "--project", project).exit_code == 1
