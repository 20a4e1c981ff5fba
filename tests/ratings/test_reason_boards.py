"""Boards by reason: each is that of its votes, and agreement is told with how sure it is."""

from __future__ import annotations

import json
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.ratings import compute_ratings
from arena.ratings.latent_correlation import KnownStrengths, latent_correlation
from arena.ratings.reason_boards import LEAST_VOTES, reason_boards
from arena.votes.reasons import REASONS_TYPE
from benchmarks.covariates import ARENA, SETTINGS
from tests.cli.shell import arena, one_line_error
from tests.ratings.voting import Ballot, numbered, table

MODELS = tuple(f"acme/m{n}" for n in range(5))


def votes_for(reasons: list[list[str] | None], winners: list[bool]) -> ibis.Table:
    """Votes on every two models in turn; the one with the higher number wins where ``winners`` says so."""
    pairs = [(i, j) for i in range(5) for j in range(i)]
    ballots = [
        Ballot(MODELS[i], MODELS[j], "left" if wins else "right", voter=f"v{n % 7}")
        for n, wins in enumerate(winners)
        for i, j in [pairs[n % len(pairs)]]
    ]
    votes = table(numbered(ballots)).to_pyarrow()
    return ibis.memtable(votes.append_column("reasons", pa.array(reasons, REASONS_TYPE)))


@pytest.fixture(scope="module")
def votes() -> ibis.Table:
    """For the prompt the higher number wins three times in four; for style the lower one does."""
    rng = np.random.default_rng(1)
    kinds = rng.integers(0, 3, 900).tolist()
    reasons = [[["prompt"], ["style"], None][kind] for kind in kinds]
    return votes_for(reasons, [bool(rng.random() < (0.75, 0.25, 0.5)[kind]) for kind in kinds])


def test_each_reason_has_the_board_of_its_votes_and_they_disagree(votes: ibis.Table) -> None:
    ratings = compute_ratings(votes, SETTINGS)
    report = reason_boards(votes, ratings)
    found = report.arena()
    assert set(found.boards) == {"prompt", "style"}
    chosen = votes.filter(votes.reasons.contains("style"))
    assert found.boards["style"].ratings == compute_ratings(chosen, SETTINGS).board().ratings
    assert found.boards["prompt"].ratings[0].model == MODELS[4]
    assert found.boards["style"].ratings[0].model == MODELS[0]
    (agreement,) = found.agreements
    assert agreement.low == -1 and agreement.correlation < -0.8 and agreement.high < 0
    assert (agreement.models, agreement.shared) == (5, 0)
    assert str(report).startswith(f"{ARENA}, {next(iter(found.boards))}: ")
    (told,) = json.loads(json.dumps(report.to_dict()))["arenas"]
    assert (told["arena"], told["origin"]) == (ARENA, "human")
    assert [(board["reason"], board["votes"]) for board in told["boards"]] == [
        (reason, board.votes) for reason, board in found.boards.items()
    ]


def test_hundreds_of_reasons_make_no_hundreds_of_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.ratings.reason_boards.MOST_BOARDS", 2)
    winners = [n % 3 > 0 for n in range(LEAST_VOTES + 1)]
    reasons: list[list[str] | None] = [["a", "b", "c"], *(["a", "b", "c", "d"] for _ in winners[1:])]
    votes = votes_for(reasons, winners)
    found = reason_boards(votes, compute_ratings(votes, SETTINGS, intervals=False)).arena()
    assert (list(found.boards), found.left_out) == (["a", "b"], 2)


def test_a_vote_with_both_reasons_counts_for_both_and_rare_reasons_have_no_board() -> None:
    winners = [n % 3 > 0 for n in range(LEAST_VOTES)]
    reasons: list[list[str] | None] = [["prompt", "style"] for _ in winners]
    reasons[0] = ["prompt", "style", "text"]
    votes = votes_for(reasons, winners)
    found = reason_boards(votes, compute_ratings(votes, SETTINGS)).arena(ARENA)
    assert set(found.boards) == {"prompt", "style"}
    (agreement,) = found.agreements
    assert agreement.shared == 1
    assert agreement.correlation == pytest.approx(1, abs=1e-5)
    assert found.left_out == 1, "one vote is for the text"
    few = votes_for(reasons[:-1], winners[:-1])
    nothing = reason_boards(few, compute_ratings(few, SETTINGS))
    assert not nothing.arenas and str(nothing) == "No reason has 100 votes in any arena."
    assert not reason_boards(few.drop("reasons"), compute_ratings(few, SETTINGS)).arenas


@pytest.mark.parametrize(("truth", "noise"), [(0.6, 0.1), (1.0, 0.7), (-0.3, 0.4)])
def test_the_correlation_of_what_is_behind_estimates_is_found_whatever_their_errors(truth: float, noise: float) -> None:
    rng = np.random.default_rng(0)
    held, found, plain = 0, [], []
    for _ in range(24):
        one, other = rng.normal(size=24), rng.normal(size=24)
        errors = noise * rng.uniform(0.7, 1.3, (2, 24))
        mu = np.stack([one, truth * one + np.sqrt(1 - truth**2) * other]) + errors * rng.normal(size=(2, 24))
        estimates = [KnownStrengths(3.0 * each, 3.0 * error) for each, error in zip(mu, errors, strict=True)]
        r, low, high = latent_correlation(estimates[0], estimates[1], 0.0)
        held += low - 1e-9 <= truth <= high + 0.01
        found.append(r)
        plain.append(np.asarray(np.corrcoef(mu))[0, 1])
    assert held >= 20
    assert np.mean(found) == pytest.approx(truth, abs=0.12)
    assert abs(np.mean(plain) - truth) > 0.15 or noise < 0.7


def test_errors_of_the_same_votes_are_no_agreement() -> None:
    rng = np.random.default_rng(1)
    shared = rng.normal(size=60)
    one, other = (KnownStrengths(rng.normal(size=60) + shared, np.ones(60)) for _ in range(2))
    _, low, high = latent_correlation(one, other, 1.0)
    assert low < 0 < high
    assert latent_correlation(one, other, 0.0)[1] > 0.3
    flat = KnownStrengths(np.ones(5), np.ones(5))
    assert latent_correlation(flat, KnownStrengths(np.arange(5.0), np.ones(5)), 0.0) == (0.0, -1.0, 1.0)


def test_the_command_prints_both_boards(votes: ibis.Table, tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    pq.write_table(votes.to_pyarrow(), path)
    shown = arena("reasons", path)
    assert shown.exit_code == 0, shown.output
    assert "ranks by human votes for a reason (" in shown.stdout
    assert "prompt and style: correlation" in shown.stdout or "style and prompt: correlation" in shown.stdout
    pq.write_table(votes.drop("reasons").to_pyarrow(), path)
    one_line_error(arena("reasons", path), "no reason has 100 votes")
