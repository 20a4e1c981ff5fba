"""Whether a program can tell who made the pictures that people vote on, as ``arena audit --blindness`` measured it."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.catalogue.blindness import Guesses, guessed_by_style, named_from_the_site, prompt_weights
from arena.catalogue.outputs import Blindness
from arena.publish.content.site_data import SiteData
from arena.publish.paths import prompt_path


@dataclass(frozen=True, slots=True)
class BlindPromptRow:
    """What a program names of the pictures for one prompt, and how often the prompt is drawn against others."""

    prompt: str
    path: str
    pictures: str
    recognised: str
    by_style: str
    chance: str
    drawn: str


@dataclass(frozen=True, slots=True)
class BlindnessSection:
    """The section of the page: how many pictures are in play, what is recognised, what style tells, prompt by prompt.

    Without a measurement ``recognised`` says so, and the rest is empty.
    """

    in_play: str
    recognised: str
    style: str
    caption: str
    rows: tuple[BlindPromptRow, ...]


def blindness_section(site: SiteData) -> BlindnessSection | None:
    """None where nothing is in play and nothing was measured: nobody votes here, or only on simulated pictures."""
    measured = tuple(entry for entry in site.catalogue.blindness if entry.prompt in site.catalogue.prompts)
    playing = sum(site.in_play.values())
    if not playing and not measured:
        return None
    return BlindnessSection(
        in_play=_in_play(playing),
        recognised=_recognised(measured),
        style=_style(guessed_by_style(measured)),
        caption="Prompts whose pictures give most away first; shares are of the pictures in play, with what blind "
        "guesses get right beside them",
        rows=_rows(site, measured),
    )


def _in_play(playing: int) -> str:
    if not playing:
        return "No picture is in play today: all are shown."
    verb, them = ("is", "it") if playing == 1 else ("are", "them")
    return (
        f"{wording.count(playing, 'picture')} {verb} in play: people vote on {them}, and no page or file shows a "
        "picture with the name of its model before it has left play."
    )


def _recognised(measured: tuple[Blindness, ...]) -> str:
    if not measured:
        return "How far a program can name them all the same has not been measured yet."
    named = named_from_the_site(measured)
    verdict = (
        "That is better than chance: the pictures, or copies of them, were public before."
        if named.better_than_chance
        else "That is no better than chance."
    )
    day, pictures = (
        wording.day(max(entry.measured for entry in measured)).text,
        wording.count(named.pictures, "picture"),
    )
    return (
        f"On {day} a program that had read everything on this site was shown {pictures} in play as voters get them. By "
        f"their bytes and a perceptual hash it recognised {_counted(named)}. {verdict}"
    )


def _style(guessed: Guesses) -> str:
    if not guessed.pictures:
        return ""
    verdict = (
        "Styles tell something, to programs as to people, and nothing can hide them; prompts where they tell much are "
        "drawn less."
        if guessed.better_than_chance
        else "That is no better than chance."
    )
    return (
        f"By style alone, as nearest to what each model’s pictures on this site look like on average, it named "
        f"{_counted(guessed)} of {wording.count(guessed.pictures, 'picture')}. {verdict}"
    )


def _counted(guesses: Guesses) -> str:
    """``3 (1.2%; 95% interval 0.4% to 3.5%; blind guesses: 8.3%)``."""
    share, low, high, chance = (
        wording.percent(value, 1) for value in (guesses.share, guesses.low, guesses.high, guesses.chance)
    )
    return f"{wording.whole(guesses.right)} ({share}; 95% interval {low} to {high}; blind guesses: {chance})"


def _rows(site: SiteData, measured: tuple[Blindness, ...]) -> tuple[BlindPromptRow, ...]:
    weights = prompt_weights(measured)
    order = sorted(measured, key=lambda entry: (weights[entry.prompt], -entry.guessed, entry.prompt))
    return tuple(
        BlindPromptRow(
            prompt=wording.clipped(_text(site, entry.prompt), 80),
            path=prompt_path(entry.prompt),
            pictures=wording.whole(entry.pictures),
            recognised=wording.whole(entry.named),
            by_style=f"{wording.whole(entry.guessed)} of {wording.whole(entry.guessable)}",
            chance=wording.percent(entry.chance, 1),
            drawn="as others" if weights[entry.prompt] == 1 else f"×{wording.number(weights[entry.prompt])}",
        )
        for entry in order
    )


def _text(site: SiteData, prompt_id: str) -> str:
    prompt = site.catalogue.prompts[prompt_id]
    return prompt.english or prompt.text
