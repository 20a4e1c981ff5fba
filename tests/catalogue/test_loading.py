"""What catalogue files say is read, and what they say wrongly is told with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arena.catalogue import load_catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.model_facts import Status
from arena.errors import CatalogueError
from tests.catalogue.projects import FILES, findings, put, spoil


def test_clean_project(data: Path) -> None:
    catalogue = load_catalogue(data)
    assert catalogue.folder == data
    assert catalogue.project.name == "Test arena"
    assert list(catalogue.models) == ["acme/one", "acme/two"]
    assert list(catalogue.offers) == [("shop", "acme/one")]
    assert list(catalogue.prompts) == ["image-editing/night", "text-to-image/lighthouse"]
    assert catalogue.outputs == ()
    assert catalogue.unread == frozenset()


def test_amounts_are_exact(data: Path) -> None:
    price = load_catalogue(data).offers["shop", "acme/one"].prices[0]
    assert price.amount == Decimal("0.006")
    assert str(price.amount) == "0.006"


def test_methods(data: Path) -> None:
    later = (
        FILES["stories/2025-01-10-acme-ships-one.toml"]
        .replace("2025-01-10", "2025-03-01")
        .replace("2025-01-11", "2025-03-02")
        .replace('"release"', '"news"')
    )
    put(data, "stories/2025-03-01-later.toml", later)
    catalogue = load_catalogue(data)
    assert catalogue.organization_of("acme/one").name == "Acme"
    assert list(catalogue.offers_of("acme/one")) == ["shop"]
    assert catalogue.offers_of("acme/two") == {}
    assert list(catalogue.stories_of("acme/one")) == ["2025-03-01-later", "2025-01-10-acme-ships-one"]
    assert catalogue.stories_of("acme/two") == {}
    assert list(catalogue.prompts_of("image-editing")) == ["image-editing/night"]
    assert catalogue.where(Kind.OFFER, "shop/acme/one", "url") == "data/providers/shop/acme/one.toml: url"


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 5, 31), Status.DEPRECATED),
        (date(2026, 6, 1), Status.WITHDRAWN),
        (date(2027, 1, 1), Status.WITHDRAWN),
    ],
)
@pytest.mark.parametrize("written", ["deprecated", "withdrawn"])
def test_status_of_a_day_follows_from_the_dates(data: Path, written: str, day: date, status: Status) -> None:
    spoil(data, "models/acme/two.toml", "arenas =", f'status = "{written}"\nshut_down = 2026-06-01\narenas =')
    as_written, on_day = load_catalogue(data), load_catalogue(data, day)
    assert (as_written.today, on_day.today) == (None, day)
    assert as_written.models["acme/two"].status is Status(written)
    assert on_day.models["acme/two"].status is status
    assert on_day.models["acme/one"] == as_written.models["acme/one"]
    assert as_written.on(day) == on_day


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, Status.ACTIVE),
        ({"status": Status.PREVIEW}, Status.PREVIEW),
        ({"status": Status.PREVIEW, "deprecated": date(2026, 5, 2)}, Status.PREVIEW),
        ({"status": Status.PREVIEW, "deprecated": date(2026, 5, 1)}, Status.DEPRECATED),
        ({"status": Status.DEPRECATED}, Status.DEPRECATED),
        (
            {"status": Status.DEPRECATED, "deprecated": date(2026, 1, 1), "shut_down": date(2026, 5, 2)},
            Status.DEPRECATED,
        ),
        (
            {"status": Status.DEPRECATED, "deprecated": date(2026, 1, 1), "shut_down": date(2026, 5, 1)},
            Status.WITHDRAWN,
        ),
        ({"status": Status.WITHDRAWN, "deprecated": date(2026, 1, 1)}, Status.WITHDRAWN),
    ],
)
def test_the_status_of_the_first_of_may(data: Path, facts: dict[str, object], status: Status) -> None:
    model = load_catalogue(data).models["acme/one"].model_copy(update=facts)
    assert model.status_on(date(2026, 5, 1)) is status
    assert model.model_copy(update={"status": status}).current is (status is not Status.WITHDRAWN)


def test_ids_are_sorted_whatever_the_folders_order(data: Path) -> None:
    for name in ("one.5", "one-b"):
        put(data, f"models/acme/{name}.toml", FILES["models/acme/two.toml"].replace('"Two"', f'"{name}"'))
    models = list(load_catalogue(data).models)
    assert models == sorted(models)


def test_arena_without_models_is_no_finding(data: Path) -> None:
    spoil(data, "models/acme/two.toml", ', "image-editing"', "")
    assert load_catalogue(data).project.arenas[1].id == "image-editing"


def test_hidden_files_are_passed_over(data: Path) -> None:
    put(data, "models/acme/.one.toml.swp", b"\xff\x00")
    put(data, ".DS_Store", b"\xff")
    assert len(load_catalogue(data).models) == 2


MODEL, OFFER, STORY = "models/acme/one.toml", "providers/shop/acme/one.toml", "stories/2025-01-10-acme-ships-one.toml"

VALUES = [
    (OFFER, "0.006", '"free"', 'prices[0].amount: "free" is not a number without quotes (an amount is a number in USD'),
    (OFFER, "0.006", '"0.006"', 'prices[0].amount: "0.006" is not a number'),
    (OFFER, "0.006", "true", "prices[0].amount: true is not a number"),
    (OFFER, "0.006", "nan", "prices[0].amount: NaN is not a finite number"),
    (OFFER, "0.006", "inf", "prices[0].amount: Infinity is not a finite number"),
    (OFFER, "0.006", "-0.1", "prices[0].amount: -0.1 is not a number of at least 0"),
    (OFFER, "0.006", "1e400", "one.toml:4: the number 1e400 is out of range"),
    (OFFER, "0.006", "1e99999999999999999999", "one.toml:4: the number 1e99999999999999999999 is out of range"),
    (OFFER, '"image"', '"imag"', 'prices[0].unit: "imag" is not one of "image", "megapixel", "1M input tokens"'),
    (OFFER, "read = 2026-01-02", 'read = "2026-01-02"', 'prices[0].read: "2026-01-02" is not a date without quotes'),
    (OFFER, "read = 2026-01-02", "read = 2026-01-02T10:00:00", "2026-01-02T10:00:00 is not a date without quotes"),
    (OFFER, "read = 2026-01-02", "read = 1767312000", "prices[0].read: 1767312000 is not a date"),
    (OFFER, "read = 2026-01-02", "", 'prices[0].read: the key "read" is missing (the date on which'),
    (OFFER, '"Price page"', '" "', "prices[0].source: is empty"),
    (OFFER, "[[prices]]", "[prices]", "prices: is a table, not a list of tables (write [[prices]]"),
    (OFFER, 'unit = "image"', 'unit = "image"\ncurrency = "EUR"', 'prices[0].currency: "EUR" is not "USD"'),
    (MODEL, "open = false", 'open = "no"', 'weights.open: "no" is not true or false without quotes or "unknown"'),
    (MODEL, "open = false", "open = 0", "weights.open: 0 is not true or false"),
    (MODEL, "[weights]\nopen = false", "weights = 3", "weights: 3 is not a table of keys"),
    (MODEL, "[weights]\nopen = false", "", 'weights: the key "weights" is missing (add [weights]'),
    (MODEL, "released =", "relased =", 'relased: unknown key "relased" (did you mean "released"?)'),
    (
        MODEL,
        "open = false",
        "open = false\nlicense = 'x'",
        'weights.license: unknown key "license" (did you mean "licence"?',
    ),
    (
        MODEL,
        "open = false",
        "open = false\nzzz = 1",
        'unknown key "zzz" (known keys: open, licence, commercial_use, note, url)',
    ),
    (MODEL, '"One"', "1", "name: 1 is not a text in quotes"),
    (MODEL, '["text-to-image"]', '"text-to-image"', 'arenas: "text-to-image" is not a list in square brackets'),
    (MODEL, '["text-to-image"]', '["Text"]', 'arenas[0]: "Text" is not an id'),
    (STORY, '["acme/one"]', "[]", "models: is empty"),
    (STORY, '["acme/one"]', '["one"]', 'models[0]: "one" is not a model id (<organization>/<model>)'),
    ("organizations/acme.toml", "country", "url", 'url: "Nowhere" is not a web address'),
    ("arena.toml", '"en"', '"English"', 'languages[0].id: "English" is not a language code'),
]

SETTINGS = [
    ('sigma = "8"', 'ratings.sigma: "8" is not a number'),
    ("sigma = 0", "ratings.sigma: 0 is not a number above 0"),
    ("sgima = 1", 'ratings.sgima: unknown key "sgima" (did you mean "sigma"?)'),
    ("mu = inf", "ratings.mu: must be a finite number"),
    ("tau = 0.1", "ratings: tau must be 0 for the batch method"),
    ("min_votes = true", "ratings.min_votes: true is not a number"),
    ("min_votes = 2.5", "ratings.min_votes: 2.5 is not a whole number"),
    (
        "draw_probability = 1.5",
        'ratings.draw_probability: 1.5 is not a number below 1 or one of "fitted" or "observed"',
    ),
    ('draw_probability = "seen"', 'ratings.draw_probability: "seen" is not a number or one of "fitted" or "observed"'),
    ('method = "elo"', 'ratings.method: "elo" is not one of "batch" or "online"'),
]


def assert_only_finding(data: Path, file: str, expected: str) -> None:
    (found,) = findings(data)
    assert found.startswith(f"data/{file}:")
    assert expected in found
    for jargon in ("pydantic", "Input should", "type=", "function-", "Value error", "literal"):
        assert jargon not in found


@pytest.mark.parametrize(("file", "old", "new", "expected"), VALUES)
def test_wrong_value(data: Path, file: str, old: str, new: str, expected: str) -> None:
    spoil(data, file, old, new)
    assert_only_finding(data, file, expected)


@pytest.mark.parametrize(("line", "expected"), SETTINGS)
def test_wrong_setting(data: Path, line: str, expected: str) -> None:
    put(data, "arena.toml", f"{FILES['arena.toml']}\n[ratings]\n{line}\n")
    assert_only_finding(data, "arena.toml", expected)


def test_everything_is_reported_at_once(data: Path) -> None:
    spoil(data, OFFER, "amount = 0.006", 'amount = "free"')
    spoil(data, OFFER, 'unit = "image"', 'unit = "imag"')
    spoil(data, MODEL, "released =", "relased =")
    put(data, "organizations/broken.toml", "x")
    put(data, "notes.md", "")
    spoil(data, STORY, "acme/one", "acme/on")
    found = findings(data)
    assert [line.split(": ")[0] for line in found] == [
        "data/models/acme/one.toml",
        "data/notes.md",
        "data/organizations/broken.toml:1",
        "data/providers/shop/acme/one.toml",
        "data/providers/shop/acme/one.toml",
        "data/stories/2025-01-10-acme-ships-one.toml",
    ]


def test_control_characters_do_not_reach_the_terminal(data: Path) -> None:
    spoil(data, OFFER, 'unit = "image"', 'unit = "\\u001b[31mred"')
    (found,) = findings(data)
    assert "\x1b" not in found
    assert "\\x1b[31mred" in found


OUTPUT = (
    '{"model":"acme/one","prompt":"text-to-image/lighthouse","sha256":"%s",'
    '"width":1,"height":1,"bytes":3,"origin":"simulated"}'
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "is not JSON"),
        ("", "is not JSON"),
        ("[]", "is not a table of keys"),
        ((OUTPUT % ("a" * 64)).replace('"width":1', '"width":"1"'), 'width: "1" is not a whole number'),
        ((OUTPUT % ("a" * 64)).replace('"width":1', '"width":0'), "width: 0 is not a number above 0"),
        (
            (OUTPUT % ("a" * 64)).replace("simulated", "drawn"),
            '"drawn" is not one of "model" or "simulated"',
        ),
        ((OUTPUT % ("a" * 64)).replace('"width"', '"widht"'), 'unknown key "widht" (did you mean "width"?)'),
        (OUTPUT % "A", "is not a SHA-256 sum"),
    ],
)
def test_bad_line_of_outputs(data: Path, line: str, expected: str) -> None:
    good = OUTPUT % ("a" * 64)
    put(data, f"outputs/aa/{'a' * 64}.webp", b"abc")
    put(data, "outputs/outputs.jsonl", f"{good}\n{line}\n")
    found = findings(data)
    assert all(one.startswith("data/outputs/outputs.jsonl:2: ") for one in found)
    assert any(expected in one for one in found)


def test_outputs(data: Path) -> None:
    put(data, f"outputs/aa/{'a' * 64}.webp", b"abc")
    put(data, "outputs/outputs.jsonl", OUTPUT % ("a" * 64) + "\n")
    catalogue = load_catalogue(data)
    assert catalogue.output_path(catalogue.outputs[0]).read_bytes() == b"abc"


pieces = ["[", "]", '"', "=", "\n", "name", "1e9", "nan", "2026-01-01", "{", "}", "[[prices]]", "true", "\\u", "'", "x"]
toml_bytes = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(st.sampled_from([*FILES.values(), *pieces]), max_size=12).map(lambda parts: "".join(parts).encode()),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FILES)), content=toml_bytes)
@example(name="arena.toml", content=b"[ratings]\nmu = 1" + b"0" * 400)
@example(name="arena.toml", content=b"ratings = 1")
@example(name="providers/shop/acme/one.toml", content=b"[[prices]]\namount = 1e30\n[[prices]]\namount = 1e31")
def test_any_bytes_load_or_raise_findings(data: Path, name: str, content: bytes) -> None:
    put(data, name, content)
    try:
        load_catalogue(data)
    except CatalogueError as error:
        for finding in error.findings:
            assert finding.where.startswith("data/")
            assert "pydantic" not in str(finding)
            assert "Input should" not in str(finding)
    finally:
        put(data, name, FILES[name])
