"""How long it takes to load and to check a catalogue of 1,000 models: it should be less than a second.

    python benchmarks/catalogue.py [MODELS]

Writes a made-up catalogue of the shape of the shipped one (two offers and four prices a model, a story for every other
one, a prompt for every tenth) to a temporary folder, and measures the best of five runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from arena.catalogue import check_catalogue, load_catalogue

SOURCE = '[[sources]]\nname = "A press release"\nread = 2026-01-02\nurl = "https://maker.example"\n'
BENCHMARK = """\
[[benchmarks]]
name = "LMArena text-to-image"
value = 1155.9
low = 1152.8
high = 1158.9
source = "S"
read = 2026-01-02

"""
PRICE = """\
[[prices]]
amount = {}
unit = "image"
condition = {{ quality = "{}", size = "1024x1024" }}
read = 2026-01-02
source = "Price page"

"""
LETTERS = "abcdefghijklmnopqrstuvwxyz    "
PROJECT = """\
name = "Benchmark"
tagline = "A thousand models"

[[arenas]]
id = "text-to-image"
name = "Text to image"

[[categories]]
id = "photo"
name = "Photography"

[[languages]]
id = "en"
name = "English"
own_name = "English"
"""


def write_catalogue(data: Path, models: int) -> None:
    put(data / "arena.toml", PROJECT)
    for number in range(25):
        put(data / f"organizations/maker-{number}.toml", f'name = "Maker {number}"\n\n{SOURCE}')
    for shop in ("shop", "mart"):
        put(data / f"providers/{shop}/provider.toml", f'name = "{shop}"\n\n{SOURCE}')
    for number in range(models):
        write_model(data, number)


def write_model(data: Path, number: int) -> None:
    model_id = f"maker-{number % 25}/model-{number}"
    put(
        data / f"models/{model_id}.toml",
        f'name = "Model {number}"\ndescription = "Makes images from text."\narenas = ["text-to-image"]\n'
        f'released = 2025-01-10\nfamily = "Model"\naliases = ["model {number} preview"]\napi_id = "api-{number}"\n'
        f'inputs = ["text", "image"]\noutputs = ["image"]\n\n[weights]\nopen = false\nlicence = "Proprietary"\n\n'
        f"{BENCHMARK}{SOURCE}",
    )
    for shop, amount in (("shop", "0.04"), ("mart", "0.05")):
        prices = PRICE.format(amount, "medium") + PRICE.format("0.2", "high")
        put(data / f"providers/{shop}/{model_id}.toml", f'model_id = "{shop}-{number}"\n\n{prices}')
    if number % 2 == 0:
        put(
            data / f"stories/2025-01-10-model-{number}.toml",
            f'title = "Model {number} is out"\nkind = "release"\nhappened = 2025-01-10\nevidence = "primary"\n'
            f'models = ["{model_id}"]\ntext = "Released on 10 January 2025."\n\n{SOURCE}',
        )
    if number % 10 == 0:
        words = "".join(Random(number).choices(LETTERS, k=80)).strip()
        put(
            data / f"prompts/text-to-image/prompt-{number}.toml",
            f'text = "{words}"\nlanguage = "en"\ncategory = "photo"\n',
        )


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def best(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(models: int = 1000) -> None:
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_catalogue(data, models)
        report = check_catalogue(data, date(2026, 3, 1))
        print(report.summary)
        print(f"findings: {len(report.findings)}, warnings: {len(report.warnings)}")
        print(f"load_catalogue   {best(lambda: load_catalogue(data)):.3f} s")
        print(f"check_catalogue  {best(lambda: check_catalogue(data, date(2026, 3, 1))):.3f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
