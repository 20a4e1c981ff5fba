"""A bad example of each rule: one change to a clean project, and what is said of it."""

from __future__ import annotations

from tests.catalogue.projects import SOURCE, put, spoil
from tests.catalogue.rules.changes import (
    DATES_OF_TWO,
    MODEL,
    NOTE,
    OFFER,
    PROMPT,
    PROVIDER,
    STORY,
    TWO,
    Change,
    able,
    ask,
    benchmark,
    contradict,
    file_under,
    play,
    price,
    sell,
    tell,
    withdraw,
)

BAD: list[tuple[str, Change, str]] = [
    *(
        ("check_conflicts", lambda d, fact=fact, value=value: contradict(d, fact, value), expected)
        for fact, value, expected in (
            (
                "price at shop",
                "0.04 USD an image",
                'conflicts[0].fact: "price at shop" is no key of the file (name a key of the f',
            ),
            (
                "weights.license",
                "MIT",
                'conflicts[0].fact: "weights.license" is no key of the file (did you mean "licence"?)',
            ),
            ("sources", "A page", 'fact: "sources" is no key of the file'),
            (
                "released",
                "2025-01-10",
                'one.toml: conflicts[0].value: "2025-01-10" is what the file says as well (remov',
            ),
            ("released", "January 2025", 'value: "January 2025" is not a day such as 2026-04-21 (write it as released'),
            ("weights.open", "false", '"false" is what the file says as well'),
            ("status", "gone", 'value: "gone" is not one of active, preview, deprecated, withdrawn'),
            ("output_terms.commercial_use", "non-commercial", '"non-commercial" is not one of yes, no, conditional'),
            ("organization", "ACME", '"ACME" is what the file says as well'),
            ("inputs", "Text", '"Text" is what the file says as well'),
            ("prices.shpo", "0.04 USD an image", 'no file defines the provider "shpo" (did you mean "shop"?)'),
            ("prices.shop", "4 cents", 'value: "4 cents" is not written as a price (for example: "0.04 USD an image'),
            ("prices.shop", "0.0060 USD an image, low quality, 1024×1024", "is what the file says as well"),
        )
    ),
    ("check_names", lambda d: spoil(d, TWO, '"Two"', '"ONE "'), "two.toml: name: has the same name as acme/one (if"),
    (
        "check_names",
        lambda d: (sell(d, ("mart", "")), spoil(d, "providers/mart/provider.toml", '"mart"', '"shop"')),
        "data/providers/shop/provider.toml: name: has the same name as mart",
    ),
    (
        "check_aliases",
        lambda d: spoil(d, TWO, "[weights]", 'aliases = ["One"]\n[weights]'),
        'two.toml: aliases[0]: "One" also stands for acme/one (an alias leads to one record',
    ),
    (
        "check_aliases",
        lambda d: spoil(d, TWO, "[weights]", 'api_id = "acme/one"\n[weights]'),
        'two.toml: api_id: "acme/one" also stands for acme/one',
    ),
    (
        "check_aliases",
        lambda d: (sell(d, ("bazaar", price("0.006"))), spoil(d, PROVIDER, '"Shop"', '"Shop"\naliases = ["bazaar"]')),
        'provider.toml: aliases[0]: "bazaar" also stands for bazaar',
    ),
    (
        "check_former_ids",
        lambda d: spoil(d, TWO, "[weights]", 'former_ids = ["acme/two"]\n[weights]'),
        'two.toml: former_ids: "acme/two" is its present id (remove it)',
    ),
    (
        "check_provider_ids",
        lambda d: put(d, "providers/shop/acme/two.toml", 'model_id = "Acme-One"\n'),
        'two.toml: model_id: "Acme-One" is also the id of acme/one at shop',
    ),
    (
        "check_overlaps",
        lambda d: put(d, OFFER, price("0.01", effective="2025-02-01") + price("0.02", effective="2025-02-01")),
        "one.toml: prices[1]: takes effect on 2025-02-01 for the same unit and condition as prices[0] (keep one",
    ),
    ("check_overlaps", lambda d: put(d, OFFER, price("0.01") * 2), "prices[1]: was read on 2026-01-02 for the same"),
    ("check_cents", lambda d: put(d, OFFER, price("4")), "prices[0].amount: 4 USD for one image looks like cents"),
    (
        "check_cents",
        lambda d: put(d, OFFER, price("3000", "1M output tokens", condition='{ mode = "image" }')),
        "3000 USD for one 1M output tokens looks like cents",
    ),
    (
        "check_cents",
        lambda d: sell(d, ("a", price("0.04")), ("b", price("0.04")), ("c", price("0.0004"))),
        "c/acme/two.toml: prices[0].amount: 0.0004 USD an image looks like dollars divided by a hundred, where",
    ),
    (
        "check_cents",
        lambda d: sell(d, ("a", price("0.01")), ("b", price("0.01")), ("c", price("1"))),
        "1 USD an image looks like cents, where acme/two costs 0.01",
    ),
    (
        "check_siblings",
        lambda d: sell(d, ("a", price("0.04")), ("b", price("0.05")), ("c", price("0.25"))),
        "c/acme/two.toml: prices[0].amount: 0.25 USD an image is 5.0 times dearer than elsewhere, where acme/two cos",
    ),
    (
        "check_text_benchmarks",
        lambda d: spoil(d, MODEL, "[[sources]]", benchmark("MMLU-Pro") + "[[sources]]"),
        'one.toml: benchmarks[0].name: "MMLU-Pro" measures text, and acme/one makes images (a text model',
    ),
    (
        "check_text_benchmarks",
        lambda d: spoil(d, MODEL, "[[sources]]", benchmark("AIME 2025") + benchmark("Output TPS") + "[[sources]]"),
        '"Output TPS" measures text',
    ),
    (
        "check_text_prices",
        lambda d: put(d, OFFER, price("0.15", "1M input tokens") + price("0.60", "1M output tokens")),
        "prices[1]: 0.60 USD for 1M output tokens is a text model's price, and acme/one makes images (image tokens",
    ),
    (
        "check_text_prices",
        lambda d: put(d, OFFER, price("10", "1M output tokens", condition='{ mode = "text" }')),
        "one.toml: prices: prices tokens of text alone, and acme/one makes images",
    ),
    (
        "check_text_speeds",
        lambda d: put(d, OFFER, '[speed]\ntokens_per_second = 73.36\nsource = "List"\nread = 2026-01-02\n'),
        "one.toml: speed: states how fast tokens are written, and acme/one makes images",
    ),
    (
        "check_release_stories",
        lambda d: (spoil(d, MODEL, "2025-01-10", "2025-01-12"), put(d, OFFER, "")),
        "happened: happened on 2025-01-10, 2 days before the release of acme/one on 2025-01-12",
    ),
    (
        "check_release_stories",
        lambda d: spoil(d, MODEL, "2025-01-10", "2025-01-08"),
        "happened: happened on 2025-01-10, 2 days after the release of acme/one on 2025-01-08 (one of the two",
    ),
    (
        "check_release_stories",
        lambda d: (spoil(d, MODEL, "2025-01-10", "2025-01-08"), tell(d, "It is out.", note=NOTE)),
        "2 days after the release of acme/one on 2025-01-08",
    ),
    (
        "check_late_stories",
        lambda d: spoil(d, STORY, "published = 2025-01-11", "published = 2025-01-25"),
        "published: published on 2025-01-25, 15 days after it happened (a later event has",
    ),
    (
        "check_effective_dates",
        lambda d: spoil(d, OFFER, "effective = 2025-01-10", "effective = 2026-01-03"),
        "prices[0].effective: takes effect on 2026-01-03, after it was read on 2026-01-02 (one of the two",
    ),
    (
        "check_early_stories",
        lambda d: (spoil(d, MODEL, "2025-01-10", "2025-01-11"), put(d, OFFER, ""), tell(d, "Soon.", kind="news")),
        "happened: happened on 2025-01-10, before the release of acme/one on 2025-01-11",
    ),
    (
        "check_stated_dates",
        lambda d: tell(d, "One was released in April 2026."),
        "happened: the text says 2026-04, and happened is 2025-01-10 (mend the date",
    ),
    (
        "check_mentioned_dates",
        lambda d: tell(d, "By 3rd of March 2025 all was well."),
        "the text names 2025-03-03, and",
    ),
    (
        "check_predecessor_dates",
        lambda d: spoil(d, TWO, 'arenas = ["text-to-image", "image-editing"]', DATES_OF_TWO),
        "predecessor: acme/one was released on 2025-01-10, after this model on 2025-01-09",
    ),
    (
        "check_predecessor_dates",
        lambda d: spoil(d, TWO, '"acme/one"', '"acme/two"'),
        "predecessor: the model is its own predecessor",
    ),
    (
        "check_states",
        lambda d: withdraw(d, "shut_down = 2025-02-01"),
        "two.toml: shut_down: shut_down is 2025-02-01, and the model is active (write status",
    ),
    (
        "check_states",
        lambda d: withdraw(d, 'deprecated = 2025-01-01\nstatus = "deprecated"'),
        "deprecated: deprecated is 2025-01-01, before the release on 2025-01-10",
    ),
    (
        "check_states",
        lambda d: withdraw(d, 'deprecated = 2025-03-01\nshut_down = 2025-02-01\nstatus = "withdrawn"'),
        "shut_down: shut_down is 2025-02-01, before it was deprecated on 2025-03-01",
    ),
    ("check_states", lambda d: withdraw(d, 'replaced_by = "acme/two"'), "replaced_by: the model replaces itself"),
    (
        "check_undated_withdrawals",
        lambda d: withdraw(d, 'status = "withdrawn"'),
        "two.toml: shut_down: the model is withdrawn, and no day says since when (add the day",
    ),
    (
        "check_capabilities",
        lambda d: able(d, 'sizes = ["1024x1024", "1000x1024"]\nsize_limits = { multiple_of = 16 }'),
        'two.toml: capabilities.sizes[1]: "1000x1024" is outside of multiple_of = 16',
    ),
    (
        "check_capabilities",
        lambda d: able(d, 'sizes = ["4000x1000"]\nsize_limits = { max_ratio = 3 }'),
        '"4000x1000" is outside of max_ratio = 3',
    ),
    (
        "check_capabilities",
        lambda d: able(d, "size_limits = { min_pixels = 2, max_pixels = 1 }"),
        "capabilities.size_limits: min_pixels is 2, and max_pixels is 1",
    ),
    (
        "check_capabilities",
        lambda d: able(d, "input_images = 4"),
        "capabilities.input_images: 4 input images, and inputs are text",
    ),
    (
        "check_terms",
        lambda d: spoil(d, TWO, "[weights]", '[output_terms]\ncommercial_use = "conditional"\n[weights]'),
        "two.toml: output_terms.note: commercial use on conditions, and none is named (say in one line",
    ),
    (
        "check_terms",
        lambda d: spoil(d, MODEL, "open = false", 'open = false\ncommercial_use = "yes"'),
        "one.toml: weights.commercial_use: the weights cannot be downloaded",
    ),
    (
        "check_outside_ranks",
        lambda d: spoil(d, MODEL, "[[sources]]", benchmark("GenEval") + "rank = 9\nlisted = 8\n[[sources]]"),
        "one.toml: benchmarks[0].rank: rank 9 of 8",
    ),
    (
        "check_primary_stories",
        lambda d: spoil(d, STORY, "news.acme.example", "notacme.example"),
        "2025-01-10-acme-ships-one.toml: evidence: the story is primary, and none of its sources is a page of",
    ),
    (
        "check_playground",
        lambda d: play(d, endpoint="http://gate.example/v1"),
        'playground.endpoint: "http://gate.example/v1" is no endpoint that a reader\'s key may be sent to (use https://',
    ),
    ("check_playground", lambda d: play(d, endpoint="https://gate.example/v1;script-src"), "playground.endpoint"),
    ("check_playground", lambda d: play(d, endpoint="https://gate.example/v1?key=1"), "playground.endpoint"),
    ("check_playground", lambda d: play(d, pictures='["*.example"]'), '"*.example" is no host for pictures (write it'),
    (
        "check_playground",
        lambda d: play(d, provider="shpo"),
        'playground.provider: no file defines the provider "shpo" (did you mean "shop"?)',
    ),
    (
        "check_playground",
        lambda d: play(d, gateway="pigeons"),
        'the protocol of shop is "pigeons", which the playground does not speak (set gateway in data/providers/shop',
    ),
    (
        "check_scripts",
        lambda d: ask(d, "zh", "A sign of a shop that says 营业中"),
        'language: the language is "zh", but 13% of the letters are of its script and most are Latin (mend',
    ),
    ("check_scripts", lambda d: ask(d, "ja", "一座灯塔"), "there is no kana in the text"),
    ("check_scripts", lambda d: ask(d, "zh", "海辺の灯台のポスター"), "the text has kana, as Japanese does"),
    ("check_scripts", lambda d: ask(d, "en", "海边的灯塔"), "0% of the letters are of its script and most are Cjk"),
    ("check_scripts", lambda d: ask(d, "sr-Latn", "Светионик"), 'the language is "sr-Latn", but 0%'),
    (
        "check_languages",
        lambda d: ask(d, "es", "A watercolour of a lighthouse at dusk, seen from the harbour."),
        'lighthouse.toml: text: reads as "en", and is marked "es" (mend the language or the text',
    ),
    (
        "check_languages",
        lambda d: ask(
            d,
            "uk",
            "Акварельный рисунок старого маяка на закате, вид из гавани; ещё видны рыбацкие лодки и чайки над волнами.",
        ),
        'text: reads as "ru", and is marked "uk"',
    ),
    (
        "check_languages",
        lambda d: put(
            d,
            PROMPT,
            (d / PROMPT).read_text()
            + 'english = "Un cartel de cine para una película sobre el mar, con letras grandes y colores muy vivos."\n',
        ),
        'english: reads as "es", and is marked "en"',
    ),
    (
        "check_directions",
        lambda d: ask(d, "he", "כרזה לחג עם המילים OPEN LATE"),
        'languages[1].direction: is "ltr", but most letters of the prompts in "he" run right to left (state',
    ),
    (
        "check_board_names",
        lambda d: file_under(d, "index"),
        'categories: the overall board and the board of category "index" would both have the page "index.html" (rename',
    ),
    (
        "check_board_names",
        lambda d: file_under(d, "lang-en"),
        'board of language "en" and the board of category "lang-en" would both have the page "lang-en.html"',
    ),
    (
        "check_reserved_ids",
        lambda d: put(d, "providers/index/provider.toml", f'name = "Index"\n{SOURCE}'),
        'data/providers/index/provider.toml: "index" is the page that lists them all',
    ),
    (
        "check_similar_prompts",
        lambda d: put(d, PROMPT, 'text = "make it NIGHT, with a moon"\nlanguage = "en"\ncategory = "photo"\n'),
        "lighthouse.toml: text: nearly the same text as image-editing/night (votes on both",
    ),
    (
        "check_same_stories",
        lambda d: put(d, "stories/2025-01-10-again.toml", (d / STORY).read_text()),
        "2025-01-10-again.toml: tells the same as 2025-01-10-acme-ships-one",
    ),
    (
        "check_same_stories",
        lambda d: put(d, "stories/2025-01-10-x.toml", (d / STORY).read_text().replace("ships", "has")),
        "2025-01-10-x.toml: tells the same as",
    ),
    (
        "check_missing_sources",
        lambda d: spoil(d, MODEL, '"name", "released", ', ""),
        "one.toml: sources: no source vouches for name, released (add [[sources]]",
    ),
]
