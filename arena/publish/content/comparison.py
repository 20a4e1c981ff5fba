"""Two models compared: who is better by the votes, what differs otherwise, and the words that say so.

Comparison pages and the picker's script (``templates/static/compare.js``) are made from the same records and say the
same: whoever changes a sentence here changes it there. A test in a browser holds them together.

**The verdict.** A model is called better where the 95% interval of the difference of the two strengths leaves out zero.
That difference is of one joint distribution, so its error takes account of how the two strengths are correlated:
``Strengths.compare``, which ``Ratings.compare`` asks. The interval of the forecast is that of the difference put
through a function that never falls, and an even chance is where it passes zero, so ``Pair.favours`` asks the same.
Both models are ranked, so each has the votes that a rank takes. Narrower boards have no such interval: there it takes
two scores whose own intervals do not overlap, which is stricter.
"""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.messages import N_, InterfaceLanguage
from arena.pairs import Chance, Pair, favoured
from arena.publish.content.measured import ModelSpeed, speed_of
from arena.publish.content.model_refs import commercial_use_in_brief, weights_tags
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import demo_said
from arena.publish.paths import board_path, model_path
from arena.records import Axis, Origin, Rating

BETTER = N_("%(name)s is better")
NOT_SETTLED = N_("not settled")
CHANCE = N_(
    "The chance that %(first)s’s picture is preferred to %(second)s’s is %(chance)s%%; the 95%% interval is "
    "%(low)s%% to %(high)s%%."
)
EVEN = N_("An even chance is within it.")
FEW_VOTES = 30
"""Votes on two models below which their record is said to decide nothing by itself."""


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """What a sentence on two models needs of either; ``price`` is the least for one image, None where unknown."""

    id: str
    name: str
    path: str
    price: float | None
    price_text: str
    speed: ModelSpeed | None
    weights: str
    licence: str
    outputs: str


@dataclass(frozen=True, slots=True)
class ComparedArena:
    """How sentences name an arena and its votes; ``by`` stands after a verdict where votes are simulated, and
    ``counted`` is how many there are.
    """

    id: str
    name: str
    path: str
    inside: str
    demo: str
    by: str
    vote: str
    votes: str
    counted: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The chance that the first one's picture is preferred, with its 95% interval, in whole per cent.

    ``verdict`` is 1 where the first is better, 2 where the second is, 0 where that is not settled.
    """

    verdict: int
    chance: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """Of the interval, for a chart."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one arena's votes say of two models, in words; ``settled`` is whether they call one of them better."""

    arena: str
    path: str
    title: str
    forecast: Forecast
    settled: bool
    said: str


@dataclass(frozen=True, slots=True)
class VotesBetween:
    """The votes on the two in one arena in words; ``few`` is whether they decide nothing by themselves."""

    arena: str
    path: str
    said: str
    few: bool


@once
def compared_model(site: SiteData, model_id: str) -> ComparedModel:
    """The record of one model."""
    model, price = site.model(model_id), site.prices.get(model_id)
    tags = weights_tags(model)
    return ComparedModel(
        id=model_id,
        name=model.name,
        path=model_path(model_id),
        price=float(price.amount) if price else None,
        price_text=wording.dollars(price.amount) if price else "",
        speed=speed_of(site, model_id),
        weights=tags.weights,
        licence=tags.licence,
        outputs=commercial_use_in_brief(model).lower(),
    )


@once
def compared_arena(site: SiteData, arena: str) -> ComparedArena:
    """The record of one ranked arena."""
    simulated = Origin.SIMULATED in site.origins_in(arena)
    by = " " + site.interface.gettext("in simulated votes")
    return ComparedArena(
        id=arena,
        name=site.interface.name(site.arena_name(arena)),
        path=board_path(Axis(arena)),
        inside=wording.in_sentence(site.arena_name(arena)),
        demo=demo_said(site, arena),
        by=by if simulated else "",
        vote=site.vote_noun(arena),
        votes=site.votes_noun(arena),
        counted=site.votes(site.ranked_arenas[arena].votes if arena in site.ranked_arenas else 0, arena),
    )


def forecast_of(pair: Pair) -> Forecast:
    """The forecast of a pair in whole per cent, and whom it calls better."""
    return forecast_from((pair.win_probability, pair.low, pair.high))


def forecast_from(shares: Chance) -> Forecast:
    """The same of the chance and its interval."""
    chance, low, high = (round(100 * share) for share in shares)
    return Forecast(favoured(*shares[1:]), chance, low, high)


def settled_by_scores(one: Rating, other: Rating) -> int:
    """On a board without forecasts: 1 or 2 for the model whose score is above the other's interval, 0 for neither."""
    if one.score_low > other.score_high:
        return 1
    return 2 if other.score_low > one.score_high else 0


def verdicts(site: SiteData, first: str, second: str) -> tuple[Verdict, ...]:
    """One for each arena in which both are ranked, those of people's votes first."""
    names = site.model(first).name, site.model(second).name
    pairs = ((arena.id, site.pair(arena.id, first, second)) for arena in site.arenas)
    return tuple(
        verdict_in(site.interface, compared_arena(site, arena), forecast_of(pair), *names)
        for arena, pair in pairs
        if pair is not None
    )


def verdict_words(interface: InterfaceLanguage) -> dict[str, str]:
    """What a verdict is made of, for the picker's script."""
    return {
        "better": interface.template(BETTER, "name"),
        "unsettled": interface.template(NOT_SETTLED),
        "chance": interface.template(CHANCE, "first", "second", "chance", "low", "high"),
        "even": interface.template(EVEN),
    }


def verdict_in(
    interface: InterfaceLanguage, arena: ComparedArena, forecast: Forecast, first: str, second: str
) -> Verdict:
    """The verdict on two models of these names."""
    _, settled = interface.gettext, forecast.verdict != 0
    better = _(BETTER, name=(first, second)[forecast.verdict - 1]) if settled else _(NOT_SETTLED)
    even = "" if settled else f" {_(EVEN)}"
    chances = {"chance": forecast.chance, "low": forecast.low, "high": forecast.high}
    return Verdict(
        arena=arena.name,
        path=arena.path,
        title=wording.sentence(f"{arena.demo}{better}{arena.by}"),
        forecast=forecast,
        settled=settled,
        said=f"{_(CHANCE, first=first, second=second, **chances)}{even}",
    )


def votes_between(site: SiteData, first: str, second: str) -> tuple[VotesBetween, ...]:
    """The votes on the two in each arena in which both are ranked."""
    names = site.model(first).name, site.model(second).name
    pairs = ((arena.id, site.pair(arena.id, first, second)) for arena in site.arenas)
    return tuple(record_in(compared_arena(site, arena), pair, *names) for arena, pair in pairs if pair is not None)


def record_in(arena: ComparedArena, pair: Pair, first: str, second: str) -> VotesBetween:
    """The votes of a pair in one arena, in words; whoever won more comes first."""
    votes = pair.wins + pair.losses + pair.ties + pair.both_bad
    said = record_sentence((pair.wins, pair.losses, pair.ties, pair.both_bad), (first, second), arena)
    return VotesBetween(arena.name, arena.path, said, few=votes < FEW_VOTES)


def record_sentence(counts: tuple[int, int, int, int], names: tuple[str, str], arena: ComparedArena) -> str:
    """``Of 6 votes, A won 3 and B 1; one tie, one “both bad”.``: wins of either, ties, and votes for neither."""
    wins, losses, ties, both_bad = counts
    votes = sum(counts)
    if not votes:
        return f"No votes on these two yet. The forecast follows from their {arena.votes} against other models."
    (most, winner), (least, other) = sorted(((wins, names[0]), (losses, names[1])), key=lambda side: -side[0])
    won = f"{winner} won {wording.whole(most)} and {other} {wording.whole(least)}"
    if most == least:
        won = f"{winner} and {other} won {wording.whole(most)} each" if most else "neither won any"
    rest = ", ".join(filter(None, (_counted(ties, "tie", "ties"), _counted(both_bad, "“both bad”", "“both bad”"))))
    few = " That is too few to decide anything by itself." if votes < FEW_VOTES else ""
    return f"Of {wording.count(votes, arena.vote, arena.votes)}, {won}{f'; {rest}' if rest else ''}.{few}"


def _counted(value: int, noun: str, plural: str) -> str:
    return f"one {noun}" if value == 1 else f"{wording.whole(value)} {plural}" if value else ""


def differences(one: ComparedModel, other: ComparedModel) -> str:
    """Price, speed and licence of the two in sentences; what is unknown is said to be."""
    return " ".join((price_sentence(one, other), speed_sentence(one, other), licence_sentence(one, other)))


def price_sentence(one: ComparedModel, other: ComparedModel) -> str:
    """Which of the two costs less for the reference image."""
    if one.price is None or other.price is None:
        unknown = [model.name for model in (one, other) if model.price is None]
        return f"No price per image is known for {wording.listing(unknown)}."
    if one.price == other.price:
        return f"Both cost from {one.price_text} an image."
    low, high = (one, other) if one.price < other.price else (other, one)
    return f"{low.name} costs less: from {low.price_text} an image, against {high.price_text}."


def speed_sentence(one: ComparedModel, other: ComparedModel) -> str:
    """Which of the two is faster, where both were measured or both are claimed; otherwise what is known of either."""
    if one.speed is None and other.speed is None:
        return "The speed of both is unknown."
    if one.speed is None or other.speed is None or one.speed.kind != other.speed.kind:
        said = [f"{model.name} {model.speed.words if model.speed else wording.UNKNOWN}" for model in (one, other)]
        return f"Time for one picture: {', '.join(said)}."
    if one.speed.seconds == other.speed.seconds:
        return f"Both take {one.speed.text} for one picture ({one.speed.kind})."
    (fast, quick), (slow, _) = sorted(
        ((one.speed, one.name), (other.speed, other.name)), key=lambda side: side[0].seconds
    )
    faster = "is faster" if fast.measured else "claims to be faster"
    return f"{quick} {faster}: {fast.text} for one picture, against {slow.text} ({fast.kind})."


def licence_sentence(one: ComparedModel, other: ComparedModel) -> str:
    """Open or closed weights with their licence, then whether pictures may be used commercially."""
    weights = [f"{model.weights.lower()}{f' ({model.licence})' if model.licence else ''}" for model in (one, other)]
    outputs = [model.outputs for model in (one, other)]
    of_weights = (
        f"Both: {weights[0]}." if weights[0] == weights[1] else f"{one.name}: {weights[0]}. {other.name}: {weights[1]}."
    )
    of_outputs = (
        f"{outputs[0]} for both" if outputs[0] == outputs[1] else f"{one.name} {outputs[0]}, {other.name} {outputs[1]}"
    )
    return f"{of_weights} Commercial use of pictures: {of_outputs}."
