"""How large a crowd of liars about one model has to be for the newcomers' alert: the third table of docs/audit.md.

    python -m benchmarks.audit_alert [--runs 3]

Each has a network of its own and votes as honest people do, but for the target, which always wins. Twelve votes each;
the more they are, the larger the attack. Their votes lie anywhere within so many days of the six months.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa

from arena.catalogue import load_catalogue
from arena.simulate import simulate
from arena.votes.audit import judge
from benchmarks.audit import ARENA, Attack, for_target, votes_of, with_networks

SEEDS, VOTES, VOTERS = (2026, 7, 11, 23), 30_000, 1_500
SHARES, DAYS, EACH = (0.01, 0.02, 0.04, 0.08), (14, 40, 100), 12


def crowd(seed: int) -> tuple[pa.Table, str]:
    """Honest votes, and the model of middling strength."""
    catalogue = load_catalogue(Path(__file__).parent.parent / "data")
    played = simulate(catalogue, seed=seed, votes=VOTES, voters=VOTERS, pictures=False)
    arena = next(arena for arena in played.arenas if arena.id == ARENA)
    target = arena.models[int(np.argsort(arena.strength)[len(arena.models) // 2])]
    return with_networks(played.votes, np.random.default_rng(seed)), target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    crowds = [crowd(seed) for seed in SEEDS]
    false = sum(len(judge(honest).report.alerts) for honest, _ in crowds)
    print(f"Alerts among honest votes alone, {len(SEEDS)} seeds: {false}.\n")
    print(
        "| votes of liars | voters | votes within | found by rules | the alert names the target | and another model |"
    )
    print("|---|---|---|---|---|---|")
    for days in DAYS:
        for share in SHARES:
            voters = round(share * VOTES / EACH)
            attack = Attack("liars", voters, EACH, voters, for_target, hours=24.0 * days)
            found, named, others = [], [], []
            for seed, (honest, target) in zip(SEEDS, crowds, strict=True):
                rng = np.random.default_rng(seed)
                for _ in range(runs):
                    table = pa.concat_tables([honest, votes_of(attack, honest, target, rng)]).combine_chunks()
                    verdict = judge(table)
                    found.append(verdict.quarantined[len(honest) :].mean())
                    alerted = {alert.model for alert in verdict.report.alerts}
                    named.append(target in alerted)
                    others.append(bool(alerted - {target}))
            print(f"| {share:.0%} | {voters} | {days} days | {np.mean(found):.0%} | {np.mean(named):.0%}"
                  f" | {np.mean(others):.0%} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
