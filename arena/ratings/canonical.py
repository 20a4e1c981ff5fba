"""An order of the models of one axis that depends on their records and never on their names.

Sums of floating-point numbers depend on their order. Models are therefore put in an order found by colour refinement
of the comparison graph (Weisfeiler and Leman), whose edges carry the counts: the colour of a model is a hash of its own
colour and of its neighbours' colours with the records against them, all in wrapping integers, which add up the same in
any order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arena.ratings.tally import AxisTally, Ints

Colours = npt.NDArray[np.uint64]


def canonical_order(tally: AxisTally) -> tuple[Ints, Ints]:
    """The models' order (M indexes) and each model's class (M): nothing tells the records of one class apart.

    Message passing gives the models of one class equal ratings. Where a class has several members the order is
    completed by singling out one after another, so that it is the same up to a symmetry of the graph.
    """
    edges = _edge_colours(tally)
    colours = _refine(tally, edges, np.zeros(len(tally.models), np.uint64))
    classes = np.unique(colours, return_inverse=True)[1].astype(np.int64)
    while True:
        distinct, sizes = np.unique(colours, return_counts=True)
        if len(distinct) == len(colours):
            return np.argsort(colours), classes
        shared = distinct[sizes > 1][0]
        member = np.flatnonzero(colours == shared)[:1]
        colours[member] = _mix(~colours[member])
        colours = _refine(tally, edges, colours)


def connected(size: int, first: Ints, second: Ints) -> Ints:
    """The connected component of each of ``size`` nodes, named by its lowest node, under these edges."""
    labels = np.arange(size)
    while True:
        lowest = labels.copy()
        np.minimum.at(lowest, first, labels[second])
        np.minimum.at(lowest, second, labels[first])
        lowest = lowest[lowest]
        if (lowest == labels).all():
            return labels
        labels = lowest


def _edge_colours(tally: AxisTally) -> tuple[Colours, Colours]:
    """A hash of each pair's rated counts as the first and as the second model sees them."""
    wins, losses, ties = (tally.counts[:, column].astype(np.uint64) for column in range(3))
    return _mix(_mix(_mix(wins) + losses) + ties), _mix(_mix(_mix(losses) + wins) + ties)


def _refine(tally: AxisTally, edges: tuple[Colours, Colours], colours: Colours) -> Colours:
    """Refine until no class is split any more."""
    classes = 0
    while True:
        heard = np.zeros_like(colours)
        np.add.at(heard, tally.first, _mix(colours[tally.second] ^ edges[0]))
        np.add.at(heard, tally.second, _mix(colours[tally.first] ^ edges[1]))
        colours = _mix(_mix(colours) + heard)
        found = len(np.unique(colours))
        if found in (classes, len(colours)):
            return colours
        classes = found


def _mix(values: Colours) -> Colours:
    """The finaliser of splitmix64: every bit of the input moves every bit of the output."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
