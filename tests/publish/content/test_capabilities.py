"""What a model can do, in words, and what no source states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from arena.catalogue.fields import Source
from arena.catalogue.model_facts import Capabilities, SizeLimits, SpeedClaim
from arena.catalogue.records import Offer
from arena.publish.content.capabilities import capabilities_of
from arena.publish.pages.model.capabilities import capability_table
from tests.publish.sites import READ, make_model, make_site_data

ABLE = Capabilities(
    aspect_ratios=("1:1", "16:9"),
    sizes=("1024x1024", "2K"),
    size_limits=SizeLimits(
        multiple_of=16, max_ratio=Decimal("3.0"), min_pixels=655_360, max_pixels=8_294_400, max_edge=3840
    ),
    output_formats=("png", "webp"),
    transparent_background=False,
    input_images=16,
    text_rendering=True,
    text_languages=("en", "tlh"),
    seed=True,
    watermark="optional",
    content_credentials=True,
    safety_setting="moderation: auto or low",
    note="A note.",
)
CLAIM = SpeedClaim(
    seconds=Decimal("8.0"), by="Acme", said=date(2026, 5, 4), condition="1024x1024", source="P", read=READ
)


def test_every_capability_reads_as_a_source_states_it() -> None:
    page = Source(name="Card", read=READ, facts=("capabilities",))
    models = {"acme/one": make_model("One", capabilities=ABLE, speed_claims=(CLAIM,), sources=(page,))}
    limited = Source(name="Limits", read=READ, facts=("rate_limit",))
    offers = {("shop", "acme/one"): Offer(rate_limit="5 images a minute", regions=("eu-1", "us-1"), sources=(limited,))}
    table = capability_table(make_site_data(models, offers=offers), "acme/one")
    assert {row.label: row.value for row in table.rows} == {
        "Sizes": "Any within limits: multiples of 16 px, ratio up to 3:1, 655,360 to 8,294,400 pixels in all, "
        "edges up to 3,840 px; named: 1024×1024, 2K",
        "Aspect ratios": "1:1, 16:9",
        "Output formats": "PNG and WebP",
        "Transparent background": "No",
        "Pictures it takes": "Up to 16",
        "Text in pictures": "Legible, says its maker: English and tlh",
        "Seed": "Yes",
        "Watermark": "Visible, can be switched off",
        "Content credentials (C2PA)": "Yes",
        "Safety setting": "moderation: auto or low",
        "Speed (as claimed)": "8 s an image, says Acme (4 May 2026, 1024×1024)",
        "Rate limit": "Shop: 5 images a minute",
        "Regions": "Shop: eu-1, us-1",
    }
    assert table.unknown == "Not stated by any source we found: negative prompt."
    assert table.note == "A note."
    assert [source.name for source in table.sources] == ["Card"]
    own = {row.label: [source.name for source in row.sources] for row in table.rows if row.sources}
    assert own == {"Speed (as claimed)": ["P"], "Rate limit": ["Limits"]}


def test_what_is_unknown_is_named_in_one_line() -> None:
    site_data = make_site_data({"acme/one": make_model("One")})
    table = capability_table(site_data, "acme/one")
    assert (table.rows, table.note, table.sources) == ((), "", ())
    assert table.unknown.startswith("Not stated by any source we found: sizes, aspect ratios, output formats,")
    assert len(capabilities_of(site_data, "acme/one")) == table.unknown.count(",") + 2, "an and stands before the last"


def test_a_model_of_text_alone_takes_no_pictures() -> None:
    told = Capabilities(input_images=0, text_rendering=False, safety_setting="none")
    rows = capability_table(make_site_data({"acme/one": make_model("One", capabilities=told)}), "acme/one").rows
    assert [row.value for row in rows] == ["None: it takes text alone", "Not legible, by its maker", "None"]
