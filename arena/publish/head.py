"""What a page says of itself in its head: structured data, what other sites show of a link to it, and its twins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from arena.publish import paths
from arena.publish.cards import SIZE
from arena.publish.edition import Edition
from arena.publish.page import Page
from arena.publish.ranks import rank_weeks
from arena.publish.social import social_path
from arena.publish.structured import structured_data
from arena.publish.views.board import BoardView
from arena.publish.views.model.page import ModelView


@dataclass(frozen=True, slots=True)
class Meta:
    """One ``<meta property>`` of Open Graph."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same in another format, at a path of the site."""

    path: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Head:
    """What ``head.html`` places, and the page's content security policy; ``canonical`` is empty where the site's
    address is not known.
    """

    policy: str
    canonical: str
    metas: tuple[Meta, ...]
    alternates: tuple[Alternate, ...]
    structured: Markup


def head_of(edition: Edition, page: Page, title: str, description: str) -> Head:
    """The head of a page whose title and description stand already."""
    base_url = edition.catalogue.project.base_url
    return Head(
        policy=policy_of(edition, page),
        canonical=paths.absolute(base_url, page.path) if base_url and page.listed else "",
        metas=tuple(_metas(edition, page, title, description)),
        alternates=tuple(_alternates(edition, page)),
        structured=structured_data(edition, page),
    )


def policy_of(edition: Edition, page: Page) -> str:
    """No other host and no inline script; a page with a playground may ask its endpoint, and show pictures from it."""
    setting = edition.catalogue.project.playground
    images = connections = ""
    if setting and isinstance(page.view, ModelView) and page.view.playground:
        images, connections = f" {' '.join(setting.pictures_from)}", f" {setting.requests_to}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data: blob:{images}; connect-src 'self'{connections}; form-action 'self'; base-uri 'none'"
    )


def _metas(edition: Edition, page: Page, title: str, description: str) -> Iterator[Meta]:
    """Open Graph wants absolute addresses, so a site without one has no picture there."""
    base_url = edition.catalogue.project.base_url
    picture = social_path(edition, page.path)
    yield Meta("og:type", "website")
    yield Meta("og:site_name", edition.catalogue.project.name)
    yield Meta("og:title", title)
    yield Meta("og:description", description)
    if base_url:
        yield Meta("og:url", paths.absolute(base_url, page.path))
    if base_url and picture:
        yield Meta("og:image", paths.absolute(base_url, picture))
        yield Meta("og:image:width", str(SIZE[0]))
        yield Meta("og:image:height", str(SIZE[1]))
        yield Meta("og:image:alt", title)
        yield Meta("twitter:card", "summary_large_image")


def _alternates(edition: Edition, page: Page) -> Iterator[Alternate]:
    if isinstance(page.view, ModelView):
        model = page.view.model
        yield Alternate(paths.markdown_path(model.id), "text/markdown", f"{model.name} as Markdown")
        yield Alternate(paths.api_path(f"models/{model.id}"), "application/json", f"{model.name} as JSON")
    if isinstance(page.view, BoardView) and page.view.rows:
        yield Alternate(
            paths.api_path(page.path.removesuffix(".html")), "application/json", f"{page.view.heading} as JSON"
        )
    if page.path == paths.HOME and any(rank_weeks(edition)):
        yield Alternate(paths.CHANGES_FEED, "application/atom+xml", "Changes of rank")
