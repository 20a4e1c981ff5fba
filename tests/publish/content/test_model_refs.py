"""Best value: nothing cheaper scores higher."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.model_facts import Status
from arena.publish.content.model_refs import best_value
from arena.records import Axis
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

offers = st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=12)


@given(offers)
def test_a_model_is_on_the_front_exactly_when_no_cheaper_one_scores_as_high(
    found: list[tuple[int, int | None]],
) -> None:
    ordered = sorted(found, key=lambda offer: -offer[0])
    ids = [f"acme/m{number}" for number in range(len(ordered))]
    board = make_board(
        Axis("draw"),
        *(make_rating(i, 1 + n, score) for n, (i, (score, _)) in enumerate(zip(ids, ordered, strict=True))),
    )
    prices = {i: str(price) for i, (_, price) in zip(ids, ordered, strict=True) if price is not None}
    site_data = make_site_data({i: make_model(i) for i in ids}, [board], prices=prices)
    front = best_value(site_data, board)
    amount = {i: Decimal(price) for i, price in prices.items()}
    for rating in board.ratings:
        if rating.model not in prices:
            assert rating not in front
            continue
        beaten = any(
            other.score >= rating.score
            and amount[other.model] <= amount[rating.model]
            and (other.score, -amount[other.model]) != (rating.score, -amount[rating.model])
            for other in board.ratings
            if other.model in prices
        )
        same = [r for r in front if (r.score, amount[r.model]) == (rating.score, amount[rating.model])]
        assert bool(same) is not beaten
    scores = [rating.score for rating in front]
    assert scores == sorted(set(scores), reverse=True)


def test_a_model_that_is_gone_or_going_is_no_ones_best_value() -> None:
    states = {"acme/here": Status.ACTIVE, "acme/going": Status.DEPRECATED, "acme/gone": Status.WITHDRAWN}
    board = make_board(Axis("draw"), *(make_rating(name, 3 - n, n) for n, name in enumerate(states)))
    models = {name: make_model(name, status=status) for name, status in states.items()}
    site_data = make_site_data(models, [board], prices=dict.fromkeys(states, "0.01"))
    assert [rating.model for rating in best_value(site_data, board)] == ["acme/here"]
