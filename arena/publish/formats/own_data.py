"""What rankings by own weights are computed from in the browser: a script an arena, which works from a disk, too.

``models`` are in the order of the overall board. ``axes`` are the boards, the overall one first, each with the name of
its weight, its name in sentences, and its page; ``mu`` has a row for each of them, in thousandths of a point, and null
for a model that the board does not rank. ``roots`` has the lower root of each board's covariance: the ranked models row
by row, each row up to the diagonal, in thousandths of a point. ``mixing`` is the lower root of the correlation between
boards. ``arena.ratings.joint`` has the formulas, and computes the same in Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from arena.catalogue.model_facts import GONE
from arena.publish import paths
from arena.publish.content.measured import speed_of
from arena.publish.content.model_refs import model_ref, price_from
from arena.publish.content.own_ranking import POINTS, joint_of, weighed_arenas, weighed_axes, weight_name
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import axis_said, demo_said, label_said, votes_said
from arena.publish.page import Asset
from arena.ratings.joint import AxisPart
from arena.ratings.probabilities import expected_points
from arena.records import Axis

THOUSANDTHS = 1000


def own_assets(site: SiteData) -> Iterator[Asset]:
    """A script for each arena that can be weighed."""
    for arena in weighed_arenas(site):
        text = json.dumps(own_record(site, arena), ensure_ascii=False, separators=(",", ":"))
        yield Asset.of_text(paths.own_data_path(arena), f"arenaBoardsTogether({text});\n")


def own_record(site: SiteData, arena: str) -> dict[str, object]:
    """What the script of an arena hands over."""
    joint = joint_of(site, arena)
    shown = (Axis(arena), *weighed_axes(site, arena))
    at = [joint.axes.index(axis) for axis in shown]
    return {
        "arena": arena,
        "label": label_said(site, arena),
        "demo": demo_said(site, arena),
        "basis": votes_said(site, site.boards[Axis(arena)].votes, arena),
        "won": won_shares(site, arena),
        "axes": [axis_row(site, axis) for axis in shown],
        "models": [model_row(site, model_id) for model_id in joint.models],
        "mu": [_mu(joint.parts[place]) for place in at],
        "roots": [_root(joint.parts[place]) for place in at],
        "mixing": joint.mixing[at].tolist(),
    }


def axis_row(site: SiteData, axis: Axis) -> list[str]:
    """The name of its weight (empty for all votes), what sentences call it, and its page."""
    if axis == Axis(axis.arena):
        return ["", site.interface.gettext("all votes"), paths.board_path(axis)]
    return [weight_name(site, axis), axis_said(site, axis), paths.board_path(axis)]


def model_row(site: SiteData, model_id: str) -> list[object]:
    """Name, page, colour, maker, price as number and text, seconds and speed in words, whether it is shut down."""
    ref, price, speed = model_ref(site, model_id), site.prices.get(model_id), speed_of(site, model_id)
    return [
        ref.name,
        ref.path,
        ref.hue,
        ref.maker,
        float(price.amount) if price else None,
        price_from(site, model_id),
        speed.seconds if speed else None,
        speed.words if speed else "",
        int(site.model(model_id).status in GONE),
    ]


def won_shares(site: SiteData, arena: str) -> list[int]:
    """The percentage of battles that a model wins, ties counted as halves, that is so many POINTS stronger."""
    beta = site.ratings.settings.beta
    ties = dict(site.ratings.ties).get(arena)
    margin = ties.margin(beta) if ties else 0.0
    return [round(100 * expected_points(points, 0.0, beta, margin)) for points in POINTS]


def _mu(part: AxisPart) -> list[int | None]:
    return [None if np.isnan(mu) else round(mu * THOUSANDTHS) for mu in part.mu.tolist()]


def _root(part: AxisPart) -> list[int]:
    ranked = np.flatnonzero(np.isfinite(part.mu))
    rows, columns = np.tril_indices(len(ranked))
    values = np.rint(part.root[np.ix_(ranked, ranked)][rows, columns] * THOUSANDTHS)
    return [int(value) for value in values.tolist()]
