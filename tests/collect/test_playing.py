"""Pictures enter and leave play in outputs.jsonl, by hand and by what the log says of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.collect.playing import enter_play, leave_play
from arena.errors import CollectError, VotesError
from arena.files import only_writer
from arena.records import Origin
from tests.publish.worlds import write_project

ENTERED, LEFT = date(2026, 3, 1), date(2026, 4, 1)
COFFEE, LIGHTHOUSE = "text-to-image/coffee", "text-to-image/lighthouse"
FEW = "[voting]\nbattles_in_play = {battles}\nprompts_in_play = {prompts}\nexample_share = {share}\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two prompts with two pictures each, and 20 votes of people on either."""
    write_project(tmp_path, origin=Origin.HUMAN)
    return tmp_path / "data"


def settings(data: Path, battles: int = 20, prompts: int = 1, share: float = 0.0) -> None:
    arena = data / "arena.toml"
    text = arena.read_text().split("[voting]")[0]
    arena.write_text(f"{text}\n{FEW.format(battles=battles, prompts=prompts, share=share)}")


def playing(data: Path, day: date) -> set[str]:
    return {output.prompt for output in load_catalogue(data, day).outputs if output.in_play_on(day)}


def test_pictures_enter_and_leave_by_what_the_log_says(data: Path) -> None:
    settings(data)
    assert enter_play(data, (), ENTERED).outputs == 4
    assert enter_play(data, (), ENTERED).outputs == 0, "once"
    before = (data / "outputs/outputs.jsonl").read_bytes()
    settings(data, battles=22)
    assert leave_play(data, (), LEFT).outputs == 0, "20 votes on each picture, and 22 on one"
    assert (data / "outputs/outputs.jsonl").read_bytes() == before
    settings(data, prompts=2)
    report = leave_play(data, (), LEFT)
    assert (report.outputs, report.held_back) == (0, (LIGHTHOUSE, COFFEE))
    settings(data)
    report = leave_play(data, (), LEFT)
    assert (report.outputs, report.prompts, report.held_back) == (2, 1, (COFFEE,))
    assert playing(data, LEFT) == {COFFEE}
    assert enter_play(data, (LIGHTHOUSE,), LEFT).outputs == 0, "readers know who made it"


def test_by_hand_whatever_the_log_says(data: Path) -> None:
    settings(data, share=0.5)
    assert enter_play(data, (), ENTERED).prompts == 1, "of two prompts one is an example"
    assert enter_play(data, (COFFEE, LIGHTHOUSE), ENTERED).prompts == 1, "unless it is named"
    assert leave_play(data, (COFFEE,), LEFT).outputs == 2
    assert leave_play(data, (), LEFT, everything=True).outputs == 2
    assert playing(data, LEFT) == set()
    assert playing(data, ENTERED) == {COFFEE, LIGHTHOUSE}, "as it was then"


def test_a_prompt_that_is_not_there_is_named_and_one_process_writes(data: Path) -> None:
    with pytest.raises(CollectError, match=r"text-to-image/cofee.*text-to-image/coffee"):
        enter_play(data, ("text-to-image/cofee",), ENTERED)
    with only_writer(data), pytest.raises(VotesError, match="another process is writing"):
        leave_play(data, (), LEFT)
