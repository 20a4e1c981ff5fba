"""Which images to ask of which offers, at what estimated cost, within which budget: those of every model x prompt of
an arena that has no output yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.records import Model
from arena.collect.image_checks import InvalidImage, media_type
from arena.collect.jobs import LOCAL, NO_COST, Job, JobState
from arena.collect.offer_choice import CollectOptions, OfferChooser, UsableOffer
from arena.collect.secrets import Secrets
from arena.errors import CollectError
from arena.gateways import ImageRequest, InputImage, image_request
from arena.records import OutputOrigin

RUNS_WITHOUT_IMAGE = 3
"""After answers without an image in so many runs, each of which may have been paid for, a request is not repeated."""


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One image to ask for; ``formula`` says how its estimate was worked out."""

    provider: str
    model: str
    prompt: str
    provider_model: str
    estimate: Decimal
    formula: str
    parameters: str
    """As ``Job.parameters``."""


@dataclass(frozen=True, slots=True)
class LeftOutModel:
    """A model of which ``prompts`` images are missing and not asked for, with the reason."""

    model: str
    prompts: int
    reason: str


@dataclass(frozen=True, slots=True)
class MissingKey:
    """A key that is not set, and the models that ``provider`` could be asked for with it."""

    key: str
    provider: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """What one offer is to make. ``estimate`` is for one image, in USD."""

    provider: str
    model: str
    pictures: int
    estimate: Decimal
    formula: str

    @property
    def total(self) -> Decimal:
        return self.estimate * self.pictures


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to ask for: prompt by prompt, so that a run which ends early leaves whole battles."""

    options: CollectOptions
    images: tuple[PlannedImage, ...]
    left_out: tuple[LeftOutModel, ...]
    unfinished: tuple[Job, ...] = field(default=())
    """Jobs of an earlier run, which are finished first."""
    missing_keys: tuple[MissingKey, ...] = ()

    @property
    def estimate(self) -> Decimal:
        """What all of it is estimated to cost, in USD. What the prompts' own tokens cost is not part of it."""
        repeated = (job.estimate for job in self.unfinished if job.state is JobState.ASKING)
        return sum((image.estimate for image in self.images), NO_COST) + sum(repeated, NO_COST)

    @property
    def offers(self) -> tuple[PlannedOffer, ...]:
        """The plan as a table, by provider and model."""
        counts: dict[tuple[str, str, Decimal, str], int] = {}
        for image in self.images:
            key = (image.provider, image.model, image.estimate, image.formula)
            counts[key] = counts.get(key, 0) + 1
        return tuple(PlannedOffer(*key[:2], count, *key[2:]) for key, count in sorted(counts.items()))


def plan_collection(
    catalogue: Catalogue,
    options: CollectOptions,
    secrets: Secrets,
    *,
    unfinished: Iterable[Job],
    settled: Iterable[Job],
    on: date,
) -> Plan:
    """What is missing, each image from the cheapest offer that can be asked, priced as of the day ``on``.

    ``unfinished`` and ``settled`` are the ledger's. Raises ``CollectError`` for options that name what does not exist.
    """
    _check_names(catalogue, options)
    open_jobs = tuple(unfinished)
    earlier: dict[tuple[str, str], list[Job]] = {}
    for job in settled:
        earlier.setdefault((job.model, job.prompt), []).append(job)
    present = {
        (output.model, output.prompt)
        for output in catalogue.outputs
        if (options.local or output.origin is OutputOrigin.MODEL) and not (options.new_seeds and output.left_play)
    }
    # What an earlier run has under way is finished, not asked for once more.
    present |= {(job.model, job.prompt) for job in open_jobs}
    chooser = OfferChooser(catalogue, options, secrets, on)
    images: list[PlannedImage] = []
    left_out_prompts: dict[tuple[str, str], int] = {}
    for model_id, prompt_ids in _missing(catalogue, options, present):
        if gone := _shut_down(catalogue.models[model_id]):
            left_out_prompts[model_id, gone] = len(prompt_ids)
            continue
        for prompt_id in prompt_ids:
            usable = chooser.choose(model_id, edits=catalogue.prompts[prompt_id].input_image is not None)
            planned = _planned(usable, model_id, prompt_id) if isinstance(usable, UsableOffer) else str(usable)
            if isinstance(planned, PlannedImage):
                jobs = earlier.get((model_id, prompt_id), [])
                planned = _why_not(catalogue, planned) or _settled(catalogue, planned, jobs, options) or planned
            if isinstance(planned, str):
                left_out_prompts[model_id, planned] = left_out_prompts.get((model_id, planned), 0) + 1
            else:
                images.append(planned)
    # Not model by model: where the budget ends, whole prompts are there, and battles can be drawn from them.
    images.sort(key=lambda image: (image.prompt, image.model))
    left_out = (LeftOutModel(model, count, reason) for (model, reason), count in sorted(left_out_prompts.items()))
    return Plan(options, tuple(images), tuple(left_out), open_jobs, tuple(_missing_keys(chooser)))


def _missing_keys(chooser: OfferChooser) -> Iterator[MissingKey]:
    """The keys that were missing while offers were chosen."""
    for key, providers in sorted(chooser.missing_keys.items()):
        for provider, models in sorted(providers.items()):
            yield MissingKey(key, provider, tuple(sorted(models)))


def _check_names(catalogue: Catalogue, options: CollectOptions) -> None:
    known: dict[str, tuple[tuple[str, ...], Iterable[str]]] = {
        "arena": (options.arenas, [arena.id for arena in catalogue.project.arenas]),
        "model": (options.models, catalogue.models),
        "prompt": (options.prompts, catalogue.prompts),
        "provider": (options.providers, catalogue.providers),
    }
    findings = [
        CollectError(f'no {what} "{name}"', where=f"--{what}", hint=near(name, list(ids)))
        for what, (named, ids) in known.items()
        for name in named
        if name not in ids
    ]
    if findings:
        raise CollectError.of([*findings])


def _planned(usable: UsableOffer, model_id: str, prompt_id: str) -> PlannedImage:
    offer = (usable.provider_model, usable.estimate, usable.formula, usable.parameters)
    return PlannedImage(usable.provider, model_id, prompt_id, *offer)


def _settled(catalogue: Catalogue, planned: PlannedImage, jobs: list[Job], options: CollectOptions) -> str:
    """Why earlier jobs of the same image keep it from being asked for; empty where none does.

    A job in doubt may have been charged, whatever is asked for now; a refusal and answers without an image are about
    the very request that was made.
    """
    doubtful = [job for job in jobs if job.state is JobState.DOUBTFUL]
    if doubtful and not options.doubtful:
        job = doubtful[-1]
        lost = f"asked of {job.provider} on {_day(job)}, and the answer was lost"
        return f"{lost}: it may have been charged (--ask-doubtful)"
    if not jobs or options.refused:
        return ""
    digest = request_digest(catalogue, planned.provider, image_request_of(catalogue, planned))
    same = [job for job in jobs if _is_same(job, planned, digest)]
    if refused := [job for job in same if job.state is JobState.REFUSED]:
        return f"refused by {refused[-1].provider} on {_day(refused[-1])} (--ask-refused)"
    failed = [job for job in same if job.state is JobState.FAILED]
    if len({job.run for job in failed}) >= RUNS_WITHOUT_IMAGE:
        return (
            f"no picture from {failed[-1].provider} in {RUNS_WITHOUT_IMAGE} runs (--ask-refused): {failed[-1].reason}"
        )
    return ""


def _is_same(job: Job, planned: PlannedImage, digest: str) -> bool:
    """Whether a job made the request that is planned now; one without a digest is compared by what it has."""
    if job.request:
        return job.request == digest
    was = (job.provider, job.provider_model, job.parameters)
    return was == (planned.provider, planned.provider_model, planned.parameters)


def _day(job: Job) -> str:
    return f"{job.ended or job.began:%Y-%m-%d}"


def _missing(
    catalogue: Catalogue, options: CollectOptions, present: set[tuple[str, str]]
) -> Iterator[tuple[str, list[str]]]:
    """Each chosen model with its prompts that have no output; arenas of published data sets are left alone."""
    prompts_asked = [prompt for arena in catalogue.project.open_arenas for prompt in catalogue.prompts_of(arena.id)]
    for model_id, model in catalogue.models.items():
        if options.models and model_id not in options.models:
            continue
        prompts = [
            prompt_id
            for prompt_id in prompts_asked
            if _chosen(prompt_id, model, options) and (model_id, prompt_id) not in present
        ]
        if prompts:
            yield model_id, prompts


def _shut_down(model: Model) -> str:
    """Why a model that is withdrawn is not asked; empty for any other."""
    if model.current:
        return ""
    return f"shut down on {model.shut_down}" if model.shut_down else "its maker no longer serves it"


def _chosen(prompt_id: str, model: Model, options: CollectOptions) -> bool:
    arena = prompt_id.partition("/")[0]
    if arena not in model.arenas or (options.arenas and arena not in options.arenas):
        return False
    return not options.prompts or prompt_id in options.prompts


def _why_not(catalogue: Catalogue, planned: PlannedImage) -> str:
    """Why a picture is not asked for; empty where it is."""
    name = catalogue.prompts[planned.prompt].input_image
    if name and planned.provider != LOCAL and not catalogue.input_path(name).is_file():
        return f"the picture to edit is missing: {name}"
    return ""


class Budget:
    """What may be spent, in USD. What a request is likely to cost is reserved before it goes out, and settled when its
    cost is known.

    Requests run at the same time: counting them only when they are done would let all that are out pass the limit. An
    estimate may be too low, and the provider's own word of an earlier cost shows it: from then on, the most that an
    offer's image has cost in this run is reserved. As the first request for a model goes alone, what passes the limit
    is one image that cost more than any before it, and not as many as are out at a time.
    """

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self.spent = NO_COST
        self._reserved = NO_COST
        self._most: dict[tuple[str, str], Decimal] = {}

    def likely(self, job: Job) -> Decimal:
        """What to reserve for a request: its estimate, or what one at the same offer has cost if that was more."""
        return max(job.estimate, self._most.get((job.provider, job.provider_model), NO_COST))

    def learn(self, job: Job, cost: Decimal, reserved: Decimal) -> Decimal:
        """The provider says what a request has cost; returns what is reserved for the job from now on."""
        offer = (job.provider, job.provider_model)
        self._most[offer] = max(cost, self._most.get(offer, NO_COST))
        missing = max(NO_COST, cost - reserved)
        self._reserved += missing
        return reserved + missing

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


def new_job(planned: PlannedImage, *, job_id: str, run: str, now: datetime) -> Job:
    """The job of a planned image, about to be asked for."""
    return Job(
        id=job_id,
        run=run,
        provider=planned.provider,
        model=planned.model,
        prompt=planned.prompt,
        provider_model=planned.provider_model,
        parameters=planned.parameters,
        state=JobState.ASKING,
        began=now,
        estimate=planned.estimate,
    )


def doubtful_job(job: Job, now: datetime) -> Job:
    """A job that was being asked for when its run died, at an API that may charge a repeated request."""
    reason = "the run ended while it was asked for, and a repeated request may be charged again"
    # Where the answer had come, its cost is known already.
    doubt = job.doubt + (NO_COST if job.cost else job.estimate)
    return replace(job, state=JobState.DOUBTFUL, doubt=doubt, ended=now, reason=reason)


def request_digest(catalogue: Catalogue, provider_id: str, wanted: ImageRequest) -> str:
    """Stands for what is asked of whom: the prompt's text, the pictures, the parameters, the offer and its protocol."""
    provider = catalogue.providers.get(provider_id)
    pictures = [hashlib.sha256(image.content).hexdigest() for image in wanted.input_images]
    facts = {
        "provider": provider_id,
        "protocol": provider.gateway if provider else None,
        "model": wanted.provider_model,
        "text": wanted.text,
        "size": [wanted.width, wanted.height, wanted.quality],
        "parameters": dict(wanted.parameters),
        "pictures": [wanted.image_parameter, *pictures],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def image_request_of(catalogue: Catalogue, job: Job | PlannedImage) -> ImageRequest:
    """The request for a job's or a planned image, with the quality and size that the job was priced for.

    Raises ``CollectError`` where the prompt or its input image is gone.
    """
    prompt, offer = catalogue.prompts.get(job.prompt), catalogue.offers.get((job.provider, job.model))
    if prompt is None:
        raise CollectError("no file defines it any more", where=f"prompt {job.prompt}", hint="restore it")
    return image_request(
        json.loads(job.parameters),
        model=job.model,
        provider_model=job.provider_model,
        prompt=job.prompt,
        text=prompt.text,
        input_images=() if job.provider == LOCAL else _input_images(catalogue, prompt.input_image),
        image_parameter=(offer.image_parameter or "") if offer else "",
    )


def _input_images(catalogue: Catalogue, name: str | None) -> tuple[InputImage, ...]:
    if name is None:
        return ()
    path = catalogue.input_path(name)
    try:
        content = path.read_bytes()
        return (InputImage(content, media_type(content)),)
    except (OSError, InvalidImage) as error:
        raise CollectError(
            f"the picture to edit cannot be read: {error}", where=str(path), hint="restore it"
        ) from error
