"""How to read a board: what its columns and its chart mean, with the settings and the votes behind them."""

from __future__ import annotations

from collections.abc import Iterator

from arena import wording
from arena.publish.content.measured import SPEED_EXPLAINED, any_speed
from arena.publish.content.rank_changes import change_explained
from arena.publish.content.read_day import OVER_AGE
from arena.publish.content.site_data import SiteData
from arena.records import Board, Intervals, Origin

FEW_VOTERS = 10
"""Voters of an arena below which its boards say that intervals hold for these few."""
FEW_PROMPTS = 5
"""Prompts up to which a board says that its intervals are rough."""


def explanations(site: SiteData, board: Board) -> tuple[str, ...]:
    """What the columns mean, with the settings that were used."""
    settings = site.ratings.settings
    drawn = dict(site.ratings.draw_probability).get(board.axis.arena)
    bad = "left out of the score" if settings.both_bad == "ignore" else "counted as ties"
    both_bad = site.votes(board.both_bad, board.axis.arena)
    rated = f"On this board {both_bad} said that both pictures were bad; they are {bad}."
    margin = (
        f" A tie between equals was taken to have a chance of {wording.percent(drawn, 1)}." if drawn is not None else ""
    )
    return (
        "Score is mu − 3 sigma: TrueSkill’s estimate less three times its uncertainty, so that a model has to prove "
        "its place. "
        f"It starts from mu {wording.number(settings.mu, 1)} and sigma {wording.number(settings.sigma)}, method "
        f"“{settings.method.value}”.{margin}",
        "Rank is one more than how many models score higher. The range below it and the bars of the chart are 95% "
        "intervals. Each band of the chart, and each stretch of rows between two strong lines, is a tier: its models "
        "cannot be told from its best. A bar is hatched where it overlaps that of the next model above or below. "
        f"“Rank uncertain” marks ranges of a quarter of the board or more. {fragility(site, board)}".strip(),
        *intervals_explained(site, board),
        *few_voters(site, board.axis.arena),
        "Mu, a column that one can choose, is the estimate itself, without caution. “Held back by few votes” marks "
        "models that rank higher by mu, with fewer than half as many votes as the model in the middle of the board and "
        "an interval of mu that reaches a model far above: more votes may well move them up.",
        f"Win rate counts a tie as half a win. {rated}",
        "Price is the lowest we know per image at 1024×1024 in medium or standard quality; with a provider chosen as a "
        "filter, it is what that provider asks, and says so where other sources contest it. "
        f"A dash means that no source gives one, or that the model is shut down. {old_prices(site, board)}".strip(),
        *change_explained(site, board.axis),
        *speed_explained(site, board),
    )


def fragility(site: SiteData, board: Board) -> str:
    """How few votes hold up the first place; empty where that was not worked out."""
    if board.fragility is None:
        return ""
    challenger = site.model(board.fragility.challenger).name
    removed = wording.count(
        board.fragility.votes,
        f"hand-picked {site.vote_noun(board.axis.arena)}",
        f"hand-picked {site.votes_noun(board.axis.arena)}",
    )
    demo = site.demo(board.axis.arena)
    return wording.sentence(f"{demo}removing {removed}, perhaps fewer, would put {challenger} first.")


def old_prices(site: SiteData, board: Board) -> str:
    """How many of the prices were read long ago; empty where none was."""
    prices = [site.prices[rating.model] for rating in board.ratings if rating.model in site.prices]
    old = sum(site.read_day(price.price.price.read).old for price in prices)
    counted = wording.count(len(prices), "price")
    return f"Of {counted} here {wording.whole(old)} {'was' if old == 1 else 'were'} read {OVER_AGE}." if old else ""


def intervals_explained(site: SiteData, board: Board) -> Iterator[str]:
    """What the intervals of a board are about, and whether its prompts are few; nothing without clusters of votes."""
    prompts = wording.count(board.prompts, "prompt")
    if board.intervals is Intervals.BY_VOTER_AND_PROMPT:
        few = ", so few that they are wide and rough" if board.prompts <= FEW_PROMPTS else ""
        yield f"The intervals are about voters and prompts like these: {prompts} on this board{few}."
    elif board.intervals is Intervals.BY_VOTER and board.prompts:
        yield (
            f"All votes of this board are on {prompts}, too few to tell how others would turn out: the intervals are "
            "about voters like these and no other prompts."
        )
    elif board.intervals is Intervals.BY_VOTER:
        why = "as chosen for this site" if site.ratings.settings.prompts == "these" else "since the votes name none"
        yield f"The intervals are about voters like these, and not about other prompts, {why}."


def few_voters(site: SiteData, arena: str) -> tuple[str, ...]:
    """What intervals from the votes of a handful of people cannot say; nothing where there are more, or no people."""
    voters = site.voters.get(arena, 0)
    if not 0 < voters < FEW_VOTERS or site.demo(arena):
        return ()
    who = "rater" if site.ratings.origin_of(arena) is Origin.DERIVED else "voter"
    return (
        f"All votes of this arena come from {wording.count(voters, who)}. The intervals say how firm ranks are by the "
        "judgement of so few; other people may judge otherwise, and how much otherwise these votes cannot say.",
    )


def speed_explained(site: SiteData, board: Board) -> tuple[str, ...]:
    """What the column of speeds means; nothing where there is none."""
    if not any_speed(site, (rating.model for rating in board.ratings)):
        return ()
    return (f"{SPEED_EXPLAINED} With a provider chosen, it is what was measured there.",)
