"""How reveals, progress and boards read, for the API and for pages alike. Pure functions of their arguments."""

from __future__ import annotations

from arena.records import Outcome
from arena.voting.reveal import Maker, Others

NOTICE = (
    "These were drawn by a program, not by the models whose names they carry. Votes on them are kept as simulated and "
    "never rate the real models."
)
REASON_NAMES = {
    "prompt": "Follows the prompt",
    "text": "Lettering",
    "anatomy": "Anatomy",
    "style": "Style",
    "artefacts": "Fewer artefacts",
}


def verdict(outcome: Outcome, left: Maker, right: Maker) -> str:
    """What the voter said, by name."""
    if outcome is Outcome.TIE:
        return f"You called {left.name} and {right.name} equally good."
    if outcome is Outcome.BOTH_BAD:
        return "You called both bad."
    return f"You chose {left.name if outcome is Outcome.LEFT else right.name}."


def count(number: int, noun: str) -> str:
    """1 vote, 2 votes, 1,234 votes."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def standing(maker: Maker, *, simulated_log: bool) -> str:
    """Where a model stands on the public board."""
    if maker.score is None:
        return "Not ranked yet"
    made_up = "simulated " if simulated_log else ""
    return f"#{maker.rank}, score {maker.score:.2f} from {count(maker.votes, f'{made_up}vote')}"


def price(maker: Maker) -> str:
    """What an image costs."""
    return f"from {maker.price} an image" if maker.price else "price unknown"


def share(chosen: int, others: Others) -> str:
    """How many of the others chose a side; empty where nobody has voted."""
    return f"preferred by {_percent(chosen, others.votes)}" if others.votes else ""


def others_text(others: Others, left: Maker, right: Maker) -> str:
    """How others voted on the pair, in a sentence."""
    if not others.votes:
        return "You are the first to vote on these two models."
    noun = "vote"
    made_up = ""
    if others.made_up == others.votes:
        noun = "simulated vote"
    elif others.made_up:
        made_up = f" ({others.made_up:,} of them simulated)"
    shares = {
        left.name: others.left,
        right.name: others.right,
        "equally good": others.tie,
        "both bad": others.both_bad,
    }
    listed = ", ".join(f"{name} {_percent(votes, others.votes)}" for name, votes in shares.items())
    return f"Before you, {count(others.votes, noun)}{made_up} on these two models: {listed}."


def progress(votes: int, lately: int, needed: int) -> str:
    """How far a voter has come, without urging."""
    if not votes:
        return ""
    rest = f" {needed} more for a board of your own." if needed else ""
    streak = f", {lately} in the last hour" if 1 < lately < votes else ""
    return f"{count(votes, 'vote')} so far{streak}.{rest}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"
