"""Run commands as a shell would, and look at what they said and left behind."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from arena.cli import main

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
