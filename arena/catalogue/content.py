"""The records of what the arena shows: prompts, stories and outputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from arena.catalogue.fields import Count, Day, ModelId, Record, Slug, Source, Text
from arena.records import OutputOrigin


class Prompt(Record):
    """A text in one language and one category; its arena is the folder it lies in."""

    text: Text
    language: Text
    category: Slug
    english: Text | None = None
    """What the text says in English, for readers; None for English prompts."""
    input_image: Text | None = None
    """For editing: the file name of the picture to edit, under data/outputs/inputs/."""
    author: Text = "Arena contributors"
    """Who wrote it."""
    note: Text | None = None
    """Why the text is as it is, where a rule finds it odd."""


class StoryKind(StrEnum):
    RELEASE = "release"
    NEWS = "news"
    WORKFLOW = "workflow"
    PRICE = "price"


class Story(Record):
    """A dated news item in our own words: ``happened`` is the event's date, ``published`` the source's."""

    title: Text
    kind: StoryKind
    happened: Day
    published: Day | None = None
    evidence: Literal["primary", "secondary"]
    """Primary: the maker said it; secondary: others reported it."""
    models: Annotated[tuple[ModelId, ...], Field(min_length=1)]
    text: Text
    note: Text | None = None
    """What readers should know about the source, e.g. that it dates the event differently."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]


class Output(Record):
    """One image that a model made for a prompt, stored as ``<sha256[:2]>/<sha256>.webp``. Sizes are in pixels."""

    model: ModelId
    prompt: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    width: Count
    height: Count
    bytes: Count
    origin: OutputOrigin
