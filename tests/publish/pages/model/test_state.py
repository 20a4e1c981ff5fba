"""Models that are on their way out or gone: the notice of each, and every place that a model leaves on its day."""

from __future__ import annotations

import json
from datetime import date

import pytest

from arena.catalogue.fields import Source
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.catalogue.records import Access, Model, Offer, Provider
from arena.exports.catalogue import iter_models
from arena.publish.content.finder import Need, answer_of
from arena.publish.content.model_refs import best_value, model_ref, price_from
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api.documents import SharedParts, model_document
from arena.publish.formats.llms import render_llms
from arena.publish.layout.render import render_page
from arena.publish.pages.calculator import calculator, cost_row
from arena.publish.pages.filters import row_values
from arena.publish.pages.model.markdown import render_model
from arena.publish.pages.model.page import model_page
from arena.publish.pages.model.similar import similar_models
from arena.publish.pages.model.state import state_notice
from arena.publish.pages.model.view import model_view
from arena.publish.pages.prices import prices_view
from arena.publish.pages.provider import ProvidersView
from arena.publish.pages.provider import pages as provider_pages
from arena.records import Axis
from tests.publish.sites import make_board, make_model, make_price, make_rating, make_site_data

BEFORE, DAY = date(2026, 11, 30), date(2026, 12, 1)
READ = date(2026, 11, 28)
GATE = Provider(
    name="Gate", gateway="generations", endpoint="https://gate.example/v1/generations", access=Access(key="GATE_KEY")
)
MODELS = {
    "acme/old": make_model(
        "Old",
        status="deprecated",
        deprecated=date(2026, 6, 2),
        shut_down=DAY,
        replaced_by="acme/mid",
        sources=(
            Source(name="A page", read=READ, facts=("name",)),
            Source(name="Deprecations", read=READ, url="https://acme.example/gone", facts=("shut_down", "replaced_by")),
        ),
    ),
    "acme/mid": make_model("Mid", status="deprecated", replaced_by="acme/new"),
    "acme/new": make_model("New"),
}
BOARD = make_board(Axis("draw"), *(make_rating(name, n + 1, 30 - n) for n, name in enumerate(MODELS)))


def site_on(day: date, models: dict[str, Model] | None = None) -> SiteData:
    named = (models or MODELS).items()
    models = {name: model.model_copy(update={"status": model.status_on(day)}) for name, model in named}
    offers = {("gate", name): Offer(model_id=name, prices=(make_price("0.04"),)) for name in models}
    ranked = [rating for rating in BOARD.ratings if rating.model in models]
    return make_site_data(models, [make_board(Axis("draw"), *ranked)], offers=offers, providers={"gate": GATE})


def test_a_coming_day_is_told_with_what_to_use_instead_and_the_source() -> None:
    notice = state_notice(site_on(BEFORE), "acme/old")
    assert notice
    assert (notice.label, notice.said) == (
        "Deprecated",
        "It is deprecated since 2 June 2026 and will be shut down on 1 December 2026. "
        "Use Mid instead, which is deprecated itself: then use New instead.",
    )
    assert [(source.name, source.url, source.read.iso) for source in notice.sources] == [
        ("Deprecations", "https://acme.example/gone", "2026-11-28")
    ]


def test_a_day_that_has_come_is_told_as_past() -> None:
    notice = state_notice(site_on(DAY), "acme/old")
    assert notice
    assert (notice.label, notice.text) == ("Shut down", "Acme shut it down on 1 December 2026.")
    assert [each.model.path for each in notice.instead] == ["models/acme/mid.html", "models/acme/new.html"]


def test_what_no_source_tells_is_said_to_be_unknown() -> None:
    notice = state_notice(site_on(DAY), "acme/mid")
    assert notice
    assert notice.text == "It is deprecated; no day of its shutdown is known."
    gone = {"acme/gone": make_model("Gone", status="withdrawn")}
    notice = state_notice(site_on(DAY, gone), "acme/gone")
    assert notice
    assert notice.text == ("Acme no longer serves it; we found no date. We found no successor named by its maker.")
    assert [source.name for source in notice.sources] == ["A page"], "it vouches for the whole file"


def test_models_that_replace_each_other_end_the_chain() -> None:
    ring = {
        "acme/a": make_model("A", status="withdrawn", replaced_by="acme/b"),
        "acme/b": make_model("B", status="withdrawn", replaced_by="acme/a"),
    }
    notice = state_notice(site_on(DAY, ring), "acme/a")
    assert notice
    assert [each.after for each in notice.instead] == [" instead, which is shut down itself."]


def test_a_model_that_is_simply_there_has_no_notice() -> None:
    assert state_notice(site_on(DAY), "acme/new") is None


@pytest.mark.parametrize(("day", "gone"), [(BEFORE, False), (DAY, True)])
def test_on_its_day_a_model_leaves_prices_and_similar_lists_and_keeps_its_rank(day: date, gone: bool) -> None:
    site = site_on(day)
    board = site.boards[Axis("draw")]
    assert (cheapest_offer(site.catalogue, "acme/old") is None) is gone
    assert (price_from(site, "acme/old") == "–") is gone
    assert (("gate", "acme/old") not in site.reference_prices) is gone
    assert ("acme/old" in [other.model.id for other in similar_models(site, "acme/new")]) is not gone
    assert row_values(site, "acme/old").providers == (() if gone else ("gate",))
    assert ("Old" not in [model[0] for model in json.loads(calculator(site).figures)["models"]]) is gone
    assert cost_row(site, "acme/old").reason == ("Shut down 1 December 2026" if gone else "")
    exported = {row.model: row for row in iter_models(site.catalogue)}["acme/old"]
    assert (exported.status, exported.price is None) == (("withdrawn", True) if gone else ("deprecated", False))
    assert (exported.shut_down, exported.replaced_by) == (DAY, "acme/mid")
    assert board.ratings[0].model == "acme/old"
    assert model_ref(site, "acme/old").state == ("shut down" if gone else "shuts down") + " 1 December 2026"


def test_lists_of_similar_models_say_which_of_them_will_be_shut_down() -> None:
    site = site_on(BEFORE)
    page = render_page(site, model_page(site, "acme/new"))
    similar, alike = page.index('id="similar"'), page.index('id="alike"')
    assert "Acme · shuts down 1 December 2026" in page[similar:alike]
    assert "Acme · shuts down 1 December 2026" in page[alike:]
    twin = render_model(site, model_view(site, "acme/new"))
    assert "by Acme (shuts down 1 December 2026): #1 in " in twin
    assert "(shuts down 1 December 2026) | 1 | " in twin


def test_answers_and_best_value_name_only_models_that_stay() -> None:
    site = site_on(BEFORE)
    board = site.boards[Axis("draw")]
    answer = answer_of(site, Need("draw"))
    assert answer and [rating.model for rating in answer.fitting] == ["acme/new"]
    assert [rating.model for rating in best_value(site, board)] == ["acme/new"]


def test_a_provider_whose_models_are_all_shut_down_has_no_span_of_prices() -> None:
    view = next(iter(provider_pages(site_on(DAY, {"acme/old": MODELS["acme/old"]})))).view
    assert isinstance(view, ProvidersView)
    (row,) = view.rows
    assert (row.offers, row.span) == ("1", "")
    assert "Old" not in prices_view(site_on(DAY)).arenas[0].without


def test_there_is_no_code_for_a_model_that_is_shut_down() -> None:
    assert [each.name for each in model_view(site_on(BEFORE), "acme/old").code.providers] == ["Gate"]
    view = model_view(site_on(DAY), "acme/old")
    assert view.code.providers == ()
    assert view.code.note == "Acme shut it down on 1 December 2026. There is no code to ask for it."
    assert view.prices.starts_at.startswith("Acme shut it down on 1 December 2026. Prices of it are kept")
    answers = {each.question: each.answer for each in view.questions}
    assert "Use Mid instead" in answers["Where can I use Old over an API?"]


def test_page_twin_api_and_llms_say_it_too() -> None:
    site = site_on(DAY)
    page = render_page(site, model_page(site, "acme/old"))
    assert '<aside class="state-notice" aria-label="Shut down">' in page
    assert 'Use <a href="../../models/acme/mid.html">Mid</a> instead, which is deprecated itself:' in page
    assert '<a class="outside" href="https://acme.example/gone" rel="noopener">Deprecations</a>, read' in page
    assert "gate.example" not in page
    assert "state-notice" not in render_page(site, model_page(site, "acme/new"))
    assert (
        "**Shut down.** Acme shut it down on 1 December 2026. Use [Mid](<../../models/acme/mid.md>) instead, "
        "which is deprecated itself: then use [New](<../../models/acme/new.md>) instead. "
        "([Deprecations](<https://acme.example/gone>), read 2026-11-28)"
    ) in render_model(site, model_view(site, "acme/old"))
    summary = model_document(SharedParts(site), "acme/old").summary
    assert (summary.status, summary.shut_down, summary.replaced_by) == ("withdrawn", DAY, "acme/mid")
    assert (summary.deprecated, summary.price) == (date(2026, 6, 2), None)
    llms = render_llms(site)
    assert "not ranked" not in llms
    assert "weights no. Shut down: Acme shut it down on 1 December 2026. Use Mid instead" in llms
    assert "1. Old: score 30.00, rank interval 1, shut down 1 December 2026" in llms
