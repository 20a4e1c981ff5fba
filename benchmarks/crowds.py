"""Honest crowds and attacks for the benchmarks of the audit, keyed as the voting app stores them.

An honest crowd is that of ``arena simulate`` (tired, hasty, strict and one-sided voters), of whom most are made casual:
one to five votes, and they never come back. 60 people share an office's address, 300 a campus's. Some are fans of one
model, some like one look, which several models have. An attack's votes are on pairs and prompts of honest ones.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import load_catalogue
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.records import Axis
from arena.simulate import SimulatedArena, simulate
from arena.votes.store.networks import network_key
from arena.voting.identities import Pseudonyms

ARENA = "text-to-image"
VOTES, VOTERS, SEED = 30_000, 1_500, 2026
LEFT_RIGHT = ("left", "right")
SIDES = np.array(["left", "right", "tie", "both_bad"], dtype=object)
CASUAL_SHARE = 0.45
"""Of all votes: those of people who cast one to five and never come back."""
CASUAL_SIZES = (0.35, 0.25, 0.18, 0.12, 0.10)
"""How many of them cast one vote, two, and so on."""
OFFICE, CAMPUS = 60, 300
FANS, LOOKERS = 0.02, 0.05
FAN_LOYALTY, LOOK_LOYALTY, LOOK_MODELS = 0.85, 0.75, 8
"""How often a fan's model wins, or one of the models of a look, whatever the pictures; and how many have a look."""
MICROS = 1_000_000


@dataclass(frozen=True)
class Crowd:
    """Honest votes with their networks, and the model of middling strength that attacks are for."""

    votes: pa.Table
    unvoted: pa.Table
    """Battles that people drew and left: one or two a visit, since a page draws the next while they look."""
    kind: np.ndarray
    """Of each vote's voter: ``casual``, ``office``, ``campus`` or ``regular``; at an address that is shared, that."""
    target: str
    rivals: tuple[str, ...]
    """The models just above the target, by true strength."""
    arena: SimulatedArena
    languages: tuple[str, ...]
    keys: Keys


@dataclass
class Keys:
    """What the voting app stores of a cookie and an address."""

    seed: int
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        rng = random.Random(self.seed)
        return Pseudonyms(rng.randbytes(32), rng)

    def voter(self, person: str, arena: str) -> str:
        """The id of one browser; each ``person`` has a cookie."""
        cookie = self._once("cookie", person, make=self.pseudonyms.new_cookie)
        return self._once("voter", person, arena, make=lambda: self.pseudonyms.voter(cookie, arena))

    def network(self, address: str, arena: str, period: int = 0) -> str:
        """What is kept of an address with a vote, in one audit period: until votes are sealed."""
        pseudonym = self._once("address", address, make=lambda: self.pseudonyms.network(address))
        network = self._once("network", address, arena, make=lambda: self.pseudonyms.network_in(pseudonym, arena))
        secret = hashlib.sha256(f"{self.seed} {period}".encode()).digest()
        return self._once("key", network, str(period), make=lambda: network_key(secret, network))

    def _once(self, *key: str, make: Callable[[], str]) -> str:
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]


def address(number: int) -> str:
    """An address in a network (IPv4 /24) of its own."""
    return f"{11 + number // 65_536}.{number // 256 % 256}.{number % 256}.7"


def honest_crowd(seed: int = SEED, *, votes: int = VOTES, voters: int = VOTERS) -> Crowd:
    """So many honest votes by simulated people, of whom ``voters`` would be regular."""
    rng, keys = np.random.default_rng(seed), Keys(seed)
    catalogue = load_catalogue(Path(__file__).parent.parent / "data")
    played = simulate(catalogue, seed=seed, votes=votes, voters=voters, pictures=False)
    arena = next(arena for arena in played.arenas if arena.id == ARENA)
    order = [arena.models[place] for place in np.argsort(-arena.strength)]
    middle = (len(order) - 1) // 2
    person, casual = _people(played.votes, rng)
    count = int(person.max()) + 1
    shared = rng.permutation(count)[: OFFICE + CAMPUS]
    home = np.arange(count) + 10
    home[shared[:OFFICE]], home[shared[OFFICE:]] = 0, 1
    names = np.array(["regular", "casual"], dtype=object)[casual.astype(int)]
    kind = np.where(home[person] == 0, "office", np.where(home[person] == 1, "campus", names))
    outcome = _with_taste(played.votes, person, arena.models, rng)
    arenas = played.votes["arena"].to_pylist()
    stored = _replaced(played.votes, {
        "outcome": outcome.tolist(),
        "voter": [keys.voter(f"person-{who}", where) for who, where in zip(person, arenas, strict=True)],
        "network": [keys.network(address(home[who]), where) for who, where in zip(person, arenas, strict=True)],
    })  # fmt: skip
    in_arena = np.flatnonzero(pc.equal(stored["arena"], ARENA).to_numpy(zero_copy_only=False))
    return Crowd(
        votes=stored,
        unvoted=_left_alone(stored, stored.take(in_arena), np.where(rng.random(len(stored)) < 0.3, 1, 0), rng),
        kind=kind,
        target=order[middle],
        rivals=tuple(order[middle - 8 : middle]),
        arena=arena,
        languages=tuple(language.id for language in catalogue.project.languages),
        keys=keys,
    )  # fmt: skip


def _people(votes: pa.Table, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The number of the person who cast each vote, and whether they are casual.

    The votes of some simulated voters are cut up, visit by visit, into those of people who cast one to five.
    """
    voter = votes["voter"].combine_chunks().dictionary_encode().indices.to_numpy()
    at = votes["at"].cast(pa.int64()).to_numpy()
    order = rng.permutation(int(voter.max()) + 1)
    cut = order[np.cumsum(np.bincount(voter)[order]) <= CASUAL_SHARE * len(votes)]
    person, casual, people = voter.astype(np.int64), np.isin(voter, cut), int(voter.max()) + 1
    rows = np.flatnonzero(casual)
    rows = rows[np.lexsort((at[rows], voter[rows]))]
    left, previous = 0, -1
    for row in rows.tolist():
        gone = previous < 0 or voter[row] != voter[previous] or at[row] - at[previous] > 3600 * MICROS
        if gone or not left:
            people, left = people + 1, 1 + int(rng.choice(5, p=CASUAL_SIZES))
        person[row], left, previous = people - 1, left - 1, row
    return np.unique(person, return_inverse=True)[1], casual


def _with_taste(votes: pa.Table, person: np.ndarray, models: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """The outcomes, but some people are fans of a model, and some like a look."""
    people = int(person.max()) + 1
    liked: dict[int, set[str]] = {}
    for who in np.flatnonzero(rng.random(people) < FANS + LOOKERS).tolist():
        fan = rng.random() < FANS / (FANS + LOOKERS)
        first = int(rng.integers(len(models)))
        liked[who] = {models[(first + 5 * step) % len(models)] for step in range(1 if fan else LOOK_MODELS)}
    outcome = votes["outcome"].to_numpy(zero_copy_only=False).copy()
    left, right = votes["left"].to_pylist(), votes["right"].to_pylist()
    for row in np.flatnonzero(np.isin(person, list(liked))).tolist():
        taste = liked[int(person[row])]
        loyal = rng.random() < (FAN_LOYALTY if len(taste) == 1 else LOOK_LOYALTY)
        if loyal and (left[row] in taste) != (right[row] in taste):
            outcome[row] = "left" if left[row] in taste else "right"
    return outcome


def _left_alone(votes: pa.Table, pool: pa.Table, times: np.ndarray, rng: np.random.Generator) -> pa.Table:
    """Battles like those of the pool that the voter of each vote left, so many ``times``."""
    who = votes.take(np.repeat(np.arange(len(votes)), times)).select(["voter", "network"])
    battles = pool.take(rng.integers(len(pool), size=len(who))).select(["left", "right"])
    return pa.table([*battles.columns, *who.columns], names=["left", "right", "voter", "network"])


def _replaced(votes: pa.Table, columns: dict[str, list[object]]) -> pa.Table:
    """The votes with other columns in place of their own, or beside them."""
    for name, values in columns.items():
        if name in votes.column_names:
            kind = votes.schema.field(name).type
            votes = votes.set_column(votes.column_names.index(name), name, pa.array(values, kind))
        else:
            votes = votes.append_column(name, pa.array(values, pa.string()))
    return votes


def rank_of(target: str, votes: pa.Table) -> int:
    """The target's rank on the arena's own board, as ``arena rate`` finds it."""
    votes = votes.filter(pc.equal(votes["arena"], ARENA))
    same = _replaced(votes, {"category": ["general"] * len(votes), "language": ["en"] * len(votes)})
    ratings = compute_ratings(ibis.memtable(same.drop_columns(["network"])), RatingSettings(), intervals=False)
    board = ratings.get(Axis(ARENA))
    rating = board.get(target) if board else None
    return rating.rank if rating else 0


Outcomes = Callable[[np.random.Generator, pa.Table, Crowd], np.ndarray]


@dataclass(frozen=True)
class Attack:
    """``votes`` by accounts of ``each``, from so many ``networks``, within so many days."""

    name: str
    votes: int
    each: int
    networks: int
    days: float
    outcome: Outcomes
    on_target: float = 0.0
    """The share of votes that are on battles of the target, found by drawing and skipping the others."""
    campus: bool = False
    """Whether the votes come from the campus, among those of honest people."""
    dwell: float | None = None
    """Median milliseconds to decide; None decides as slowly as honest voters."""


def for_target(_: np.random.Generator, votes: pa.Table, crowd: Crowd) -> np.ndarray:
    """The target wins; elsewhere as an honest voter would."""
    on_left, on_right = (pc.equal(votes[side], crowd.target).to_numpy(zero_copy_only=False) for side in LEFT_RIGHT)
    return np.where(on_left, "left", np.where(on_right, "right", votes["outcome"].to_numpy(zero_copy_only=False)))


def at_random(rng: np.random.Generator, votes: pa.Table, _: Crowd) -> np.ndarray:
    """Any button."""
    return SIDES[rng.integers(4, size=len(votes))]


def left(rng: np.random.Generator, votes: pa.Table, _: Crowd) -> np.ndarray:
    """Nearly always the left side."""
    return np.where(rng.random(len(votes)) < 0.97, "left", votes["outcome"].to_numpy(zero_copy_only=False))


def half_for_target(rng: np.random.Generator, votes: pa.Table, crowd: Crowd) -> np.ndarray:
    """The target wins half of the votes by force, the others as an honest voter would."""
    forced = rng.random(len(votes)) < 0.5
    return np.where(forced, for_target(rng, votes, crowd), votes["outcome"].to_numpy(zero_copy_only=False))


def identified(rng: np.random.Generator, votes: pa.Table, crowd: Crowd) -> np.ndarray:
    """The target wins where a classifier that is right in 95 of 100 cases says that it is there."""
    right = rng.random(len(votes)) < 0.95
    return np.where(right, for_target(rng, votes, crowd), votes["outcome"].to_numpy(zero_copy_only=False))


def omnipresent(_: np.random.Generator, votes: pa.Table, crowd: Crowd) -> np.ndarray:
    """On every battle the side that brings the target up against the models above it (Min et al. 2025, Omni-BT).

    A vote moves all strengths by H^-1 (e_winner - e_loser), to first order, with H the information matrix of all votes:
    so also a battle without the target has a side that helps it.
    """
    models = crowd.arena.models
    place = {model: number for number, model in enumerate(models)}
    all_votes = crowd.votes.filter(pc.equal(crowd.votes["arena"], ARENA))
    left, right = (np.array([place[m] for m in all_votes[side].to_pylist()]) for side in ("left", "right"))
    information = np.zeros((len(models), len(models)))
    for a, b, sign in ((left, left, 1), (right, right, 1), (left, right, -1), (right, left, -1)):
        np.add.at(information, (a, b), 0.2 * sign)
    wanted = np.zeros(len(models))
    wanted[place[crowd.target]] = 1
    wanted[[place[model] for model in crowd.rivals]] = -1 / len(crowd.rivals)
    gain = np.linalg.solve(information + np.eye(len(models)), wanted)
    on_left, on_right = (gain[[place[m] for m in votes[side].to_pylist()]] for side in ("left", "right"))
    return np.where(on_left > on_right, "left", "right")


def votes_of(attack: Attack, crowd: Crowd, rng: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """The votes of an attack, each modelled on an honest one; and the battles that had to be left for them."""
    pool = crowd.votes.filter(pc.equal(crowd.votes["arena"], ARENA))
    about = pc.or_(pc.equal(pool["left"], crowd.target), pc.equal(pool["right"], crowd.target))
    aimed = rng.random(attack.votes) < attack.on_target
    row = rng.integers(len(pool), size=attack.votes)
    row[aimed] = rng.choice(np.flatnonzero(about.to_numpy(zero_copy_only=False)), int(aimed.sum()))
    base = pool.take(row)
    account = np.arange(attack.votes) // attack.each
    homes = [1] if attack.campus else [1_000_000 + number for number in range(attack.networks)]
    others = pool.filter(pc.invert(about))
    rarity = len(pool) / (len(pool) - len(others))
    start = pc.min(pool["at"]).as_py() + timedelta(days=min(60.0, 180 - attack.days))
    days = rng.random(int(account[-1]) + 1) * attack.days
    seconds = 86_400 * days[account] + 45 * (np.arange(attack.votes) % attack.each)
    if attack.dwell is not None:
        dwell = np.maximum(120, rng.lognormal(np.log(attack.dwell), 0.4, attack.votes)).astype(np.int32)
        base = _replaced(base, {"dwell_ms": dwell.tolist()})
    cast = _replaced(base, {
        "battle": [f"attack-{number}" for number in range(attack.votes)],
        "voter": [crowd.keys.voter(f"attacker-{number}", ARENA) for number in account],
        "at": [start + timedelta(seconds=float(second)) for second in seconds],
        "outcome": attack.outcome(rng, base, crowd).tolist(),
        "network": [crowd.keys.network(address(homes[number % len(homes)]), ARENA) for number in account],
    })  # fmt: skip
    return cast, _left_alone(cast, others, np.where(aimed, rng.geometric(1 / rarity, len(cast)) - 1, 0), rng)
