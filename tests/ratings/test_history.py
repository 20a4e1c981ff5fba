from datetime import date, timedelta

from arena.ratings import compute_ratings, rating_settings
from arena.records import Axis, Ratings
from tests.ratings.voting import Ballot, numbered, random_ballots, table


def rate(votes: list[Ballot], step: timedelta, **options: object) -> Ratings:
    return compute_ratings(table(votes, step), rating_settings(**options), history=True)


def test_the_last_week_is_the_board_of_today() -> None:
    votes = random_ballots(400, 6, seed=4)
    ratings = rate(votes, timedelta(hours=2))
    board = ratings.board(Axis("text-to-image"))
    assert board is not None
    last = max(point.week for point in ratings.history)
    today = {point.model: point for point in ratings.history if point.week == last}
    assert {model: (p.mu, p.sigma, p.score, p.votes) for model, p in today.items()} == {
        r.model: (r.mu, r.sigma, r.score, r.votes) for r in board.ratings
    }


def test_a_week_is_rated_from_the_votes_up_to_its_sunday() -> None:
    votes = random_ballots(400, 6, seed=4)
    ratings = rate(votes, timedelta(hours=2), draw_probability=0.1)
    weeks = sorted({point.week for point in ratings.history})
    assert weeks == [date(2026, 1, 11) + timedelta(weeks=number) for number in range(5)]
    first = rate([b for b in votes if b.number < 84], timedelta(hours=2), draw_probability=0.1)
    assert [p for p in ratings.history if p.week == weeks[0]] == [p for p in first.history if p.week == weeks[0]]
    assert {point.week for point in first.history} == {weeks[0]}


def test_a_week_ends_on_sunday_at_midnight_utc() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left")] * 8)
    ratings = rate(votes, timedelta(days=1), min_votes=1)
    assert [(p.week, p.votes) for p in ratings.history if p.model == "a/1"] == [
        (date(2026, 1, 11), 7),
        (date(2026, 1, 18), 8),
    ]


def test_weeks_without_votes_keep_the_rating_and_models_come_in_with_min_votes() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left")] * 3 + [Ballot("a/1", "a/3", "left")] * 3)
    ratings = rate(votes, timedelta(days=10), min_votes=2)
    weeks = {model: [p.week for p in ratings.history if p.model == model] for model in ("a/1", "a/2", "a/3")}
    assert len(weeks["a/1"]) == 7
    assert len(weeks["a/3"]) == 3
    points = [p for p in ratings.history if p.model == "a/2" and p.votes == 3]
    assert len({(p.mu, p.sigma) for p in points if p.week < date(2026, 2, 2)}) == 1
    assert list(ratings.history) == sorted(ratings.history, key=lambda p: (p.arena, p.model, p.week))


def test_both_bad_as_a_tie_reaches_history() -> None:
    votes = numbered([Ballot("a/1", "a/2", "both_bad")] * 3)
    assert rate(votes, timedelta(hours=1)).history == ()
    assert [p.votes for p in rate(votes, timedelta(hours=1), both_bad="tie").history] == [3, 3]
