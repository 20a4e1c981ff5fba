"""A board that audits itself: planted defects are found, clean boards are left alone, and odd votes get sentences."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from arena.ratings import compute_ratings, rating_settings
from arena.ratings.diagnose import ArenaDiagnosis, Check, Verdict, diagnose_votes
from arena.ratings.diagnose.certificate import certify
from arena.ratings.kernels import outcome_losses

MODELS, VOTERS, PROMPTS = 6, 24, 10
START = 1_767_571_200
"""2026-01-05, a Monday, in seconds."""
NOISE = 25 / 6 * 2**0.5

Ints = np.ndarray[Any, np.dtype[np.int64]]
Rows = dict[str, Ints]


def world(votes: int = 900, seed: int = 3) -> Rows:
    """Votes on models 2 points apart by voters without habits; whatever is planted changes the columns."""
    rng = np.random.default_rng(seed)
    left = rng.integers(0, MODELS, votes)
    right = (left + rng.integers(1, MODELS, votes)) % MODELS
    gap = 2.0 * (left - right) + rng.normal(0.0, NOISE, votes)
    return {
        "left": left,
        "right": right,
        "outcome": np.where(np.abs(gap) < 1.0, 2, np.where(gap > 0.0, 0, 1)),
        "voter": rng.integers(0, VOTERS, votes),
        "prompt": rng.integers(0, PROMPTS, votes),
        "second": np.sort(rng.permutation(56 * 86_400)[:votes]),
    }


def table(rows: Rows, arena: str = "draw", **texts: list[str]) -> pa.Table:
    size = len(rows["left"])

    def named(prefix: str, numbers: Ints) -> list[str]:
        return [f"{prefix}{number}" for number in numbers.tolist()]

    models = np.array([f"org{model % 3}/m{model}" for model in range(MODELS)])
    columns: dict[str, Any] = {
        "battle": named(f"{arena}-", np.arange(size)),
        "at": pa.array((START + rows["second"]) * 1_000_000, pa.timestamp("us", "UTC")),
        "arena": [arena] * size,
        # Elsewhere none, so that there are no boards of categories to be rated.
        "category": named("c", rows["prompt"] // 4) if arena == "parts" else [""] * size,
        "language": [""] * size,
        "left": models[rows["left"]],
        "right": models[rows["right"]],
        "outcome": np.array(["left", "right", "tie"])[rows["outcome"]],
        "voter": named("v", rows["voter"]),
        "prompt": named("p", rows["prompt"]),
    }
    return pa.table(columns | texts)


def diagnosed(*tables: pa.Table, **options: Any) -> dict[str, ArenaDiagnosis]:
    """What is said of each arena: one query for all of them, which takes longer than the checks."""
    votes = ibis.memtable(pa.concat_tables(tables))
    found = diagnose_votes(votes, compute_ratings(votes, rating_settings(**options)))
    return {arena.arena: arena for arena in found.arenas}


def swap(rows: Rows, chosen: np.ndarray[Any, Any]) -> None:
    rows["outcome"] = np.where(chosen & (rows["outcome"] < 2), 1 - rows["outcome"], rows["outcome"])


def prefer_left(rows: Rows) -> None:
    rows["outcome"][::7] = 0


def one_side(rows: Rows) -> None:
    turned = rows["right"] == 2
    rows["left"], rows["right"] = np.where(turned, 2, rows["left"]), np.where(turned, rows["left"], rows["right"])
    swap(rows, turned)


def everywhere(rows: Rows) -> None:
    rows["left"][: len(rows["left"]) * 19 // 20] = 0
    rows["right"] = np.where(rows["right"] == rows["left"], 1 + rows["prompt"] % 5, rows["right"])


def halves(rows: Rows) -> None:
    rows["right"] = np.where(rows["left"] < 3, (rows["left"] + 1) % 3, 3 + (rows["left"] - 2) % 3)
    rows["left"][:5], rows["right"][:5] = 0, 5


def few_voters(rows: Rows) -> None:
    rows["voter"] = np.where(rows["voter"] < 12, 0, rows["voter"])


def tastes(rows: Rows) -> None:
    rng = np.random.default_rng(8)
    taste = rng.normal(0.0, 12.0, (VOTERS, MODELS))
    rows["outcome"] = (taste[rows["voter"], rows["left"]] < taste[rows["voter"], rows["right"]]).astype(np.int64)


def always_ties(rows: Rows) -> None:
    rows["outcome"][rows["voter"] == 4] = 2


def against_all(rows: Rows) -> None:
    swap(rows, rows["voter"] == 4)


def against_a_maker(rows: Rows) -> None:
    rows["voter"][:90] = 4
    for side, loses in (("left", 1), ("right", 0)):
        other = "right" if side == "left" else "left"
        rows["outcome"][(rows["voter"] == 4) & (rows[side] % 3 == 2) & (rows[other] % 3 != 2)] = loses


def special_pair(rows: Rows) -> None:
    rows["outcome"][(rows["left"] == 5) & (rows["right"] == 4)] = 1
    rows["outcome"][(rows["left"] == 4) & (rows["right"] == 5)] = 0
    rows["outcome"][(rows["left"] == 3) & (rows["right"] == 1)] = 1
    rows["outcome"][(rows["left"] == 1) & (rows["right"] == 3)] = 0


def rock_paper_scissors(rows: Rows) -> None:
    step = (rows["left"] - rows["right"]) % 3
    rows["outcome"] = np.where(step == 1, 0, np.where(step == 2, 1, 2))


def clones(rows: Rows) -> None:
    both = np.isin(rows["left"], (2, 3)) & np.isin(rows["right"], (2, 3))
    for side in ("left", "right"):
        rows[side] = np.where(~both & (rows["second"] % 2 == 0) & (rows[side] == 3), 2, rows[side])
    rows["right"] = np.where(rows["left"] == rows["right"], 0, rows["right"])
    rows["outcome"][both] = 2


def upsets(rows: Rows) -> None:
    gap = rows["left"] - rows["right"]
    rows["outcome"] = (gap < 0).astype(np.int64)
    far = np.abs(gap) > 2
    rows["outcome"][far] = rows["second"][far] % 2


def ties_far_apart(rows: Rows) -> None:
    gap = np.abs(rows["left"] - rows["right"])
    rows["outcome"] = np.where(gap > 3, 2, np.where(rows["outcome"] == 2, 0, rows["outcome"]))


def swapped_category(rows: Rows) -> None:
    swap(rows, rows["prompt"] < 4)


def swapped_prompt(rows: Rows) -> None:
    swap(rows, rows["prompt"] == 7)


def one_prompt_decides(rows: Rows) -> None:
    rows["prompt"][::3] = 7
    for side, wins in (("left", 0), ("right", 1)):
        rows["outcome"][(rows["prompt"] == 7) & (rows[side] == 0)] = wins


def swapped_week(rows: Rows) -> None:
    swap(rows, rows["second"] // (7 * 86_400) == 3)


def changed_model(rows: Rows) -> None:
    late = rows["second"] > 28 * 86_400
    rows["outcome"][late & (rows["left"] == 3)] = 1
    rows["outcome"][late & (rows["right"] == 3)] = 0


def campaign(rows: Rows) -> None:
    rows["left"][400:440], rows["right"][400:440] = 0, 1 + rows["prompt"][400:440] % 5
    rows["outcome"][400:440] = 0
    rows["second"][400:440] = rows["second"][400] + np.arange(40) * 20
    rows["voter"][400:440] = 100 + np.arange(40)


def twice(rows: Rows) -> None:
    for name in rows:
        rows[name] = np.concatenate([rows[name], rows[name][:45]])


PLANTED: dict[str, Callable[[Rows], None]] = {
    "position-bias": prefer_left,
    "sides-drawn": one_side,
    "exposure": everywhere,
    "connection": halves,
    "concentration": few_voters,
    "voter-tastes": tastes,
    "one-answer": always_ties,
    "voter-order": against_all,
    "maker-votes": against_a_maker,
    "pair-fit": special_pair,
    "rounds": rock_paper_scissors,
    "clones": clones,
    "win-calibration": upsets,
    "tie-calibration": ties_far_apart,
    "parts": swapped_category,
    "prompt-order": swapped_prompt,
    "prompt-influence": one_prompt_decides,
    "weeks": swapped_week,
    "drift": changed_model,
    "bursts": campaign,
    "twins": twice,
}


@pytest.fixture(scope="module")
def planted() -> dict[str, ArenaDiagnosis]:
    """Each planted defect in an arena of its name, and an arena without any."""
    tables = [table(world(), "clean")]
    for name, plant in PLANTED.items():
        rows = world()
        plant(rows)
        tables.append(table(rows, name))
    return diagnosed(*tables)


@pytest.fixture(scope="module")
def clean(planted: dict[str, ArenaDiagnosis]) -> ArenaDiagnosis:
    return planted["clean"]


def test_a_clean_board_is_left_alone(clean: ArenaDiagnosis) -> None:
    assert clean.with_verdict(Verdict.LOOK) == ()
    names = [check.name for check in clean.checks]
    assert len(set(names)) == len(names) == 23
    assert {"best", "first-place", *PLANTED} == set(names)
    assert all(check.question.endswith("?") for check in clean.checks)
    assert all(check.finding.endswith(".") for check in clean.checks), "every check says what it found"


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found(name: str, planted: dict[str, ArenaDiagnosis]) -> None:
    check = planted[name].check(name)
    assert check.verdict is Verdict.LOOK, check
    assert check.meaning
    assert check.rule


def test_a_margin_that_was_set_wrongly_is_found() -> None:
    assert diagnosed(table(world()), draw_probability=0.01)["draw"].check("tie-calibration").verdict is Verdict.LOOK


def test_clones_by_pictures_and_a_strangers_file_that_lacks_columns() -> None:
    pictures, stranger = world(120), world(300)
    stranger["voter"], stranger["prompt"][:], stranger["second"][:] = np.arange(300), 0, 0
    same: list[str] = ["f" * 64 if model in (1, 4) else "" for model in pictures["left"]]
    found = diagnosed(
        table(pictures, "pictures", left_output=same, right_output=[""] * 120),
        table(stranger, "stranger", left_output=[""] * 300, right_output=[""] * 300, prompt=[""] * 300),
    )
    check = found["pictures"].check("clones")
    assert check.verdict is Verdict.LOOK
    assert check.cases[0].name == "org1/m1 and org1/m4"
    why = {check.name: check.finding for check in found["stranger"].with_verdict(Verdict.CANNOT_TELL)}
    assert all("no voter is named twice" in why[name] for name in ("concentration", "voter-tastes", "maker-votes"))
    assert all("name no prompts" in why[name] for name in ("prompt-order", "prompt-influence"))
    assert all("the same time" in why[name] for name in ("weeks", "drift", "bursts", "twins"))


def test_chances_and_bounds_of_the_first_place(clean: ArenaDiagnosis) -> None:
    best, first = clean.check("best"), clean.check("first-place")
    assert clean.leader == "org2/m5"
    assert best.estimate is not None
    assert best.estimate > 0.9
    cases = {case.name: case.votes for case in first.cases}
    assert 0 < cases["removed, proved not to be enough"] < cases["removed, found greedily"]
    assert 0 < cases["added, proved not to be enough"] < cases["added, found greedily"]
    assert first.low == cases["removed, proved not to be enough"] + 1


def test_no_removal_or_addition_within_the_proof_changes_the_mode() -> None:
    """On three models as many votes as are proved harmless are taken from, or added to, each count alone."""
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    counts = np.array([[30, 14, 6], [32, 10, 4], [22, 18, 5]])
    proved = certify(first, second, counts, 0, NOISE, 1.0, 25 / 3)
    assert proved is not None
    assert proved.removed >= 1
    assert proved.added >= 1
    for sign, most in ((-1, proved.removed), (1, proved.added)):
        for one in np.ndindex(3, 3):
            changed = counts.copy()
            changed[one] += sign * min(most, int(counts[one]))
            again = certify(first, second, changed, 0, NOISE, 1.0, 25 / 3)
            assert again is not None, (sign, one)
    assert certify(first, second, counts, 2, NOISE, 1.0, 25 / 3) is None, "it is not first"


def test_losses_have_the_slopes_and_curvatures_that_the_proof_takes() -> None:
    gap = np.linspace(-8.0, 8.0, 401)
    for draw in (False, True):
        loss, slope, curvature = outcome_losses(gap, np.full(401, draw), 0.3)
        assert np.allclose(np.gradient(loss, gap)[1:-1], -slope[1:-1], atol=2e-3)
        assert (curvature > 0.0).all()
        rising = np.diff(curvature[200:]) if draw else -np.diff(curvature)
        assert (rising >= -1e-12).all(), "least at the far end for a win, nearest to an even gap for a tie"


ODD: dict[str, tuple[Callable[[Rows], None], int]] = {
    "two models": (lambda rows: rows.update(left=rows["left"] % 2, right=1 - rows["left"] % 2), 60),
    "one voter": (lambda rows: rows["voter"].fill(0), 60),
    "one prompt": (lambda rows: rows["prompt"].fill(0), 60),
    "only ties": (lambda rows: rows["outcome"].fill(2), 60),
    "no ties": (lambda rows: rows.update(outcome=rows["outcome"] % 2), 60),
    "only left": (lambda rows: rows["outcome"].fill(0), 60),
    "unconnected": (lambda rows: rows.update(right=rows["left"] // 2 * 2 + 1 - rows["left"] % 2), 60),
    "ten votes": (lambda rows: None, 10),
    "one vote": (lambda rows: None, 1),
}


@pytest.mark.parametrize("method", ["batch", "online"])
def test_odd_votes_get_sentences_and_numbers(method: str) -> None:
    tables = []
    for name, (change, votes) in ODD.items():
        rows = world(votes)
        change(rows)
        tables.append(table(rows, name))
    found = diagnosed(*tables, method=method)
    assert set(found) == set(ODD)
    for name, arena in found.items():
        assert len(arena.checks) == 23, name
        for check in arena.checks:
            assert check.finding, (name, check)
            assert "nan" not in check.finding, (name, check)
            numbers = [check.estimate, check.low, check.high, check.p, check.p_adjusted]
            numbers += [case.value for case in check.cases]
            assert all(number is None or math.isfinite(number) for number in numbers), (name, check)


def test_order_decides_nothing_and_a_diagnosis_is_json() -> None:
    rows = world(200)
    shuffled = np.random.default_rng(1).permutation(200)
    found = []
    for order in (np.arange(200), shuffled):
        votes = ibis.memtable(table(rows).take(pa.array(order)))
        found.append(diagnose_votes(votes, compute_ratings(votes, rating_settings())))
    assert found[0] == found[1]
    (arena,) = json.loads(json.dumps(found[0].to_dict()))["arenas"]
    assert set(arena) == set(ArenaDiagnosis.__dataclass_fields__)
    assert set(arena["checks"][0]) == set(Check.__dataclass_fields__)
    assert {check["verdict"] for check in arena["checks"]} <= {"fine", "look", "cannot tell"}
    assert all(set(case) == {"name", "votes", "value"} for check in arena["checks"] for case in check["cases"])
    assert found[0].arena().summary in str(found[0])
    assert found[0].arena("draw") is found[0].arenas[0]
