"""What was measured while collecting: from a gateway that follows its protocol to pages, files and boards."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from arena import wording
from arena.catalogue import load_catalogue
from arena.catalogue.layout import COLLECTED_FILE, MEASUREMENTS_FILE
from arena.catalogue.model_facts import SpeedClaim
from arena.catalogue.outputs import Measurement
from arena.catalogue.records import Offer, Provider
from arena.collect.playing import leave_play
from arena.collect.progress import measure, write_measurements
from arena.errors import CatalogueError
from arena.exports.files import catalogue_json
from arena.publish.content.measured import ModelSpeed, fastest, speed_of
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api.documents import SharedParts, model_document
from arena.publish.pages.board import board_view
from arena.publish.pages.model.markdown import render_model
from arena.publish.pages.model.view import ModelView, model_view
from arena.publish.pages.picture import PictureView
from arena.publish.site import gather_pages
from arena.records import Axis
from tests.collect import worlds as collecting
from tests.collect.fakes import GenerationsFake, picture
from tests.collect.servers import serving
from tests.publish.sites import make_board, make_model, make_price, make_rating, make_site_data
from tests.publish.worlds import World, html_of, page_at, read_world

MODEL = "org/one"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A project whose one model was asked for four pictures: two were made, one failed, one was refused."""
    fake = GenerationsFake(collecting.KEY)
    fake.script.extend(["failed", "refused"])
    with serving(fake) as fake.origin:
        project = collecting.World(
            tmp_path_factory.mktemp("filled"), endpoint=fake.origin + fake.path, prompts=4, access={"concurrency": 1}
        )
        project.collect()
    with project.ledger() as ledger:
        write_measurements(project.data, measure(ledger, collecting.DAY))
    leave_play(project.data, (), collecting.DAY, everything=True)
    return read_world(project.root)


def view(world: World) -> ModelView:
    return model_view(world.site_data, MODEL)


def test_the_provider_table_tells_latency_and_success_with_their_date(filled: World) -> None:
    (row,) = view(filled).prices.providers
    assert row.measured is not None
    assert (row.measured.p50, row.measured.p95) == ("0.5 s", "0.5 s"), "the job was polled at once and after 0.5 s"
    assert (row.measured.success, row.measured.of) == ("67%", "2 of 3, 1 refused")
    assert row.measured.until == wording.day(collecting.DAY)
    html = html_of(filled, page_at(gather_pages(filled.site_data), f"models/{MODEL}.html"))
    assert "0.5 s</td>" in html
    assert "2 of 3, 1 refused" in html
    assert "not measured yet" not in html


def test_the_providers_page_tells_the_same_where_something_was_measured(filled: World) -> None:
    html = html_of(filled, page_at(gather_pages(filled.site_data), "providers/acme.html"))
    table = html.partition('id="latency"')[2].partition("</table>")[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", table) == [
        "0.5 s",
        "0.5 s",
        '67% <span class="sub-line">2 of 3, 1 refused</span>',
        '<time datetime="2026-11-20">20 November 2026</time>',
    ]
    assert f'<a href="../models/{MODEL}.html">' in table
    unmeasured = replace(
        filled, site_data=replace(filled.site_data, catalogue=replace(filled.catalogue, measurements=()))
    )
    page = page_at(gather_pages(unmeasured.site_data), "providers/acme.html")
    assert "Latency" not in html_of(unmeasured, page)


def test_a_picture_as_returned_says_what_was_asked_and_what_came(filled: World) -> None:
    (gallery,) = view(filled).galleries
    assert len(gallery.shots) == 2
    shot = gallery.shots[0]
    assert (shot.opponent, shot.outcome) == (None, "")
    address, _, fragment = shot.large.partition("#")
    page = page_at(gather_pages(filled.site_data), address)
    (large,) = [each for each in cast("PictureView", page.view).pictures if each.id == fragment]
    facts = {fact.label: fact.value for fact in large.facts}
    size = len(picture(shot.prompt))
    assert facts == {
        "Provider": "Acme",
        "Its model id": "acme/one",
        "Asked for quality": "medium",
        "Asked for size": "1024x1024",
        "Returned": f"48×48 PNG, {wording.readable_size(size)}",
        "Shown here": "a copy of 48×48, without metadata",
        "Latency": "0.5 s",
        "Cost": "$0.01",
        "Made on": "20 November 2026",
    }
    assert "<dt>Made on</dt><dd>20 November 2026</dd>" in html_of(filled, page)
    html = html_of(filled, page_at(gather_pages(filled.site_data), f"models/{MODEL}.html"))
    assert "Not compared with a ranked model yet" in html


def test_files_for_machines_have_the_same_figures(filled: World) -> None:
    document = json.loads(model_document(SharedParts(filled.site_data), MODEL).model_dump_json())
    measured = document["offers"][0]["measured"]
    assert (measured["tried"], measured["made"], measured["refused"], measured["p50_ms"]) == (3, 2, 1, 500)
    assert [picture["collected"]["latency_ms"] for picture in document["pictures"]] == [500, 500]
    exported = catalogue_json(filled.catalogue)
    assert exported["measurements"] == [measured]
    assert [found["provider"] for found in exported["collected"]] == ["acme", "acme"]
    twin = render_model(filled.site_data, view(filled))
    assert "| 0.5 s | 0.5 s | 67% (2 of 3, 1 refused) | 2026-11-20 |" in twin


def test_the_newest_fact_may_be_a_measurement(filled: World) -> None:
    assert filled.site_data.data_until == collecting.DAY


def test_a_rehearsal_measures_nothing_and_its_pictures_are_not_as_returned(tmp_path: Path, filled: World) -> None:
    simulated = tuple(
        output.model_copy(update={"origin": type(output.origin)("simulated")}) for output in filled.catalogue.outputs
    )
    outputs = {output.sha256: output for output in simulated}
    site_data = replace(filled.site_data, catalogue=replace(filled.catalogue, outputs=simulated), outputs=outputs)
    assert site_data.collected == {}
    assert model_view(site_data, MODEL).galleries == ()


@pytest.mark.parametrize("name", [MEASUREMENTS_FILE, COLLECTED_FILE])
def test_a_broken_line_is_a_finding_of_the_catalogue(tmp_path: Path, name: str) -> None:
    project = collecting.World(tmp_path)
    collecting.write(project.data / name, '{"provider": "acme"}\n')
    with pytest.raises(CatalogueError) as error:
        load_catalogue(project.data)
    for finding in error.value.findings:
        assert finding.where.startswith(f"data/{name}:1: ")
        assert "arena collect writes this file" in finding.hint


def timed(provider: str, model: str, p50_ms: int | None) -> Measurement:
    day = date(2026, 1, 2)
    return Measurement(
        provider=provider, model=model, first=day, last=day, tried=3, made=3, refused=0, timed=3, p50_ms=p50_ms,
        p95_ms=p50_ms, spent=Decimal("0.1"),
    )  # fmt: skip


def ranked(*measurements: Measurement) -> SiteData:
    models = {f"acme/{name}": make_model(name.title()) for name in ("one", "two")}
    board = make_board(Axis("draw"), make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    offer = Offer(prices=(make_price("0.04"),))
    providers = {"slow": Provider(name="Slow"), "fast": Provider(name="Fast")}
    offers = {("slow", "acme/one"): offer, ("fast", "acme/one"): offer, ("slow", "acme/two"): offer}
    site_data = make_site_data(models, [board], offers=offers, providers=providers)
    return replace(site_data, catalogue=replace(site_data.catalogue, measurements=measurements))


def test_a_board_shows_the_quickest_offer_of_each_model() -> None:
    site_data = ranked(timed("slow", "acme/one", 9000), timed("fast", "acme/one", 420))
    board = board_view(site_data, site_data.boards[Axis("draw")])
    assert board.speed_column == "Speed"
    assert [row.speed and row.speed.words for row in board.rows] == ["0.4 s (measured)", None]
    one, two = (row.values for row in board.rows)
    assert (one.providers, one.latencies) == (("slow", "fast"), (9000, 420))
    assert (two.providers, two.latencies) == (("slow",), ())
    assert any(text.startswith("“Measured” is the median") for text in board.explanations)


def test_a_board_has_no_column_for_what_nobody_measured() -> None:
    for measurements in ((), (timed("slow", "acme/one", None),), (timed("slow", "acme/gone", 5),)):
        site_data = ranked(*measurements)
        board = board_view(site_data, site_data.boards[Axis("draw")])
        assert board.speed_column == ""
        assert not any("Speed" in text for text in board.explanations)


def test_speed_is_what_was_measured_else_the_slowest_claim_labelled_so() -> None:
    claims = tuple(
        SpeedClaim(seconds=seconds, by=by, condition="1024x1024", source="A page", read=date(2026, 1, 2))
        for seconds, by in ((Decimal(2), "Acme"), (Decimal("7.50"), "Shop"))
    )
    site_data = ranked(timed("slow", "acme/one", 9000), timed("fast", "acme/one", 4200))
    models = {
        key: model.model_copy(update={"speed_claims": claims}) for key, model in site_data.catalogue.models.items()
    }
    models["acme/three"] = make_model("Three")
    site_data = replace(site_data, catalogue=replace(site_data.catalogue, models=models))
    one, two = speed_of(site_data, "acme/one"), speed_of(site_data, "acme/two")
    assert one == ModelSpeed(4.2, "4.2 s", "measured", "at Fast, up to 2 January 2026")
    assert two == ModelSpeed(7.5, "7.5 s", "claimed", "by Shop (1024×1024)")
    assert two.words == "7.5 s (claimed)"
    assert speed_of(site_data, "acme/three") is None
    assert [model for model, _ in fastest(site_data, models)] == ["acme/one", "acme/two"]
    sooner = claims[0].model_copy(update={"seconds": Decimal(1)})
    models["acme/two"] = models["acme/two"].model_copy(update={"speed_claims": (sooner,)})
    assert [model for model, _ in fastest(site_data, models)] == ["acme/one", "acme/two"], (
        "what was measured comes first"
    )


@pytest.mark.parametrize(("ms", "text"), [(0, "0.0 s"), (420, "0.4 s"), (12_345, "12.3 s"), (123_456, "123 s")])
def test_seconds_read_like_seconds(ms: int, text: str) -> None:
    assert wording.seconds(ms) == text
