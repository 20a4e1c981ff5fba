"""Each rule with its bad example, the clean project, and what settles a finding or is near to one and right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import Catalogue, check_catalogue, rules
from arena.catalogue.loading import read_catalogue
from arena.catalogue.rules.sources import check_old_sources, is_below
from arena.catalogue.rules.states import check_due_states
from arena.errors import CatalogueError
from tests.catalogue.projects import SOURCE, put, spoil, write_project
from tests.catalogue.rules.changes import (
    MODEL,
    NOTE,
    OFFER,
    PROMPT,
    PROVIDER,
    STORY,
    TWO,
    Change,
    ask,
    benchmark,
    contradict,
    play,
    price,
    sell,
    share,
    sized,
    tell,
    tiers,
    withdraw,
)
from tests.catalogue.rules.examples import (
    BAD as OTHER_BAD,
)
from tests.catalogue.rules.price_examples import BAD_PRICES

Rule = Callable[[Catalogue], Iterator[CatalogueError]]

BAD = [*OTHER_BAD, *BAD_PRICES]
ALL = (*rules.ERROR_RULES, *rules.WARNING_RULES)
BY_NAME: dict[str, Rule] = {rule.__name__: rule for rule in ALL}


def read(data: Path) -> Catalogue:
    catalogue, found = read_catalogue(data)
    assert catalogue is not None
    assert not [finding for finding in found if "TOML" in finding.message or "unknown key" in finding.message]
    return catalogue


@pytest.mark.parametrize(("rule", "change", "expected"), BAD)
def test_rule_finds_its_bad_example_and_no_other_rule_has_anything_to_say(
    tmp_path: Path, rule: str, change: Change, expected: str
) -> None:
    data = write_project(tmp_path)
    change(data)
    catalogue = read(data)
    found = {each.__name__: findings for each in ALL if (findings := [str(finding) for finding in each(catalogue)])}
    assert list(found) == [rule]
    assert any(expected in finding for finding in found[rule]), found
    assert check_catalogue(data).passed == (BY_NAME[rule] in rules.WARNING_RULES), "errors stop a build"


def test_a_clean_project_passes(tmp_path: Path) -> None:
    catalogue = read(write_project(tmp_path))
    assert {rule.__name__: list(rule(catalogue)) for rule in ALL} == {rule.__name__: [] for rule in ALL}


def test_every_rule_has_a_bad_example() -> None:
    assert {rule for rule, _, _ in BAD} == set(BY_NAME)


FINE: list[tuple[str, Change]] = [
    ("check_playground", lambda d: play(d, pictures='["https://cdn.example:8443"]')),
    ("check_playground", lambda d: play(d, endpoint="http://127.0.0.1:8000/v1/generations/")),
    (
        "a price from another day",
        lambda d: put(d, OFFER, price("0.01", effective="2025-02-01") + price("0.02")),
    ),
    ("a price read again", lambda d: put(d, OFFER, price("0.01") + price("0.02").replace("01-02", "02-03"))),
    ("a dear price with a reason", lambda d: put(d, OFFER, price("4", note='"A print of it."'))),
    ("an odd sibling with a reason", lambda d: sell(d, ("a", price("0.04")), ("b", price("0.3", note='"It is."')))),
    ("a hundredfold with a reason", lambda d: sell(d, ("a", price("0.01")), ("b", price("1", note='"It is."')))),
    ("less than five times", lambda d: sell(d, ("a", price("0.04")), ("b", price("0.19")))),
    ("a gift", lambda d: sell(d, ("a", price("0.04")), ("b", price("0")))),
    (
        "text beside images",
        lambda d: put(
            d,
            OFFER,
            price("0.6", "1M output tokens", condition='{ mode = "text" }')
            + price("30", "1M output tokens", condition='{ mode = "image" }'),
        ),
    ),
    ("cheap image tokens with a reason", lambda d: put(d, OFFER, price("1", "1M output tokens", note='"It is."'))),
    (
        "a model that writes too",
        lambda d: (
            spoil(d, TWO, "[weights]", 'outputs = ["text", "image"]\n[weights]\n'),
            spoil(d, TWO, "[[sources]]", benchmark("MMLU-Pro") + "[[sources]]"),
            sell(d, ("a", '[speed]\nseconds_to_first_token = 0.49\nsource = "List"\nread = 2026-01-02\n')),
        ),
    ),
    ("an image benchmark", lambda d: spoil(d, MODEL, "[[sources]]", benchmark("GenEval") + "[[sources]]")),
    ("the event's own date", lambda d: tell(d, "Launched on January 10, 2025, and better since 2025-02-01.")),
    ("the event's own month", lambda d: tell(d, "It was released in January 2025.")),
    ("the date of publication", lambda d: tell(d, "As of 11 Jan 2025 it is out.")),
    ("the release of what it is about", lambda d: (spoil(d, MODEL, "01-10", "01-09"), tell(d, "See 2025-01-09."))),
    ("another date with a reason", lambda d: tell(d, "It was released in April 2026.", note=NOTE)),
    ("a number that is no date", lambda d: tell(d, "Prices on 2025-13-45 and May 45, 2025 are jokes.", note=NOTE)),
    ("a release and its story in two time zones", lambda d: spoil(d, MODEL, "2025-01-10", "2025-01-09")),
    (
        "a release story that names an older model too",
        lambda d: (
            spoil(d, STORY, '["acme/one"]', '["acme/one", "acme/two"]'),
            spoil(d, TWO, "[weights]", "released = 2026-01-10\n[weights]"),
        ),
    ),
    (
        "a release on another day with a reason",
        lambda d: (
            spoil(d, MODEL, "2025-01-10", "2025-01-05"),
            tell(d, "It is.", note='note = "For some it was out on 5 January 2025."\n'),
        ),
    ),
    (
        "a late story with a reason",
        lambda d: (spoil(d, STORY, "published = 2025-01-11", "published = 2025-03-11"), tell(d, "It is.", note=NOTE)),
    ),
    (
        "a price that was announced",
        lambda d: put(d, OFFER, price("0.01", effective="2026-02-01", note='"Announced."')),
    ),
    *(
        (f"{fact} = {value}", lambda d, fact=fact, value=value: contradict(d, fact, value))
        for fact, value in (
            ("released", "2025-01-12"),
            ("max_resolution", "2K"),
            ("weights.licence", "MIT"),
            ("capabilities.size_limits.max_pixels", "4.19 million"),
            ("output_terms", "outputs are yours"),
            ("output_terms.commercial_use", "no"),
            ("organization", "Bcme"),
            ("inputs", "text, image"),
            ("weights.open", "unknown"),
            ("prices.shop", "0.006 USD an image"),
            ("prices.shop", "0.006 USD an image, high quality, 1024x1024"),
            ("prices.shop", "0.006 USD a megapixel, low quality, 1024x1024"),
            ("prices.shop", "from 0.006 USD"),
            ("prices.shop", "0.006 to 0.4 USD an image, by size and quality"),
        )
    ),
    ("tiers as they are", lambda d: put(d, OFFER, tiers("0.006", "0.053", "0.211"))),
    ("two tiers alone", lambda d: put(d, OFFER, tiers("0.006", "0.053"))),
    ("tiers that cost the same", lambda d: put(d, OFFER, tiers("0.04", "0.04", "0.04"))),
    ("tiers by the token", lambda d: put(d, OFFER, tiers("0.01", "0.02", "0.19"))),
    ("a lower tier that is dearer, with a reason", lambda d: put(d, OFFER, tiers("0.6", "0.04") + NOTE)),
    ("a medium tier that is free", lambda d: put(d, OFFER, tiers("0.006", "0"))),
    (
        "a wide format that is cheaper",
        lambda d: put(d, OFFER, sized("1024x1024", "0.053") + sized("1024x1536", "0.041")),
    ),
    ("sizes by their pixels", lambda d: put(d, OFFER, sized("256x256", "0.01") + sized("4K", "1.9"))),
    ("one price for all sizes", lambda d: put(d, OFFER, sized("512x512", "0.04") + sized("4K", "0.04"))),
    (
        "an input image of 258 cheap tokens",
        lambda d: put(d, OFFER, price("0.04") + price("0.0000774", condition='{ mode = "input image" }')),
    ),
    ("a price that two makers' models share", lambda d: share(d, "acme", "bcme")),
    (
        "a price that others of the makers share as well",
        lambda d: [
            put(share(d, "acme", "bcme", "ccme"), f"providers/shop/{maker}/shared.toml", price("0.0398"))
            for maker in ("acme", "bcme", "ccme")
        ],
    ),
    (
        "another price of the same source, and both are right",
        lambda d: (
            put(d, OFFER, sized("1K", "0.04", note='"The page says both."')),
            contradict(d, "prices.shop", "0.05 USD an image, 1K", source="List"),
        ),
    ),
    (
        "another price of the same source for another size",
        lambda d: (
            put(d, OFFER, sized("1K", "0.04")),
            contradict(d, "prices.shop", "0.05 USD an image, 2K", source="List"),
        ),
    ),
    ("a withdrawn model", lambda d: withdraw(d, 'shut_down = 2025-01-10\nstatus = "withdrawn"')),
    ("brand names in Latin", lambda d: ask(d, "zh", "为 NIGHT OWL COFFEE 设计一张深色的咖啡店海报")),
    ("Japanese", lambda d: ask(d, "ja", "夜の灯台のポスター")),
    ("another script with a reason", lambda d: ask(d, "zh", "A lighthouse", note=NOTE)),
    ("a language that is not listed", lambda d: ask(d, "tlh", "jaj QaQ")),
    *(
        (f"{language}: {text}", lambda d, language=language, text=text: ask(d, language, text))
        for language, text in (
            ("es", "Cartel que dice 'OPEN LATE' para un bar"),
            ("en", "Poster that says BONJOUR PARIS CAFÉ"),
            ("en", "Mona Lisa, Leonardo da Vinci, sfumato, chiaroscuro"),
            ("en", "cyberpunk samurai, neon, 8k, octane render"),
            ("en", "Logo for 'La Casa Bonita' Mexican restaurant"),
            ("pt", "um gato na praia"),
            ("da", "en kat på stranden"),
            ("nb", "en katt på stranda i Bergen om kvelden"),
            ("ms", "seekor kucing di pantai pada waktu petang"),
            ("hr", "mačka na plaži pri zalasku sunca"),
            ("zh-Hant", "夜晚的燈塔海報"),
        )
    ),
    ("another language with a reason", lambda d: ask(d, "es", "A watercolour of a lighthouse at dusk.", note=NOTE)),
    ("no letters at all", lambda d: ask(d, "zh", "1234 + 5678")),
    (
        "the same wish with a reason",
        lambda d: put(d, PROMPT, f'text = "Make it night, with a moon!"\nlanguage = "en"\ncategory = "photo"\n{NOTE}'),
    ),
    (
        "two events of a day with a reason",
        lambda d: put(d, "stories/2025-01-10-x.toml", NOTE + (d / STORY).read_text().replace("ships", "sells")),
    ),
]


@pytest.mark.parametrize(("what", "change"), FINE, ids=[what for what, _ in FINE])
def test_what_is_right_is_left_alone(tmp_path: Path, what: str, change: Change) -> None:
    data = write_project(tmp_path)
    change(data)
    catalogue = read(data)
    assert [str(finding) for rule in ALL for finding in rule(catalogue)] == [], what


def test_conditions_that_differ_in_case_are_one(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    put(data, OFFER, sized("1024x1024", "0.04") + sized("1024 × 1024", "0.05"))
    (found,) = BY_NAME["check_overlaps"](read(data))
    assert found.message == "was read on 2026-01-02 for the same unit and condition as prices[0]"


def test_a_shared_price_is_asked_about_until_it_is_answered(tmp_path: Path) -> None:
    data = share(write_project(tmp_path), "acme", "bcme", "ccme", more=NOTE)
    put(data, "providers/market/bcme/shared.toml", price("0.0398", contested="true"))
    found = [finding.where for finding in BY_NAME["check_shared_prices"](read(data))]
    assert found == ["data/providers/market/ccme/shared.toml: prices[0].amount"]


def test_sources_from_the_future(tmp_path: Path) -> None:
    catalogue = read(write_project(tmp_path))
    found = [str(finding) for finding in check_old_sources(catalogue, date(2026, 1, 1))]
    assert "one.toml: sources: a fact was read on 2026-01-02, which is after today, 2026-01-01" in found[0] + found[1]


def test_a_fact_is_as_old_as_its_newest_source(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    spoil(data, TWO, "[[sources]]", SOURCE.replace("2026-01-02", "2020-01-02") + "[[sources]]")
    assert list(check_old_sources(read(data), date(2026, 6, 1))) == []


@pytest.mark.parametrize(
    ("written", "today", "found"),
    [
        ("deprecated", date(2026, 11, 30), []),
        (
            "deprecated",
            date(2026, 12, 1),
            [
                "data/models/acme/two.toml: status: its day of shutdown, 2026-12-01, came by 2026-12-01, and the file "
                'says deprecated (read the source again, and write status = "withdrawn" if it is so)'
            ],
        ),
        (
            "withdrawn",
            date(2026, 11, 30),
            [
                "data/models/acme/two.toml: status: its day of shutdown, 2026-12-01, is after 2026-11-30, and the file "
                'says withdrawn (read the source again, and write status = "deprecated" if it is so)'
            ],
        ),
        ("withdrawn", date(2026, 12, 1), []),
    ],
)
def test_a_model_is_named_from_its_day_on(tmp_path: Path, written: str, today: date, found: list[str]) -> None:
    data = write_project(tmp_path)
    withdraw(data, f'shut_down = 2026-12-01\nstatus = "{written}"')
    assert [str(finding) for finding in check_due_states(read(data), today)] == found


def test_what_replaces_a_model_can_be_had_on_the_day(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    withdraw(data, 'status = "deprecated"\nreplaced_by = "acme/one"')
    spoil(data, MODEL, "[weights]", 'shut_down = 2026-12-01\nstatus = "deprecated"\n[weights]')
    assert list(check_due_states(read(data), date(2026, 11, 30))) == []
    named = {finding.where: finding.message for finding in check_due_states(read(data), date(2026, 12, 1))}
    assert named["data/models/acme/two.toml: replaced_by"] == "acme/one is withdrawn itself"


def test_withdrawn_models_do_not_grow_old(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    spoil(data, MODEL, "[weights]", 'status = "withdrawn"\n[weights]')
    found = [finding.where for finding in check_old_sources(read(data), date(2030, 6, 1))]
    assert found == [f"data/{name}: sources" for name in ("organizations/acme.toml", TWO, PROVIDER)]


@pytest.mark.parametrize(
    ("url", "address", "below"),
    [
        ("https://acme.example/news/1", "https://www.acme.example", True),
        ("https://docs.acme.example/", "https://acme.example/", True),
        ("https://notacme.example/", "https://acme.example", False),
        ("https://github.com/Acme/one", "https://github.com/acme", True),
        ("https://github.com/acme-fans/one", "https://github.com/acme", False),
        ("https://acme.example.evil.example/", "https://acme.example", False),
    ],
)
def test_a_page_is_the_makers_by_host_and_path(url: str, address: str, below: bool) -> None:
    assert is_below(url, address) is below
