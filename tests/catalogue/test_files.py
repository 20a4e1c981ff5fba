"""Catalogue files that cannot be read, or lie where none should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from tests.catalogue.projects import FILES, findings, put, spoil

BROKEN = [
    pytest.param(
        b'name = "Acme"\ncountry = \n', "data/organizations/acme.toml:2: is not TOML: invalid value", id="toml"
    ),
    pytest.param(b'name = "Acme"\nname = "B"\n', ": is not TOML: cannot overwrite a value", id="key twice"),
    pytest.param(b'name = "Acme', "data/organizations/acme.toml:1: is not TOML", id="cut off"),
    pytest.param(b'name = "A"\n# \xff\n', "data/organizations/acme.toml:2: is not UTF-8 text", id="latin-1"),
    pytest.param(
        '\ufeffname = "A"\n'.encode(), "data/organizations/acme.toml:1: begins with a byte order mark", id="bom"
    ),
    pytest.param(b"x = " + b"[" * 5000, "data/organizations/acme.toml: is nested too deeply", id="deep"),
    pytest.param(
        b"x = " + b"9" * 5000, "data/organizations/acme.toml: holds a number with too many digits", id="digits"
    ),
    pytest.param(b"", 'the key "name" is missing', id="empty"),
]


@pytest.mark.parametrize(("content", "expected"), BROKEN)
def test_malformed_file(data: Path, content: bytes, expected: str) -> None:
    put(data, "organizations/acme.toml", content)
    found = findings(data)
    assert len(found) == 1, "models of an organization whose file is broken are not reported as well"
    assert expected in found[0]


PLACES = [
    ("models/acme/One.toml", '"One" is not an id', "rename it, for example one"),
    ("models/acme/a--b.toml", '"a--b" is not an id', ""),
    ("models/acme.toml", "nothing is read from here", "data/models/<organization>/<model>.toml"),
    ("models/acme/x/y.toml", "nothing is read from here", "data/models/<organization>/<model>.toml"),
    ("models/acme/x/y/z.toml", "nothing is read from here", "data/models/<organization>/<model>.toml"),
    ("models/acme/notes.txt", "nothing is read from here", "data/models/<organization>/<model>.toml"),
    ("providers/shop.toml", "nothing is read from here", "data/providers/<provider>/provider.toml"),
    ("providers/shop/other.toml", "nothing is read from here", "data/providers/<provider>/provider.toml"),
    ("modles/acme/one.toml", "nothing is read from here", 'did you mean "models"?'),
    ("notes.md", "nothing is read from here", "Known: arena.toml, licences, models"),
]


@pytest.mark.parametrize(("name", "message", "hint"), PLACES)
def test_file_out_of_place(data: Path, name: str, message: str, hint: str) -> None:
    put(data, name, "")
    (found,) = findings(data)
    assert message in found
    assert hint in found


def test_file_where_a_folder_belongs(tmp_path: Path) -> None:
    put(tmp_path / "data", "arena.toml", FILES["arena.toml"])
    put(tmp_path / "data", "stories", "")
    (found,) = findings(tmp_path / "data")
    assert found.startswith("data/stories: is a file, not a folder")


def test_a_control_character_is_refused(data: Path) -> None:
    put(data, "arena.toml", FILES["arena.toml"].replace('tagline = "', 'tagline = "\\u0007'))
    (found,) = findings(data)
    assert found.startswith("data/arena.toml: tagline: holds the control character U+0007")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("models/acme/one.toml", '"One"', '"One\\nTwo"', "name: has a line break or tab in it"),
        (
            "models/acme/one.toml",
            '"One"',
            f'"{"x" * 200}"',
            'xxx…" is not a text of at most 120 letters (the name that',
        ),
        ("organizations/acme.toml", '"Acme"', '"\\u202eemcA"', "name: holds U+202E"),
        ("arena.toml", '"Photography"', '"\\u200b"', "categories[0].name: has no letter that can be seen"),
        ("stories/2025-01-10-acme-ships-one.toml", "Acme ships One", "Acme\\u2067ships", "title: holds U+2067"),
        (
            "organizations/acme.toml",
            'country = "Nowhere"',
            'url = "https://me:secret@acme.example"',
            "url: has user information before the host; write it without",
        ),
    ],
)
def test_what_no_page_should_show_is_refused(data: Path, name: str, old: str, new: str, expected: str) -> None:
    spoil(data, name, old, new)
    assert expected in findings(data)[0]


def test_missing_data_folder(tmp_path: Path) -> None:
    (found,) = findings(tmp_path / "data")
    assert found.startswith(f"data: there is no such folder in {tmp_path}")
    assert "arena init" in found


def test_missing_arena_toml(data: Path) -> None:
    (data / "arena.toml").unlink()
    (found,) = findings(data)
    assert found.startswith("data/arena.toml: there is no such file")
    assert "arena init" in found


def test_broken_arena_toml_is_the_only_finding(data: Path) -> None:
    put(data, "arena.toml", "name =")
    (found,) = findings(data)
    assert found.startswith("data/arena.toml:1: is not TOML")


def test_folder_instead_of_a_file(data: Path) -> None:
    (data / "organizations" / "x.toml").mkdir()
    assert load_catalogue(data).organizations.keys() == {"acme"}, "an empty folder holds nothing to read"
    (data / "arena.toml").unlink()
    (data / "arena.toml").mkdir()
    (found,) = findings(data)
    assert found.startswith("data/arena.toml: cannot be read")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(data: Path) -> None:
    (data / "organizations" / "acme.toml").chmod(0)
    (found,) = findings(data)
    assert found.startswith("data/organizations/acme.toml: cannot be read: Permission denied")


def test_folder_that_may_not_be_listed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.scandir

    def refuse(folder: os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
        if Path(folder).name == "models":
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    (found,) = findings(data)
    assert found.startswith("data/models: cannot be read: Permission denied (check that you may")


@pytest.mark.parametrize("name", ["arena.toml", "outputs/outputs.jsonl"])
def test_file_that_may_not_be_read(data: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    put(data, "outputs/outputs.jsonl", "")
    read = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self == data / name:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (found,) = findings(data)
    assert found.startswith(f"data/{name}: cannot be read: Permission denied")


def test_dangling_link_is_unreadable(data: Path) -> None:
    (data / "organizations" / "lost.toml").symlink_to(data / "nowhere")
    (found,) = findings(data)
    assert found.startswith("data/organizations/lost.toml: cannot be read")
