"""``[[arenas]]``, ``[voting]``, ``[audit]``, ``[log]``, ``[login]``, ``[dataset]`` and ``[playground]`` of arena.toml.

What the arenas are and which of them are published data sets, how battles are drawn and votes limited, how much one
network counts for, who may vote, what the data set for researchers says of itself, and where readers may try models.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from arena.catalogue.fields import Count, Day, EngineAddress, LanguageCode, Name, Named, Record, Slug, Text, Url

Share = Annotated[float, Field(ge=0, le=1)]
WEEK_SECONDS = 7 * 24 * 3600


class ArenaSource(Record):
    """The published data set that an arena shows. Such an arena collects no outputs, draws no battles, and has no
    simulated votes: its votes are imported.
    """

    name: Name
    """What the data set is called."""
    url: Url
    licence: Text
    """The licence of the data, e.g. ``MIT``; it holds for these votes instead of ``votes_licence``."""
    year: Annotated[int, Field(ge=1900, le=2100, strict=True)]
    """When the data or the paper about it appeared; readers see it beside the name."""
    read: Day
    """When it was read."""
    notice: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.txt$")] | None = None
    """The file under data/licences/ with the words that its licence asks to be kept; the site publishes it."""
    note: Text | None = None
    """What readers should know of the data: who judged, what is not known of it."""

    @property
    def title(self) -> str:
        """The name and the year: ImagenHub 2023."""
        return f"{self.name} {self.year}"


class Arena(Named):
    """A task that models compete in."""

    source: ArenaSource | None = None
    """The published data set that it shows; left out, people vote on it here."""


class RateLimit(Record):
    """At most ``count`` within any ``seconds``."""

    count: Count
    seconds: Count


class Lanes(Record):
    """The shares of battles that each lane of the matchmaker draws; they add up to 1."""

    coverage: Share = 0.05
    """The model with the fewest votes, against one of about its strength."""
    contenders: Share = 0.8
    """Two models on which a vote tells most about the order of the ten best."""
    uncertainty: Share = 0.1
    """Two models on which a vote tells most about the order of the whole board."""
    exploration: Share = 0.05
    """Any two."""

    @model_validator(mode="after")
    def _whole(self) -> Lanes:
        total = self.coverage + self.contenders + self.uncertainty + self.exploration
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the shares of the lanes add up to {total:g}, not 1")
        return self


class NetworkLimits(Record):
    """What everybody of one network may do together: a household or an office, one IPv4 address or one IPv6 /48.

    An office of a hundred people stays below them. A period that is sealed begins them anew.
    """

    new_voters: RateLimit = RateLimit(count=300, seconds=WEEK_SECONDS)
    """Voters (cookies) who vote for the first time."""
    skips: RateLimit = RateLimit(count=1000, seconds=WEEK_SECONDS)
    """Battles that are drawn and not voted on, without those that its votes make up for: one each."""


class VotingSettings(Record):
    """How voting works. The limits are those of a voter; those of a network are ``network_factor`` times as high."""

    lanes: Lanes = Lanes()
    limits: tuple[RateLimit, ...] = (
        RateLimit(count=6, seconds=10),
        RateLimit(count=25, seconds=60),
        RateLimit(count=300, seconds=3600),
    )
    network_factor: Count = 20
    """Several people may share an address: a school, an office, a mobile operator."""
    network: NetworkLimits = NetworkLimits()
    undo_seconds: Annotated[int, Field(ge=0, le=60, strict=True)] = 2
    """How long a choice can be changed before the page sends it; 0 sends it at once. What was sent is final."""
    battle_minutes: Annotated[int, Field(gt=0, le=1440, strict=True)] = 30
    """How long a battle can be voted on after it was shown."""
    new_voter_work: Annotated[int, Field(ge=0, le=10_000_000, strict=True)] | None = None
    """The tries of a new voter's proof of work, on average; 0 asks for none. Left out, visitors from public addresses
    do 8,000 of them, others none.
    """
    new_voter_wait: Annotated[int, Field(ge=1, le=600, strict=True)] = 20
    """Without scripts there is no proof of work: so many seconds after the first pair was shown the vote is taken."""
    new_voters_by_wait: RateLimit = RateLimit(count=12, seconds=3600)
    """How many new voters of a network may wait instead of work: a script can wait in a thousand browsers at once."""
    personal_board_votes: Count = 20
    picture_size: Annotated[int, Field(ge=128, le=2048, strict=True)] = 768
    """Every picture is fitted into a square of this many pixels."""
    reasons: tuple[Literal["prompt", "text", "anatomy", "style", "artefacts"], ...] = (
        "prompt",
        "text",
        "anatomy",
        "style",
        "artefacts",
    )
    """What a voter may tick beside a vote, in this order; an empty list asks for none."""
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] | None = None
    """The languages of the voting pages themselves, e.g. ``["es", "en"]``: the first for who asks for none of them.
    Left out, every language that there are messages in, and ``language`` first.
    """
    dwell_steps: Annotated[bool, Field(strict=True)] = False
    """Whether sealed votes say how long they took, as a step (up to 1, 2, 5, 10, 20, 60 seconds, or longer)."""
    example_share: Share = 0.2
    """Of an arena's prompts: the pictures for them are on the site from the start, and in no battle."""
    battles_in_play: Count = 60
    """The pictures for a prompt leave play together when each has been in so many battles, on average."""
    days_in_play: Count | None = None
    """They also leave play so many days after the first of them entered it; left out, however long that takes."""
    prompts_in_play: Count = 10
    """An arena keeps the pictures for so many prompts in play, however many battles they have been in."""

    @model_validator(mode="after")
    def _consistent(self) -> VotingSettings:
        if self.new_voter_wait >= self.battle_minutes * 60:
            raise ValueError(
                f"new_voter_wait = {self.new_voter_wait} seconds is no shorter than"
                f" battle_minutes = {self.battle_minutes}: a new voter without scripts could never vote"
            )
        if len(set(self.reasons)) < len(self.reasons):
            raise ValueError("reasons names one of them twice")
        if self.languages and len(set(self.languages)) < len(self.languages):
            raise ValueError("languages names one of them twice")
        return self


class AuditSettings(Record):
    """What the audit lets wait until a person has looked; its rules have the same thresholds everywhere."""

    network_share: Annotated[float, Field(gt=0, le=1)] = 0.02
    """By how much of a model's votes on a board one network may move it; the integrity page states it."""
    network_votes: Count = 5
    """By how many votes a network may always move a model."""


class LogSettings(Record):
    """Where ratings of the log are computed."""

    engine: EngineAddress = "duckdb://"
    """The engine that reads the log's files and counts its votes: ``duckdb://``, ``polars://``, ``datafusion://``, or
    ``spark://`` with a master, e.g. ``spark://local[2]``. Ratings are the same on each.
    """


class LoginSettings(Record):
    """Who people log in with before they vote (OpenID Connect); without this table anybody votes."""

    issuer: Annotated[Url, StringConstraints(pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])[^?#]+$")]
    """``https://``, as the provider's configuration names itself, to the letter; ``http://`` on loopback only."""
    client_id: Text
    client_secret_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,}$")]
    """The environment variable with the client's secret, which is never in a file."""
    name: Name
    """What people know the provider as: "Log in with ..."."""


class Playground(Record):
    """Where requests of the playground are sent; without this table there is no playground."""

    endpoint: Url
    """``https://``, or loopback for trying it out. It has to answer requests from web pages (CORS)."""
    provider: Slug
    """Whose protocol the endpoint speaks, and whose ids of models it knows."""
    pictures: tuple[Text, ...] = ()
    """Other hosts that its pictures come from, e.g. ``https://cdn.example``."""

    @property
    def base(self) -> str:
        """The endpoint without a slash at its end."""
        return self.endpoint.rstrip("/")

    @property
    def requests_to(self) -> str:
        """What a content security policy lets a page connect to: the endpoint, and what lies below it."""
        return f"{self.base} {self.base}/"

    @property
    def pictures_from(self) -> tuple[str, ...]:
        """The origins that pictures may be shown from."""
        scheme, _, rest = self.base.partition("://")
        return (f"{scheme}://{rest.partition('/')[0]}", *self.pictures)


class DatasetTexts(Record):
    """What `arena export dataset` says of the votes and cannot know. What is left out is said to be not stated."""

    title: Text | None = None
    """What the data set is called; left out, it is named after the project."""
    creators: tuple[Text, ...] = ()
    """Who made it, people or organizations; left out, the contributors of the project."""
    url: Url | None = None
    """Where it is published; left out, ``base_url``, else ``repository``."""
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/\S+$")] | None = None
    """Its DOI, as in ``10.5281/zenodo.1234567``."""
    catalogue_licence: Text | None = None
    """The licence of models, offers, prices and prompts, e.g. ``CC-BY-4.0``; ``votes_licence`` is that of the rest."""
    in_site: Annotated[bool, Field(strict=True)] = False
    """Whether `arena build` puts it into the site as well, as an archive to download."""
    collection: Text | None = None
    """How voters were found, what they saw, and when."""
    consent: Text | None = None
    """What voters were told of what becomes of their votes, and what they agreed to."""
    annotators: Text | None = None
    """What is known of the voters as a group: where from, which languages, paid or not."""
    sensitive: Text | None = None
    """What in the prompts or votes may be personal or sensitive, and what was done about it."""
    limitations: Text | None = None
    """What the votes cannot tell, besides what follows from the data itself."""
    biases: Text | None = None
    """Which groups, tastes or kinds of pictures the votes lean to."""
    use_cases: Text | None = None
    """What it was made for, and what it must not be used for."""
    social_impact: Text | None = None
    """What good and what harm may come of its use."""
    maintenance: Text | None = None
    """Who keeps it up, how often it appears, and how to report what is wrong."""
