"""``arena model list``, ``rename``, ``merge`` and ``retire``."""

from __future__ import annotations

import json
from pathlib import Path

from arena.catalogue import load_catalogue
from arena.ratings import compute_ratings
from arena.ratings.results import Ratings
from arena.votes.log import open_log
from arena.votes.renames import renames_of
from tests.cli.shell import arena, one_line_error


def ratings(project: Path) -> Ratings:
    catalogue = load_catalogue(project / "data")
    return compute_ratings(
        open_log(project / "data" / "votes", renames_of(catalogue)).votes(), catalogue.project.ratings
    )


def voted_models(project: Path) -> list[str]:
    return [rating.model for rating in ratings(project).boards[0].ratings]


def test_the_list_says_what_there_is_of_each_model(project: Path) -> None:
    arena("model", "rename", "acme/pixels", "acme/paints", "--project", project)
    listed = json.loads(arena("model", "list", "--json", "--project", project).stdout)["models"]
    by_id = {row["id"]: row for row in listed}
    assert list(by_id) == sorted(by_id)
    assert by_id["acme/paints"]["names"] == ["acme/pixels"]
    assert by_id["acme/paints"]["votes"] == 40, "its 60 votes are on three models, two each"
    assert (by_id["openai/gpt-image-2"]["offers"], by_id["openai/gpt-image-2"]["votes"]) == (1, 0)
    before = json.loads(arena("model", "list", "--json", "--today", "2020-01-01", "--project", project).stdout)[
        "models"
    ]
    assert [row["id"] for row in before] == list(by_id)
    table = arena("model", "list", "--project", project).stdout.splitlines()
    assert table[0].split() == ["id", "name", "status", "arenas", "offers", "outputs", "votes"]
    assert any(line.startswith("acme/paints ") and line.endswith(" 40") for line in table)


def test_a_renamed_model_keeps_its_votes_and_its_address(project: Path) -> None:
    before, (first, *others) = ratings(project), voted_models(project)
    sealed = {path.name: path.read_bytes() for path in (project / "data/votes").iterdir()}
    organization = first.partition("/")[0]
    dry = arena("model", "rename", first, f"{organization}/renamed", "--dry-run", "--project", project)
    assert dry.exit_code == 0, dry.output
    assert "Nothing was changed" in dry.output
    assert voted_models(project) == [first, *others]
    result = arena("model", "rename", first, f"{organization}/renamed", "--json", "--project", project)
    told = json.loads(result.stdout)
    assert (told["written"], told["votes"] > 0) == (True, True)
    assert f"data/models/{first}.toml: moved to data/models/{organization}/renamed.toml" in told["changes"]
    assert {path.name: path.read_bytes() for path in (project / "data/votes").iterdir()} == sealed
    after = ratings(project)
    assert [rating.score for rating in after.boards[0].ratings] == [r.score for r in before.boards[0].ratings]
    assert voted_models(project) == [f"{organization}/renamed", *others]
    assert arena("check", "--project", project).exit_code == 0
    assert arena("build", "--project", project).exit_code == 0
    assert f"models/{organization}/renamed.html" in (project / f"site/models/{first}.html").read_text()
    assert arena("verify", project / "site").exit_code == 0


def test_merged_models_are_rated_as_one(project: Path) -> None:
    first, second, *others = voted_models(project)
    result = arena("model", "merge", first, second, "--project", project)
    assert result.exit_code == 0, result.output
    assert f"of {first} lead to {second}; " in result.output
    assert "between the two count no more" in result.output
    assert sorted(voted_models(project)) == sorted([second, *others])
    assert arena("check", "--project", project).exit_code == 0


def test_a_retired_model_keeps_its_rank(project: Path) -> None:
    first, *_ = voted_models(project)
    result = arena("model", "retire", first, "--on", "2026-05-01", "--source", "Its maker", "--project", project)
    assert result.exit_code == 0, result.output
    assert f"data/models/{first}.toml: status = withdrawn, shut_down = 2026-05-01" in result.output
    assert voted_models(project)[0] == first
    again = arena("model", "retire", first, "--on", "2026-05-01", "--project", project)
    assert "It is retired already." in again.output


def test_a_name_that_nobody_has(project: Path) -> None:
    one_line_error(arena("model", "rename", "nobody/knows", "a/b", "--project", project), "no model is called so")
