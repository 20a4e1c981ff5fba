"""How a process of the command ends: with its exit code, all that it said, and all that was to be done at its end."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import TEST_DATA

AT_THE_END = "import atexit; atexit.register(print, 'done at the end'); from arena.__main__ import main; main()"

LOADED_AT_THE_END = AT_THE_END.replace(
    "print, 'done at the end'",
    "lambda: print(__import__('os').environ['OPENBLAS_NUM_THREADS'], *sorted(__import__('sys').modules))",
)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["--version"], 0, "arena "), (["check"], 1, "error: "), (["build", "--paint"], 2, "No such option")],
)
def test_the_exit_code_and_every_word_arrive(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    ended = run(tmp_path, ["-m", "arena", *arguments])
    assert ended.returncode == code
    assert said in ended.stdout + ended.stderr


def test_what_was_registered_for_the_end_is_done(tmp_path: Path) -> None:
    ended = run(tmp_path, ["-c", AT_THE_END, "--version"])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("done at the end\n")


def test_no_command_loads_what_is_there_for_researchers(tmp_path: Path) -> None:
    assert find_spec("pandas"), "a dependency, which is loaded when somebody asks for it"
    votes = TEST_DATA / "vote_files" / "csv-shapes" / "votes.json"
    ended = run(tmp_path, ["-c", LOADED_AT_THE_END, "rate", "--min-votes", "1", str(votes)])
    assert ended.returncode == 0, ended.stderr
    loaded = ended.stdout.splitlines()[-1].split()
    assert "pyarrow" in loaded
    assert {"pandas", "polars", "scipy", "trueskill"}.isdisjoint(loaded)
    assert loaded[0] == "1", "boards are rated side by side: threads inside one would only wait for each other"


def test_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run([sys.executable, "-m", "arena", "--version"], stdout=full, cwd=tmp_path, check=False)
    assert ended.returncode != 0


def run(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=folder, check=False)


def test_what_builds_a_site_is_imported_without_what_rates_votes() -> None:
    """A build after a change of a price asks the votes nothing: half a second of imports less."""
    loaded = """
import sys
import arena.__main__ as command
command.load_when_used("ibis")
import arena.cli, arena.publish.site
print(*sorted({"ibis.expr", "sqlglot", "numba", "duckdb", "pandas", "scipy"} & set(sys.modules)))
import ibis
print(ibis.literal(1).type(), type(sys.modules["ibis"]).__name__)
"""
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout == "\nint8 module\n"
