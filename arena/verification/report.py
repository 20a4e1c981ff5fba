"""What a verification found, as frozen records: each thing that is not as it should be, and how far the checks went."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from arena.errors import ArenaError

Subject = Literal["site", "log", "data set"]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is not as it should be: where it stands, what it says and what it should say.

    ``file`` is a path from the root of what was verified; ``place`` a line, a row and column, or a JSON path in it.
    ``says`` and ``expected`` are empty where there is nothing to quote.
    """

    file: str
    message: str
    place: str = ""
    says: str = ""
    expected: str = ""
    hint: str = ""

    @property
    def error(self) -> ArenaError:
        """The same as an error, which reads as one line."""
        quoted = f': it says "{self.says}", and should say "{self.expected}"' if self.says or self.expected else ""
        where = f"{self.file}: {self.place}" if self.place else self.file
        return ArenaError(f"{self.message}{quoted}", where=where, hint=self.hint)


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of ``verify``. It passed where there are no ``findings``; read ``unchecked`` all the same.

    ``head`` is the hash that stands for the whole log: compare it with one that you noted or that somebody else
    published. Counts are of what was there, whether or not it passed; ``figures`` counts the numbers on pages that
    were found to be those that the downloads give.
    """

    subject: Subject
    where: str
    head: str = ""
    files: int = 0
    votes: int = 0
    ratings: int = 0
    pages: int = 0
    figures: int = 0
    exact: bool = True
    """Whether every file could be compared to the byte; ``unchecked`` says why not."""
    signed_votes: int | None = None
    """How many votes of the log, from its first on, the signature stands for; None where no key was given."""
    findings: tuple[Discrepancy, ...] = ()
    checked: tuple[str, ...] = ()
    """What was checked, in sentences."""
    unchecked: tuple[str, ...] = ()
    """What was not checked and why, in sentences."""

    @property
    def passed(self) -> bool:
        return not self.findings


@contextmanager
def always_a_verdict(what: str, where: str) -> Generator[None]:
    """Turn whatever a stranger's data brings about into an ArenaError that says ``what`` failed: one has to be told."""
    try:
        yield
    except ArenaError:
        raise
    except Exception as error:
        raise ArenaError(f"{what}: {type(error).__name__}: {error}", where=where) from error


@dataclass(slots=True)
class Findings:
    """Collects what a verification finds, one finding a file and place."""

    found: list[Discrepancy] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def add(self, file: str, message: str, **more: str) -> None:
        self.found.append(Discrepancy(file, message, **more))

    def add_errors(self, error: ArenaError, folder: str, name: str) -> None:
        """Add the findings of an error; what lies in ``folder`` on this disk is called ``name`` there."""
        for finding in error.findings:
            where, _, place = finding.where.partition(": ")
            file = where.replace(folder, name, 1) if where.startswith(folder) else (where or name)
            self.add(file, finding.message, place=place)
