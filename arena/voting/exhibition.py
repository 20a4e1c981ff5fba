"""What may be shown: for each arena its prompts with at least two outputs of models that are not withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from arena.catalogue import Catalogue
from arena.catalogue.records import Output, Prompt, Status
from arena.records import OutputOrigin


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A prompt and who answered it: ``able`` are indexes into the hall's models, ``outputs`` by model id."""

    id: str
    prompt: Prompt
    able: tuple[int, ...]
    outputs: Mapping[str, Output]


@dataclass(frozen=True, slots=True)
class Hall:
    """One arena: its models (sorted ids) and exhibits (sorted by prompt id)."""

    arena: str
    models: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(exhibit.prompt.category for exhibit in self.exhibits)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(exhibit.prompt.language for exhibit in self.exhibits)

    @property
    def simulated(self) -> bool:
        """Whether any picture here was drawn by a program in a model's place."""
        return any(
            output.origin is OutputOrigin.SIMULATED for exhibit in self.exhibits for output in exhibit.outputs.values()
        )

    def matching(self, categories: Collection[str], languages: Collection[str]) -> list[Exhibit]:
        """The exhibits in any of these categories and languages; an empty collection means all."""
        return [
            exhibit
            for exhibit in self.exhibits
            if (not categories or exhibit.prompt.category in categories)
            and (not languages or exhibit.prompt.language in languages)
        ]


def open_halls(catalogue: Catalogue) -> dict[str, Hall]:
    """The arenas in which a battle can be drawn, by id in the project's order."""
    outputs: dict[str, dict[str, Output]] = {}
    for output in catalogue.outputs:
        model = catalogue.models.get(output.model)
        if model and model.status is not Status.WITHDRAWN and output.prompt in catalogue.prompts:
            outputs.setdefault(output.prompt, {}).setdefault(output.model, output)
    halls = (_hall(catalogue, arena.id, outputs) for arena in catalogue.project.arenas)
    return {hall.arena: hall for hall in halls if hall.exhibits}


def _hall(catalogue: Catalogue, arena: str, outputs: Mapping[str, Mapping[str, Output]]) -> Hall:
    shown = {prompt: outputs[prompt] for prompt in catalogue.prompts_of(arena) if len(outputs.get(prompt, ())) >= 2}
    models = tuple(sorted({model for by_model in shown.values() for model in by_model}))
    place = {model: index for index, model in enumerate(models)}
    return Hall(
        arena,
        models,
        tuple(
            Exhibit(prompt, catalogue.prompts[prompt], tuple(place[model] for model in sorted(by_model)), by_model)
            for prompt, by_model in shown.items()
        ),
    )
