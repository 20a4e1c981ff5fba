"""What a finished site says of itself: ``build.json``, what made it, and ``SHA256SUMS``, the sum of each of its files.

``sha256sum --check SHA256SUMS`` checks the files without this program; ``arena verify`` checks also what they say.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from arena.folder_swap import GENERATOR, OwnFolder
from arena.template_folders import templates_folder

MARKER = "build.json"
SUMS = "SHA256SUMS"
SITE = OwnFolder("the site", "build", MARKER, "choose another --out")
MAKERS = (GENERATOR, "jinja2", "markupsafe", "numpy", "pillow", "pyarrow")
"""The packages whose versions decide what bytes a build writes."""


def made_with() -> dict[str, str]:
    """The versions of ``MAKERS`` by name, and that of zlib, which packs the data set."""
    return {**{name: version(name) for name in MAKERS}, "zlib": zlib.ZLIB_RUNTIME_VERSION}


def program_files() -> list[tuple[str, Path]]:
    """The program's source, translations and templates, each with its name in a wheel and in a checkout alike."""
    package, templates = Path(str(files("arena"))), templates_folder()
    code = (*package.rglob("*.py"), *(package / "messages").glob("*.po"))
    source = [(f"arena/{path.relative_to(package).as_posix()}", path) for path in code]
    looks = [
        (f"templates/{path.relative_to(templates).as_posix()}", path)
        for path in templates.rglob("*")
        if path.is_file() and path.suffix != ".py"
    ]
    return sorted([*source, *looks])


def program_digest() -> str:
    """SHA-256 over the program: two sites with the same one were made by the same code and the same templates."""
    return digest_of((name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in program_files())


def render_sums(files: Iterable[tuple[str, str]]) -> str:
    """``SHA256SUMS`` as coreutils writes and reads it: paths and the sums of their bytes, sorted by path."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files))


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the paths of files and the sums of their bytes, in any order: that of their ``SHA256SUMS``."""
    return hashlib.sha256(render_sums(files).encode()).hexdigest()


def render_marker(facts: Mapping[str, Any]) -> str:
    """``build.json``. Its last line is the SHA-256 of all before it, so that no byte of it can change unnoticed."""
    stated = dict(facts)
    return _as_text({**stated, "id": hashlib.sha256(_as_text(stated).encode()).hexdigest()})


def is_as_written(content: bytes) -> bool:
    """Whether a ``build.json`` is, to the byte, what ``render_marker`` gives for the facts in it."""
    try:
        facts = json.loads(content)
        facts.pop("id")
        return render_marker(facts).encode() == content
    except (ValueError, KeyError, AttributeError, RecursionError):
        return False


def _as_text(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, indent=1) + "\n"
