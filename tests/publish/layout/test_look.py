"""What every page looks like: the display face, the colours of makers and of fields, the icon."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from arena.publish.content.model_refs import model_ref, rank_certainty, weights_tags
from arena.records import Axis, RankStatus
from arena.template_folders import templates_folder
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

STATIC = templates_folder() / "static"
FACE = STATIC / "bricolage-grotesque.woff2"
HUES = [*(f"maker-{hue}" for hue in range(1, 8)), "maker-other"]
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
"""How red, green and blue light are seen without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1."""


def tokens(theme: int) -> dict[str, np.ndarray]:
    """The colours of tokens.css in linear light, for the light theme (0) or the dark one (1)."""
    sheet = (STATIC / "tokens.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", sheet)
    return {name: linear(pair[theme]) for name, *pair in found}


def linear(colour: str) -> np.ndarray:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    values = np.array([int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """WCAG's ratio of two colours."""
    low, high = sorted(float(np.dot(colour, (0.2126, 0.7152, 0.0722))) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """How different two colours look, in Oklab: 0.02 is just seen where they touch."""
    to_cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
    to_lab = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
    first, second = (to_lab @ np.cbrt(to_cones @ np.clip(colour, 0, 1)) for colour in (one, other))
    return float(np.linalg.norm(first - second))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_makers_and_fields_are_seen_on_every_ground_and_makers_are_told_apart(theme: int) -> None:
    colours = tokens(theme)
    for name in (*HUES, "field-line"):
        for ground in ("paper", "surface", "sunken"):
            assert contrast(colours[name], colours[ground]) >= 3, (name, ground)
    for one, other in combinations(HUES, 2):
        for seen in (np.eye(3), DEUTERANOPIA, PROTANOPIA):
            assert distance(seen @ colours[one], seen @ colours[other]) > 0.06, (one, other)


def test_the_display_face_is_small_ours_to_give_away_and_stays_on_the_site(site: Path) -> None:
    content = FACE.read_bytes()
    assert content[:4] == b"wOF2"
    assert struct.unpack(">I", content[8:12]) == (len(content),), "cut off"
    assert len(content) <= 40_000
    assert (site / "static" / FACE.name).read_bytes() == content
    assert "SIL OPEN FONT LICENSE" in (site / "static/bricolage-grotesque-licence.txt").read_text("utf-8").upper()
    sheet = (site / "static/site.css").read_text("utf-8")
    assert re.findall(r"url\(\"?([^)\"]+)", sheet) == [FACE.name]
    for page in (site / "index.html", site / "embed/text-to-image/board.html"):
        assert "font-src 'self'" in page.read_text("utf-8")


def test_browsers_find_an_icon_wherever_they_look(site: Path) -> None:
    icon = (site / "favicon.ico").read_bytes()
    assert struct.unpack("<HHH", icon[:6]) == (0, 1, 3), "three sizes"
    assert {icon[6 + 16 * at] for at in range(3)} == {16, 32, 48}
    for path in ("index.html", "models/acme/one.html", "embed/text-to-image/board.html"):
        page = site / path
        icons = re.findall(r'<link rel="icon" href="([^"]+)"', page.read_text("utf-8"))
        assert icons
        assert all((page.parent / each).is_file() for each in icons)


def test_the_makers_with_most_ranked_models_have_a_colour_and_all_others_share_one() -> None:
    names = [f"maker{maker}/model{model}" for maker in range(9) for model in range(2 if maker == 8 else 1)]
    models = {name: make_model(name) for name in (*names, "zeta/unranked")}
    board = make_board(Axis("draw"), *(make_rating(name, at, 30.0 - at) for at, name in enumerate(names, 1)))
    site = make_site_data(models, [board])
    assert site.hue_of("maker8/model0") == site.hue_of("maker8/model1") == "maker-1"
    assert [site.hue_of(f"maker{maker}/model0") for maker in range(6)] == [f"maker-{hue}" for hue in range(2, 8)]
    assert {site.hue_of(name) for name in ("maker6/model0", "maker7/model0", "zeta/unranked")} == {"maker-other"}
    assert model_ref(site, "maker8/model1").hue == "maker-1"


def test_a_licence_stands_apart_from_open_weights() -> None:
    models = [make_model("m", weights=weights) for weights in ({"open": True, "licence": "MIT"}, {"open": False})]
    open_weights, closed = (weights_tags(model) for model in models)
    assert (open_weights.weights, open_weights.licence) == ("Open weights", "MIT")
    assert (closed.weights, closed.licence) == ("Closed weights", "")


def test_a_wide_range_from_many_votes_is_not_blamed_on_few() -> None:
    rating = make_rating("a/m", 3, 20.0, ranks=(1, 9), votes=4_000)
    assert rank_certainty(rating) == "Rank uncertain"
    assert rank_certainty(replace(rating, votes=29)) == "Few votes"
    assert rank_certainty(replace(rating, status=RankStatus.ESTABLISHED)) == "Established"
