"""What ``arena diagnose`` finds, and how often it is wrong: planted defects one at a time, and boards without any.

    python -m benchmarks.diagnose [ARENAS] [CLEAN]

ARENAS (30) for each defect, CLEAN (200) without one; 3,000 votes each, in two processes. Prints the table of
docs/diagnose.md.

A clean board is a realistic one: 150 voters of very different activity with tastes of their own (standard deviation 2
points for a model), habits of sides and of ties, and more or less care; 40 prompts of different popularity in three
languages and categories, on which models are better or worse (1.5 points); models shown more and less often; visits.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from arena.ratings import compute_ratings, rating_settings
from arena.ratings.diagnose import ArenaDiagnosis, Verdict, diagnose_votes
from arena.ratings.probabilities import draw_margin

VOTES, MODELS, MAKERS, VOTERS, PROMPTS, DAYS = 3000, 12, 4, 150, 40, 60
START, DAY = 1_767_571_200, 86_400
BETA = 25 / 6
LANGUAGES, CATEGORIES = ("en", "de", "zh"), ("photo", "poster", "logo")

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class Board:
    """A simulated arena before its votes are cast; defects change it."""

    rng: np.random.Generator
    votes: int = VOTES
    spread: float = 3.0
    habit: float = 2.0
    prompt_effect: float = 1.5
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng, n = self.rng, self.votes
        self.strength = rng.normal(25.0, self.spread, MODELS)
        self.shown = np.exp(rng.normal(0.0, 0.4, MODELS))
        activity = np.minimum(np.exp(rng.normal(0.0, 1.2, VOTERS)), 15.0)
        popular = np.exp(rng.normal(0.0, 0.5, PROMPTS))
        visits = 1 + rng.geometric(1 / 6, n)
        visits = visits[: int(np.searchsorted(np.cumsum(visits), n)) + 1]
        who = rng.choice(VOTERS, len(visits), p=activity / activity.sum())
        begin = START + rng.integers(0, DAYS, len(visits)) * DAY + (rng.normal(19.0, 3.0, len(visits)) % 24 * 3600)
        self.voter = np.repeat(who, visits)[:n]
        passed = np.cumsum(rng.uniform(6.0, 40.0, n))
        starts = np.minimum(np.cumsum(visits) - visits, n - 1)
        self.at = (np.repeat(begin - passed[starts], visits)[:n] + passed).astype(np.int64)
        self.prompt = rng.choice(PROMPTS, n, p=popular / popular.sum())
        self.language_of = rng.choice(3, PROMPTS, p=[0.6, 0.25, 0.15])
        self.language_of[:3] = range(3)
        self.category_of = rng.integers(0, 3, PROMPTS)
        self.left, self.right = self.draw_models(n)
        self.taste = rng.normal(0.0, self.habit, (VOTERS, MODELS))
        self.on_prompt = rng.normal(0.0, self.prompt_effect, (PROMPTS, MODELS))
        one_sided = rng.random(VOTERS) < 0.1
        self.side = rng.normal(0.0, 0.3, VOTERS) + np.where(one_sided, rng.choice([-1.0, 1.0], VOTERS) * 1.5, 0.0)
        undecided = np.where(rng.random(VOTERS) < 0.1, 2.5, 1.0)
        self.margin = draw_margin(0.12, BETA) * undecided * np.exp(rng.normal(0.0, 0.35, VOTERS))
        self.care = np.exp(rng.normal(0.0, 0.15, VOTERS))
        self.bonus = np.zeros(n)
        self.outcome: Ints | None = None

    def draw_models(self, number: int) -> tuple[Ints, Ints]:
        lots = self.rng.gumbel(size=(number, MODELS)) + np.log(self.shown)
        order = np.argsort(-lots, axis=1)[:, :2]
        swapped = self.rng.random(number) < 0.5
        return np.where(swapped, order[:, 1], order[:, 0]), np.where(swapped, order[:, 0], order[:, 1])

    def cast(self) -> None:
        v, q, rng = self.voter, self.prompt, self.rng
        seen = self.strength + self.taste[v] + self.on_prompt[q]
        rows = np.arange(len(v))
        gap = seen[rows, self.left] - seen[rows, self.right] + self.side[v] + self.bonus
        gap += rng.normal(0.0, 1.0, len(v)) * np.sqrt(2.0) * BETA * self.care[v]
        self.outcome = np.where(np.abs(gap) <= self.margin[v], 2, np.where(gap > 0, 0, 1))

    def said(self) -> Ints:
        if self.outcome is None:
            self.cast()
        assert self.outcome is not None
        return self.outcome

    def swap(self, chosen: Flags) -> None:
        self.outcome = np.where(chosen & (self.said() < 2), 1 - self.said(), self.said())

    def repeat(self, rows: Ints) -> None:
        self.said()
        for name in ("voter", "at", "prompt", "left", "right", "outcome", "bonus"):
            values = getattr(self, name)
            setattr(self, name, np.concatenate([values, values[rows]]))

    def busiest(self, votes: int) -> Ints:
        """So many votes of one voter more: rows given to voter 0, at random."""
        rows = self.rng.choice(len(self.voter), votes, replace=False)
        self.voter[self.voter == 0] = 1
        self.voter[rows] = 0
        return rows

    def table(self) -> ibis.Table:
        outcome = np.array(["left", "right", "tie"])[self.said()]
        names = np.array([f"maker-{m % MAKERS}/model-{m}" for m in range(MODELS)])
        columns = {
            "battle": pa.array([f"b{n:06d}" for n in range(len(self.voter))]),
            "at": pa.array(self.at * 1_000_000, pa.timestamp("us", "UTC")),
            "arena": pa.array(["arena"] * len(self.voter)),
            "category": pa.array(np.array(CATEGORIES)[self.category_of[self.prompt]]),
            "language": pa.array(np.array(LANGUAGES)[self.language_of[self.prompt]]),
            "left": pa.array(names[self.left]),
            "right": pa.array(names[self.right]),
            "outcome": pa.array(outcome),
            "voter": pa.array([f"v{n:04d}" for n in self.voter]),
            "prompt": pa.array([f"p{n:02d}" for n in self.prompt]),
        }
        return ibis.memtable(pa.table(columns))


def bias(board: Board) -> None:
    board.bonus += 1.0


def one_side(board: Board) -> None:
    swap = (board.right == 3) & (board.rng.random(len(board.left)) < 0.6)
    board.left, board.right = np.where(swap, board.right, board.left), np.where(swap, board.left, board.right)


def everywhere(board: Board) -> None:
    board.shown[5] = board.shown.sum() * 3.0
    board.left, board.right = board.draw_models(board.votes)


def two_halves(board: Board) -> None:
    half = np.arange(MODELS) % 2
    across = np.flatnonzero(half[board.left] != half[board.right])
    stays = across[12:]
    board.right[stays] = (board.right[stays] + 1) % MODELS
    same = board.right == board.left
    board.right[same] = (board.left[same] + 2) % MODELS


def one_voter(board: Board) -> None:
    board.busiest(VOTES * 3 // 10)


def tastes(board: Board) -> None:
    board.taste *= 4.0


def always_ties(board: Board) -> None:
    rows = board.busiest(60)
    board.said()[rows] = 2


def against_all(board: Board) -> None:
    rows = board.busiest(80)
    board.swap(np.isin(np.arange(board.votes), rows))


def against_maker(board: Board) -> None:
    rows = board.busiest(250)
    said, left, right = board.said(), board.left[rows] % MAKERS == 2, board.right[rows] % MAKERS == 2
    said[rows] = np.where(left & ~right, 1, np.where(right & ~left, 0, said[rows]))


def special_pair(board: Board) -> None:
    low, high = np.minimum(board.left, board.right), np.maximum(board.left, board.right)
    for one, other in ((0, 1), (2, 3), (4, 5), (6, 7)):
        pair = (low == one) & (high == other)
        board.bonus += np.where(pair, np.where(board.left == one, 8.0, -8.0), 0.0)


def rock_paper_scissors(board: Board) -> None:
    step = (board.left - board.right) % 3
    board.bonus += np.where(step == 1, 4.0, np.where(step == 2, -4.0, 0.0))


def clone(board: Board) -> None:
    board.strength[8] = board.strength[9]
    board.taste[:, 8], board.on_prompt[:, 8] = board.taste[:, 9], board.on_prompt[:, 9]
    both = np.isin(board.left, (8, 9)) & np.isin(board.right, (8, 9))
    tied = both & (board.rng.random(board.votes) < 0.7)
    board.outcome = np.where(tied, 2, board.said())


def upsets(board: Board) -> None:
    board.strength = 25.0 + (board.strength - 25.0) * 2.5
    far = np.abs(board.strength[board.left] - board.strength[board.right]) > 8.0
    random = far & (board.rng.random(board.votes) < 0.5)
    board.outcome = np.where(random, board.rng.integers(0, 2, board.votes), board.said())


def random_ties(board: Board) -> None:
    board.strength = 25.0 + (board.strength - 25.0) * 3.0
    board.outcome = np.where(board.rng.random(board.votes) < 0.3, 2, board.said())


def wrong_margin(board: Board) -> None:
    board.settings["draw_probability"] = 0.03


def language(board: Board) -> None:
    board.swap(board.language_of[board.prompt] == 1)


def one_prompt_swapped(board: Board) -> None:
    board.prompt[board.rng.random(board.votes) < 0.04] = 7
    board.swap(board.prompt == 7)


def one_prompt_decides(board: Board) -> None:
    board.prompt[board.rng.random(board.votes) < 0.2] = 7
    board.on_prompt[7, 4] += 12.0


def swapped_week(board: Board) -> None:
    board.swap((board.at - START) // (7 * DAY) == 4)


def changed_model(board: Board) -> None:
    after = board.at > START + DAYS * DAY // 2
    board.bonus -= np.where(after & (board.left == 6), 6.0, 0.0) - np.where(after & (board.right == 6), 6.0, 0.0)


def campaign(board: Board) -> None:
    rows = board.rng.choice(board.votes, 60, replace=False)
    weak = int(board.strength.argmin())
    board.at[rows] = START + 33 * DAY + board.rng.integers(0, 7200, 60)
    other = (weak + board.rng.integers(1, MODELS, 60)) % MODELS
    weak_left = board.rng.random(60) < 0.5
    board.left[rows], board.right[rows] = np.where(weak_left, weak, other), np.where(weak_left, other, weak)
    board.voter[rows] = board.rng.permutation(VOTERS)[:60]
    board.said()[rows] = np.where(weak_left, 0, 1)


def twice(board: Board) -> None:
    board.repeat(board.rng.choice(board.votes, VOTES // 20, replace=False))


def stranger(board: Board) -> None:
    board.said()
    board.voter, board.prompt = np.arange(board.votes), np.zeros(board.votes, np.int64)
    board.at[:] = START


@dataclass(frozen=True)
class Defect:
    """What is planted, which check is to find it, and in words."""

    plant: Callable[[Board], None]
    check: str
    words: str


DEFECTS = (
    Defect(bias, "position-bias", "the left side looks 1 point better to everybody"),
    Defect(one_side, "sides-drawn", "a model stands on the left in 80% of its votes"),
    Defect(everywhere, "exposure", "a model is shown in most votes"),
    Defect(two_halves, "connection", "twelve votes between two halves of the models"),
    Defect(one_voter, "concentration", "a voter casts 30% of the votes"),
    Defect(tastes, "voter-tastes", "tastes of voters: 8 points, where models differ by 3"),
    Defect(always_ties, "one-answer", "a voter answers tie 60 times"),
    Defect(against_all, "voter-order", "80 votes of one voter with sides swapped"),
    Defect(against_maker, "maker-votes", "a voter of 250 votes always votes against one maker"),
    Defect(special_pair, "pair-fit", "in four of 66 pairs a model is 8 points better than elsewhere"),
    Defect(rock_paper_scissors, "rounds", "three groups of models beat each other in a round, by 4 points"),
    Defect(clone, "clones", "a model under two names, 70% ties between them"),
    Defect(upsets, "win-calibration", "half of the votes between models 8 points apart or more are cast at random"),
    Defect(
        random_ties, "tie-calibration", "30% of the votes are ties whatever is shown, where models differ by 9 points"
    ),
    Defect(wrong_margin, "tie-calibration", "a margin set for 3% of ties, where 12% are"),
    Defect(language, "parts", "sides swapped in one language (a quarter of the prompts)"),
    Defect(one_prompt_swapped, "prompt-order", "sides swapped for one prompt (about 6% of the votes)"),
    Defect(one_prompt_decides, "prompt-influence", "20% of the votes on one prompt, where a model is 12 points better"),
    Defect(swapped_week, "weeks", "sides swapped in one week of eight"),
    Defect(changed_model, "drift", "a model gets 6 points worse half-way"),
    Defect(campaign, "bursts", "60 voters vote for the weakest model within two hours"),
    Defect(twice, "twins", "5% of the votes are there twice"),
    Defect(stranger, "", "no voters, prompts or times in the file: ten checks cannot tell"),
)
UNKNOWN = {
    "concentration", "voter-tastes", "one-answer", "voter-order", "maker-votes", "prompt-order", "prompt-influence",
    "weeks", "drift", "bursts",
}  # fmt: skip
"""The checks that cannot tell anything of a stranger's file."""


PLANTED, CLEAN = 5_000_000, 7_000_000
"""The first seeds of arenas with a defect, and of clean ones: no limit of a check was chosen on these."""


def diagnosed(seed: int, plant: Callable[[Board], None] | None) -> ArenaDiagnosis:
    board = Board(np.random.default_rng(seed))
    if plant:
        plant(board)
    votes = board.table()
    ratings = compute_ratings(votes, rating_settings(**board.settings))
    return diagnose_votes(votes, ratings, seed=seed).arena()


def finds(seed: int, defect: Defect) -> tuple[bool, set[str]]:
    """Whether the check finds it, and all checks that say something is to be looked at."""
    found = diagnosed(seed, defect.plant)
    look = {check.name for check in found.with_verdict(Verdict.LOOK)}
    if not defect.check:
        return {check.name for check in found.with_verdict(Verdict.CANNOT_TELL)} >= UNKNOWN, look
    return defect.check in look, look


def alarms(seed: int) -> list[tuple[str, float | None]]:
    """What a clean board is said to have."""
    return [(check.name, check.p_adjusted) for check in diagnosed(seed, None).with_verdict(Verdict.LOOK)]


def main() -> None:
    arenas, clean = (int(given) for given in (*sys.argv[1:], *("20", "200")[len(sys.argv) - 1 :]))
    began = perf_counter()
    with ProcessPoolExecutor(2) as pool:
        print("| planted, one at a time | check | found |\n| --- | --- | --- |")
        enough = 0
        for number, defect in enumerate(DEFECTS if arenas else ()):
            results = list(
                pool.map(partial(finds, defect=defect), range(first := PLANTED + 1000 * number, first + arenas))
            )
            power = sum(found for found, _ in results) / arenas
            enough += power >= 0.9
            print(f"| {defect.words} | {defect.check or 'cannot tell'} | {power:.0%} |", flush=True)
        print(f"\n{enough} of {len(DEFECTS)} found in 90% of {arenas} arenas or more.\n")
        wrong = list(pool.map(alarms, range(CLEAN, CLEAN + clean)))
    named = Counter(name for found in wrong for name, _ in found)
    share = sum(bool(found) for found in wrong) / max(1, clean)
    print(f"Clean boards with a false alarm: {share:.1%} of {clean} ({dict(named)})")
    print(f"{perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
