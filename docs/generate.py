"""Write the generated pages under docs/, and what README.md shows of a command.

``make docs`` runs it; a test checks that they are current.
"""

from __future__ import annotations

import ast
import io
import json
import os
import tempfile
from contextlib import chdir, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import griffe
import pandas as pd
from click.testing import CliRunner

import arena
from arena.catalogue.schema import SCHEMAS, render_schema, with_reference
from arena.cli import main
from arena.exports.files import write_ratings
from arena.votes.files import write_votes

SHOWN_COMMAND = ("rate", "--top", "3")
DOCS = Path(__file__).resolve().parent
LONGEST_SIGNATURE = 100
"""Characters of a function's signature on one line."""
COMMANDS_INTRODUCTION = """\
Generated from `--help` by `make docs`; do not edit.

## For every command

* **The project** is the nearest folder, from the current one upwards, that holds `data/arena.toml`. `ARENA_PROJECT`
  names another, and `--project DIR` wins over both.
* **Results** go to standard output, all else to standard error: what happened beside them, and bars with the time left
  where that is a terminal. `-q` leaves only errors and the result; `-v` says what is done and how long it takes.
* **`--json`** prints one object on standard output instead. It always has `passed` (true or false) and `findings`, a
  list of objects with `severity` (`error` or `warning`), `file`, `line`, `key`, `message` and `hint`, each null where
  it has none; after success the command's own fields follow. Times are UTC as in `2026-01-31T12:00:00Z`, money is text.
* **Exit code** 0: done. 1: the input is wrong, one line for each finding. 2: the command was not understood.

## Shell completion

Tab completes commands and options after one line in the shell's start file:

| shell | file | line |
| --- | --- | --- |
| bash | `~/.bashrc` | `eval "$(_ARENA_COMPLETE=bash_source arena)"` |
| zsh | `~/.zshrc` | `eval "$(_ARENA_COMPLETE=zsh_source arena)"` |
| fish | `~/.config/fish/completions/arena.fish` | `_ARENA_COMPLETE=fish_source arena \\| source` |
"""


def render_commands() -> str:
    """The command reference, taken from every command's ``--help``, as Markdown."""
    parts = [
        "# Commands",
        "",
        COMMANDS_INTRODUCTION,
        *_sections("arena", main, None),
    ]
    return "\n".join(parts)


def _sections(title: str, command: click.Command, parent: click.Context | None) -> list[str]:
    """A command's section, and those of the commands below it."""
    settings: dict[str, Any] = {**command.context_settings, "max_content_width": 100, "terminal_width": 100}
    with click.Context(command, info_name=title.rpartition(" ")[2], parent=parent, **settings) as context:
        lines = [f"## `{title}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
        below = command.commands if isinstance(command, click.Group) else {}
        for name in sorted(below):
            lines += _sections(f"{title} {name}", below[name], context)
    return lines


def render_catalogue() -> str:
    """The page on the catalogue, with the reference of keys between its markers made anew."""
    return with_reference((DOCS / "catalogue.md").read_text(encoding="utf-8"))


def render_readme() -> str:
    """README.md, with the answer to the command that it shows made anew from the votes of this repository."""
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    before, command, after = text.partition(f"```console\n$ {' '.join(('arena', *SHOWN_COMMAND))}\n")
    ran = CliRunner().invoke(main, [*SHOWN_COMMAND, "--project", str(DOCS.parent)], catch_exceptions=False)
    if not command or ran.exit_code:
        raise SystemExit(f"README.md does not show arena rate, or it failed: {ran.output}")
    shown = "\n".join(line.rstrip() for line in ran.stdout.splitlines())
    return f"{before}{command}{shown}\n```{after.partition('```')[2]}"


API_INTRODUCTION = """\
Generated from docstrings by `make docs`; do not edit.

```python
import arena

votes = arena.load_votes("votes.csv")
ratings = arena.rate(votes)
ratings.board("text-to-image").to_pandas()
```

These names, and the records below that they take and give, are what other programs may rely on. Importing `arena` loads
nothing; a name loads what it needs when it is first used. All of it is typed (`py.typed`).

**Tables** go in and out through Arrow's
[PyCapsule interface](https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html). Votes may be a frame
of pandas, polars, pyarrow or DuckDB. Votes, boards, ratings and pairs are read by these libraries as they are:
`polars.DataFrame(board)`, `pyarrow.table(votes)`, `duckdb.sql("from board")`, `board.to_pandas()`. Columns of numbers
are not copied; text is, where the library keeps it in another layout.

**Errors** that a user can mend are an `ArenaError`, with `message`, `where` and `hint`, or several `findings`.

**Numbers.** Mu, sigma, scores and errors are in points (25 is the mean before any vote); chances and shares are from 0
to 1; times are in UTC. What they mean: [ratings.md](ratings.md).
"""
API: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Functions",
        (
            "api.load_votes",
            "api.rate",
            "api.diagnose",
            "api.equal_looks",
            "api.reason_boards",
            "api.load_catalogue",
            "api.build_site",
            "verification.verify",
        ),
    ),
    (
        "Classes",
        (
            "ratings.results.Ratings",
            "records.Board",
            "rating_settings.RatingSettings",
            "records.Vote",
            "records.Outcome",
            "errors.ArenaError",
        ),
    ),
    (
        "Records that these take and give",
        (
            "votes.parsed.LoadedVotes",
            "api.RatingOptions",
            "records.Axis",
            "records.Rating",
            "records.Fragility",
            "records.VarianceShares",
            "records.HistoryPoint",
            "pairs.Pair",
            "pairs.Pairs",
            "ratings.strengths.Strengths",
            "ratings.strengths.Comparison",
            "ratings.joint.JointStrengths",
            "ratings.joint.OwnRank",
            "ratings.ties.TieModel",
            "ratings.ties.TieLevels",
            "ratings.voter_ties.VoterTies",
            "ratings.diagnose.records.Diagnosis",
            "ratings.diagnose.records.ArenaDiagnosis",
            "ratings.diagnose.records.Check",
            "ratings.diagnose.records.Case",
            "ratings.diagnose.records.Verdict",
            "ratings.equal_looks.LooksReport",
            "ratings.equal_looks.EqualLooks",
            "ratings.equal_looks.EqualRank",
            "ratings.equal_looks.LookEffect",
            "ratings.reason_boards.ReasonsReport",
            "ratings.reason_boards.ReasonBoards",
            "ratings.reason_boards.Agreement",
            "publish.site.SiteReport",
            "verification.report.Verification",
            "verification.report.Discrepancy",
        ),
    ),
)
"""What the page on the API lists, section by section: the modules below ``arena``, and the names in them."""


def render_api() -> str:
    """The page on ``import arena``, from the docstrings in the source, which is read and not run."""
    parts = ["# Python API", "", API_INTRODUCTION]
    for title, names in API:
        parts += [f"## {title}", ""]
        for name in names:
            module, _, member = f"arena.{name}".rpartition(".")
            path = DOCS.parent / module.replace(".", "/")
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            read = griffe.visit(module, file, file.read_text(encoding="utf-8"))
            public = f"arena.{member}" if member in arena.__all__ else f"{module}.{member}"
            parts += _described(public, read.members[member])
    return "\n".join(parts).rstrip() + "\n"


def _described(name: str, described: griffe.Object | griffe.Alias) -> list[str]:
    """The section of a function or a class: its signature, what it says, and its public members."""
    lines = [f"### `{name}`", "", "```python", *_signature(name.rpartition(".")[2], described), "```", ""]
    lines += [_markdown(described), ""]
    if isinstance(described, griffe.Class):
        members = [member for name, member in described.members.items() if not name.startswith(("_", "model_config"))]
        for member in members:
            if isinstance(member, griffe.Attribute):
                said = _markdown(member)
                kind = "" if member.annotation is None else f": `{_one_line(member.annotation)}`"
                enumerated = member.annotation is None and str(member.value) != member.name
                value = f" = `{member.value}`" if enumerated else ""
                lines.append(f"* `{member.name}`{kind or value}" + (f". {_one_line(said)}" if said else ""))
        lines += [""] if lines[-1] else []
        for member in members:
            if member.is_function:
                lines += [f"**`.{member.name}`**", "", "```python", *_signature(member.name, member), "```", ""]
                lines += [_markdown(member), ""]
    return lines


_STARS: dict[griffe.ParameterKind | None, str] = {
    griffe.ParameterKind.var_positional: "*",
    griffe.ParameterKind.var_keyword: "**",
}


def _signature(name: str, described: griffe.Object | griffe.Alias) -> list[str]:
    """A function as it is called, broken into lines where it is long; the name of a class with its bases."""
    if not isinstance(described, griffe.Function):
        return [f"class {name}"]
    given = [parameter for parameter in described.parameters if parameter.name not in {"self", "cls"}]
    texts: list[str] = []
    starred = False
    for parameter in given:
        if parameter.kind is griffe.ParameterKind.keyword_only and not starred:
            starred = True
            texts.append("*")
        stars = _STARS.get(parameter.kind, "")
        default = f" = {parameter.default}" if parameter.default is not None and not stars else ""
        texts.append(f"{stars}{parameter.name}: {parameter.annotation}{default}")
    line = f"{name}({', '.join(texts)}) -> {described.returns}"
    if len(line) <= LONGEST_SIGNATURE:
        return [line]
    return [f"{name}(", *(f"    {text}," for text in texts), f") -> {described.returns}"]


STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}


def _markdown(described: griffe.Object | griffe.Alias) -> str:
    """A docstring as Markdown, in which names stand between single backticks."""
    return described.docstring.value.replace("``", "`") if described.docstring else ""


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


NOTEBOOKS = DOCS / "notebooks"


def render_notebook(name: str) -> str:
    """A notebook with the outputs of its cells, which are run one after another in its folder.

    Notebooks about a site are run on one with ImagenHub's votes.
    """
    notebook = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, chdir(NOTEBOOKS), patch.dict(os.environ, ARENA_SITE=folder):
        if "ARENA_SITE" in json.dumps(notebook):
            _write_downloads(Path(folder) / "data")
        code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        for number, cell in enumerate(code, 1):
            cell["execution_count"] = number
            cell["outputs"] = _outputs("".join(cell["source"]), names, number)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _write_downloads(data: Path) -> None:
    """The files of a site that notebooks read."""
    votes = arena.load_votes(DOCS.parent / "tests" / "data" / "imagenhub" / "Text-To-Image", format="imagenhub")
    data.mkdir()
    write_votes(votes.table, data / "votes.parquet")
    write_ratings(arena.rate(votes, history=False), data / "ratings.csv", data / "ratings.json")


def _outputs(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """What a cell prints, and the value of its last line, as a notebook keeps them."""
    *statements, last = ast.parse(source).body
    value, printed = None, io.StringIO()
    with redirect_stdout(printed):
        exec(compile(ast.Module(statements, []), f"cell {number}", "exec"), names)  # noqa: S102 - our own notebooks
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)  # noqa: S307
        else:
            exec(compile(ast.Module([last], []), f"cell {number}", "exec"), names)  # noqa: S102
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": _lines(repr(value))}
        if isinstance(value, pd.DataFrame):
            data = {"text/html": _lines(value.to_html()), "text/plain": _lines(value.to_string())}
        outputs.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


PAGES = {
    "../README.md": render_readme,
    "api.md": render_api,
    "commands.md": render_commands,
    "catalogue.md": render_catalogue,
    **{f"notebooks/{path.name}": partial(render_notebook, path.name) for path in sorted(NOTEBOOKS.glob("*.ipynb"))},
    **{f"schemas/{name}.json": partial(render_schema, name) for name in SCHEMAS},
}


if __name__ == "__main__":
    for name, render in PAGES.items():
        (DOCS / name).write_text(render(), encoding="utf-8")
