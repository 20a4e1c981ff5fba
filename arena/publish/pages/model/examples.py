"""A model's pictures, first those that did best against the highest-ranked opponents, to be chosen by category and
language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena import wording
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.publish import paths
from arena.publish.content.examples import Example
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData

BRIEF, BRIEF_ENGLISH = 130, 90
"""Characters of a prompt, and of what it says in English, that a card shows."""
FEWEST_SHOTS = 4
"""Below this many pictures from matchups, an arena also shows pictures that nobody has compared yet."""


@dataclass(frozen=True, slots=True)
class ExamplePicture:
    """One output with its prompt, its opponent and how votes decided between the two; None and empty where no votes
    on it against a ranked model are there yet. ``tabs`` are those of its gallery under which it is shown.
    """

    picture: Picture
    large: str
    prompt: str
    brief: str
    """The beginning of the prompt, for a card; the page of the prompt has all of it."""
    prompt_path: str
    language: str
    direction: str
    english: str
    brief_english: str
    category: str
    language_name: str
    opponent: ModelRef | None
    opponent_rank: str
    outcome: str
    detail: str
    tabs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GalleryTab:
    """A category or a language by which the pictures of a gallery are chosen. ``css`` is the class of its pictures."""

    id: str
    label: str
    css: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """The examples of one arena; ``tabs`` are empty where there is nothing to choose."""

    id: str
    arena: str
    shots: tuple[ExamplePicture, ...]
    languages: tuple[GalleryTab, ...] = ()
    categories: tuple[GalleryTab, ...] = ()


def galleries(site: SiteData, model_id: str) -> tuple[Gallery, ...]:
    """The examples by arena, in the order of ``SiteData.examples``; an arena without any is left out.

    Where there are few, pictures that were in no such battle follow, by prompt.
    """
    examples = site.examples.get(model_id, ())
    found = []
    for arena in site.arenas:
        chosen = [example for example in examples if example.arena == arena.id]
        made: list[tuple[str, str, Example | None]] = [(each.output, each.prompt, each) for each in chosen]
        more = _uncompared(site, model_id, arena.id, {example.output for example in chosen})
        made += [(output.sha256, output.prompt, None) for output in more[: max(0, FEWEST_SHOTS - len(made))]]
        if gallery := _gallery(site, arena.id, made):
            found.append(gallery)
    return tuple(found)


def _gallery(site: SiteData, arena: str, made: Sequence[tuple[str, str, Example | None]]) -> Gallery | None:
    """The pictures of one arena with the tabs that they can be chosen by; None without any."""
    known = [
        (sha256, name, prompt, example)
        for sha256, name, example in made
        if (prompt := site.catalogue.prompts.get(name)) and sha256 in site.outputs
    ]
    if not known:
        return None
    languages = [
        each for each in site.catalogue.project.languages if any(p.language == each.id for _, _, p, _ in known)
    ]
    categories = [
        each for each in site.catalogue.project.categories if any(p.category == each.id for _, _, p, _ in known)
    ]
    ids = [f"lang-{each.id}" for each in languages] + [each.id for each in categories]
    css = {each: f"t{number}" for number, each in enumerate(ids, 1)}
    shots = (
        _shot(site, sha256, name, prompt, example, tabs=(css[f"lang-{prompt.language}"], css[prompt.category]))
        for sha256, name, prompt, example in known
    )
    return Gallery(
        id=arena,
        arena=site.arena_name(arena),
        shots=tuple(filter(None, shots)),
        languages=tuple(GalleryTab(f"lang-{each.id}", each.name, css[f"lang-{each.id}"]) for each in languages)
        if len(languages) > 1
        else (),
        categories=tuple(GalleryTab(each.id, each.name, css[each.id]) for each in categories)
        if len(categories) > 1
        else (),
    )


def _uncompared(site: SiteData, model_id: str, arena: str, shown: set[str]) -> list[Output]:
    """Pictures that a model made and that are not among ``shown``, by prompt."""
    own = (output for output in site.made_by.get(model_id, ()) if output.prompt.startswith(f"{arena}/"))
    return sorted((output for output in own if output.sha256 not in shown), key=lambda o: (o.prompt, o.sha256))


def _shot(
    site: SiteData, sha256: str, name: str, prompt: Prompt, example: Example | None, *, tabs: tuple[str, ...]
) -> ExamplePicture | None:
    picture = picture_of(site, sha256)
    if picture is None:
        return None
    language = site.language(prompt.language)
    return ExamplePicture(
        picture=picture,
        large=paths.large_view(name, sha256),
        prompt=prompt.text,
        brief=wording.clipped(prompt.text, BRIEF),
        prompt_path=paths.prompt_path(name),
        language=language.id,
        direction=language.direction,
        english=prompt.english or "",
        brief_english=wording.clipped(prompt.english or "", BRIEF_ENGLISH),
        category=site.category_name(prompt.category),
        language_name=language.name,
        opponent=model_ref(site, example.opponent) if example else None,
        opponent_rank=f"#{example.opponent_rank}" if example else "",
        outcome=outcome_word(example) if example else "",
        detail=outcome_detail(site, example) if example else "",
        tabs=tabs,
    )


def outcome_word(example: Example) -> str:
    """Won, Lost, Tied or Both bad: what most votes on these two pictures said."""
    if example.both_bad > example.wins + example.losses + example.ties:
        return "Both bad"
    if example.wins != example.losses:
        return "Won" if example.wins > example.losses else "Lost"
    return "Tied"


def outcome_detail(site: SiteData, example: Example) -> str:
    """How many votes stand behind the outcome, and what they said."""
    total = example.wins + example.losses + example.ties + example.both_bad
    parts = [
        f"{wording.whole(value)} {word}"
        for value, word in (
            (example.wins, "won"),
            (example.losses, "lost"),
            (example.ties, "tied"),
            (example.both_bad, "both bad"),
        )
        if value
    ]
    return site.votes(total, example.arena) + (f": {', '.join(parts)}" if total > 1 else "")
