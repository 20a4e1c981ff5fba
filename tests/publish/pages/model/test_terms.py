"""Two questions on commercial use, each with an answer, a line on why and its sources; neither answers the other."""

from __future__ import annotations

import pytest

from arena.catalogue.fields import Source
from arena.catalogue.model_facts import CommercialUse, OutputTerms, Weights
from arena.publish.content.model_refs import terms_in_brief
from arena.publish.pages.model.faq import questions
from arena.publish.pages.model.page import model_page
from arena.publish.pages.model.terms import outputs_answer, weights_answer
from tests.publish.sites import READ, make_model, make_site_data


@pytest.mark.parametrize(
    ("weights", "answer", "text", "licence"),
    [
        (Weights(open=False), "No", "cannot be downloaded", ""),
        (Weights(open=True, licence="MIT", commercial_use=CommercialUse.YES), "Yes", "allows commercial use", "MIT"),
        (Weights(open=True, licence="L", commercial_use=CommercialUse.NO), "No", "allows no commercial use", "L"),
        (Weights(open=True, licence="L"), "Unknown", "we found no statement on whether they may be used", "L"),
        (Weights(open="unknown"), "Unknown", "We found no statement on whether the weights can be downloaded", ""),
        (
            Weights(open=True, commercial_use=CommercialUse.CONDITIONAL, note="Below 1M USD revenue."),
            "On conditions",
            "on conditions. Below 1M USD revenue.",
            "",
        ),
    ],
)
def test_the_answer_on_weights_says_nothing_of_outputs(weights: Weights, answer: str, text: str, licence: str) -> None:
    model = make_model("One", weights=weights)
    told = weights_answer(model)
    assert (told.answer, told.licence) == (answer, licence)
    assert text in told.line
    outputs = outputs_answer(model)
    assert (outputs.answer, outputs.sources) == ("Unknown", ())
    assert "We found no statement on commercial use of outputs" in outputs.line
    assert terms_in_brief(model) == f"Commercial use: outputs unknown, weights {answer.lower()}"


def test_each_answer_cites_the_sources_that_vouch_for_it() -> None:
    sources = (
        Source(name="Card", read=READ, facts=("name", "weights")),
        Source(name="Terms", read=READ, url="https://acme.example/terms", facts=("output_terms",)),
    )
    model = make_model(
        "One",
        weights=Weights(open=False),
        output_terms=OutputTerms(commercial_use=CommercialUse.YES, note="As of May."),
        sources=sources,
    )
    outputs = outputs_answer(model)
    assert (outputs.answer, outputs.line) == ("Yes", "The terms allow commercial use of outputs. As of May.")
    assert [source.name for source in outputs.sources] == ["Terms"]
    assert [source.name for source in weights_answer(model).sources] == ["Card"]


def test_a_source_of_the_whole_file_is_not_named_for_terms_that_another_states() -> None:
    prices = Source(name="Price list", read=READ)
    terms = Source(name="Terms", read=READ, facts=("output_terms",))
    third = Source(name="Notes", read=READ, facts=("output_terms",))
    known = OutputTerms(commercial_use=CommercialUse.YES)
    model = make_model("One", output_terms=known, sources=(prices, terms, third))
    assert [source.name for source in outputs_answer(model).sources] == ["Terms", "Notes"]
    (answer,) = (
        q.answer for q in questions(make_site_data({"acme/one": model}), "acme/one") if "outputs" in q.question
    )
    assert answer.endswith("Sources: Terms, read 2 January 2026; Notes, read 2 January 2026.")
    alone = make_model("One", output_terms=known, sources=(prices,))
    assert [source.name for source in outputs_answer(alone).sources] == ["Price list"]


def test_structured_data_names_the_licence_of_open_weights_and_the_terms_of_outputs() -> None:
    terms = OutputTerms(commercial_use=CommercialUse.YES, url="https://acme.example/terms")
    models = {
        "acme/open": make_model(
            "Open", weights=Weights(open=True, url="https://acme.example/licence"), output_terms=terms
        ),
        "acme/closed": make_model("Closed", weights=Weights(open=False, url="https://acme.example/about")),
    }
    site_data = make_site_data(models)
    first, second = (model_page(site_data, model_id).structured[0] for model_id in models)
    assert (first["license"], first["usageInfo"]) == ("https://acme.example/licence", "https://acme.example/terms")
    assert not {"license", "usageInfo", "featureList"} & set(second)
