"""The app draws what is in play, and keeps what is in play off the site that it serves."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.blindness import LEAST_WEIGHT, prompt_weights
from arena.catalogue.outputs import Blindness
from arena.collect.playing import leave_play
from arena.errors import ArenaError
from arena.voting.live_arena import LiveArena, battle_pools
from arena.voting.matchmaking import prompts_in_random_order
from arena.voting.serving import notes_on_play
from tests.voting.api_calls import draw, vote
from tests.voting.arenas import NO_RATINGS, open_arena, write_project

DAY = date(2026, 8, 1)
LIGHTHOUSE = "text-to-image/lighthouse"


def measured(prompt: str, named: int, guessed: int) -> Blindness:
    return Blindness(
        prompt=prompt,
        pictures=10,
        models=10,
        abstained=10 - named,
        named=named,
        chance=0.1,
        guessable=10,
        guessed=guessed,
        guess_chance=0.1,
        measured=DAY,
    )


def test_only_what_is_in_play_is_drawn_and_votes_on_what_left_it_are_refused(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data")
    with open_arena(tmp_path, catalogue=catalogue.on(DAY)) as arena:
        old = draw(arena.client, "category=photo&arena=text-to-image")
        report = leave_play(tmp_path / "data", (LIGHTHOUSE,), DAY)
        assert report.outputs == 5
        pools = battle_pools(report.catalogue, NO_RATINGS)
        assert [entry.id for entry in pools["text-to-image"].prompts] == ["text-to-image/coffee", "text-to-image/evil"]
        current = arena.current
        shown = current.handlers.live
        current.show(LiveArena(report.catalogue, NO_RATINGS, shown.settings))
        refused = vote(arena.client, old["token"])
        assert (refused.status_code, refused.json()["error"]["code"]) == (410, "left_play")
        assert arena.client.get(old["left"]["image"]).status_code == 410
        assert vote(arena.client, draw(arena.client)["token"]).status_code == 201


def test_a_site_that_was_built_before_shows_no_picture_in_play(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data").on(DAY)
    site = tmp_path / "site"
    played, other = catalogue.outputs[0].sha256, "f" * 64
    for sha256 in (played, other):
        (site / "outputs" / sha256[:2]).mkdir(parents=True)
        for name in (f"{sha256}.webp", f"{sha256}-320.webp"):
            (site / "outputs" / sha256[:2] / name).write_bytes(b"a picture")
    (site / "index.html").write_text("home")
    with open_arena(tmp_path, catalogue=catalogue, site=site) as arena:
        answers = {
            path: arena.client.get(f"/site/{path}").status_code
            for sha256 in (played, other)
            for path in (
                f"outputs/{sha256[:2]}/{sha256}.webp",
                f"outputs/{sha256[:2]}/{sha256}-320.webp",
                f"outputs/x/../{sha256[:2]}/{sha256.upper()}.webp/",
            )
        }
        assert arena.client.get("/site/").text == "home"
    assert {path for path, status in answers.items() if status == 200} == {
        f"outputs/ff/{other}.webp",
        f"outputs/ff/{other}-320.webp",
    }
    assert list(notes_on_play(catalogue, site)) == [
        "20 pictures are in play, 0 are shown on the site.",
        "The built site holds 1 picture in play, which /site/ leaves out: run arena build.",
    ]


def test_an_arena_whose_pictures_are_all_on_the_site_is_not_served(tmp_path: Path) -> None:
    write_project(tmp_path / "data")
    catalogue = leave_play(tmp_path / "data", (), DAY, everything=True).catalogue
    with pytest.raises(ArenaError, match="collect --new-seeds"):
        list(notes_on_play(catalogue, tmp_path / "site"))
    assert battle_pools(catalogue, NO_RATINGS) == {}
    # Rehearsals are served as before: votes on simulated pictures say nothing of models.
    drawn = tmp_path / "drawn"
    assert list(notes_on_play(write_project(drawn, origin="simulated"), drawn / "site")) == []


def test_prompts_that_give_their_models_away_are_drawn_less(tmp_path: Path) -> None:
    weights = prompt_weights([measured("a", 0, 1), measured("b", 10, 0), measured("c", 0, 4), measured("d", 0, 3)])
    assert weights["a"] == 1
    assert weights["b"] == LEAST_WEIGHT
    assert LEAST_WEIGHT < weights["c"] < weights["d"] < 1
    catalogue = write_project(tmp_path / "data").on(DAY)
    telling = replace(catalogue, blindness=(measured(LIGHTHOUSE, 10, 10),))
    by_prompt = {entry.id: entry.weight for entry in battle_pools(telling, NO_RATINGS)["text-to-image"].prompts}
    assert by_prompt == {"text-to-image/coffee": 1, "text-to-image/evil": 1, LIGHTHOUSE: LEAST_WEIGHT}
    rng = random.Random(3)
    first = Counter(prompts_in_random_order([1, 1, LEAST_WEIGHT], rng)[0] for _ in range(4000))
    assert first[2] / 4000 == pytest.approx(LEAST_WEIGHT / (2 + LEAST_WEIGHT), abs=0.02)
    assert sorted(prompts_in_random_order([1, 1, LEAST_WEIGHT], rng)) == [0, 1, 2]
    with open_arena(tmp_path, catalogue=telling) as arena:
        texts = [arena.another_browser().get("/api/battle?arena=text-to-image").json() for _ in range(66)]
    lighthouse = sum("lighthouse" in battle["prompt"]["text"] for battle in texts)
    assert lighthouse < 15, "6 are expected, and would be 22 at equal weights"


def test_blindness_is_read_with_the_project(tmp_path: Path) -> None:
    write_project(tmp_path / "data")
    line = measured(LIGHTHOUSE, 1, 2).json_line
    (tmp_path / "data/outputs/blindness.jsonl").write_text(f"{line}\n")
    assert load_catalogue(tmp_path / "data").blindness == (measured(LIGHTHOUSE, 1, 2),)
    (tmp_path / "data/outputs/blindness.jsonl").write_text('{"prompt": 1}\n')
    with pytest.raises(ArenaError) as raised:
        load_catalogue(tmp_path / "data")
    assert {finding.hint for finding in raised.value.findings} == {
        "arena audit --blindness writes this file: run it again, or remove the line"
    }
