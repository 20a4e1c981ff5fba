"""The command line: thin shells that read, call one function, and print. Nothing else knows exit codes.

Exit code 0: done. 1: the input is wrong, one line for each finding. 2: the command was not understood. A command
imports what it needs when it runs, so that ``arena rate`` does not wait for the site's libraries.
"""

from arena.cli import (
    auditing,
    catalogue,
    collect,
    diagnosing,
    exporting,
    looking,
    messages,
    outputs,
    project,
    reasons,
    reviewing,
    verifying,
    votes,
    voting,
)
from arena.cli.group import main

__all__ = [
    "auditing",
    "catalogue",
    "collect",
    "diagnosing",
    "exporting",
    "looking",
    "main",
    "messages",
    "outputs",
    "project",
    "reasons",
    "reviewing",
    "verifying",
    "votes",
    "voting",
]
