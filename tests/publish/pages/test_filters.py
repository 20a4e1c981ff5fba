"""What a board can be narrowed by, and what its rows are held to."""

from __future__ import annotations

from arena.catalogue.model_facts import Capabilities, CommercialUse, OutputTerms, Status, Weights
from arena.catalogue.records import Offer, Provider
from arena.publish.pages.filters import FilterOption, RowValues, filters_of, row_values
from tests.publish.sites import make_model, make_price, make_site_data


def test_rows_carry_unrounded_values_and_nothing_where_nothing_is_known() -> None:
    models = {
        "acme/open": make_model(
            "Open",
            weights=Weights(open=True, licence="MIT"),
            output_terms=OutputTerms(commercial_use=CommercialUse.YES),
            capabilities=Capabilities(transparent_background=True, text_languages=("ar", "zh")),
        ),
        "acme/quiet": make_model("Quiet", weights=Weights(open="unknown"), status=Status.WITHDRAWN),
    }
    offers = {
        ("shop", "acme/open"): Offer(prices=(make_price("0.012345"),)),
        ("stall", "acme/open"): Offer(prices=(make_price("0.01", contested=True),)),
        ("tent", "acme/open"): Offer(),
    }
    providers = {name: Provider(name=name.capitalize()) for name in ("shop", "stall", "tent")}
    site_data = make_site_data(models, prices={"acme/open": "0.012345"}, offers=offers, providers=providers)
    assert row_values(site_data, "acme/open") == RowValues(
        id="acme/open",
        maker="acme",
        open_weights=True,
        licence="MIT",
        use="yes",
        price=0.012345,
        providers=("shop", "stall", "tent"),
        prices=(0.012345, 0.01, None),
        contested=(False, True, False),
        latencies=(),
        released="",
        weights_use="unknown",
        transparent=True,
        texts=("legible", "ar", "zh"),
        current=True,
    )
    assert row_values(site_data, "acme/quiet") == RowValues(
        id="acme/quiet",
        maker="acme",
        open_weights=False,
        licence="Unknown",
        use="unknown",
        price=None,
        providers=(),
        prices=(),
        contested=(),
        latencies=(),
        released="",
        weights_use="unknown",
        transparent=False,
        texts=(),
        current=False,
    )
    filters = filters_of(site_data, [row_values(site_data, model_id) for model_id in models])
    assert filters.transparent and filters.current
    assert filters.texts == (
        FilterOption("legible", "Legible, in any language"),
        FilterOption("ar", "Arabic"),
        FilterOption("zh", "zh"),
    )


def test_only_what_a_row_has_is_offered_by_label() -> None:
    models = {name: make_model(name, weights=Weights(open=name == "b/x")) for name in ("b/x", "a/y", "a/z")}
    providers = {"z": Provider(name="Alpha"), "a": Provider(name="beta"), "unused": Provider(name="Unused")}
    offers = {(provider, "b/x"): Offer() for provider in ("z", "a")}
    site_data = make_site_data(models, offers=offers, providers=providers)
    filters = filters_of(site_data, [row_values(site_data, model_id) for model_id in ("b/x", "a/y")])
    assert filters.providers == (FilterOption("z", "Alpha"), FilterOption("a", "beta"))
    assert filters.licences == (FilterOption("Closed", "Closed"), FilterOption("Open", "Open"))
    assert [choice.value for choice in filters.makers] == ["a", "b"]
    assert (filters.texts, filters.transparent, filters.current) == ((), False, False)
    assert filters_of(make_site_data(models), []).makers == ()
