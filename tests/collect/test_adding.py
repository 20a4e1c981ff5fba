"""Pictures from files and lists: all of them or none, and the same ones twice change nothing."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from arena.catalogue import check_catalogue, load_catalogue
from arena.catalogue.outputs import Output
from arena.collect import adding
from arena.collect.adding import AddReport, add_outputs
from arena.collect.image_checks import check_image
from arena.collect.manifests import read_files
from arena.errors import ArenaError, CollectError
from arena.files import only_writer
from arena.records import OutputOrigin
from tests.catalogue.projects import put, spoil, write_project
from tests.collect.fakes import picture

PROMPT = "text-to-image/lighthouse"
GIVEN = {"model": "acme/one", "prompt": PROMPT}
GRADIENT = Path(__file__).parents[1] / "data" / "pictures" / "gradient16.png"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = write_project(tmp_path)
    spoil(data, "models/acme/one.toml", "[weights]", 'aliases = ["1st"]\napi_id = "acme-one"\n[weights]')
    return data


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with pictures of four kinds."""
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for name, kind in (("a.png", "PNG"), ("b.jpg", "JPEG"), ("c.webp", "WEBP"), ("more/d.avif", "AVIF")):
        (folder / name).write_bytes(picture(name, kind))
    return folder


def add(data: Path, *paths: Path, given: Mapping[str, str] = GIVEN, threads: int = 2) -> AddReport:
    return add_outputs(data, read_files(paths, given).files, threads=threads)


def outputs(data: Path) -> tuple[Output, ...]:
    return load_catalogue(data).outputs


def tree(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def refused(data: Path, *paths: Path, given: Mapping[str, str] = GIVEN) -> list[str]:
    """What is said of files that are not added; nothing may have changed."""
    before = tree(data)
    with pytest.raises(ArenaError) as caught:
        add(data, *paths, given=given)
    assert tree(data) == before
    assert not list((data / "outputs").glob("*"))  # hidden ones neither
    return [str(finding) for finding in caught.value.findings]


def test_pictures_of_every_kind_become_outputs(data: Path, files: Path) -> None:
    report = add(data, *sorted(path for path in files.rglob("*") if path.is_file()))
    assert report == AddReport(files=4, added=4, present=0, same=0, models=1, prompts=1)
    listed = outputs(data)
    assert {(o.model, o.prompt, o.origin) for o in listed} == {("acme/one", PROMPT, OutputOrigin.MODEL)}
    for output in listed:
        content = load_catalogue(data).output_path(output).read_bytes()
        name = output.file_names[0]
        source = next(path for path in files.rglob(name))
        assert content == check_image(source.read_bytes())[1].content
        assert (output.width, output.height, output.bytes) == (48, 48, len(content))
    assert check_catalogue(data).passed


def test_sixteen_bits_keep_their_levels(data: Path) -> None:
    add(data, GRADIENT)
    (output,) = outputs(data)
    with Image.open(load_catalogue(data).output_path(output)) as shown:
        levels = list(shown.convert("L").crop((0, 32, 256, 33)).tobytes())
    assert max(abs(level - x) for x, level in enumerate(levels)) <= 4


@pytest.mark.parametrize("model", ["acme/one", "One", "1st", "ACME-One", "one"])
@pytest.mark.parametrize("prompt", [PROMPT, "lighthouse", " A  lighthouse. "])
def test_models_and_prompts_by_any_name(data: Path, files: Path, model: str, prompt: str) -> None:
    add(data, files / "a.png", given={"model": model, "prompt": prompt})
    assert [(o.model, o.prompt) for o in outputs(data)] == [("acme/one", PROMPT)]


MANIFESTS = {
    "list.csv": (
        "file,model,prompt,seed,size,cost\n"
        f"a.png,acme/one,{PROMPT},1,1024x1024,0.04\n"
        f'b.jpg,Two,"A lighthouse.",2,,\n'
        f"more/d.avif,acme/one,{PROMPT},,,\n"
    ),
    "semicolons.csv": (  # as Excel writes it in most of Europe, and pandas a column of whole numbers with a gap
        "File;Model;Prompt;Seed;Size;Cost\r\n"
        f"a.png;acme/one;{PROMPT};1.0;1024x1024;0.04\r\n"
        f"b.jpg;Two;A lighthouse.;2.0;;\r\n"
        f"more/d.avif;acme/one;{PROMPT};;;\r\n"
    ),
    "list.jsonl": "".join(
        json.dumps(row) + "\n"
        for row in (
            {"file_name": "a.png", "model": "acme/one", "prompt": PROMPT, "seed": 1, "size": "1024x1024", "cost": 0.04},
            {"file_name": "b.jpg", "model": "Two", "prompt": "A lighthouse.", "seed": 2, "cost": None},
            {"file_name": "more/d.avif", "model": "acme/one", "prompt": PROMPT},
        )
    ),
    "list.json": json.dumps(
        [
            {"Path": "a.png", "model": "acme/one", "prompt": PROMPT, "seed": 1, "size": "1024x1024", "cost": 0.04},
            {"Path": "b.jpg", "model": "Two", "prompt": "A lighthouse.", "seed": 2},
            {"Path": "more/d.avif", "model": "acme/one", "prompt": PROMPT},
        ]
    ),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_list_in_any_format(data: Path, files: Path, name: str) -> None:
    (files / name).write_text("\ufeff" + MANIFESTS[name] if name.endswith("csv") else MANIFESTS[name])
    report = add(data, files / name, given={})
    assert (report.added, report.models, report.prompts) == (3, 2, 1)
    told = sorted((o.file_names, o.model, o.seed, o.size, o.cost) for o in outputs(data))
    assert told == [
        (("a.png",), "acme/one", 1, "1024x1024", Decimal("0.04")),
        (("b.jpg",), "acme/two", 2, None, None),
        (("more/d.avif",), "acme/one", None, None, None),
    ]
    before = tree(data)
    again = add(data, files / name, given={})
    assert (again.added, again.present, tree(data)) == (0, 3, before)


def test_options_stand_for_columns_that_a_list_lacks(data: Path, files: Path) -> None:
    (files / "list.csv").write_text("file,steps,model\na.png,20,\nb.jpg,30,acme/two\n")
    listed = read_files([files / "list.csv"], GIVEN)
    assert [(file.model, file.prompt) for file in listed.files] == [("acme/one", PROMPT), ("acme/two", PROMPT)]
    assert listed.notes == (f"{files / 'list.csv'}: not read: 1 column (steps)",)


def test_a_file_that_says_more_the_second_time(data: Path, files: Path) -> None:
    add(data, files / "a.png")
    (files / "copy.png").write_bytes((files / "a.png").read_bytes())
    report = add(data, files / "copy.png", given={**GIVEN, "seed": "7"})
    assert (report.added, report.present) == (0, 1)
    (output,) = outputs(data)
    assert (output.file_names, output.seed) == (("a.png", "copy.png"), 7)


def test_seeds_that_give_one_picture_are_one_output_with_two_names(data: Path, files: Path) -> None:
    shutil.copy(files / "a.png", files / "same.png")
    report = add(data, files / "a.png", files / "same.png", files / "b.jpg")
    assert (report.files, report.added, report.same) == (3, 2, 1)
    assert sorted(o.file_names for o in outputs(data)) == [("a.png", "same.png"), ("b.jpg",)]


def test_one_picture_of_two_models_is_two_outputs(data: Path, files: Path) -> None:
    add(data, files / "a.png")
    report = add(data, files / "a.png", given={"model": "acme/two", "prompt": PROMPT})
    assert report.added == 1
    assert [o.model for o in outputs(data)] == ["acme/one", "acme/two"]


def test_wrong_names_are_said_once_a_value(data: Path, files: Path) -> None:
    rows = [f"a.png,acme/onee,{PROMPT}"] * 3 + ["a.png,acme/one,nothing"] * 2 + [f"gone.png,acme/one,{PROMPT}"]
    (files / "list.csv").write_text("file,model,prompt\n" + "\n".join(rows))
    where = files / "list.csv"
    assert refused(data, where, given={}) == [
        f'{where}:2: unknown model "acme/onee", and so in 2 other rows (did you mean "acme/one"?)',
        f'{where}:5: unknown prompt "nothing", and so in 1 other row (write data/prompts/<arena>/<name>.toml, or name '
        "a prompt that is there)",
        f"{where}:7: {files / 'gone.png'}: there is no such file (paths are relative to the list's folder)",
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a.png,acme/one,image-editing/night,,,", "acme/one does not compete in image-editing"),
        (f"more,acme/one,{PROMPT},,,", "is a folder"),
        (f"notes.txt,acme/one,{PROMPT},,,", "no PNG, JPEG, WebP, AVIF or TIFF picture"),
        (f"a.png,acme/one,{PROMPT},one,,", 'seed "one" is no whole number'),
        (f"a.png,acme/one,{PROMPT},,,$0.04", 'cost "$0.04" is no amount'),
        (f"a.png,acme/one,{PROMPT},,,-1", 'cost "-1" is no amount'),
        (f"a.png,,{PROMPT},,,", "no model is given"),
        (f",acme/one,{PROMPT},,,", "names no file"),
        ("a.png,acme/one", "has 2 values for 6 columns"),
    ],
)
def test_what_cannot_be_added(data: Path, files: Path, row: str, words: str) -> None:
    (files / "notes.txt").write_text("nothing to see")
    good = f"b.jpg,acme/one,{PROMPT},,,"
    (files / "list.csv").write_text(f"file,model,prompt,seed,size,cost\n{good}\n{row}\n")
    (said,) = refused(data, files / "list.csv", given={})
    assert words in said
    assert said.startswith(f"{files / 'list.csv'}:3: ")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("l.csv", "", "lists no picture"),
        ("l.csv", "model,prompt\nacme/one,lighthouse\n", "has no column file"),
        ("l.jsonl", '{"file": "a.png"\n', "is not JSON"),
        ("l.jsonl", "[1]\n", "is no JSON object"),
        ("l.json", '{"file": "a.png"}', "is no JSON list"),
    ],
)
def test_what_is_no_list(data: Path, files: Path, name: str, content: str, words: str) -> None:
    (files / name).write_text(content)
    (said,) = refused(data, files / name)
    assert words in said


@pytest.mark.parametrize("broken", ["merge_records", "flush_files"])
def test_nothing_is_left_where_the_disk_fails(
    data: Path, files: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    add(data, files / "a.png")
    before = tree(data)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(adding, broken, fail)
    with pytest.raises(OSError, match="No space"):
        add(data, files / "a.png", files / "b.jpg", files / "c.webp")
    assert tree(data) == before
    assert not [path for path in (data / "outputs").iterdir() if path.name.startswith(".")]


def test_nothing_is_left_where_one_of_many_is_broken(data: Path, files: Path) -> None:
    (files / "broken.png").write_bytes((files / "a.png").read_bytes()[:60])
    said = refused(data, files / "a.png", files / "broken.png", files / "c.webp")
    assert said == [
        f"options: {files / 'broken.png'}: it is cut off, or no whole picture (save it as PNG, JPEG, WebP or AVIF)"
    ]


def test_what_a_killed_run_left_goes_with_the_next(data: Path, files: Path) -> None:
    put(data, "outputs/.adding-dead/x.webp", b"half")
    add(data, files / "a.png")
    assert not list((data / "outputs").glob(".adding*"))


def test_only_one_process_writes(data: Path, files: Path) -> None:
    with only_writer(data), pytest.raises(ArenaError, match="another process"):
        add(data, files / "a.png")


def test_a_transparent_float_and_palette_picture(data: Path, tmp_path: Path) -> None:
    images = {
        "palette.png": Image.new("RGB", (8, 8), "blue").convert("P"),
        "alpha.png": Image.new("LA", (8, 8), (90, 0)),
        "float.tif": Image.new("F", (8, 8), 0.5),
        "cmyk.jpg": Image.new("CMYK", (8, 8), (0, 255, 255, 0)),
    }
    for name, image in images.items():
        image.save(tmp_path / name)
    add(data, *(tmp_path / name for name in images))
    shown = {}
    for output in outputs(data):
        content = load_catalogue(data).output_path(output).read_bytes()
        shown[output.file_names[0]] = Image.open(io.BytesIO(content)).convert("RGBA").getpixel((4, 4))
    near = {"palette.png": (0, 0, 255, 255), "float.tif": (128, 128, 128, 255), "cmyk.jpg": (255, 0, 0, 255)}
    for name, wanted in near.items():
        found = shown[name]
        assert isinstance(found, tuple)
        assert max(abs(one - other) for one, other in zip(found, wanted, strict=True)) <= 6, name
    assert isinstance(shown["alpha.png"], tuple)
    assert shown["alpha.png"][3] == 0


def test_error_type_says_who_refused(data: Path, files: Path) -> None:
    with pytest.raises(CollectError):
        add(data, files / "a.png", given={"model": "nobody/knows", "prompt": PROMPT})
