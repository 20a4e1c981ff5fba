"""The ratings of the log that ships with the project, to the last byte."""

from collections.abc import Callable

import pytest

from arena.catalogue import load_catalogue
from arena.exports.ratings import ratings_csv
from arena.ratings import compute_ratings
from arena.votes.log import open_log
from tests.conftest import ROOT

LOG = ROOT / "data" / "votes"


@pytest.mark.golden
def test_ratings_of_the_shipped_log(golden: Callable[[str, bytes], None]) -> None:
    if not (LOG / "manifest.json").exists():
        pytest.skip("no log ships with this checkout")
    log = open_log(LOG)
    ratings = compute_ratings(log.votes(), load_catalogue(ROOT / "data").project.ratings)
    golden("ratings.csv", ratings_csv(ratings).encode())
