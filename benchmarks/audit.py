"""How well the audit finds simulated attacks, and what it costs honest voters: the table of docs/audit.md.

    python benchmarks/audit.py [--votes 30000] [--voters 1500] [--seed 2026]

Honest votes are those of ``arena simulate``, with its tired, hasty and one-sided voters. An attack's votes are honest
votes of other people on the same pairs, changed as the attack would; a tenth of all voters share a network with others.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import load_catalogue
from arena.ratings import compute_ratings
from arena.records import Axis, RatingSettings
from arena.simulate import simulate
from arena.votes.audit import judge

ARENA = "text-to-image"
SIDES = np.array(["left", "right", "tie", "both_bad"], dtype=object)


@dataclass(frozen=True)
class Attack:
    """``voters`` who cast ``votes`` each from so many ``networks``; ``about``: only on battles of the target."""

    name: str
    voters: int
    votes: int
    networks: int
    outcome: Callable[[np.random.Generator, pa.Table, str], np.ndarray]
    about: bool = False
    dwell: float | None = None
    """Median milliseconds to decide; None decides as slowly as honest voters."""
    hours: float = 24 * 40


def at_random(rng: np.random.Generator, votes: pa.Table, _: str) -> np.ndarray:
    return SIDES[rng.integers(4, size=len(votes))]


def left(rng: np.random.Generator, votes: pa.Table, _: str) -> np.ndarray:
    return np.where(rng.random(len(votes)) < 0.97, "left", _outcomes(votes)).astype(object)


def for_target(_: np.random.Generator, votes: pa.Table, target: str) -> np.ndarray:
    on_left, on_right = (pc.equal(votes[side], target).to_numpy() for side in ("left", "right"))
    return np.where(on_left, "left", np.where(on_right, "right", _outcomes(votes))).astype(object)


def _outcomes(votes: pa.Table) -> np.ndarray:
    return votes["outcome"].to_numpy()


def attacks(votes: int) -> list[Attack]:
    """The attacks of the issue, and how they would try to hide. The bot nets cast 2% of all votes with 50 voters."""
    share = max(votes // 50 // 50, 1)
    return [
        Attack("random clickers", 40, 40, 40, at_random, dwell=450),
        Attack("random clickers who wait as people do", 20, 100, 20, at_random),
        Attack("left-clickers", 40, 40, 40, left),
        Attack("bot net, 5 networks, two months", 50, share, 5, for_target, about=True),
        Attack("bot net, a network each, two months", 50, share, 50, for_target, about=True),
        Attack("bot net, a network each, within 6 hours", 50, share, 50, for_target, about=True, hours=6),
        Attack("honest but on the target, 5 networks", 50, share, 5, for_target),
        Attack("honest but on the target, a network each", 50, share, 50, for_target),
        Attack("the same with four times the votes, 5 networks", 50, 4 * share, 5, for_target),
    ]


def votes_of(attack: Attack, honest: pa.Table, target: str, rng: np.random.Generator) -> pa.Table:
    """The votes of an attack, each modelled on an honest one."""
    pool = honest.filter(pc.equal(honest["arena"], ARENA))
    if attack.about:
        pool = pool.filter(pc.or_(pc.equal(pool["left"], target), pc.equal(pool["right"], target)))
    count = attack.voters * attack.votes
    base = pool.take(rng.integers(len(pool), size=count))
    voter = np.repeat(np.arange(attack.voters), attack.votes)
    start = pc.min(honest["at"]).as_py() + timedelta(days=60)
    moments = np.sort(rng.random((attack.voters, attack.votes)) * attack.hours * 3600, axis=1).ravel()
    dwell = base["dwell_ms"] if attack.dwell is None else pa.array(
        np.maximum(120, rng.lognormal(np.log(attack.dwell), 0.4, count)).astype(np.int32)
    )  # fmt: skip
    changed = {
        "battle": pa.array([f"attack-{number}" for number in range(count)]),
        "voter": pa.array([f"attacker-{number}" for number in voter]),
        "at": pa.array(
            [start + timedelta(seconds=float(moment)) for moment in moments], honest.schema.field("at").type
        ),
        "outcome": pa.array(attack.outcome(rng, base, target).tolist(), pa.string()),
        "dwell_ms": dwell,
        "network": pa.array([f"attack-net-{number % attack.networks}" for number in voter]),
    }
    return pa.table({name: changed.get(name, base[name]) for name in honest.column_names}, schema=honest.schema)


def with_networks(votes: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Every tenth honest voter is on one of a few large networks, the others on their own."""
    names = {
        voter: f"campus-{rng.integers(6)}" if rng.random() < 0.1 else f"home-{voter}"
        for voter in pc.unique(votes["voter"]).to_pylist()
    }
    column = pa.array([names[voter] for voter in votes["voter"].to_pylist()])
    return votes.append_column("network", column)


def rank_of(target: str, votes: pa.Table) -> int:
    ratings = compute_ratings(ibis.memtable(votes.drop_columns(["network"])), RatingSettings())
    board = ratings.get(Axis(ARENA))
    rating = board.get(target) if board else None
    return rating.rank if rating else 0


def row(attack: Attack, honest: pa.Table, target: str, fair: int, rng: np.random.Generator) -> str:
    table = pa.concat_tables([honest, votes_of(attack, honest, target, rng)]).combine_chunks()
    started = time.process_time()
    verdict = judge(table)
    seconds = time.process_time() - started
    bad = pc.starts_with(table["voter"], "attacker-").to_numpy()
    found = verdict.quarantined
    voters = table["voter"].to_numpy()
    caught = len(set(voters[found & bad])) / attack.voters
    people = f"{len(set(voters[found & ~bad])) / len(set(voters[~bad])):.2%}"
    precision = (found & bad).sum() / max(found.sum(), 1)
    recall = (found & bad).sum() / bad.sum()
    ranks = [rank_of(target, table), rank_of(target, table.filter(pa.array(~found)))]
    rules = ", ".join(rule.rule for rule in verdict.report.rules if (verdict.found.get(rule.rule, found) & bad).any())
    stopped = "".join(f" (stopped: {rule.rule})" for rule in verdict.report.stopped)
    return (
        f"| {attack.name} | {bad.sum():,} of {attack.voters} | {precision:.1%} | {recall:.1%} | {caught:.0%} | {people}"
        f" | {fair} → {ranks[0]} → {ranks[1]} | {rules or '-'}{stopped} | {seconds:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--votes", type=int, default=30_000)
    parser.add_argument("--voters", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    catalogue = load_catalogue(Path(__file__).parent.parent / "data")
    played = simulate(catalogue, seed=options.seed, votes=options.votes, voters=options.voters, pictures=False)
    honest = with_networks(played.votes, rng)
    arena = next(arena for arena in played.arenas if arena.id == ARENA)
    target = arena.models[int(np.argsort(arena.strength)[len(arena.models) // 2])]
    fair = rank_of(target, honest)
    alone = judge(honest).report
    print(f"{options.votes:,} honest votes by {options.voters:,} voters, seed {options.seed}.")
    print(f"The target is {target}, whose rank is {fair}.")
    print(f"Without an attack {alone.voters} honest voters ({alone.voters / options.voters:.2%}) are quarantined.\n")
    print("| attack | votes of voters | precision | recall | attackers found | honest voters quarantined"
          " | target's rank: fair → attacked → audited | by | CPU s |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for attack in attacks(options.votes):
        print(row(attack, honest, target, fair, rng), flush=True)


if __name__ == "__main__":
    main()
