"""How large a crowd of liars about one model has to be to be noticed: the third table of docs/audit.md.

    python -m benchmarks.audit_alert [--runs 2]

Each has a network of its own and votes as honest people do, but for the target, which always wins. Twelve votes each;
the more they are, the larger the attack. Their votes lie anywhere within so many days of the six months.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow as pa

from arena.votes.audit import judge
from benchmarks.crowds import VOTES, Attack, for_target, honest_crowd, rank_of, votes_of

SEEDS = (2026, 7, 11, 23)
SHARES, DAYS, EACH = (0.01, 0.02, 0.04, 0.08), (14, 100), 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2)
    runs = parser.parse_args().runs
    crowds = [honest_crowd(seed) for seed in SEEDS]
    ranks = [rank_of(crowd.target, crowd.votes) for crowd in crowds]
    false = sum(len(judge(crowd.votes).report.alerts) for crowd in crowds)
    print(f"Alerts among honest votes alone, {len(SEEDS)} seeds: {false}.\n")
    print("| votes of liars | voters | votes within | set aside | wait | the alert names the target | and another model"
          " | the target gains places: before → after the audit |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for days in DAYS:
        for share in SHARES:
            voters = round(share * VOTES / EACH)
            attack = Attack("liars", voters * EACH, EACH, voters, days, for_target)
            found: list[tuple[float, ...]] = []
            for seed, crowd, fair in zip(SEEDS, crowds, ranks, strict=True):
                rng = np.random.default_rng(seed)
                for _ in range(runs):
                    cast, left_alone = votes_of(attack, crowd, rng)
                    table = pa.concat_tables([crowd.votes, cast]).combine_chunks()
                    verdict = judge(table, unvoted=pa.concat_tables([crowd.unvoted, left_alone]))
                    alerted = {alert.model for alert in verdict.report.alerts}
                    counted = table.filter(pa.array(~(verdict.quarantined | verdict.unknown)))
                    theirs = slice(len(crowd.votes), None)
                    found.append((
                        verdict.quarantined[theirs].mean(), verdict.unknown[theirs].mean(), crowd.target in alerted,
                        bool(alerted - {crowd.target}), fair - rank_of(crowd.target, table),
                        fair - rank_of(crowd.target, counted),
                    ))  # fmt: skip
            aside, waits, named, others, before, after = np.mean(found, axis=0)
            print(f"| {share:.0%} | {voters} | {days} days | {aside:.0%} | {waits:.0%} | {named:.0%} | {others:.0%}"
                  f" | {before:.1f} → {after:.1f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
