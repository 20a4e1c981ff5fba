"""Where a model stands: on each arena, by category and language."""

from __future__ import annotations

from arena.publish.pages.model.performance import performances, ranking_rows, standing_apart
from arena.records import Axis, Board, Origin
from tests.publish.editions import make_board, make_edition, make_model, make_rating

MODELS = {
    "acme/one": make_model("One", arenas=("draw", "edit")),
    "acme/two": make_model("Two"),
    "acme/new": make_model("New"),
}
BOARDS = [
    make_board(
        Axis("draw"),
        make_rating("acme/one", 1, 30),
        make_rating("acme/two", 2, 25),
        unranked=[make_rating("acme/new", 0, 1, votes=2)],
    ),
    make_board(Axis("draw", "logo"), make_rating("acme/two", 1, 24), make_rating("acme/one", 2, 22)),
    make_board(Axis("draw", "", "ar"), make_rating("acme/one", 1, 21)),
]
EDITION = make_edition(MODELS, BOARDS, origins=[Origin.SIMULATED])


def test_a_model_without_a_rank_is_told_why() -> None:
    drawn, edited = ranking_rows(EDITION, "acme/one")
    assert (drawn.rank, drawn.missing) == ("1 of 2", "")
    assert edited.missing == "Not ranked: no votes yet"
    few, other = ranking_rows(EDITION, "acme/new")
    assert few.missing == "Not ranked: 2 simulated votes, and a rank takes 3"
    assert other.missing == "Does not compete here"


def test_only_axes_with_enough_votes_are_shown_and_the_others_are_named() -> None:
    (part,) = performances(EDITION, "acme/one")
    assert [(group.label, [row.label for row in group.rows]) for group in part.groups] == [
        ("Category", ["Logos"]),
        ("Prompt language", ["Arabic"]),
    ]
    assert part.missing == ("Fewer than 3 simulated votes that count, so not shown: Photography and English prompts.")
    assert "from 20 simulated votes" in part.caption
    assert "overall score, 30.00" in part.caption
    assert part.summary.startswith("Placed best in Arabic prompts (no. 1 of 1), least well in Logos (no. 2 of 2).")


def test_only_ranks_whose_interval_lies_clear_of_the_overall_one_are_called_better_or_worse() -> None:
    others = [make_rating(f"acme/{at}", at, 20.0 - at) for at in range(2, 21)]
    own = make_rating("acme/one", 10, 10, ranks=(8, 12))

    def narrow(axis: Axis, low: int, high: int, size: int = 20) -> Board:
        return make_board(axis, *others[: size - 1], make_rating("acme/one", low, 9, ranks=(low, high)))

    boards = [
        make_board(Axis("draw"), *others, own),
        narrow(Axis("draw", "logo"), 1, 7),
        narrow(Axis("draw", "photo"), 7, 13),
        narrow(Axis("draw", "", "en"), 13, 20),
        narrow(Axis("draw", "", "ar"), 3, 8, size=10),
    ]
    edition = make_edition(MODELS, boards)
    ranked = [(board.axis, rating) for board in boards[1:] if (rating := board.get("acme/one"))]
    assert (
        standing_apart(edition, own, ranked)
        == "Clearly better in Logos and clearly worse in English prompts than overall."
    )
    assert "no category or language clearly apart" in standing_apart(edition, own, ranked[1:2])


def test_a_model_that_is_ranked_nowhere_has_no_breakdown() -> None:
    assert performances(EDITION, "acme/new") == ()
