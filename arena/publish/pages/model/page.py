"""The pages of models: each with its Markdown twin, its JSON, and what it tells search engines."""

from __future__ import annotations

from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import Address, addresses
from arena.publish.page import Alternate, Asset, Crumb, ForEach, Page, Policy, Thing
from arena.publish.pages.model.facts import title_line
from arena.publish.pages.model.markdown import render_model
from arena.publish.pages.model.view import ModelView, model_view


def model_page(site: SiteData, model_id: str) -> Page:
    """The page of one model."""
    model, view, path = site.model(model_id), model_view(site, model_id), paths.model_path(model_id)
    twin = paths.markdown_path(model_id)
    address = addresses(site, path)
    return Page(
        path=path,
        template="model.html",
        title=f"{model.name}: rankings, prices, licence and API",
        description=f"{title_line(site, model_id)} {model.description}",
        view=view,
        section=paths.MODELS,
        crumbs=(
            Crumb("Models", paths.MODELS),
            Crumb(site.maker(model_id).name, paths.organization_path(model_id.partition("/")[0])),
        ),
        updated=site.data_until,
        arenas=site.arenas_of(model_id),
        alternates=(
            Alternate(twin, "text/markdown", f"{model.name} as Markdown"),
            Alternate(paths.api_path(f"models/{model_id}"), "application/json", f"{model.name} as JSON"),
        ),
        twins=(Asset.of_text(twin, render_model(site, view)),),
        structured=(_application(site, view, address), _questions(view)),
        card=paths.card_path(path) if site.catalogue.project.base_url else "",
        policy=_policy(site, view),
    )


def _policy(site: SiteData, view: ModelView) -> Policy:
    """A page with a playground may ask its endpoint, and show pictures from it."""
    setting = site.catalogue.project.playground
    if setting is None or view.playground is None:
        return Policy()
    return Policy(images=setting.pictures_from, connections=(setting.requests_to,))


def _questions(view: ModelView) -> Thing:
    asked = [
        {"@type": "Question", "name": each.question, "acceptedAnswer": {"@type": "Answer", "text": each.answer}}
        for each in view.questions
    ]
    return {"@type": "FAQPage", "mainEntity": asked}


def _application(site: SiteData, view: ModelView, address: Address) -> Thing:
    """The model as software, with what providers ask for one image; without ratings, which are ours and not reviews."""
    model = site.model(view.model.id)
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
    if model.weights.open is True and model.weights.url:
        thing["license"] = model.weights.url
    if model.output_terms.url:
        thing["usageInfo"] = model.output_terms.url
    if view.capabilities.rows:
        thing["featureList"] = [f"{row.label}: {row.value}" for row in view.capabilities.rows]
    offers = [
        _offer(site.catalogue.providers[provider].name, f"{price.amount:f}")
        for provider in site.catalogue.offers_of(view.model.id)
        if (price := site.reference_prices.get((provider, view.model.id))) and not price.price.contested
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


pages = ForEach[SiteData, SiteData, str, Page](lambda site: site.catalogue.models, lambda site: site, model_page)
"""One page a model."""
