"""What to ask, of whom, at what estimated cost, within which budget: every model x prompt of an arena that has no
output yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.records import Model, Status
from arena.collect.image_checks import NotAPicture, media_type
from arena.collect.image_store import LOCAL
from arena.collect.jobs import NOTHING, Job, State
from arena.collect.market import Choices, Market, Usable
from arena.collect.secrets import Secrets
from arena.errors import CollectError
from arena.gateways import ImageRequest, InputImage, image_request
from arena.records import OutputOrigin


@dataclass(frozen=True, slots=True)
class Planned:
    """One picture to ask for; ``formula`` says how its estimate was worked out."""

    provider: str
    model: str
    prompt: str
    asked: str
    estimate: Decimal
    formula: str
    parameters: str
    """As ``Job.parameters``."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is missing and is not asked for, with the reason."""

    model: str
    prompts: int
    reason: str


@dataclass(frozen=True, slots=True)
class LackingKey:
    """A key that is not set, and the models that ``provider`` could be asked for with it."""

    key: str
    provider: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """One line of a plan: what one offer is to make."""

    provider: str
    model: str
    pictures: int
    each: Decimal
    formula: str

    @property
    def total(self) -> Decimal:
        return self.each * self.pictures


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to ask for, prompt by prompt, so that one which ends early leaves whole battles."""

    choices: Choices
    asks: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    unfinished: tuple[Job, ...] = field(default=())
    """Jobs of an earlier run, which are finished first."""
    lacking: tuple[LackingKey, ...] = ()

    @property
    def estimate(self) -> Decimal:
        """What all of it is estimated to cost, in USD. What the prompts' own tokens cost is not part of it."""
        again = (job.estimate for job in self.unfinished if job.state is State.ASKING)
        return sum((ask.estimate for ask in self.asks), NOTHING) + sum(again, NOTHING)

    @property
    def offers(self) -> tuple[PlannedOffer, ...]:
        """The plan as a table, by provider and model."""
        counts: dict[tuple[str, str, Decimal, str], int] = {}
        for ask in self.asks:
            key = (ask.provider, ask.model, ask.estimate, ask.formula)
            counts[key] = counts.get(key, 0) + 1
        return tuple(PlannedOffer(*key[:2], count, *key[2:]) for key, count in sorted(counts.items()))


def plan_collection(
    catalogue: Catalogue,
    choices: Choices,
    secrets: Secrets,
    *,
    unfinished: Iterable[Job],
    settled: Iterable[Job],
    on: date,
) -> Plan:
    """What is missing, each from the cheapest offer that can be asked, priced as of the day ``on``.

    ``unfinished`` and ``settled`` are the ledger's. Raises ``CollectError`` for choices that name what does not exist.
    """
    _check(catalogue, choices)
    left = tuple(job for job in unfinished)
    reasons = {(job.model, job.prompt): _settled(job) for job in settled if not (choices.doubtful and _doubtful(job))}
    there = {
        (output.model, output.prompt)
        for output in catalogue.outputs
        if choices.local or output.origin is OutputOrigin.MODEL
    }
    there |= {(job.model, job.prompt) for job in left}
    market = Market(catalogue, choices, secrets, on)
    asks: list[Planned] = []
    counts: dict[tuple[str, str], int] = {}
    for model_id, prompt_ids in _missing(catalogue, choices, there):
        for prompt_id in prompt_ids:
            usable = market.choose(model_id, edits=catalogue.prompts[prompt_id].input_image is not None)
            reason = _why_not(catalogue, prompt_id, usable, reasons.get((model_id, prompt_id), ""))
            if reason or isinstance(usable, str):
                counts[model_id, reason] = counts.get((model_id, reason), 0) + 1
            else:
                found = (usable.asked, usable.estimate, usable.formula, usable.parameters)
                asks.append(Planned(usable.provider, model_id, prompt_id, *found))
    asks.sort(key=lambda ask: (ask.prompt, ask.model))
    left_out = (LeftOut(model, count, reason) for (model, reason), count in sorted(counts.items()))
    return Plan(choices, tuple(asks), tuple(left_out), left, tuple(_lacking(market)))


def _lacking(market: Market) -> Iterator[LackingKey]:
    """The keys that the market lacked while offers were chosen."""
    for key, providers in sorted(market.lacking.items()):
        for provider, models in sorted(providers.items()):
            yield LackingKey(key, provider, tuple(sorted(models)))


def _check(catalogue: Catalogue, choices: Choices) -> None:
    known: dict[str, tuple[tuple[str, ...], Iterable[str]]] = {
        "arena": (choices.arenas, [arena.id for arena in catalogue.project.arenas]),
        "model": (choices.models, catalogue.models),
        "prompt": (choices.prompts, catalogue.prompts),
        "provider": (choices.providers, catalogue.providers),
    }
    findings = [
        CollectError(f'no {what} "{name}"', where=f"--{what}", hint=near(name, list(ids)))
        for what, (named, ids) in known.items()
        for name in named
        if name not in ids
    ]
    if findings:
        raise CollectError.of([*findings])


def _doubtful(job: Job) -> bool:
    return job.state is State.DOUBTFUL


def _settled(job: Job) -> str:
    day = f"{job.ended or job.began:%Y-%m-%d}"
    if _doubtful(job):
        return f"asked of {job.provider} on {day}, and the answer was lost: it may have been charged (--ask-doubtful)"
    return f"refused by {job.provider} on {day}"


def _missing(catalogue: Catalogue, choices: Choices, there: set[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Each chosen model with its prompts that have no output."""
    for model_id, model in catalogue.models.items():
        if choices.models and model_id not in choices.models:
            continue
        if model.status is Status.WITHDRAWN:
            continue
        prompts = [
            prompt_id
            for prompt_id in catalogue.prompts
            if _chosen(prompt_id, model, choices) and (model_id, prompt_id) not in there
        ]
        if prompts:
            yield model_id, prompts


def _chosen(prompt_id: str, model: Model, choices: Choices) -> bool:
    arena = prompt_id.partition("/")[0]
    if arena not in model.arenas or (choices.arenas and arena not in choices.arenas):
        return False
    return not choices.prompts or prompt_id in choices.prompts


def _why_not(catalogue: Catalogue, prompt_id: str, usable: Usable | str, settled: str) -> str:
    """Why a picture is not asked for; empty where it is."""
    if settled or isinstance(usable, str):
        return settled or str(usable)
    name = catalogue.prompts[prompt_id].input_image
    if name and usable.provider != LOCAL and not catalogue.input_path(name).is_file():
        return f"the picture to edit is missing: {name}"
    return ""


class Budget:
    """What may be spent, in USD. What is asked for is reserved before, and settled when its cost is known."""

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self.spent = Decimal(0)
        self._reserved = Decimal(0)

    def reserve(self, amount: Decimal) -> bool:
        """Whether ``amount`` fits beside all that is spent and reserved; it is reserved then."""
        if self.spent + self._reserved + amount > self.limit:
            return False
        self._reserved += amount
        return True

    def settle(self, reserved: Decimal, spent: Decimal) -> None:
        """Turn a reservation into what it came to."""
        self._reserved -= reserved
        self.spent += spent


def begin(planned: Planned, *, job_id: str, run: str, now: datetime) -> Job:
    """The job of a planned picture, about to be asked for."""
    return Job(
        id=job_id,
        run=run,
        provider=planned.provider,
        model=planned.model,
        prompt=planned.prompt,
        asked=planned.asked,
        parameters=planned.parameters,
        state=State.ASKING,
        began=now,
        estimate=planned.estimate,
    )


def in_doubt(job: Job, now: datetime) -> Job:
    """A job that was being asked for when its run died, at an API that may charge a repeated request."""
    reason = "the run ended while it was asked for, and a repeated request may be charged again"
    return replace(job, state=State.DOUBTFUL, doubt=job.doubt + job.estimate, ended=now, reason=reason)


def brief(catalogue: Catalogue, job: Job) -> ImageRequest:
    """The catalogue's prompt and picture, with the quality and size that the job was priced for.

    Raises ``CollectError`` where the prompt or its picture is gone.
    """
    prompt, offer = catalogue.prompts.get(job.prompt), catalogue.offers.get((job.provider, job.model))
    if prompt is None:
        raise CollectError("no file defines it any more", where=f"prompt {job.prompt}", hint="restore it")
    return image_request(
        json.loads(job.parameters),
        model=job.model,
        provider_model=job.asked,
        prompt=job.prompt,
        text=prompt.text,
        input_images=() if job.provider == LOCAL else _pictures(catalogue, prompt.input_image),
        image_parameter=(offer.image_parameter or "") if offer else "",
    )


def _pictures(catalogue: Catalogue, name: str | None) -> tuple[InputImage, ...]:
    if name is None:
        return ()
    path = catalogue.input_path(name)
    try:
        content = path.read_bytes()
        return (InputImage(content, media_type(content)),)
    except (OSError, NotAPicture) as error:
        raise CollectError(
            f"the picture to edit cannot be read: {error}", where=str(path), hint="restore it"
        ) from error
