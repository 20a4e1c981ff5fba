"""A playground on a model's page: a request from the reader's browser, with the reader's own key, to one endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from arena.catalogue.playground import Playground as Setting
from arena.gateways import Request
from arena.gateways.auth import AUTH
from arena.publish.edition import Edition
from arena.publish.samples import Blank, Task, blank_of
from arena.publish.views.model.code import PROMPTS, TASKS, Choice


@dataclass(frozen=True, slots=True)
class Playground:
    """What ``playground.js`` needs, and what its form says. ``plan`` is JSON: the requests, with slots to fill in."""

    endpoint: str
    provider: str
    asked: str
    needs_key: bool
    tasks: tuple[Choice, ...]
    prompt: str
    plan: Markup


def playground_of(edition: Edition, model_id: str) -> Playground | None:
    """The playground of a model; None where arena.toml names no endpoint, or its provider no id of this model."""
    setting = edition.catalogue.project.playground
    offer = edition.catalogue.offers_of(model_id).get(setting.provider) if setting else None
    if setting is None or offer is None or not offer.model_id:
        return None
    provider = edition.catalogue.providers[setting.provider].model_copy(update={"endpoint": setting.base})
    arenas = edition.model(model_id).arenas
    blanks = {
        task: blank_of(setting.provider, provider, offer, model=model_id, asked=offer.model_id, task=task)
        for task, (arena, _) in TASKS.items()
        if arena in arenas
    }
    if not blanks:
        return None
    labels = {Task.MAKE: TASKS[Task.MAKE][1], Task.EDIT: "Edit a picture"}
    return Playground(
        endpoint=setting.base,
        provider=provider.name,
        asked=offer.model_id,
        needs_key=provider.access.auth != "none",
        tasks=tuple(Choice(task, labels[task]) for task in blanks),
        prompt=PROMPTS[next(iter(blanks))],
        plan=_plan(setting, blanks),
    )


def _plan(setting: Setting, blanks: Mapping[Task, Blank]) -> Markup:
    first = next(iter(blanks.values()))
    plan = {
        "protocol": first.protocol,
        "endpoint": setting.base,
        "pictures": setting.pictures_from,
        "key": AUTH.get(first.auth),
        "asks": {task: _asked(blank.request) for task, blank in blanks.items()},
        "poll": {"url": first.poll.url, "params": dict(first.poll.params)} if first.poll else None,
    }
    text = json.dumps(plan, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - JSON without any <


def _asked(request: Request) -> dict[str, Any]:
    return {
        "url": request.url,
        "headers": dict(request.headers),
        "json": request.json,
        "form": dict(request.form),
        "file": request.files[0][0] if request.files else None,
    }
