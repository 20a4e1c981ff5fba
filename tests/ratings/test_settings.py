import math

import pytest

from arena.errors import RatingsError
from arena.rating_settings import Method
from arena.ratings import override, rating_settings


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sigma": -1.0}, "ratings: sigma: sigma is -1.0"),
        ({"sigma": 0.0}, "sigma is 0.0"),
        ({"sigma": math.nan}, "sigma is nan: must be a finite number"),
        ({"mu": math.inf}, "mu is inf: must be a finite number"),
        ({"beta": 0.0}, "beta is 0.0"),
        ({"beta": 1e200}, "beta is 1e+200"),
        ({"sigma": 1e-200}, "sigma is 1e-200"),
        ({"sigma": 1e300}, "sigma is 1e+300"),
        ({"mu": -1e308}, "mu is -1e+308"),
        ({"tau": 1e300, "method": "online"}, "tau is 1e+300"),
        ({"beta": math.inf}, "beta is inf"),
        ({"tau": -0.1, "method": "online"}, "tau is -0.1"),
        ({"tau": 0.1}, "tau must be 0 for the batch method"),
        ({"min_votes": 0}, "min votes is 0"),
        ({"min_votes": 2.5}, "min votes is 2.5"),
        ({"draw_probability": 1.0}, "draw probability is 1.0"),
        ({"draw_probability": -0.1}, "draw probability is -0.1"),
        ({"draw_probability": "often"}, "draw probability is 'often'"),
        ({"both_bad": "loss"}, "both bad is 'loss'"),
        ({"method": "elo"}, "method is 'elo'"),
        ({"gamma": 1.0}, "gamma is 1.0"),
    ],
)
def test_what_is_out_of_range_is_refused_in_one_line(options: dict[str, object], said: str) -> None:
    with pytest.raises(RatingsError) as caught:
        rating_settings(**options)
    (finding,) = caught.value.findings
    assert said in str(finding)
    assert finding.hint
    assert "\n" not in str(finding)
    assert "pydantic" not in str(finding)


def test_every_wrong_option_is_a_finding() -> None:
    with pytest.raises(RatingsError) as caught:
        rating_settings(sigma=-1.0, beta=0.0, min_votes=0)
    assert [finding.where for finding in caught.value.findings] == [
        "ratings: beta",
        "ratings: min_votes",
        "ratings: sigma",
    ]


def test_options_left_out_take_the_defaults_of_the_method() -> None:
    batch, online = rating_settings(method=None, tau=None), rating_settings(method="online")
    assert (batch.method, batch.tau, batch.draw_probability) == (Method.BATCH, 0.0, "fitted")
    assert (online.tau, online.draw_probability) == (25 / 300, 0.10)
    assert rating_settings(method="online", draw_probability="observed").draw_probability == "observed"


def test_options_override_settings_and_what_is_left_out_stays() -> None:
    project = rating_settings(sigma=5.0, min_votes=10)
    assert override(project) == project
    assert override(project, min_votes=4, mu=None) == rating_settings(sigma=5.0, min_votes=4)
    with pytest.raises(RatingsError, match=r"beta is 0\.0"):
        override(project, beta=0.0)


def test_another_method_brings_its_own_defaults() -> None:
    assert override(rating_settings(), method="online") == rating_settings(method="online")
