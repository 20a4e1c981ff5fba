"""Processes for tests to kill. They are forked from one that has imported what they need, so each starts at once."""

from __future__ import annotations

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
"""There is one server for all tests of a process, with what was named before the first of them started it."""
FORKS.set_forkserver_preload(["tests.forked"])
