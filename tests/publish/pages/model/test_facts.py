"""Facts, benchmarks and licences: what is unknown is said to be unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from arena.catalogue.model_facts import Benchmark, CommercialUse, Conflict, OutputTerms, Weights
from arena.publish.pages.model.facts import benchmark_rows, disagreements, facts_of, licence_of, title_line
from tests.publish.sites import READ, make_model, make_site_data


def test_the_title_line_says_what_the_model_is_by_whom_and_since_when() -> None:
    models = {
        "acme/both": make_model("Both", arenas=("text-to-image", "image-editing"), released=date(2026, 4, 21)),
        "acme/edit": make_model("Edit", arenas=("image-editing",)),
    }
    site_data = make_site_data(models)
    assert title_line(site_data, "acme/both") == (
        "Both is an image generation and editing model by Acme, released in April 2026."
    )
    assert title_line(site_data, "acme/edit") == "Edit is an image editing model by Acme, release date unknown."


def test_facts_that_no_source_tells_are_said_to_be_unknown() -> None:
    facts = {fact.label: fact.value for fact in facts_of(make_site_data({"acme/one": make_model("One")}), "acme/one")}
    assert facts["Released"] == facts["API model id"] == facts["Largest image"] == "Unknown: no source we read tells it"
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


@pytest.mark.parametrize(
    ("weights", "short", "text"),
    [
        (Weights(open=False, licence="Proprietary"), "Closed (Proprietary)", "cannot be downloaded"),
        (Weights(open=True, licence="Apache-2.0"), "Open (Apache-2.0)", "can be downloaded"),
        (Weights(open=True), "Open", "can be downloaded"),
        (Weights(open="unknown"), "Unknown", "No source we read says"),
    ],
)
def test_the_licence_of_weights_is_told_without_a_word_on_outputs(weights: Weights, short: str, text: str) -> None:
    licence = licence_of(make_model("One", weights=weights))
    assert licence.weights == short
    assert text in licence.weights_text
    assert licence.use == "Unknown"
    assert "No source we read says whether outputs may be used commercially" in licence.use_text


def test_terms_of_output_use_do_not_follow_from_the_weights() -> None:
    model = make_model(
        "One",
        weights=Weights(open=False),
        output_terms=OutputTerms(commercial_use=CommercialUse.YES, note="As of May."),
    )
    licence = licence_of(model)
    assert licence.use == "Yes"
    assert licence.use_text == "The maker’s terms allow commercial use of outputs. As of May."
