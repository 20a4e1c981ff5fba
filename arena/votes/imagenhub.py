"""ImagenHub's human ratings as votes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from arena.errors import ArenaError, VotesError
from arena.records import Origin, Outcome, Vote
from arena.votes.loaded import Defaults, LoadedVotes
from arena.votes.parsed import read_text_bytes
from arena.votes.row_errors import SHOWN, did_you_mean, raise_faults, shorten
from arena.votes.table import check_votes, votes_table


class KnownModel(NamedTuple):
    """A model's id here, and the name that people read."""

    id: str
    name: str


def _as_there(model_id: str, name: str) -> KnownModel:
    return KnownModel(model_id, f"{name} (as in ImagenHub)")


MODELS: dict[str, KnownModel] = {
    # Text-To-Image
    "DALLE": KnownModel("openai/dall-e-2", "DALL-E 2"),
    "DALLE3": KnownModel("openai/dall-e-3", "DALL-E 3"),
    "DeepFloydIF": _as_there("deepfloyd/deepfloyd-if", "DeepFloyd IF"),
    "Midjourney": _as_there("midjourney/midjourney", "Midjourney"),
    "OpenJourney": _as_there("prompthero/openjourney", "OpenJourney"),
    "SD": _as_there("stability-ai/stable-diffusion", "Stable Diffusion"),
    "SDXL": KnownModel("stability-ai/sdxl-1.0", "Stable Diffusion XL 1.0"),
    # Text-Guided_IE
    "CycleDiffusion": _as_there("carnegie-mellon/cyclediffusion", "CycleDiffusion"),
    "DiffEdit": _as_there("meta/diffedit", "DiffEdit"),
    "Imagic": _as_there("google/imagic", "Imagic"),
    "InstructPix2Pix": _as_there("uc-berkeley/instructpix2pix", "InstructPix2Pix"),
    "MagicBrush": _as_there("ohio-state/magicbrush", "MagicBrush"),
    "Pix2PixZero": _as_there("carnegie-mellon/pix2pix-zero", "Pix2Pix-Zero"),
    "Prompt2prompt": _as_there("google/prompt-to-prompt", "Prompt-to-Prompt"),
    "SDEdit": _as_there("stanford/sdedit", "SDEdit"),
    "Text2Live": _as_there("weizmann/text2live", "Text2LIVE"),
    # Mask-Guided_IE
    "BlendedDiffusion": _as_there("hebrew-university/blended-diffusion", "Blended Diffusion"),
    "Glide": _as_there("openai/glide", "GLIDE"),
    "SDInpaint": _as_there("runway/stable-diffusion-inpainting", "Stable Diffusion Inpainting"),
    "SDXLInpaint": _as_there("stability-ai/sdxl-inpainting", "Stable Diffusion XL Inpainting"),
    # Subject-Driven_IE, Subject-Driven_IG, Multi-Subject_IG, Control-Guided_IG
    "BLIPDiffusion_Edit": _as_there("salesforce/blip-diffusion-edit", "BLIP-Diffusion, editing"),
    "BLIPDiffusion_Gen": _as_there("salesforce/blip-diffusion", "BLIP-Diffusion"),
    "ControlNet": _as_there("stanford/controlnet", "ControlNet"),
    "CustomDiffusion": _as_there("carnegie-mellon/custom-diffusion", "Custom Diffusion"),
    "DreamBooth": _as_there("google/dreambooth", "DreamBooth"),
    "DreamBoothLora": _as_there("google/dreambooth-lora", "DreamBooth with LoRA"),
    "DreamEdit": _as_there("waterloo/dreamedit", "DreamEdit"),
    "PhotoSwap": _as_there("uc-santa-cruz/photoswap", "Photoswap"),
    "SuTI": _as_there("google/suti", "SuTI"),
    "TextualInversion": _as_there("nvidia/textual-inversion", "Textual Inversion"),
    "UniControl": _as_there("salesforce/unicontrol", "UniControl"),
}


ARENAS = {"Text-To-Image": "text-to-image", "Text-Guided_IE": "image-editing", "Mask-Guided_IE": "image-editing"}
"""The arena of each of ImagenHub's tasks that is one; the other tasks need to be told theirs."""

PAPER = datetime(2023, 10, 2, tzinfo=UTC)
"""The day the paper appeared, which dates the votes: the files carry no times."""

CELL = re.compile(r"\[\s*(0|0\.5|1)(?:\.0)?\s*,\s*(0|0\.5|1)(?:\.0)?\s*\]")
FILE_NAME = "ImagenHub's files are named <task>_<rater>.tsv, in a folder named by the task"


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's score of one model's picture. ``product`` orders as the paper's overall score, its root, does."""

    model: str
    product: float


@dataclass(frozen=True)
class Sample:
    """What one rater said of one sample, and where; ``ratings`` lacks the models whose cell is empty."""

    task: str
    rater: str
    uid: str
    where: str
    ratings: tuple[Rating, ...]
    empty: int


def load_imagenhub(paths: Iterable[Path], defaults: Defaults) -> LoadedVotes:
    """The votes of ImagenHub's TSV files, or of folders of them.

    All votes carry the category and language of ``defaults`` and its time, or the day the paper appeared, since the
    files have none. Raises ``VotesError`` with the findings of all files: a task that is no arena when ``defaults``
    names none, an unknown model, a ragged row, a sample that stands twice, a cell that is no pair of 0, 0.5 or 1.
    """
    findings: list[ArenaError] = []
    samples: list[Sample] = []
    for path in _files(paths):
        try:
            samples += _read(path, defaults)
        except VotesError as error:
            findings.extend(error.findings)
    raise_faults([], str, findings)
    pairs = [(vote, sample.where) for sample in samples for vote in _votes(sample, defaults)]
    votes, places = [vote for vote, _ in pairs], [where for _, where in pairs]
    table = check_votes(votes_table(votes), places.__getitem__)
    names = {MODELS[rating.model].id: MODELS[rating.model].name for sample in samples for rating in sample.ratings}
    empty = sum(sample.empty for sample in samples)
    notes = _notes(samples, votes, empty, defaults.at or PAPER)
    return LoadedVotes(table, places.__getitem__, dict(sorted(names.items())), empty, notes)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob("*.tsv"))
        if not found:
            raise VotesError("holds no .tsv file", where=str(path), hint=FILE_NAME)
        yield from found


def _read(path: Path, defaults: Defaults) -> list[Sample]:
    prefix, _, rater = path.stem.rpartition("_")
    if path.suffix.lower() != ".tsv" or not prefix or not rater:
        raise VotesError("is not named like a file of ratings", where=str(path), hint=FILE_NAME)
    task = next((name for name in (prefix, path.resolve().parent.name) if name in ARENAS), prefix)
    if task not in ARENAS and not defaults.arena:
        known = ", ".join(ARENAS)
        raise VotesError(
            f"the task {shorten(task)} is not one of {known}",
            where=str(path),
            hint="say which arena its votes belong to",
        )
    lines = str(read_text_bytes(path), "utf-8").split("\n")
    rows = [(number, line.rstrip("\r").split("\t")) for number, line in enumerate(lines, 1) if line.strip()]
    return _samples(path, task, rater, rows)


def _samples(path: Path, task: str, rater: str, rows: Sequence[tuple[int, list[str]]]) -> list[Sample]:
    header = _header(path, rows)
    findings: list[ArenaError] = []
    seen: dict[str, int] = {}
    samples = []
    for number, cells in rows[1:]:
        where = f"{path}:{number}"
        uid = cells[0].strip()
        wrong = _wrong_row(header, cells, seen.get(uid))
        if wrong:
            findings += [VotesError(what, where=where, hint=hint) for what, hint in wrong]
            continue
        seen[uid] = number
        pairs = ((model, _product(cell)) for model, cell in zip(header[1:], cells[1:], strict=True))
        ratings = tuple(Rating(model, product) for model, product in pairs if product is not None)
        samples.append(Sample(task, rater, uid, where, ratings, len(header) - 1 - len(ratings)))
    raise_faults([], str, findings)
    return samples


def _header(path: Path, rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    if not rows:
        raise VotesError("the file is empty", where=str(path), hint="its first line names the models")
    number, cells = rows[0]
    header, where = [cell.strip() for cell in cells], f"{path}:{number}"
    if header[0] != "uid":
        raise VotesError(f"the first column is {shorten(header[0])}", where=where, hint='it should be "uid"')
    findings: list[ArenaError] = [
        VotesError(f"unknown model {shorten(name)}", where=where, hint=did_you_mean(name, MODELS))
        for name in header[1:]
        if name not in MODELS
    ]
    findings += [
        VotesError(f"the model {shorten(name)} is there twice", where=where, hint="keep one of the columns")
        for name in MODELS
        if header.count(name) > 1
    ]
    raise_faults([], str, findings)
    return header


def _wrong_row(header: list[str], cells: list[str], earlier: int | None) -> list[tuple[str, str]]:
    if len(cells) != len(header):
        return [
            (f"has {len(cells)} of the {len(header)} cells that the header names", "one cell a model, between tabs")
        ]
    wrong = []
    if not cells[0].strip():
        wrong.append(("the sample has no uid", "name the sample in the first column"))
    elif earlier:
        wrong.append((f"the sample {shorten(cells[0])} is there twice", f"first on line {earlier}"))
    for model, cell in zip(header[1:], cells[1:], strict=True):
        if cell.strip() and _product(cell) is None:
            wrong.append(
                (f"{model} is rated {shorten(cell)}", "write [0.5, 1]: two of 0, 0.5 and 1; or leave it empty")
            )
    return wrong[:SHOWN]


def _product(cell: str) -> float | None:
    """The product of a cell's two scores; None where it is empty or malformed."""
    match = CELL.fullmatch(cell.strip())
    return float(match[1]) * float(match[2]) if match else None


def _votes(sample: Sample, defaults: Defaults) -> Iterator[Vote]:
    """A vote for every two models of the sample. The side is drawn by the battle's hash, not by names."""
    task = sample.task.lower().replace("_", "-")
    for first, second in combinations(sorted(sample.ratings, key=lambda rating: rating.model), 2):
        battle = f"imagenhub-{task}-{sample.uid.removesuffix('.jpg')}-{first.model}-{second.model}"
        swapped = hashlib.sha256(battle.encode()).digest()[0] % 2
        left, right = (second, first) if swapped else (first, second)
        yield Vote(
            battle=battle,
            at=defaults.at or PAPER,
            arena=defaults.arena or ARENAS[sample.task],
            category=defaults.category,
            language=defaults.language,
            left=MODELS[left.model].id,
            right=MODELS[right.model].id,
            outcome=_outcome(left.product, right.product),
            voter=f"imagenhub-{sample.rater}",
            origin=Origin.DERIVED,
        )


def _outcome(left: float, right: float) -> Outcome:
    if left == right:
        return Outcome.TIE
    return Outcome.LEFT if left > right else Outcome.RIGHT


def _notes(samples: list[Sample], votes: list[Vote], empty: int, at: datetime) -> tuple[str, ...]:
    ratings = _number(sum(len(sample.ratings) for sample in samples), "rating")
    raters = _number(len({sample.rater for sample in samples}), "rater")
    ties = sum(vote.outcome is Outcome.TIE for vote in votes)
    return (
        f"{_number(len(votes), 'vote')}, {ties:,} of them ties, derived from {ratings} by {raters}.",
        f"{_number(empty, 'empty rating')} left out.",
        f"The files carry no times: every vote is dated {at:%Y-%m-%d}.",
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
