import csv
import io

import ibis

from arena.exports.ratings import RATINGS_COLUMNS, count_rows, ratings_csv
from arena.ratings import compute_ratings, rating_settings
from tests.ratings.voting import random_ballots, table

COLUMNS = (
    "arena,axis,category,language,model,rank,rank_low,rank_high,score,score_low,score_high,"
    "mu,sigma,votes,wins,losses,ties,both_bad,win_rate,method,origin,error,tier,status,comparable"
)


def test_ratings_csv_is_as_designed() -> None:
    ratings = compute_ratings(table(random_ballots(600, 6, seed=2)), rating_settings())
    text = ratings_csv(ratings)
    assert text.splitlines()[0] == COLUMNS == ",".join(RATINGS_COLUMNS)
    assert "\r" not in text
    assert "-0.000000" not in text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == count_rows(ratings)
    assert {row["axis"] for row in rows} == {"overall", "category", "language", "category+language"}
    for row in rows:
        assert int(row["votes"]) == int(row["wins"]) + int(row["losses"]) + int(row["ties"]) >= 3
        assert all(len(row[name].split(".")[1]) == 6 for name in ("score", "mu", "sigma", "win_rate", "score_low"))
        assert float(row["score_low"]) < float(row["score"]) < float(row["score_high"])
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert (row["method"], row["origin"], row["comparable"]) == ("batch", "human", "true")
        assert abs(float(row["score_high"]) - float(row["score"]) - 1.959964 * float(row["error"])) < 2e-5
        assert row["status"] in {"provisional", "established"} and int(row["tier"]) >= 1
    key = [(r["arena"], r["axis"], r["category"], r["language"], int(r["rank"]), r["model"]) for r in rows]
    assert key == sorted(key)


def rows_with_origins(origin: ibis.Value) -> list[dict[str, str]]:
    votes = table(random_ballots(200, 3, seed=2)).mutate(origin=origin)
    ratings = compute_ratings(votes, rating_settings(method="online"))
    return list(csv.DictReader(io.StringIO(ratings_csv(ratings))))


def test_simulated_votes_are_called_so_in_every_row() -> None:
    rows = rows_with_origins(ibis.literal("simulated"))
    assert {(row["method"], row["origin"]) for row in rows} == {("online", "simulated")}


def test_each_board_says_where_its_own_votes_come_from() -> None:
    """All boards of an arena are rated from votes of one origin, and simulated votes give way to those of people."""
    rows = rows_with_origins(ibis.ifelse(ibis._.language == "en", "simulated", "human"))
    assert {(row["language"], row["origin"]) for row in rows} == {("", "human"), ("zh", "human")}
