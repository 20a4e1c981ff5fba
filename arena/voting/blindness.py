"""How blind voting is: a program reads the built site, and names who made each picture in play before the vote.

It knows every picture that the site holds with the sum of an output in its name, and from the published votes whose
output that is. It makes a voter's picture of each, as this program does, and is given the voter's picture of all that
is in play. So what it names is what anybody could name who has read the site.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import PIL
from PIL import Image

from arena.catalogue import Catalogue
from arena.catalogue.outputs import Blindness, Output
from arena.catalogue.play import drawn_outputs
from arena.errors import ArenaError
from arena.files import write_bytes
from arena.progress import Progress
from arena.voting.pictures import neutral_picture
from arena.voting.recogniser import NamedPicture, Recogniser, Traits, traits_of

CACHE = ".cache/blindness.json"
MAKING = 1
"""Changes with what is measured of a picture, so that what was measured otherwise is not taken for it."""
PICTURES = frozenset({".webp", ".png", ".jpg", ".jpeg", ".avif", ".gif"})
TEXTS = frozenset({".html", ".json", ".jsonl", ".csv", ".xml", ".md", ".txt", ".js", ".svg"})
_SUM = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class VoterPicture:
    """What a voter gets of a picture: the SHA-256 of the JPEG as sent but for its filling, and its traits."""

    sha256: str
    traits: Traits


@dataclass(frozen=True, slots=True)
class PublicSite:
    """What a reader of a site has: its pictures by the sum in their names, and every sum that its files name."""

    pictures: Mapping[str, Path]
    sums: frozenset[str]


def read_site(folder: Path) -> PublicSite:
    """Read every file below the folder. Of the copies of one picture the largest file counts."""
    pictures: dict[str, Path] = {}
    sums: set[str] = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix in PICTURES:
            named = _SUM.match(path.name.encode())
            key = named.group().decode() if named else path.name
            if key not in pictures or path.stat().st_size > pictures[key].stat().st_size:
                pictures[key] = path
        elif path.suffix in TEXTS:
            sums.update(found.decode() for found in _SUM.findall(path.read_bytes()))
    return PublicSite(pictures, frozenset(sums))


def measure_blindness(
    catalogue: Catalogue, site: PublicSite, day: date, *, threads: int = 1, progress: Progress | None = None
) -> tuple[Blindness, ...]:
    """What the recogniser names of the pictures that battles show, by prompt; empty where they show none.

    Raises OSError where a picture in play cannot be read. What is known of a picture is kept in the project's folder.
    """
    playing = drawn_outputs(catalogue)
    made_by = {output.sha256: output.model for output in catalogue.outputs}
    paths = {sha256: path for sha256, path in site.pictures.items() if sha256 in made_by}
    paths |= {output.sha256: catalogue.output_path(output) for output in playing}
    known = _voter_pictures(catalogue, paths, threads, progress)
    published = {sha256: known[sha256] for sha256 in site.pictures if sha256 in known}
    reader = _Reader(
        Recogniser(NamedPicture(made_by[sha256], picture.traits) for sha256, picture in published.items()),
        {picture.sha256: made_by[sha256] for sha256, picture in published.items()},
        site.sums,
    )
    by_prompt: dict[str, list[Output]] = {}
    for output in playing:
        by_prompt.setdefault(output.prompt, []).append(output)
    return tuple(_of_prompt(prompt, outputs, known, reader, day) for prompt, outputs in sorted(by_prompt.items()))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody who has read a site; ``by_bytes`` has models by the sum of what a voter would get of their pictures."""

    recogniser: Recogniser
    by_bytes: Mapping[str, str]
    sums: frozenset[str]

    def name(self, picture: VoterPicture, shown: Output) -> str | None:
        """Who made a picture, by its bytes or its hash; None where no picture of the site is like it."""
        if picture.sha256 in self.by_bytes:
            return self.by_bytes[picture.sha256]
        # A sum of what voters get, published anywhere, would lead to the name beside it.
        return shown.model if picture.sha256 in self.sums else self.recogniser.by_hash(picture.traits)


def _of_prompt(
    prompt: str,
    outputs: Sequence[Output],
    known: Mapping[str, VoterPicture],
    reader: _Reader,
    day: date,
) -> Blindness:
    named = [reader.name(known[output.sha256], output) for output in outputs]
    # Who is among the models that drew the prompt is known: votes and prompts are published.
    candidates = sorted({output.model for output in outputs})
    guessable = [output for output in outputs if output.model in reader.recogniser.models]
    guesses = [reader.recogniser.by_style(known[output.sha256].traits, candidates) for output in guessable]
    return Blindness(
        prompt=prompt,
        pictures=len(outputs),
        models=len(candidates),
        abstained=named.count(None),
        named=sum(said == output.model for said, output in zip(named, outputs, strict=True)),
        chance=_chance(outputs),
        guessable=len(guessable),
        guessed=sum(said == output.model for said, output in zip(guesses, guessable, strict=True)),
        guess_chance=_chance(guessable),
        measured=day,
    )


def _chance(outputs: Iterable[Output]) -> float:
    """What the best guess without looking gets right: to name the model with the most pictures each time."""
    counted = Counter(output.model for output in outputs)
    return round(max(counted.values()) / counted.total(), 6) if counted else 0.0


def _voter_pictures(
    catalogue: Catalogue, paths: Mapping[str, Path], threads: int, progress: Progress | None
) -> dict[str, VoterPicture]:
    """What a voter would get of each picture, by its sum; a published file that is no picture is passed over."""
    size = catalogue.project.voting.picture_size
    making = f"{MAKING} {size} {PIL.__version__}"
    cache = catalogue.folder.parent / CACHE
    kept = _read_cache(cache, making)
    playing = {output.sha256 for output in drawn_outputs(catalogue)}

    def make(sha256: str) -> VoterPicture | None:
        if sha256 in kept:
            return kept[sha256]
        try:
            content = neutral_picture(paths[sha256].read_bytes(), size)
        except (OSError, ValueError, Image.DecompressionBombError):
            if sha256 in playing:
                raise
            return None
        return VoterPicture(hashlib.sha256(content).hexdigest(), traits_of(content))

    made: dict[str, VoterPicture] = {}
    with ThreadPoolExecutor(threads) as pool:
        for done, (sha256, picture) in enumerate(zip(sorted(paths), pool.map(make, sorted(paths)), strict=True), 1):
            if picture:
                made[sha256] = picture
            if progress:
                progress("pictures looked at", done, len(paths))
    if made != kept:
        _write_cache(cache, making, made)
    return made


def _read_cache(cache: Path, making: str) -> dict[str, VoterPicture]:
    """What is kept of pictures; nothing where it cannot be read, or was made otherwise."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(cache.read_bytes())
        if content["making"] == making:
            return dict(_cached(content["pictures"]))
    return {}


def _cached(pictures: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, VoterPicture]]:
    for sha256, facts in pictures.items():
        traits = facts["traits"]
        yield sha256, VoterPicture(str(facts["sha256"]), Traits(int(traits["phash"]), tuple(traits["style"])))


def _write_cache(cache: Path, making: str, pictures: Mapping[str, VoterPicture]) -> None:
    """Keep what is known of pictures; a folder that cannot be written to is done without."""
    content = {"making": making, "pictures": {sha256: asdict(picture) for sha256, picture in sorted(pictures.items())}}
    with suppress(OSError, ArenaError):
        cache.parent.mkdir(exist_ok=True)
        write_bytes(cache, json.dumps(content).encode())
