"""What people ask of ratings: boards by name, covariances, comparisons, chances, other packages, other tables."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import trueskill

from arena.errors import RatingsError
from arena.ratings import compute_ratings, rating_settings
from arena.ratings.results import Ratings
from arena.records import Axis
from tests.ratings.voting import random_ballots, table

ARENA = "text-to-image"
BOARDS = [{}, {"category": "photo"}, {"language": "en"}, {"category": "photo", "language": "en"}]


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    votes = table(random_ballots(900, models=6, seed=3))
    return compute_ratings(votes, rating_settings(), history=True, covariances=True)


@pytest.mark.parametrize("narrowed", BOARDS, ids=lambda narrowed: "+".join(narrowed) or "overall")
def test_every_board_has_its_covariance_and_comparisons(ratings: Ratings, narrowed: dict[str, str]) -> None:
    board = ratings.board(ARENA, **narrowed)
    assert board is ratings.get(Axis(ARENA, **narrowed))
    assert board == ratings.board(**narrowed), "there is one arena only, so it need not be named"
    models, covariance = ratings.covariance(ARENA, **narrowed)
    errors = {rating.model: rating.error for rating in (*board.ratings, *board.unranked)}
    assert list(models) == sorted(errors)
    assert np.sqrt(np.diag(covariance)).tolist() == pytest.approx([errors[model] for model in models])
    assert np.array_equal(covariance, covariance.T)

    first, last = board.ratings[0], board.ratings[-1]
    compared = ratings.compare(first.model, last.model, ARENA, **narrowed)
    a, b = models.index(first.model), models.index(last.model)
    assert compared.difference == first.mu - last.mu
    assert compared.error == pytest.approx(math.sqrt(covariance[a, a] + covariance[b, b] - 2 * covariance[a, b]))
    assert compared.low < compared.difference < compared.high
    assert 0.5 < compared.p_stronger <= 1
    backwards = ratings.compare(last.model, first.model, ARENA, **narrowed)
    assert backwards.p_stronger == pytest.approx(1 - compared.p_stronger)
    assert backwards.pair == compared.pair.mirrored
    assert ratings.win_probability(first.model, last.model, ARENA, **narrowed) == compared.pair.win_probability


def test_the_forecast_is_that_of_the_published_pairs(ratings: Ratings) -> None:
    (_, pairs), *_ = ratings.pairs
    assert ratings.pairs_of(ARENA) == pairs
    narrow = ratings.pairs_of(ARENA, category="photo", language="en")
    board = ratings.get(Axis(ARENA, "photo", "en"))
    assert board and board.votes == sum(pair.wins + pair.losses + pair.ties for pair in narrow)
    for pair in pairs:
        assert ratings.win_probability(pair.first, pair.second, ARENA) == pair.win_probability
        assert ratings.compare(pair.second, pair.first, ARENA).pair == pair.mirrored


def test_the_chances_of_a_model_against_many_are_those_of_its_pairs(ratings: Ratings) -> None:
    (_, pairs), *_ = ratings.pairs
    asked = [*reversed(pairs.models), "acme/unknown"]
    for model in pairs.models:
        found = pairs.chances(model, asked)
        told = [pairs.between(model, other) for other in asked]
        assert [chance is None for chance in found] == [pair is None for pair in told]
        known = [(pair.win_probability, pair.low, pair.high) for pair in told if pair]
        assert np.array([chance for chance in found if chance]) == pytest.approx(np.array(known), abs=1e-15)
    assert pairs.chances("acme/unknown", asked) == [None] * len(asked)


def test_chances_to_be_best_add_up_and_follow_the_covariance(ratings: Ratings) -> None:
    chances = ratings.p_best(ARENA)
    board = ratings.board(ARENA)
    assert list(chances) == [rating.model for rating in board.ratings]
    assert sum(chances.values()) == pytest.approx(1)
    assert max(chances, key=chances.__getitem__) == max(board.ratings, key=lambda rating: rating.mu).model
    models, covariance = ratings.covariance(ARENA)
    mu = [rating.mu for model in models if (rating := board.get(model))]
    drawn = np.random.default_rng(1).multivariate_normal(mu, covariance, 20_000).argmax(axis=1)
    for index, model in enumerate(models):
        assert chances[model] == pytest.approx((drawn == index).mean(), abs=0.025)


def test_between_two_models_the_chance_to_be_best_is_that_of_being_stronger(ratings: Ratings) -> None:
    first, second, *_ = (rating.model for rating in ratings.board(ARENA).ratings)
    alone = ratings.strengths[Axis(ARENA)].p_best([first, second])
    assert alone[first] == pytest.approx(ratings.compare(first, second).p_stronger, abs=0.02)


def test_trueskill_goes_on_from_our_ratings(ratings: Ratings) -> None:
    environment, board = ratings.environment(ARENA), ratings.board(ARENA)
    assert environment.draw_probability == dict(ratings.draw_probability)[ARENA]
    first, second = board.ratings[:2]
    assert environment.expose(board.rating(first.model)) == pytest.approx(first.score)
    better, worse = trueskill.rate_1vs1(board.rating(first.model), board.rating(second.model), env=environment)
    assert better.mu > first.mu
    assert worse.mu < second.mu
    assert better.sigma < first.sigma
    assert 0 < trueskill.quality_1vs1(better, worse, env=environment) <= 1


def test_settings_are_an_environment_too(ratings: Ratings) -> None:
    environment, board = ratings.settings.environment(), ratings.board(ARENA)
    first, second = (board.rating(rating.model) for rating in board.ratings[:2])
    assert environment.expose(first) == pytest.approx(board.ratings[0].score)
    assert 0 < trueskill.quality_1vs1(first, second, env=environment) <= 1
    assert environment.create_rating() == trueskill.Rating(25, 25 / 3)
    with pytest.raises(RatingsError, match=r"found from the votes.*ratings\.environment"):
        trueskill.rate_1vs1(first, second, env=environment)
    online = rating_settings(method="online", sigma=2.0).environment()
    assert (online.sigma, online.tau, online.draw_probability) == (2.0, 25 / 300, 0.10)
    assert ratings.settings.environment(0.2).draw_probability == 0.2


def test_a_board_is_a_table_to_every_library(ratings: Ratings) -> None:
    board = ratings.board(ARENA, category="photo")
    frame = board.to_pandas()
    assert frame["model"].tolist() == [rating.model for rating in board.ratings]
    assert frame["rank"].dtype == np.int64
    assert frame["error"].tolist() == [rating.error for rating in board.ratings]
    assert set(frame["category"]) == {"photo"}
    assert pl.DataFrame(board).to_dicts() == pa.table(board).to_pylist() == frame.to_dict("records")
    assert duckdb.execute("select max(score) from board").fetchall() == [(board.ratings[0].score,)]
    whole = ratings.to_pandas()
    assert len(whole) == sum(len(board.ratings) for board in ratings.boards)
    assert list(whole.columns) == list(frame.columns)


def test_pairs_and_history_are_tables(ratings: Ratings) -> None:
    (_, pairs), *_ = ratings.pairs
    assert pl.DataFrame(pairs)["win_probability"].to_list() == [pair.win_probability for pair in pairs]
    history = ratings.history_table().to_pandas()
    assert history["mu"].tolist() == [point.mu for point in ratings.history]
    assert pd.isna(history["drift"].iloc[0])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"category": "photos"}, 'did you mean "photo"'),
        ({"language": "xx"}, "language: known: en, zh"),
        ({"arena": "text-to-imagee"}, 'arena: did you mean "text-to-image"'),
    ],
)
def test_a_board_that_is_not_there_names_those_that_are(ratings: Ratings, asked: dict[str, str], said: str) -> None:
    with pytest.raises(RatingsError, match=said):
        ratings.board(**asked)


def test_what_cannot_be_answered_is_an_error(ratings: Ratings) -> None:
    first = ratings.board().ratings[0].model
    with pytest.raises(RatingsError, match="with itself"):
        ratings.compare(first, first)
    with pytest.raises(RatingsError, match=f'did you mean "{first}"'):
        ratings.win_probability(f"{first}x", first)
    with pytest.raises(RatingsError, match="no votes on a model"):
        ratings.board().rating("nobody/nothing")
    with pytest.raises(RatingsError, match="no votes in this arena"):
        ratings.environment("music")
    narrow = compute_ratings(table(random_ballots(60, models=4, seed=3)), rating_settings())
    assert narrow.p_best()
    with pytest.raises(RatingsError, match="not kept"):
        narrow.p_best(category="photo")
    nothing = compute_ratings(table([]), rating_settings())
    assert nothing.to_pandas().empty
    with pytest.raises(RatingsError, match="there are no votes"):
        nothing.board()
