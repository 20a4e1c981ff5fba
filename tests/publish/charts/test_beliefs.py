"""The figure that explains the score: curves as wide as sigma, the dot three sigma below mu."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest

from arena.publish.charts.beliefs import Belief, render_beliefs

SVG = "{http://www.w3.org/2000/svg}"


def test_the_score_is_three_sigma_below_mu_on_the_scale_of_the_drawing() -> None:
    beliefs = (Belief("A", 28.0, 0.8), Belief("B <few>", 30.0, 3.0))
    drawn = render_beliefs(beliefs, "mu & score", "what it shows")
    root = fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    mus = [float(line.attrib["x1"].rstrip("%")) for line in root.iter(f"{SVG}line") if line.attrib["class"] == "mu"]
    scores = [float(dot.attrib["cx"].rstrip("%")) for dot in root.iter(f"{SVG}circle")]
    assert (mus[1] - scores[1]) / (mus[0] - scores[0]) == pytest.approx(3.0 / 0.8, rel=0.01)
    assert mus[0] < mus[1] and scores[0] > scores[1], "B has the higher mu and the lower score"
    assert "B &lt;few&gt;: μ 30.0, σ 3.0, score 21.0" in drawn and "<title>mu &amp; score</title>" in drawn
    tops = [float(y) for y in re.findall(r"[ML]\S+ (\S+?)(?=L|Z)", drawn)]
    assert min(tops) == 0.0 and max(tops) <= 62.0
