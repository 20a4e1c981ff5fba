"""Why people preferred a model: on its page, in its twin and in the API, and nowhere where no vote says."""

from __future__ import annotations

from dataclasses import replace

from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_reasons import ModelReason, ReasonShare
from arena.publish.formats.api.documents import SharedParts, model_document
from arena.publish.pages import model
from arena.publish.pages.model.markdown import render_model
from arena.publish.pages.model.reasons import vote_reasons
from arena.publish.pages.model.view import model_view
from tests.publish.worlds import World, html_of, page_at

FEW = ReasonShare(1, 2, 0.09, 0.91)


def reason(category: str, name: str, wins: ReasonShare, losses: ReasonShare) -> ModelReason:
    return ModelReason("text-to-image", category, name, wins, losses)


SAID = (
    reason("", "sharper edges", ReasonShare(3, 12, 0.0889, 0.5323), ReasonShare(4, 4, 0.5101, 1.0)),
    reason("", "text", ReasonShare(10, 12, 0.552, 0.953), ReasonShare(0, 4, 0.0, 0.4899)),
    reason("logo", "text", FEW, FEW),
    reason("photo", "text", ReasonShare(9, 10, 0.5958, 0.9821), ReasonShare(0, 2, 0.0, 0.6576)),
)


def with_reasons(site: SiteData) -> SiteData:
    return replace(site, reasons={"acme/one": SAID})


def test_categories_with_few_reasons_have_no_rows(small_world: World) -> None:
    (part,) = vote_reasons(with_reasons(small_world.site_data), "acme/one")
    assert [group.label for group in part.groups] == ["All categories", "Photography"]
    assert part.summary.startswith("Of 12 wins and 4 losses of ")
    text, edges = part.groups[0].rows
    assert (text.reason, text.wins, text.wins_interval) == ("Lettering", "83%", "55–95%")
    assert (edges.reason, edges.losses, edges.losses_interval) == ("Sharper edges", "100%", "51–100%")


def test_page_twin_and_api_say_why(small_world: World) -> None:
    site = with_reasons(small_world.site_data)
    html = html_of(replace(small_world, site_data=site), page_at(list(model.pages(site)), "models/acme/one.html"))
    assert 'id="reasons"' in html and "#reasons" in html and "Sharper edges" in html
    assert "| Photography | Lettering | 90% | 60–98% |" in render_model(site, model_view(site, "acme/one"))
    records = model_document(SharedParts(site), "acme/one").reasons
    assert len(records) == 8 and records[0].votes == 3 and records[0].won


def test_where_nobody_said_why_there_is_nothing(small_world: World) -> None:
    site = with_reasons(small_world.site_data)
    html = html_of(small_world, page_at(list(model.pages(site)), "models/acme/two.html"))
    assert "#reasons" not in html and "Why people preferred it" not in html
    assert model_document(SharedParts(site), "acme/two").reasons == ()
