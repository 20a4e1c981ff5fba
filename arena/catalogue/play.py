"""Which pictures are in play: battles may show them, and no page does until they have left play.

A program that has a site's pictures and the names beside them knows who made a picture that it is shown again. So the
pictures that people vote on are kept off the site. All pictures for a prompt enter and leave play together: were they
to leave one by one, those that are left would be known by who is missing.

A picture that never entered play is shown from the start; so are simulated ones. Whether a picture is in play stands in
outputs.jsonl, with the days on which it entered and left, and follows from nothing else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.outputs import Output, PicturesInPlay
from arena.records import OutputOrigin


def outputs_in_play(catalogue: Catalogue) -> tuple[Output, ...]:
    """The outputs in play on the catalogue's day, in its order."""
    return tuple(output for output in catalogue.outputs if output.in_play_on(catalogue.today))


def drawn_outputs(catalogue: Catalogue) -> tuple[Output, ...]:
    """The outputs in play whose models are not shut down: no battle shows the others."""
    gone = {model_id for model_id, model in catalogue.models.items() if not model.current}
    return tuple(output for output in outputs_in_play(catalogue) if output.model not in gone)


def sums_in_play(catalogue: Catalogue) -> frozenset[str]:
    """The SHA-256 sums of the pictures in play: where one picture is listed twice, it is in play if either is."""
    return frozenset(output.sha256 for output in outputs_in_play(catalogue))


def without_pictures_in_play(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it may be published: nothing that names a picture in play, nor how it was made; only how many
    there are. The same catalogue where none is in play.
    """
    hidden = sums_in_play(catalogue)
    if not hidden:
        return catalogue
    counted = Counter((output.prompt, output.model) for output in outputs_in_play(catalogue))
    return replace(
        catalogue,
        outputs=tuple(output for output in catalogue.outputs if output.sha256 not in hidden),
        collected=tuple(found for found in catalogue.collected if found.sha256 not in hidden),
        in_play=tuple(
            PicturesInPlay(prompt=prompt, model=model, pictures=number)
            for (prompt, model), number in sorted(counted.items())
        ),
    )


def prompts_entering_play(catalogue: Catalogue, *, again: bool = False) -> frozenset[str]:
    """The prompts of open arenas whose next outputs enter play; those of the others are shown at once.

    What is so far there for a prompt decides: pictures in play, or none of which any entered play. With ``again`` a
    prompt whose pictures have left play comes back with new ones. Of prompts without pictures, as many become examples
    as the arena's ``example_share`` of its prompts lacks; a hash of their ids chooses, so that nobody does.
    """
    by_prompt = _made_by_models(catalogue.outputs)
    entering: set[str] = set()
    for arena in catalogue.project.open_arenas:
        prompts = catalogue.prompts_of(arena.id)
        new = [prompt for prompt in prompts if prompt not in by_prompt]
        examples = sum(_never_in_play(by_prompt.get(prompt, ())) for prompt in prompts)
        entering |= set(new) - example_prompts(catalogue, new, of=len(prompts), there=examples)
        for prompt in prompts:
            listed = by_prompt.get(prompt, ())
            playing = any(output.in_play_on(catalogue.today) for output in listed)
            if playing or (again and any(output.left_play for output in listed)):
                entering.add(prompt)
    return frozenset(entering)


def example_prompts(catalogue: Catalogue, undecided: Iterable[str], *, of: int, there: int = 0) -> set[str]:
    """Those of the undecided prompts that become examples, where ``there`` of an arena's ``of`` prompts are some."""
    wanted = min(ceil(catalogue.project.voting.example_share * of - 1e-9), of - 1)  # at least one to vote on
    by_hash = sorted(undecided, key=lambda prompt: hashlib.sha256(prompt.encode()).digest())
    return set(by_hash[: max(0, wanted - there)])


def outputs_to_enter(catalogue: Catalogue, prompts: Collection[str] = ()) -> tuple[Output, ...]:
    """The pictures of models in open arenas that could enter play: those that never did.

    Without ``prompts``, all but the examples; with them, all for these prompts.
    """
    by_prompt = _made_by_models(catalogue.outputs)
    entering: list[Output] = []
    for arena in catalogue.project.open_arenas:
        of_arena = catalogue.prompts_of(arena.id)
        fresh = [prompt for prompt in of_arena if _never_in_play(by_prompt.get(prompt, ()))]
        chosen = set(fresh) - example_prompts(catalogue, fresh, of=len(of_arena))
        for prompt in of_arena:
            if prompt in prompts or (not prompts and prompt in chosen):
                entering += [output for output in by_prompt.get(prompt, ()) if output.entered_play is None]
    return tuple(entering)


@dataclass(frozen=True, slots=True)
class PlayedPrompt:
    """The pictures in play for a prompt; ``battles`` are those of a picture that battles show, on average."""

    prompt: str
    outputs: tuple[Output, ...]
    battles: float
    entered: date

    @property
    def arena(self) -> str:
        return self.prompt.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Prompts whose pictures are to leave play, and those that would if their arena had enough others in play."""

    leaving: tuple[PlayedPrompt, ...]
    held_back: tuple[PlayedPrompt, ...]


def played_prompts(catalogue: Catalogue, battles: Mapping[str, int]) -> tuple[PlayedPrompt, ...]:
    """The prompts with pictures in play, by id. ``battles`` counts the battles of a picture by its SHA-256."""
    grouped = _made_by_models(outputs_in_play(catalogue))
    drawn = _made_by_models(drawn_outputs(catalogue))
    return tuple(
        PlayedPrompt(
            prompt,
            tuple(outputs),
            _mean_battles(drawn.get(prompt, outputs), battles),
            min(output.entered_play for output in outputs if output.entered_play),
        )
        for prompt, outputs in sorted(grouped.items())
    )


def _mean_battles(outputs: Collection[Output], battles: Mapping[str, int]) -> float:
    return sum(battles.get(output.sha256, 0) for output in outputs) / len(outputs)


def leaving_play(catalogue: Catalogue, battles: Mapping[str, int], day: date) -> Leaving:
    """What leaves play on ``day`` by the rules of arena.toml: ``battles_in_play`` and ``days_in_play``.

    Those with the most battles go first; an arena keeps ``prompts_in_play`` prompts, so that there is something to vote
    on until new pictures come in.
    """
    voting = catalogue.project.voting
    played = played_prompts(catalogue, battles)
    in_arena: dict[str, int] = {}
    for entry in played:
        in_arena[entry.arena] = in_arena.get(entry.arena, 0) + 1
    leaving: list[PlayedPrompt] = []
    held_back: list[PlayedPrompt] = []
    for entry in sorted(played, key=lambda entry: (-entry.battles, entry.prompt)):
        old = voting.days_in_play is not None and day >= entry.entered + timedelta(days=voting.days_in_play)
        if entry.battles < voting.battles_in_play and not old:
            continue
        if in_arena[entry.arena] <= voting.prompts_in_play:
            held_back.append(entry)
        else:
            in_arena[entry.arena] -= 1
            leaving.append(entry)
    return Leaving(tuple(leaving), tuple(held_back))


def play_in_words(catalogue: Catalogue) -> str:
    """``24 pictures are in play, 6 are shown on the site.`` Of pictures that models made; empty without any."""
    made = [output for output in catalogue.outputs if output.origin is OutputOrigin.MODEL]
    if not made:
        return ""
    hidden = sums_in_play(catalogue)
    playing = sum(output.sha256 in hidden for output in made)
    shown = len(made) - playing
    if not playing:
        return f"{wording.count(shown, 'picture')} {_is(shown)} shown on the site, none is in play."
    return f"{wording.count(playing, 'picture')} {_is(playing)} in play, {shown:,} {_is(shown)} shown on the site."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _made_by_models(outputs: Iterable[Output]) -> dict[str, list[Output]]:
    """What models made, by prompt."""
    grouped: dict[str, list[Output]] = {}
    for output in outputs:
        if output.origin is OutputOrigin.MODEL:
            grouped.setdefault(output.prompt, []).append(output)
    return grouped


def _never_in_play(outputs: Collection[Output]) -> bool:
    """Whether there are pictures, and none of them ever entered play: those of an example."""
    return bool(outputs) and all(output.entered_play is None for output in outputs)
