"""``arena serve``, ``audit``, ``seal`` and ``collect``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from arena.votes.store import AddBattle, AddVote, open_store
from arena.votes.store.auditing import SETTLING_TIME
from tests.cli.shell import arena, one_line_error, tree
from tests.votes.store.worlds import MODELS, NOW, a_battle, a_vote, know_outputs, some_operations
from tests.waiting import PATIENCE


def test_audit_and_seal_say_what_they_find(project: Path) -> None:
    of_log = arena("audit", "--log", "--project", project)
    assert of_log.exit_code == 0, of_log.output
    assert "60 votes" in of_log.output
    for command in ("audit", "seal"):
        one_line_error(arena(command, "--project", project), "arena.sqlite", "arena serve")
    url = f"sqlite:///{project / 'data' / 'arena.sqlite'}"
    open_store(url).close()
    before = tree(project / "data" / "votes")
    sealed = arena("seal", "--project", project)
    assert sealed.exit_code == 0, sealed.output
    assert "nothing to seal" in sealed.output
    assert tree(project / "data" / "votes") == before


def test_a_rule_of_the_audit_can_be_left_out(project: Path) -> None:
    assert arena("audit", "--log", "--without", "snap", "--project", project).exit_code == 0
    one_line_error(arena("audit", "--log", "--without", "snapp", "--project", project), "snapp", "velocity")


def test_a_person_looks_at_votes_and_decides(project: Path) -> None:
    assert arena("review", "list", "--project", project).stdout == "Every vote counts.\n", "a log is enough"
    with open_store(f"sqlite:///{project / 'data' / 'arena.sqlite'}") as store:
        know_outputs(store)
        store.write(some_operations(60))
    assert arena("audit", "--limit", "0.4", "--project", project).exit_code == 0
    assert arena("audit", "--limit", "1.4", "--project", project).exit_code == 2
    assert arena("review", "exclude", "--vote", "b00001", "--project", project).exit_code == 2
    assert arena("review", "exclude", "--because", "no votes named", "--project", project).exit_code == 2
    one_line_error(
        arena("review", "release", "--vote", "b999", "--because", "typo", "--project", project), "b999", "review list"
    )
    why = ("--because", "Reported as a test of ours", "--project", project)
    kept = arena("review", "exclude", "--vote", "b00001", "--voter", "v2", *why)
    assert "exclude 13 votes" in kept.output, kept.output
    audited = arena("audit", "--project", project)
    assert "47 count, 13 set aside" in audited.output
    assert "Reported as a test of ours" in audited.output
    listed = arena("review", "list", "--project", project).stdout.splitlines()
    assert listed[0].strip() == "13 votes that do not count"
    assert sum("set aside: by hand" in line for line in listed) == 13
    assert any(line.startswith("b00001 ") and " over " in line for line in listed)
    assert sum("Reported as a test of ours" in line for line in listed) == 2
    whole = json.loads(arena("review", "list", "--json", "--project", project).stdout)
    assert len(whole["votes"]) == 13
    assert whole["votes"][0]["reasons"] == ["by hand"]
    assert [taken["ruling"] for taken in whole["decisions"]] == ["exclude", "exclude"]
    assert arena("review", "forget", "--voter", "v2", *why).exit_code == 0
    assert "59 count, 1 set aside" in arena("audit", "--project", project).output


def test_a_person_decides_about_all_votes_that_wait_for_one_reason(project: Path) -> None:
    settings = project / "data" / "arena.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[audit]\nnetwork_votes = 6\n", "utf-8")
    with open_store(f"sqlite:///{project / 'data' / 'arena.sqlite'}") as store:
        know_outputs(store)
        store.write(some_operations(100))
        for number in range(30):
            at, voter = NOW + timedelta(hours=number), f"once{number}"
            battle = a_battle(f"p{number}", voter, MODELS[3], MODELS[number % 3], created=at)
            store.write([AddBattle(battle), AddVote(a_vote(battle.id, voter, at, network="one"))])
    only_share = [
        option for rule in ("linked", "network", "newcomers", "disagreement") for option in ("--without", rule)
    ]
    audited = arena("audit", *only_share, "--project", project)
    assert "more than 6 votes" in audited.output
    listed = arena("review", "list", "--project", project).stdout
    assert listed.count("waits: share") > 10
    kept = arena("review", "release", "--group", "share", "--because", "A class of 30", "--project", project)
    assert f"release {listed.count('waits: share')} votes" in kept.output
    assert "0 unknown" in arena("audit", *only_share, "--project", project).output


def test_serve_shows_the_arena_until_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    one_line_error(arena("serve", "--project", project), "outputs", "arena simulate")
    simulated = arena("simulate", "--votes", "200", "--project", project)
    assert simulated.exit_code == 0, simulated.output
    process = subprocess.Popen(
        [sys.executable, "-m", "arena", "serve", "--port", "0", "--project", project],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[2]
    try:
        assert process.stdout.readline().startswith(
            "Nobody logs in. New voters from public addresses do a proof of work"
        )
        assert "simulated" in httpx.get(f"{address}/", timeout=PATIENCE).text, "it listens before it says where"
        assert "arena_votes_stored 0" in httpx.get(f"{address}/metrics", timeout=PATIENCE).text
    finally:
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in errors
    assert (project / "data/arena.sqlite").exists()
    assert arena("check", "--project", project).exit_code == 0
    # Where people are meant to log in, nothing is served before they can.
    with (project / "data/arena.toml").open("a") as settings:
        settings.write(
            '\n[login]\nissuer = "http://127.0.0.1:9/"\nclient_id = "x"\nname = "X"\nclient_secret_env = "LOG_IN"\n'
        )
    one_line_error(arena("serve", "--project", project), "LOG_IN is not set", "[login]")
    monkeypatch.setenv("LOG_IN", "the secret of the client")
    refused = arena("serve", "--project", project)
    one_line_error(refused, "no provider that people could log in with", "127.0.0.1:9")
    assert "the secret" not in refused.output


def test_collect_rehearses_plans_and_asks_for_a_budget(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    plan = json.loads(arena("collect", "--dry-run", "--local", "--json", "--project", project).stdout)
    wanted = sum(offer["pictures"] for offer in plan["offers"])
    assert wanted > 0
    assert plan["estimate"] == "0"
    assert arena("collect", "--local", "--project", project).exit_code == 2
    assert arena("collect", "--local", "--max-cost", "much", "--project", project).exit_code == 2
    assert arena("collect", "--local", "--size", "big", "--max-cost", "0", "--project", project).exit_code == 2
    shown = arena("collect", "--dry-run", "--project", project).stdout
    assert "Nothing was asked." in shown
    assert "left out: those who offer it have no gateway" in shown or "key that is not set" in shown
    assert "simulated here, at no cost" in arena("collect", "--dry-run", "--local", "--project", project).stdout
    one_line_error(arena("collect", "--dry-run", "--model", "openai/gpt-imag-2", "--project", project), "gpt-imag-2")

    done = arena("collect", "--local", "--max-cost", "0", "--project", project)
    assert done.exit_code == 0, done.output
    assert f"({wanted} of {wanted})" in done.stderr
    assert len((project / "data/outputs/outputs.jsonl").read_text().splitlines()) == wanted
    assert arena("check", "--project", project).exit_code == 0
    again = json.loads(arena("collect", "--dry-run", "--local", "--json", "--project", project).stdout)
    assert again["offers"] == []
    assert arena("build", "--project", project).exit_code == 0


def test_audit_and_seal_say_which_votes_wait_to_settle(project: Path) -> None:
    now = datetime.now(UTC)
    with open_store(f"sqlite:///{project / 'data' / 'arena.sqlite'}") as store:
        know_outputs(store)
        for name, age in (("old", timedelta(hours=1)), ("young", timedelta(seconds=1)), ("younger", timedelta())):
            store.write([AddBattle(a_battle(name, created=now - age)), AddVote(a_vote(name, at=now - age))])
    audited = arena("audit", "--project", project)
    assert "1 vote: 1 count" in audited.stdout
    last = now + SETTLING_TIME + timedelta(seconds=1)
    waiting = "2 votes of the last minute wait to settle"
    when = f"run this again after {last:%Y-%m-%d %H:%M:%S} UTC."
    assert waiting in audited.stdout and when in audited.stdout
    assert "take them back" not in audited.stdout, "votes are final"
    whole = json.loads(arena("audit", "--json", "--project", project).stdout)
    assert (whole["passed"], whole["votes"], whole["settling"]["votes"]) == (True, 1, 2)
    assert datetime.fromisoformat(whole["settling"]["until"]) == now + SETTLING_TIME
    sealed = arena("seal", "--project", project)
    assert "Sealed 1 vote." in sealed.stdout and when in sealed.stdout
    again = json.loads(arena("seal", "--json", "--project", project).stdout)
    assert (again["sealed"], again["votes"], again["settling"]["votes"]) == (0, 0, 2)
    assert json.loads(arena("audit", "--log", "--json", "--project", project).stdout)["settling"] is None
