from dataclasses import replace
from random import Random
from typing import Any

import ibis
import numpy as np
import pytest
import trueskill
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.exports.ratings import ratings_csv
from arena.rating_settings import Method, RatingSettings
from arena.ratings import compute, compute_ratings, rating_settings, solver
from arena.ratings.results import Ratings
from arena.ratings.solver import Sites, Solution, axis_sites, solve
from arena.ratings.tally import AxisTally
from arena.ratings.ties import TieLevels
from arena.records import Axis, Intervals, LeftOutVotes, Origin
from tests.ratings.voting import Ballot, ballots, numbered, random_ballots, table, together

QUICK = settings(max_examples=8)
ONLINE_VOTES = 5000
BATCH = rating_settings(min_votes=1)
OVERALL = Axis("text-to-image")


def rate(votes: list[Ballot], **options: object) -> Ratings:
    return compute_ratings(table(votes), rating_settings(**{"min_votes": 1, **options}))


def csv(votes: list[Ballot], **options: object) -> str:
    return ratings_csv(rate(votes, **options))


@pytest.fixture(scope="module")
def many() -> list[Ballot]:
    return random_ballots(3000, 12, seed=3)


@pytest.mark.no_cover
def test_online_agrees_with_the_trueskill_package_over_5000_votes() -> None:
    rng = np.random.default_rng(7)
    votes = []
    for number in range(ONLINE_VOTES):
        left, right = rng.choice(30, 2, replace=False)
        outcome = str(rng.choice(["left", "right", "tie", "both_bad"], p=[0.4, 0.3, 0.2, 0.1]))
        votes.append(Ballot(f"m{left:02d}", f"m{right:02d}", outcome, number=number))
    env = trueskill.TrueSkill()
    expected = {f"m{model:02d}": env.create_rating() for model in range(30)}
    for vote in votes:
        if vote.outcome == "both_bad":
            continue
        sides = (vote.right, vote.left) if vote.outcome == "right" else (vote.left, vote.right)
        rated = trueskill.rate_1vs1(*(expected[side] for side in sides), drawn=vote.outcome == "tie", env=env)
        expected.update(zip(sides, rated, strict=True))
    board = rate(votes, method="online").get(OVERALL)
    assert board is not None
    assert len(board.ratings) == 30
    for rating in board.ratings:
        mu, sigma = expected[rating.model].mu, expected[rating.model].sigma
        assert [rating.mu, rating.sigma] == pytest.approx([mu, sigma], abs=1e-6)


def test_online_rates_every_axis_and_minds_time_not_file_order(many: list[Ballot]) -> None:
    assert csv(many, method="online") == csv(many[::-1], method="online")
    later_first = [replace(ballot, number=len(many) - ballot.number) for ballot in many]
    assert csv(many, method="online") != csv(later_first, method="online")
    axes = [board.axis for board in rate(many, method="online").boards]
    assert axes == [board.axis for board in rate(many).boards]
    assert len(axes) == 9


def test_an_axis_is_rated_as_if_its_votes_were_alone(many: list[Ballot]) -> None:
    for method in ("batch", "online"):
        part = [ballot for ballot in many if ballot.category == "poster" and ballot.language == "zh"]
        whole = rate(many, method=method, draw_probability=0.1).get(Axis("text-to-image", "poster", "zh"))
        alone = rate(part, method=method, draw_probability=0.1).get(OVERALL)
        assert whole is not None
        assert alone is not None
        assert [(r.model, r.mu, r.sigma) for r in whole.ratings] == [(r.model, r.mu, r.sigma) for r in alone.ratings]


def test_shuffling_changes_no_byte(many: list[Ballot]) -> None:
    shuffled = [many[index] for index in np.random.default_rng(1).permutation(len(many))]
    assert csv(many) == csv(shuffled)


def test_swapping_sides_changes_no_byte(many: list[Ballot]) -> None:
    assert csv(many) == csv([ballot.mirrored for ballot in many])


@pytest.mark.parametrize("seed", range(3))
def test_renaming_back_changes_no_byte(many: list[Ballot], seed: int) -> None:
    models = sorted({ballot.left for ballot in many})
    names = dict(zip(models, np.random.default_rng(seed).permutation(models).tolist(), strict=True))
    renamed = [replace(ballot, left=names[ballot.left], right=names[ballot.right]) for ballot in many]
    back = {new: old for old, new in names.items()}
    header, *rows = csv(renamed).splitlines()
    restored = [row.split(",") for row in rows]
    for row in restored:
        row[4] = back[row[4]]
    restored.sort(key=lambda row: (*row[:4], int(row[5]), row[4]))
    assert [header, *(",".join(row) for row in restored)] == csv(many).splitlines()


@QUICK
@given(ballots(), st.randoms())
def test_small_boards_do_not_depend_on_order_sides_or_names(votes: list[Ballot], random: Random) -> None:
    expected = csv(votes)
    shuffled = [ballot.mirrored for ballot in votes]
    random.shuffle(shuffled)
    assert csv(shuffled) == expected


@QUICK
@given(ballots(outcomes=("tie",)))
def test_a_board_of_ties_alone_has_one_rank_for_equal_records(votes: list[Ballot]) -> None:
    for board in rate(votes).boards:
        for rating in board.ratings:
            assert rating.win_rate == 0.5
            assert np.isfinite([rating.mu, rating.sigma, rating.score_low, rating.score_high]).all()


def test_one_vote_is_a_board_of_two() -> None:
    board = rate([Ballot("a/1", "a/2", "right")]).get(OVERALL)
    assert board is not None
    assert [(r.model, r.rank, r.votes, r.wins, r.losses, r.win_rate) for r in board.ratings] == [
        ("a/2", 1, 1, 1, 0, 1.0),
        ("a/1", 2, 1, 0, 1, 0.0),
    ]


def test_no_votes_are_no_boards() -> None:
    ratings = compute_ratings(table([]), rating_settings(), history=True)
    assert not any((ratings.boards, ratings.pairs, ratings.history, ratings.draw_probability))
    assert ratings_csv(ratings).count("\n") == 1
    assert rate([], method="online").boards == ()


def test_equal_records_share_a_rank_and_the_next_is_counted_on() -> None:
    votes = [Ballot("a/1", "a/3", "left"), Ballot("a/2", "a/3", "left")]
    board = rate(votes).get(OVERALL)
    assert board is not None
    assert [(r.model, r.rank) for r in board.ratings] == [("a/1", 1), ("a/2", 1), ("a/3", 3)]


def test_min_votes_keeps_models_off_the_board_and_in_sight() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left")] * 3 + [Ballot("a/1", "a/3", "both_bad")])
    board = rate(votes, min_votes=3).get(OVERALL)
    assert board is not None
    assert [rating.model for rating in board.ratings] == ["a/1", "a/2"]
    assert [(r.model, r.rank, r.votes, r.both_bad) for r in board.unranked] == [("a/3", 0, 0, 1)]
    assert (board.votes, board.both_bad) == (3, 1)


def test_both_bad_counts_as_a_tie_only_when_asked() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left"), Ballot("a/1", "a/2", "both_bad")])
    ignored, tied = rate(votes), rate(votes, both_bad="tie")
    for ratings, record in ((ignored, (1, 0, 0, 1)), (tied, (1, 0, 1, 0))):
        board = ratings.get(OVERALL)
        assert board is not None
        first = board.ratings[0]
        assert (first.wins, first.losses, first.ties, first.both_bad) == record
    for asked, draw in (("ignore", 0.0), ("tie", 0.5)):
        assert rate(votes, both_bad=asked, draw_probability="observed").draw_probability == (("text-to-image", draw),)
    assert ignored.draw_probability < tied.draw_probability
    assert rate(votes, both_bad="tie", method="online").boards != rate(votes, method="online").boards


def test_the_draw_probability_is_found_from_the_whole_arena_or_as_set(many: list[Ballot]) -> None:
    rated = [ballot for ballot in many if ballot.outcome != "both_bad"]
    observed = sum(ballot.outcome == "tie" for ballot in rated) / len(rated)
    seen, set_by_hand = rate(many, draw_probability="observed"), rate(many, draw_probability=0.3)
    assert seen.draw_probability == (("text-to-image", observed),)
    assert set_by_hand.draw_probability == (("text-to-image", 0.3),)
    fitted = rate(many)
    assert [dict(ratings.ties)["text-to-image"].found for ratings in (fitted, seen, set_by_hand)] == [
        "fitted",
        "observed",
        "set",
    ]
    ((_, ties),) = fitted.ties
    assert fitted.draw_probability == (("text-to-image", ties.draw_probability),)
    assert observed < ties.draw_probability < 2 * observed
    assert rate(many, draw_probability=ties.draw_probability).boards == fitted.boards, "the number gives it all again"


def test_online_ratings_take_the_fitted_margin_where_asked(many: list[Ballot]) -> None:
    batch, online = rate(many), rate(many, method="online", draw_probability="fitted")
    assert online.draw_probability == batch.draw_probability
    assert rate(many, method="online").draw_probability == (("text-to-image", 0.10),)
    assert dict(online.ties)["text-to-image"].levels.slope == 0.0 != dict(batch.ties)["text-to-image"].levels.slope


def test_forecasts_of_ties_know_that_weak_models_tie_more(many: list[Ballot]) -> None:
    ratings = rate(many)
    ties, strengths = dict(ratings.ties)["text-to-image"], ratings.strengths[OVERALL]
    first, second = strengths.models[:2]
    compared = strengths.compare(first, second)
    win, tie, loss = strengths.chances(first, second)
    assert win + tie / 2 == pytest.approx(compared.pair.win_probability)
    assert compared.p_tie == tie
    assert win + tie + loss == pytest.approx(1.0)
    plain = replace(strengths, ties=replace(ties, levels=TieLevels()))
    assert plain.chances(first, second)[1] != tie
    assert plain.pair(first, second) == compared.pair


def test_a_prior_as_wide_as_can_be_leaves_ranks_and_errors(many: list[Ballot]) -> None:
    wide, usual = (rate(many, sigma=sigma).board().ratings for sigma in (1e6, 100.0))
    assert {rating.model: (rating.rank_low, rating.rank_high) for rating in wide} == {
        rating.model: (rating.rank_low, rating.rank_high) for rating in usual
    }
    assert sorted(rating.error for rating in wide) == pytest.approx(sorted(rating.error for rating in usual), rel=0.01)


def test_ratings_say_what_their_intervals_take_account_of(many: list[Ballot]) -> None:
    votes = table(many)
    assert compute_ratings(votes, BATCH).intervals is Intervals.BY_VOTER
    prompts = votes.mutate(prompt=votes.battle.right(1))
    assert compute_ratings(prompts, BATCH).intervals is Intervals.BY_VOTER_AND_PROMPT
    assert compute_ratings(votes, BATCH, intervals=False).intervals is Intervals.MODEL
    assert rate(many, method="online").intervals is Intervals.MODEL
    assert rate([]).intervals is Intervals.NONE
    for board in compute_ratings(votes, BATCH, intervals=False).boards:
        assert all(rating.error == rating.sigma for rating in board.ratings)


def test_an_arena_is_rated_from_votes_of_one_origin(many: list[Ballot]) -> None:
    """Human votes before derived ones unless the settings say otherwise; simulated ones where there are no others."""
    human, other = table(many), table(random_ballots(90, 4, seed=8))
    derived, simulated = (other.mutate(origin=ibis.literal(origin)) for origin in ("derived", "simulated"))
    human = human.mutate(origin=ibis.literal("human"))
    alone = {name: compute_ratings(votes, BATCH) for name, votes in (("human", human), ("derived", derived))}
    alone["simulated"] = compute_ratings(simulated, BATCH)
    assert [ratings.simulated for ratings in alone.values()] == [False, False, True]
    assert {board.origin for board in alone["derived"].boards} == {Origin.DERIVED}

    three = together(human, derived, simulated)
    mixed = compute_ratings(three, BATCH)
    assert mixed.boards == alone["human"].boards
    assert mixed.left_out == (
        LeftOutVotes("text-to-image", Origin.DERIVED, 90),
        LeftOutVotes("text-to-image", Origin.SIMULATED, 90),
    )
    assert mixed.origin_of("text-to-image") is Origin.HUMAN and mixed.origin_of("image-editing") is None
    chosen = compute_ratings(three, BATCH.model_copy(update={"origins": Origin.DERIVED}))
    assert chosen.boards == alone["derived"].boards
    assert compute_ratings(together(derived, simulated), BATCH).boards == alone["derived"].boards
    assert compute_ratings(simulated, BATCH).left_out == ()


def test_each_arena_is_rated_from_its_own_origin(many: list[Ballot]) -> None:
    made_up = table(many).mutate(origin=ibis.literal("simulated"))
    elsewhere = table(many).mutate(origin=ibis.literal("human"), arena=ibis.literal("video"))
    ratings = compute_ratings(together(made_up, elsewhere), BATCH)
    assert ratings.origins == (("text-to-image", Origin.SIMULATED), ("video", Origin.HUMAN))
    assert ratings.left_out == () and ratings.simulated


@pytest.mark.parametrize("method", [Method.BATCH, Method.ONLINE])
def test_simulated_votes_change_no_number_beside_others(many: list[Ballot], method: Method) -> None:
    settings = rating_settings(method=method)
    human = table(many).mutate(origin=ibis.literal("human"))
    made_up = table(random_ballots(300, 12, seed=11)).mutate(origin=ibis.literal("simulated"))
    plain = compute_ratings(human, settings, history=True)
    walled = compute_ratings(together(human, made_up), settings, history=True)
    assert (walled.boards, walled.history) == (plain.boards, plain.history)
    assert [(axis, dict(pairs.with_votes)) for axis, pairs in walled.pairs] == [
        (axis, dict(pairs.with_votes)) for axis, pairs in plain.pairs
    ]
    assert [entry.votes for entry in walled.left_out] == [300]


def test_several_threads_give_the_same_numbers(many: list[Ballot]) -> None:
    one, three = (compute_ratings(table(many), BATCH, history=True, threads=threads) for threads in (1, 3))
    assert three == one


@pytest.mark.parametrize("intervals", [True, False])
def test_axes_with_the_same_votes_are_rated_once(
    monkeypatch: pytest.MonkeyPatch, many: list[Ballot], intervals: bool
) -> None:
    photos = table([replace(ballot, category="photo", language="en") for ballot in many[:600]])
    solved: list[Axis] = []
    ordered: list[Axis] = []

    def noting(axis: AxisTally, settings: RatingSettings, draw_probability: float, **known: Any) -> Solution:
        solved.append(axis.axis)
        return solve(axis, settings, draw_probability, **known)

    def ordering(axis: AxisTally) -> Sites:
        ordered.append(axis.axis)
        return axis_sites(axis)

    monkeypatch.setattr(compute, "solve", noting)
    monkeypatch.setattr(compute, "axis_sites", ordering)
    monkeypatch.setattr(solver, "axis_sites", ordering)
    together = compute_ratings(photos, BATCH, intervals=intervals)
    assert solved == ordered == [OVERALL]
    monkeypatch.setattr(compute, "same_counts", lambda axes: [[axis] for axis in axes])
    monkeypatch.setattr(compute, "same_votes", lambda axes, *_: [[axis] for axis in axes])
    assert compute_ratings(photos, BATCH, intervals=intervals) == together
    assert len(solved) == 1 + 4
    assert len({board.axis for board in together.boards}) == 4


def test_the_same_counts_by_other_voters_have_intervals_of_their_own(many: list[Ballot]) -> None:
    few = [replace(ballot, category="photo", voter=f"v{number % 4}") for number, ballot in enumerate(many[:400])]
    each = [replace(ballot, category="poster", voter=f"w{number}") for number, ballot in enumerate(many[:400])]
    ratings = rate(numbered(few + each))
    photo, poster = (ratings.get(Axis("text-to-image", category)) for category in ("photo", "poster"))
    assert photo is not None
    assert poster is not None
    assert [(r.model, r.mu) for r in photo.ratings] == [(r.model, r.mu) for r in poster.ratings]
    assert sum(rating.error for rating in photo.ratings) > 1.1 * sum(rating.error for rating in poster.ratings)


def test_arenas_stand_apart() -> None:
    here = random_ballots(200, 5, seed=1)
    there = [replace(b, arena="image-editing", number=b.number + 1000) for b in random_ballots(300, 5, seed=2)]
    both = rate(here + there)
    assert both.boards == (*rate(there).boards, *rate(here).boards)


def test_pairs_know_their_record_and_mirror_their_chances(many: list[Ballot]) -> None:
    ((axis, pairs),) = rate(many).pairs
    assert axis == OVERALL
    assert len(list(pairs)) == 12 * 11 // 2
    pair = next(iter(pairs))
    met = [b for b in many if {b.left, b.right} == {pair.first, pair.second}]
    wins = sum(b.outcome == ("left" if b.left == pair.first else "right") for b in met)
    assert (pair.wins, pair.wins + pair.losses + pair.ties + pair.both_bad) == (wins, len(met))
    board = rate(many).get(OVERALL)
    assert board is not None
    mu = {rating.model: rating.mu for rating in board.ratings}
    for pair in pairs:
        assert (pair.win_probability - 0.5) * (mu[pair.first] - mu[pair.second]) >= 0
        assert 0 < pair.win_probability < 1


def test_without_intervals_errors_are_sigma_and_ratings_are_the_same(many: list[Ballot]) -> None:
    plain = compute_ratings(table(many), BATCH, intervals=False)
    full = compute_ratings(table(many), BATCH)
    for board, careful in zip(plain.boards, full.boards, strict=True):
        assert [(r.model, r.rank, r.mu) for r in board.ratings] == [(r.model, r.rank, r.mu) for r in careful.ratings]
        assert all(r.error == r.sigma for r in board.ratings)
        assert board.fragility is None
    assert [r.error for r in plain.boards[-1].ratings] != [r.error for r in full.boards[-1].ratings]


def test_online_ratings_have_batch_history(many: list[Ballot]) -> None:
    online = compute_ratings(table(many), rating_settings(method="online"), history=True)
    batch = compute_ratings(table(many), rating_settings(draw_probability=0.10), history=True)
    assert online.history == batch.history
