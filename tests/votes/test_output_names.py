"""Vote files may name outputs by the names of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.names import OutputNames
from arena.catalogue.outputs import Output
from arena.collect.adding import add_outputs
from arena.collect.manifests import read_files
from arena.errors import VotesError
from arena.votes.importing import import_votes
from arena.votes.log import open_log
from tests.catalogue.projects import put, spoil, write_project
from tests.collect.fakes import picture
from tests.votes.examples import NOW

PROMPT, OTHER = "text-to-image/lighthouse", "text-to-image/harbour"
HEADER = "battle,at,arena,category,language,left,right,outcome,voter,prompt,left_output,right_output\n"
FILES = {
    "one/001.png": ("acme/one", PROMPT),
    "one/002.png": ("acme/one", PROMPT),
    "one/seeds/001.png": ("acme/one", OTHER),
    "two/001.png": ("acme/two", PROMPT),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = write_project(tmp_path)
    put(data, f"prompts/{OTHER}.toml", 'text = "A harbour, by night."\nlanguage = "en"\ncategory = "photo"\n')
    spoil(data, "models/acme/one.toml", "[weights]", 'aliases = ["1st"]\n[weights]')
    rows = []
    for name, (model, prompt) in FILES.items():
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(name))
        rows.append(f"{name},{model},{prompt}\n")
    listing = tmp_path / "pictures" / "list.csv"
    listing.write_text("file,model,prompt\n" + "".join(rows))
    add_outputs(data, read_files([listing], {}).files)
    return data


def output(data: Path, name: str) -> Output:
    return next(output for output in load_catalogue(data).outputs if name in output.file_names)


def write_votes(path: Path, *rows: tuple[str, str, str]) -> Path:
    """Votes on acme/one (left) and acme/two, each with a prompt and two outputs."""
    lines = (
        f"b{n},2026-05-18T09:30:00Z,text-to-image,photo,en,acme/one,acme/two,left,v{n},{prompt},{left},{right}\n"
        for n, (prompt, left, right) in enumerate(rows)
    )
    path.write_text(HEADER + "".join(lines))
    return path


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        (PROMPT, "one/001.png"),
        ("", "one/001.png"),
        (PROMPT, "001.png"),
        (PROMPT, "./one/001.png"),
        (PROMPT, "one\\001.png"),
        (PROMPT, "elsewhere/001.png"),
    ],
)
def test_a_name_leads_to_the_output_of_the_model(data: Path, tmp_path: Path, prompt: str, left: str) -> None:
    votes = write_votes(tmp_path / "votes.csv", (prompt, left, "001.png"), (prompt, "", ""))
    import_votes(data, [votes], now=NOW)
    (named, empty) = open_log(data / "votes").votes().order_by("battle").to_pyarrow().to_pylist()
    assert named["left_output"] == output(data, "one/001.png").sha256
    assert named["right_output"] == output(data, "two/001.png").sha256
    assert (empty["left_output"], empty["right_output"]) == ("", "")
    assert import_votes(data, [votes], now=NOW).added == 0


def test_sums_and_names_may_stand_in_one_file(data: Path, tmp_path: Path) -> None:
    sha256 = output(data, "one/002.png").sha256
    import_votes(
        data, [write_votes(tmp_path / "v.csv", (PROMPT, sha256, ""), (PROMPT, "one/001.png", "two/001.png"))], now=NOW
    )
    logged = open_log(data / "votes").votes().order_by("battle").left_output.to_pyarrow().to_pylist()
    assert logged == [sha256, output(data, "one/001.png").sha256]


@pytest.mark.parametrize(
    ("prompt", "left", "words"),
    [
        (
            "",
            "001.png",
            'left_output "001.png" stands for 2 outputs of the model (write more of the path, or the prompt)',
        ),
        (PROMPT, "gone.png", 'left_output "gone.png" is no output of the model (write its SHA-256 sum'),
        (OTHER, "002.png", 'left_output "002.png" is no output of the model'),
        (PROMPT, "A" * 64, "is no output of the model"),
    ],
)
def test_what_a_name_does_not_say(data: Path, tmp_path: Path, prompt: str, left: str, words: str) -> None:
    votes = write_votes(tmp_path / "votes.csv", (PROMPT, "", ""), (prompt, left, ""))
    with pytest.raises(VotesError) as caught:
        import_votes(data, [votes], now=NOW)
    assert len(caught.value.findings) == 1
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{votes}:3: ")
    assert not open_log(data / "votes").entries


def test_rows_of_a_second_file_are_told_by_their_file(data: Path, tmp_path: Path) -> None:
    first = write_votes(tmp_path / "a.csv", (PROMPT, "", ""))
    second = write_votes(tmp_path / "b.csv", (PROMPT, "gone.png", ""))
    second.write_text(second.read_text().replace("b0,", "c0,"))
    with pytest.raises(VotesError, match=f"^{second}:2: "):
        import_votes(data, [first, second], now=NOW)


def test_models_are_known_by_any_name(data: Path) -> None:
    names = OutputNames(load_catalogue(data))
    assert names.sums_of("001.png", "1st", PROMPT) == (output(data, "one/001.png").sha256,)
    assert len(names.sums_of("001.png")) == 3
    assert names.sums_of("nothing.png") == ()
