from __future__ import annotations

import json

from arena.catalogue.check import CheckReport, Format, render_findings
from arena.errors import CatalogueError, VotesError

REPORT = CheckReport(
    findings=(
        CatalogueError("is not TOML: 50% odd", where="data/models/a/b.toml:12", hint="see\nthere"),
        CatalogueError("there is no such folder", where="data"),
    ),
    counts=None,
    warnings=(CatalogueError("is odd", where="data/a.toml: prices[0].amount", hint="read it, again"),),
)
CLEAN = CheckReport((), None)


def test_text_is_one_line_each() -> None:
    assert render_findings(REPORT, others=[VotesError("damaged", where="data/votes")]) == (
        "error: data/models/a/b.toml:12: is not TOML: 50% odd (see there)\n"
        "error: data: there is no such folder\n"
        "error: data/votes: damaged\n"
        "warning: data/a.toml: prices[0].amount: is odd (read it, again)\n"
    )


def test_json_takes_places_apart() -> None:
    whole = json.loads(render_findings(REPORT, Format.JSON))
    assert (whole["passed"], whole["counts"]) == (False, {"error": 2, "warning": 1})
    assert whole["summary"] == REPORT.summary
    assert whole["findings"][0] == {
        "severity": "error",
        "file": "data/models/a/b.toml",
        "line": 12,
        "key": None,
        "message": "is not TOML: 50% odd",
        "hint": "see\nthere",
    }
    assert [(row["file"], row["key"]) for row in whole["findings"][1:]] == [
        ("data", None),
        ("data/a.toml", "prices[0].amount"),
    ]


def test_github_escapes_what_would_end_a_command() -> None:
    assert render_findings(REPORT, Format.GITHUB, prefix="site, mine/") == (
        "::error file=site%2C mine/data/models/a/b.toml,line=12::is not TOML: 50%25 odd (see%0Athere)\n"
        "::error file=site%2C mine/data,line=1::there is no such folder\n"
        "::warning file=site%2C mine/data/a.toml,line=1,title=prices[0].amount::is odd (read it, again)\n"
    )


def test_nothing_to_say() -> None:
    assert render_findings(CLEAN) == ""
    assert render_findings(CLEAN, Format.GITHUB) == ""
    assert json.loads(render_findings(CLEAN, Format.JSON))["passed"]


def test_warnings_alone_pass() -> None:
    report = CheckReport((), None, warnings=REPORT.warnings)
    assert json.loads(render_findings(report, Format.JSON))["passed"]
    assert not json.loads(render_findings(report, Format.JSON, [VotesError("x")]))["passed"]
