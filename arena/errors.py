"""What can go wrong, said so that a person can mend it.

    ArenaError              anything a user can cause; the command line prints it and exits with 1
    ├── CatalogueError      a file under data/ is missing, malformed or contradicts another
    ├── VotesError          a vote file or the vote log is malformed, damaged or contradicts itself
    ├── StoreError          the live store cannot be reached, written, or is of a newer release
    ├── CollectError        no output can be asked for: no budget, no key, no gateway, another run under way
    ├── RatingsError        settings out of range, or votes that cannot be rated
    └── PublishError        the site or an export cannot be written

Every error has three parts: *what* is wrong, *where* (``file:line`` or ``file: key``) and *how to mend it*.
Anything that is not an ``ArenaError`` is a defect of this project.
"""

from __future__ import annotations

MAX_SHOWN_FINDINGS = 10
"""How many findings an error shows where it is printed as one, as by a Python program that does not catch it."""


class ArenaError(Exception):
    """Bad input, described for the person who can mend it.

    ``findings`` is a tuple of the errors found when there are several; a single error is its own only finding.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.findings: tuple[ArenaError, ...] = (self,)

    def __str__(self) -> str:
        """A line: ``where: what (how to mend it)``; of a bundle how many there are, then a line for each."""
        if self.findings[0] is not self:
            shown, more = self.findings[:MAX_SHOWN_FINDINGS], len(self.findings) - MAX_SHOWN_FINDINGS
            return "\n".join([self.message, *map(str, shown), *([f"... and {more} more"] if more > 0 else [])])
        location = f"{self.where}: " if self.where else ""
        mend = f" ({self.hint})" if self.hint else ""
        return " ".join(f"{location}{self.message}{mend}".split())

    @classmethod
    def of(cls, findings: list[ArenaError]) -> ArenaError:
        """Bundle one or more findings into a single error that prints each on its own line."""
        if len(findings) == 1:
            return findings[0]
        bundle = cls(f"{len(findings)} problems found")
        bundle.findings = tuple(findings)
        return bundle


class CatalogueError(ArenaError):
    """A catalogue file is missing, malformed, or refers to something that no file defines."""


class VotesError(ArenaError):
    """A vote file or the log is malformed, damaged, or repeats a vote."""


class StoreError(ArenaError):
    """The live store cannot be reached or written, refuses what it was given, or is of a newer release."""


class CollectError(ArenaError):
    """Outputs cannot be asked for as told: no budget, no key, no gateway that serves the model."""


class RatingsError(ArenaError):
    """Rating settings are out of range, or a computation did not converge."""


class PublishError(ArenaError):
    """The site or an export cannot be written where it was asked for."""
