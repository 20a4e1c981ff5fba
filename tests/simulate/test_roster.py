"""Who takes part."""

from __future__ import annotations

from datetime import date

from arena.simulate.roster import choose_roster
from tests.simulate.worlds import make_model


def test_all_take_part_where_there_is_room() -> None:
    models = {f"a/m{number}": make_model() for number in range(5)}
    assert choose_roster(models, 44) == models


def test_published_values_come_first_and_then_the_newest_of_each_maker() -> None:
    models = {f"old/p{number}": make_model(points=1000 + number) for number in range(4)}
    models |= {f"busy/n{number}": make_model(released=date(2026, 5, number + 1)) for number in range(5)}
    models["quiet/n"] = make_model(released=date(2026, 1, 1))
    models["dateless/n"] = make_model(released=None)
    chosen = choose_roster(models, 6)
    assert list(chosen) == sorted(chosen)
    assert set(chosen) == {"old/p0", "old/p1", "old/p2", "old/p3", "busy/n4", "busy/n3"}
    assert "quiet/n" in choose_roster(models, 7)


def test_empty_places_go_to_whoever_is_left() -> None:
    models = {f"one/m{number}": make_model(released=date(2026, 1, number + 1)) for number in range(6)}
    assert set(choose_roster(models, 4)) == {"one/m5", "one/m4", "one/m3", "one/m2"}


def test_order_of_the_catalogue_does_not_matter() -> None:
    models = {f"m{number % 3}/x{number}": make_model(released=date(2026, 1, 1)) for number in range(9)}
    assert choose_roster(models, 5) == choose_roster(dict(reversed(models.items())), 5)
