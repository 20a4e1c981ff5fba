"""Simulated votes and outputs beside human ones: no number of a board, no page and no export is moved by them.

The log itself, which the site publishes as it was sealed so that its head can be checked, holds all votes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
import tempfile
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from PIL import Image

from arena.catalogue.outputs import Output
from arena.records import OutputOrigin
from arena.votes.log import open_log
from arena.votes.store import open_store
from arena.voting.app import create_app
from arena.voting.live_arena import read_live_arena
from arena.wording import readable_size
from tests.cli.shell import arena, one_line_error, tree
from tests.voting.api_calls import draw, vote
from tests.voting.arenas import SECRET, Clock, TestClient

NEW_MODELS = ("acme/pixels", "acme/strokes")
RATED = ("openai/gpt-image-2", *NEW_MODELS)
NEVER_VOTED_ON = "black-forest-labs/flux-1-schnell"
PROMPTS = ("text-to-image/harvest-market", "text-to-image/night-train-poster")
LANGUAGES, CATEGORIES = ("en", "es"), ("photo", "poster")
HEADER = "battle,at,arena,category,language,prompt,left,right,outcome,voter,left_output,right_output,origin\n"
HUMAN_VOTES, VOTES_IN_THE_APP = 120, 15
OUTCOMES = ("left", "right", "left", "tie", "left", "both_bad", "left")
COLLECT_LOCAL: tuple[str, ...] = ("collect", "--local", "--max-cost", "0")
TODAY = ("--today", "2026-06-30")


def run(*arguments: str | Path) -> str:
    result = arena(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def board_of(project: Path) -> dict[str, dict[str, str]]:
    """The overall board: a row of ratings.csv by model."""
    rows = csv.DictReader(io.StringIO(run("rate", "--project", project)))
    return {row["model"]: row for row in rows if row["axis"] == "overall"}


def picture_name(model: str, prompt: str) -> str:
    return f"{model.partition('/')[2]} {prompt.partition('/')[2]}.png"


def add_pictures(project: Path) -> None:
    """Pictures of the rated models for both prompts, from files."""
    folder = project.parent / f"{project.name} pictures"
    folder.mkdir()
    listed = ["file,model,prompt"]
    for number, model in enumerate(RATED):
        for prompt in PROMPTS:
            name = picture_name(model, prompt)
            Image.new("RGB", (96, 64), (80 * number, 120, 90 * PROMPTS.index(prompt))).save(folder / name)
            listed.append(f"{name},{model},{prompt}")
    (folder / "list.csv").write_text("\n".join(listed))
    run("outputs", "add", folder / "list.csv", "--project", project)


def vote_row(name: str, pair: tuple[str, str], number: int, origin: str, outputs: tuple[str, str] = ("", "")) -> str:
    prompt = number % 2
    words = (name, f"2026-05-{number % 28 + 1:02d}T10:00:00Z", "text-to-image", CATEGORIES[prompt], LANGUAGES[prompt])
    outcome = OUTCOMES[number % len(OUTCOMES)]
    return ",".join([*words, PROMPTS[prompt], *pair, outcome, f"{origin}{number % 8}", *outputs, origin]) + "\n"


def import_human_votes(project: Path, count: int, *, pictures: bool) -> None:
    rows = []
    for number in range(count):
        pair = (RATED[number % 3], RATED[(number + 1) % 3])
        left, right = (picture_name(model, PROMPTS[number % 2]) if pictures else "" for model in pair)
        rows.append(vote_row(f"h{number}", pair, number, "human", (left, right)))
    votes = project.parent / f"{project.name} votes.csv"
    votes.write_text(HEADER + "".join(rows))
    run("import", votes, "--project", project)


def start_project(project: Path, count: int, *, pictures: bool) -> None:
    """A project of people: votes, and the pictures that they saw."""
    if not project.exists():
        run("init", project)
    for model in NEW_MODELS:
        run("model", "new", model, "--source", "A test", "--project", project)
    if pictures:
        add_pictures(project)
    import_human_votes(project, count, pictures=pictures)


def import_simulated_votes(project: Path, count: int, drawn: dict[tuple[str, str], str] | None = None) -> None:
    """Votes on all models, also one that nobody voted on; they name the simulated outputs that there are."""
    pairs = list(combinations((NEVER_VOTED_ON, *RATED), 2))
    rows = []
    for number in range(count):
        pair = pairs[number % len(pairs)]
        left, right = ((drawn or {}).get((model, PROMPTS[number % 2]), "") for model in pair)
        shown = (left, right) if left and right else ("", "")
        rows.append(vote_row(f"s{number}", pair, number, "simulated", shown))
    votes = project.parent / f"{project.name} simulated.csv"
    votes.write_text(HEADER + "".join(rows))
    run("import", votes, "--project", project)


def vote_in_the_app(project: Path) -> None:
    """Votes of five people in the voting app, the last of them a week ago, so that all are settled."""
    clock = Clock(datetime(2026, 6, 1, 12, tzinfo=UTC))
    prompts = [part for prompt in PROMPTS for part in ("--prompt", prompt)]
    run("outputs", "play", *prompts, "--today", "2026-05-30", "--project", project)
    with open_store(f"sqlite:///{project / 'data' / 'arena.sqlite'}") as store:
        live = read_live_arena(project, clock().date())
        app = create_app(live, store, clock=clock, rng=random.Random(7), secret=SECRET)
        with TestClient(app) as client:
            for number in range(VOTES_IN_THE_APP):
                if number % 3 == 0:
                    client.cookies.clear()  # another person
                battle = draw(client)
                assert battle["simulated"] is False
                clock.forward(seconds=20)
                assert vote(client, battle["token"], ("left", "tie", "right")[number % 3]).status_code == 201
                clock.forward(minutes=3)


def test_fifteen_human_votes_move_a_board_and_nothing_simulated_does(tmp_path: Path) -> None:
    project, plain = tmp_path / "rehearsed", tmp_path / "plain"
    run("init", project)
    for rehearsal in (COLLECT_LOCAL, ("simulate", "--votes", "40", "--replace")):
        run(*rehearsal, "--project", project)
    assert NEVER_VOTED_ON in board_of(project)
    run("simulate", "--remove", "--project", project)
    for folder in (project, plain):
        start_project(folder, HUMAN_VOTES, pictures=True)
    board = board_of(project)
    assert board == board_of(plain), "a rehearsal that was taken out moves nothing"
    assert board.keys() == set(RATED)

    before = tree(project)
    for rehearsal in (COLLECT_LOCAL, ("simulate", "--votes", "40"), ("simulate", "--votes", "40", "--replace")):
        refused = arena(*rehearsal, "--project", project)
        one_line_error(refused, f"{HUMAN_VOTES} human votes", f"arena init SCRATCH --from {project}")
    assert tree(project) == before

    import_simulated_votes(project, 57)
    assert board_of(project) == board, "nor do simulated votes of a file"
    for folder in (project, plain):
        vote_in_the_app(folder)
    assert board_of(project) == board, "votes that are not sealed move nothing"
    for folder in (project, plain):
        assert f"Sealed {VOTES_IN_THE_APP} votes." in run("seal", "--project", folder)
    moved = board_of(project)
    assert moved == board_of(plain), "the sealed votes, and nothing else"
    assert moved.keys() == set(RATED)
    assert moved != board
    votes = sum(int(row["votes"]) for row in moved.values()) - sum(int(row["votes"]) for row in board.values())
    assert votes == 2 * VOTES_IN_THE_APP
    assert "There was nothing to seal." in run("seal", "--project", project)
    assert board_of(project) == moved


def draw_outputs(project: Path, models: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """List simulated outputs of some models beside what is there; their sums."""
    drawn: dict[tuple[str, str], str] = {}
    lines = []
    for model in models:
        for prompt in PROMPTS:
            picture = io.BytesIO()
            Image.new("RGB", (64, 64), (10, 200, 30 * len(drawn))).save(picture, "WEBP", lossless=True)
            content = picture.getvalue()
            sha256 = drawn[model, prompt] = hashlib.sha256(content).hexdigest()
            path = project / "data" / "outputs" / sha256[:2] / f"{sha256}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            made = {"model": model, "prompt": prompt, "sha256": sha256, "bytes": len(content)}
            lines.append(Output(**made, width=64, height=64, origin=OutputOrigin.SIMULATED).json_line)
    listing = project / "data" / "outputs" / "outputs.jsonl"
    present = listing.read_text() if listing.exists() else ""
    listing.parent.mkdir(exist_ok=True)
    listing.write_text(present + "".join(f"{line}\n" for line in lines))
    return drawn


def results_of(project: Path) -> dict[str, bytes]:
    """The site and what commands export and print, with words for the head of the log."""
    out = project.parent / "results"
    out.mkdir()
    site = ("--base-url", "https://arena.example/", "--out", out / "site", "--processes", "1", *TODAY)
    run("build", "--project", project, *site)
    for what in ("ratings", "votes", "catalogue"):
        run("export", what, "--out", out / f"{what}.json{'l' if what == 'votes' else ''}", "--project", project)
    printed = {
        "rate": run("rate", "--project", project),
        "rate --json": run("rate", "--json", "--project", project),
        "model list --json": run("model", "list", "--json", *TODAY, "--project", project),
    }
    found = tree(out) | {name: text.encode() for name, text in printed.items()}
    log = {name for name in found if name.startswith("site/data/log/")}
    assert log
    found = {name: content for name, content in found.items() if name not in {*log, "site/SHA256SUMS"}}
    return without_head(found, open_log(project / "data" / "votes").head, len(log))


def without_head(files: dict[str, bytes], head: str, log_files: int) -> dict[str, bytes]:
    """The files, with words for what follows from the log's head alone: the head itself, also as 16 letters; the sums
    of the files that name it; and in build.json the sums of what was read and written. The data set is compared file by
    file, without the log in it and the list of sums. Parquet names the head in its metadata: compared are its rows, its
    columns and the rest of the metadata.
    """
    archive = files["site/data/dataset.zip"]
    with ZipFile(io.BytesIO(archive)) as members:
        inside = [name for name in members.namelist() if "/log/" not in name and not name.endswith("SHA256SUMS")]
        compared = files | {name: members.read(name) for name in inside}
    del compared["site/data/dataset.zip"]
    tables = [name for name in compared if name.endswith(".parquet")]
    naming = {"zip": archive} | {name: compared[name] for name in ("site/data/ratings.json", *tables)}
    words = {hashlib.sha256(content).hexdigest(): f"SUM of {name}" for name, content in naming.items()}
    words |= {head: "HEAD", head[:16]: "HEAD", f"({readable_size(len(archive))})": "(SIZE)"}
    for name in tables:
        table = pq.read_table(io.BytesIO(compared[name]))
        rows_and_names = (table.to_pylist(), [str(column) for column in table.schema], table.schema.metadata)
        compared[name] = repr(rows_and_names).encode()
    said = json.loads(compared["dataset/dataset.json"])
    compared["dataset/dataset.json"] = repr(
        said | {"left_out": ""}
    ).encode()  # which counts them, as the integrity page
    built = json.loads(files["site/build.json"])
    without_sums = built | {"inputs": "", "sha256": "", "files": built["files"] - log_files, "id": ""}
    compared["site/build.json"] = repr(without_sums).encode()
    for old, new in words.items():
        compared = {name: content.replace(old.encode(), new.encode()) for name, content in compared.items()}
    return compared


class HumanProject:
    """A project of human votes, and what is made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.results = folder, results_of(folder)


@pytest.fixture(scope="module")
def human(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> HumanProject:
    """A small project of human votes, with pictures or without, and all that is made of it."""
    project = tmp_path_factory.mktemp("human") / "project"
    start_project(project, 40, pictures=request.param)
    return HumanProject(project)


@pytest.mark.parametrize(
    ("human", "votes", "models"),
    [(True, 57, (NEVER_VOTED_ON, *RATED[:2])), (False, 1, (NEVER_VOTED_ON, RATED[0]))],
    indirect=["human"],
    ids=["votes with outputs and without", "outputs where people saw none"],
)
def test_nothing_simulated_shows_beside_human_votes(human: HumanProject, votes: int, models: tuple[str, ...]) -> None:
    before = human.results
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(human.folder, Path(folder) / "project"))
        import_simulated_votes(project, votes, draw_outputs(project, models))
        after = results_of(project)
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"site/integrity.html", "site/integrity.md"}
    kept = f"{votes} simulated vote{'s' if votes > 1 else ''} in Text to image"
    assert kept in after["site/integrity.html"].decode()
