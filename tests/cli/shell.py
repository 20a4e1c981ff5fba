"""Run commands as a shell would, and look at what they said and left behind."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from click.testing import CliRunner, Result

from arena.cli import main
from tests.forks import FORKS
from tests.waiting import PATIENCE

MODELS = ("openai/dall-e-3", "openai/gpt-image-1", "acme/pixels")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
HEADER = "battle,at,arena,category,language,left,right,outcome,voter\n"


def arena(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def on_a_terminal(folder: Path, *arguments: str, output: int = 2) -> str:
    """What a command shows where standard error, or the file descriptor ``output``, is a terminal. It runs in a process
    of its own, forked from one that has loaded the program.
    """
    ours, theirs = os.openpty()
    process = FORKS.Process(target=_run_on, args=(os.ttyname(theirs), output, folder, arguments))
    with ThreadPoolExecutor(1) as pool:
        shown = pool.submit(_read_all, ours)
        process.start()
        process.join(PATIENCE)
        os.close(theirs)
    os.close(ours)
    text = CONTROL.sub("", shown.result().decode())
    assert process.exitcode == 0, text
    return text


def _run_on(terminal: str, output: int, folder: Path, arguments: tuple[str, ...]) -> None:
    os.chdir(folder)
    os.environ |= {"TERM": "xterm", "COLUMNS": "100"}
    for descriptor in (1, 2):
        place = os.open(terminal if descriptor == output else os.devnull, os.O_RDWR | os.O_NOCTTY)
        os.dup2(place, descriptor)
        os.close(place)
    main(arguments)


def _read_all(terminal: int) -> bytes:
    read = b""
    try:
        while part := os.read(terminal, 65536):
            read += part
    except OSError:  # Linux says so that nobody has the other end open any more
        pass
    return read


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
