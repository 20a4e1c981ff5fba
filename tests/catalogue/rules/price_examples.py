"""A bad example of each rule on tiers, shared and contradicted prices: see ``examples``."""

from __future__ import annotations

from tests.catalogue.projects import put, spoil
from tests.catalogue.rules.changes import (
    HD_BATCH,
    LARGE_BATCH,
    MODEL,
    OFFER,
    TWO,
    Change,
    contradict,
    price,
    share,
    sized,
    tiers,
)

BAD_PRICES: list[tuple[str, Change, str]] = [
    (
        "check_token_kinds",
        lambda d: put(d, OFFER, price("2.5", "1M input tokens") + price("10", "1M output tokens")),
        "one.toml: prices[1].condition: 10 USD for 1M output tokens, at the level of text or of cheap images, and n",
    ),
    (
        "check_token_kinds",
        lambda d: put(d, OFFER, price("30", "1M output tokens")),
        "prices[0].condition: 30 USD for 1M output tokens, at the level of images, and no mode says which kind (write",
    ),
    *(
        ("check_tier_order", lambda d, amounts=amounts: put(d, OFFER, tiers(*amounts)), expected)
        for amounts, expected in (
            (
                ("0.6", "0.053", "0.211"),
                "prices[0].amount: low costs 0.6 USD, more than medium at 0.053 (read the source",
            ),
            (("0.006", "0.6", "0.211"), "prices[1].amount: medium costs 0.6 USD, more than high at 0.211"),
            (("0.006", "0.053", "0.00006"), "prices[1].amount: medium costs 0.053 USD, more than high at 0.00006"),
        )
    ),
    (
        "check_tier_order",
        lambda d: put(d, OFFER, sized("2K", "0.134") + sized("4K", "0.12") + sized("1K", "0.067")),
        "prices[0].amount: 2K costs 0.134 USD, more than 4K at 0.12",
    ),
    *(
        ("check_tier_steps", lambda d, amounts=amounts: put(d, OFFER, tiers(*amounts)), expected)
        for amounts, expected in (
            (
                ("0.00006", "0.053", "0.211"),
                "prices[0].amount: 0.00006 USD is far from the tiers beside it: low 0.00006",
            ),
            (
                ("0.001", "0.053", "0.211"),
                "prices[0].amount: 0.001 USD is far from the tiers beside it: low 0.001, medium",
            ),
            (
                ("0.011", "0.042", "1.67"),
                "prices[2].amount: 1.67 USD is far from the tiers beside it: low 0.011, medium",
            ),
            (("0.001", "0.053"), "prices[0].amount: low costs 0.001 USD, and medium 53 times as much"),
        )
    ),
    (
        "check_tier_steps",
        lambda d: put(d, OFFER, sized("1024x1024", "0.6") + sized("1024x1536", "0.041") + sized("1536x1024", "0.041")),
        "prices[0].amount: 0.6 USD for 1024x1024 is far from the sizes beside it: 1024x1536 0.041, 1536x1024 0.041",
    ),
    (
        "check_input_images",
        lambda d: put(d, OFFER, price("0.04") + price("0.000005", condition='{ mode = "input image" }')),
        "prices[1].amount: 0.000005 USD for one input image looks like the price of a token (mend the amount",
    ),
    (
        "check_input_images",
        lambda d: put(d, OFFER, price("0.04") + price("0.3", "megapixel", condition='{ mode = "Input Image" }')),
        "0.3 USD for one input megapixel looks like the price of a picture that is made",
    ),
    (
        "check_spellings",
        lambda d: put(d, OFFER, price("0.04", condition='{ quality = "HD" }') + price("0.02", condition=HD_BATCH)),
        'prices[1].condition.quality: "hd" is written "HD" elsewhere (write it in one way)',
    ),
    (
        "check_spellings",
        lambda d: put(
            d,
            OFFER,
            sized("2048×2048", "0.04")
            + price("0.02", condition=LARGE_BATCH)
            + price("0.02", "megapixel", condition=LARGE_BATCH),
        ),
        'prices[0].condition.size: "2048×2048" is written "2048x2048" elsewhere',
    ),
    (
        "check_spellings",
        lambda d: (
            spoil(d, MODEL, "open = false", 'open = true\nlicence = "apache-2.0"'),
            spoil(d, TWO, 'open = "unknown"', 'open = true\nlicence = "Apache-2.0"'),
        ),
        'one.toml: weights.licence: "apache-2.0" is written "Apache-2.0" elsewhere',
    ),
    (
        "check_shared_prices",
        lambda d: share(d, "acme", "bcme", "ccme"),
        "market/acme/shared.toml: prices[0].amount: 0.0398 USD for one image is also asked for bcme/shared, cc",
    ),
    (
        "check_contradicted_sources",
        lambda d: (
            put(d, OFFER, price("0.04", condition='{ size = "1024x1024" }')),
            contradict(d, "prices.shop", "0.05 USD an image, 1024x1024", source="A page; List"),
        ),
        'one.toml: prices[0].source: 0.04 USD, and "0.05 USD an image, 1024x1024" is said to be in this source, "A pa',
    ),
    (
        "check_contradicted_sources",
        lambda d: put(
            d, OFFER, (price("0.01") + price("0.02").replace("01-02", "02-03")).replace('"List"', '"List 3f2c9aa"')
        ),
        'prices[0].source: 0.01 USD, and 0.02 is said to be in this source, "List 3f2c9aa"',
    ),
]
