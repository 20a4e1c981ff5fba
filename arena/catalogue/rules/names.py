"""Names: every name, alias and id leads to one record, and no two entries to the same page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.fields import Category, Language
from arena.catalogue.layout import INDEX, PROJECT_FILE, Kind, board_name, location
from arena.catalogue.names import name_key
from arena.catalogue.records import Model
from arena.errors import CatalogueError

_RENAME = "rename one of the two ids, here and where it is used"


def check_names(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No two organizations or providers have the same name, and no two models of one organization."""
    models = (
        (model_id, f"{model_id.partition('/')[0]}/{name_key(m.name)}") for model_id, m in catalogue.models.items()
    )
    named: tuple[tuple[Kind, Iterable[tuple[str, str]]], ...] = (
        (Kind.ORGANIZATION, ((key, name_key(record.name)) for key, record in catalogue.organizations.items())),
        (Kind.PROVIDER, ((key, name_key(record.name)) for key, record in catalogue.providers.items())),
        (Kind.MODEL, models),
    )
    for kind, names in named:
        first: dict[str, str] = {}
        for record_id, name in names:
            if first.setdefault(name, record_id) != record_id:
                yield CatalogueError(
                    f"has the same name as {first[name]}",
                    where=catalogue.where(kind, record_id, "name"),
                    hint="if the two are one, keep one file; otherwise say in the name how they differ",
                )


def check_aliases(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """What a model or provider is also called is not the name, id or alias of another one."""
    owners: dict[str, str] = {}
    for model_id, model in catalogue.models.items():
        for name in (model_id, model.name):
            owners.setdefault(name_key(name), model_id)
    for model_id, model in catalogue.models.items():
        where = catalogue.where(Kind.MODEL, model_id)
        yield from _collisions(owners, model_id, _aliases(model), where)
    owners = {}
    for provider_id, provider in catalogue.providers.items():
        for name in (provider_id, provider.name):
            owners.setdefault(name_key(name), provider_id)
    for provider_id, provider in catalogue.providers.items():
        named = [(f"aliases[{index}]", alias) for index, alias in enumerate(provider.aliases)]
        yield from _collisions(owners, provider_id, named, catalogue.where(Kind.PROVIDER, provider_id))


def check_former_ids(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A former id of a category or language stands for one of them, and no other has it now; those of models are
    among what ``check_aliases`` looks at.
    """
    file = location(catalogue.folder, PROJECT_FILE)
    tables: dict[str, Sequence[Category | Language]] = {
        "categories": catalogue.project.categories,
        "languages": catalogue.project.languages,
    }
    for table, entries in tables.items():
        owners = {entry.id.casefold(): entry.id for entry in entries}
        for index, entry in enumerate(entries):
            for former in entry.former_ids:
                other = owners.setdefault(former.casefold(), entry.id)
                if other != entry.id or former.casefold() == entry.id.casefold():
                    yield CatalogueError(
                        f"{show(former)} also stands for {other}",
                        where=f"{file}: {table}[{index}].former_ids",
                        hint="a former id leads to one entry, and is used by none: remove it",
                    )
    for model_id, model in catalogue.models.items():
        if model_id in model.former_ids:
            where = catalogue.where(Kind.MODEL, model_id, "former_ids")
            yield CatalogueError(f"{show(model_id)} is its present id", where=where, hint="remove it")


def check_provider_ids(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A provider's id for a model stands for one model only."""
    first: dict[tuple[str, str], str] = {}
    for (provider_id, model_id), offer in catalogue.offers.items():
        if offer.model_id is None:
            continue
        other = first.setdefault((provider_id, offer.model_id.lower()), model_id)
        if other != model_id:
            yield CatalogueError(
                f"{show(offer.model_id)} is also the id of {other} at {provider_id}",
                where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", "model_id"),
                hint="one of the two ids is wrong, or the two models are one",
            )


def check_same_stories(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No story is told twice: the same title, or the same kind of event about the same models on the same day.

    A ``note`` settles the second.
    """
    titles: dict[str, str] = {}
    events: dict[tuple[object, ...], str] = {}
    for story_id, story in catalogue.stories.items():
        event = (story.kind, story.happened, frozenset(story.models))
        told = titles.setdefault(name_key(story.title), story_id)
        if told == story_id:
            told = events.setdefault(event, story_id) if story.note is None else story_id
        if told != story_id:
            yield CatalogueError(
                f"tells the same as {told}",
                where=catalogue.where(Kind.STORY, story_id),
                hint="keep one, or say in a note how they differ",
            )


def _collisions(
    owners: dict[str, str], owner: str, named: Iterable[tuple[str, str]], where: str
) -> Iterator[CatalogueError]:
    for key, name in named:
        other = owners.setdefault(name_key(name), owner)
        if other != owner:
            yield CatalogueError(
                f"{show(name)} also stands for {other}",
                where=f"{where}: {key}",
                hint="an alias leads to one record: remove it from one of the two",
            )


def _aliases(model: Model) -> Iterator[tuple[str, str]]:
    if model.api_id:
        yield "api_id", model.api_id
    for key, names in (("aliases", model.aliases), ("former_ids", model.former_ids)):
        for index, name in enumerate(names):
            yield f"{key}[{index}]", name


def check_board_names(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No two boards of an arena have the same name; letters that differ in case only are the same on some disks.

    Categories and languages that are listed twice have a finding of their own.
    """
    if PROJECT_FILE in catalogue.unread:
        return
    where = location(catalogue.folder, PROJECT_FILE, "categories")
    first: dict[str, tuple[str, str]] = {}
    categories = dict.fromkeys(["", *(category.id for category in catalogue.project.categories)])
    languages = dict.fromkeys(["", *(language.id for language in catalogue.project.languages)])
    for board in ((category, language) for category in categories for language in languages):
        name = board_name(*board)
        other = first.setdefault(name.casefold(), board)
        if other != board:
            what = f"{_described(*other)} and {_described(*board)} would both have the page {show(f'{name}.html')}"
            yield CatalogueError(what, where=where, hint=_RENAME)


def check_reserved_ids(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No organization or provider is called like the page that lists them."""
    for kind, records in ((Kind.ORGANIZATION, catalogue.organizations), (Kind.PROVIDER, catalogue.providers)):
        if INDEX in records:
            yield CatalogueError(
                f"{show(INDEX)} is the page that lists them all",
                where=catalogue.where(kind, INDEX),
                hint="give the file another name, and mend the references to it",
            )


def _described(category: str, language: str) -> str:
    named = [f"{what} {show(name)}" for what, name in (("category", category), ("language", language)) if name]
    return f"the board of {' and '.join(named)}" if named else "the overall board"
