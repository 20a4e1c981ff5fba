"""What search engines read: JSON-LD by schema.org, from the views of pages. No rating is made up for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from arena.catalogue.prices import reference_price
from arena.publish.edition import Edition
from arena.publish.exports import SIMULATED_NOTE
from arena.publish.page import Page
from arena.publish.paths import DATA, HOME, absolute, linker
from arena.publish.views.data import DataView
from arena.publish.views.model.page import ModelView

Thing = dict[str, Any]
Address = Callable[[str], str]
FORMATS = {".csv": "text/csv", ".json": "application/json", ".parquet": "application/vnd.apache.parquet"}


def addresses(edition: Edition, page: Page) -> Address:
    """Paths of the site as addresses: absolute where the site's own is known, otherwise relative to the page."""
    base_url = edition.catalogue.project.base_url
    return partial(absolute, base_url) if base_url else linker(page.path)


def structured_data(edition: Edition, page: Page) -> Markup:
    """The page's JSON-LD, safe inside a script element; empty where there is nothing to say."""
    graph = list(_graph(edition, page))
    if not graph:
        return Markup()
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character is left that could end the element


def _graph(edition: Edition, page: Page) -> Iterator[Thing]:
    address = addresses(edition, page)
    if page.path != HOME and page.listed:
        yield _breadcrumbs(edition, page, address)
    if isinstance(page.view, ModelView):
        yield _application(edition, page.view, address)
        yield _questions(page.view)
    if isinstance(page.view, DataView):
        yield _dataset(edition, page.view, address)


def _breadcrumbs(edition: Edition, page: Page, address: Address) -> Thing:
    steps = [(edition.catalogue.project.name, HOME), *((crumb.label, crumb.path) for crumb in page.crumbs)]
    steps.append((page.title, page.path))
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _questions(view: ModelView) -> Thing:
    asked = [
        {"@type": "Question", "name": each.question, "acceptedAnswer": {"@type": "Answer", "text": each.answer}}
        for each in view.questions
    ]
    return {"@type": "FAQPage", "mainEntity": asked}


def _application(edition: Edition, view: ModelView, address: Address) -> Thing:
    """The model as software, with what providers ask for one image; without ratings, which are ours and not reviews."""
    model = edition.model(view.model.id)
    thing: Thing = {
        "@type": "SoftwareApplication",
        "name": model.name,
        "applicationCategory": "MultimediaApplication",
        "description": model.description,
        "url": address(view.model.path),
        "author": {"@type": "Organization", "name": view.model.maker},
    }
    if model.released:
        thing["datePublished"] = model.released.isoformat()
    offers = [
        _offer(edition.catalogue.providers[provider].name, f"{price.amount:f}")
        for provider, offer in edition.catalogue.offers_of(view.model.id).items()
        if (price := reference_price(offer)) and not price.price.contested
    ]
    return thing | ({"offers": offers} if offers else {})


def _offer(seller: str, amount: str) -> Thing:
    price = {"@type": "UnitPriceSpecification", "price": amount, "priceCurrency": "USD", "unitText": "image"}
    return {
        "@type": "Offer",
        "description": "One 1024x1024 image in medium or standard quality",
        "seller": {"@type": "Organization", "name": seller},
        "price": amount,
        "priceCurrency": "USD",
        "priceSpecification": price,
    }


def _dataset(edition: Edition, view: DataView, address: Address) -> Thing:
    project, summary = edition.catalogue.project, edition.summary
    note = f" {SIMULATED_NOTE}" if summary.simulated else ""
    thing: Thing = {
        "@type": "Dataset",
        "name": f"{project.name}: ratings, votes and prices of image models"
        + (" (simulated votes)" if summary.simulated else ""),
        "description": f"Votes on pairs of pictures by image models, ratings computed from them, and a catalogue of "
        f"models and prices with their sources.{note}",
        "url": address(DATA),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": project.name},
        "keywords": ["image models", "leaderboard", "TrueSkill", "pairwise votes", "prices"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": address(file.path),
                "encodingFormat": FORMATS[f".{file.name.rpartition('.')[2]}"],
                "sha256": file.sha256,
            }
            for group in view.groups
            for file in group.files
        ],
    }
    if project.votes_licence:
        thing["license"] = f"https://spdx.org/licenses/{project.votes_licence}.html"
    if summary.sha256:
        thing["version"] = summary.sha256[:16]
    if edition.data_until:
        thing["dateModified"] = edition.data_until.isoformat()
    if summary.first and summary.last:
        thing["temporalCoverage"] = f"{summary.first.date().isoformat()}/{summary.last.date().isoformat()}"
    return thing
