"""Simulated outputs and votes: a demonstration that says so of itself, and a bench for statistical tests."""

from arena.simulate.removing import SimulatedContents, remove_simulated, simulated_contents
from arena.simulate.simulation import FIRST, LAST, Simulation, simulate
from arena.simulate.strengths import SimulatedArena
from arena.simulate.writing import write_simulation

__all__ = [
    "FIRST",
    "LAST",
    "SimulatedArena",
    "SimulatedContents",
    "Simulation",
    "remove_simulated",
    "simulate",
    "simulated_contents",
    "write_simulation",
]
