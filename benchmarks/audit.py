"""What attacks move after the audit, and what it costs honest voters: the first table of docs/audit.md.

    python -m benchmarks.audit [--seeds 10] [--only WORD ...]

Each attack is added to the honest votes of each seed (see ``benchmarks/crowds.py``), and everything is judged as the
store would judge it: with the keys of networks and voters that the app makes, and the battles that were left. The fair
rank is that of the honest votes after their own audit; ranks are those of ``arena rate`` without intervals.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arena.votes.audit import Verdict, judge
from benchmarks.crowds import (
    Attack,
    Crowd,
    at_random,
    for_target,
    half_for_target,
    honest_crowd,
    identified,
    left,
    omnipresent,
    rank_of,
    votes_of,
)

FIRST_SEED = 2026
GROUPS = ("casual", "office", "campus", "regular")
DAY = 24 * 3600 * 1_000_000
DAYS_AUDITED = range(12, 181, 14)
"""After which days of the six months the votes of the last one are looked at."""

ATTACKS = (
    Attack("one address, 11 a day for 14 days, a cookie each", 154, 1, 1, 14, for_target, 1.0),
    Attack("the same for 40 days", 440, 1, 1, 40, for_target, 1.0),
    Attack("one address, 30 a day for 40 days, half of them forced", 1200, 1, 1, 40, for_target, 0.5),
    Attack("the same, all on the target, half of them forced", 1200, 1, 1, 40, half_for_target, 1.0),
    Attack("ten addresses, 11 a day for ten days", 1100, 1, 10, 10, for_target, 1.0),
    Attack("one address of the campus, 11 a day for 40 days", 440, 1, 1, 40, for_target, 1.0, campus=True),
    Attack("15 votes left of 330 battles drawn, one address", 15, 1, 1, 1, for_target, 1.0),
    Attack("target identified (95%), the rest left; 50 networks", 1100, 5, 50, 40, identified, 1.0),
    Attack("the same, a network and a cookie each, half a year", 440, 1, 440, 180, identified, 1.0),
    Attack("100 accounts of ten, half on the target", 1000, 10, 100, 40, for_target, 0.5),
    Attack("73 accounts of six, half on the target, half a year", 440, 6, 73, 180, for_target, 0.5),
    Attack("omnipresent, ten networks, ten days", 1100, 11, 10, 10, omnipresent),
    Attack("omnipresent, 100 networks, 40 days", 1100, 11, 100, 40, omnipresent),
    Attack("50 accounts of 12, honest but on the target", 600, 12, 50, 100, for_target),
    Attack("200 accounts of 12, honest but on the target", 2400, 12, 200, 100, for_target),
    Attack("40 who click left", 1600, 40, 40, 40, left),
    Attack("40 who click at random, in haste", 1600, 40, 40, 40, at_random, dwell=450),
    Attack("20 who click at random, and wait as people do", 2000, 100, 20, 40, at_random),
)


@dataclass(frozen=True)
class Result:
    """One attack on one crowd. Shares are of votes, 0 to 1; honest ones by group of voters."""

    aside: float
    waits: float
    ranks: tuple[int, int, int]
    honest_aside: float
    counted: dict[str, float]
    seconds: float

    @property
    def moved(self) -> int:
        return abs(self.ranks[2] - self.ranks[0])


def shares_counted(verdict: Verdict, crowd: Crowd) -> dict[str, float]:
    """Of the honest votes, all and by group: the share that counts."""
    counts = ~(verdict.quarantined | verdict.unknown)[: len(crowd.votes)]
    return {"all": counts.mean(), **{group: counts[crowd.kind == group].mean() for group in GROUPS}}


def attacked(attack: Attack, crowd: Crowd, fair: int, rng: np.random.Generator) -> Result:
    cast, left_alone = votes_of(attack, crowd, rng)
    table = pa.concat_tables([crowd.votes, cast]).combine_chunks()
    started = time.process_time()
    verdict = judge(table, unvoted=pa.concat_tables([crowd.unvoted, left_alone]))
    seconds = time.process_time() - started
    counts = pa.array(~(verdict.quarantined | verdict.unknown))
    honest = len(crowd.votes)
    return Result(
        verdict.quarantined[honest:].mean(),
        verdict.unknown[honest:].mean(),
        (fair, rank_of(crowd.target, table), rank_of(crowd.target, table.filter(counts))),
        verdict.quarantined[:honest].mean(),
        shares_counted(verdict, crowd),
        seconds,
    )


def row(name: str, votes: int, results: list[Result]) -> str:
    aside, waits = (f"{np.median([getattr(r, of) for r in results]):.0%}" for of in ("aside", "waits"))
    ranks = " → ".join(f"{np.median([r.ranks[place] for r in results]):.0f}" for place in range(3))
    moved = f"{np.median([r.moved for r in results]):.1f} ({max(r.moved for r in results)})"
    honest = max(r.honest_aside for r in results)
    counted = " | ".join(
        f"{np.median([r.counted[group] for r in results]):.1%} ({min(r.counted[group] for r in results):.1%})"
        for group in ("all", *GROUPS[:3])
    )
    seconds = np.median([r.seconds for r in results])
    return f"| {name} | {votes:,} | {aside} | {waits} | {ranks} | {moved} | {honest:.2%} | {counted} | {seconds:.1f} |"


def within_a_day(crowd: Crowd) -> dict[str, float]:
    """The share of a day's honest votes that count after the audit at its end, over days of the whole time."""
    at = crowd.votes["at"].cast(pa.int64()).to_numpy()
    day = (at - at.min()) // DAY
    counted, kinds = [], []
    for last in DAYS_AUDITED:
        seen = day <= last
        verdict = judge(crowd.votes.filter(pa.array(seen)), unvoted=crowd.unvoted)
        today = day[seen] == last
        counted.append(~(verdict.quarantined | verdict.unknown)[today])
        kinds.append(crowd.kind[seen][today])
    counts, kind = np.concatenate(counted), np.concatenate(kinds)
    return {"all": counts.mean(), **{group: counts[kind == group].mean() for group in GROUPS}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", nargs="*", help="attacks with any of these words in their names")
    options = parser.parse_args()
    chosen = [attack for attack in ATTACKS if not options.only or any(word in attack.name for word in options.only)]
    results: dict[str, list[Result]] = {attack.name: [] for attack in chosen}
    alone, days = list[Result](), list[dict[str, float]]()
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        crowd, rng = honest_crowd(seed), np.random.default_rng(seed)
        verdict = judge(crowd.votes, unvoted=crowd.unvoted)
        counts = pa.array(~(verdict.quarantined | verdict.unknown))
        before, fair = rank_of(crowd.target, crowd.votes), rank_of(crowd.target, crowd.votes.filter(counts))
        shares, aside = shares_counted(verdict, crowd), verdict.quarantined.mean()
        alone.append(Result(0.0, 0.0, (fair, before, fair), aside, shares, 0.0))
        days.append(within_a_day(crowd))
        for attack in chosen:
            results[attack.name].append(attacked(attack, crowd, fair, rng))
        print(f"seed {seed}: {crowd.target}, alerts {len(verdict.report.alerts)}, "
              + ", ".join(str(results[attack.name][-1].ranks[2] - fair) for attack in chosen), flush=True)  # fmt: skip
    honest = "honest votes set aside, at most | honest votes that count (least): all | casual | office | campus"
    print(
        f"\n| attack | votes | set aside | wait | rank: fair → attacked → audited | moved (most) | {honest} | CPU s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    print(row("none", 0, alone))
    for attack in chosen:
        print(row(attack.name, attack.votes, results[attack.name]))
    print("\n| honest votes that count after a day | median | least |\n|---|---|---|")
    for group in ("all", *GROUPS):
        found = [day[group] for day in days]
        print(f"| {group} | {np.median(found):.1%} | {min(found):.1%} |")


if __name__ == "__main__":
    main()
