"""Names of vote files lead to the catalogue's ids, or to a finding a name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.outputs import Output
from arena.errors import ArenaError, VotesError
from arena.records import OutputOrigin, Vote
from arena.votes.files import write_votes
from arena.votes.importing import import_votes
from arena.votes.log import open_log
from arena.votes.parsed import LoadedVotes
from arena.votes.resolving import read_name_map, resolved, resolved_for_rating
from arena.votes.table import VOTE_SCHEMA, votes_table
from tests.catalogue.projects import put, spoil, write_project
from tests.votes.examples import NOW, VOTE

BASE = replace(VOTE, category="photo", left="acme/one", right="acme/two")
PROMPT = "text-to-image/lighthouse"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def _loaded(*votes: Vote) -> LoadedVotes:
    return LoadedVotes(votes_table(votes), lambda row: f"votes.csv:{row + 2}", organization="elsewhere")


def _of(*names: tuple[str, str]) -> LoadedVotes:
    return _loaded(*(replace(BASE, battle=f"b{n}", left=a, right=b) for n, (a, b) in enumerate(names)))


def _findings(data: Path, loaded: LoadedVotes, *, new_models: bool = False) -> list[str]:
    with pytest.raises(VotesError) as caught:
        resolved(loaded, load_catalogue(data), {}, new_models=new_models)
    return [str(finding) for finding in caught.value.findings]


def test_each_name_leads_to_its_model(data: Path) -> None:
    spoil(data, "models/acme/one.toml", 'name = "One"', 'name = "FLUX·One [dev]"\napi_id = "flux-1"\naliases = ["F1"]')
    names = ["acme/one", "one", "FLUX-One [dev]", "flux one (dev)", "ＦＬＵＸ－One [dev]", "FLUX-1", "f1", "Acme / One"]
    found = resolved(_of(*((name, "Two") for name in names)), load_catalogue(data), {}, new_models=False)
    assert set(found.loaded.table["left"].to_pylist()) == {"acme/one"}
    assert set(found.loaded.table["right"].to_pylist()) == {"acme/two"}
    assert found.loaded.table.schema == VOTE_SCHEMA


def test_an_unknown_name_is_one_finding_with_its_votes(data: Path) -> None:
    loaded = _of(("acme/one", "acme/tow"), ("Nobody", "acme/one"), ("acme/two", "Nobody"))
    ways = "say which model it is in a list of names (--map names.csv), or start an entry for it (--new-models)"
    assert _findings(data, loaded) == [
        f'votes.csv:2: unknown model "acme/tow", in 1 vote (did you mean "acme/two"? otherwise {ways})',
        f'votes.csv:3: unknown model "Nobody", in 2 votes ({ways})',
    ]


def test_a_name_of_two_models_is_refused_with_both(data: Path) -> None:
    put(data, "organizations/other.toml", 'name = "Other"\n')
    put(data, "models/other/one.toml", (data / "models/acme/one.toml").read_text().replace('"One"', '"Other One"'))
    loaded = _of(("one", "two"), ("acme/one", "two"))
    assert _findings(data, loaded) == [
        'votes.csv:2: the name "one" is that of 2 models, in 1 vote (write the id, or --map it: acme/one or other/one)'
    ]
    with pytest.raises(VotesError, match="is that of 2 models"):
        resolved_for_rating(loaded, load_catalogue(data), {})


def test_new_models_get_ids_from_their_names(data: Path) -> None:
    found = resolved(_of(("Big One 2.0", "One"), ("lab/x", "big_one 2.0")), load_catalogue(data), {}, new_models=True)
    assert found.loaded.table["left"].to_pylist() == ["elsewhere/big-one-2.0", "lab/x"]
    assert found.new == {"elsewhere/big-one-2.0": "Big One 2.0", "lab/x": ""}
    assert _findings(data, _of(("SD+", "SD")), new_models=True) == [
        '"SD" and "SD+" would both be elsewhere/sd (say which models they are in a list of names (--map names.csv))'
    ]


def test_new_models_that_name_their_maker_are_under_it(data: Path) -> None:
    names = {
        "acme/LoRA v2": "acme/lora-v2",
        "Black-Forest-Labs/FLUX.1-Dev": "black-forest-labs/flux.1-dev",
        "a/b/C": "elsewhere/a-b-c",
        "fast / Slow": "elsewhere/fast-slow",
        "Some Lab/X": "elsewhere/some-lab-x",
        "/X": "elsewhere/x",
    }
    loaded = _of(*((name, "One") for name in names))
    found = resolved(loaded, load_catalogue(data), {}, new_models=True)
    assert found.loaded.table["left"].to_pylist() == list(names.values())
    assert found.new == {model: name for name, model in names.items()}


def test_names_in_other_scripts_get_ids_of_their_own(data: Path) -> None:
    names = ("通义万相 2.5", "可灵 2.5", "رسّام عربي", "Дали", "🎨")
    found = resolved(_of(*((name, "One") for name in names)), load_catalogue(data), {}, new_models=True)
    ids = found.loaded.table["left"].to_pylist()
    assert len(set(ids)) == len(names)
    assert [re.sub("[0-9a-f]{8}$", "*", model) for model in ids] == [
        "elsewhere/2.5-*",
        "elsewhere/2.5-*",
        *["elsewhere/model-*"] * 3,
    ]
    assert [found.new[model] for model in ids] == list(names), "pages call them as their files do"
    accents = resolved(_of(("Naïve Café", "One")), load_catalogue(data), {}, new_models=True)
    assert accents.loaded.table["left"].to_pylist() == ["elsewhere/naive-cafe"]


def test_battles_between_two_names_of_one_model_are_left_out(data: Path) -> None:
    """A file from before two models were merged, again or with more in it."""
    spoil(data, "models/acme/one.toml", 'name = "One"', 'name = "One"\naliases = ["Uno"]')
    loaded = _of(("Uno", "One"), ("Uno", "Two"), ("One", "Uno"), ("Two", "One"))
    found = resolved(loaded, load_catalogue(data), {}, new_models=False).loaded
    assert found.table["battle"].to_pylist() == ["b1", "b3"]
    assert found.locate(1) == "votes.csv:5"
    assert (found.left_out, found.notes) == (2, ("2 battles left out, because both names are those of one model.",))


def test_models_that_differ_in_case_are_told_apart_by_a_list(data: Path, tmp_path: Path) -> None:
    loaded = _of(("Kolors", "kolors"), ("KOLORS", "acme/one"))
    assert _findings(data, loaded, new_models=True) == [
        '"Kolors" and "kolors" are both elsewhere/kolors, and there are battles between the two '
        "(say which model each of the two is in a list of names (--map names.csv))"
    ]
    path = tmp_path / "names.csv"
    path.write_text("Kolors,lab/kolors-1\nkolors,lab/kolors-2\nKOLORS,lab/kolors-2\n")
    found = resolved(loaded, load_catalogue(data), read_name_map(path), new_models=True)
    assert found.loaded.table["left"].to_pylist() == ["lab/kolors-1", "lab/kolors-2"]
    assert found.loaded.table["right"].to_pylist() == ["lab/kolors-2", "acme/one"]
    assert found.new == {"lab/kolors-1": "Kolors", "lab/kolors-2": "kolors"}


@pytest.mark.parametrize(
    "text", ["theirs,ours\nNo. 1,acme/one\n", "No. 1,One\n\nNo. 2,Two\n", "\ufeffNo. 1;acme/one\r\n"]
)
def test_a_list_of_names_leads_theirs_to_ours(data: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "names.csv"
    path.write_text(text, newline="")
    found = resolved(_of(("no. 1", "Two")), load_catalogue(data), read_name_map(path), new_models=False)
    assert found.loaded.table["left"].to_pylist() == ["acme/one"]
    rated = resolved_for_rating(_of(("No. 1", "whoever")), None, read_name_map(path))
    assert (rated.table["left"][0].as_py(), rated.table["right"][0].as_py()) == (
        "One" if "One" in text else "acme/one",
        "whoever",
    )


def test_a_list_that_is_no_list_of_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("a,acme/one\nb\na,acme/two\nc,\n")
    with pytest.raises(VotesError) as caught:
        read_name_map(path)
    assert [str(finding).replace(f"{tmp_path}/", "") for finding in caught.value.findings] == [
        "names.csv:2: does not name two things (a line has two names: theirs, and ours)",
        'names.csv:3: "a" is "acme/one" on another line (a name leads to one model)',
        "names.csv:4: does not name two things (a line has two names: theirs, and ours)",
    ]


def test_for_ratings_known_names_lead_to_ids_and_others_stay(data: Path) -> None:
    loaded = _of(("One", "Who's this?"))
    known = resolved_for_rating(loaded, load_catalogue(data), {}).table
    assert (known["left"].to_pylist(), known["right"].to_pylist()) == (["acme/one"], ["Who's this?"])
    assert resolved_for_rating(loaded, None, {}).table.equals(loaded.table)


def _import(data: Path, tmp_path: Path, *votes: Vote) -> list[str]:
    path = tmp_path / "votes.csv"
    write_votes(votes_table(votes), path)
    try:
        import_votes(data, [path], now=NOW)
    except ArenaError as error:
        return [str(finding).replace(f"{tmp_path}/", "") for finding in error.findings]
    return []


def test_an_output_that_no_file_has_is_refused(data: Path, tmp_path: Path) -> None:
    votes = [replace(BASE, battle=f"b{n}", left_output=f"{n}" * 64, right_output="f" * 64) for n in (1, 2)]
    assert [finding.split(" (")[0] for finding in _import(data, tmp_path, *votes)] == [
        f'votes.csv:2: left_output "{"1" * 60}…" is no output of this project, and 1 more row like it',
        f'votes.csv:2: right_output "{"f" * 60}…" is no output of this project, and 1 more row like it',
    ]


def test_a_language_that_contradicts_the_prompt_is_refused(data: Path, tmp_path: Path) -> None:
    put(
        data, "arena.toml", (data / "arena.toml").read_text() + '[[languages]]\nid = "de"\nname = "G"\nown_name = "D"\n'
    )
    votes = [replace(BASE, battle=f"b{n}", prompt=PROMPT, language="de") for n in range(3)]
    assert _import(data, tmp_path, *votes) == [
        f'votes.csv:2: the language is "de", but the prompt "{PROMPT}" is in "en", and 2 more rows like it '
        "(a vote has the language of its prompt: mend one of the two)"
    ]
    assert _import(data, tmp_path, *(replace(vote, prompt="") for vote in votes)) == []
    assert _import(data, tmp_path, replace(BASE, battle="b9", prompt=PROMPT)) == []
    assert _import(data, tmp_path, replace(BASE, battle="b10", language="de", prompt="text-to-image/gone")) == []


def test_progress_is_told_step_by_step(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    write_votes(votes_table([BASE]), path)
    told: list[tuple[str, int, int]] = []
    import_votes(
        data,
        [path],
        now=NOW,
        progress=lambda step, done, total: told.append((step, done, total)),
        new_models=date(2026, 1, 1),
    )
    assert [step[1:] for step in told] == [(number, 5) for number in range(6)]
    assert told[0][0] == f"Reading {path}"


def test_votes_on_simulated_outputs_are_simulated_whatever_the_file_says(data: Path, tmp_path: Path) -> None:
    sums = ("1" * 64, "2" * 64, "3" * 64)
    listing = [
        Output(model=model, prompt=PROMPT, sha256=sha256, width=8, height=8, bytes=9, origin=origin)
        for model, sha256, origin in (
            (BASE.left, sums[0], OutputOrigin.SIMULATED),
            (BASE.right, sums[1], OutputOrigin.SIMULATED),
            (BASE.right, sums[2], OutputOrigin.MODEL),
        )
    ]
    (data / "outputs").mkdir(exist_ok=True)
    (data / "outputs" / "outputs.jsonl").write_text("".join(f"{output.json_line}\n" for output in listing))
    for sha256 in sums:
        (data / "outputs" / sha256[:2]).mkdir()
        (data / "outputs" / sha256[:2] / f"{sha256}.webp").write_bytes(b"a picture")
    mixed = [replace(BASE, battle=f"m{n}", left_output=sums[0], right_output=sums[2]) for n in range(3)]
    assert _import(data, tmp_path, *mixed) == [
        f'votes.csv:2: the output in the place of "{BASE.left}" is simulated, and the other one is by a model, '
        "and 2 more rows like it (such a vote tells nothing of either model: leave it out, or name the output that was "
        "shown)"
    ]
    assert not (data / "votes").exists()
    shown = (
        replace(BASE, battle="a", left_output=sums[0], right_output=sums[1]),
        replace(BASE, battle="b", left_output=sums[0]),
        replace(BASE, battle="c", right_output=sums[2]),
    )
    for _ in range(2):
        assert _import(data, tmp_path, *shown) == [], "the same file again changes nothing"
        rows = open_log(data / "votes").votes().order_by("battle").to_pyarrow().to_pylist()
        assert [(row["battle"], row["origin"]) for row in rows] == [
            ("a", "simulated"),
            ("b", "simulated"),
            ("c", "human"),
        ]
