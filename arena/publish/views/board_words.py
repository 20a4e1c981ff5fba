"""The sentences of a board: who leads, why somebody has no rank, and how to read its columns."""

from __future__ import annotations

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.measured import any_timed
from arena.publish.views.changes import change_explained
from arena.records import Axis, Board, Rating


def lede(edition: Edition, board: Board) -> str:
    """One or two sentences: who leads, and whether the votes settle it."""
    if not board.ratings:
        return "No model has a rank here yet."
    leader = board.ratings[0]
    first = [rating for rating in board.ratings if rating.rank_low == 1 and rating is not leader]
    name = edition.model(leader.model).name
    text = (
        f"{name} leads {words.count(len(board.ratings), 'ranked model')} with a score of {words.number(leader.score)}"
    )
    if not first:
        settled = "no other model’s interval reaches first place"
    elif len(first) <= 3:
        names = words.listing([edition.model(rating.model).name for rating in first])
        settled = f"first place is not settled: {names} could hold it too"
    else:
        settled = f"first place is not settled: {len(first)} other models could hold it too"
    return f"{text}, from {edition.votes(board.votes)}; {settled}."


def missing(edition: Edition, board: Board) -> str:
    """Why a board has no ranking; empty where it has one."""
    if board.ratings:
        return ""
    if not board.votes:
        return "No votes have been cast here yet, so there is no ranking."
    text = f"{edition.votes(board.votes)} here: too few or too scattered to rank any model."
    return text if board.axis == Axis(board.axis.arena) else f"{text} The wider boards above already rank most of them."


def reason_for_no_rank(edition: Edition, rating: Rating) -> str:
    """Why a model that has votes on a board has no rank there."""
    fewest = edition.ratings.settings.min_votes
    if rating.votes < fewest:
        return f"Fewer than {edition.votes(fewest)} that count"
    return "No chain of comparisons links it with most of the board"


def fragility(edition: Edition, board: Board) -> str:
    """How few votes hold up the first place; empty where that was not worked out."""
    if board.fragility is None:
        return ""
    challenger = edition.model(board.fragility.challenger).name
    return (
        f"Without {edition.votes(board.fragility.votes)}, chosen to that end, {challenger} would be first; "
        "fewer may be enough."
    )


def explanations(edition: Edition, board: Board) -> tuple[str, ...]:
    """What the columns mean, with the settings that were used."""
    settings = edition.ratings.settings
    drawn = dict(edition.ratings.draw_probability).get(board.axis.arena)
    bad = "left out of the score" if settings.both_bad == "ignore" else "counted as ties"
    rated = f"On this board {edition.votes(board.both_bad)} said that both pictures were bad; they are {bad}."
    margin = (
        f" A tie between equals was taken to have a chance of {words.percent(drawn, 1)}." if drawn is not None else ""
    )
    return (
        "Score is mu − 3 sigma: TrueSkill’s estimate less three times its uncertainty, so that a model has to prove "
        "its place. "
        f"It starts from mu {words.number(settings.mu, 1)} and sigma {words.number(settings.sigma)}, method "
        f"“{settings.method.value}”.{margin}",
        "Rank is one more than how many models score higher. The range below it and the bar beside the score are 95% "
        "intervals. A strong line between two rows opens a new tier: models of one tier cannot be told from its best. "
        f"A standing is provisional until the interval of the rank is narrow. {fragility(edition, board)}".strip(),
        f"Win rate counts a tie as half a win. {rated}",
        "Price is the lowest we know per image at 1024×1024 in medium or standard quality; with a provider chosen as a "
        "filter, it is what that provider asks, and says so where other sources contest it. "
        "A dash means that no source gives one.",
        *change_explained(edition, board.axis),
        *latency_explained(edition, board),
    )


def latency_explained(edition: Edition, board: Board) -> tuple[str, ...]:
    """What the column of latencies means; nothing where there is none."""
    if not any_timed(edition, (rating.model for rating in board.ratings)):
        return ()
    return (
        "Latency is the median of the model’s quickest provider, or of the one chosen as a filter, as this arena "
        "measured it over 30 days; the model’s page has every provider with its date. A dash means that none was "
        "measured.",
    )
