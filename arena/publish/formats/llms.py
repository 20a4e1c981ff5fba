"""``llms.txt``: what the site is and where its data lies, for language models (llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterator

from arena import wording
from arena.catalogue.pricing.estimate import CheapestOffer
from arena.publish import paths
from arena.publish.content.model_refs import state_in_brief, terms_in_brief
from arena.publish.content.read_day import OVER_AGE
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import notices_of
from arena.publish.page import Asset
from arena.publish.pages.citations import arena_ranks as standings_of
from arena.publish.pages.model.markdown import linked, plain
from arena.publish.pages.model.state import state_notice
from arena.records import Axis, Board

LEADERS = 5


def llms_assets(site: SiteData) -> Iterator[Asset]:
    """The one file."""
    yield Asset.of_text(paths.LLMS, render_llms(site))


def render_llms(site: SiteData) -> str:
    """Name, summary, what the numbers mean, who leads, and links. Links are relative where the site has no address."""
    project = site.catalogue.project
    parts = [
        f"# {plain(project.name)}",
        f"> {plain(project.tagline)}",
        *(f"**{plain(notice.label)}.** {plain(notice.text)}" for notice in notices_of(site)),
        "Ranks come from blind votes on pairs of pictures for one prompt, by TrueSkill. The score is mu − 3 sigma: "
        "what a model reaches almost surely. Where 95% intervals of two models overlap, the votes hardly settle who is "
        "better. “Both are bad” is not rated. Prices are US dollars for one 1024×1024 image in medium or standard "
        "quality unless said otherwise. What no source states is unknown: do not infer it, in particular not that "
        "outputs may be used commercially from open weights.",
        *_leaders(site),
        "## Data",
        "\n".join(_data(site)),
        "## Models",
        "\n".join(_models(site)),
        "## Optional",
        f"- {linked('Stories', _href(site, paths.STORIES))}: releases and news with their sources",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _href(site: SiteData, path: str) -> str:
    base_url = site.catalogue.project.base_url
    return paths.absolute(base_url, path) if base_url else path


def _leaders(site: SiteData) -> Iterator[str]:
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id)) or Board(Axis(arena.id), (), 0, 0)
        if board.ratings:
            leaders = wording.sentence(f"{site.demo(arena.id)}leaders")
            yield f"{leaders} in {plain(wording.in_sentence(arena.name))}, from {site.votes(board.votes, arena.id)}:"
            yield "\n".join(
                f"{rating.rank}. {plain(site.model(rating.model).name)}: score {wording.number(rating.score)}, rank "
                f"interval {wording.span(str(rating.rank_low), str(rating.rank_high))}"
                f"{f', {state}' if (state := state_in_brief(site.model(rating.model))) else ''}"
                for rating in board.ratings[:LEADERS]
            )


def _data(site: SiteData) -> Iterator[str]:
    listed = (
        ("JSON API", paths.API, "every file of the API; start here"),
        ("JSON Schema", paths.api_path("schema"), "of all records"),
        ("Models", paths.api_path("models"), "all models with rank, price, licence"),
        ("Prices", paths.api_path("prices"), "every offer with its prices and their sources"),
        ("Downloads", paths.DATA, "ratings, votes and catalogue as CSV, Parquet and JSON, with a data dictionary"),
        ("Method", paths.METHODOLOGY, "how votes become ranks, and what they cannot tell"),
        ("Integrity", paths.INTEGRITY, "where votes come from, and how firm first places are"),
    )
    for name, path, what in listed:
        yield f"- {linked(name, _href(site, path))}: {what}"


def _models(site: SiteData) -> Iterator[str]:
    """Each model with its maker, places, price and terms in a line."""
    for model_id, arena_ranks in standings_of(site).items():
        name = site.model(model_id).name
        places = [f"{each.place} in {wording.in_sentence(each.arena)}" for each in arena_ranks if each.rank]
        price, notice = site.prices.get(model_id), state_notice(site, model_id)
        said = [site.maker(model_id).name, *(places or ["not ranked"])]
        if price or site.model(model_id).current:
            said.append(_price_from(site, price) if price else "price unknown")
        said.append(terms_in_brief(site.model(model_id)).lower())
        state = f". {plain(notice.label)}: {plain(notice.said)}" if notice else ""
        yield f"- {linked(name, _href(site, paths.markdown_path(model_id)))}: {plain(', '.join(said))}{state}"


def _price_from(site: SiteData, price: CheapestOffer) -> str:
    read = site.read_day(price.price.price.read)
    via = site.catalogue.providers[price.provider].name
    old = f", {OVER_AGE}" if read.old else ""
    return f"from {wording.dollars(price.amount)} an image via {via} (read {read.iso}{old})"
