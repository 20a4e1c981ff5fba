"""What a diagnosis says: one record for each check, the same in text, in JSON and on the integrity page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import Any

from arena import wording
from arena.ratings.of_arena import of_arena
from arena.records import Origin

FALSE_ALARMS = 0.03
"""The chance that a board without any defect gets a verdict ``LOOK`` from one or more of all tests together.

Tails are approximations: with 3% here, 5% are kept as measured by ``benchmarks.diagnose``."""


class Verdict(StrEnum):
    """What a check comes to: nothing to see, something that a person should look at, or no answer, and why not."""

    FINE = "fine"
    LOOK = "look"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Case:
    """One model, pair, voter, prompt or part of the votes that a check names: how many votes it has, and its value."""

    name: str
    votes: int
    value: float


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the votes of an arena, and the answer.

    ``estimate`` is what ``measure`` says, ``low`` and ``high`` its 95% interval; each is None where there is none.
    ``p`` is the chance that a board without the defect shows as much, and ``p_adjusted`` the same for all tests of the
    arena together (Holm): the verdict is ``LOOK`` from 3% of the latter down. Both are None where the verdict goes by a
    limit, which ``rule`` states. ``cases`` are the most extreme ones, and ``case_measure`` says what their values are.
    """

    name: str
    question: str
    verdict: Verdict
    finding: str
    meaning: str
    rule: str
    measure: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    case_measure: str = ""
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class ArenaDiagnosis:
    """What the rated votes of one arena show, check by check. ``leader`` is empty where no model is ranked."""

    arena: str
    origin: Origin
    models: int
    votes: int
    both_bad: int
    ties: int
    voters: int
    leader: str
    checks: tuple[Check, ...]

    def check(self, name: str) -> Check:
        """The check of this name. Raises KeyError where there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    def with_verdict(self, verdict: Verdict) -> tuple[Check, ...]:
        """The checks that came to this verdict."""
        return tuple(check for check in self.checks if check.verdict is verdict)

    @property
    def summary(self) -> str:
        """How many votes there are, and how many checks came to which verdict."""
        kind, models = self.origin.value, wording.count(self.models, "model")
        if not self.votes:
            cast = wording.count(self.both_bad, f"{kind} vote")
            return f"{self.arena}: {cast} on {models}, all for neither: no model is ranked."
        look, unknown = (len(self.with_verdict(verdict)) for verdict in (Verdict.LOOK, Verdict.CANNOT_TELL))
        fine = len(self.checks) - look - unknown
        voters = wording.count(self.voters, "voter")
        return (
            f"{self.arena}: {wording.count(self.votes, f'{kind} vote')} by {voters} on {models}. "
            f"{wording.count(len(self.checks), 'check')}: {look} to look at, {fine} fine, {unknown} cannot tell."
        )

    def sentences(self) -> Iterator[str]:
        """The same in plain words: a paragraph for each check, those to look at first."""
        yield self.summary
        for verdict in (Verdict.LOOK, Verdict.CANNOT_TELL, Verdict.FINE):
            for check in self.with_verdict(verdict):
                yield f"[{check.verdict.value}] {check.question} {check.finding} {check.meaning}".rstrip()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the rated votes show, arena by arena, sorted by id."""

    arenas: tuple[ArenaDiagnosis, ...]

    def arena(self, name: str = "") -> ArenaDiagnosis:
        """That of one arena, whose name may be left out where there is one only. Raises KeyError for others."""
        return of_arena(self.arenas, name)

    def sentences(self) -> Iterator[str]:
        """The same in plain words."""
        if not self.arenas:
            yield "There are no votes."
        for arena in self.arenas:
            yield from arena.sentences()

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON: what ``arena diagnose --json`` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check finds, before all tests of an arena share their rate of false alarms.

    The verdict is by ``p`` where there is one, else by ``beyond``, whether a limit is passed; with ``unknown``, the
    reason why nothing can be told, there is no verdict. ``fine`` and ``look`` say what either verdict means.
    """

    name: str
    question: str
    fine: str
    look: str
    finding: str = ""
    rule: str = ""
    p: float | None = None
    beyond: bool = False
    unknown: str = ""
    measure: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    case_measure: str = ""
    cases: tuple[Case, ...] = ()

    def judged(self, p_adjusted: float | None, tests: int) -> Check:
        """The check with its verdict, ``p_adjusted`` being its p among so many tests."""
        shared = (
            f"{wording.percent(FALSE_ALARMS)} of false alarms in all, shared by {wording.count(tests, 'test')} (Holm)"
        )
        look = self.beyond if self.p is None else p_adjusted is not None and p_adjusted <= FALSE_ALARMS
        verdict = Verdict.CANNOT_TELL if self.unknown else Verdict.LOOK if look else Verdict.FINE
        meanings = {Verdict.CANNOT_TELL: self.fine, Verdict.LOOK: self.look, Verdict.FINE: self.fine}
        return Check(
            name=self.name,
            question=self.question,
            verdict=verdict,
            finding=f"Cannot tell, {self.unknown}." if self.unknown else self.finding,
            meaning="" if self.unknown else meanings[verdict],
            rule=self.rule or (shared if self.p is not None else ""),
            measure=self.measure,
            estimate=rounded(self.estimate),
            low=rounded(self.low),
            high=rounded(self.high),
            p=None if self.unknown else rounded(self.p),
            p_adjusted=rounded(p_adjusted),
            case_measure=self.case_measure,
            cases=tuple(Case(case.name, case.votes, rounded(case.value) or 0.0) for case in self.cases),
        )


def rounded(value: float | None) -> float | None:
    """To six significant digits, which sums in another order do not change; None for what is no finite number."""
    return float(f"{value:.6g}") if value is not None and isfinite(value) else None
