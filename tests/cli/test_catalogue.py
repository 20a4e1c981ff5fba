"""``arena check``, ``model new`` and ``prices pull``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import arena, one_line_error


def test_check_counts_what_is_there(project: Path) -> None:
    result = arena("check", "--project", project)
    assert result.exit_code == 0, result.output
    assert "60 votes" in result.output


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


def test_check_speaks_to_programs(project: Path) -> None:
    clean = json.loads(arena("check", "--json", "--project", project).stdout)
    assert clean["passed"] is True
    (project / "data/models/openai/broken.toml").write_text("name = ")
    result = arena("check", "--json", "--project", project)
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


def test_a_removed_model_is_told_with_its_votes(project: Path) -> None:
    model = next(model for model in (project / "data/models").glob("*/*.toml") if "votes" in model.read_text())
    name = f"{model.parent.name}/{model.stem}"
    model.unlink()
    result = arena("check", "--project", project)
    assert result.exit_code == 1
    (said,) = [line for line in result.output.splitlines() if f'unknown model "{name}"' in line]
    assert "votes" in said
    assert f'add "{name}" to the former_ids' in said
