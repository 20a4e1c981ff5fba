"""Rating settings from options, with errors in plain words."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from arena.errors import RatingsError
from arena.records import RatingSettings

HINTS = {
    "method": "give batch or online",
    "draw_probability": "give a number from 0 to below 1, or observed",
    "both_bad": "give ignore or tie",
    "min_votes": "give a whole number from 1",
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
        findings = {_option(details["loc"]): _words(details["msg"]) for details in reversed(error.errors())}
    raise RatingsError.of(
        [
            RatingsError(
                f"{option.replace('_', ' ')} is {options[option]!r}: {words}" if option in options else words,
                where=f"ratings: {option}",
                hint=HINTS.get(option, f"the settings are {', '.join(HINTS)}"),
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


def _option(location: tuple[int | str, ...]) -> str:
    return str(location[0]) if location else "tau"


def _words(message: str) -> str:
    """Pydantic's sentence without its prefix and capital."""
    words = message.removeprefix("Value error, ").removeprefix("Input ")
    return words[:1].lower() + words[1:]
