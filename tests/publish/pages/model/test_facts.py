"""Facts and benchmarks: what is unknown is said to be unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from arena.catalogue.model_facts import Benchmark, Conflict, Level, Status
from arena.catalogue.records import Offer, Provider
from arena.publish.pages.model.facts import benchmark_rows, benchmarked_here, disagreements, facts_of, title_line
from tests.publish.sites import READ, make_model, make_site_data

OWN = Provider(name="Own machine", gateway="local", endpoint="http://localhost/v1")


def test_the_title_line_says_what_the_model_is_by_whom_and_since_when() -> None:
    models = {
        "acme/both": make_model("Both", arenas=("text-to-image", "image-editing"), released=date(2026, 4, 21)),
        "acme/edit": make_model("Edit", arenas=("image-editing",)),
        "acme/rated": make_model("Rated", arenas=("imagenhub-image-editing",)),
    }
    site_data = make_site_data(models)
    assert title_line(site_data, "acme/both") == (
        "Both is an image generation and editing model by Acme, released in April 2026."
    )
    assert title_line(site_data, "acme/rated") == "Rated is an image editing model by Acme, release date unknown."
    assert title_line(site_data, "acme/edit") == "Edit is an image editing model by Acme, release date unknown."


def test_facts_that_no_source_tells_are_said_to_be_unknown() -> None:
    facts = {fact.label: fact.value for fact in facts_of(make_site_data({"acme/one": make_model("One")}), "acme/one")}
    assert facts["Released"] == facts["API model id"] == facts["Largest image"] == "Unknown"
    assert facts["Made by"] == "Acme"
    assert (facts["Takes"], facts["Returns"], facts["Competes in"]) == ("Text", "Images", "Text to image")
    assert not {"Also called", "Family", "Follows", "Followed by"} & set(facts)


def test_predecessors_and_successors_are_linked_both_ways() -> None:
    models = {"acme/old": make_model("Old"), "acme/new": make_model("New", predecessor="acme/old", aliases=("a", "b"))}
    site_data = make_site_data(models)
    new = {fact.label: (fact.value, fact.path) for fact in facts_of(site_data, "acme/new")}
    old = {fact.label: (fact.value, fact.path) for fact in facts_of(site_data, "acme/old")}
    assert new["Follows"] == ("Old", "models/acme/old.html")
    assert old["Followed by"] == ("New", "models/acme/new.html")
    assert new["Also called"] == ("a, b", "")


def test_other_values_are_kept_with_who_gives_them() -> None:
    conflict = Conflict(fact="max_resolution", value="2K", source="A page", read=READ)
    (row,) = disagreements((conflict,))
    assert (row.fact, row.value, row.source, row.read.text, row.note) == (
        "Max resolution",
        "2K",
        "A page",
        "2 January 2026",
        "",
    )


def test_benchmarks_keep_their_digits_and_their_interval() -> None:
    exact = Benchmark(
        name="B", value=Decimal("1117.50"), low=Decimal(1110), high=Decimal("1120.5"), source="A page", read=READ
    )
    plain = Benchmark(name="B", value=Decimal("0.5"), source="A page", read=READ)
    first, second = benchmark_rows((exact, plain))
    assert (first.value, first.interval) == ("1,117.50", "1,110 to 1,120.5")
    assert (second.value, second.interval) == ("0.5", "–")


def test_ranks_on_lists_of_others_are_told_with_how_many_they_hold() -> None:
    known = Benchmark(name="List", value=Decimal(1), rank=3, listed=76, source="A page", read=READ)
    site_data = make_site_data({"acme/one": make_model("One", benchmarks=(known,)), "acme/two": make_model("Two")})
    one = {fact.label: (fact.value, fact.path) for fact in facts_of(site_data, "acme/one")}
    assert one["Ranked elsewhere"] == (
        "#3 of 76 in List, says A page (read 2 January 2026)",
        "models/acme/one.html#benchmarks",
    )
    assert "Ranked elsewhere" not in {fact.label for fact in facts_of(site_data, "acme/two")}
    assert [row.rank for row in benchmark_rows((known,))] == ["#3 of 76"]


def test_what_can_be_benchmarked_here_follows_from_offers() -> None:
    models = {
        "acme/one": make_model("One", level=Level.VARIANT),
        "acme/two": make_model("Two"),
        "acme/gone": make_model("Gone", status=Status.WITHDRAWN),
    }
    known = Provider(name="Shop", gateway="generations", endpoint="https://shop.example/v1")
    providers = {"shop": known, "stall": Provider(name="Stall", gateway="generations"), "own": OWN}
    asked = {"model_id": "m"}
    offers = {
        ("shop", "acme/one"): Offer(**asked),
        ("shop", "acme/gone"): Offer(**asked),
        ("shop", "acme/two"): Offer(**asked, not_asked="another method serves it"),
        ("stall", "acme/two"): Offer(**asked),
        ("own", "acme/two"): Offer(**asked),
    }
    site_data = make_site_data(models, offers=offers, providers=providers)
    assert {id_: benchmarked_here(site_data, id_).partition(":")[0] for id_ in models} == {
        "acme/one": "Yes, through Shop",
        "acme/two": "No",
        "acme/gone": "No",
    }
    facts = {fact.label: fact.value for fact in facts_of(site_data, "acme/one")}
    assert facts["Level"] == "Variant: one of several of a release"
    assert facts["Can be tested here"] == "Yes, through Shop"
