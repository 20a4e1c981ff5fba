"""Sources: every fact has one, and it was read not too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.fields import Source
from arena.catalogue.layout import Kind
from arena.catalogue.model_facts import CommercialUse, Status
from arena.catalogue.records import Model, Offer, Organization, Provider
from arena.errors import CatalogueError

MAX_AGE = timedelta(days=180)
"""How long after it was read a fact or price is not old."""
_NO_FACTS = frozenset(
    {"sources", "conflicts", "benchmarks", "tokens_per_image", "speed_claims", "level", "note", "publishes_at"}
)
"""Keys that are no facts themselves: every entry of these lists carries a source of its own, ``level`` is how this
catalogue files a model, and ``publishes_at`` is seen by following it."""
_OFFER_FACTS = ("rate_limit", "regions")
"""Keys of an offer that its ``sources`` vouch for; its ids are what requests are made with, and prices and speed carry
a source of their own."""
_LASTING = frozenset({"aliases", "predecessor", "released", "deprecated", "shut_down"})
"""Keys that are as true later as when they were read."""


def fact_keys(record: Organization | Model | Provider | Offer) -> Iterator[str]:
    """The keys that the file gives and that a source has to vouch for; capabilities one by one."""
    given = [key for key in type(record).model_fields if key in record.model_fields_set and key not in _NO_FACTS]
    if isinstance(record, Offer):
        yield from (key for key in given if key in _OFFER_FACTS)
        return
    yield from (key for key in given if key != "capabilities")
    if isinstance(record, Model):
        able = record.capabilities.model_fields_set - _NO_FACTS
        yield from (f"capabilities.{key}" for key in type(record.capabilities).model_fields if key in able)
        if record.weights.commercial_use is not CommercialUse.UNKNOWN:
            yield "weights.commercial_use"


def vouching(key: str, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources that vouch for the whole file, for the key or its table, or for a key inside it."""
    table = key.partition(".")[0]
    return tuple(
        source
        for source in sources
        if not source.facts or any(fact in (key, table) or fact.startswith(f"{key}.") for fact in source.facts)
    )


def stating(key: str, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources that a page names for the key: those whose facts name it, and only where there are none those that
    vouch for the whole file. A price list that is the source of a file says nothing of terms which were read elsewhere.
    """
    vouched = vouching(key, sources)
    return tuple(source for source in vouched if source.facts) or vouched


def check_missing_sources(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Every fact of an organization, model, provider or offer is vouched for by one of the file's sources."""
    for kind, record_id, record in _records(catalogue):
        missing = [key for key in fact_keys(record) if not vouching(key, record.sources)]
        if missing:
            yield CatalogueError(
                f"no source vouches for {', '.join(missing)}",
                where=catalogue.where(kind, record_id, "sources"),
                hint="add [[sources]] with facts = [...], or add the keys to the facts of one that says so",
            )


def check_primary_stories(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A story is primary where a page of the maker of one of its models is among its sources."""
    for story_id, story in catalogue.stories.items():
        makers = {model_id.partition("/")[0] for model_id in story.models}
        known = [catalogue.organizations[maker] for maker in sorted(makers) if maker in catalogue.organizations]
        own = [url for maker in known for url in (*((maker.url,) if maker.url else ()), *maker.publishes_at)]
        linked = [source.url for source in story.sources if source.url]
        if story.evidence == "primary" and not any(is_below(url, address) for url in linked for address in own):
            yield CatalogueError(
                "the story is primary, and none of its sources is a page of the maker",
                where=catalogue.where(Kind.STORY, story_id, "evidence"),
                hint='link the maker\'s page, write evidence = "secondary", or add where the maker publishes to '
                "publishes_at of its organization.toml",
            )


def is_below(url: str, address: str) -> bool:
    """Whether a page is on the host of ``address`` or a subdomain, and below its path."""
    page, own = urlsplit(url), urlsplit(address)
    page_host, host = (page.hostname or ""), (own.hostname or "").removeprefix("www.")
    folder = own.path.rstrip("/").lower()
    path = page.path.lower()
    return (page_host == host or page_host.endswith(f".{host}")) and (path == folder or path.startswith(f"{folder}/"))


def check_old_sources(catalogue: Catalogue, today: date) -> Iterator[CatalogueError]:
    """Every fact and price was read within 180 days before ``today``, and none after it.

    A fact counts as read when its newest source was. What cannot change is passed over: names and dates of the past,
    withdrawn models; benchmarks and stories are dated themselves.
    """
    yield from _old_facts(catalogue, today)
    for (provider_id, model_id), offer in catalogue.offers.items():
        model = catalogue.models.get(model_id)
        if model and model.status_on(today) is Status.WITHDRAWN:
            continue
        reads = [price.read for price in offer.prices]
        if reads and (said := _age(min(reads), max(reads), today)):
            where = catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", "prices")
            yield CatalogueError(
                f"a price was {said}", where=where, hint="read the price again: `arena prices pull` compares lists"
            )


def _old_facts(catalogue: Catalogue, today: date) -> Iterator[CatalogueError]:
    for kind, record_id, record in _records(catalogue):
        if isinstance(record, Model) and record.status_on(today) is Status.WITHDRAWN:
            continue
        reads = [
            max(source.read for source in sources)
            for key in fact_keys(record)
            if key not in _LASTING and (sources := vouching(key, record.sources))
        ]
        if reads and (said := _age(min(reads), max(reads), today)):
            where = catalogue.where(kind, record_id, "sources")
            yield CatalogueError(f"a fact was {said}", where=where, hint="read the source again and renew its date")


def _age(oldest: date, newest: date, today: date) -> str:
    if newest > today:
        return f"read on {newest}, which is after today, {today}"
    if today - oldest > MAX_AGE:
        return f"last read on {oldest}, {(today - oldest).days} days before {today}"
    return ""


def _records(catalogue: Catalogue) -> Iterator[tuple[Kind, str, Organization | Model | Provider | Offer]]:
    for organization_id, organization in catalogue.organizations.items():
        yield Kind.ORGANIZATION, organization_id, organization
    for model_id, model in catalogue.models.items():
        yield Kind.MODEL, model_id, model
    for provider_id, provider in catalogue.providers.items():
        yield Kind.PROVIDER, provider_id, provider
    for (provider_id, model_id), offer in catalogue.offers.items():
        yield Kind.OFFER, f"{provider_id}/{model_id}", offer
