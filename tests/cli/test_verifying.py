"""``arena verify``: what it prints, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.shell import arena, one_line_error


def test_verify_checks_the_log(project: Path) -> None:
    log = arena("verify", "--project", project)
    assert log.exit_code == 0, log.output
    assert "60 votes" in log.output
    part = next((project / "data/votes").glob("*.parquet"))
    part.write_bytes(part.read_bytes() + b" ")
    changed = arena("verify", "--project", project)
    assert (changed.exit_code, part.name in changed.stderr) == (1, True)
    one_line_error(arena("verify", project / "nowhere"), "nowhere")


def test_verify_checks_a_site_and_names_what_differs(project: Path) -> None:
    site = project / "site"
    honest = arena("verify", site)
    assert honest.exit_code == 0, honest.output
    assert "Nothing differs" in honest.stdout
    assert "Not checked: Whether the log is the one that others know" in honest.stderr
    prices = site / "data" / "prices.csv"
    prices.write_text(prices.read_text().replace(",image,", ",megapixel,", 1))
    changed = arena("verify", site)
    assert changed.exit_code == 1
    assert "data/prices.csv: row" in changed.stderr
    assert 'it says "megapixel", and should say "image"' in changed.stderr
    assert "Nothing differs" not in changed.stdout
    whole = json.loads(arena("verify", site, "--json").stdout)
    assert (whole["passed"], whole["subject"]) == (False, "site")
    (finding,) = whole["findings"]
    assert (finding["file"], finding["says"], finding["expected"]) == ("data/prices.csv", "megapixel", "image")
