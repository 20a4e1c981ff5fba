"""The section of the integrity page on what votes can bear: every check of ``arena diagnose``, arena by arena."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from arena import wording
from arena.publish.content.site_data import SiteData
from arena.ratings.diagnose import ArenaDiagnosis, Check, Verdict

VERDICTS = {Verdict.LOOK: "look at this", Verdict.CANNOT_TELL: "cannot tell", Verdict.FINE: "fine"}
"""In the order in which they are shown."""
COUNTED_VOTES = re.compile(r"(?<=\d )(vote)(s?)\b")
"""The noun after a number in a sentence of a check."""
KINDS = {Verdict.LOOK: "note", Verdict.CANNOT_TELL: "", Verdict.FINE: ""}
"""Of the tag with the verdict."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One question to the votes of an arena, and the answer; ``kind`` is how the verdict looks."""

    question: str
    verdict: str
    kind: str
    finding: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CheckedArena:
    """The checks of one arena by verdict; titles say how many there are in a part that is folded."""

    id: str
    arena: str
    summary: str
    look: tuple[CheckRow, ...]
    unknown_title: str
    unknown: tuple[CheckRow, ...]
    fine_title: str
    fine: tuple[CheckRow, ...]


def checked_arenas(site: SiteData) -> Iterator[CheckedArena]:
    """What the checks find, in the order of the project's arenas; arenas without rated votes are left out."""
    if site.diagnosis is None:
        return
    found = {arena.arena: arena for arena in site.diagnosis().arenas if arena.votes}
    for arena in site.catalogue.project.arenas:
        if arena.id in found:
            yield _checked(site, found[arena.id])


def _checked(site: SiteData, found: ArenaDiagnosis) -> CheckedArena:
    name = site.arena_name(found.arena)
    rows = {
        verdict: tuple(map(partial(_row, site.vote_noun(found.arena)), found.with_verdict(verdict)))
        for verdict in VERDICTS
    }
    look, unknown, fine = (len(rows[verdict]) for verdict in VERDICTS)
    said = wording.listing([f"{look} to look at", f"{fine} fine", f"{unknown} without an answer yet"])
    where = wording.in_sentence(name)
    return CheckedArena(
        id=found.arena,
        arena=name,
        summary=f"{wording.count(len(found.checks), 'question')} to {site.votes(found.votes, found.arena)} by "
        f"{wording.count(found.voters, 'voter')}: {said}.",
        look=rows[Verdict.LOOK],
        unknown_title=f"{wording.count(unknown, 'question')} that the votes of {where} do not answer yet",
        unknown=rows[Verdict.CANNOT_TELL],
        fine_title=f"{wording.count(fine, 'question')} that the votes of {where} pass",
        fine=rows[Verdict.FINE],
    )


def _row(vote: str, check: Check) -> CheckRow:
    """A check in the words of a site, where votes that nobody cast are called simulated; ``vote`` is the noun."""
    return CheckRow(
        question=check.question,
        verdict=VERDICTS[check.verdict],
        kind=KINDS[check.verdict],
        finding=COUNTED_VOTES.sub(rf"{vote}\2", check.finding),
        meaning=check.meaning,
    )
