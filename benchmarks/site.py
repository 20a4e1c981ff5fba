"""How fast sites are built, and how that grows: pages a second, memory, building again; beside other generators.

    python -m benchmarks.site growth FOLDER [MODELS...]  100, 300, 1,000 and 3,000 models
    python -m benchmarks.site peers FOLDER [MODELS]      MkDocs, Pelican and Hugo on as many pages, in turn

Projects are made up in FOLDER on the first run: one arena, 4 categories x 4 languages, and for each model 40 votes,
3 offers and 4 pictures, all of it through the same files that a real project has. The peers are installed into
FOLDER/venv, and get the Markdown twins of our model pages, as many files as our site has pages. Leave the program's
source alone meanwhile: a site made by other source is built anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import resource
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

GROWTH = (100, 300, 1000, 3000)
CATEGORIES, LANGUAGES = ("photo", "logo", "poster", "portrait"), ("en", "de", "fr", "es")
MAKERS, PROMPTS, VOTES, PICTURES = 40, 64, 40, 4
PEERS = ("mkdocs", "pelican[markdown]", "hugo")

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


def build(place: Path) -> None:
    """Build a project's site from nothing, then again, then with one changed model; print the figures as JSON."""
    site = place / "site"
    shutil.rmtree(site, ignore_errors=True)
    laps, pages = [], 0
    for change in (False, False, True):
        if change:
            model = next((place / "data/models").rglob("*.toml"))
            model.write_text(model.read_text("utf-8").replace("The ", "Still the ", 1), "utf-8")
        lap, pages = one_build(place, site)
        laps.append(lap)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(json.dumps({"pages": pages, "laps": laps, "memory": memory, "bytes": size}))


def one_build(place: Path, site: Path) -> tuple[dict[str, float], int]:
    """Seconds of each part of one build and how many files it wrote; and how many pages there are."""
    from arena.catalogue import load_catalogue
    from arena.publish.site import build_site
    from arena.ratings import compute_ratings
    from arena.records import Ratings
    from arena.votes.log import open_log

    start = time.perf_counter()
    catalogue, log = load_catalogue(place / "data"), open_log(place / "data" / "votes")
    loaded = time.perf_counter()
    rating = []

    def rate() -> Ratings:
        begun = time.perf_counter()
        rated = compute_ratings(log.votes(), catalogue.project.ratings, history=True)
        rating.append(time.perf_counter() - begun)
        return rated

    report = build_site(catalogue, log, rate, site)
    publishing = time.perf_counter() - loaded - sum(rating)
    parts = {"load": loaded - start, "rate": sum(rating), "publish": publishing, "written": report.written}
    return parts, report.pages


def measured(place: Path) -> dict[str, Any]:
    """The figures of ``build`` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.site", "build", place], capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def growth(folder: Path, sizes: tuple[int, ...] = GROWTH) -> None:
    heads = (
        "models",
        "pages",
        "publish s",
        "pages/s",
        "rate s",
        "again s",
        "one changed s",
        "written",
        "MB",
        "MB site",
    )
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    for models in sizes:
        found = measured(project(folder, models))
        full, again, changed = found["laps"]
        total, repeated = full["load"] + full["rate"] + full["publish"], again["load"] + again["publish"]
        cells = (
            f"{models:,}",
            f"{found['pages']:,}",
            f"{full['publish']:.1f}",
            f"{found['pages'] / full['publish']:,.0f}",
            f"{full['rate']:.1f}",
            f"{repeated:.2f} ({repeated / total:.0%})",
            f"{changed['publish']:.1f}",
            f"{changed['written']:,} of {full['written']:,}",
            f"{found['memory']:.0f}",
            f"{found['bytes'] / 1e6:.0f}",
        )
        print("| " + " | ".join(cells) + " |", flush=True)


def peers(folder: Path, models: int) -> None:
    """Whole programs, from their start to the written site, one after the other."""
    place = project(folder, models)
    ours = timed(
        [sys.executable, "-m", "arena", "build", "--project", place, "--out", folder / "ours"], folder / "ours"
    )
    pages = len(list((folder / "ours").rglob("*.html")))
    tools = environment(folder)
    write_markdown(folder, pages)
    runs = {
        "Image Arena": ours,
        "MkDocs": timed([tools / "mkdocs", "build", "-q", "-f", folder / "mkdocs/mkdocs.yml"], folder / "mkdocs/site"),
        "Pelican": timed([tools / "pelican", "-q", folder / "pelican/content", "-s", folder / "pelican/conf.py",
                          "-o", folder / "pelican/site"], folder / "pelican/site"),
        "Hugo": timed([tools / "hugo", "--quiet", "-s", folder / "hugo"], folder / "hugo/public"),
    }  # fmt: skip
    print(f"{pages:,} pages of {models:,} models\n")
    print("| generator | seconds | pages | pages/s | ours is |\n|---|---|---|---|---|")
    base = runs["Image Arena"]
    for name, (seconds, made) in runs.items():
        if not made:
            print(f"| {name} | did not run | | | |")
            continue
        ratio = (base[1] / base[0]) / (made / seconds)
        print(f"| {name} | {seconds:.1f} | {made:,} | {made / seconds:,.0f} | {ratio:.2f} x |")


def timed(command: list[object], out: Path) -> tuple[float, int]:
    """Seconds and HTML pages of one run into an empty folder; (0, 0) where it fails."""
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
        return 0.0, 0
    return seconds, sum(1 for _ in out.rglob("*.html"))


def environment(folder: Path) -> Path:
    """The peers' programs, installed once."""
    place = folder / "venv"
    if not place.exists():
        venv.create(place, with_pip=True)
        for peer in PEERS:
            subprocess.run([place / "bin/pip", "install", "-q", peer], check=False)
    return place / "bin"


def write_markdown(folder: Path, pages: int) -> None:
    """The same facts for each peer: the Markdown twins of our models, over and over up to the number of pages."""
    twins = [path.read_text("utf-8") for path in sorted((folder / "ours/models").rglob("*.md"))]
    for name in ("mkdocs", "pelican", "hugo"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for n in range(pages):
        text = twins[n % len(twins)]
        put(folder, f"mkdocs/docs/{'index' if n == 0 else f'page-{n}'}.md", text)
        put(folder, f"pelican/content/pages/page-{n}.md", f"Title: Page {n}\nSlug: page-{n}\n\n{text}")
        put(folder, f"hugo/content/page-{n}.md", f'+++\ntitle = "Page {n}"\n+++\n\n{text}')
    nav = "nav: [{Home: index.md}]\nmarkdown_extensions: [tables]\n"
    nav = f"site_name: Bench\nuse_directory_urls: false\nplugins: []\n{nav}"
    put(folder, "mkdocs/mkdocs.yml", nav)
    feeds = "\n".join(f"{name} = None" for name in ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "TRANSLATION_FEED_ATOM"))
    put(folder, "pelican/conf.py", f"SITENAME = 'Bench'\nTHEME = 'simple'\nTIMEZONE = 'UTC'\n{feeds}\n")
    put(folder, "hugo/hugo.toml", 'title = "Bench"\ndisableKinds = ["taxonomy", "term", "rss", "sitemap"]\n')
    layout = "<!DOCTYPE html><html lang=en><title>{{ .Title }}</title><main>{{ .Content }}</main></html>\n"
    put(folder, "hugo/layouts/_default/single.html", layout)
    put(folder, "hugo/layouts/_default/list.html", layout)


def main() -> None:
    what, folder, *rest = sys.argv[1:]
    place = Path(folder).resolve()
    if what == "build":
        build(place)
        return
    place.mkdir(parents=True, exist_ok=True)
    if what == "growth":
        growth(place, tuple(map(int, rest)) or GROWTH)
    elif what == "peers":
        peers(place, int(rest[0]) if rest else 1000)


if __name__ == "__main__":
    main()
