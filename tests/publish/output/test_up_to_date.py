"""Building again: nothing is written where nothing changed, and only what changed where something did."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.errors import PublishError
from arena.publish.layout.overrides import template_files
from arena.publish.output import marker as site_marker
from arena.publish.output.placing import place
from arena.publish.output.up_to_date import base_of, tree_digest
from arena.publish.page import Asset
from arena.publish.site import build_site
from arena.ratings.results import Ratings
from arena.records import Origin
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.catalogue.projects import put
from tests.publish.worlds import SharedWorld, World, cast_votes, make_world, read_world, write_project

Stamp = tuple[int, int]


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


@pytest.fixture(scope="module")
def built(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of the project, of which tests take a copy."""
    out = tmp_path_factory.mktemp("built") / "site"
    build(world, out)
    return out


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    """A built site that a test may do anything to."""
    return Path(shutil.copytree(built, tmp_path / "site"))


def stamps(folder: Path) -> dict[str, Stamp]:
    """Which file lies at each path, and when it was written."""
    found = {str(path.relative_to(folder)): path.stat() for path in folder.rglob("*") if path.is_file()}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}


def build(world: World, out: Path) -> int:
    return build_site(world.catalogue, world.log, lambda: world.ratings, out).written


def test_a_build_with_nothing_changed_writes_no_file_and_rates_nothing(world: World, tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert build(world, out) == len(stamps(out))
    before, folder = stamps(out), out.stat().st_ino

    def never() -> Ratings:
        raise AssertionError

    report = build_site(world.catalogue, world.log, never, out)
    assert (report.written, report.files) == (0, len(before))
    assert report.pages == len(list(out.rglob("*.html")))
    assert (stamps(out), out.stat().st_ino) == (before, folder)


def test_one_changed_model_rewrites_only_what_shows_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(make_world(tmp_path), out)
    before = stamps(out)
    old = {name: (out / name).read_bytes() for name in before}
    three = tmp_path / "data/models/zeta/three.toml"
    three.write_text(three.read_text("utf-8").replace('"A model."', '"Another model."'), "utf-8")
    written = build(read_world(tmp_path), out)
    after = stamps(out)
    fresh = {name for name in after if after[name] != before.get(name)}
    assert written == len(fresh)
    assert "models/zeta/three.html" in fresh
    assert {name for name in fresh if name.endswith(".html")} <= {
        "data/index.html",  # sums of the downloads
        *(name for name, content in old.items() if b"Three" in content),
    }
    assert all((out / name).read_bytes() != old[name] for name in fresh)
    assert not [name for name in fresh if name.startswith(("outputs/", "static/site", "providers/"))]


@pytest.mark.parametrize("harm", ["changed", "removed", "added"])
def test_a_site_that_is_not_as_the_build_left_it_is_built_again(world: World, out: Path, harm: str) -> None:
    digest = tree_digest(out)
    if harm == "changed":
        (out / "index.html").write_text("spoilt")
    elif harm == "removed":
        (out / "static/site.css").unlink()
    else:
        (out / "models/stranger.html").write_text("left behind")
    assert tree_digest(out) != digest
    assert (build(world, out) > 0) is (harm != "added")
    assert tree_digest(out) == digest


def test_whatever_a_site_is_made_from_changes_its_fingerprint(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    base = base_of(world.catalogue, world.log, None, template_files(world.catalogue))
    assert base_of(world.catalogue, world.log, None, template_files(world.catalogue)) == base
    assert base_of(world.catalogue, world.log, world.ratings, template_files(world.catalogue)) != base
    fewer = replace(world.catalogue, outputs=world.catalogue.outputs[1:])
    assert base_of(fewer, world.log, None, template_files(world.catalogue)) != base
    put(tmp_path, "templates/static/tokens.css", ":root { --accent: #a00; }")
    styled = base_of(world.catalogue, world.log, None, template_files(world.catalogue))
    assert styled != base
    put(tmp_path / "data", "outputs/inputs/day.webp", b"another picture")
    assert base_of(world.catalogue, world.log, None, template_files(world.catalogue)) != styled


def test_every_other_kind_of_input_is_part_of_the_base(tmp_path: Path) -> None:
    """Offers and stories are not: see ``tests/publish/test_parts.py``."""
    write_project(tmp_path)
    data, days = tmp_path / "data", iter([date(2026, 6, 1), *[date(2026, 6, 2)] * 9])

    def base() -> str:
        catalogue, log = load_catalogue(data, next(days)), open_log(data / "votes")
        return base_of(catalogue, log, None, template_files(catalogue))

    def edit(name: str, old: str, new: str) -> None:
        put(data, name, (data / name).read_text("utf-8").replace(old, new))

    late = replace(cast_votes({}, Origin.SIMULATED)[0], battle="simulated-late", at=datetime(2026, 5, 1, tzinfo=UTC))
    found = [base(), base()]
    for change in (
        partial(edit, "arena.toml", "For tests", "For more tests"),
        partial(edit, "models/acme/one.toml", "A model.", "A better model."),
        partial(edit, "prompts/text-to-image/lighthouse.toml", "a gull", "two gulls"),
        partial(edit, "providers/shop/provider.toml", "Shop", "Store"),
        partial(edit, "arena.toml", "\nname", '\nlanguage = "es"\nname'),
        partial(put, tmp_path, "messages/es.po", 'msgid "Boards"\nmsgstr "Tablas"\n'),
        lambda: append_votes(open_log(data / "votes"), votes_table([late]), "later"),
    ):
        change()
        found.append(base())
    assert len(set(found)) == len(found)


def test_another_program_is_another_fingerprint(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_of(world.catalogue, world.log, None, template_files(world.catalogue))
    for package in site_marker.MAKERS:
        with monkeypatch.context() as patch:
            patch.setattr(site_marker, "version", lambda name, new=package: "9" if name == new else version(name))
            assert base_of(world.catalogue, world.log, None, template_files(world.catalogue)) != base, package
    put(tmp_path, "program/arena.py", "print()")
    monkeypatch.setattr(site_marker, "files", lambda _: tmp_path / "program")
    ours = base_of(world.catalogue, world.log, None, template_files(world.catalogue))
    put(tmp_path, "program/arena.py", "print(1)")
    assert base_of(world.catalogue, world.log, None, template_files(world.catalogue)) not in (base, ours)


def test_a_site_of_another_program_is_not_taken_for_one_of_ours(world: World, out: Path) -> None:
    marker = json.loads((out / "build.json").read_text("utf-8"))
    (out / "build.json").write_text(json.dumps(marker | {"generator": "another"}), "utf-8")
    with pytest.raises(PublishError, match="which no build wrote"):
        build(world, out)


def test_a_marker_that_cannot_be_read_means_a_new_build(world: World, out: Path) -> None:
    marker = json.loads((out / "build.json").read_text("utf-8"))
    for text in (
        json.dumps(marker | {"pages": None}),
        json.dumps({"generator": "image-arena"} | {"entries": marker["entries"]}),
    ):
        (out / "build.json").write_text(text, "utf-8")
        assert build(world, out) > 0
        assert json.loads((out / "build.json").read_text("utf-8")) == marker


def test_a_file_is_shared_with_the_old_site_only_where_its_bytes_are_the_same(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    put(old, "a/same.txt", b"same")
    put(old, "a/other.txt", b"diff")
    put(old, "a/made.txt", b"made")
    put(tmp_path, "source.txt", b"same")
    assert not place(Asset.of_bytes("a/same.txt", b"same"), fresh, old).anew
    assert place(Asset.of_bytes("a/other.txt", b"same"), fresh, old).anew
    assert not place(Asset("a/made.txt", lambda target: target.write_bytes(b"made")), fresh, old).anew
    assert place(Asset.copy_of("b/copied.txt", tmp_path / "source.txt"), fresh, old).anew
    shared = {name for name in ("a/same.txt", "a/made.txt") if (old / name).samefile(fresh / name)}
    assert shared == {"a/same.txt", "a/made.txt"}
    assert (fresh / "a/other.txt").read_bytes() == (fresh / "b/copied.txt").read_bytes() == b"same"
    assert (old / "a/other.txt").read_bytes() == b"diff"


def test_size_and_date_do_not_make_two_files_the_same(tmp_path: Path) -> None:
    put(tmp_path / "old", "x.txt", b"same")
    put(tmp_path, "source.txt", b"diff")
    for path in (tmp_path / "old/x.txt", tmp_path / "source.txt"):
        os.utime(path, (1, 1))
    assert place(Asset.copy_of("x.txt", tmp_path / "source.txt"), tmp_path / "fresh", tmp_path / "old").anew
    assert (tmp_path / "fresh/x.txt").read_bytes() == b"diff"


def test_without_hard_links_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    put(tmp_path / "old", "x.txt", b"same")
    assert place(Asset.of_bytes("x.txt", b"same"), tmp_path / "fresh", tmp_path / "old").anew
    assert place(Asset("y.txt", lambda target: target.write_bytes(b"same")), tmp_path / "fresh", tmp_path / "old").anew
    for name in ("x.txt", "y.txt"):
        assert (tmp_path / "fresh" / name).read_bytes() == b"same"


def test_a_link_in_the_old_site_is_not_followed_into_the_new_one(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere.txt", b"same")
    (tmp_path / "old").mkdir()
    (tmp_path / "old/x.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert place(Asset.of_bytes("x.txt", b"same"), tmp_path / "fresh", tmp_path / "old").anew
    assert not (tmp_path / "fresh/x.txt").is_symlink()


def test_a_source_that_is_missing_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"site/x\.txt"):
        place(Asset.copy_of("x.txt", tmp_path / "none"), tmp_path / "fresh", tmp_path / "old")


def test_a_second_file_at_one_path_is_refused_before_it_is_written(tmp_path: Path) -> None:
    put(tmp_path / "old", "x.txt", b"same")
    place(Asset.of_bytes("x.txt", b"same"), tmp_path / "fresh", tmp_path / "old")
    with pytest.raises(PublishError, match=r"two pages would be written to x\.txt"):
        place(Asset.of_bytes("x.txt", b"other"), tmp_path / "fresh", tmp_path / "old")
    assert (tmp_path / "old/x.txt").read_bytes() == b"same"
