"""Names that lead nowhere: one finding for each, with all that hangs on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import near, show
from arena.catalogue.layout import OUTPUTS_FILE, PROJECT_FILE, Kind, location, record_path
from arena.errors import CatalogueError
from arena.wording import count, listing

TABLES = {"arena": "arenas", "category": "categories", "language": "languages"}
"""What arena.toml lists, and the tables that it does it in; everything else has a file of its own."""
PLURALS = {"story": "stories"}

NO_VOTES: Mapping[tuple[str, str], int] = {}


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a file names something: an organization, model, provider, prompt, arena, category or language.

    ``holder`` is what the file describes, such as ``story``.
    """

    what: str
    name: str
    where: str
    holder: str


def check_references(catalogue: Catalogue, votes: Mapping[tuple[str, str], int] = NO_VOTES) -> Iterator[CatalogueError]:
    """Whatever files name is there. ``votes`` has the number of votes by what they name and the name (``language``,
    ``de``), which are told with the rest.

    A file that is there and cannot be read has its own finding.
    """
    known = _known(catalogue)
    unknown: dict[tuple[str, str], list[Reference]] = {
        name: [] for name in sorted(votes) if _is_unknown(catalogue, *name, known)
    }
    for reference in iter_references(catalogue):
        name = reference.what, reference.name
        if _is_unknown(catalogue, *name, known):
            unknown.setdefault(name, []).append(reference)
    for named, references in unknown.items():
        yield _finding(catalogue, named, references, votes.get(named, 0), known[named[0]])


def _finding(
    catalogue: Catalogue, named: tuple[str, str], references: list[Reference], votes: int, known: Collection[str]
) -> CatalogueError:
    what, name = named
    message = f"unknown {what} {show(name)}" + ("" if what in TABLES else ": no file defines it")
    holders = [reference.holder for reference in references]
    told = [
        count(holders.count(holder), holder, PLURALS.get(holder, f"{holder}s")) for holder in dict.fromkeys(holders)
    ]
    told += [count(votes, "vote")] if votes else []
    if votes or len(references) > 1:
        message += f"{',' if what in TABLES else ';'} named by {listing(told)}"
    where = references[0].where if references else location(catalogue.folder, "votes")
    return CatalogueError(message, where=where, hint=_hint(catalogue, what, name, votes, known))


def _hint(catalogue: Catalogue, what: str, name: str, votes: int, known: Collection[str]) -> str:
    """The id that it has now; or the nearest name, or where to add it, and how its votes lead to another id."""
    if present := _present_ids(catalogue, what).get(name):
        return f'it is called "{present}" now: write that'
    if what in TABLES:
        add = f"add it under [[{TABLES[what]}]] in {location(catalogue.folder, PROJECT_FILE)}"
        listed = f"{add}, or use one of: {', '.join(known)}" if known else add
    else:
        listed = f"add {location(catalogue.folder, record_path(Kind(what), name))}, or mend the id"
    hint = near(name, known) or listed
    if votes and what in ("model", "category", "language"):
        hint += f'; if it is called otherwise now, add "{name}" to the former_ids there, for its votes'
    return hint


def _present_ids(catalogue: Catalogue, what: str) -> dict[str, str]:
    """The present id by former id."""
    project = catalogue.project
    if what == "model":
        return {former: key for key, model in catalogue.models.items() for former in model.former_ids}
    if what == "category":
        return {former: entry.id for entry in project.categories for former in entry.former_ids}
    if what == "language":
        return {former: entry.id for entry in project.languages for former in entry.former_ids}
    return {}


def _known(catalogue: Catalogue) -> dict[str, Collection[str]]:
    project = catalogue.project
    return {
        "arena": [arena.id for arena in project.arenas],
        "category": [category.id for category in project.categories],
        "language": [language.id for language in project.languages],
        "organization": catalogue.organizations,
        "model": catalogue.models,
        "provider": catalogue.providers,
        "prompt": catalogue.prompts,
    }


def _is_unknown(catalogue: Catalogue, what: str, name: str, known: Mapping[str, Collection[str]]) -> bool:
    if name in known[what]:
        return False
    if what in TABLES:
        # Where arena.toml cannot be read or lists no arena, that is the finding.
        return PROJECT_FILE not in catalogue.unread and bool(known["arena"] or what != "arena")
    return record_path(Kind(what), name) not in catalogue.unread


def iter_references(catalogue: Catalogue) -> Iterator[Reference]:
    """Every place where a file names something, file by file."""
    for model_id, model in catalogue.models.items():
        where = catalogue.where(Kind.MODEL, model_id)
        yield Reference("organization", model_id.partition("/")[0], where, "model")
        for index, arena in enumerate(model.arenas):
            yield Reference("arena", arena, f"{where}: arenas[{index}]", "model")
        for key, other in (("predecessor", model.predecessor), ("replaced_by", model.replaced_by)):
            if other:
                yield Reference("model", other, f"{where}: {key}", "model")
    yield from _provider_references(catalogue)
    for prompt_id, prompt in catalogue.prompts.items():
        where = catalogue.where(Kind.PROMPT, prompt_id)
        yield Reference("arena", prompt_id.partition("/")[0], where, "prompt")
        yield Reference("category", prompt.category, f"{where}: category", "prompt")
        yield Reference("language", prompt.language, f"{where}: language", "prompt")
    for story_id, story in catalogue.stories.items():
        for index, model_id in enumerate(story.models):
            yield Reference("model", model_id, catalogue.where(Kind.STORY, story_id, f"models[{index}]"), "story")
    file = location(catalogue.folder, OUTPUTS_FILE)
    for output in catalogue.outputs:
        yield Reference("model", output.model, f"{file}: {output.sha256[:12]}", "output")
        yield Reference("prompt", output.prompt, f"{file}: {output.sha256[:12]}", "output")


def _provider_references(catalogue: Catalogue) -> Iterator[Reference]:
    for provider_id, provider in catalogue.providers.items():
        if provider.organization:
            where = f"{catalogue.where(Kind.PROVIDER, provider_id)}: organization"
            yield Reference("organization", provider.organization, where, "provider")
    for provider_id, model_id in catalogue.offers:
        where = catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}")
        yield Reference("provider", provider_id, where, "offer")
        yield Reference("model", model_id, where, "offer")
