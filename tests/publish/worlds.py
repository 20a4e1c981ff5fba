"""A small project on disk with everything that pages can show, and everything that can be missing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from arena.catalogue import Catalogue, load_catalogue
from arena.publish.content.downloads import write_downloads
from arena.publish.content.prepare import prepare_site_data
from arena.publish.content.site_data import SiteData
from arena.publish.layout.render import names_used, render_page
from arena.publish.page import Page, context_of
from arena.ratings import compute_ratings
from arena.ratings.results import Ratings
from arena.records import Origin, Outcome, OutputOrigin, Vote
from arena.votes.log import Log, append_votes, open_log
from arena.votes.table import votes_table
from tests.catalogue.projects import put
from tests.web.html import parsed

PICTURES = (
    "524946461c000000574542505650384c100000002f0fc002000750b22859ff0311d1ff00",
    "524946461c000000574542505650384c100000002f0fc002000750b22c59ff0311d1ff00",
    "524946461e000000574542505650384c110000002f0fc002000750b20a94acff8188e87f0000",
    "5249464622000000574542505650384c150000002f0fc00200075032850002a0a02959ff634444ff0300",
)
"""Four WebP pictures of 16 x 12 pixels, as bytes, so that their names do not hang on a version of the encoder."""
INPUT_PICTURE = "524946461e000000574542505650384c110000002f134002000750b28e95acff8188e87f0000"
"""20 x 10 pixels."""
ARENA = """
name = "Test arena"
tagline = "For tests"
votes_licence = "CC0-1.0"
arenas = [{ id = "text-to-image", name = "Text to image" }, { id = "image-editing", name = "Image editing" }]
categories = [{ id = "photo", name = "Photography" }, { id = "logo", name = "Logos" }]
languages = [
    { id = "en", name = "English", own_name = "English" },
    { id = "ar", name = "Arabic", own_name = "العربية", direction = "rtl" },
]
"""
MODEL = """
name = "{name}"
description = "A model."
arenas = ["text-to-image", "image-editing"]
{rest}
[[sources]]
name = "A press release"
read = 2026-01-02
facts = ["name", "released"]
"""
PRICES = """
model_id = "acme-one"
[[prices]]
amount = 0.006
unit = "image"
effective = 2025-01-10
read = 2026-01-02
source = "Price page"
url = "https://shop.example/prices"
condition = { quality = "low", size = "1024x1024" }
[[prices]]
amount = 0.0425
unit = "image"
read = 2026-02-03
source = "Price page"
note = "As <listed>"
condition = { quality = "medium", size = "1024x1024" }
[[prices]]
amount = 8
unit = "1M input tokens"
read = 2026-01-02
source = "Price page"
"""
STORY = """
title = "{title}"
kind = "{kind}"
happened = {happened}
evidence = "{evidence}"
models = ["acme/one"]
text = "It is out.\\n\\nAnd <b>more</b>."
{rest}
[[sources]]
name = "A press release"
url = "https://acme.example/news"
read = {read}
"""
FILES = {
    "arena.toml": ARENA,
    "organizations/acme.toml": 'name = "Acme"\ncountry = "Nowhere"\ndescription = "Makes things."\n',
    "organizations/zeta.toml": 'name = "Zeta & Sons"\n',
    "organizations/quiet.toml": 'name = "Quiet"\n',
    "models/acme/one.toml": MODEL.format(name="One", rest="released = 2025-01-10\nweights = { open = false }"),
    "models/acme/two.toml": MODEL.format(
        name="Two", rest='released = 2025-06-10\nweights = { open = true, licence = "Apache-2.0" }'
    ),
    "models/zeta/three.toml": MODEL.format(name="Three", rest='weights = { open = "unknown" }'),
    "providers/shop/provider.toml": 'name = "Shop"\nurl = "https://shop.example"\n',
    "providers/shop/acme/one.toml": PRICES,
    "providers/shop/acme/two.toml": 'model_id = "acme-two"\n',
    "providers/bare/provider.toml": 'name = "Bare"\n',
    "prompts/text-to-image/lighthouse.toml": 'text = "A lighthouse & a gull."\nlanguage = "en"\ncategory = "photo"\n',
    "prompts/text-to-image/coffee.toml": (
        'text = "شعار مقهى"\nlanguage = "ar"\ncategory = "logo"\nenglish = "A café logo"\n'
    ),
    "prompts/image-editing/night.toml": (
        'text = "Make it night."\nlanguage = "en"\ncategory = "photo"\ninput_image = "day.webp"\n'
    ),
    "stories/2025-01-10-one.toml": STORY.format(
        title="Acme ships One",
        kind="release",
        happened="2025-01-10",
        evidence="primary",
        read="2026-01-02",
        rest="published = 2025-02-28",
    ),
    "stories/2025-03-01-batch.toml": STORY.format(
        title="One in batches",
        kind="workflow",
        happened="2025-03-01",
        evidence="secondary",
        read="2026-01-05",
        rest='note = "Undated."',
    ),
}
PROMPTS = {"text-to-image/lighthouse": ("photo", "en"), "text-to-image/coffee": ("logo", "ar")}
OUTCOMES = (Outcome.LEFT, Outcome.LEFT, Outcome.TIE, Outcome.RIGHT, Outcome.BOTH_BAD)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A project as it is read from disk, with its log, ratings, site_data and downloads."""

    catalogue: Catalogue
    log: Log
    ratings: Ratings
    site_data: SiteData


class SharedWorld(Protocol):
    """Gives a project that ``make_world`` made once."""

    def __call__(self, *, arena: str = "", origin: Origin = Origin.SIMULATED, votes: bool = True) -> World: ...


def world_of_its_own(world: World, folder: Path) -> World:
    """A shared project seen from another folder, for what a test puts beside its data/."""
    (folder / "data").symlink_to(world.catalogue.folder)
    catalogue = replace(world.catalogue, folder=folder / "data")
    return replace(world, catalogue=catalogue, site_data=replace(world.site_data, catalogue=catalogue))


def make_world(folder: Path, *, arena: str = "", origin: Origin = Origin.SIMULATED, votes: bool = True) -> World:
    """Write the project and read it back."""
    write_project(folder, arena=arena, origin=origin, votes=votes)
    return read_world(folder)


def write_project(folder: Path, *, arena: str = "", origin: Origin = Origin.SIMULATED, votes: bool = True) -> None:
    """Write the project, with ``arena`` put before arena.toml."""
    data = folder / "data"
    for name, text in FILES.items():
        put(data, name, text)
    put(data, "arena.toml", arena + ARENA)
    shown = _write_outputs(data, origin)
    if votes:
        append_votes(open_log(data / "votes"), votes_table(cast_votes(shown, origin)), "test")


def empty_world(folder: Path) -> World:
    """A project that has a name and nothing else."""
    put(folder / "data", "arena.toml", ARENA)
    return read_world(folder)


def read_world(folder: Path) -> World:
    catalogue, log = load_catalogue(folder / "data"), open_log(folder / "data" / "votes")
    ratings = compute_ratings(log.counted_votes(), catalogue.project.ratings)
    downloads = folder / "downloads"
    downloads.mkdir(exist_ok=True)
    site_data = replace(
        prepare_site_data(catalogue, log, ratings), downloads=write_downloads(catalogue, log, ratings, downloads)
    )
    return World(catalogue, log, ratings, site_data)


def cast_votes(shown: dict[tuple[str, str], str], origin: Origin) -> list[Vote]:
    """Twenty votes of One against Two on either prompt, and two of Three, whose pictures are not there."""
    pairs = [(prompt, "acme/one", "acme/two", OUTCOMES[n % 5]) for n in range(20) for prompt in PROMPTS]
    pairs += [("text-to-image/lighthouse", "acme/two", "zeta/three", Outcome.LEFT)] * 2
    mark = "simulated-" if origin is Origin.SIMULATED else ""
    return [
        Vote(
            battle=f"{mark}{number:06d}",
            at=START + timedelta(hours=number),
            arena="text-to-image",
            category=PROMPTS[prompt][0],
            language=PROMPTS[prompt][1],
            left=left,
            right=right,
            outcome=outcome,
            voter=f"{mark}{number % 7:03d}",
            prompt=prompt,
            left_output=shown.get((prompt, left), ""),
            right_output=shown.get((prompt, right), ""),
            dwell_ms=1000 + number if number % 3 else None,
            origin=origin,
        )
        for number, (prompt, left, right, outcome) in enumerate(pairs)
    ]


def _write_outputs(data: Path, origin: Origin) -> dict[tuple[str, str], str]:
    """A picture of One and Two for each prompt with votes, and the picture to edit."""
    shown, lines = {}, []
    made = OutputOrigin.SIMULATED if origin is Origin.SIMULATED else OutputOrigin.MODEL
    for number, (prompt, model) in enumerate(
        (prompt, model) for prompt in PROMPTS for model in ("acme/one", "acme/two")
    ):
        content = bytes.fromhex(PICTURES[number])
        sha256 = hashlib.sha256(content).hexdigest()
        put(data, f"outputs/{sha256[:2]}/{sha256}.webp", content)
        size = {"width": 16, "height": 12, "bytes": len(content)}
        lines.append({"model": model, "prompt": prompt, "sha256": sha256, **size, "origin": made.value})
        shown[prompt, model] = sha256
    put(data, "outputs/outputs.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    put(data, "outputs/inputs/day.webp", bytes.fromhex(INPUT_PICTURE))
    return shown


def page_at(pages: list[Page], path: str) -> Page:
    """The page at a path; fails where there is none or more than one."""
    (page,) = [page for page in pages if page.path == path]
    return page


def html_of(world: World, page: Page) -> str:
    """The page rendered; fails where it is no valid HTML or its template does not use all of its view's fields."""
    assert names_used(page.template) == set(context_of(page.view)), page.template
    html = render_page(world.site_data, page)
    parsed(html)
    return html
