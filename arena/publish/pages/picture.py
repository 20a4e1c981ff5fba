"""Pictures in full size, a page for each prompt: what was asked, who made each, whom it met, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.outputs import Output
from arena.publish.content.examples import Example
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.pictures import Picture, input_of
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.model.examples import outcome_detail, outcome_word
from arena.publish.pages.prompt import (
    PromptPicture,
    PromptText,
    outputs_by_prompt,
    prompt_pictures,
    prompt_text,
    showings_by_prompt,
)
from arena.publish.paths import PROMPTS, large_view, picture_id, pictures_path, prompt_path

SIMULATED = "Drawn by a program for this demonstration: the model did not make it, so no provider or request is known."
NOT_KNOWN = "How it was made is not recorded."


@dataclass(frozen=True, slots=True)
class ReturnedFact:
    """One parameter of the request, or one property of what came back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Opponent:
    """A model that the picture was compared with: ``outcome`` is the picture's; ``path`` is the other's picture."""

    outcome: str
    model: ModelRef
    rank: str
    detail: str
    path: str


@dataclass(frozen=True, slots=True)
class LargePicture:
    """One output in full size. ``facts`` say how it came about; ``note`` says why there are none."""

    id: str
    shot: PromptPicture
    opponents: tuple[Opponent, ...]
    facts: tuple[ReturnedFact, ...]
    note: str
    before: str
    """The picture before it, as an address; empty for the first."""
    after: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """The context of ``picture.html``: every output for one prompt, by the models' overall ranks."""

    heading: str
    prompt: PromptText
    prompt_page: str
    input_picture: Picture | None
    pictures: tuple[LargePicture, ...]
    count: str


def pages(site: SiteData) -> Iterator[Page]:
    """A page for each prompt that has pictures."""
    outputs, fared = outputs_by_prompt(site), showings_by_prompt(site)
    for prompt_id, prompt in site.catalogue.prompts.items():
        if prompt_id not in outputs:
            continue
        arena_id = prompt_id.partition("/")[0]
        heading = f"{site.category_name(prompt.category)}, in {site.language(prompt.language).name}"
        shots = prompt_pictures(site, prompt_id, outputs[prompt_id], fared.get(prompt_id, {}))
        count = wording.count(len(shots), "picture")
        yield Page(
            path=pictures_path(prompt_id),
            template="picture.html",
            title=f"{count} for “{wording.clipped(prompt.english or prompt.text, 60)}”",
            description=f"{count} in full size, with who won against whom: {prompt.english or prompt.text}",
            view=PictureView(
                heading=heading,
                prompt=prompt_text(site, prompt),
                prompt_page=prompt_path(prompt_id),
                input_picture=input_of(site, prompt),
                pictures=tuple(_large(site, prompt_id, shots)),
                count=count,
            ),
            section=PROMPTS,
            crumbs=(
                Crumb("Prompts", PROMPTS),
                Crumb(site.arena_name(arena_id), f"{PROMPTS}#{arena_id}"),
                Crumb(heading, prompt_path(prompt_id)),
            ),
            updated=last_vote(site),
            arenas=(arena_id,),
        )


def _large(site: SiteData, prompt_id: str, shots: tuple[PromptPicture, ...]) -> Iterator[LargePicture]:
    paths = [shot.large for shot in shots]
    for before, shot, after in zip(["", *paths[:-1]], shots, [*paths[1:], ""], strict=True):
        facts = returned_facts(site, shot.sha256)
        yield LargePicture(
            id=picture_id(shot.sha256),
            shot=shot,
            opponents=tuple(_opponent(site, prompt_id, each) for each in site.against.get(shot.sha256, ())),
            facts=facts,
            note="" if facts else SIMULATED if shot.simulated else NOT_KNOWN,
            before=before,
            after=after,
        )


def _opponent(site: SiteData, prompt_id: str, record: Example) -> Opponent:
    shown = record.opponent_output in site.outputs
    return Opponent(
        outcome=outcome_word(record),
        model=model_ref(site, record.opponent),
        rank=str(record.opponent_rank),
        detail=outcome_detail(site, record),
        path=large_view(prompt_id, record.opponent_output) if shown else "",
    )


def returned_facts(site: SiteData, sha256: str) -> tuple[ReturnedFact, ...]:
    """How an output came about; empty where nothing is known of it."""
    found = site.collected.get(sha256)
    if found is None:
        return _added(site.outputs[sha256]) if sha256 in site.outputs else ()
    provider = site.catalogue.providers.get(found.provider)
    facts = [
        ReturnedFact("Provider", provider.name if provider else found.provider),
        ReturnedFact("Its model id", found.asked),
        *_asked(found.parameters),
        ReturnedFact(
            "Returned", f"{found.width}×{found.height} {found.format.upper()}, {wording.readable_size(found.bytes)}"
        ),
        ReturnedFact("Shown here", _shown(site, sha256)),
        ReturnedFact("Latency", "not measured" if found.latency_ms is None else wording.seconds(found.latency_ms)),
        ReturnedFact("Cost", wording.dollars(found.cost)),
        ReturnedFact("Made on", wording.day(found.at.date()).text),
    ]
    return tuple(facts)


def _added(output: Output) -> tuple[ReturnedFact, ...]:
    """What is known of a picture that was added from a file."""
    told = (
        ("Seed", "" if output.seed is None else str(output.seed)),
        ("Asked for size", output.size or ""),
        ("Cost", "" if output.cost is None else wording.dollars(output.cost)),
    )
    return tuple(ReturnedFact(label, value) for label, value in told if value)


def _asked(parameters: Mapping[str, object]) -> list[ReturnedFact]:
    """Quality, size and whatever else the provider was asked for."""
    return [
        ReturnedFact(
            f"Asked for {name.replace('_', ' ')}", str(value).lower() if isinstance(value, bool) else str(value)
        )
        for name, value in parameters.items()
        if value is not None
    ]


def _shown(site: SiteData, sha256: str) -> str:
    copy = site.outputs[sha256]
    return f"a copy of {copy.width}×{copy.height}, without metadata"
