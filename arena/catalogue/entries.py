"""New projects from the starter, and new entries for models that votes name and no file describes."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter, ValidationError

from arena.catalogue.editing import put_files
from arena.catalogue.error_messages import show
from arena.catalogue.fields import MAX_NAME_LETTERS, ModelId, Name
from arena.catalogue.layout import PROJECT_FILE, Kind, entries_of, location, record_path
from arena.errors import CatalogueError
from arena.messages.files import project_folder
from arena.template_folders import overrides_folder

_MAX_ID_LETTERS = 120
"""Both parts have to fit into file names."""

DATA = "data"
HIDDEN = "dot-"
"""What the names of the starter's files begin with where those of the project begin with a dot."""

_MODEL_ID: TypeAdapter[str] = TypeAdapter(ModelId)
_NAME: TypeAdapter[str] = TypeAdapter(Name)


def new_model_entries(
    data: Path,
    models: Mapping[str, str],
    *,
    source: str,
    read: date,
    arenas: Mapping[str, Collection[str]] | None = None,
) -> tuple[Path, ...]:
    """Start an entry for every model of ``models`` (id -> name) that has no file, and for makers that have none.

    An entry says no more than what is known: the name (an empty one stands for the id), the arenas that ``arenas``
    lists for the model, and that it comes from ``source`` (the vote file), read on ``read``. Whether the weights are
    open is unknown. Files that exist are left alone; new files appear whole, all or none. Returns the files
    written, sorted.

    Raises CatalogueError, before anything is written, for every id that is not ``<organization>/<model>``, for every
    name that no page can show in a line, and for a folder that cannot be written.
    """
    findings = [_bad_id(model_id, source) for model_id in models if not _is_model_id(model_id)]
    findings += [bad for model_id, name in models.items() if (bad := _bad_name(name.strip() or model_id, source))]
    if findings:
        raise CatalogueError.of(list(findings))
    texts: dict[Path, str] = {}
    for model_id, name in models.items():
        path = data / record_path(Kind.MODEL, model_id)
        if path.exists():
            continue
        texts[path] = _model_text(name.strip() or model_id, (arenas or {}).get(model_id, ()), source, read)
        organization = model_id.partition("/")[0]
        texts[data / record_path(Kind.ORGANIZATION, organization)] = organization_text(organization, source, read)
    return _write_new(data, dict(sorted(texts.items())))


def new_model(
    data: Path,
    model_id: str,
    *,
    source: str,
    read: date,
    url: str | None = None,
    name: str = "",
    arenas: Collection[str] = ("text-to-image",),
) -> tuple[Path, ...]:
    """Start an entry for one model, and for its maker where that has none, with every key that may be filled in.

    ``source`` is where the facts will be read and ``read`` when; an empty name stands for the id. Returns the files
    written, the model's first.

    Raises CatalogueError for an id that is not ``<organization>/<model>``, for a name that no page can show in a line,
    for a model that has an entry, and for a folder that cannot be written.
    """
    check_model_id(model_id, "the id")
    if bad := _bad_name(name.strip() or model_id, "the name"):
        raise bad
    path = data / record_path(Kind.MODEL, model_id)
    if path.exists():
        raise CatalogueError(f"{model_id} has an entry", where=location(data, path), hint="change that file")
    organization, _, model = model_id.partition("/")
    maker = data / record_path(Kind.ORGANIZATION, organization)
    cited = _source_text(source, read, url)
    texts = {
        path: _template(name.strip() or model, arenas, cited),
        maker: f'name = {quoted(organization)}\n# country = "..."\n# url = "https://..."\n\n{cited}',
    }
    return _write_new(data, texts)


def _template(name: str, arenas: Collection[str], cited: str) -> str:
    listed = ", ".join(quoted(arena) for arena in arenas)
    return f"""\
# Fill in what a source says and leave out the rest: docs/catalogue.md has every key. `arena check` when done.
name = {quoted(name)}
description = "Nobody has described it yet."
arenas = [{listed}]
# released = 2026-01-31
# family = "..."
# predecessor = "organization/model"
# aliases = ["..."]
# api_id = "..."
# inputs = ["text", "image"]
# max_resolution = "2048x2048"

[weights]
open = "unknown"
# licence = "..."

# [output_terms]
# commercial_use = "conditional"
# note = "..."

# [capabilities]
# sizes = ["1024x1024"]
# output_formats = ["png"]
# transparent_background = false

{cited}facts = ["name"]
"""


def check_model_id(model_id: str, where: str) -> None:
    """Raise CatalogueError for what is no ``<organization>/<model>``, or is too long for a file's name."""
    if not _is_model_id(model_id):
        raise _bad_id(model_id, where)


def _is_model_id(model_id: str) -> bool:
    try:
        _MODEL_ID.validate_python(model_id)
    except ValidationError:
        return False
    return len(model_id) <= _MAX_ID_LETTERS


def _bad_id(model_id: str, source: str) -> CatalogueError:
    return CatalogueError(
        f"{show(model_id)} is not a model id of at most {_MAX_ID_LETTERS} characters",
        where=source,
        hint='a model id is <organization>/<model> in a-z and 0-9, joined by single "-" or ".", as in openai/dall-e-3',
    )


def _bad_name(name: str, source: str) -> CatalogueError | None:
    """The finding about a name that an entry may not have; None for one that it may."""
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        said = detail.get("ctx", {}).get("error") or f"has more than {MAX_NAME_LETTERS} letters"
        return CatalogueError(f"the name {show(name)} {said}", where=source, hint="give the model another name")
    return None


def _model_text(name: str, arenas: Collection[str], source: str, read: date) -> str:
    listed = ", ".join(quoted(arena) for arena in sorted(arenas))
    return f"""\
# Started from votes. Still missing: a description, the release date, the licence, what the model takes and makes.
name = {quoted(name)}
description = "Known here from votes only: nobody has described it yet."
arenas = [{listed}]

[weights]
open = "unknown"

{_source_text(source, read)}facts = ["name", "arenas"]
"""


def organization_text(organization: str, source: str, read: date) -> str:
    """The entry of a maker of whom nothing is known but that ``source``, read on ``read``, has a model of it."""
    return f"""\
# Still missing: the name as the maker writes it, the country, a web address.
name = {quoted(organization)}

{_source_text(source, read)}facts = ["name"]
"""


def _source_text(source: str, read: date, url: str | None = None) -> str:
    cited = f"[[sources]]\nname = {quoted(source)}\nread = {read.isoformat()}\n"
    return f"{cited}url = {quoted(url)}\n" if url else cited


def quoted(text: str) -> str:
    """A basic string of TOML; beyond JSON's, it has to escape DEL and cannot hold half of a surrogate pair."""
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_new(data: Path, texts: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write the files that do not exist, all or none; which they are."""
    new = {path: text for path, text in texts.items() if not path.exists()}
    put_files(data, new)
    return tuple(new)


def init_project(folder: Path, source: Path | None = None) -> tuple[str, ...]:
    """Start a project in ``folder``: configuration and a few example entries with sourced facts, no votes.

    With ``source``, another project, its configuration, entries, prompts, templates and messages are copied in the
    place of the examples: no votes, outputs, stores, secrets or sites.

    Beside ``data/`` come a README, a ``.gitignore`` and a workflow that publishes the site. The folder may be missing,
    or hold anything but ``data``: files that exist are left as they are, and returned. All or nothing: the files are
    written to a folder beside it and then renamed. Raises CatalogueError for a folder that has ``data``, or that cannot
    be written, and for a ``source`` that is no project.
    """
    target = folder.absolute()
    where = str(folder)
    try:
        _refuse_unless_free(target, where)
        if source is not None:
            _refuse_unless_project(source, target)
        with (
            _parents(target),
            TemporaryDirectory(prefix=".arena-init-", dir=_folder_on_the_same_disk(target)) as scratch,
        ):
            project = Path(scratch) / "project"
            _copy(files("arena") / "starter", project)
            if source is not None:
                _copy_project(source, project)
            return _move(project, target)
    except OSError as error:
        raise CatalogueError(
            f"no project can be started here: {error.strerror or error}", where=where, hint="choose another folder"
        ) from error


def _refuse_unless_free(target: Path, where: str) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise CatalogueError("is not a folder", where=where, hint="choose another folder, a new one or one in use")
    if os.path.lexists(target / DATA):
        raise CatalogueError(f"has {DATA}/ already", where=where, hint="choose another folder, or move it away")


def _refuse_unless_project(source: Path, target: Path) -> None:
    if not (source / DATA / PROJECT_FILE).is_file():
        hint = "name the folder of a project"
        raise CatalogueError(f"is no project: it has no {DATA}/{PROJECT_FILE}", where=str(source), hint=hint)
    if any(part.is_relative_to((source / DATA).resolve()) for part in (target, target.resolve())):
        raise CatalogueError("lies in the data of the project", where=str(target), hint="choose a folder outside of it")


@contextmanager
def _parents(target: Path) -> Generator[None]:
    """Make the folders above ``target``, and take those that were missing away again if anything fails."""
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()
        raise


def _folder_on_the_same_disk(target: Path) -> Path:
    """Where files can be written first and renamed into ``target``. An empty folder may be a disk of its own."""
    return target if target.is_dir() else target.parent


def _copy(source: Traversable, target: Path) -> None:
    """Copy the starter. Its hidden files are not hidden there: git and packagers would heed them."""
    target.mkdir()
    for child in source.iterdir():
        name = re.sub(f"^{HIDDEN}", ".", child.name)
        if child.is_dir():
            _copy(child, target / name)
        else:
            (target / name).write_bytes(child.read_bytes())


def _copy_project(source: Path, project: Path) -> None:
    """Put what another project is about in the place of the starter's examples."""
    shutil.rmtree(project / DATA)
    data = source / DATA
    pairs = [(path, project / DATA / path.relative_to(data)) for path in entries_of(data)]
    if own := overrides_folder(data):
        pairs.append((own, project / own.name))
    if (messages := project_folder(data)).is_dir():
        pairs.append((messages, project / messages.name))
    for path, copy in pairs:
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, copy, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy(path, copy)


def _move(project: Path, target: Path) -> tuple[str, ...]:
    """Rename ``data`` whole and all other files one by one; undone where it fails. Returns what was there before."""
    if not target.is_dir():
        project.rename(target)
        return ()
    others = [path.relative_to(project) for path in sorted(project.rglob("*")) if path.is_file()]
    names = [Path(DATA), *(name for name in others if name.parts[0] != DATA)]
    kept = [name for name in names if os.path.lexists(target / name)]
    try:
        for name in (name for name in names if name not in kept):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).rename(target / name)
    except BaseException:
        for name in (name for name in names if name not in kept):
            if not (project / name).exists() and (moved := target / name).exists():
                shutil.rmtree(moved) if moved.is_dir() else moved.unlink()
            with suppress(OSError):  # a folder that holds anything else stays
                for folder in name.parents:
                    if folder != Path():
                        (target / folder).rmdir()
        raise
    return tuple(name.as_posix() for name in kept)
