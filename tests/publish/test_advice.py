"""Where votes are simulated, no sentence of the site reads as advice: it says that it is a demonstration, or is not
there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from arena.publish.content.site_data import SiteData
from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.records import Origin, Outcome, Vote
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.catalogue.projects import put
from tests.publish.worlds import START, World, read_world, write_project

PHRASES = (
    r"ranks? higher and costs? less",
    r"costs less and (ranks|scores) higher",
    r"highest of the models that fit",
    r"no cheaper (model|one)",
    r"is the cheapest ranked",
    r"scores highest",
    r"\bleads (in|\d)",
    r"still leads",
    r"passes .+ by score;",
    r"\bleaders in\b",
    r"\bbest (image )?models?\b",
    r"(would|to) win \d",
    r"by the votes so far",
    r"do not settle it",
    r"it ranks (no \d|#\d|highest in)",
    r"its best rank",
    r"placed best",
    r"clearly (better|worse)",
    r"(?<!which )(?<!who )(?<!left one )(?<!right one )(?<!the two )\bis better\b",
    r"better here than overall",
    r"would put (?!another model).+ first",
    r"scores [\d.]+ (more|less)",
    r"\d% cheaper",
)
"""What reads as advice on which model to take, in the site's own words; letter case apart."""
ADVICE = re.compile("|".join(PHRASES), re.IGNORECASE)
DEMO = re.compile(r"\bDemo")
SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
ABBREVIATED = re.compile(r"\b(no|vs)\.\s", re.IGNORECASE)
SAID = frozenset({"content", "alt", "title", "aria-label"})
"""Attributes that are read out or quoted."""
INLINE = frozenset(
    {"a", "b", "em", "strong", "span", "time", "var", "code", "abbr", "bdi", "dfn", "small", "sup", "sub"}
)
MODELS = ("acme/one", "acme/two", "zeta/three")
PRICE = '[[prices]]\namount = {}\nunit = "image"\nread = 2026-01-02\nsource = "Price page"\n'
WEEKS = 3


class Blocks(HTMLParser):
    """The text of a page by block: what no block's border divides is read as one text."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.blocks[-1:-1] = [value for name, value in attrs if name in SAID and value]
        if tag == "script":
            self.script = given.get("type") or "text/javascript"
        if tag not in INLINE:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.script = ""
        if tag not in INLINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if self.script == "application/ld+json":
            self.blocks.extend([*texts_in(json.loads(data)), ""])
        elif not self.script:
            self.blocks[-1] += data


def texts_in(value: object) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in texts_in(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in texts_in(inner))


def blocks_of(text: str, kind: str) -> list[str]:
    """The texts of a page, a Markdown twin, llms.txt or a feed; ``kind`` is the suffix of its file."""
    if kind == ".html":
        parser = Blocks()
        parser.feed(text)
        return parser.blocks
    if kind == ".xml":
        return [element.text or "" for element in ElementTree.fromstring(text).iter()]
    return [cell for line in text.splitlines() for cell in line.split(" | ")]


@cache
def sentences_of(text: str, kind: str) -> frozenset[str]:
    """The sentences of a file's text."""
    blocks = {" ".join(block.split()) for block in blocks_of(text, kind)}
    return frozenset(sentence for block in blocks for sentence in SENTENCES.split(ABBREVIATED.sub(r"\1 ", block)))


@cache
def reads_as_advice(sentence: str) -> bool:
    return bool(ADVICE.search(sentence))


def texts_of(site: Path) -> list[Path]:
    """Every file of a site that holds sentences."""
    return sorted(file for kind in ("html", "md", "txt", "xml") for file in site.rglob(f"*.{kind}"))


def advice_in(files: list[Path], *, demo: bool) -> dict[str, str]:
    """The sentences that read as advice and say that they are a demonstration, or do not; each with a file."""
    return {
        sentence: file.name
        for file in files
        for sentence in sentences_of(file.read_text("utf-8"), file.suffix)
        if reads_as_advice(sentence) and bool(DEMO.search(sentence)) is demo
    }


def cast(origin: Origin) -> list[Vote]:
    """Votes of three weeks: One and Two are close and far ahead of Three, but in logos it is Three that is ahead."""
    votes = []
    pairs = [("acme/one", "acme/two"), ("acme/two", "zeta/three"), ("acme/one", "zeta/three")]
    for number, (week, turn, category, (left, right)) in enumerate(
        product(range(WEEKS), range(60), ("photo", "photo", "photo", "photo", "logo"), pairs)
    ):
        wins = (8, 13, 12)[week] if right == "acme/two" else 2 if category == "logo" else 18
        votes.append(
            Vote(
                battle=f"simulated-{number:06d}",
                at=START + timedelta(weeks=week, minutes=number),
                arena="text-to-image",
                category=category,
                language="en" if turn % 2 else "ar",
                left=left,
                right=right,
                outcome=Outcome.LEFT if turn % 20 < wins else Outcome.RIGHT,
                voter=f"simulated-{turn % 30:03d}",
                origin=origin,
            )
        )
    return votes


def make_voted(folder: Path, origin: Origin) -> World:
    """The small project with prices for all three models and enough votes for everything that can read as advice."""
    write_project(folder, votes=False, origin=origin, arena='base_url = "https://arena.example"\n')
    data = folder / "data"
    put(data, "providers/shop/acme/two.toml", PRICE.format(0.01))
    put(data, "providers/shop/zeta/three.toml", PRICE.format(0.03))
    append_votes(open_log(data / "votes"), votes_table(cast(origin)), "test")
    world = read_world(folder)
    return replace(world, ratings=compute_ratings(world.log.votes(), world.catalogue.project.ratings, history=True))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_voted(tmp_path_factory.mktemp("simulated"), Origin.SIMULATED)


def built(world: World, out: Path) -> list[Path]:
    build_site(world.catalogue, world.log, world.ratings, out)
    return texts_of(out)


def test_every_sentence_of_advice_by_simulated_votes_says_that_it_is_a_demonstration(
    simulated: World, tmp_path: Path
) -> None:
    files = built(simulated, tmp_path / "site")
    assert {file.suffix for file in files} == {".html", ".md", ".txt", ".xml"}
    assert advice_in(files, demo=False) == {}
    marked = advice_in(files, demo=True)
    assert "Demo: in text to image, Two (#2, $0.01 an image) ranks higher and costs less." in marked


def test_the_scan_finds_advice_that_says_nothing(
    simulated: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SiteData, "demo", lambda *_: "")
    found = advice_in(built(simulated, tmp_path / "site"), demo=False)
    silent = [phrase for phrase in PHRASES if not any(re.search(phrase, text, re.IGNORECASE) for text in found)]
    assert silent == []


def test_votes_of_people_advise_plainly(tmp_path: Path) -> None:
    files = built(make_voted(tmp_path, Origin.HUMAN), tmp_path / "site")
    assert advice_in(files, demo=True) == {}
    assert "Photography: best image models · Test arena" in advice_in(files, demo=False)


def test_the_shipped_boards_with_simulated_votes_advise_nobody(shipped_site: Path) -> None:
    files = [
        file
        for arena in ("text-to-image", "image-editing")
        for file in sorted((shipped_site / "boards" / arena).rglob("*.html"))
    ]
    files += [shipped_site / "llms.txt", shipped_site / "changes" / "feed.xml"]
    plain = advice_in(files, demo=False)
    assert plain and all("(ImagenHub)" in sentence for sentence in plain)
    assert advice_in(files, demo=True)
