"""Made-up projects of any size, to measure with: the same files that a real project has."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

CATEGORIES, LANGUAGES = ("photo", "logo", "poster", "portrait"), ("en", "de", "fr", "es")
MAKERS, PROMPTS, VOTES, PICTURES = 40, 64, 40, 4

MODEL = """name = "Model {n}"
description = "The {n}th model that was made up to measure how fast a site is built."
arenas = ["draw"]
released = 2026-{month:02d}-{day:02d}
highlights = ["Renders text in many languages", "Follows long prompts"]
[weights]
open = {open}
[[sources]]
name = "Made up"
read = 2026-06-01
facts = ["name", "released"]
"""
OFFER = """model_id = "model-{n}"
[[prices]]
amount = 0.0{cents}
unit = "image"
read = 2026-06-01
source = "Made up"
condition = {{ quality = "medium", size = "1024x1024" }}
[[prices]]
amount = 0.1{cents}
unit = "image"
read = 2026-06-01
source = "Made up"
condition = {{ quality = "high", size = "1024x1024" }}
"""
PROMPT = 'text = "{text}"\nlanguage = "{language}"\ncategory = "{category}"\n'


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def project(folder: Path, models: int) -> Path:
    """A made-up project with so many models, written once; its log lies as Parquet under data/votes."""
    place = folder / f"project-{models}"
    if place.exists():
        return place
    fresh = folder / f"project-{models}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    data, rng = fresh / "data", random.Random(models)
    ids = [f"maker-{n % MAKERS}/model-{n}" for n in range(models)]
    named = ", ".join(f'{{ id = "{each}", name = "{each.capitalize()}" }}' for each in CATEGORIES)
    spoken = ", ".join(f'{{ id = "{each}", name = "{each.upper()}", own_name = "{each}" }}' for each in LANGUAGES)
    arenas = 'arenas = [{ id = "draw", name = "Text to image" }]'
    put(
        data,
        "arena.toml",
        f'name = "Bench"\ntagline = "To measure"\n{arenas}\ncategories = [{named}]\nlanguages = [{spoken}]\n',
    )
    for n in range(MAKERS):
        put(data, f"organizations/maker-{n}.toml", f'name = "Maker {n}"\n')
    for n in range(3):
        put(data, f"providers/shop-{n}/provider.toml", f'name = "Shop {n}"\n')
    for n, model in enumerate(ids):
        dated = MODEL.format(n=n, month=1 + n % 5, day=1 + n % 28, open=str(n % 3 == 0).lower())
        put(data, f"models/{model}.toml", dated)
        for shop in range(3):
            put(data, f"providers/shop-{shop}/{model}.toml", OFFER.format(n=n, cents=10 + (n + shop) % 80))
    prompts = []
    for n in range(PROMPTS):
        category, language = CATEGORIES[n % 4], LANGUAGES[n // 4 % 4]
        text = f"Prompt number {n}: a still life with {n} apples, three words of text and evening light from the left"
        put(data, f"prompts/draw/prompt-{n}.toml", PROMPT.format(text=text, language=language, category=category))
        prompts.append((f"draw/prompt-{n}", category, language))
    shown = outputs(data, ids, prompts, rng)
    cast(data, ids, prompts, shown, rng)
    fresh.rename(place)
    return place


def outputs(
    data: Path, ids: list[str], prompts: list[tuple[str, str, str]], rng: random.Random
) -> dict[tuple[str, str], str]:
    """Small pictures of their own for every model."""
    shown, lines = {}, []
    for model in ids:
        for prompt, _, _ in rng.sample(prompts, PICTURES):
            colour = tuple(rng.randrange(256) for _ in range(3))
            target = io.BytesIO()
            picture = Image.new("RGB", (64, 64), colour)
            picture.putpixel((0, 0), tuple(rng.randrange(256) for _ in range(3)))
            picture.save(target, "WEBP", lossless=True)
            content = target.getvalue()
            name = hashlib.sha256(content).hexdigest()
            path = data / "outputs" / name[:2] / f"{name}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            size = {"width": 64, "height": 64, "bytes": len(content), "origin": "simulated"}
            lines.append(json.dumps({"model": model, "prompt": prompt, "sha256": name, **size}) + "\n")
            shown[prompt, model] = name
    put(data, "outputs/outputs.jsonl", "".join(lines))
    return shown


def cast(
    data: Path,
    ids: list[str],
    prompts: list[tuple[str, str, str]],
    shown: dict[tuple[str, str], str],
    rng: random.Random,
) -> None:
    """Votes between models of near strength: a model's number is its strength."""
    from arena.records import Origin, Outcome, Vote
    from arena.votes.log import append_votes, open_log
    from arena.votes.table import votes_table

    start = datetime(2026, 3, 1, tzinfo=UTC)
    by_prompt = {prompt: [model for (other, model) in shown if other == prompt] for prompt, _, _ in prompts}

    def votes() -> Iterator[Vote]:
        for n in range(len(ids) * VOTES // 2):
            prompt, category, language = rng.choice(prompts)
            left, right = rng.sample(by_prompt[prompt] if n % 4 == 0 and len(by_prompt[prompt]) > 1 else ids, 2)
            edge = (int(left.rpartition("-")[2]) - int(right.rpartition("-")[2])) / len(ids)
            drawn = rng.random()
            wins = Outcome.LEFT if rng.random() < 0.5 + edge / 2 else Outcome.RIGHT
            outcome = Outcome.TIE if drawn < 0.1 else Outcome.BOTH_BAD if drawn < 0.15 else wins
            yield Vote(
                battle=f"simulated-{n:07d}", at=start + timedelta(minutes=n), arena="draw", category=category,
                language=language, left=left, right=right, outcome=outcome, voter=f"simulated-{n % 500:03d}",
                prompt=prompt, left_output=shown.get((prompt, left), ""), right_output=shown.get((prompt, right), ""),
                origin=Origin.SIMULATED,
            )  # fmt: skip

    append_votes(open_log(data / "votes"), votes_table(votes()), "made up")
