"""A site that something else built: what cannot be compared to the byte is compared by its numbers, and said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from arena.publish.output.marker import made_with, program_digest
from arena.verification.figures import count_figures, strange_figures
from arena.verification.listing import SiteListing, read_listing
from arena.verification.rebuild import Comparability, Rebuilt, build_again, comparability_of, compare
from arena.verification.report import Discrepancy, Findings
from tests.publish.worlds import World
from tests.verification.sites import change, renew_sums

BOARD_SUM = hashlib.sha256(b"").hexdigest()
SAME = Comparability(same_program=True, changed_makers=frozenset(), foreign_templates=False)
OTHER_PROGRAM = replace(SAME, same_program=False)
OWN_TEMPLATES = replace(SAME, foreign_templates=True)


@pytest.fixture(scope="module")
def rebuilt(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Rebuilt:
    listing = read_listing(published, Findings())
    work = tmp_path_factory.mktemp("again")
    return build_again(published, listing, work, templates=None, processes=1, progress=None)


def found_in(site: Path, rebuilt: Rebuilt, comparable: Comparability) -> list[Discrepancy]:
    findings = Findings()
    renew_sums(site)
    compare(site, read_listing(site, findings), rebuilt, comparable, findings)
    return findings.found


def score_of(world: World) -> str:
    return f"{world.ratings.boards[0].ratings[0].score:.2f}"


@pytest.mark.parametrize("comparable", [OTHER_PROGRAM, OWN_TEMPLATES], ids=["other program", "own templates"])
def test_other_looks_are_no_finding_and_other_numbers_are(
    world: World, copied: Path, rebuilt: Rebuilt, comparable: Comparability
) -> None:
    page = copied / "models/acme/one.html"
    change(page, "<h1", '<p class="mine">Our own words</p><h1')
    change(copied / "static/site.css", ":root", ":root, .mine")
    assert found_in(copied, rebuilt, comparable) == []
    assert {finding.file for finding in found_in(copied, rebuilt, SAME)} == {"models/acme/one.html", "static/site.css"}
    change(page, score_of(world), "77.77")
    (finding,) = found_in(copied, rebuilt, comparable)
    assert (finding.file, 'shows "77.77"' in finding.message, "line" in finding.place) == (
        "models/acme/one.html",
        True,
        True,
    )


def test_what_depends_on_the_version_of_a_package_is_not_taken_for_a_change(copied: Path, rebuilt: Rebuilt) -> None:
    thumbnail = next(copied.glob("outputs/*/*.webp"))
    thumbnail.write_bytes(b"RIFF another encoder")
    change(copied / "data/ratings.csv", ",1,", ",2,")
    newer = replace(SAME, changed_makers=frozenset({"pillow"}))
    assert [finding.file for finding in found_in(copied, rebuilt, newer)] == ["data/ratings.csv"]
    by_bytes = {finding.file for finding in found_in(copied, rebuilt, SAME)}
    assert by_bytes == {"data/ratings.csv", thumbnail.relative_to(copied).as_posix()}


def test_another_program_still_has_to_give_the_tables_and_the_head(copied: Path, rebuilt: Rebuilt) -> None:
    (copied / "data/votes.parquet").write_bytes((copied / "data/ratings.parquet").read_bytes())
    change(copied / "integrity.html", str(rebuilt.facts["log_head"]), "f" * 64)
    change(copied / "data/prices.csv", "0.0425", "0.0125")
    named = {finding.file for finding in found_in(copied, rebuilt, OTHER_PROGRAM)}
    assert named == {"data/votes.parquet", "integrity.html", "data/prices.csv"}


def test_templates_of_a_projects_own_add_files_in_one_folder_only(copied: Path, rebuilt: Rebuilt) -> None:
    for name in ("static/mine.svg", "boards/mine.html"):
        (copied / name).write_text("mine")
    assert [finding.file for finding in found_in(copied, rebuilt, OWN_TEMPLATES)] == ["boards/mine.html"]


def test_another_program_still_has_to_give_the_words_in_tables(copied: Path, rebuilt: Rebuilt) -> None:
    votes = copied / "data/votes.csv"
    votes.write_bytes(votes.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert found_in(copied, rebuilt, OTHER_PROGRAM) == []
    change(votes, ",left,", ",right,")
    (finding,) = found_in(copied, rebuilt, OTHER_PROGRAM)
    assert (finding.file, finding.says, finding.expected) == ("data/votes.csv", "right", "left")


@pytest.mark.parametrize(
    ("edit", "expected", "words"),
    [
        (lambda facts: None, SAME, ""),
        (lambda facts: facts.update(program="0" * 64), OTHER_PROGRAM, "not the program here"),
        (lambda facts: facts.update(overrides={"board.html": BOARD_SUM}), OWN_TEMPLATES, "templates of its own"),
        (
            lambda facts: facts.update(made_with={**made_with(), "pillow": "1.0"}),
            replace(SAME, changed_makers=frozenset({"pillow"})),
            "Another version of pillow made the site (1.0)",
        ),
        (lambda facts: facts.update(made_with=3), replace(SAME, changed_makers=frozenset(made_with())), ""),
    ],
    ids=["same", "program", "templates", "pillow", "nonsense"],
)
def test_how_far_a_site_can_be_compared_follows_from_what_it_says_made_it(
    tmp_path: Path, edit: Callable[[dict[str, object]], object], expected: Comparability, words: str
) -> None:
    facts: dict[str, object] = {"program": program_digest(), "made_with": made_with(), "version": "0.1"}
    edit(facts)
    comparable = comparability_of(facts, None)
    assert comparable == expected
    assert comparable.exact is (expected == SAME)
    assert words in " ".join(comparable.sentences(facts))
    if "overrides" in facts:
        (tmp_path / "board.html").write_bytes(b"")
        assert comparability_of(facts, tmp_path) == SAME, "the project's templates are here"
        (tmp_path / "board.html").write_bytes(b"another")
        assert comparability_of(facts, tmp_path) == OWN_TEMPLATES, "those of another time are not"


def test_figures_are_what_a_page_shows_and_not_what_it_is_made_of() -> None:
    page = '<script>var x = 1;</script><style>a{top:2px}</style><p title="3">4.5 of 6,789</p><!-- 8 -->'
    assert count_figures(page) == 2
    assert list(strange_figures("<b>1</b>\n<b>2</b>", "<b>1</b>", frozenset(), html=True)) == [(2, "2")]
    assert list(strange_figures("<b>1</b>\n<b>2</b>", "<b>1</b>", frozenset({"2"}), html=True)) == []
    head = "a" * 63 + "1"
    assert list(strange_figures(head, "nothing", frozenset(), html=False)) == [(1, head)]


def test_a_listing_without_facts_is_compared_as_another_programs() -> None:
    listing = SiteListing({}, {})
    comparable = comparability_of(listing.facts, None)
    assert (comparable.same_program, comparable.of("index.html"), comparable.of("a.webp")) == (
        False,
        "figures",
        "nothing",
    )
