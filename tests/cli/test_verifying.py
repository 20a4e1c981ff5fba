"""``arena verify``: what it prints, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import minisign

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
    one_line_error(arena("verify", project / "data"), "holds neither a site, nor a data set, nor a log")
    (project / "site" / "build.json").unlink()
    one_line_error(arena("verify", project / "site"), "holds no build.json")


def test_what_differs_in_a_site_is_a_line_each_and_exit_code_1(project: Path) -> None:
    site = project / "site"
    prices = site / "data" / "prices.csv"
    prices.write_text(prices.read_text().replace(",image,", ",megapixel,", 1))
    changed = arena("verify", site, "--processes", "1")
    assert changed.exit_code == 1
    assert "error: data/prices.csv: row" in changed.stderr
    assert 'it says "megapixel", and should say "image"' in changed.stderr
    assert len(changed.stderr.split("error: ")) == 2
    assert "Not checked: Whether the log is the one that others know" in changed.stderr
    assert "Nothing differs" not in changed.stdout


def test_a_signed_log_is_signed_on_the_site_too(project: Path, tmp_path: Path) -> None:
    pair = minisign.KeyPair.generate()
    key_file, public = tmp_path / "secret.key", pair.public_key.to_base64().decode()
    key_file.write_bytes(bytes(pair.secret_key))
    key_file.chmod(0o600)
    assert "is not signed" in arena("verify", "--project", project, "--key", public).stderr
    signed = arena("seal", "--sign", key_file, "--project", project)  # an imported log has no store
    assert (signed.exit_code, "Signed the log with key" in signed.stdout) == (0, True), signed.output
    log = arena("verify", "--project", project, "--key", public)
    assert log.exit_code == 0, log.output
    assert "The signature of 60 votes" in log.stdout
    assert "others know" not in log.stderr
    assert arena("build", "--project", project).exit_code == 0
    whole = json.loads(arena("verify", project / "site", "--key", public, "--json").stdout)
    assert (whole["passed"], whole["signed_votes"]) == (True, 60)
    assert "manifest.json.minisig" in (project / "site/integrity.html").read_text()
    assert whole["unchecked"][-1].startswith("Whether facts and prices")
    other = minisign.KeyPair.generate().public_key.to_base64().decode()
    refused = json.loads(arena("verify", "--project", project, "--key", other, "--json").stdout)
    assert (refused["passed"], refused["signed_votes"]) == (False, None)
    assert refused["findings"][0]["file"] == "votes/manifest.json.minisig"
