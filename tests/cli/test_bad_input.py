"""Bad input: one line an error, exit code 1, and nothing half done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.shell import HEADER, arena, one_line_error, rows, tree


def test_usage_errors_exit_with_2() -> None:
    assert arena("collect", "--size", "²x2").exit_code == 2
    assert arena("serve", "--trusted", "10.0.0.7,proxy").exit_code == 2
    assert arena("serve", "--trusted", "10.0.0.1/8").exit_code == 2
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


@pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
def test_a_slip_in_a_year_imports_nothing(project: Path, year: str) -> None:
    votes = project / "votes.csv"
    votes.write_text(HEADER + rows(2) + rows(1, first=9).replace("2026-", f"{year}-"))
    before = tree(project)
    one_line_error(
        arena("import", votes, "--project", project), f"votes.csv:4: the vote was cast in the year {int(year)} ("
    )
    assert tree(project) == before


def test_an_arena_without_models_is_refused(project: Path) -> None:
    path = project / "data/arena.toml"
    path.write_text(path.read_text() + '\n[[arenas]]\nid = "video"\nname = "Video"\n')
    for command in ("build", "check"):
        one_line_error(arena(command, "--project", project), "video", "data/arena.toml")


def test_commands_outside_a_project_say_how_to_start_one(tmp_path: Path) -> None:
    for command in (["check"], ["build"], ["rate"], ["simulate"], ["export", "catalogue"]):
        one_line_error(arena(*command, "--project", tmp_path / "nowhere"), "arena init", str(tmp_path / "nowhere"))


def test_serve_names_a_damaged_log_before_it_says_where_to_vote(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert arena("init", project).exit_code == 0
    assert arena("simulate", "--votes", "10", "--project", project).exit_code == 0
    part = next((project / "data/votes").glob("*.parquet"))
    part.write_bytes(b"not parquet")
    for workers in ("1", "2"):
        result = arena("serve", "--port", "0", "--workers", workers, "--project", project)
        one_line_error(result, part.name)
        assert not result.stdout


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
