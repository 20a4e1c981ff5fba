"""Ask one provider for one small picture, to see whether its answers are understood: what the first person with a key
runs. Nothing of it becomes an output.

It is booked like any other request. The ledger holds it as doubtful before it is sent, and not as open: a probe that
was killed may have been charged, and no later run goes on with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.model_facts import Status
from arena.catalogue.records import Provider
from arena.collect.dependencies import Dependencies
from arena.collect.image_checks import CheckedImage, InvalidImage, check_image
from arena.collect.image_store import ImageStore
from arena.collect.job_runner import JobResult, JobRunner
from arena.collect.jobs import NO_COST, OPEN_STATES, PROBE, Job, JobState
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions, OfferChooser, UsableOffer, no_gateway
from arena.collect.planning import Budget, PlannedImage, new_job, request_digest
from arena.collect.provider_client import ProviderClient
from arena.collect.secrets import Secrets
from arena.errors import CollectError
from arena.gateways import GATEWAYS, Gateway, HttpAnswer, HttpRequest, ImageRequest, Reply, image_request

PROBE_TEXT = "A red circle on a white background."
REASONS_TO_TELL = 3


@dataclass(slots=True)
class RecordingGateway:
    """A gateway that remembers what it was asked and what was answered. The key is in none of it: it is put into the
    headers when a request is sent (``arena.collect.provider_client``).
    """

    inner: Gateway
    requests: list[HttpRequest] = field(default_factory=list)
    answers: list[tuple[HttpAnswer, Reply]] = field(default_factory=list)

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """As ``Gateway.request``."""
        self.requests.append(self.inner.request(endpoint, wanted))
        return self.requests[-1]

    def read(self, answer: HttpAnswer) -> Reply:
        """As ``Gateway.read``."""
        reply = self.inner.read(answer)
        self.answers.append((answer, reply))
        return reply

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """As ``Gateway.poll``."""
        self.requests.append(self.inner.poll(endpoint, handle))
        return self.requests[-1]


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What was asked, what came back and what was understood. ``job`` is as the ledger has it."""

    planned: PlannedImage
    provider: Provider
    began: datetime
    limit: Decimal
    request: HttpRequest
    answers: tuple[tuple[HttpAnswer, Reply], ...]
    job: Job | None = None
    """None where nothing was sent."""
    picture: CheckedImage | None = None
    picture_bytes: int = 0
    kept: Path | None = None
    """Where the picture is kept, whatever it is."""

    @property
    def understood(self) -> bool:
        """Whether a picture came that can be used."""
        return self.picture is not None


def choose_probe(
    catalogue: Catalogue,
    provider_id: str,
    options: CollectOptions,
    secrets: Secrets,
    *,
    qualities: Sequence[str],
    on: date,
) -> PlannedImage:
    """The cheapest picture that a provider can be asked for, among the models of the options if they name some.

    ``qualities`` are tried in their order, and the first of equal price counts. Raises ``CollectError`` where there is
    none, with the variable to set where only the key is missing.
    """
    where, provider = f"provider {provider_id}", catalogue.providers.get(provider_id)
    if provider is None:
        raise CollectError(
            f'no provider "{provider_id}"', where="--probe", hint=near(provider_id, [*catalogue.providers])
        )
    if reason := no_gateway(provider_id, provider):
        raise CollectError(f"cannot be asked: {reason}", where=where, hint="see docs/collecting.md, Add a provider")
    for name in options.models:
        if name not in catalogue.models:
            raise CollectError(f'no model "{name}"', where="--model", hint=near(name, [*catalogue.models]))
    found: list[tuple[UsableOffer, str]] = []
    reasons: dict[str, str] = {}
    keys: set[str] = set()
    for quality in qualities:
        asked = replace(options, providers=(provider_id,), quality=quality)
        chooser = OfferChooser(catalogue, asked, secrets, on)
        for model_id in _models(catalogue, provider_id, options):
            usable = chooser.choose(model_id, edits=False)
            if isinstance(usable, UsableOffer):
                found.append((usable, model_id))
            else:
                reasons[model_id] = usable.removeprefix(f"{provider_id}: ")
        keys |= chooser.missing_keys.keys()
    if found:
        # min() keeps the first of equals: a lower quality before a higher one, models in the catalogue's order.
        usable, model_id = min(found, key=lambda item: item[0].estimate)
        offer = (usable.provider_model, usable.estimate, usable.formula, usable.parameters)
        return PlannedImage(provider_id, model_id, PROBE, *offer)
    if keys:
        key = sorted(keys)[0] or "the variable that access.key names"
        raise CollectError(f"{key} is not set", where=where, hint=f"export {key}=... and run it again")
    told = "; ".join(f"{model}: {reason}" for model, reason in list(reasons.items())[:REASONS_TO_TELL])
    hint = told or "an offer is a file such as data/providers/<provider>/<organization>/<model>.toml"
    raise CollectError("it has no model that can be asked for a picture", where=where, hint=hint)


def _models(catalogue: Catalogue, provider_id: str, options: CollectOptions) -> list[str]:
    """The models that the provider offers and that draw from words alone."""
    with_picture = {name.partition("/")[0] for name, prompt in catalogue.prompts.items() if prompt.input_image}
    from_words = {name.partition("/")[0] for name, prompt in catalogue.prompts.items() if not prompt.input_image}
    edits_only = with_picture - from_words
    return [
        model_id
        for model_id, model in catalogue.models.items()
        if (provider_id, model_id) in catalogue.offers
        and model.status is not Status.WITHDRAWN
        and not (model.arenas and set(model.arenas) <= edits_only)
        and (not options.models or model_id in options.models)
    ]


def probe_request(planned: PlannedImage) -> ImageRequest:
    """What is asked for: a text that no filter minds, at the size and quality that were priced."""
    return image_request(
        json.loads(planned.parameters),
        model=planned.model,
        provider_model=planned.provider_model,
        prompt=PROBE,
        text=PROBE_TEXT,
    )


def rehearse(planned: PlannedImage, catalogue: Catalogue, *, limit: Decimal, dependencies: Dependencies) -> ProbeResult:
    """What would be sent; nothing is."""
    provider = catalogue.providers[planned.provider]
    request = GATEWAYS[provider.gateway or ""].request((provider.endpoint or "").rstrip("/"), probe_request(planned))
    return ProbeResult(planned, provider, dependencies.clock.now(), limit, request, ())


def run_probe(
    planned: PlannedImage,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    private: Path,
    max_cost: Decimal,
    dependencies: Dependencies,
) -> ProbeResult:
    """Send one request, follow it to its end, and book it. The picture is kept under ``private``.

    Raises ``CollectError`` before anything is sent where the picture may cost more than ``max_cost``.
    """
    if planned.estimate > max_cost:
        told = f"the cheapest picture there is estimated at {planned.estimate:f} USD ({planned.model})"
        raise CollectError(
            told, where=f"provider {planned.provider}", hint=f"allow as much: --max-cost {planned.estimate:f}"
        )
    store = ImageStore(catalogue.folder, private)
    probing = _probe(planned, catalogue, ledger, secrets, store=store, max_cost=max_cost, dependencies=dependencies)
    return asyncio.run(probing)


async def _probe(
    planned: PlannedImage,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    store: ImageStore,
    max_cost: Decimal,
    dependencies: Dependencies,
) -> ProbeResult:
    clock, rng, wanted = dependencies.clock, dependencies.rng, probe_request(planned)
    provider = catalogue.providers[planned.provider]
    gateway = RecordingGateway(GATEWAYS[provider.gateway or ""])
    client = ProviderClient(
        provider.endpoint or "",
        provider.access,
        secrets.headers(planned.provider, provider.access),
        read=gateway.read,
        clock=clock,
        rng=rng,
        # The first answer is what one wants to see, and a second request may cost as much again.
        attempts=1,
    )
    budget, writer, began = Budget(max_cost), ProbeWriter(ledger), clock.now()
    job = new_job(planned, job_id=f"{rng.getrandbits(128):032x}", run=f"{PROBE}-{began:%Y%m%dT%H%M%SZ}", now=began)
    job = await writer.put(replace(job, request=request_digest(catalogue, planned.provider, wanted)))
    budget.reserve(job.estimate)
    async with dependencies.clients(planned.provider, provider)() as http:
        runner = JobRunner(gateway, client, http, writer=writer, budget=budget, clock=clock, redact=secrets.redact)
        result = await runner.request(job, wanted, job.estimate)
        if result.job.state is JobState.ANSWERED and result.content is None:
            result = await runner.fetch(result.job, dependencies.resolver)
    ended, picture, kept = _checked(result, store, clock.now(), secrets)
    ended = replace(ended, ended=ended.ended or clock.now())
    await writer.put(ended)
    return ProbeResult(
        planned,
        provider,
        began,
        max_cost,
        gateway.requests[0],
        tuple(gateway.answers),
        booked_as(ended),
        picture,
        len(result.content or b""),
        kept,
    )


def _checked(
    result: JobResult, store: ImageStore, now: datetime, secrets: Secrets
) -> tuple[Job, CheckedImage | None, Path | None]:
    """The job as it ends, its picture if it can be used, and where what arrived is kept."""
    job, content = result.job, result.content
    if job.state is not JobState.ANSWERED:
        return job, None, None
    if content is None:
        return replace(job, state=JobState.FAILED, unusable=1, media="", ended=now), None, None
    kept = store.keep_probe(job.id, content)
    try:
        picture, copy = check_image(content)
    except InvalidImage as invalid:
        reason = secrets.redact(f"the picture: {invalid}")
        return replace(job, state=JobState.FAILED, reason=reason, unusable=1, media="", ended=now), None, kept
    done = replace(
        job,
        state=JobState.DONE,
        media="",
        ended=now,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        bytes=len(content),
        sha256=hashlib.sha256(copy.content).hexdigest(),
        original=hashlib.sha256(content).hexdigest(),
    )
    return done, picture, kept


def booked_as(job: Job) -> Job:
    """A probe's job as the ledger gets it: while it is open, as one that may have been charged."""
    if job.state not in OPEN_STATES:
        return job
    # Where the answer has come, its cost is known already.
    doubt = job.doubt + (NO_COST if job.cost else job.estimate)
    return replace(job, state=JobState.DOUBTFUL, doubt=doubt, media="", reason=job.reason or "the probe did not end")


class ProbeWriter:
    """Writes a probe's job into the ledger at each step."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def put(self, job: Job) -> Job:
        """Write the job, and hand it back as it was."""
        await asyncio.to_thread(self._ledger.put, [booked_as(job)])
        return job
