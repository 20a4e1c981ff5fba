"""What surrounds the content of every page: head with structured data, titles, navigation, notices, the footer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from markupsafe import Markup, escape

from arena import wording
from arena.messages import N_, InterfaceLanguage
from arena.publish import paths
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_said
from arena.publish.json_text import json_text
from arena.publish.page import CARD_SIZE, Alternate, Crumb, Page, Policy, Thing
from arena.publish.paths import HOME, absolute, linker
from arena.records import Origin

Address = Callable[[str], str]
SECTIONS = (
    (N_("Boards"), paths.BOARDS),
    (N_("Models"), paths.MODELS),
    (N_("Compare"), paths.COMPARE),
    (N_("Prices"), paths.PRICES),
)
"""Where readers go to choose a model: always in sight."""
MORE = (
    (N_("Your own ranking"), paths.OWN_RANKING),
    (N_("Prompts and pictures"), paths.PROMPTS),
    (N_("By category and language"), paths.TOPICS),
    (N_("What changed"), paths.CHANGES),
    (N_("Makers"), paths.ORGANIZATIONS),
    (N_("Providers"), paths.PROVIDERS),
    (N_("Stories"), paths.STORIES),
    (N_("Method"), paths.METHODOLOGY),
    (N_("Integrity"), paths.INTEGRITY),
    (N_("Data"), paths.DATA),
    (N_("For machines"), paths.MACHINES),
)
"""All other sections: one click away, and in the footer."""
LISTED = frozenset(path for _, path in (*SECTIONS, *MORE))
SHORT_NAMES = 44
"""Characters of the names of arenas that a notice of one or two lines on a phone can hold."""
TITLE_LENGTH = 70
"""Characters of a title as HTML writes it; search engines and tabs cut what is longer."""


def addresses(site: SiteData, page_path: str) -> Address:
    """Paths of the site as addresses: absolute where the site's own is known, otherwise relative to the page."""
    base_url = site.catalogue.project.base_url
    return partial(absolute, base_url) if base_url else linker(page_path)


def structured_data(site: SiteData, page: Page) -> Markup:
    """The page's JSON-LD, safe inside a script element; empty where there is nothing to say."""
    graph = [*_breadcrumbs(site, page), *page.structured]
    if not graph:
        return Markup()
    text = json_text({"@context": "https://schema.org", "@graph": graph})
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character is left that could end the element


def _breadcrumbs(site: SiteData, page: Page) -> Iterator[Thing]:
    """The way from the home page; nothing for the home page itself and for pages that nobody shall find."""
    if page.path == HOME or not page.listed:
        return
    address = addresses(site, page.path)
    steps = [(site.catalogue.project.name, HOME), *((crumb.label, crumb.path) for crumb in page.crumbs)]
    steps.append((page.title, page.path))
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    yield {"@type": "BreadcrumbList", "itemListElement": items}


@dataclass(frozen=True, slots=True)
class MetaTag:
    """One ``<meta property>`` of Open Graph."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Head:
    """What ``head.html`` places, and the page's content security policy; ``canonical`` is empty where the site's
    address is not known.
    """

    policy: str
    canonical: str
    metas: tuple[MetaTag, ...]
    alternates: tuple[Alternate, ...]
    structured: Markup


def head_of(site: SiteData, page: Page, title: str, description: str) -> Head:
    """The head of a page whose title and description stand already."""
    base_url = site.catalogue.project.base_url
    return Head(
        policy=render_policy(page.policy),
        canonical=paths.absolute(base_url, page.path) if base_url and page.listed else "",
        metas=tuple(_metas(site, page, title, description)),
        alternates=page.alternates,
        structured=structured_data(site, page),
    )


def render_policy(policy: Policy) -> str:
    """No inline script, and no other host but those that the page's policy names."""
    images = "".join(f" {origin}" for origin in policy.images)
    connections = "".join(f" {address}" for address in policy.connections)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data: blob:{images}; connect-src 'self'{connections}; form-action 'self'; base-uri 'none'"
    )


def _metas(site: SiteData, page: Page, title: str, description: str) -> Iterator[MetaTag]:
    """Open Graph wants absolute addresses, so a site without one has no picture there."""
    base_url = site.catalogue.project.base_url
    yield MetaTag("og:type", "website")
    yield MetaTag("og:site_name", site.catalogue.project.name)
    yield MetaTag("og:title", title)
    yield MetaTag("og:description", description)
    if base_url:
        yield MetaTag("og:url", paths.absolute(base_url, page.path))
    if base_url and page.card:
        yield MetaTag("og:image", paths.absolute(base_url, page.card))
        yield MetaTag("og:image:width", str(CARD_SIZE[0]))
        yield MetaTag("og:image:height", str(CARD_SIZE[1]))
        yield MetaTag("og:image:alt", title)
        yield MetaTag("twitter:card", "summary_large_image")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation; ``current`` is ``page`` on its own page, ``true`` on others of its section."""

    label: str
    path: str
    current: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What readers must know before they read any number: a short label, and one or two sentences.

    ``brief`` is what pages show of them, in two lines of a phone at most; the rest unfolds.
    """

    label: str
    text: str
    brief: str


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The context that ``base.html`` adds to a page's own."""

    language: InterfaceLanguage
    title: str
    description: str
    head: Head
    site_name: str
    tagline: str
    vote_url: str
    nav: tuple[NavItem, ...]
    more: tuple[NavItem, ...]
    crumbs: tuple[Crumb, ...]
    notices: tuple[Notice, ...]
    data_until: wording.Day | None
    votes: str
    votes_licence: str
    repository: str
    contact: str


@once
def notices_of(site: SiteData) -> tuple[Notice, ...]:
    """The notices at the top of every page of this site; none where people cast every vote."""
    origins = dict(site.summary.origins)
    if len({origin for _, origin in site.ratings.origins}) > 1:
        return (_mixed(site),)
    notices = []
    if site.simulated:
        notices.append(_simulated(site, origins.get(Origin.SIMULATED, 0)))
    derived = origins.get(Origin.DERIVED, 0)
    if derived:
        notices.append(_derived(site, derived))
    return tuple(notices)


def _derived(site: SiteData, votes: int) -> Notice:
    interface, total = site.interface, site.interface.whole(site.summary.votes)
    if votes == site.summary.votes:
        text = interface.ngettext(
            "All %(count)s vote of %(total)s were worked out from people's ratings of single pictures; "
            "nobody compared the two pictures of a pair side by side.",
            "All %(count)s votes of %(total)s were worked out from people's ratings of single pictures; "
            "nobody compared the two pictures of a pair side by side.",
            votes,
            total=total,
        )
    else:
        text = interface.ngettext(
            "Some %(count)s vote of %(total)s were worked out from people's ratings of single pictures; "
            "nobody compared the two pictures of a pair side by side.",
            "Some %(count)s votes of %(total)s were worked out from people's ratings of single pictures; "
            "nobody compared the two pictures of a pair side by side.",
            votes,
            total=total,
        )
    brief = interface.gettext("Votes were worked out from people’s ratings of single pictures.")
    return Notice(interface.gettext("Derived votes"), text, brief)


def kinds_of_votes(site: SiteData, *arenas: str) -> str:
    """The arenas by what their votes are, those of people first: ``Text to image: demonstration, simulated votes``."""
    by_label: dict[str, list[str]] = {}
    for arena in site.arenas:
        if arena.id in arenas and (label := label_said(site, arena.id)):
            by_label.setdefault(label, []).append(arena.name)
    return "; ".join(
        f"{wording.listing(names)}: {wording.in_sentence(label).replace(':', ',')}" for label, names in by_label.items()
    )


def _mixed(site: SiteData) -> Notice:
    """What the votes of every arena are, and the pictures that models did not make."""
    _ = site.interface.gettext
    told = kinds_of_votes(site, *(arena.id for arena in site.arenas))
    text = _("%(sentence)s.", sentence=told)
    if site.pictures_simulated:
        drawn = _("Pictures marked as simulated are not the models’ work.")
        text = _("%(first)s %(second)s", first=text, second=drawn)
    made_up = [arena.name for arena in site.arenas if site.ratings.origin_of(arena.id) is Origin.SIMULATED]
    if not made_up:
        return Notice(_("Where votes come from"), text, _("Some people compared pictures, others rated single ones."))
    names = wording.listing(made_up)
    if len(names) <= SHORT_NAMES:
        return Notice(_("Partly simulated"), text, _("Votes on %(arenas)s are simulated.", arenas=names))
    brief = site.interface.ngettext(
        "Votes on %(some)s of %(count)s arena are simulated.",
        "Votes on %(some)s of %(count)s arenas are simulated.",
        len(site.ratings.origins),
        some=len(made_up),
    )
    return Notice(_("Partly simulated"), text, brief)


def _simulated(site: SiteData, votes: int) -> Notice:
    interface, total = site.interface, site.summary.votes
    _ = interface.gettext
    label = _("Simulated data")
    if votes == 0:
        text = _("Pictures on this site were drawn by a program, not by the models. No vote is simulated.")
        return Notice(label, text, _("Pictures here were drawn by a program, votes are real."))
    if votes == total:
        brief = interface.ngettext(
            "A program made up all %(count)s vote", "A program made up all %(count)s votes", votes
        )
        text = _("This is a demonstration. %(brief)s: no person voted here", brief=brief)
    else:
        text = brief = interface.ngettext(
            "A program made up %(some)s of the %(count)s vote here",
            "A program made up %(some)s of the %(count)s votes here",
            total,
            some=interface.whole(votes),
        )
    if site.pictures_simulated:
        whole = _(
            "%(text)s, and the pictures marked as simulated are not the models’ work. Facts, prices and licences are "
            "real and sourced.",
            text=text,
        )
    else:
        whole = _("%(text)s. Facts, prices and licences are real and sourced.", text=text)
    return Notice(label, whole, _("%(sentence)s.", sentence=brief))


def frame_of(site: SiteData, page: Page) -> PageFrame:
    """The frame of ``page``; its title and description say when votes are simulated."""
    project = site.catalogue.project
    mark = site.simulated_mark(*page.arenas)
    warning = _warning(site, page)
    until = site.data_until
    description = wording.clipped(f"{warning}{page.description}", 200)
    # Its own entry alone, not that of a section around it.
    here = (page.path, "page") if page.path in LISTED else (page.section, "true")
    nav, more = (_entries(site.interface, sections, *here) for sections in (SECTIONS, MORE))
    return PageFrame(
        language=site.interface,
        title=title_of(page.title, mark, project.name),
        description=description,
        head=head_of(site, page, f"{page.title}{mark}", description),
        site_name=project.name,
        tagline=project.tagline,
        vote_url=project.vote_url or "",
        nav=nav,
        more=more,
        crumbs=tuple(replace(crumb, label=site.interface.name(crumb.label)) for crumb in page.crumbs),
        notices=notices_of(site),
        data_until=wording.day(until) if until else None,
        votes=site.votes(site.summary.votes),
        votes_licence=site.votes_licence,
        repository=project.repository or "",
        contact=project.contact or "",
    )


def _warning(site: SiteData, page: Page) -> str:
    """What descriptions begin with where votes on the page are simulated."""
    origins = site.origins_in(*page.arenas)
    if Origin.SIMULATED not in origins:
        return ""
    return "Demonstration with simulated votes. " if len(origins) == 1 else "Some votes are simulated. "


def title_of(title: str, mark: str, site: str) -> str:
    """What stands in the head, in at most 70 characters: the site's name gives way first, then the end of the title."""
    whole = f"{title}{mark} · {site}"
    if len(escape(whole)) <= TITLE_LENGTH:
        return whole
    return f"{wording.clipped(title, TITLE_LENGTH - len(mark))}{mark}"


@lru_cache(maxsize=64)
def _entries(
    interface: InterfaceLanguage, sections: tuple[tuple[str, str], ...], here: str, mark: str
) -> tuple[NavItem, ...]:
    """The entries of the navigation for the pages of one place, which is marked so."""
    return tuple(NavItem(interface.gettext(label), path, mark if path == here else "") for label, path in sections)
