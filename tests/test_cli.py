"""The command line on good and bad input: exit codes, one line an error, and nothing half done."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from arena.cli import main
from arena.votes.store import open_store

MODELS = ("openai/dall-e-3", "openai/gpt-image-1", "acme/pixels")
HEADER = "battle,at,arena,category,language,left,right,outcome,voter\n"


def arena(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def rows(count: int, *, outcome: str = "left", first: int = 0) -> str:
    lines = (
        f"b{n},2026-05-{n % 28 + 1:02d}T10:00:00Z,text-to-image,general,en,"
        f"{MODELS[n % 3]},{MODELS[(n + 1) % 3]},{outcome if n % 4 else 'tie'},v{n % 5}\n"
        for n in range(first, first + count)
    )
    return "".join(lines)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def one_line_error(result: Result, *expected: str) -> None:
    """Exit code 1, a line an error (or warning) on standard error, no traceback, and what is expected among them."""
    assert result.exit_code == 1, result.output
    lines = result.stderr.strip().splitlines()
    assert any(line.startswith("error: ") for line in lines), result.stderr
    assert all(line.startswith(("error: ", "warning: ")) for line in lines), result.stderr
    assert "Traceback" not in result.output
    for words in expected:
        assert words in result.stderr, result.stderr


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A started project with 60 votes and a built site; tests work on copies."""
    folder = tmp_path_factory.mktemp("cli") / "project"
    votes = folder.parent / "votes.csv"
    votes.write_text(HEADER + rows(60))
    assert arena("init", folder).exit_code == 0
    result = arena("import", votes, "--new-models", "--project", folder)
    assert result.exit_code == 0, result.output
    result = arena("build", "--project", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def project(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "project"))


def test_init_import_build_gives_a_site_with_the_votes(prepared: Path) -> None:
    assert (
        "acme/pixels" in "".join(tree(prepared / "data" / "models"))
        or (prepared / "data/models/acme/pixels.toml").exists()
    )
    home = (prepared / "site" / "index.html").read_text(encoding="utf-8")
    assert "60" in home
    assert "imulated" not in home


def test_check_counts_what_is_there(project: Path) -> None:
    result = arena("check", "--project", project)
    assert result.exit_code == 0, result.output
    assert "60 votes" in result.output


def test_rate_prints_the_table_and_writes_it(project: Path, tmp_path: Path) -> None:
    printed = arena("rate", "--project", project)
    assert printed.exit_code == 0, printed.output
    assert printed.stdout.startswith("arena,axis,category,language,model,rank,")
    written = arena("rate", "--project", project, "--out", tmp_path / "ratings.csv")
    assert written.exit_code == 0
    assert (tmp_path / "ratings.csv").read_text() == printed.stdout


def test_rate_of_a_vote_file_needs_no_project(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(60))
    result = arena("rate", votes, "--project", tmp_path / "nowhere")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("overall") == 3


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "online"],
        ["--draw-probability", "0.2"],
        ["--draw-probability", "observed", "--method", "online"],
        ["--both-bad", "tie"],
        ["--mu", "1500", "--sigma", "300", "--beta", "150"],
        ["--min-votes", "50"],
        ["--no-intervals"],
    ],
)
def test_rating_options_change_the_ratings(project: Path, options: list[str]) -> None:
    votes = project / "votes.csv"
    votes.write_text(HEADER + rows(60) + rows(8, outcome="both_bad", first=60))
    plain, changed = arena("rate", votes), arena("rate", votes, *options)
    assert changed.exit_code == 0, changed.output
    assert changed.stdout != plain.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--draw-probability", "1"], "draw"),
        (["--draw-probability", "-0.1"], "draw"),
        (["--draw-probability", "often"], "draw"),
        (["--sigma", "0"], "sigma"),
        (["--sigma", "nan"], "sigma"),
        (["--mu", "inf"], "mu"),
        (["--beta", "0"], "beta"),
        (["--beta", "-1"], "beta"),
        (["--tau", "-1", "--method", "online"], "tau"),
        (["--tau", "0.1"], "tau"),
        (["--min-votes", "0"], "min"),
    ],
)
def test_bad_rating_options_are_refused(project: Path, options: list[str], words: str) -> None:
    one_line_error(arena("rate", "--project", project, *options), words)


def test_usage_errors_exit_with_2() -> None:
    assert arena("rate", "--nonsense").exit_code == 2
    assert arena("export", "everything").exit_code == 2


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("data/models/openai/broken.toml", "name = ", ["data/models/openai/broken.toml:1"]),
        ("data/models/openai/broken.toml", 'nmae = "x"', ["broken.toml", "nmae", "name"]),
        ("data/models/nobody/x.toml", None, ["nobody"]),
        ("data/arena.toml", "", ["data/arena.toml", "name"]),
    ],
)
def test_bad_catalogue_files_stop_every_command_and_change_nothing(
    project: Path, path: str, content: str | None, words: list[str]
) -> None:
    if content is None:
        content = (project / "data/models/acme/pixels.toml").read_text()
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text(content)
    (project / "more.csv").write_text(HEADER + rows(5, first=100))
    before = tree(project)
    for command in (["check"], ["build"], ["export", "catalogue"], ["import", project / "more.csv"], ["simulate"]):
        one_line_error(arena(*command, "--project", project), *words)
    assert tree(project) == before


def test_a_free_price_is_refused(project: Path) -> None:
    offer = next((project / "data/providers").glob("*/*/*.toml"))
    text = offer.read_text()
    line = next(line for line in text.splitlines() if line.startswith("amount"))
    offer.write_text(text.replace(line, 'amount = "free"', 1))
    one_line_error(arena("check", "--project", project), offer.name, "amount")


def test_check_prints_every_finding(project: Path) -> None:
    for name in ("one", "two", "three"):
        (project / f"data/models/openai/{name}.toml").write_text("nonsense = 1")
    result = arena("check", "--project", project)
    one_line_error(result, "one.toml", "two.toml", "three.toml")


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("b7,yesterday,text-to-image,general,en,a/b,c/d,left,v\n", ["votes.csv:42", "yesterday"]),
        ("b7,2026-01-01T00:00:00Z,text-to-image,general,en,a/b,c/d,won,v\n", ["votes.csv:42", "won"]),
        ("b7,2026-01-01T00:00:00Z,text-to-image,general,en,a/b,a/b,left,v\n", ["votes.csv:42", "left"]),
        ("b7,2026-01-01T00:00:00Z,text-to-image,general,en,a/b,c/d,left,\n", ["votes.csv:42", "voter"]),
        ("b7,2026-01-01T00:00:00Z,text-to-image\n", ["votes.csv:42"]),
        (
            "b1,2026-05-02T10:00:00Z,text-to-image,general,en,openai/dall-e-3,acme/pixels,left,v1\n",
            ["votes.csv:42", "b1"],
        ),
    ],
)
def test_a_bad_line_in_the_middle_imports_nothing(project: Path, bad: str, words: list[str]) -> None:
    votes = project / "votes.csv"
    votes.write_text(HEADER + rows(40) + bad + rows(20, first=40))
    before = tree(project)
    one_line_error(arena("import", votes, "--project", project), *words)
    one_line_error(arena("rate", votes), *words)
    assert tree(project) == before


def test_votes_for_unknown_names_are_refused_with_a_hint(project: Path) -> None:
    votes = project / "more.csv"
    good = "x1,2026-05-02T10:00:00Z,text-to-image,general,en,openai/dall-e-3,acme/pixels,left,v1\n"
    for name, changed in {
        "acme/pixles": "acme/pixels",
        "generel": "general",
        "text-to-imag": "text-to-image",
        "e": "en",
    }.items():
        votes.write_text(HEADER + good.replace(f",{changed},", f",{name},"))
        before = tree(project)
        one_line_error(arena("import", votes, "--project", project), name, changed)
        assert tree(project) == before


def test_damaged_log_is_named_and_the_old_site_stays(project: Path) -> None:
    part = next((project / "data/votes").glob("*.parquet"))
    whole = part.read_bytes()
    site = tree(project / "site")
    for damage in (whole[: len(whole) // 2], b"", b"not parquet" * 50):
        part.write_bytes(damage)
        for command in ("build", "rate", "check"):
            one_line_error(arena(command, "--project", project), part.name)
        one_line_error(arena("export", "votes", "--project", project, "--out", project / "out.csv"), part.name)
    part.unlink()
    one_line_error(arena("build", "--project", project), part.name)
    assert tree(project / "site") == site
    assert not (project / "out.csv").exists()


def test_truncated_vote_files_are_refused(project: Path, tmp_path: Path) -> None:
    part = next((project / "data/votes").glob("*.parquet"))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(part.read_bytes()[:-20])
    one_line_error(arena("rate", broken), "broken.parquet")
    one_line_error(arena("import", broken, "--project", project), "broken.parquet")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    one_line_error(arena("rate", empty), "empty.csv")
    one_line_error(arena("rate", tmp_path / "missing.csv"), "missing.csv")


def test_rating_nothing_is_refused(tmp_path: Path) -> None:
    assert arena("init", tmp_path / "new").exit_code == 0
    one_line_error(arena("rate", "--project", tmp_path / "new"), "no votes", "arena import")
    (tmp_path / "votes.csv").write_text(HEADER)
    one_line_error(arena("rate", tmp_path / "votes.csv"), "no votes")


def test_an_arena_without_models_is_refused(project: Path) -> None:
    path = project / "data/arena.toml"
    path.write_text(path.read_text() + '\n[[arenas]]\nid = "video"\nname = "Video"\n')
    for command in ("build", "check"):
        one_line_error(arena(command, "--project", project), "video", "data/arena.toml")


def test_commands_outside_a_project_say_how_to_start_one(tmp_path: Path) -> None:
    for command in (["check"], ["build"], ["rate"], ["simulate"], ["export", "catalogue"]):
        one_line_error(arena(*command, "--project", tmp_path / "nowhere"), "arena init")


def test_init_refuses_a_folder_in_use(project: Path) -> None:
    before = tree(project)
    one_line_error(arena("init", project), str(project))
    assert tree(project) == before


def test_build_refuses_to_replace_a_folder_that_is_not_a_site(project: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("years of work")
    one_line_error(arena("build", "--project", project, "--out", tmp_path / "precious"), "precious")
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "years of work"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_folder_is_named(project: Path) -> None:
    project.chmod(0o500)
    try:
        one_line_error(arena("build", "--project", project), "site")
    finally:
        project.chmod(0o700)


def test_out_in_a_place_that_cannot_be_written_is_named(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "below"
    one_line_error(arena("rate", "--project", project, "--out", target / "r.csv"), "file")
    one_line_error(arena("build", "--project", project, "--out", target), "file")
    one_line_error(arena("export", "ratings", "--project", project, "--out", target / "r.csv"), "file")


def test_importing_twice_changes_nothing(project: Path) -> None:
    votes = project.parent / "again.csv"
    votes.write_text(HEADER + rows(60))
    before = tree(project)
    result = arena("import", votes, "--project", project)
    assert result.exit_code == 0, result.output
    assert "already" in result.output
    assert tree(project) == before


def test_export_then_import_is_the_identity(project: Path, tmp_path: Path) -> None:
    for suffix in ("csv", "jsonl", "parquet"):
        exported = tmp_path / f"votes.{suffix}"
        assert arena("export", "votes", "--project", project, "--out", exported).exit_code == 0
        copy = tmp_path / suffix
        assert arena("init", copy).exit_code == 0
        result = arena("import", exported, "--new-models", "--project", copy)
        assert result.exit_code == 0, result.output
        assert tree(copy / "data/votes") == tree(project / "data/votes")


def test_shuffled_votes_give_the_same_site(project: Path, tmp_path: Path) -> None:
    lines = rows(60).splitlines(keepends=True)
    (tmp_path / "shuffled.csv").write_text(HEADER + "".join(lines[17:] + lines[:17][::-1]))
    other = tmp_path / "other"
    assert arena("init", other).exit_code == 0
    assert arena("import", tmp_path / "shuffled.csv", "--new-models", "--project", other).exit_code == 0
    assert arena("build", "--project", other).exit_code == 0
    assert tree(other / "site") == tree(project / "site")


def test_two_builds_are_byte_identical(project: Path) -> None:
    before = tree(project / "site")
    assert arena("build", "--project", project).exit_code == 0
    assert tree(project / "site") == before


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("after", [0.3, 0.8, 1.2])
def test_a_build_that_is_stopped_leaves_the_old_site(project: Path, stop: signal.Signals, after: float) -> None:
    before = tree(project / "site")
    marker = project / "site/build.json"
    finished = marker.read_bytes()
    marker.write_bytes(finished.replace(b'"inputs": "', b'"inputs": "other'))  # so that there is something to build
    process = subprocess.Popen(
        [sys.executable, "-m", "arena", "build", "--project", project],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    if stop is signal.SIGINT and process.returncode:
        assert process.returncode in (1, -signal.SIGINT)
    assert {**tree(project / "site"), "build.json": finished} == before
    assert arena("build", "--project", project).exit_code == 0
    assert tree(project / "site") == before
    assert {path.name for path in project.iterdir()} == {
        ".cache",
        "data",
        "site",
        *[p.name for p in project.glob("*.md")],
    }


def test_log_parts_are_readable_by_anyone(project: Path) -> None:
    part = next((project / "data/votes").glob("*.parquet"))
    assert pq.read_table(part).num_rows == 60


def test_check_speaks_to_programs(project: Path) -> None:
    clean = json.loads(arena("check", "--format", "json", "--project", project).stdout)
    assert clean["passed"] is True
    (project / "data/models/openai/broken.toml").write_text("name = ")
    result = arena("check", "--format", "json", "--project", project)
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["passed"] is False
    assert {"severity": "error", "file": "data/models/openai/broken.toml", "line": 1}.items() <= found["findings"][
        0
    ].items()
    annotated = arena("check", "--format", "github", "--prefix", "arena/", "--project", project)
    assert annotated.stdout.startswith("::error file=arena/data/models/openai/broken.toml,line=1")


def test_a_new_model_is_started_once(project: Path) -> None:
    arguments = ("model", "new", "acme/paints", "--name", "Paints", "--source", "Acme's site", "--project", project)
    result = arena(*arguments, "--today", "2026-11-21")
    assert result.exit_code == 0, result.output
    assert "2026-11-21" in (project / "data/models/acme/paints.toml").read_text()
    one_line_error(arena(*arguments), "data/models/acme/paints.toml")
    one_line_error(arena("model", "new", "Acme Paints", "--source", "x", "--project", project), "Acme Paints")


def test_prices_are_compared_and_written_on_request(project: Path) -> None:
    offer = next((project / "data/providers").glob("*/openai/gpt-image-2.toml"))
    entry = {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.5}
    prices = project / "prices.json"
    prices.write_text(json.dumps({"high/1024-x-1024/gpt-image-2": entry, "low/256-x-256/gpt-image-2": entry}))
    before = offer.read_bytes()
    shown = arena("prices", "pull", f"litellm={prices}", "--project", project, "--today", "2026-11-21")
    assert shown.exit_code == 0, shown.output
    assert "0.5" in shown.stdout
    assert offer.read_bytes() == before
    written = arena("prices", "pull", f"litellm={prices}", "--write", "--project", project, "--today", "2026-11-21")
    assert written.exit_code == 0, written.output
    assert "Wrote" in written.stdout
    assert "256x256" in offer.read_text()
    assert offer.read_bytes().startswith(before[:100])
    one_line_error(arena("prices", "pull", "litelm", "--project", project), "litellm")
    prices.write_text("[")
    one_line_error(arena("prices", "pull", f"litellm={prices}", "--project", project), "prices.json")


def test_verify_checks_the_log_and_recomputes_the_site(project: Path) -> None:
    log = arena("verify", "--project", project)
    assert log.exit_code == 0, log.output
    assert "60 votes" in log.output
    site = arena("verify", project / "site")
    assert site.exit_code == 0, site.output
    assert "to the byte" in site.output

    ratings = project / "site" / "data" / "ratings.csv"
    ratings.write_text(
        ratings.read_text().replace("acme/pixels,1,", "acme/pixels,2,").replace("dall-e-3,", "dall-e-4,")
    )
    one_line_error(arena("verify", project / "site"), "not those of the votes")
    part = next((project / "data/votes").glob("*.parquet"))
    part.write_bytes(part.read_bytes() + b" ")
    one_line_error(arena("verify", "--project", project), part.name)
    one_line_error(arena("verify", project / "nowhere"), "nowhere")


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


def test_serve_shows_the_arena_until_interrupted(tmp_path: Path) -> None:
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
        for _ in range(100):
            with contextlib.suppress(httpx.ConnectError):
                assert "simulated" in httpx.get(f"{address}/").text
                break
            time.sleep(0.1)
        assert "arena_votes_stored 0" in httpx.get(f"{address}/metrics").text
    finally:
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    assert (project / "data/arena.sqlite").exists()
    assert arena("check", "--project", project).exit_code == 0


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
    one_line_error(arena("collect", "--dry-run", "--model", "openai/gpt-imag-2", "--project", project), "gpt-imag-2")

    done = arena("collect", "--local", "--max-cost", "0", "--project", project)
    assert done.exit_code == 0, done.output
    assert f"({wanted} of {wanted})" in done.output
    assert len((project / "data/outputs/outputs.jsonl").read_text().splitlines()) == wanted
    assert arena("check", "--project", project).exit_code == 0
    again = json.loads(arena("collect", "--dry-run", "--local", "--json", "--project", project).stdout)
    assert again["offers"] == []
    assert arena("build", "--project", project).exit_code == 0


def test_a_rule_of_the_audit_can_be_left_out(project: Path) -> None:
    assert arena("audit", "--log", "--without", "snap", "--project", project).exit_code == 0
    one_line_error(arena("audit", "--log", "--without", "snapp", "--project", project), "snapp", "velocity")
