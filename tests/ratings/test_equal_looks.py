"""Effects of looks: planted ones are found, none is made up, and boards at equal looks give back what looks won."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from arena.catalogue.outputs import Output
from arena.catalogue.picture_features import PictureFeatures
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.covariates import CovariateRows, Likelihood, fit_covariates
from arena.ratings.equal_looks import LEAST_VOTES, EqualLooks, equal_looks
from arena.ratings.results import Ratings
from benchmarks.covariates import ARENA, SETTINGS, Simulated, World, held_out, rank_error, simulate

WORLD = World("small", {"brightness": 3.0}, models=12, prompts=24, voters=40, votes=4000)
LIKELIHOOD = Likelihood(6.0, 1.0)


@pytest.fixture(scope="module")
def drawn() -> Simulated:
    return simulate(WORLD, 21)


@pytest.fixture(scope="module")
def ratings(drawn: Simulated) -> Ratings:
    return compute_ratings(drawn.votes, SETTINGS)


@pytest.fixture(scope="module")
def found(drawn: Simulated, ratings: Ratings) -> EqualLooks:
    return equal_looks(drawn.votes, ratings, drawn.pictures, drawn.lengths).arena()


def random_rows(seed: int, *, votes: int = 300) -> CovariateRows:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, votes)
    return CovariateRows(
        first=first,
        second=(first + rng.integers(1, 4, votes)) % 4,
        x=rng.normal(size=(votes, 2)),
        sign=rng.choice([-1.0, 1.0], votes),
        draw=rng.random(votes) < 0.2,
        weight=rng.integers(1, 4, votes).astype(float),
    )


def test_the_fit_is_where_every_change_makes_the_votes_less_likely() -> None:
    rows = random_rows(0)
    fit = fit_covariates(rows, 4, LIKELIHOOD, 8.0, np.full(2, 4.0))

    def value(strengths: np.ndarray, effects: np.ndarray) -> float:
        moved = replace(fit, strengths=strengths, effects=effects)
        prior = float((strengths**2).sum()) / 64 + float((effects**2).sum()) / 16
        return moved.loss(rows, LIKELIHOOD) * float(rows.weight.sum()) + prior / 2

    best = value(fit.strengths, fit.effects)
    for step in np.vstack([np.eye(6), -np.eye(6)]) * 0.05:
        assert value(fit.strengths + step[:4], fit.effects + step[4:]) > best
    either = [value(fit.strengths, fit.effects + np.array([step, 0.0])) for step in (1e-3, -1e-3)]
    assert (sum(either) - 2 * best) / 1e-6 == pytest.approx(fit.hessian[4, 4], rel=1e-3)


def test_votes_that_are_alike_are_one_row_with_a_weight() -> None:
    rows = random_rows(1)
    times = rows.weight.astype(int)
    every = CovariateRows(
        first=np.repeat(rows.first, times),
        second=np.repeat(rows.second, times),
        x=np.repeat(rows.x, times, axis=0),
        sign=np.repeat(rows.sign, times),
        draw=np.repeat(rows.draw, times),
        weight=np.ones(times.sum()),
    )
    one, other = (fit_covariates(each, 4, LIKELIHOOD, 8.0, np.full(2, 4.0)) for each in (rows, every))
    assert np.allclose(np.r_[one.strengths, one.effects], np.r_[other.strengths, other.effects], atol=1e-7)


def test_effects_that_are_none_shrink_together_and_real_ones_do_not() -> None:
    rng = np.random.default_rng(2)
    rows = replace(random_rows(2, votes=4000), x=rng.normal(size=(4000, 10)))
    rows = replace(rows, weight=np.ones(4000))
    spreads, groups = np.full(10, 4.0), (np.arange(10) > 0).astype(int)
    free = fit_covariates(rows, 4, LIKELIHOOD, 8.0, spreads)
    tied = fit_covariates(rows, 4, LIKELIHOOD, 8.0, spreads, groups=groups)
    assert np.abs(tied.effects[1:]).max() < 0.7 * np.abs(free.effects[1:]).max()
    assert tied.effects[0] == pytest.approx(free.effects[0], abs=0.02)
    planted = replace(
        rows, sign=np.where(rows.x[:, 1:] @ np.linspace(-2, 2, 9) + 6 * rng.normal(size=4000) > 0, 1, -1.0)
    )
    planted = replace(planted, draw=np.zeros(4000, bool))
    tied = fit_covariates(planted, 4, Likelihood(6.0, 0.0), 8.0, spreads, groups=groups)
    assert tied.effects[1:] == pytest.approx(np.linspace(-2, 2, 9), abs=0.5)


def test_a_planted_confounder_is_found_and_no_other(drawn: Simulated, found: EqualLooks) -> None:
    main = {effect.feature: effect for effect in found.effects if not effect.prompts}
    assert set(main) == {"brightness", "contrast", "saturation", "sharpness", "lettering"}
    truth = drawn.effects["brightness"]
    assert main["brightness"].effect == pytest.approx(truth, rel=0.15)
    assert main["brightness"].low < truth < main["brightness"].high
    assert [feature for feature, effect in main.items() if effect.clear] == ["brightness"]
    assert 0.6 < main["brightness"].win_rate < 0.75
    assert not [effect for effect in found.effects if effect.prompts and effect.clear]


def test_the_board_at_equal_looks_is_nearer_the_truth_and_names_who_moves(
    drawn: Simulated, ratings: Ratings, found: EqualLooks
) -> None:
    as_voted = ratings.board()
    assert [rating.model for rating in found.board.ratings] != [rating.model for rating in as_voted.ratings]
    errors = []
    for board in (as_voted, found.board):
        mu = {rating.model: rating.mu for rating in board.ratings}
        errors.append(rank_error(np.array([mu[name] for name in sorted(mu)]), drawn.strength))
    assert errors[1] < errors[0]
    assert found.as_voted == as_voted
    for each in found.moved:
        old, new = as_voted.get(each.model), found.board.get(each.model)
        assert old and new and (old.rank, new.rank) == (each.rank, each.equal_rank)
        assert new.mu - old.mu == pytest.approx(each.shift)
        assert new.error >= old.error
    assert len(found.moved) == sum(
        rating.rank != found.board.ratings[found.board.index_of(rating.model)].rank for rating in as_voted.ratings
    )
    table = found.to_pandas()
    assert table.equal_rank.tolist() == list(range(1, 13)) and sorted(table["rank"]) == list(range(1, 13))
    assert (table.mu + table["shift"] - table.equal_mu).abs().max() < 1e-6


def test_forecasts_of_other_votes_are_better_with_looks(drawn: Simulated, ratings: Ratings) -> None:
    assert held_out(drawn, ratings, np.random.default_rng(0)) < -0.01


def test_order_and_sides_of_votes_change_nothing(drawn: Simulated, ratings: Ratings, found: EqualLooks) -> None:
    table = drawn.votes.to_pyarrow()
    mirror = {"left": "right", "right": "left", "tie": "tie"}
    sides = {"left": "right", "right": "left", "left_output": "right_output", "right_output": "left_output"}
    turned = table.select([sides.get(name, name) for name in table.column_names]).rename_columns(table.column_names)
    outcome = pa.array([mirror[each] for each in table["outcome"].to_pylist()])
    turned = turned.set_column(table.column_names.index("outcome"), "outcome", outcome)
    turned = turned.take(np.random.default_rng(0).permutation(len(table)))
    again = equal_looks(ibis.memtable(turned), ratings, drawn.pictures, drawn.lengths).arena()
    for one, other in zip(found.effects, again.effects, strict=True):
        assert (one.effect, one.low) == pytest.approx((other.effect, other.low), abs=1e-4)


def test_votes_whose_pictures_are_not_known_are_counted_as_left_out(drawn: Simulated, ratings: Ratings) -> None:
    table = drawn.votes.to_pyarrow()
    cut = pc.if_else(pc.equal(table["voter"], "v0"), "", table["left_output"])
    table = table.set_column(table.column_names.index("left_output"), "left_output", cut)
    found = equal_looks(ibis.memtable(table), ratings, drawn.pictures, {}).arena()
    assert found.left_out == pc.sum(pc.equal(table["voter"], "v0")).as_py() > 0
    assert found.votes + found.left_out == ratings.board().votes
    assert not any(effect.prompts for effect in found.effects)


def with_looks(drawn: Simulated, change: Callable[[Output], dict[str, float]]) -> PictureFeatures:
    """The pictures, each with some of its looks changed."""
    return PictureFeatures.of_outputs(
        output.model_copy(update={"looks": output.looks.model_copy(update=change(output))})
        for output in drawn.outputs.values()
        if output.looks
    )


def test_it_is_said_why_nothing_can_be_told(
    drawn: Simulated, ratings: Ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def why(votes: ibis.Table, pictures: PictureFeatures) -> str:
        ours = ratings if votes is drawn.votes else compute_ratings(votes, SETTINGS)
        report = equal_looks(votes, ours, pictures, {})
        assert not report.arenas and str(report) == f"{ARENA}: {report.missing[ARENA]}."
        return report.missing[ARENA]

    unmeasured = PictureFeatures.of_outputs(
        output.model_copy(update={"looks": None}) for output in drawn.outputs.values()
    )
    one = next(iter(drawn.outputs.values())).looks
    alike = with_looks(drawn, lambda _: one.model_dump() if one else {})
    assert why(drawn.votes, unmeasured) == "no vote is on two pictures whose looks are known"
    assert "look alike in all that is measured" in why(drawn.votes, alike)
    few = drawn.votes.limit(LEAST_VOTES - 1)
    assert why(few, drawn.pictures) == "199 votes on two pictures whose looks are known, of which 200 are needed"
    nameless = drawn.votes.drop("left_output", "right_output")
    assert why(nameless, drawn.pictures) == "no vote is on two pictures whose looks are known"
    monkeypatch.setattr("arena.ratings.equal_looks.MOST_MODELS", 11)
    assert why(drawn.votes, drawn.pictures).startswith("12 models with pictures whose looks are known, of which 11 ")


def test_what_differs_between_models_alone_is_not_told_from_them(drawn: Simulated, ratings: Ratings) -> None:
    """The brightness of a picture is then that of its model and that of its prompt together."""
    parts = {sha256: divmod(int(sha256, 16), WORLD.prompts) for sha256 in drawn.outputs}
    pictures = with_looks(
        drawn, lambda output: {"brightness": (parts[output.sha256][0] + parts[output.sha256][1]) / 100}
    )
    found = equal_looks(drawn.votes, ratings, pictures, {}).arena()
    assert found.inseparable == ("brightness",)
    assert "brightness" not in {effect.feature for effect in found.effects}
    assert "Differs between models alone, and cannot be told from them: brightness." in list(found.sentences())


def test_a_picture_a_model_tells_nothing(drawn: Simulated, ratings: Ratings) -> None:
    table = drawn.votes.to_pyarrow()
    for side in ("left_output", "right_output"):
        column = pa.array([f"{int(sha256, 16) // WORLD.prompts:064x}" for sha256 in table[side].to_pylist()])
        table = table.set_column(table.column_names.index(side), side, column)
    report = equal_looks(ibis.memtable(table), ratings, drawn.pictures, {})
    assert "cannot be told from models" in report.missing[ARENA]


def test_intervals_about_these_prompts_are_narrower(drawn: Simulated) -> None:
    these = compute_ratings(drawn.votes, RatingSettings(prompts="these"))
    ours = equal_looks(drawn.votes, these, drawn.pictures, drawn.lengths).arena()
    assert ours.prompts == 0
    assert ours.to_dict()["votes"] == WORLD.votes
