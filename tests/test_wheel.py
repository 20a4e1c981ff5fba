"""What is published works: the wheel starts a project and builds its site where nothing else is but what it names."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from itertools import combinations, cycle, islice, product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

from tests.conftest import ROOT

OFFLINE = ("--no-index", "--no-deps", "--no-compile")

VOTING_PAGE = """
from arena.messages import load_language
from arena.voting.views import MessageView, VotingFrame, render
frame = VotingFrame("An arena", "Sorry", "", "", False, "", "", language=load_language("es", None))
print(render("message.html", frame, MessageView("Sorry", "Nothing here.", "Next")))
"""

LEND_LOOPS = """
import os, shutil, sys
from pathlib import Path
ours, theirs = map(Path, sys.argv[1:])
for made in [*ours.rglob("*.nbi"), *ours.rglob("*.nbc")]:
    source = made.parent.parent / (made.name.partition(".")[0] + ".py")
    copy = theirs / made.relative_to(ours)
    if source.is_file():
        stat = source.stat()
        os.utime(theirs / source.relative_to(ours), ns=(stat.st_atime_ns, stat.st_mtime_ns))
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(made, copy)
"""
"""Lets an installed copy of this program have the loops that were compiled here: numba takes what was compiled for a
file of this size and time. To compile them takes half a minute, and tests/ratings/test_cache.py does.
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


@dataclass(frozen=True)
class Installed:
    """A wheel of this program, and an environment that has it and what it names, and no network."""

    wheel: Path
    bin: Path
    packages: Path

    def pip(self, *arguments: str | Path, cwd: Path) -> str:
        return run(sys.executable, "-m", "pip", "--python", self.bin / "python", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)  # by way of the sdist
    (wheel,) = folder.glob("image_arena-*.whl")
    venv.create(folder / "empty")  # without pip, which takes seconds to unpack
    (packages,) = (folder / "empty").glob("lib/python3*/site-packages")
    made = Installed(wheel, folder / "empty" / "bin", packages)
    made.pip("install", "--quiet", *OFFLINE, wheel, cwd=folder)
    (ours,) = Distribution.discover(name="image-arena", path=[str(packages)])
    lent = list(needed(ours, set()))
    assert len(lent) > 30
    for each in lent:
        lend(each, packages)
    return made


def test_the_wheel_has_all_that_it_needs_but_what_it_requires(installed: Installed, tmp_path: Path) -> None:
    assert "No broken requirements" in installed.pip("check", cwd=tmp_path)
    assert carried(installed.packages / "arena" / "templates") == carried(ROOT / "templates")
    assert "<h1>Sorry</h1>" in run(installed.bin / "python", "-c", VOTING_PAGE, cwd=tmp_path)


def write_own_data(folder: Path) -> None:
    """200 votes on four models, 20 pictures and 5 prompts, called as docs/own-votes.md shows them."""
    models = ("Painter 9", "painter-9-mini", "BRUSH XL", "acme/LoRA v2")
    prompts = ("lighthouse", "teapot", "tram", "two-cats", "open-sign")
    votes, listed = ["question,model_a,model_b,winner,judge"], ["file,model,prompt"]
    for number, (left, right) in enumerate(islice(cycle(combinations(models, 2)), 200)):
        votes.append(
            f"{number},{left},{right},{('model_a', 'model_a', 'tie', 'model_b')[number % 4]},judge {number % 9}"
        )
    (folder / "prompts").mkdir()
    (folder / "pictures").mkdir()
    for number, (prompt, model) in enumerate(product(prompts, models)):
        text = f'language = "en"\ncategory = "photo"\ntext = "A {prompt} in the evening."\n'
        (folder / "prompts" / f"{prompt}.toml").write_text(text)
        name = f"{model.replace('/', ' ')} {prompt}.png"
        Image.new("RGBA", (64, 48), (10 * number, 90, 200, 128)).save(folder / "pictures" / name)
        listed.append(f"{name},{model},text-to-image/{prompt}")
    (folder / "pictures" / "list.csv").write_text("\n".join(listed))
    (folder / "votes.csv").write_text("\n".join(votes))


def test_ten_commands_lead_from_an_empty_folder_to_a_site(installed: Installed, tmp_path: Path) -> None:
    walk = (ROOT / "docs" / "own-votes.md").read_text(encoding="utf-8")
    commands = walk.partition("## From an empty folder")[2].partition("```sh\n")[2].partition("```")[0]
    assert commands.startswith("pip install image_arena-*.whl\n")
    assert len(commands.splitlines()) <= 10
    folder = tmp_path / "an empty folder"
    folder.mkdir()
    write_own_data(folder)
    shutil.copy(installed.wheel, folder)
    pip = tmp_path / "path" / "pip"
    pip.parent.mkdir()
    lend_loops = shlex.join([sys.executable, "-c", LEND_LOOPS, f"{ROOT}/arena", f"{installed.packages}/arena"])
    pip.write_text(
        f'#!/bin/sh\nset -e\n{sys.executable} -m pip --python {installed.bin}/python "$@" '
        f"--quiet --force-reinstall {' '.join(OFFLINE)}\n{lend_loops}\n"
    )
    pip.chmod(0o755)
    path = f'PATH="{pip.parent}:{installed.bin}:$PATH"\n'

    said = run("sh", "-ec", path + commands, cwd=folder)

    assert "Imported 200 votes" in said
    assert "20 pictures of 4 models and 5 prompts: 20 added." in said
    site = folder / "my-arena" / "site"
    assert list(site.rglob("*.css"))
    ratings = list(csv.DictReader((site / "data" / "ratings.csv").read_text(encoding="utf-8").splitlines()))
    overall = {row["model"]: int(row["votes"]) for row in ratings if row["axis"] == "overall"}
    assert sorted(overall) == ["acme/lora-v2", "unknown/brush-xl", "unknown/painter-9", "unknown/painter-9-mini"]
    assert sum(overall.values()) == 2 * 200
    assert len((folder / "my-arena/data/outputs/outputs.jsonl").read_text().splitlines()) == 20
    page = (site / "models" / "unknown" / "painter-9.html").read_text(encoding="utf-8")
    assert "Painter 9" in page
    assert "imulated" not in page
    assert "in the evening" in (site / "prompts/text-to-image/lighthouse.html").read_text(encoding="utf-8")
