"""How to call a model: code in Python, curl and JavaScript for each provider, and a playground in the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from arena import wording
from arena.catalogue.records import Access, Offer, Provider
from arena.catalogue.settings import Playground as Setting
from arena.gateways import GATEWAYS, HttpRequest
from arena.gateways.protocol import AUTH
from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.json_text import json_text
from arena.publish.pages.model.prices import cheapest_first
from arena.publish.pages.model.state import shut_down_words
from arena.publish.samples import LANGUAGES, Blank, Task, blank_of

PROMPTS = {
    Task.MAKE: "A noodle bar poster with the words “Open until late”",
    Task.EDIT: "Make it evening and switch the lamps on",
}
TASKS = {Task.MAKE: ("text-to-image", "Make a picture"), Task.EDIT: ("image-editing", "Edit photo.png")}
"""The arena whose models are asked for it, and what it is called."""
LOCAL = "local"
PLACEHOLDER = Provider(
    name="A gateway of your choice",
    gateway="generations",
    endpoint="https://YOUR-GATEWAY/v1/generations",
    access=Access(key="API_KEY"),
)


@dataclass(frozen=True, slots=True)
class ChooserEntry:
    """One entry of a chooser."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class CodeSample:
    """Code for one task in one language of programming."""

    task: str
    language: str
    label: str
    code: str


@dataclass(frozen=True, slots=True)
class ProviderCode:
    """Code for one provider; ``path`` is empty for a placeholder."""

    name: str
    path: str
    note: str
    snippets: tuple[CodeSample, ...]
    silent: tuple[str, ...] = ()
    """Tasks for which no documentation of this provider was found."""


@dataclass(frozen=True, slots=True)
class Code:
    """The section on calling the model: ``note`` says what is needed, choosers what there is to choose from."""

    note: str
    tasks: tuple[ChooserEntry, ...]
    languages: tuple[ChooserEntry, ...]
    providers: tuple[ProviderCode, ...]


def code_of(site: SiteData, model_id: str) -> Code:
    """Code for every provider of the model whose protocol is known, the cheapest first; else with a placeholder. None
    for a model that is shut down, which nobody should start to ask.
    """
    if gone := shut_down_words(site, model_id):
        return Code(f"{gone} There is no code to ask for it.", (), (), ())
    arenas = site.model(model_id).arenas
    tasks = [task for task, (arena, _) in TASKS.items() if arena in arenas] or [Task.MAKE]
    providers = tuple(_providers(site, model_id, tasks))
    note = "Each example makes one picture and saves it as picture.png. It reads the API key from the environment."
    if not providers:
        offer = Offer(model_id=_asked(site, model_id, Offer()))
        about = _placeholder_note(site, model_id)
        providers = (_provider_code("", PLACEHOLDER, offer, model_id=model_id, tasks=tasks, note=about),)
        note = "We found no API documentation for this model; here is a generic example."
    return Code(
        note=note,
        tasks=tuple(ChooserEntry(task, TASKS[task][1]) for task in tasks),
        languages=tuple(ChooserEntry(language, label) for language, label, _ in LANGUAGES),
        providers=providers,
    )


def _providers(site: SiteData, model_id: str, tasks: list[Task]) -> Iterator[ProviderCode]:
    offers = site.catalogue.offers_of(model_id)
    for provider_id in sorted(offers, key=lambda provider: cheapest_first(site, provider, model_id)):
        provider, offer = asked_at(site, provider_id), offers[provider_id]
        known_tasks = [task for task in tasks if task is Task.MAKE or provider.access.edits or offer.image_parameter]
        if can_be_asked(provider) and not offer.other_api and known_tasks:
            asked = _asked(site, model_id, offer)
            note = "" if offer.model_id else f"We found no id of the model there; {asked} is a guess."
            known = offer.model_copy(update={"model_id": asked})
            code = _provider_code(provider_id, provider, known, model_id=model_id, tasks=known_tasks, note=note)
            yield replace(code, silent=tuple(task for task in tasks if task not in known_tasks))


def asked_at(site: SiteData, provider_id: str) -> Provider:
    """The provider; one without an endpoint of its own is asked at the playground's, where that speaks for it."""
    provider, setting = site.catalogue.providers[provider_id], site.catalogue.project.playground
    if provider.endpoint or setting is None or setting.provider != provider_id:
        return provider
    return provider.model_copy(update={"endpoint": setting.base})


def can_be_asked(provider: Provider) -> bool:
    """Whether the catalogue knows by which protocol a provider is asked, and where."""
    return bool(provider.endpoint) and provider.gateway in GATEWAYS and provider.gateway != LOCAL


def _asked(site: SiteData, model_id: str, offer: Offer) -> str:
    return offer.model_id or site.model(model_id).api_id or model_id


def _provider_code(
    provider_id: str, provider: Provider, offer: Offer, *, model_id: str, tasks: list[Task], note: str
) -> ProviderCode:
    asked = offer.model_id or model_id
    blanks = {task: blank_of(provider_id, provider, offer, model=model_id, asked=asked, task=task) for task in tasks}
    key = next(iter(blanks.values())).key
    needed = f"The model’s id is {asked}, and " if provider_id else ""
    needed = wording.sentence(f"{needed}{f'the API key is read from {key}' if key else 'no API key is needed'}.")
    return ProviderCode(
        name=provider.name,
        path=paths.provider_path(provider_id) if provider_id else "",
        note=" ".join(filter(None, (needed, _blanks_note(provider), provider.access.note, note))),
        snippets=tuple(
            CodeSample(task, language, label, render(blank, PROMPTS[task]))
            for task, blank in blanks.items()
            for language, label, render in LANGUAGES
        ),
    )


def _blanks_note(provider: Provider) -> str:
    """What of the address readers fill in themselves; empty where it is the same for all."""
    blanks = provider.endpoint_blanks
    return f"Replace {wording.listing(blanks)} with the name of your own." if blanks else ""


def _placeholder_note(site: SiteData, model_id: str) -> str:
    if site.model(model_id).api_id:
        return ""
    return f"{model_id} is the model’s id on this site; a gateway may call it something else."


@dataclass(frozen=True, slots=True)
class PlaygroundForm:
    """What ``playground.js`` needs, and what its form says. ``plan`` is JSON: the requests, with slots to fill in."""

    endpoint: str
    provider: str
    asked: str
    needs_key: bool
    tasks: tuple[ChooserEntry, ...]
    prompt: str
    plan: Markup


def playground_of(site: SiteData, model_id: str) -> PlaygroundForm | None:
    """The playground of a model; None where arena.toml names no endpoint, its provider no id of this model, and for one
    that is shut down.
    """
    setting = site.catalogue.project.playground
    offer = site.catalogue.offers_of(model_id).get(setting.provider) if setting else None
    if setting is None or offer is None or not offer.model_id or not site.model(model_id).current:
        return None
    provider = site.catalogue.providers[setting.provider].model_copy(update={"endpoint": setting.base})
    arenas = site.model(model_id).arenas
    blanks = {
        task: blank_of(setting.provider, provider, offer, model=model_id, asked=offer.model_id, task=task)
        for task, (arena, _) in TASKS.items()
        if arena in arenas
    }
    if not blanks:
        return None
    labels = {Task.MAKE: TASKS[Task.MAKE][1], Task.EDIT: "Edit a picture"}
    return PlaygroundForm(
        endpoint=setting.base,
        provider=provider.name,
        asked=offer.model_id,
        needs_key=provider.access.auth != "none",
        tasks=tuple(ChooserEntry(task, labels[task]) for task in blanks),
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
        "asks": {task: _playground_parameters(blank.request) for task, blank in blanks.items()},
        "poll": {"url": first.poll.url, "params": dict(first.poll.params)} if first.poll else None,
    }
    text = json_text(plan).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - JSON without any <


def _playground_parameters(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": request.url,
        "headers": dict(request.headers),
        "json": request.json,
        "form": dict(request.form),
        "file": request.files[0][0] if request.files else None,
    }
