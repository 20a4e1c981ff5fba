"""What ``arena check`` finds and counts, and how it says it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from arena.catalogue import check_catalogue
from arena.catalogue.check import CatalogueCounts, CheckReport, Format, render_findings
from arena.errors import CatalogueError, VotesError
from tests.catalogue.projects import put, spoil, write_project


def test_clean_project(tmp_path: Path) -> None:
    report = check_catalogue(write_project(tmp_path))
    assert report.passed
    assert report.findings == ()
    assert report.warnings == ()
    # Facts: 2 keys of Acme, 1 of Shop, 5 of One, 5 of Two; a price; a story.
    assert report.catalogue is not None
    assert report.summary == (
        "2 models of 1 organization, 1 offer of 1 provider with 1 price, 2 prompts, 1 story, 0 outputs, "
        "15 of 15 facts with a source"
    )
    assert report.counts == CatalogueCounts(
        organizations=1,
        models=2,
        providers=1,
        offers=1,
        prices=1,
        prompts=2,
        stories=1,
        outputs=0,
        facts=15,
        sourced_facts=15,
    )


def test_source_for_a_key_inside_a_table_vouches_for_the_table(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    spoil(data, "models/acme/one.toml", '"weights"]', '"weights.open"]')
    counts = check_catalogue(data).counts
    assert counts is not None
    assert counts.sourced_facts == 15


def test_keys_that_no_source_vouches_for_are_counted_and_named(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    spoil(data, "models/acme/one.toml", ', "arenas", "weights"]', "]")
    report = check_catalogue(data)
    assert report.counts is not None
    assert (report.counts.facts, report.counts.sourced_facts) == (15, 13)
    assert report.passed, "a missing source is a warning"
    (warning,) = report.warnings
    assert str(warning).startswith("data/models/acme/one.toml: sources: no source vouches for arenas, weights (add")


def test_tokens_per_image_are_facts_with_a_source(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    row = '[[tokens_per_image]]\ntokens = 1290\nsource = "S"\nread = 2026-01-01\n'
    spoil(data, "models/acme/one.toml", "[[sources]]", f"{row}[[sources]]")
    counts = check_catalogue(data).counts
    assert counts is not None
    assert (counts.facts, counts.sourced_facts) == (16, 16)


def test_old_sources_are_warnings_as_of_a_day(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    assert check_catalogue(data, date(2026, 7, 1)).warnings == ()
    old = check_catalogue(data, date(2026, 7, 2))
    assert old.passed
    assert [warning.where for warning in old.warnings] == [
        "data/models/acme/one.toml: sources",
        "data/models/acme/two.toml: sources",
        "data/organizations/acme.toml: sources",
        "data/providers/shop/acme/one.toml: prices",
        "data/providers/shop/provider.toml: sources",
    ]


def test_nothing_is_called_odd_while_something_is_wrong(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "models/acme/two.toml", "x")
    report = check_catalogue(data, date(2030, 1, 1))
    assert report.findings
    assert report.warnings == ()


def test_benchmarks_are_facts_with_a_source(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    row = '[[benchmarks]]\nname = "B"\nvalue = 1.5\nsource = "S"\nread = 2026-01-01\n'
    spoil(data, "models/acme/one.toml", "[[sources]]", f"{row}{row}[[sources]]")
    counts = check_catalogue(data).counts
    assert counts is not None
    assert (counts.facts, counts.sourced_facts) == (17, 17)


def test_findings_come_with_counts_of_what_could_be_read(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "models/acme/two.toml", "x")
    put(data, "organizations/bad.toml", "y")
    report = check_catalogue(data)
    assert not report.passed
    assert len(report.findings) == 2
    assert report.counts is not None
    assert report.counts.models == 1
    assert report.catalogue is None


def test_no_data_folder(tmp_path: Path) -> None:
    report = check_catalogue(tmp_path / "data")
    assert len(report.findings) == 1
    assert report.counts is None
    assert report.summary == "nothing to check"


def test_arena_without_models_is_a_finding(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    spoil(data, "models/acme/two.toml", ', "image-editing"', "")
    report = check_catalogue(data)
    (finding,) = report.findings
    assert str(finding).startswith('data/arena.toml: arenas: no model competes in the arena "image-editing"')


def test_no_word_on_empty_arenas_where_the_project_or_a_model_cannot_be_read(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "arena.toml", "name =")
    assert len(check_catalogue(data).findings) == 1


def test_images_are_compared_by_their_sum(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    sha256 = hashlib.sha256(b"abc").hexdigest()
    line = f'"prompt":"text-to-image/lighthouse","sha256":"{sha256}","width":1,"height":1,"bytes":3,"origin":"model"'
    put(data, "outputs/outputs.jsonl", f'{{"model":"acme/one",{line}}}\n')
    image = put(data, f"outputs/{sha256[:2]}/{sha256}.webp", b"abc")
    assert check_catalogue(data).passed
    image.write_bytes(b"abd")
    (finding,) = check_catalogue(data).findings
    assert str(finding).startswith(f"data/outputs/outputs.jsonl: {sha256[:12]}: the image file is not the one")
    image.write_bytes(b"ab")
    (finding,) = check_catalogue(data).findings
    assert "the image file has 2 bytes instead of 3" in str(finding)


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
