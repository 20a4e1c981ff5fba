"""Votes against the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from arena.catalogue import Catalogue
from arena.catalogue.fields import Category, Language, Source
from arena.catalogue.model_facts import Weights
from arena.catalogue.records import Model, Project
from arena.catalogue.settings import Arena
from arena.errors import VotesError
from arena.votes.importing import check_references
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.votes.examples import VOTE

_MODEL = Model(
    name="A model",
    description="Draws.",
    arenas=("text-to-image",),
    weights=Weights(open=False),
    sources=(Source(name="a test", read=date(2026, 8, 1)),),
)


def _catalogue(**changes: Any) -> Catalogue:
    fields: dict[str, Any] = {
        "folder": Path("data"),
        "project": Project(
            name="Arena",
            tagline="For a test.",
            arenas=(Arena(id="text-to-image", name="Text to image"),),
            categories=(Category(id="poster", name="Posters"),),
            languages=(Language(id="en", name="English", own_name="English"),),
        ),
        "organizations": {},
        "models": {VOTE.left: _MODEL, VOTE.right: _MODEL},
        "providers": {},
        "offers": {},
        "prompts": {},
        "stories": {},
    }
    return Catalogue(**{**fields, **changes})


VOTES = votes_table(
    [
        VOTE,
        replace(VOTE, battle="b2", category="postr", left="openai/gpt-image-9"),
        replace(VOTE, battle="b3", arena="video", language="de", right="nobody/nothing"),
        replace(VOTE, battle="b4", left="nobody/nothing"),
    ]
)


def _findings(votes: Any, where: Any, catalogue: Catalogue | None = None) -> list[str]:
    with pytest.raises(VotesError) as caught:
        check_references(votes, catalogue or _catalogue(), where)
    return [str(finding) for finding in caught.value.findings]


def test_known_votes_pass(tmp_path: Path) -> None:
    known = votes_table([VOTE])
    check_references(known, _catalogue(), "votes")
    check_references(known, _catalogue(), lambda row: f"votes.csv:{row + 2}")
    check_references(append_votes(open_log(tmp_path), known).votes(), _catalogue(), "votes")
    check_references(votes_table([]), _catalogue(), "votes")


def test_rows_are_named_where_they_are_known() -> None:
    assert _findings(VOTES, lambda row: f"votes.csv:{row + 2}") == [
        'votes.csv:3: unknown category "postr" '
        '(did you mean "poster"? otherwise add it to [[categories]] in data/arena.toml)',
        'votes.csv:3: unknown model "openai/gpt-image-9" '
        '(did you mean "openai/gpt-image-2"? otherwise write data/models/openai/gpt-image-9.toml)',
        'votes.csv:4: unknown arena "video" (add it to [[arenas]] in data/arena.toml)',
        'votes.csv:4: unknown language "de" (add it to [[languages]] in data/arena.toml)',
        'votes.csv:4: unknown model "nobody/nothing" (write data/models/nobody/nothing.toml)',
        'votes.csv:5: unknown model "nobody/nothing" (write data/models/nobody/nothing.toml)',
    ]


@pytest.mark.parametrize("read", ["table", "log"])
def test_values_are_counted_where_rows_have_no_place(tmp_path: Path, read: str) -> None:
    votes: Any = VOTES if read == "table" else append_votes(open_log(tmp_path), VOTES).votes()
    found = _findings(votes, "data/votes")
    assert [finding.split(" (")[0] for finding in found] == [
        'data/votes: unknown arena "video" in 1 vote',
        'data/votes: unknown category "postr" in 1 vote',
        'data/votes: unknown language "de" in 1 vote',
        'data/votes: unknown model "nobody/nothing" in 2 votes',
        'data/votes: unknown model "openai/gpt-image-9" in 1 vote',
    ]


def test_a_model_whose_file_could_not_be_read_is_not_called_unknown() -> None:
    unread = frozenset({"models/nobody/nothing.toml", "models/openai/gpt-image-9.toml"})
    found = _findings(VOTES, "votes", _catalogue(unread=unread))
    assert not any("model" in finding for finding in found)


def test_many_unknown_rows_are_counted() -> None:
    votes = pa.concat_tables([VOTES.slice(2, 1)] * 30)
    assert [finding.split(" (")[0] for finding in _findings(votes, lambda row: f"votes.csv:{row + 2}")] == [
        'votes.csv:2: unknown arena "video", and 29 more rows like it',
        'votes.csv:2: unknown language "de", and 29 more rows like it',
        'votes.csv:2: unknown model "nobody/nothing", and 29 more rows like it',
    ]
