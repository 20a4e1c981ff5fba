"""What is published works: the wheel starts a project and builds its site where nothing else is but what it names."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

VOTING_PAGE = """
from arena.voting.pages import MessageView, VotingFrame, render
frame = VotingFrame("An arena", "Sorry", "", "", False, "")
print(render("message.html", frame, MessageView("Sorry", "Nothing here.")))
"""


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def needed(distributed: Distribution, seen: set[str]) -> Iterator[Distribution]:
    """What a distribution requires, and what that requires, as it is installed here; each once."""
    for text in distributed.requires or ():
        requirement = Requirement(text)
        if requirement.marker and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *requested(distributed, seen))
        ):
            continue
        found = distribution(requirement.name)
        assert requirement.specifier.contains(found.version), f"{text}, and here is {found.version}"
        if (name := canonicalize_name(requirement.name)) not in seen:
            seen |= {name, *(f"{name}[{extra}]" for extra in requirement.extras)}
            yield found
            yield from needed(found, seen)


def requested(distributed: Distribution, seen: set[str]) -> list[str]:
    """The extras of a distribution that somebody asked for."""
    start = f"{canonicalize_name(distributed.name)}["
    return [name.removeprefix(start).removesuffix("]") for name in seen if name.startswith(start)]


def lend(distributed: Distribution, packages: Path) -> None:
    """Let another environment have a distribution that is installed here."""
    for name in {file.parts[0] for file in distributed.files or () if file.parts[0] not in ("..", "__pycache__")}:
        if not (packages / name).exists():
            (packages / name).symlink_to(Path(str(distributed.locate_file(name))))


def carried(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_builds_a_site_with_what_it_requires(tmp_path: Path) -> None:
    run(
        sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path
    )  # by way of the sdist
    (wheel,) = tmp_path.glob("image_arena-*.whl")
    venv.create(tmp_path / "empty")  # without pip, which takes seconds to unpack
    bin_ = tmp_path / "empty" / "bin"
    pip = (sys.executable, "-m", "pip", "--python", bin_ / "python")
    (packages,) = (tmp_path / "empty").glob("lib/python3*/site-packages")
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", wheel, cwd=tmp_path)
    (installed,) = Distribution.discover(name="image-arena", path=[str(packages)])
    lent = list(needed(installed, set()))
    assert len(lent) > 30
    for each in lent:
        lend(each, packages)
    assert "No broken requirements" in run(*pip, "check", cwd=tmp_path)

    assert carried(packages / "arena" / "templates") == carried(ROOT / "templates")
    assert "<h1>Sorry</h1>" in run(bin_ / "python", "-c", VOTING_PAGE, cwd=tmp_path)

    run(bin_ / "arena", "init", tmp_path / "x", cwd=tmp_path)
    run(bin_ / "arena", "build", "--project", tmp_path / "x", cwd=tmp_path)

    assert "<h1" in (tmp_path / "x" / "site" / "index.html").read_text(encoding="utf-8")
    assert list((tmp_path / "x" / "site").rglob("*.css"))
