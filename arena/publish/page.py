"""What a site is made of: pages, which are rendered, and assets, which are written as they are."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

CARD_SIZE = (1200, 630)
"""Pixels of the picture that other sites show beside a link."""
Site = TypeVar("Site")
Shared = TypeVar("Shared")
Key = TypeVar("Key")
Made = TypeVar("Made")
Thing = dict[str, Any]
"""A thing of schema.org, as JSON-LD writes it."""


class View(Protocol):
    """A frozen dataclass whose fields are exactly the names that its page's template uses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What others need of a page once it is written: where it lies, its newest fact, and whether it is listed."""

    path: str
    updated: date | None
    listed: bool


@dataclass(frozen=True, slots=True)
class Asset:
    """One file that is no page; ``write`` puts it at the path it is given.

    ``content`` or ``source`` is what it will hold, where that is known beforehand.
    """

    path: str
    write: Callable[[Path], object]
    content: bytes | None = None
    source: Path | None = None

    @classmethod
    def of_bytes(cls, path: str, content: bytes) -> Asset:
        return cls(path, lambda target: target.write_bytes(content), content=content)

    @classmethod
    def of_text(cls, path: str, content: str) -> Asset:
        return cls.of_bytes(path, content.encode("utf-8"))

    @classmethod
    def copy_of(cls, path: str, source: Path) -> Asset:
        return cls(path, lambda target: shutil.copyfile(source, target), source=source)


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same in another format, or a feed, at a path of the site."""

    path: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The hosts that a page may load from besides its own: a playground's; everything else is forbidden."""

    images: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it lies in the site, its template, and the view record that the template places.

    ``title`` and ``description`` stand in the head; the words on simulated votes are added there by the frame.
    ``section`` is the path of the navigation entry that the page belongs to. ``updated`` is the day of the newest
    fact on the page, for the sitemap; None where its data carries no date.
    """

    path: str
    template: str
    title: str
    description: str
    view: View
    section: str = ""
    crumbs: tuple[Crumb, ...] = ()
    updated: date | None = None
    listed: bool = True
    """Whether the sitemap names it."""
    alternates: tuple[Alternate, ...] = ()
    """The same in other formats, and feeds, as its head links to them."""
    twins: tuple[Asset, ...] = ()
    """Files that are made of the same view and written beside it."""
    structured: tuple[Thing, ...] = ()
    """What it tells search engines besides the way to it, which the layout adds."""
    card: str = ""
    """Where the picture for links to it lies; empty where it has none of its own."""
    policy: Policy = Policy()
    arenas: tuple[str, ...] = ()
    """The arenas whose votes it shows; empty where it shows those of all, or none."""

    @property
    def listing(self) -> Listing:
        return Listing(self.path, self.updated, self.listed)


@dataclass(frozen=True)
class ForEach(Generic[Site, Shared, Key, Made]):
    """A builder of pages or files that can be made one by one: ``make`` gets what ``share`` prepares once for all."""

    keys: Callable[[Site], Iterable[Key]]
    share: Callable[[Site], Shared]
    make: Callable[[Shared, Key], Made]

    def __call__(self, site: Site) -> Iterator[Made]:
        """All of them, in the order of their keys."""
        return self.of(site, self.keys(site))

    def of(self, site: Site, keys: Iterable[Key]) -> Iterator[Made]:
        """Those of these keys."""
        shared = self.share(site)
        return (self.make(shared, key) for key in keys)


def context_of(view: View) -> dict[str, object]:
    """The template context of a view: its fields, by name, not converted any further."""
    return {field.name: getattr(view, field.name) for field in fields(view)}
