"""Several outputs of a model for a prompt are all shown, and a vote is about the one that was."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from arena.catalogue import Catalogue, load_catalogue
from arena.voting.live_arena import battle_pools
from arena.voting.pictures import neutral_picture
from tests.voting.arenas import NO_RATINGS, a_picture, open_arena, write_project

SEEDS = 3


def _write_more_outputs(data: Path) -> None:
    """Each model has three outputs for each prompt; the first is there already."""
    listing = data / "outputs" / "outputs.jsonl"
    lines = [json.loads(line) for line in listing.read_text().splitlines()]
    for number, line in enumerate(list(lines)):
        for seed in range(1, SEEDS):
            content, size = a_picture(number, f"{line['model']} {line['prompt']} {seed}")
            digest = hashlib.sha256(content).hexdigest()
            path = data / "outputs" / digest[:2] / f"{digest}.webp"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            told = {"sha256": digest, "width": size[0], "height": size[1], "bytes": len(content), "seed": seed}
            lines.append({**line, **told})
    listing.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    write_project(tmp_path / "data")
    _write_more_outputs(tmp_path / "data")
    return load_catalogue(tmp_path / "data")


def test_every_output_of_a_model_is_in_the_pool(catalogue: Catalogue) -> None:
    prompts = [entry for pool in battle_pools(catalogue, NO_RATINGS).values() for entry in pool.prompts]
    assert {len(outputs) for entry in prompts for outputs in entry.outputs.values()} == {SEEDS}
    assert all(len(list(entry.all_outputs)) == SEEDS * len(entry.outputs) for entry in prompts)


def test_one_model_alone_makes_no_battle(catalogue: Catalogue) -> None:
    alone = tuple(output for output in catalogue.outputs if output.model == "acme/one")
    assert battle_pools(replace(catalogue, outputs=alone), NO_RATINGS) == {}


def test_battles_draw_any_of_them_and_show_the_one_that_is_voted_on(catalogue: Catalogue, tmp_path: Path) -> None:
    shown: Counter[tuple[str, str, str]] = Counter()
    with open_arena(tmp_path, catalogue=catalogue) as arena:
        for _ in range(240):
            drawn = arena.another_browser().get("/api/battle").json()
            battle = arena.store.battle(drawn["battle"])
            assert battle is not None
            for model, sha256 in ((battle.left, battle.left_output), (battle.right, battle.right_output)):
                shown[model, battle.prompt, sha256] += 1
        listed = {(o.model, o.prompt, o.sha256) for o in catalogue.outputs if not o.model.endswith("gone")}
        drawn_from = {key for key in listed if key[1].startswith("text-to-image/")}
        assert shown.keys() == drawn_from, "each of the outputs, and no other"
        assert max(shown.values()) < 5 * min(shown.values()) + 20
        drawn = arena.client.get("/api/battle").json()
        battle = arena.store.battle(drawn["battle"])
        assert battle is not None
        for side, sha256 in (("left", battle.left_output), ("right", battle.right_output)):
            file = catalogue.folder / "outputs" / sha256[:2] / f"{sha256}.webp"
            seen = arena.client.get(drawn[side]["image"]).content
            # The same picture, apart from fill bytes before the end of the JPEG.
            assert seen.startswith(neutral_picture(file.read_bytes(), 128)[:-2])
