"""What the search box looks in: models, makers, providers, boards, prompts and stories, as one small file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import state_in_brief
from arena.publish.content.site_data import SiteData
from arena.publish.page import Asset, Listing
from arena.records import AxisKind

CLIP = 160
"""Characters of a prompt that are looked in."""


PAGES = (
    ("Prices", paths.PRICES, "cost calculator cheapest value"),
    ("Compare models", paths.COMPARE, "versus vs side by side"),
    ("Methodology", paths.METHODOLOGY, "how scores are computed TrueSkill"),
    ("Data", paths.DATA, "downloads CSV Parquet JSON"),
    ("Integrity", paths.INTEGRITY, "votes audit simulated"),
    ("Changes of rank", paths.CHANGES, "history week"),
    ("For machines", paths.MACHINES, "API JSON schema feeds Atom badges embed"),
)
"""Pages of a kind of their own: title, path, and other words they are looked for by."""


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One thing to find: ``note`` is shown beside the title, ``more`` is only looked in."""

    kind: str
    title: str
    path: str
    note: str
    more: str = ""


def search_entries(site: SiteData) -> Iterator[SearchEntry]:
    """Everything with a page of its own, kind by kind, by id; no board of a category in a language."""
    catalogue = site.catalogue
    for model_id, model in catalogue.models.items():
        more = [model_id, *model.aliases, model.api_id or "", model.family or ""]
        note = " · ".join(filter(None, (site.maker(model_id).name, state_in_brief(model))))
        yield SearchEntry("Model", model.name, paths.model_path(model_id), note, " ".join(filter(None, more)))
    for organization_id, organization in catalogue.organizations.items():
        path = paths.organization_path(organization_id)
        yield SearchEntry("Maker", organization.name, path, organization.country or "", organization_id)
    for provider_id, provider in catalogue.providers.items():
        path, more = paths.provider_path(provider_id), [provider_id, *provider.aliases]
        yield SearchEntry("Provider", provider.name, path, "", " ".join(more))
    for axis, board in site.boards.items():
        if board.ratings and axis.kind is not AxisKind.CATEGORY_LANGUAGE:
            arena = site.arena_name(axis.arena)
            title = arena if axis.kind is AxisKind.OVERALL else f"{site.axis_name(axis)}, {wording.in_sentence(arena)}"
            own = site.language(axis.language).own_name if axis.language else ""
            yield SearchEntry("Board", title, paths.board_path(axis), wording.count(len(board.ratings), "model"), own)
    for title, path, other in PAGES:
        yield SearchEntry("Page", title, path, "", other)
    for prompt_id, prompt in catalogue.prompts.items():
        note = f"{site.category_name(prompt.category)}, {site.language(prompt.language).name}"
        english = wording.clipped(prompt.english or "", CLIP)
        yield SearchEntry("Prompt", wording.clipped(prompt.text, CLIP), paths.prompt_path(prompt_id), note, english)
    for story_id, story in catalogue.stories.items():
        yield SearchEntry("Story", story.title, paths.story_path(story_id), wording.day(story.happened).text)


def search_assets(site: SiteData, pages: Sequence[Listing]) -> Iterator[Asset]:
    """The index, with the entries whose pages are part of the site."""
    there = {page.path for page in pages}
    rows = [list(astuple(entry)) for entry in search_entries(site) if entry.path in there]
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    yield Asset.of_text(paths.SEARCH_INDEX, f"arenaSearchIndex({data});\n")
