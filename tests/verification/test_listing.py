"""One changed byte anywhere in a site is named, by the two lists alone; and no list leads out of its folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.errors import ArenaError
from arena.publish.output.marker import MARKER, SUMS
from arena.verification import verify
from arena.verification.listing import check_files, is_safe_path, parse_sums, read_listing
from arena.verification.published import check_log_file
from arena.verification.report import Findings
from tests.verification.sites import change, renew_sums


def named_in(site: Path) -> set[str]:
    """What the lists alone name; all of the site where they cannot even be read."""
    findings = Findings()
    try:
        listing = read_listing(site, findings)
    except ArenaError as error:
        return {error.where.partition(":")[0]}
    check_files(site, listing, findings, {}, None)
    return {finding.file for finding in findings.found}


@pytest.fixture(scope="module")
def names(published: Path) -> list[str]:
    return sorted(path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def scratch(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that each example leaves as it was."""
    return Path(shutil.copytree(published, tmp_path_factory.mktemp("scratch") / "site"))


@settings(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_changed_byte_anywhere_is_named(scratch: Path, names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([MARKER, SUMS, *names]), label="file")
    path = scratch / name
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1), label="byte")
    flipped = bytes([content[at] ^ data.draw(st.integers(1, 255), label="flip")])
    path.write_bytes(content[:at] + flipped + content[at + 1 :])
    try:
        assert name in named_in(scratch)
    finally:
        path.write_bytes(content)


def test_nothing_is_named_in_a_site_as_it_was_built(published: Path) -> None:
    assert named_in(published) == set()
    checked = subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=published, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b""), "coreutils read the list too"


def test_what_is_missing_was_changed_or_was_added_is_named(copied: Path) -> None:
    (copied / "llms.txt").unlink()
    (copied / "models/acme/free.html").write_text("<p>Best of all</p>")
    change(copied / "data/prices.csv", "0.0425", "0.0125")
    findings = Findings()
    check_files(copied, read_listing(copied, findings), findings, {}, None)
    said = {finding.file: finding.message for finding in findings.found}
    assert said.keys() == {"llms.txt", "models/acme/free.html", "data/prices.csv"}
    assert "is missing" in said["llms.txt"]
    assert "was added" in said["models/acme/free.html"]
    assert "was changed" in said["data/prices.csv"]


def test_links_and_pipes_are_no_files_of_a_site(copied: Path) -> None:
    (copied / "llms.txt").unlink()
    (copied / "llms.txt").symlink_to("/etc/hostname")
    (copied / "robots.txt").unlink()
    os.mkfifo(copied / "robots.txt")
    (copied / "elsewhere").symlink_to("/etc")
    assert named_in(copied) == {"llms.txt", "robots.txt", "elsewhere"}
    log = copied / "data/log"
    for path, message in ((log / "manifest.json", "is no file"), (next(log.glob("*.parquet")), "is no file")):
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(ArenaError, match=message):
            check_log_file(path, path.name)
    found = verify(copied)
    assert {"data/log/manifest.json", "llms.txt", "elsewhere"} <= {finding.file for finding in found.findings}


@pytest.mark.parametrize(
    "line",
    [
        f"{'0' * 64}  ../outside",
        f"{'0' * 64}  /etc/passwd",
        f"{'0' * 64}  a/../../b",
        f"{'0' * 64}  a//b",
        f"{'0' * 64}  C:\\x",
        f"{'0' * 64}  {SUMS}",
        f"{'0' * 64}  index.html\n{'0' * 64}  index.html",
        f"{'0' * 63}  index.html",
        "index.html",
    ],
)
def test_a_list_that_leads_elsewhere_is_refused(line: str) -> None:
    with pytest.raises(ArenaError, match="no line of a list of sums"):
        parse_sums(f"{line}\n".encode())


def test_safe_paths_stay_below_the_folder() -> None:
    assert is_safe_path("models/acme/one-2.0.html")
    assert not is_safe_path("a/./b")
    assert not is_safe_path("")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"generator": "another"}', "[" * 100_000])
def test_what_is_no_site_of_ours_is_refused(copied: Path, text: str) -> None:
    (copied / MARKER).write_text(text)
    with pytest.raises(ArenaError, match=r"build\.json|another program"):
        read_listing(copied, Findings())


def test_a_list_that_leaves_a_file_out_is_told_by_the_count(copied: Path) -> None:
    renew_sums(copied, lambda facts: facts.update(files=1000))
    assert named_in(copied) == {MARKER}
    (copied / SUMS).unlink()
    with pytest.raises(ArenaError, match="holds no SHA256SUMS"):
        read_listing(copied, Findings())
