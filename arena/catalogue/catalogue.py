"""The catalogue in memory: every record of ``data/`` by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from arena.catalogue.layout import Kind, location, record_path
from arena.catalogue.outputs import Blindness, Collected, Measurement, Output, PicturesInPlay
from arena.catalogue.reads import Reads, RecordedMapping, as_recorded, plain
from arena.catalogue.records import Model, Offer, Organization, Project, Prompt, Provider, Story

OFFERS = "offers"
STORIES = "stories"
"""All offers and all stories, as facts: see ``Catalogue.recording``."""


def offers_fact(model_id: str) -> str:
    """The name of the fact that is all offers of a model."""
    return f"{OFFERS} of {model_id}"


def offers_at_fact(provider_id: str) -> str:
    """The name of the fact that is all offers of a provider."""
    return f"{OFFERS} at {provider_id}"


def fact_of_offer(key: tuple[str, str]) -> str:
    """The name of the fact that an offer, by provider and model, is a part of."""
    return offers_fact(key[1])


def story_fact(story_id: str) -> str:
    """The name of the fact that is one story."""
    return f"story {story_id}"


def stories_fact(model_id: str) -> str:
    """The name of the fact that is all stories about a model."""
    return f"{STORIES} of {model_id}"


@dataclass(frozen=True)
class Catalogue:
    """Everything under ``data/`` apart from the votes. All mappings are sorted by id.

    ``folder`` is the data folder. Offers are keyed by (provider id, model id), prompts by ``<arena>/<name>``.
    ``unread`` holds files that exist but could not be read, so that nobody is told that they are missing; it is empty
    in a catalogue that ``load_catalogue`` returns.
    """

    folder: Path
    project: Project
    organizations: Mapping[str, Organization]
    models: Mapping[str, Model]
    providers: Mapping[str, Provider]
    offers: Mapping[tuple[str, str], Offer]
    prompts: Mapping[str, Prompt]
    stories: Mapping[str, Story]
    outputs: tuple[Output, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    """How offers were measured while outputs were collected."""
    collected: tuple[Collected, ...] = ()
    """How outputs were made; without those that were not collected."""
    blindness: tuple[Blindness, ...] = ()
    """How far a program could name who made the pictures in play, by prompt."""
    in_play: tuple[PicturesInPlay, ...] = ()
    """What ``outputs`` leaves out, in a catalogue as it is published: see ``without_pictures_in_play``."""
    unread: frozenset[str] = frozenset()
    """Paths below the data folder."""
    today: date | None = None
    """The day that the states of models are those of; None where they are as their files say, whatever the day."""

    def on(self, day: date) -> Catalogue:
        """The catalogue as it is on ``day``: each model's status follows from the dates that its file has."""
        models = {
            model_id: model.model_copy(update={"status": model.status_on(day)})
            for model_id, model in self.models.items()
        }
        return replace(self, models=models, today=day)

    def recording(self, reads: Reads) -> Catalogue:
        """The same catalogue, which notes which offers and stories are read: by model, by story, or all of them."""
        offers = RecordedMapping(self.offers, reads, fact_of_offer, OFFERS)
        return replace(self, offers=offers, stories=RecordedMapping(self.stories, reads, story_fact, STORIES))

    def organization_of(self, model_id: str) -> Organization:
        """Who makes the model; raises KeyError for an organization that no file defines."""
        return self.organizations[model_id.partition("/")[0]]

    def offers_of(self, model_id: str) -> dict[str, Offer]:
        """The model's offers by provider id, sorted by it."""
        return dict(self._offers_by_model.get(model_id, {}))

    def offers_at(self, provider_id: str) -> dict[str, Offer]:
        """The provider's offers by model id, sorted by it."""
        return dict(self._offers_by_provider.get(provider_id, {}))

    def successors_of(self, model_id: str) -> list[str]:
        """The models that name this one as their predecessor, sorted by id."""
        return list(self._successors.get(model_id, ()))

    def stories_of(self, model_id: str) -> dict[str, Story]:
        """The stories about the model by story id: the newest event first, and by id within a day."""
        return dict(self._stories_by_model.get(model_id, {}))

    def prompts_of(self, arena: str) -> dict[str, Prompt]:
        """The arena's prompts by prompt id, sorted by it."""
        return {prompt_id: prompt for prompt_id, prompt in self.prompts.items() if prompt_id.startswith(f"{arena}/")}

    @property
    def prompt_lengths(self) -> dict[str, int]:
        """The characters of every prompt, by prompt id."""
        return {prompt_id: len(prompt.text) for prompt_id, prompt in self.prompts.items()}

    def output_path(self, output: Output) -> Path:
        """The image file of an output."""
        return self.folder / "outputs" / output.sha256[:2] / f"{output.sha256}.webp"

    def input_path(self, name: str) -> Path:
        """The picture that an editing prompt names as its ``input_image``."""
        return self.folder / "outputs" / "inputs" / name

    def where(self, kind: Kind, record_id: str, key: str = "") -> str:
        """The ``where`` of an error about a record: ``data/models/openai/dall-e-3.toml: key``."""
        return location(self.folder, record_path(kind, record_id), key)

    @cached_property
    def _offers_by_model(self) -> Mapping[str, dict[str, Offer]]:
        offers: dict[str, dict[str, Offer]] = {}
        for (provider_id, model_id), offer in plain(self.offers).items():
            offers.setdefault(model_id, {})[provider_id] = offer
        return as_recorded(self.offers, offers, offers_fact)

    @cached_property
    def _offers_by_provider(self) -> Mapping[str, dict[str, Offer]]:
        offers: dict[str, dict[str, Offer]] = {}
        for (provider_id, model_id), offer in plain(self.offers).items():
            offers.setdefault(provider_id, {})[model_id] = offer
        return as_recorded(self.offers, offers, offers_at_fact)

    @cached_property
    def _stories_by_model(self) -> Mapping[str, dict[str, Story]]:
        stories: dict[str, dict[str, Story]] = {}
        for story_id, story in sorted(
            plain(self.stories).items(), key=lambda item: (-item[1].happened.toordinal(), item[0])
        ):
            for model_id in dict.fromkeys(story.models):
                stories.setdefault(model_id, {})[story_id] = story
        return as_recorded(self.stories, stories, stories_fact)

    @cached_property
    def _successors(self) -> dict[str, list[str]]:
        successors: dict[str, list[str]] = {}
        for model_id, model in self.models.items():
            if model.predecessor:
                successors.setdefault(model.predecessor, []).append(model_id)
        return successors
