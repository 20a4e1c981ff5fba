"""ImagenHub's human ratings as votes.

ImagenHub (Ku et al., *ImagenHub: Standardizing the evaluation of conditional image generation models*, ICLR 2024,
arXiv:2310.01596) publishes a TSV file a task and rater: a row a sample, a column a model, and in each cell the two
scores (semantic consistency and perceptual quality) of one picture. Every two models of a row become a vote.
"""

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
from arena.votes.contents import Source, read_text_bytes
from arena.votes.parsed import DEFAULT_CATEGORY, DEFAULT_LANGUAGE, Defaults, LoadedVotes
from arena.votes.row_errors import MAX_FINDINGS, did_you_mean, raise_findings, shorten
from arena.votes.table import check_votes, votes_table


class KnownModel(NamedTuple):
    """A model's id here, and the name that people read."""

    id: str
    name: str


def _as_in_imagenhub(model_id: str, name: str) -> KnownModel:
    return KnownModel(model_id, f"{name} (as in ImagenHub)")


MODELS: dict[str, KnownModel] = {
    # Text-To-Image
    "DALLE": KnownModel("openai/dall-e-2", "DALL-E 2"),
    "DALLE3": KnownModel("openai/dall-e-3", "DALL-E 3"),
    "DeepFloydIF": _as_in_imagenhub("deepfloyd/deepfloyd-if", "DeepFloyd IF"),
    "Midjourney": _as_in_imagenhub("midjourney/midjourney", "Midjourney"),
    "OpenJourney": _as_in_imagenhub("prompthero/openjourney", "OpenJourney"),
    "SD": _as_in_imagenhub("stability-ai/stable-diffusion", "Stable Diffusion"),
    "SDXL": KnownModel("stability-ai/sdxl-1.0", "Stable Diffusion XL 1.0"),
    # Text-Guided_IE
    "CycleDiffusion": _as_in_imagenhub("carnegie-mellon/cyclediffusion", "CycleDiffusion"),
    "DiffEdit": _as_in_imagenhub("meta/diffedit", "DiffEdit"),
    "Imagic": _as_in_imagenhub("google/imagic", "Imagic"),
    "InstructPix2Pix": _as_in_imagenhub("uc-berkeley/instructpix2pix", "InstructPix2Pix"),
    "MagicBrush": _as_in_imagenhub("ohio-state/magicbrush", "MagicBrush"),
    "Pix2PixZero": _as_in_imagenhub("carnegie-mellon/pix2pix-zero", "Pix2Pix-Zero"),
    "Prompt2prompt": _as_in_imagenhub("google/prompt-to-prompt", "Prompt-to-Prompt"),
    "SDEdit": _as_in_imagenhub("stanford/sdedit", "SDEdit"),
    "Text2Live": _as_in_imagenhub("weizmann/text2live", "Text2LIVE"),
    # Mask-Guided_IE
    "BlendedDiffusion": _as_in_imagenhub("hebrew-university/blended-diffusion", "Blended Diffusion"),
    "Glide": _as_in_imagenhub("openai/glide", "GLIDE"),
    "SDInpaint": _as_in_imagenhub("runway/stable-diffusion-inpainting", "Stable Diffusion Inpainting"),
    "SDXLInpaint": _as_in_imagenhub("stability-ai/sdxl-inpainting", "Stable Diffusion XL Inpainting"),
    # Subject-Driven_IE, Subject-Driven_IG, Multi-Subject_IG, Control-Guided_IG
    "BLIPDiffusion_Edit": _as_in_imagenhub("salesforce/blip-diffusion-edit", "BLIP-Diffusion, editing"),
    "BLIPDiffusion_Gen": _as_in_imagenhub("salesforce/blip-diffusion", "BLIP-Diffusion"),
    "ControlNet": _as_in_imagenhub("stanford/controlnet", "ControlNet"),
    "CustomDiffusion": _as_in_imagenhub("carnegie-mellon/custom-diffusion", "Custom Diffusion"),
    "DreamBooth": _as_in_imagenhub("google/dreambooth", "DreamBooth"),
    "DreamBoothLora": _as_in_imagenhub("google/dreambooth-lora", "DreamBooth with LoRA"),
    "DreamEdit": _as_in_imagenhub("waterloo/dreamedit", "DreamEdit"),
    "PhotoSwap": _as_in_imagenhub("uc-santa-cruz/photoswap", "Photoswap"),
    "SuTI": _as_in_imagenhub("google/suti", "SuTI"),
    "TextualInversion": _as_in_imagenhub("nvidia/textual-inversion", "Textual Inversion"),
    "UniControl": _as_in_imagenhub("salesforce/unicontrol", "UniControl"),
}


ARENAS = {"Text-To-Image": "text-to-image", "Text-Guided_IE": "image-editing", "Mask-Guided_IE": "image-editing"}
"""The arena of each of ImagenHub's tasks that is one; the other tasks need to be told theirs."""

PUBLISHED = datetime(2024, 4, 7, tzinfo=UTC)
"""The day the ratings were published, which dates the votes: the files carry no times. The paper is of 2 October 2023,
when there was no DALL-E 3 to be asked yet; its pictures were added to the paper later."""

CELL = re.compile(r"\[\s*(0|0\.5|1)(?:\.0)?\s*,\s*(0|0\.5|1)(?:\.0)?\s*\]")
FILE_NAME_HINT = "ImagenHub's files are named <task>_<rater>.tsv, in a folder named by the task"


@dataclass(frozen=True, slots=True)
class PictureScore:
    """One rater's score of one model's picture.

    ``product`` is that of the two scores. The paper's overall score is its square root, which orders pictures alike.
    """

    model: str
    product: float


@dataclass(frozen=True)
class RatedSample:
    """What one rater said of one sample, and where; ``scores`` lacks the models whose cell is empty."""

    task: str
    rater: str
    uid: str
    where: str
    scores: tuple[PictureScore, ...]
    empty: int


def load_imagenhub(paths: Iterable[Source], defaults: Defaults) -> LoadedVotes:
    """The votes of ImagenHub's TSV files, or of folders of them.

    All votes carry the category and language of ``defaults`` and its time, or the day they were published, since
    the files have none. Raises ``VotesError`` with the findings of all files: a task that is no arena when ``defaults``
    names none, an unknown model, a ragged row, a sample that stands twice, a cell that is no pair of 0, 0.5 or 1.
    """
    findings: list[ArenaError] = []
    samples: list[RatedSample] = []
    for path in _files(paths):
        try:
            samples += _read(path, defaults)
        except VotesError as error:
            findings.extend(error.findings)
    raise_findings(findings)
    located = [(vote, sample.where) for sample in samples for vote in _votes(sample, defaults)]
    votes, locate = [vote for vote, _ in located], [where for _, where in located].__getitem__
    table = check_votes(votes_table(votes), locate)
    names = {MODELS[score.model].id: MODELS[score.model].name for sample in samples for score in sample.scores}
    empty = sum(sample.empty for sample in samples)
    notes = _notes(samples, votes, empty, defaults.at or PUBLISHED)
    return LoadedVotes(table, locate, dict(sorted(names.items())), left_out=empty, notes=notes)


def _files(paths: Iterable[Source]) -> Iterator[Path]:
    for path in paths:
        if not isinstance(path, Path):
            hint = f"{FILE_NAME_HINT}: name that"
            raise VotesError("does not say the task and the rater", where=str(path), hint=hint)
        if not path.is_dir():
            yield path
            continue
        inside = sorted(path.rglob("*.tsv"))
        if not inside:
            raise VotesError("holds no .tsv file", where=str(path), hint=FILE_NAME_HINT)
        yield from inside


def _read(path: Path, defaults: Defaults) -> list[RatedSample]:
    prefix, _, rater = path.stem.rpartition("_")
    if path.suffix.lower() != ".tsv" or not prefix or not rater:
        raise VotesError("is not named like a file of ratings", where=str(path), hint=FILE_NAME_HINT)
    task = next((name for name in (prefix, path.resolve().parent.name) if name in ARENAS), prefix)
    if task not in ARENAS and not defaults.arena:
        known = ", ".join(ARENAS)
        raise VotesError(
            f"the task {shorten(task)} is not one of {known}",
            where=str(path),
            hint="say which arena its votes belong to: --arena",
        )
    lines = str(read_text_bytes(path), "utf-8").split("\n")
    rows = [(number, line.rstrip("\r").split("\t")) for number, line in enumerate(lines, 1) if line.strip()]
    return _samples(path, task, rater, rows)


def _samples(path: Path, task: str, rater: str, rows: Sequence[tuple[int, list[str]]]) -> list[RatedSample]:
    header = _header(path, rows)
    findings: list[ArenaError] = []
    seen: dict[str, int] = {}
    samples = []
    for number, cells in rows[1:]:
        where = f"{path}:{number}"
        uid = cells[0].strip()
        mistakes = _mistakes(header, cells, seen.get(uid))
        if mistakes:
            findings += [VotesError(what, where=where, hint=hint) for what, hint in mistakes]
            continue
        seen[uid] = number
        products = ((model, _product(cell)) for model, cell in zip(header[1:], cells[1:], strict=True))
        scores = tuple(PictureScore(model, product) for model, product in products if product is not None)
        samples.append(RatedSample(task, rater, uid, where, scores, len(header) - 1 - len(scores)))
    raise_findings(findings)
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
    raise_findings(findings)
    return header


def _mistakes(header: list[str], cells: list[str], earlier: int | None) -> list[tuple[str, str]]:
    """What is wrong with a row, and how to mend it; ``earlier`` is the line on which its sample stands already."""
    if len(cells) != len(header):
        return [
            (f"has {len(cells)} of the {len(header)} cells that the header names", "one cell a model, between tabs")
        ]
    mistakes = []
    if not cells[0].strip():
        mistakes.append(("the sample has no uid", "name the sample in the first column"))
    elif earlier:
        mistakes.append((f"the sample {shorten(cells[0])} is there twice", f"first on line {earlier}"))
    for model, cell in zip(header[1:], cells[1:], strict=True):
        if cell.strip() and _product(cell) is None:
            mistakes.append(
                (f"{model} is rated {shorten(cell)}", "write [0.5, 1]: two of 0, 0.5 and 1; or leave it empty")
            )
    return mistakes[:MAX_FINDINGS]


def _product(cell: str) -> float | None:
    """The product of a cell's two scores; None where it is empty or malformed."""
    match = CELL.fullmatch(cell.strip())
    return float(match[1]) * float(match[2]) if match else None


def _votes(sample: RatedSample, defaults: Defaults) -> Iterator[Vote]:
    """A vote for every two models of the sample. The side is drawn by the battle's hash, not by names."""
    task = sample.task.lower().replace("_", "-")
    for first, second in combinations(sorted(sample.scores, key=lambda score: score.model), 2):
        battle = f"imagenhub-{task}-{sample.uid.removesuffix('.jpg')}-{first.model}-{second.model}"
        # By the order of names a model would stand on one side in most of its votes, and what the audit says of sides
        # would be about models; drawn at random, importing the same files twice would give two different logs.
        swapped = hashlib.sha256(battle.encode()).digest()[0] % 2
        left, right = (second, first) if swapped else (first, second)
        yield Vote(
            battle=battle,
            at=defaults.at or PUBLISHED,
            arena=defaults.arena or ARENAS[sample.task],
            category=defaults.category or DEFAULT_CATEGORY,
            language=defaults.language or DEFAULT_LANGUAGE,
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


def _notes(samples: list[RatedSample], votes: list[Vote], empty: int, at: datetime) -> tuple[str, ...]:
    ratings = _number(sum(len(sample.scores) for sample in samples), "rating")
    raters = _number(len({sample.rater for sample in samples}), "rater")
    ties = sum(vote.outcome is Outcome.TIE for vote in votes)
    return (
        f"{_number(len(votes), 'vote')}, {ties:,} of them ties, derived from {ratings} by {raters}.",
        f"{_number(empty, 'empty rating')} left out.",
        f"The files carry no times: every vote is dated {at:%Y-%m-%d}.",
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
