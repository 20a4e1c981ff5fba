"""Simulated outputs and votes: a demonstration that says so of itself, and a bench for statistical tests."""

from arena.simulate.simulation import FIRST, LAST, Simulation, simulate
from arena.simulate.strengths import SimulatedArena
from arena.simulate.writing import write_simulation

__all__ = ["FIRST", "LAST", "Progress", "SimulatedArena", "Simulation", "simulate", "write_simulation"]
