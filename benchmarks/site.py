"""How fast sites are built, and how that grows: pages a second, memory, building again. Beside others: peers.py.

    python -m benchmarks.site growth FOLDER [MODELS...]  100, 300, 1,000 and 3,000 models
    python -m benchmarks.site shares FOLDER [MODELS]     what each part of a build costs
    python -m benchmarks.site ending FOLDER [PROJECT]    what it saves that commands end with os._exit

Projects are made up in FOLDER on the first run: one arena, 4 categories x 4 languages, and for each model 40 votes,
3 offers and 4 pictures, all of it through the same files that a real project has. Every full build is from nothing:
without a site, and without what is kept between builds. Leave the program's source alone meanwhile: a
site made by other source is built anew.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena.__main__ import COLLECTED_AFTER
from benchmarks.made_up import project
from benchmarks.runs import clear_up, programs, put_aside

GROWTH = (100, 300, 1000, 3000)
PROCESSES = os.cpu_count() or 1
SAMPLE = 0.25
"""Seconds between two looks at memory."""
ENDINGS = {"os._exit": "", "sys.exit": "import os, sys; os._exit = sys.exit"}
"""What is done before a command starts, by how it ends."""
ROUNDS = 7


def build(place: Path) -> None:
    """Build a project's site from nothing, then again, then with one changed price; print the figures as JSON."""
    site = place / "site"
    put_aside(site, place / ".cache")
    laps, pages = [], 0
    for change in (False, False, True):
        if change:
            offer = min((place / "data/providers").rglob("model-*.toml"))
            offer.write_text(offer.read_text("utf-8").replace("amount = 0.0", "amount = 0.01", 1), "utf-8")
        lap, pages = one_build(place, site)
        laps.append(lap)
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(json.dumps({"pages": pages, "laps": laps, "bytes": size}))


def one_build(place: Path, site: Path) -> tuple[dict[str, float], int]:
    """Seconds of each part of one build and how many files it wrote; and how many pages there are."""
    from arena.cli.opening import open_project, rate_or_read_kept
    from arena.publish.site import build_site
    from arena.ratings.results import Ratings

    start = time.perf_counter()
    catalogue, log = open_project(place)
    loaded = time.perf_counter()
    rating = []

    def rate() -> Ratings:
        begun = time.perf_counter()
        rated = rate_or_read_kept(place, catalogue, log, threads=PROCESSES)
        rating.append(time.perf_counter() - begun)
        return rated

    report = build_site(catalogue, log, rate, site, processes=PROCESSES)
    publishing = time.perf_counter() - loaded - sum(rating)
    parts = {"load": loaded - start, "rate": sum(rating), "publish": publishing, "written": report.written}
    return parts, report.pages


def measured(place: Path) -> dict[str, Any]:
    """The figures of ``build`` in a process of its own, and the most memory that it and its processes held."""
    command = [sys.executable, "-m", "benchmarks.site", "build", str(place)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=programs())
    most: list[float] = [0.0]

    def watch() -> None:
        while running.poll() is None:
            most[0] = max(most[0], held_by(running.pid))
            time.sleep(SAMPLE)

    watching = threading.Thread(target=watch)
    watching.start()
    said, _ = running.communicate()
    watching.join()
    if running.returncode:
        raise SystemExit(f"the build of {place} failed")
    figures: dict[str, Any] = json.loads(said)
    return {**figures, "memory": most[0]}


def held_by(pid: int) -> float:
    """MB of a process and its children; what they share counts once (Linux: proportional set size)."""
    total = 0
    for process in (pid, *children_of(pid)):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def children_of(pid: int) -> list[int]:
    try:
        return [
            int(each)
            for path in Path(f"/proc/{pid}/task").iterdir()
            for each in (path / "children").read_text().split()
        ]
    except OSError:
        return []


def growth(folder: Path, sizes: tuple[int, ...] = GROWTH) -> None:
    heads = (
        "models",
        "pages",
        "publish s",
        "pages/s",
        "rate s",
        "again s",
        "one price changed s",
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
            f"{changed['load'] + changed['rate'] + changed['publish']:.1f}",
            f"{changed['written']:,} of {full['written']:,}",
            f"{found['memory']:.0f}",
            f"{found['bytes'] / 1e6:.0f}",
        )
        print("| " + " | ".join(cells) + " |", flush=True)


def shares(folder: Path, models: int) -> None:
    """Seconds of processor time of each part of a build in one process, and of its pages alone in all processes."""
    from arena.cli.opening import open_project, rate_log
    from arena.publish.content.downloads import made_downloads
    from arena.publish.content.prepare import prepare_site_data
    from arena.publish.output.processes import run_jobs
    from arena.publish.parts import Building
    from arena.publish.site import PAGE_BUILDERS, jobs_of, parts_of

    place, fresh = project(folder, models), folder / "fresh"
    put_aside(fresh, place / ".cache")
    spent: dict[str, float] = defaultdict(float)

    def lap(name: str, start: float) -> None:
        spent[name] += time.process_time() - start

    begun = time.process_time()
    catalogue, log = open_project(place)
    lap("load and check", begun)
    begun = time.process_time()
    ratings = rate_log(catalogue, log, history=True, threads=PROCESSES)
    lap("rate", begun)
    begun = time.process_time()
    with made_downloads(catalogue, log, ratings) as downloads:
        site_data = replace(prepare_site_data(catalogue, log, ratings), downloads=downloads)
        lap("prepare, downloads", begun)
        building = Building.of(site_data, fresh, folder / "none")
        parts = parts_of(site_data, 1)
        for job in jobs_of(building, parts, 1):
            begun = time.process_time()
            name = job()[0].name.removeprefix("arena.publish.").partition(" ")[0]
            lap(name, begun)
        put_aside(fresh)
        paged = [part for part in parts if part.builder in PAGE_BUILDERS]
        start = time.perf_counter()
        written = run_jobs(jobs_of(building, paged, PROCESSES), PROCESSES, lambda *_: None)
        alone, pages = time.perf_counter() - start, sum(len(part.pages) for made in written for part in made)
    print("| part | s |\n|---|---|")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        if seconds >= 0.05:
            print(f"| {name} | {seconds:.1f} |")
    print(f"\n{pages:,} pages alone: {alone:.1f} s, {pages / alone:,.0f} pages/s in {PROCESSES} processes")


def ending(folder: Path, project: Path) -> None:
    """Processor seconds and seconds of ``arena rate`` and ``arena build``, by how they end: medians of runs in turns.

    Each build has another address of the site, so that it really builds, and keeps the pictures of the build before.
    """
    spent: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        for end in ENDINGS if number % 2 else reversed(ENDINGS):
            address = f"https://example.org/{number}/"
            for name, options in (("rate", ()), ("build", ("--out", str(folder / end), "--base-url", address))):
                run = command(ENDINGS[end], name, "--project", str(project), *options)
                if number:  # the first round fills the caches
                    spent[name, end].append(run)
    print("| command | ends with | processor s | s |\n|---|---|---|---|")
    for (name, end), runs in spent.items():
        cpu, wall = (statistics.median(kind) for kind in zip(*runs, strict=True))
        print(f"| arena {name} | {end} | {cpu:.2f} | {wall:.2f} |")


def command(before: str, *arguments: str) -> tuple[float, float]:
    """Run a command of the program; its processor seconds with those of its processes, and its seconds."""
    program = [sys.executable, "-c", f"{before}\nfrom arena.__main__ import main\nmain()", *arguments]
    start = time.perf_counter()
    running = subprocess.Popen(program, stdout=subprocess.DEVNULL, env=programs())
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"arena {' '.join(arguments)} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start


def main() -> None:
    gc.set_threshold(*COLLECTED_AFTER)  # as in every command
    what, folder, *rest = sys.argv[1:]
    place = Path(folder).resolve()
    if what == "build":
        build(place)
        return
    place.mkdir(parents=True, exist_ok=True)
    if what == "growth":
        growth(place, tuple(map(int, rest)) or GROWTH)
    elif what == "shares":
        shares(place, int(rest[0]) if rest else 1000)
    elif what == "ending":
        ending(place, Path(rest[0] if rest else ".").resolve())
    clear_up(place)


if __name__ == "__main__":
    main()
