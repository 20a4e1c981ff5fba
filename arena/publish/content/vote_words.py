"""What votes are called, in the language of the site's own words.

In English these say what ``SiteData.votes``, ``demo`` and ``axis_name`` say; sentences without a translation use those.
"""

from __future__ import annotations

from arena import wording
from arena.messages import ENGLISH, Message, lazy_gettext
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Origin


def votes_said(site: SiteData, value: int, arena: str) -> str:
    """1 simulated vote, 2,345 simulated votes."""
    interface = site.interface
    match site.ratings.origin_of(arena):
        case Origin.SIMULATED:
            return interface.ngettext("%(count)s simulated vote", "%(count)s simulated votes", value)
        case Origin.DERIVED:
            return interface.ngettext("%(count)s derived vote", "%(count)s derived votes", value)
        case Origin.HUMAN:
            return interface.ngettext("%(count)s vote", "%(count)s votes", value)
        case None:
            return site.votes(value, arena)


def demo_said(site: SiteData, arena: str) -> str:
    """What advice begins with where votes are simulated: see ``SiteData.demo``."""
    demo = site.interface.gettext("Demo:")
    return f"{demo} " if site.demo(arena) else ""


def label_of(site: SiteData, arena: str) -> Message | None:
    """What an arena's votes are, as its title, its ranks and its picture say it; None without votes."""
    origin = site.ratings.origin_of(arena)
    source = next((each.source for each in site.catalogue.project.arenas if each.id == arena), None)
    match origin:
        case None:
            return None
        case Origin.SIMULATED:
            return lazy_gettext("Demonstration: simulated votes")
        case Origin.DERIVED if source:
            return lazy_gettext("Human ratings, %(source)s", source=source.title)
        case Origin.DERIVED:
            return lazy_gettext("Votes derived from human ratings")
        case Origin.HUMAN if source:
            return lazy_gettext("Human votes, %(source)s", source=source.title)
        case Origin.HUMAN:
            return lazy_gettext("Human votes")


def label_in_english(site: SiteData, arena: str) -> str:
    """``label_of`` for pictures and frames, which are in English everywhere; empty without votes."""
    label = label_of(site, arena)
    return ENGLISH.say(label) if label else ""


def label_said(site: SiteData, arena: str) -> str:
    """``label_of`` in the language of the site; empty without votes."""
    label = label_of(site, arena)
    return site.interface.say(label) if label else ""


def name_within(site: SiteData, name: str) -> str:
    """A name that the project gave, as it reads within a sentence."""
    return wording.in_sentence(name) if site.interface.english else site.interface.name(name)


def axis_said(site: SiteData, axis: Axis) -> str:
    """``SiteData.axis_name`` as it reads within a sentence."""
    interface = site.interface
    category = name_within(site, site.category_name(axis.category)) if axis.category else ""
    if not axis.language:
        return category or interface.gettext("Overall")
    language = interface.language_name(axis.language, site.language(axis.language).name)
    if category:
        return interface.gettext("%(category)s in %(language)s", category=category, language=language)
    return interface.gettext("%(language)s prompts", language=language)
