"""How many sides of battles a script names before the vote: the table of docs/blindness.md.

    python -m benchmarks.blindness [--sides 400]

A scratch project has pictures of 8 models for 15 prompts (drawn by a program, and taken for the models' there). Twelve
prompts are in play. People vote in the app, in this process and with its own keys, tokens and pictures; the votes are
sealed and the site is built. Then the script plays: it draws battles as a new browser each time, fetches both pictures,
and names both sides from what it knows. It has to name each side, and guesses blind where it knows nothing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from arena.catalogue import load_catalogue
from arena.catalogue.blindness import wilson_interval
from arena.catalogue.entries import init_project
from arena.catalogue.settings import NetworkLimits, RateLimit
from arena.collect.adding import add_outputs
from arena.collect.manifests import PictureFile
from arena.collect.playing import enter_play
from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.simulate.pictures import draw_picture
from arena.votes.log import open_log
from arena.votes.sealing import seal
from arena.votes.store import Store, open_store
from arena.voting.app import create_app
from arena.voting.blindness import read_site
from arena.voting.live_arena import AppSettings, LiveArena, read_live_arena
from arena.voting.pictures import END_MARKER, neutral_picture
from arena.voting.recogniser import NamedPicture, Recogniser, Traits, traits_of

with warnings.catch_warnings():  # Starlette asks for another HTTP client than the one that this project has
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ROOT = Path(__file__).resolve().parent.parent
ARENA = "text-to-image"
MODELS, PROMPTS, VOTES = 8, 15, 240
OWN_VOTES = (20, 60, 180)
UNLIMITED = RateLimit(count=1_000_000, seconds=1)
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is moved."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time


class Script:
    """What a script knows: pictures with names, by their bytes and their traits."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._by_bytes: dict[bytes, str] = {}
        self._pictures: list[NamedPicture] = []
        self._recogniser = Recogniser(())

    def learn(self, picture: bytes, model: str) -> None:
        """A picture as voters get it, and its name."""
        if unfilled(picture) not in self._by_bytes:
            self._by_bytes[unfilled(picture)] = model
            self._pictures.append(NamedPicture(model, traits_of(picture)))

    def read(self, site: Path, made_by: Mapping[str, str], size: int) -> None:
        """Every picture of a site whose name is known."""
        for sha256, path in read_site(site).pictures.items():
            if sha256 in made_by:
                self.learn(neutral_picture(path.read_bytes(), size), made_by[sha256])

    def ready(self) -> None:
        """Work out what follows from all that was learned."""
        self._recogniser = Recogniser(self._pictures)

    def name(self, picture: bytes, candidates: list[str], *, by_style: bool) -> str:
        """Who made it: by its bytes, a perceptual hash, perhaps its style; else a guess."""
        traits: Traits = traits_of(picture)
        known = self._by_bytes.get(unfilled(picture)) or self._recogniser.by_hash(traits)
        if known is None and by_style:
            known = self._recogniser.by_style(traits, candidates)
        return known or self._rng.choice(candidates)


def unfilled(picture: bytes) -> bytes:
    """A JPEG without the bytes that fill it up: each battle fills its pictures to another length."""
    return picture.removesuffix(END_MARKER).rstrip(b"\xff") + END_MARKER


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, default=400)
    sides = parser.parse_args().sides
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        write_project(project)
        build(project, project / "before")  # while nothing was in play: as every site was before December 2026
        enter_play(project / "data", (), START.date())
        url, clock = f"sqlite:///{project / 'data/arena.sqlite'}", Clock()
        with open_store(url) as store:
            with playing(project, store, clock, 1) as client:
                for number in range(VOTES):
                    vote(client, store, clock, str(number % 20))
            clock.time += timedelta(hours=1)
            seal(store, project / "data/votes", until=clock.time, now=clock.time, rng=random.Random(1))
            build(project, project / "site")
            with playing(project, store, clock, 2) as client:
                report(project, client, store, clock, sides)


def write_project(project: Path) -> None:
    """A scratch copy of the shipped catalogue with pictures from files."""
    init_project(project, ROOT)
    catalogue = load_catalogue(project / "data")
    models = [name for name, model in catalogue.models.items() if ARENA in model.arenas and model.current][:MODELS]
    prompts = list(catalogue.prompts_of(ARENA))
    for prompt in prompts[PROMPTS:]:
        (project / "data/prompts" / f"{prompt}.toml").unlink()
    pictures = project / "pictures"
    pictures.mkdir()
    files = []
    for number, model in enumerate(models):
        for prompt in prompts[:PROMPTS]:
            name = f"{number}-{prompt.rpartition('/')[2]}.webp"
            drawn = draw_picture(prompt, catalogue.prompts[prompt], model, seed=7, quality=0.5)
            (pictures / name).write_bytes(drawn)
            files.append(PictureFile(pictures / name, name, model, prompt, "benchmark"))
    add_outputs(project / "data", files, threads=2)


def build(project: Path, out: Path) -> None:
    catalogue, log = load_catalogue(project / "data", START.date()), open_log(project / "data/votes")
    build_site(catalogue, log, compute_ratings(log.votes(), catalogue.project.ratings, history=True), out, processes=2)


def playing(project: Path, store: Store, clock: Clock, seed: int) -> TestClient:
    """The app with limits that nobody reaches."""
    live = read_live_arena(project, START.date())
    unlimited = {"limits": (UNLIMITED,), "network": NetworkLimits(new_voters=UNLIMITED, skips=UNLIMITED)}
    voting = live.settings.voting.model_copy(update=unlimited)
    live = LiveArena(live.catalogue, live.ratings, AppSettings(voting, project / "site"), live.votes)
    app = create_app(live, store, clock=clock, rng=random.Random(seed), secret=b"benchmark" * 4)
    return TestClient(app, base_url="http://testserver")


def vote(client: TestClient, store: Store, clock: Clock, person: str) -> dict[str, tuple[bytes, str]]:
    """One person's vote; what it taught: both pictures with the names that were revealed."""
    client.cookies.clear()
    drawn = client.get("/api/battle").json()
    pictures = {side: client.get(drawn[side]["image"]).content for side in ("left", "right")}
    clock.time += timedelta(seconds=20)
    answer = client.post("/api/votes", json={"token": drawn["token"], "outcome": "left" if len(person) % 2 else "tie"})
    assert answer.status_code == 201, answer.text
    battle = store.battle(drawn["battle"])
    assert battle
    assert (battle.left, battle.right) == (answer.json()["left"]["model"], answer.json()["right"]["model"])
    return {"left": (pictures["left"], battle.left), "right": (pictures["right"], battle.right)}


def report(project: Path, client: TestClient, store: Store, clock: Clock, sides: int) -> None:
    """Print the table: what the script knows, and how many sides it names."""
    catalogue = load_catalogue(project / "data", START.date())
    made_by = {output.sha256: output.model for output in catalogue.outputs}
    size = catalogue.project.voting.picture_size
    candidates = sorted(set(made_by.values()))
    print(f"{len(candidates)} models: by chance {1 / len(candidates):.1%}. Sides named before the vote, of {sides}:\n")
    print("| what the script knows | named | share | 95% interval |\n|---|---|---|---|")
    line = partial(print_line, client, store, candidates, sides)
    nothing = Script(random.Random(1))
    line("nothing: it guesses", nothing, by_style=False)
    before = Script(random.Random(1))
    before.read(project / "before", made_by, size)
    line("a site that shows what people vote on", before, by_style=False)
    now = Script(random.Random(1))
    now.read(project / "site", made_by, size)
    line("the site now: by bytes and perceptual hash", now, by_style=False)
    line("the site now: and by style", now, by_style=True)
    cast = 0
    for votes in OWN_VOTES:
        for number in range(cast, votes):
            for picture, model in vote(client, store, clock, f"script {number}").values():
                now.learn(picture, model)
        cast = votes
        line(f"and {votes} votes of its own, whose names it keeps", now, by_style=True)


def print_line(  # noqa: PLR0917 - what a line is made of
    client: TestClient,
    store: Store,
    candidates: list[str],
    sides: int,
    what: str,
    script: Script,
    *,
    by_style: bool,
) -> None:
    script.ready()
    right = 0
    for _ in range(sides // 2):
        client.cookies.clear()
        drawn = client.get("/api/battle").json()
        battle = store.battle(drawn["battle"])
        assert battle
        for side, model in (("left", battle.left), ("right", battle.right)):
            picture = client.get(drawn[side]["image"]).content
            right += script.name(picture, candidates, by_style=by_style) == model
    low, high = wilson_interval(right, sides)
    print(f"| {what} | {right} | {right / sides:.1%} | {low:.1%} to {high:.1%} |", flush=True)


if __name__ == "__main__":
    main()
