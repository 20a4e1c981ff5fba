"""Dates: releases, prices, stories and predecessors follow each other as they can have happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.records import Story, StoryKind
from arena.errors import CatalogueError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_FULL = (
    r"(?:(?P<iso>\d{4}-\d\d-\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('month')},? (?P<year>\d{{4}})"
    rf"|{_MONTH.format('month_first')} (?P<day_second>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year_last>\d{{4}}))"
)
_FULL_DATE = re.compile(rf"\b{_FULL}\b")
# At most four words without a digit between the verb and the date: more of them belong to another clause.
_STATEMENT = re.compile(
    r"\b(?:released|launch(?:ed|es)|announced|introduced|shipped|unveiled|previewed|available|starting|out)\b"
    r"(?:\s+(?!\d)[\w-]+){0,4}?\s+"
    rf"(?:{_FULL}|{_MONTH.format('month_alone')} (?P<year_alone>\d{{4}}))\b"
)


SAME_EVENT = timedelta(days=1)
"""How far the day of a release may lie from that of its story: time zones make a day of difference."""
PUBLISHED_LATE = timedelta(days=14)
"""After so long, what a release story tells is likely to be another event."""


def check_release_stories(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A release story happened on the day on which one of its models was released, give or take a day.

    A ``note`` on the story that names the day of the release settles it; one about something else does not.
    """
    for story_id, story in catalogue.stories.items():
        explained = {_read(match) for match in _FULL_DATE.finditer(story.note or "")}
        if story.kind is not StoryKind.RELEASE or any(day in explained for day, _ in _releases(catalogue, story)):
            continue
        apart = [(abs(story.happened - day), day, name) for day, name in _releases(catalogue, story)]
        distance, released, model_id = min(apart, default=(SAME_EVENT, story.happened, ""))
        if distance > SAME_EVENT:
            which = "before" if story.happened < released else "after"
            yield CatalogueError(
                f"happened on {story.happened}, {distance.days} days {which} the release of {model_id} on {released}",
                where=catalogue.where(Kind.STORY, story_id, "happened"),
                hint="one of the two dates is wrong; if both are right, name the day of release in a note",
            )


def check_late_stories(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A release story was published within two weeks after the release. A ``note`` on the story settles it."""
    for story_id, story in catalogue.stories.items():
        if story.kind is not StoryKind.RELEASE or story.note is not None or story.published is None:
            continue
        late = story.published - story.happened
        if late > PUBLISHED_LATE:
            yield CatalogueError(
                f"published on {story.published}, {late.days} days after it happened",
                where=catalogue.where(Kind.STORY, story_id, "published"),
                hint="a later event has a story of its own; if this one tells of the release, say so in a note",
            )


def check_early_stories(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No other story about a model happened before its release. A ``note`` on the story settles it."""
    for story_id, story in catalogue.stories.items():
        if story.kind is StoryKind.RELEASE or story.note is not None:
            continue
        released, model_id = min(_releases(catalogue, story), default=(date.min, ""))
        if story.happened < released:
            yield CatalogueError(
                f"happened on {story.happened}, before the release of {model_id} on {released}",
                where=catalogue.where(Kind.STORY, story_id, "happened"),
                hint="one of the two dates is wrong; if both are right, say why in a note on the story",
            )


def check_stated_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Where a story's text says when something was released or launched, one such date is the story's own.

    A ``note`` on the story settles it.
    """
    for story_id, story in catalogue.stories.items():
        stated = [_read(match) for match in _STATEMENT.finditer(_words(story))]
        if stated and story.note is None and not any(_agrees(when, story) for when in stated):
            yield CatalogueError(
                f"the text says {_say(stated[0])}, and happened is {story.happened}",
                where=catalogue.where(Kind.STORY, story_id, "happened"),
                hint="mend the date; if the text means another event, say so in a note",
            )


def check_mentioned_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Where a story's text names days, one is that of the event, of its publication or of a release it is about.

    A ``note`` on the story settles it.
    """
    for story_id, story in catalogue.stories.items():
        days = [day for match in _FULL_DATE.finditer(_words(story)) if (day := _read(match))]
        releases = [model.released for name in story.models if (model := catalogue.models.get(name))]
        if days and story.note is None and not any(_agrees(day, story) or day in releases for day in days):
            yield CatalogueError(
                f"the text names {_say(days[0])}, and happened is {story.happened}",
                where=catalogue.where(Kind.STORY, story_id, "happened"),
                hint="check which is right; if the text means another event, say so in a note",
            )


def check_release_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price takes effect, or was read, before its model is released. A ``note`` on the price settles the second."""
    for (provider_id, model_id), offer in catalogue.offers.items():
        model = catalogue.models.get(model_id)
        if model is None or model.released is None:
            continue
        for index, price in enumerate(offer.prices):
            where = catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}]")
            if price.effective and price.effective < model.released:
                yield CatalogueError(
                    f"{price.effective} is before the release of {model_id} on {model.released}",
                    where=f"{where}.effective",
                    hint="one of the two dates is wrong; leave the effective date out where no source states it",
                )
            elif price.read < model.released and price.note is None:
                yield CatalogueError(
                    f"{price.read} is before the release of {model_id} on {model.released}",
                    where=f"{where}.read",
                    hint="one of the two dates is wrong; if both are right, say why in a note on the price",
                )


def check_effective_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No price takes effect after it was read. A ``note`` on the price settles it: prices are announced, too."""
    for (provider_id, model_id), offer in catalogue.offers.items():
        for index, price in enumerate(offer.prices):
            if price.effective and price.effective > price.read and price.note is None:
                yield CatalogueError(
                    f"takes effect on {price.effective}, after it was read on {price.read}",
                    where=catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].effective"),
                    hint="one of the two dates is wrong; if the price was announced, say so in a note on the price",
                )


def check_story_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A story is published on the day of the event or later, and its file name begins with one of these dates."""
    for story_id, story in catalogue.stories.items():
        published = story.published
        if published and story.happened > published:
            yield CatalogueError(
                f"happened on {story.happened}, after it was published on {published}",
                where=catalogue.where(Kind.STORY, story_id, "happened"),
                hint="one of the two dates is wrong",
            )
        dates = [day.isoformat() for day in (story.happened, published) if isinstance(day, date)]
        if story_id[:10] not in dates or story_id[10:11] != "-":
            yield CatalogueError(
                f"the file name does not begin with a date of the story ({' or '.join(dates)})",
                where=catalogue.where(Kind.STORY, story_id),
                hint=f"rename it to {story.happened}-<slug>.toml, or mend the date inside",
            )


def check_predecessor_dates(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A model is neither its own predecessor nor released before it."""
    for model_id, model in catalogue.models.items():
        where = catalogue.where(Kind.MODEL, model_id, "predecessor")
        if model.predecessor == model_id:
            yield CatalogueError("the model is its own predecessor", where=where, hint="name the model before it")
        older = catalogue.models.get(model.predecessor or "")
        if older and older.released and model.released and older.released > model.released:
            yield CatalogueError(
                f"{model.predecessor} was released on {older.released}, after this model on {model.released}",
                where=where,
                hint="one of the dates is wrong, or it is not the predecessor",
            )


def _releases(catalogue: Catalogue, story: Story) -> list[tuple[date, str]]:
    """When each model of the story was released, with its id, as far as that is known."""
    return [(model.released, name) for name in story.models if (model := catalogue.models.get(name)) and model.released]


def _words(story: Story) -> str:
    return f"{story.title}\n{story.text}"


def _read(match: re.Match[str]) -> date | tuple[int, int] | None:
    """The day, or year and month, that was written; None for one that no calendar has."""
    parts = match.groupdict()
    if parts.get("month_alone"):
        return int(parts["year_alone"]), _month(parts["month_alone"])
    try:
        if parts["iso"]:
            return date.fromisoformat(parts["iso"])
        if parts["month"]:
            return date(int(parts["year"]), _month(parts["month"]), int(parts["day"]))
        return date(int(parts["year_last"]), _month(parts["month_first"]), int(parts["day_second"]))
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _agrees(when: date | tuple[int, int] | None, story: Story) -> bool:
    own = [day for day in (story.happened, story.published) if day]
    if isinstance(when, tuple):
        return when == (story.happened.year, story.happened.month)
    return when in own


def _say(when: date | tuple[int, int] | None) -> str:
    if isinstance(when, tuple):
        return f"{when[0]}-{when[1]:02d}"
    return str(when or "a day that no calendar has")
