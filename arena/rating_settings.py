"""How votes are rated: the settings of a run, as in ``[ratings]`` of arena.toml, and settings from options."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from arena.errors import RatingsError
from arena.records import Origin

if TYPE_CHECKING:
    import trueskill


class Method(StrEnum):
    """How votes become ratings: all at once to a fixed point, or one pass in the log's order."""

    BATCH = "batch"
    ONLINE = "online"


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


Finite = Annotated[float, AfterValidator(_finite)]
LARGEST = 1e6
"""Of what ratings are computed with: far beyond it, or below its inverse, squares overflow or vanish."""


def _not_tiny(value: float) -> float:
    if value < 1 / LARGEST:
        raise ValueError("must be 0.000001 or more")
    return value


Positive = Annotated[Finite, Field(gt=0, le=LARGEST), AfterValidator(_not_tiny)]


FoundDrawProbability = Literal["fitted", "observed"]
"""How a draw probability is found from votes."""


DEFAULT_TAU = {Method.BATCH: 0.0, Method.ONLINE: 25 / 300}


DEFAULT_DRAW_PROBABILITY: dict[Method, float | FoundDrawProbability] = {Method.BATCH: "fitted", Method.ONLINE: 0.10}


class RatingSettings(BaseModel):
    """The settings of a rating run, as in ``[ratings]`` of arena.toml. Defaults are those of the TrueSkill paper.

    ``mu`` and ``sigma`` are the mean and standard deviation of a strength before any vote, ``beta`` the standard
    deviation of the quality of single outputs, ``tau`` the drift of a strength before each vote (online only; batch
    takes 0), all in points. ``draw_probability`` is the chance of a tie between equals: a number, or that under which
    the rated votes of the whole arena are likeliest (``fitted``), or their ties / rated votes (``observed``).
    ``both_bad`` says whether such votes are ignored or rated as ties. A model is ranked from ``min_votes`` rated votes
    on. ``origins`` says which votes an arena is rated from that has both human and derived ones; simulated votes are
    rated only where there are no others. ``prompts`` says what intervals are about: prompts like those of the votes,
    which are a sample of them, or these prompts and no others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method = Method.BATCH
    draw_probability: Annotated[Finite, Field(ge=0, lt=1)] | Literal["fitted", "observed"] = "fitted"
    both_bad: Literal["ignore", "tie"] = "ignore"
    min_votes: Annotated[int, Field(ge=1)] = 3
    origins: Literal[Origin.HUMAN, Origin.DERIVED] = Origin.HUMAN
    prompts: Literal["like-these", "these"] = "like-these"
    mu: Annotated[Finite, Field(ge=-LARGEST, le=LARGEST)] = 25.0
    sigma: Positive = 25 / 3
    beta: Positive = 25 / 6
    tau: Annotated[Finite, Field(ge=0, le=LARGEST)] = 0.0

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_the_method(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        filled = {key: value for key, value in values.items() if value is not None}
        try:
            method = Method(filled.get("method", Method.BATCH))
        except ValueError:
            return filled
        return {"tau": DEFAULT_TAU[method], "draw_probability": DEFAULT_DRAW_PROBABILITY[method], **filled}

    @model_validator(mode="after")
    def _batch_has_no_drift(self) -> RatingSettings:
        if self.method is Method.BATCH and self.tau != 0:
            raise ValueError("tau must be 0 for the batch method: it rates fixed model versions, without drift")
        return self

    def environment(self, draw_probability: float | None = None) -> trueskill.TrueSkill:
        """These settings as an environment of the package ``trueskill``, in the same points.

        ``draw_probability`` stands in for that of the settings. Where neither is a number, since it is to be found from
        votes, all works that needs none (``expose``, ``quality_1vs1``, ``create_rating``), and an update raises
        RatingsError: ``Ratings.environment`` knows what was found.
        """
        from trueskill import TrueSkill  # noqa: PLC0415 - loaded when somebody asks for it

        draw = self.draw_probability if draw_probability is None else draw_probability
        asked = _unknown_draw_probability if isinstance(draw, str) else draw
        return TrueSkill(mu=self.mu, sigma=self.sigma, beta=self.beta, tau=self.tau, draw_probability=asked)


def _unknown_draw_probability(*_: object) -> float:
    hint = 'ratings.environment("the arena"), or settings.environment(draw_probability=...)'
    raise RatingsError("the draw probability of these settings is to be found from the votes of an arena", hint=hint)


SETTING_HINTS = {
    "method": "give batch or online",
    "draw_probability": "give a number from 0 to below 1, fitted, or observed",
    "both_bad": "give ignore or tie",
    "min_votes": "give a whole number from 1",
    "origins": "give human or derived",
    "prompts": "give like-these or these",
    "mu": "give a number from -1,000,000 to 1,000,000; the default is 25",
    "sigma": "give a number above 0, up to 1,000,000; the default is 25/3",
    "beta": "give a number above 0, up to 1,000,000; the default is 25/6",
    "tau": "give a number from 0 to 1,000,000; batch takes only 0",
}


def rating_settings(**options: Any) -> RatingSettings:
    """Checked settings; an option that is None takes the default of the method.

    Raises RatingsError with one finding for each option that is unknown or out of range.
    """
    try:
        return RatingSettings(**options)
    except ValidationError as error:
        findings = {_setting(details["loc"]): _plain(details["msg"]) for details in reversed(error.errors())}
    raise RatingsError.of(
        [
            RatingsError(
                f"{option.replace('_', ' ')} is {options[option]!r}: {words}" if option in options else words,
                where=f"ratings: {option}",
                hint=SETTING_HINTS.get(option, f"the settings are {', '.join(SETTING_HINTS)}"),
            )
            for option, words in sorted(findings.items())
        ]
    )


def override(settings: RatingSettings, **options: Any) -> RatingSettings:
    """The settings with some options changed; None leaves an option as it is.

    Another method brings its own defaults of ``draw_probability`` and ``tau``. Raises RatingsError as
    ``rating_settings`` does.
    """
    given = {option: value for option, value in options.items() if value is not None}
    kept = settings.model_dump()
    if given.get("method", settings.method) != settings.method:
        del kept["draw_probability"], kept["tau"]
    return rating_settings(**{**kept, **given})


def _setting(location: tuple[int | str, ...]) -> str:
    """Which setting an error of pydantic is about; the only check of several settings together is about tau."""
    return str(location[0]) if location else "tau"


def _plain(message: str) -> str:
    """Pydantic's sentence without its prefix and capital."""
    words = message.removeprefix("Value error, ").removeprefix("Input ")
    return words[:1].lower() + words[1:]
