"""What to ask, of whom, at what estimated cost: every model x prompt of an arena that has no output yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.costs import ImageCost, image_cost
from arena.catalogue.records import Model, Provider, Status
from arena.catalogue.wording import near
from arena.collect.jobs import NOTHING, Job, State
from arena.collect.secrets import Secrets
from arena.collect.shelf import LOCAL
from arena.errors import CollectError
from arena.gateways import GATEWAYS
from arena.records import OutputOrigin


@dataclass(frozen=True, slots=True)
class Choices:
    """What the maintainer asked for; empty tuples mean all. Sizes are in pixels."""

    arenas: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    """Only of these; the cheapest of them that can be asked."""
    width: int = 1024
    height: int = 1024
    quality: str = "medium"
    local: bool = False
    """Let the painter stand in for every model: a rehearsal, at no cost, whose outputs are simulated."""
    doubtful: bool = False
    """Ask again what may have been charged already."""


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


@dataclass(frozen=True, slots=True)
class _Usable:
    provider: str
    asked: str
    estimate: Decimal
    formula: str
    parameters: str


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
    market = _Market(catalogue, choices, secrets, on)
    asks: list[Planned] = []
    counts: dict[tuple[str, str], int] = {}
    for model_id, prompt_ids in _missing(catalogue, choices, there):
        usable = market.choose(model_id)
        for prompt_id in prompt_ids:
            reason = _why_not(catalogue, prompt_id, usable, reasons.get((model_id, prompt_id), ""))
            if reason or isinstance(usable, str):
                counts[model_id, reason] = counts.get((model_id, reason), 0) + 1
            else:
                found = (usable.asked, usable.estimate, usable.formula, usable.parameters)
                asks.append(Planned(usable.provider, model_id, prompt_id, *found))
    asks.sort(key=lambda ask: (ask.prompt, ask.model))
    left_out = (LeftOut(model, count, reason) for (model, reason), count in sorted(counts.items()))
    return Plan(choices, tuple(asks), tuple(left_out), left)


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


def _why_not(catalogue: Catalogue, prompt_id: str, usable: _Usable | str, settled: str) -> str:
    """Why a picture is not asked for; empty where it is."""
    if settled or isinstance(usable, str):
        return settled or str(usable)
    name = catalogue.prompts[prompt_id].input_image
    if name and usable.provider != LOCAL and not catalogue.input_path(name).is_file():
        return f"the picture to edit is missing: {name}"
    return ""


@dataclass(frozen=True, slots=True)
class _Market:
    """Where offers are looked for."""

    catalogue: Catalogue
    choices: Choices
    secrets: Secrets
    on: date

    def choose(self, model_id: str) -> _Usable | str:
        """The cheapest usable offer, by provider id among equals; or why there is none."""
        if self.choices.local:
            return _Usable(LOCAL, model_id, NOTHING, "painted here, at no cost", _parameters(self.choices, {}))
        usable, reasons = [], []
        for provider_id in self.catalogue.offers_of(model_id):
            if self.choices.providers and provider_id not in self.choices.providers:
                continue
            found = self._usable(provider_id, model_id)
            if isinstance(found, str):
                reasons.append(f"{provider_id}: {found}")
            else:
                usable.append(found)
        if usable:
            return min(usable, key=lambda one: (one.estimate, one.provider))
        return "; ".join(reasons) or "no provider offers it"

    def _usable(self, provider_id: str, model_id: str) -> _Usable | str:
        provider, offer = self.catalogue.providers[provider_id], self.catalogue.offers[provider_id, model_id]
        if reason := unusable(provider_id, provider, self.secrets):
            return reason
        if offer.model_id is None:
            return "the offer has no model_id"
        size = {"width": self.choices.width, "height": self.choices.height}
        model = self.catalogue.models[model_id]
        cost = image_cost(model, offer, **size, quality=self.choices.quality, on=self.on)
        if not isinstance(cost, ImageCost):
            return cost.reason
        parameters = _parameters(self.choices, offer.parameters)
        return _Usable(provider_id, offer.model_id, cost.amount, cost.formula, parameters)


def unusable(provider_id: str, provider: Provider, secrets: Secrets) -> str:
    """Why a provider cannot be asked; empty where it can."""
    if provider.gateway == LOCAL:
        return "" if provider_id == LOCAL else f'only a provider of the id "{LOCAL}" may have the gateway "{LOCAL}"'
    if not provider.gateway or not provider.endpoint:
        return "provider.toml names no gateway and endpoint"
    if provider.gateway not in GATEWAYS:
        return f'unknown gateway "{provider.gateway}" {near(provider.gateway, list(GATEWAYS))}'.strip()
    if not secrets.has(provider.access):
        return f"{provider.access.key} is not set" if provider.access.key else "provider.toml names no access.key"
    return ""


def _parameters(choices: Choices, own: Mapping[str, Any]) -> str:
    """What was asked for, as JSON; an offer's own parameters count last."""
    asked: dict[str, Any] = {"quality": choices.quality, "size": f"{choices.width}x{choices.height}"}
    return json.dumps({**asked, **own}, sort_keys=True, default=float, ensure_ascii=False)
