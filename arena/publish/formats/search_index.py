"""What the search box looks in: models, makers, providers, boards, prompts and stories, as one small file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from pathlib import Path

from arena import wording
from arena.errors import PublishError
from arena.publish import paths
from arena.publish.content.model_refs import state_in_brief
from arena.publish.content.site_data import SiteData
from arena.publish.json_text import json_text
from arena.publish.layout.overrides import own_templates
from arena.publish.page import Asset, Listing
from arena.publish.pages.find import arenas_asked
from arena.records import AxisKind

SYNONYMS = Path(__file__).with_name("synonyms.toml")
SYNONYMS_HINT = 'write lines such as logo = ["brand", "mark"]'
CLIP = 160
"""Characters of a prompt that are looked in."""


PAGES = (
    ("Prices and speed", paths.PRICES, "cost calculator cheapest value fastest latency seconds"),
    ("Models with open weights", f"{paths.MODELS}?open=yes", "open source self-hosted local own machine licence"),
    (
        "Models whose pictures may be used commercially",
        f"{paths.MODELS}?use=yes",
        "commercial use licence terms business",
    ),
    ("Models whose weights may be used commercially", f"{paths.MODELS}?weights=yes", "commercial use licence terms"),
    ("Licences and terms of all models", paths.MODELS, "licence license copyright commercial use"),
    ("Find a model: kind, language, price, use", paths.FIND, "which model should I use best recommend"),
    ("Your own ranking", paths.OWN_RANKING, "weights sliders preferences custom personal what matters to me"),
    ("Compare models", paths.COMPARE, "versus vs side by side"),
    ("Methodology", paths.METHODOLOGY, "how scores are computed TrueSkill"),
    ("Data", paths.DATA, "downloads CSV Parquet JSON"),
    ("Integrity", paths.INTEGRITY, "votes audit simulated"),
    ("What changed", paths.CHANGES, "changes of rank prices models history week news"),
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
    """Everything with a page of its own, kind by kind, by id; and the sentence to fill in by kind and language."""
    catalogue = site.catalogue
    for model_id, model in catalogue.models.items():
        more = [model_id, *model.aliases, model.api_id or "", model.family or ""]
        note = " · ".join(filter(None, (site.maker(model_id).name, state_in_brief(model))))
        yield SearchEntry("Model", model.name, paths.model_path(model_id), note, " ".join(filter(None, more)))
    for organization_id, organization in catalogue.organizations.items():
        path = paths.organization_path(organization_id)
        yield SearchEntry("Maker", organization.name, path, organization.country or "", organization_id)
    for provider_id, provider in catalogue.providers.items():
        path, more = paths.provider_path(provider_id), [provider_id, *provider.aliases, "price prices cost API"]
        yield SearchEntry("Provider", provider.name, path, "", " ".join(more))
    for axis, board in site.boards.items():
        if board.ratings:
            arena = site.arena_name(axis.arena)
            title = arena if axis.kind is AxisKind.OVERALL else f"{site.axis_name(axis)}, {wording.in_sentence(arena)}"
            own = site.language(axis.language).own_name if axis.language else ""
            yield SearchEntry("Board", title, paths.board_path(axis), wording.count(len(board.ratings), "model"), own)
    yield from _needs(site)
    for title, path, other in PAGES:
        yield SearchEntry("Page", title, path, "", other)
    for prompt_id, prompt in catalogue.prompts.items():
        note = f"{site.category_name(prompt.category)}, {site.language(prompt.language).name}"
        english = wording.clipped(prompt.english or "", CLIP)
        yield SearchEntry("Prompt", wording.clipped(prompt.text, CLIP), paths.prompt_path(prompt_id), note, english)
    for story_id, story in catalogue.stories.items():
        yield SearchEntry("Story", story.title, paths.story_path(story_id), wording.day(story.happened).text)


def _needs(site: SiteData) -> Iterator[SearchEntry]:
    """The sentence for each kind of picture in each language, whether or not it has a board of its own."""
    for arena in arenas_asked(site)[:1]:
        for category, language in product(site.catalogue.project.categories, site.catalogue.project.languages):
            title = f"Models for {wording.in_sentence(category.name)} in {language.name}"
            path = f"{paths.FIND}?for={category.id}&in={language.id}"
            yield SearchEntry("Answer", title, path, wording.in_sentence(site.arena_name(arena)), language.own_name)


def synonyms_of(site: SiteData) -> dict[str, list[str]]:
    """What a typed word also stands for: ours, and those of the project's ``templates/synonyms.toml``.

    Raises PublishError where that file is not a table of lists of words.
    """
    own = own_templates(site.catalogue)
    found: dict[str, list[str]] = {}
    for path in (SYNONYMS, *([own / SYNONYMS.name] if own and (own / SYNONYMS.name).is_file() else [])):
        where = f"templates/{path.name}"
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PublishError(f"cannot be read as TOML: {error}", where=where, hint=SYNONYMS_HINT) from error
        for word, others in table.items():
            if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
                raise PublishError(f"{word!r} is not a list of words", where=where, hint=SYNONYMS_HINT)
            listed = found.setdefault(word.lower(), [])
            listed += [other.lower() for other in others if other.lower() not in listed]
    return found


def search_assets(site: SiteData, pages: Sequence[Listing]) -> Iterator[Asset]:
    """The index, with the entries whose pages are part of the site."""
    there = {page.path for page in pages}
    rows = [list(astuple(entry)) for entry in search_entries(site) if entry.path.partition("?")[0] in there]
    data, words = (json_text(part).replace("</", "<\\/") for part in (rows, synonyms_of(site)))
    yield Asset.of_text(paths.SEARCH_INDEX, f"arenaSearchIndex({data},{words});\n")
