"""Each rule on how files fit together with a bad example, and the clean project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arena.catalogue import Catalogue, load_catalogue, rules
from arena.catalogue.loading import read_catalogue
from arena.errors import CatalogueError
from tests.catalogue.projects import FILES, put, spoil, write_project

MODEL, TWO = "models/acme/one.toml", "models/acme/two.toml"
OFFER, STORY = "providers/shop/acme/one.toml", "stories/2025-01-10-acme-ships-one.toml"
PROMPT, EDIT = "prompts/text-to-image/lighthouse.toml", "prompts/image-editing/night.toml"
LANGUAGES = "[[languages]]" + FILES["arena.toml"].partition("[[languages]]")[2]
CATEGORIES = "[[categories]]" + FILES["arena.toml"].partition("[[categories]]")[2].partition("[[languages]]")[0]
NO_ARENAS = 'name = "A"\ntagline = "B"\narenas = []\n'
IMAGE = "a" * 64
OUTPUT = (
    '{"model":"acme/one","prompt":"text-to-image/lighthouse","sha256":"%s",'
    '"width":1,"height":1,"bytes":3,"origin":"simulated"}\n'
)


Rule = Callable[[Catalogue], Iterator[CatalogueError]]

ALL: tuple[Rule, ...] = (*rules.CROSS_FILE_RULES, rules.check_references)
BY_NAME: dict[str, Rule] = {rule.__name__: rule for rule in ALL}


def move(data: Path, old: str, new: str) -> None:
    (data / new).parent.mkdir(parents=True, exist_ok=True)
    (data / old).rename(data / new)


def add_output(data: Path, line: str = OUTPUT % IMAGE, content: bytes = b"abc") -> None:
    put(data, "outputs/outputs.jsonl", line)
    put(data, f"outputs/aa/{IMAGE}.webp", content)


def add_input(data: Path, name: str) -> None:
    put(data, "outputs/inputs/street.webp", b"x")
    spoil(data, EDIT, 'category = "photo"', f'category = "photo"\ninput_image = "{name}"')


DATA_SET = """
[arenas.source]
name = "Acme's data set"
url = "https://acme.example/data"
licence = "MIT"
year = 2023
read = 2026-01-02
notice = "data-set.txt"
"""

BAD: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "check_project",
        lambda d: put(d, "arena.toml", FILES["arena.toml"] + '[[arenas]]\nid = "image-editing"\nname = "Again"\n'),
        'data/arena.toml: arenas: "image-editing" is listed 2 times (keep one)',
    ),
    (
        "check_project",
        lambda d: put(d, "arena.toml", f"{FILES['arena.toml']}{LANGUAGES}"),
        'data/arena.toml: languages: "en" is listed 2 times',
    ),
    (
        "check_project",
        lambda d: put(d, "arena.toml", f"{NO_ARENAS}{CATEGORIES}{LANGUAGES}"),
        "data/arena.toml: arenas: lists no arena",
    ),
    (
        "check_licence_notices",
        lambda d: put(d, "arena.toml", FILES["arena.toml"].replace("[[categories]]", f"{DATA_SET}[[categories]]", 1)),
        'data/arena.toml: arenas[1].source.notice: "data-set.txt" is not in data/licences/ (put the licence',
    ),
    (
        "check_messages",
        lambda d: put(d, "arena.toml", f'language = "xx"\n{FILES["arena.toml"]}'),
        'data/arena.toml: language: no messages in "xx" (there are en, ar, es, fr, ja, zh; arena messages xx begins',
    ),
    (
        "check_references",
        lambda d: move(d, "organizations/acme.toml", "organizations/acmee.toml"),
        'one.toml: unknown organization "acme": no file defines it; named by 2 models (did you mean "acmee"?)',
    ),
    (
        "check_references",
        lambda d: (d / "organizations/acme.toml").unlink(),
        "(add data/organizations/acme.toml, or mend the id)",
    ),
    (
        "check_references",
        lambda d: spoil(d, MODEL, '"text-to-image"', '"text-to-imag"'),
        'one.toml: arenas[0]: unknown arena "text-to-imag" (did you mean "text-to-image"?)',
    ),
    (
        "check_references",
        lambda d: spoil(d, MODEL, '"text-to-image"', '"video"'),
        'unknown arena "video" (add it under [[arenas]] in data/arena.toml, or use one of: text-to-image, image-ed',
    ),
    (
        "check_references",
        lambda d: spoil(d, TWO, '"acme/one"', '"acme/oen"'),
        'two.toml: predecessor: unknown model "acme/oen": no file defines it (did you mean "acme/one"?)',
    ),
    (
        "check_references",
        lambda d: move(d, OFFER, "providers/shop/acme/three.toml"),
        'data/providers/shop/acme/three.toml: unknown model "acme/three"',
    ),
    (
        "check_references",
        lambda d: put(d, "providers/acme-api/provider.toml", 'name = "Acme API"\norganization = "acem"\n'),
        'data/providers/acme-api/provider.toml: organization: unknown organization "acem": no file defines it '
        '(did you mean "acme"?)',
    ),
    (
        "check_references",
        lambda d: (d / "providers/shop/provider.toml").unlink(),
        'unknown provider "shop": no file defines it (add data/providers/shop/provider.toml, or mend the id)',
    ),
    (
        "check_references",
        lambda d: move(d, PROMPT, "prompts/video/lighthouse.toml"),
        'data/prompts/video/lighthouse.toml: unknown arena "video"',
    ),
    (
        "check_references",
        lambda d: spoil(d, PROMPT, '"photo"', '"foto"'),
        'lighthouse.toml: category: unknown category "foto" (did you mean "photo"?)',
    ),
    (
        "check_references",
        lambda d: spoil(d, PROMPT, '"en"', '"de"'),
        'lighthouse.toml: language: unknown language "de" (add it under [[languages]] in data/arena.toml',
    ),
    (
        "check_references",
        lambda d: spoil(d, STORY, '["acme/one"]', '["acme/one", "acme/three"]'),
        'models[1]: unknown model "acme/three"',
    ),
    (
        "check_source_facts",
        lambda d: spoil(d, MODEL, '"released",', '"relased",'),
        'one.toml: sources[0].facts: unknown key "relased" (did you mean "released"?)',
    ),
    (
        "check_release_dates",
        lambda d: spoil(d, OFFER, "effective = 2025-01-10", "effective = 2025-01-09"),
        "prices[0].effective: 2025-01-09 is before the release of acme/one on 2025-01-10",
    ),
    (
        "check_release_dates",
        lambda d: spoil(d, OFFER, "effective = 2025-01-10\nread = 2026-01-02", "read = 2025-01-09"),
        "prices[0].read: 2025-01-09 is before the release of acme/one on 2025-01-10",
    ),
    (
        "check_source_facts",
        lambda d: spoil(d, MODEL, '"weights"]', '"weights.opn"]'),
        'one.toml: sources[0].facts: unknown key "weights.opn" (known keys: open, licence, commercial_use, note, url)',
    ),
    (
        "check_source_facts",
        lambda d: spoil(d, MODEL, '"weights"]', '"name.first", "weights"]'),
        'sources[0].facts: unknown key "name.first"',
    ),
    (
        "check_story_dates",
        lambda d: spoil(d, STORY, "published = 2025-01-11", "published = 2025-01-09"),
        "happened: happened on 2025-01-10, after it was published on 2025-01-09",
    ),
    (
        "check_story_dates",
        lambda d: move(d, STORY, "stories/2025-01-12-acme-ships-one.toml"),
        "the file name does not begin with a date of the story (2025-01-10 or 2025-01-11)",
    ),
    ("check_story_dates", lambda d: move(d, STORY, "stories/acme.toml"), "(rename it to 2025-01-10-<slug>.toml"),
    (
        "check_prompt_inputs",
        lambda d: put(d, "outputs/inputs/street.webp", b"x"),
        "night.toml: input_image: an editing prompt without a picture to edit (name a file in data/outputs/inputs/)",
    ),
    ("check_prompt_inputs", lambda d: add_input(d, "lane.webp"), '"lane.webp" is not in data/outputs/inputs/'),
    ("check_prompt_inputs", lambda d: add_input(d, "../inputs/street.webp"), "is not in data/outputs/inputs/"),
    ("check_prompt_inputs", lambda d: add_input(d, "x" * 300), "is not in data/outputs/inputs/"),
    (
        "check_references",
        lambda d: add_output(d, (OUTPUT % IMAGE).replace("acme/one", "acme/on")),
        'data/outputs/outputs.jsonl: aaaaaaaaaaaa: unknown model "acme/on"',
    ),
    (
        "check_references",
        lambda d: add_output(d, (OUTPUT % IMAGE).replace("lighthouse", "lighthous")),
        'unknown prompt "text-to-image/lighthous": no file defines it (did you mean "text-to-image/lighthouse"?)',
    ),
    ("check_outputs", lambda d: add_output(d, (OUTPUT % IMAGE) * 2), "the same output of acme/one is listed twice"),
    ("check_outputs", lambda d: add_output(d, content=b"ab"), "the image file has 2 bytes instead of 3"),
    ("check_outputs", lambda d: put(d, "outputs/outputs.jsonl", OUTPUT % IMAGE), "the image file is missing"),
]


@pytest.mark.parametrize(("rule", "change", "expected"), BAD)
def test_rule_finds_its_bad_example(tmp_path: Path, rule: str, change: Callable[[Path], object], expected: str) -> None:
    data = write_project(tmp_path)
    change(data)
    catalogue, found = read_catalogue(data)
    assert catalogue is not None
    assert any(expected in str(finding) for finding in found)
    of_rule = {str(finding) for finding in BY_NAME[rule](catalogue)}
    assert {str(finding) for finding in found} == of_rule, "no other rule has anything to say"


def full(data: Path) -> Catalogue:
    """The clean project with everything that a rule looks at."""
    add_output(data)
    add_input(data, "street.webp")
    return load_catalogue(data)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_rule_passes_a_clean_project(tmp_path: Path, rule: Rule) -> None:
    assert list(rule(full(write_project(tmp_path)))) == []


def test_every_rule_has_a_bad_example() -> None:
    assert {rule for rule, _, _ in BAD} == set(BY_NAME)


def test_story_may_be_named_after_its_publication(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    move(data, STORY, "stories/2025-01-11-acme-ships-one.toml")
    assert list(load_catalogue(data).stories) == ["2025-01-11-acme-ships-one"]


def test_editing_prompts_need_no_picture_before_there_are_any(tmp_path: Path) -> None:
    assert load_catalogue(write_project(tmp_path)).prompts["image-editing/night"].input_image is None


def test_a_price_may_be_known_before_the_release_where_a_note_says_why(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    early = 'read = 2025-01-09\nnote = "Announced with the preview."'
    spoil(data, OFFER, "effective = 2025-01-10\nread = 2026-01-02", early)
    assert load_catalogue(data).offers


def test_a_provider_may_be_the_api_of_an_organization_that_is_there(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, "providers/acme-api/provider.toml", 'name = "Acme API"\norganization = "acme"\n')
    assert load_catalogue(data).providers["acme-api"].organization == "acme"
