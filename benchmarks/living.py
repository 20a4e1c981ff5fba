"""How commands grow with an arena that people have voted in for five years: a log of 60 months, sealed month by month.

    python -m benchmarks.living FOLDER [VOTES] [STEP...]    a million votes; writes them once, some minutes
    python -m benchmarks.living log FOLDER VOTES            writes them alone

Steps are ``verify``, ``rate``, ``serve``, ``weeks`` and ``build``; all of them, if none is named. ``last`` rates five
weeks of the history alone, which tells what a month costs without rating all weeks first.

The project is that of this repository with another log, and its votes are simulated: so many of them, evenly over the
months, by voters with 20 votes each who get new pseudonyms every month, as sealing gives them. The files are what
``arena seal`` writes, by its own functions. What is timed are whole commands, each in a process of its own, in a copy
of the project whose log grows by a month where the table says so. Processor time is that of all its processes; the
memory is the most that one of them held.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pyarrow as pa

from benchmarks.runs import programs, put_aside
from benchmarks.voting import arena, cpu_of, without_limits

ROOT = Path(__file__).resolve().parent.parent
MONTHS, VOTES, VOTES_A_VOTER = 60, 1_000_000, 20
FIRST_MONTH = np.datetime64("2021-12")
LINEAGE = "5e1f00000000"
STEPS = ("verify", "rate", "serve", "weeks", "build")
TIES, BOTH_BAD = 0.1, 0.1
SPREAD, NOISE = 4.0, 25 / 6 * 2**0.5
RATE, LOOKS_A_SECOND = 40, 2
"""Votes a second of those who vote while a month is sealed, and how often somebody looks at the scores."""
CALM_SECONDS, VOTING_SECONDS = 20.0, 100.0
"""How long votes are timed before the seal, and in all; new scores have to be there by then."""


def project(folder: Path, votes: int, months: int = MONTHS) -> Path:
    """The project with so many votes in its log; written once."""
    place = folder / f"living-{votes}-{months}"
    if place.exists():
        return place
    fresh = place.with_name(f"{place.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "data").mkdir(parents=True)
    for child in (ROOT / "data").iterdir():
        if child.name not in ("votes", "arena.toml") and not child.name.startswith("arena.sqlite"):
            (fresh / "data" / child.name).symlink_to(child)
    settings = without_limits((ROOT / "data/arena.toml").read_text("utf-8"))
    (fresh / "data/arena.toml").write_text(settings, "utf-8")
    pictures = Pictures.of(fresh)
    for month in range(months):
        seal_month(fresh, pictures.votes(month, votes // months), month + 1)
        print(f"sealed month {month + 1} of {months}", file=sys.stderr, end="\r", flush=True)
    fresh.rename(place)
    return place


def seal_month(place: Path, table: pa.Table, number: int) -> None:
    """Put a month's votes into the log as ``arena seal`` does, as the period of this number."""
    from arena.votes.audit import AuditReport, Thresholds
    from arena.votes.audit.report import report_json
    from arena.votes.log import open_log
    from arena.votes.sealing import append_period, period_of_report

    report = report_json(AuditReport(len(table), len(table), 0, 0, 0, (), (), Thresholds()))
    period = period_of_report(LINEAGE, number, report)
    append_period(open_log(place / "data/votes"), table, period, report)


@dataclass(frozen=True)
class Pictures:
    """The pictures of a project, by prompt: what votes are about."""

    prompts: list[tuple[str, str, str]]
    """Id, category and language."""
    models: list[list[str]]
    sums: list[list[str]]
    strength: dict[str, float]

    @classmethod
    def of(cls, place: Path) -> Pictures:
        from arena.catalogue import load_catalogue

        catalogue = load_catalogue(place / "data")
        shown: dict[str, dict[str, str]] = {}
        for output in catalogue.outputs:
            if output.prompt in catalogue.prompts and output.model in catalogue.models:
                shown.setdefault(output.prompt, {})[output.model] = output.sha256
        shown = {prompt: by_model for prompt, by_model in sorted(shown.items()) if len(by_model) > 1}
        found = [(prompt, catalogue.prompts[prompt].category, catalogue.prompts[prompt].language) for prompt in shown]
        names = sorted({model for by_model in shown.values() for model in by_model})
        strength = dict(zip(names, np.random.default_rng(5).normal(25.0, SPREAD, len(names)).tolist(), strict=True))
        return cls(found, [list(m) for m in shown.values()], [list(m.values()) for m in shown.values()], strength)

    def votes(self, month: int, count: int) -> pa.Table:
        """Simulated votes of a month, the first being 0."""
        from arena.votes.table import VOTE_SCHEMA

        rng = np.random.default_rng((month, count))
        sizes = np.array([len(models) for models in self.models])
        starts = np.cumsum(sizes) - sizes
        prompt = rng.integers(0, len(sizes), count)
        left = rng.integers(0, sizes[prompt])
        right = (left + rng.integers(1, sizes[prompt])) % sizes[prompt]
        left, right = starts[prompt] + left, starts[prompt] + right
        models = [model for by_prompt in self.models for model in by_prompt]
        strength = np.array([self.strength[model] for model in models])
        gap = strength[left] - strength[right] + rng.normal(0.0, NOISE, count)
        said, tie = rng.random(count), np.quantile(np.abs(gap), TIES)
        outcome = np.where(said < BOTH_BAD, 3, np.where(np.abs(gap) < tie, 2, np.where(gap > 0, 0, 1)))
        first = (FIRST_MONTH + month).astype("datetime64[m]").astype(np.int64)
        minutes = (FIRST_MONTH + month + 1).astype("datetime64[m]").astype(np.int64) - first
        at = np.sort(first + rng.integers(0, minutes, count)) * 60_000_000
        sums = [name for by_prompt in self.sums for name in by_prompt]
        columns = {
            "battle": _hexadecimal(rng, count),
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "arena": _named(prompt, [name.partition("/")[0] for name, _, _ in self.prompts]),
            "category": _named(prompt, [category for _, category, _ in self.prompts]),
            "language": _named(prompt, [language for _, _, language in self.prompts]),
            "left": _named(left, models),
            "right": _named(right, models),
            "outcome": _named(outcome, ["left", "right", "tie", "both_bad"]),
            "voter": _hexadecimal(rng, -(-count // VOTES_A_VOTER)).take(
                pa.array(rng.integers(0, -(-count // VOTES_A_VOTER), count))
            ),
            "prompt": _named(prompt, [name for name, _, _ in self.prompts]),
            "left_output": _named(left, sums),
            "right_output": _named(right, sums),
            "dwell_ms": pa.nulls(count, pa.int32()),
            "origin": pa.repeat("simulated", count),
            "reasons": pa.nulls(count, VOTE_SCHEMA.field("reasons").type),
        }
        return pa.table([columns[name] for name in VOTE_SCHEMA.names], schema=VOTE_SCHEMA)


def _named(codes: np.ndarray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), names).cast(pa.string())


def _hexadecimal(rng: np.random.Generator, count: int) -> pa.Array:
    """Pseudonyms of 64 bits, as sealing makes them."""
    text = np.frombuffer(rng.bytes(8 * count).hex().encode(), "S16")
    return pa.array(text.astype("U16").tolist(), pa.string()) if count < 1000 else _from_bytes(text)


def _from_bytes(text: np.ndarray) -> pa.Array:
    data = pa.py_buffer(text.tobytes())
    return pa.Array.from_buffers(pa.binary(16), len(text), [None, data]).cast(pa.binary()).cast(pa.string())


@contextmanager
def copied(place: Path) -> Generator[Path]:
    """The project in a folder of its own, whose log may grow: its files are links, and are never changed."""
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        copy = Path(folder)
        (copy / "data/votes").mkdir(parents=True)
        for child in (place / "data").iterdir():
            if child.is_symlink():
                (copy / "data" / child.name).symlink_to(child.resolve())
        shutil.copy(place / "data/arena.toml", copy / "data")
        for file in (place / "data/votes").iterdir():
            os.link(file, copy / "data/votes" / file.name)
        yield copy


def row(what: str, wall: float, cpu: float | None = None, memory: float | None = None, note: str = "") -> None:
    cells = [
        what,
        f"{wall:,.1f} s",
        "" if cpu is None else f"{cpu:,.1f} s",
        "" if memory is None else f"{memory:,.0f} MB",
    ]
    print(f"| {' | '.join([*cells, note])} |", flush=True)


def timed(what: str, command: list[str], note: str = "") -> str:
    """Run a program, and say what it took; what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=programs())
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{' '.join(command)}: {said[-2000:]}"
    row(what, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, note)
    return said


def program(*words: str) -> list[str]:
    return [sys.executable, "-m", "arena", *words]


def commands(place: Path, month: int, votes: int, steps: tuple[str, ...]) -> None:
    """The steps on a copy of the project, whose log ends before the ``month``, of which there are so many votes."""
    print(f"{votes * month:,} simulated votes in {month} months")
    print("| command | seconds | processor | memory | |\n| --- | ---: | ---: | ---: | --- |")
    there, pictures = ["--project", str(place)], Pictures.of(place)
    if "verify" in steps:
        timed("`arena verify`", program("verify", str(place / "data/votes")))
    if "rate" in steps:
        timed("`arena rate`, nothing kept", program("rate", *there, "--out", str(place / "ratings.csv")))
    if "serve" in steps:
        put_aside(place / ".cache")
        serving(place, "nothing kept")
        with serving_while(place) as port:
            new_scores(place, port, pictures.votes(month, votes), month + 1)
        serving(place, "after that month")
    if "weeks" in steps:
        put_aside(place / ".cache")
        timed("ratings and weekly history, nothing kept", weeks(place))
        seal_month(place, pictures.votes(month + 1, votes), month + 2)
        timed("the same after a month more", weeks(place))
    if "last" in steps:
        timed("the last five weeks of the history, without boards", weeks(place, 5))
    if "build" in steps:
        timed("`arena build`", program("build", *there), "ratings kept" if "weeks" in steps else "nothing kept")
        timed("`arena build`, nothing changed", program("build", *there))


def weeks(place: Path, last: int = 0) -> list[str]:
    return [sys.executable, "-m", "benchmarks.living", "weeks", str(place), str(last)]


def rate_weeks(place: Path, last: int) -> None:
    """Rate the log over time as ``arena build`` does; with ``last``, only so many weeks, and boards from counts."""
    from datetime import date, timedelta

    from arena.cli.opening import open_project, rate_or_read_kept
    from arena.ratings import compute_ratings
    from arena.ratings.history import KeptWeeks, RatedWeek
    from arena.ratings.kept_counts import count_log
    from arena.records import Origin

    catalogue, log = open_project(place)
    threads = os.cpu_count() or 1
    if not last:
        rate_or_read_kept(place, catalogue, log, threads=threads)
        return
    from_then = date.fromisoformat(f"{log.entries[-1].month}-28") - timedelta(weeks=last)
    nothing = np.empty(0)

    class LastWeeks(KeptWeeks):
        def of(self, arena: str, origin: Origin, week: date, rate: Callable[[], RatedWeek]) -> RatedWeek:
            if week > from_then:
                return super().of(arena, origin, week, rate)
            return RatedWeek(week, (), nothing, nothing, nothing, nothing.astype(np.int64), None)

    kept = LastWeeks(lambda arena, _, week: f"{arena} {week}", {})
    counts, settings = count_log(log, place).counts, catalogue.project.ratings
    compute_ratings(log.counted_votes(), settings, history=True, intervals=False, counts=counts, weeks=kept)


@contextmanager
def serving_while(place: Path) -> Generator[int]:
    """A running arena: its port, once it draws battles."""
    with arena(place, f"sqlite:///{place}/arena.sqlite", 1) as (port, _):
        cast(port)
        yield port


def serving(place: Path, note: str) -> None:
    """The start of ``arena serve``: until it says its address, and until it draws a battle by its scores."""
    start = time.perf_counter()
    with arena(place, f"sqlite:///{place}/arena.sqlite", 1) as (port, pid):
        said = time.perf_counter() - start
        while True:
            try:
                cast(port)
                break
            except OSError:
                time.sleep(0.05)
        drawn, cpu = time.perf_counter() - start, cpu_of(pid)
        memory = peak_of(pid)
    row("`arena serve` until it says its address", said, note=note)
    row("`arena serve` until it draws", drawn, cpu, memory, note)


def peak_of(pid: int) -> float:
    """The most memory that a process has held, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def cast(port: int) -> dict[str, int]:
    """Draw a battle as a new voter, vote, and read how many votes the board has of both models."""
    with urlopen(f"http://127.0.0.1:{port}/api/battle", timeout=120) as answer:
        battle, cookie = json.load(answer), answer.headers["set-cookie"].partition(";")[0]
    body = json.dumps({"token": battle["token"], "outcome": "left"}).encode()
    headers = {"cookie": cookie, "content-type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{port}/api/votes", body, headers), timeout=120) as answer:
        told = json.load(answer)
    return {told[side]["model"]: told[side]["votes"] for side in ("left", "right")}


def new_scores(place: Path, port: int, table: pa.Table, number: int) -> None:
    """Seal a month while people vote, and say when the scores of it are shown and how long votes took meanwhile."""
    results = place / "voters.json"
    options = ["--voters", "16", "--rate", str(RATE), "--seconds", str(VOTING_SECONDS)]
    voters = [sys.executable, str(ROOT / "benchmarks/voters.py"), str(port), str(results), *options]
    known: dict[str, int] = {}
    start = time.perf_counter()
    voting = subprocess.Popen(voters)
    while time.perf_counter() < start + CALM_SECONDS:
        known |= cast(port)
        time.sleep(1 / LOOKS_A_SECOND)
    before = time.perf_counter() - start
    seal_month(place, table, number)
    sealed = time.perf_counter() - start
    while not any(votes > known.get(model, votes) for model, votes in cast(port).items()):
        assert time.perf_counter() < start + VOTING_SECONDS, "no new scores"
        time.sleep(1 / LOOKS_A_SECOND)
    shown = time.perf_counter() - start
    assert voting.wait(2 * VOTING_SECONDS) == 0
    tally = json.loads(results.read_text())
    assert not tally["errors"], tally["errors"][:3]
    votes = list(zip(tally["began"], tally["vote"], strict=True))
    calm = [1000 * took for began, took in votes if began < before]
    busy = [1000 * took for began, took in votes if sealed <= began < shown]
    row("putting the month into the log", sealed - before)
    row("new scores after it, with 10 s between two looks", shown - sealed)
    for what, times in (("votes before", calm), ("votes until new scores", busy)):
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"{what}: {len(times):,}, p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {max(times):.0f} ms")


def main(words: list[str]) -> None:
    if words[0] == "log":
        project(Path(words[1]), int(words[2]))
    elif words[0] == "weeks":
        rate_weeks(Path(words[1]), int(words[2]))
    else:
        votes = int(words[1]) if words[1:] and words[1].isdigit() else VOTES
        steps = tuple(word for word in words[1:] if not word.isdigit()) or STEPS
        assert not (unknown := set(steps) - {*STEPS, "last"}), f"no such step: {unknown}"
        with copied(project(Path(words[0]), votes)) as place:
            commands(place, MONTHS, votes // MONTHS, steps)


if __name__ == "__main__":
    main(sys.argv[1:])
