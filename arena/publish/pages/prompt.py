"""Prompts: the text, what it means in English, and what every model made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from arena import wording
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.pictures import Picture, in_play_words, input_of, shown
from arena.publish.content.prompt_results import PromptResult
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.citations import last_vote
from arena.publish.paths import PROMPTS, board_path, large_view, prompt_path
from arena.records import Axis, OutputOrigin

NO_VOTES = PromptResult(0, 0, 0, 0)
THUMBNAILS = 4
"""Pictures beside a prompt in the index."""
INPUT = "Every model was given this picture with the text above."
INPUT_SIMULATED = "A simulated picture, drawn by a program like those below; no model was given it."
INPUT_ALONE = "The picture that the text above asks to edit."
SIMULATED_ONES = " One that says “simulated” was drawn by a program."
SOME_PICTURES = (
    "Votes without pictures",
    "These models were voted on for this prompt, but their pictures are not published.",
)
NO_PICTURES = (
    "Results",
    "In the order of the overall ranks. The pictures for this prompt are not published, "
    "and its votes alone are too few to rank by.",
)
PICTURES_IN_PLAY = (
    "Results so far",
    "In the order of the overall ranks, of models whose pictures people still vote on; votes on one prompt are too few "
    "to rank by.",
)
"""Title and meaning of the table of models whose pictures are not there: where others' are, where nobody's is, and
where some are in play.
"""


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt as it is set on a page: in its own language and direction, with its English meaning where it has one."""

    text: str
    lang: str
    direction: str
    language: str
    english: str


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """How a model fared on a prompt: wins, losses and ties; ``votes`` is empty where it never met another there.

    ``said`` is all of it in a line: ``Won 8, lost 5, tied 1``.
    """

    model: ModelRef
    place: str
    record: str
    said: str
    win_rate: str
    both_bad: str
    votes: str


@dataclass(frozen=True, slots=True)
class PromptPicture:
    """One output: the picture, its large view, and how its model fared with all of its pictures for the prompt.

    ``which`` tells several pictures of a model apart, and is empty where there is one.
    """

    sha256: str
    entry: PromptRecord
    picture: Picture
    large: str
    simulated: bool
    which: str = ""


@dataclass(frozen=True)
class PromptView:
    """One prompt with every output for it, by the models' places on the arena's overall board.

    ``in_play`` says how many pictures are not shown yet, and is empty where all are. ``unseen`` are models with votes
    on the prompt whose pictures are in play or not in the catalogue, ``unseen_title`` and ``unseen_meaning`` the
    heading of their table.
    """

    prompt: PromptText
    arena: str
    board: str
    category: str
    category_board: str
    language_board: str
    author: str
    input_picture: Picture | None
    input_meaning: str
    votes: str
    shots: tuple[PromptPicture, ...]
    in_play: str
    unseen_title: str
    unseen_meaning: str
    unseen: tuple[PromptRecord, ...]


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A prompt in the index; ``pictures`` are those of the highest-ranked models."""

    prompt: PromptText
    pictures: tuple[Picture, ...]
    path: str
    category: str
    outputs: str
    votes: str


@dataclass(frozen=True, slots=True)
class PromptGroup:
    """The prompts of one arena, by category and then language, as the project lists them: those with pictures, and the
    ``others``.
    """

    id: str
    arena: str
    count: str
    votes_noun: str
    rows: tuple[PromptRow, ...]
    others: tuple[PromptRow, ...]


@dataclass(frozen=True)
class PromptsView:
    """All prompts by arena; ``elsewhere`` counts the votes on none of them, and is empty where there are none.

    ``in_play`` is as in ``PromptView``.
    """

    groups: tuple[PromptGroup, ...]
    count: str
    languages: str
    elsewhere: str
    in_play: str


def pages(site: SiteData) -> Iterator[Page]:
    """The index of prompts, and a page for each."""
    yield Page(
        path=PROMPTS,
        template="prompts.html",
        title="Prompts",
        description="The texts that the models were given, with their meaning in English, and every model's output.",
        view=_index(site),
        updated=last_vote(site),
    )
    outputs, fared = outputs_by_prompt(site), showings_by_prompt(site)
    for prompt_id, prompt in site.catalogue.prompts.items():
        arena_id = prompt_id.partition("/")[0]
        category, language = site.category_name(prompt.category), site.language(prompt.language).name
        yield Page(
            path=prompt_path(prompt_id),
            template="prompt.html",
            title=f"{category} in {language}: {wording.clipped(prompt.english or prompt.text, 60)}",
            description=f"What image models made of this {language} prompt: {prompt.english or prompt.text}",
            view=_view(site, prompt_id, outputs.get(prompt_id, []), fared.get(prompt_id, {})),
            section=PROMPTS,
            crumbs=(Crumb("Prompts", PROMPTS), Crumb(site.arena_name(arena_id), f"{PROMPTS}#{arena_id}")),
            updated=last_vote(site),
        )


def outputs_by_prompt(site: SiteData) -> dict[str, list[Output]]:
    """The outputs of the catalogue by prompt id."""
    grouped: dict[str, list[Output]] = {}
    for output in site.catalogue.outputs:
        grouped.setdefault(output.prompt, []).append(output)
    return grouped


def prompt_text(site: SiteData, prompt: Prompt) -> PromptText:
    """How the text is set on a page."""
    language = site.language(prompt.language)
    return PromptText(prompt.text, language.id, language.direction, language.name, prompt.english or "")


def _in_brief(prompt: PromptText) -> PromptText:
    """The beginning of a prompt, for lists."""
    return replace(prompt, text=wording.clipped(prompt.text, 160), english=wording.clipped(prompt.english, 160))


def _index(site: SiteData) -> PromptsView:
    project = site.catalogue.project
    used = {prompt.language for prompt in site.catalogue.prompts.values()}
    fared = showings_by_prompt(site)
    elsewhere = site.summary.votes - sum(votes_on(fared.get(key, {})) for key in site.catalogue.prompts)
    held = {prompt_id.partition("/")[0] for prompt_id in site.catalogue.prompts}
    without = [arena.id for arena in project.arenas if arena.id not in held and arena.id in site.ranked_arenas]
    return PromptsView(
        groups=tuple(
            _group(site, arena.id, arena.name, fared)
            for arena in sorted(project.arenas, key=lambda each: each.id not in held)
        ),
        count=wording.count(len(site.catalogue.prompts), "prompt"),
        languages=wording.listing([language.name for language in project.languages if language.id in used]),
        elsewhere=site.votes(elsewhere, *without) if elsewhere else "",
        in_play=in_play_words(sum(site.in_play.values())),
    )


def _group(
    site: SiteData, arena_id: str, arena_name: str, fared: Mapping[str, Mapping[str, PromptResult]]
) -> PromptGroup:
    project = site.catalogue.project
    categories = [category.id for category in project.categories]
    languages = [language.id for language in project.languages]
    prompts = [(key, each) for key, each in site.catalogue.prompts.items() if key.startswith(f"{arena_id}/")]
    prompts.sort(key=lambda item: (categories.index(item[1].category), languages.index(item[1].language), item[0]))
    outputs, ranks = outputs_by_prompt(site), overall_ranks(site, arena_id)
    rows = [
        PromptRow(
            prompt=_in_brief(prompt_text(site, prompt)),
            pictures=_thumbnails(site, outputs.get(prompt_id, []), ranks),
            path=prompt_path(prompt_id),
            category=site.category_name(prompt.category),
            outputs=wording.whole(len(outputs.get(prompt_id, []))),
            votes=wording.whole(votes_on(fared.get(prompt_id, {}))),
        )
        for prompt_id, prompt in prompts
    ]
    return PromptGroup(
        id=arena_id,
        arena=arena_name,
        count=wording.count(len(prompts), "prompt"),
        votes_noun=site.votes_noun(arena_id),
        rows=tuple(row for row in rows if row.pictures),
        others=tuple(row for row in rows if not row.pictures),
    )


def _thumbnails(site: SiteData, outputs: Sequence[Output], ranks: Mapping[str, int]) -> tuple[Picture, ...]:
    """The pictures of the highest-ranked models, one each."""
    best: dict[str, Output] = {}
    for output in sorted(outputs, key=lambda one: (ranks.get(one.model, 10**9), one.model, one.seed or 0, one.sha256)):
        best.setdefault(output.model, output)
    return tuple(shown(output, _by(site, output)) for output in list(best.values())[:THUMBNAILS])


def _by(site: SiteData, output: Output) -> str:
    name = site.model(output.model).name
    return f"Simulated, in place of {name}’s" if output.origin is OutputOrigin.SIMULATED else f"{name}’s picture"


def showings_by_prompt(site: SiteData) -> dict[str, dict[str, PromptResult]]:
    """How each model fared, by prompt id and then model id."""
    grouped: dict[str, dict[str, PromptResult]] = {}
    for (prompt_id, model_id), showing in site.prompt_results.items():
        grouped.setdefault(prompt_id, {})[model_id] = showing
    return grouped


def votes_on(prompt_results: Mapping[str, PromptResult]) -> int:
    """How many votes were cast on a prompt; each counts for two models and once here."""
    return sum(showing.votes for showing in prompt_results.values()) // 2


def _view(
    site: SiteData, prompt_id: str, outputs: list[Output], prompt_results: Mapping[str, PromptResult]
) -> PromptView:
    prompt = site.catalogue.prompts[prompt_id]
    arena_id = prompt_id.partition("/")[0]
    ranks = overall_ranks(site, arena_id)
    unseen = sorted(
        set(prompt_results) - {output.model for output in outputs}, key=lambda key: (ranks.get(key, 10**9), key)
    )
    shots = prompt_pictures(site, prompt_id, outputs, prompt_results)
    playing = sum(number for (prompt, _), number in site.in_play.items() if prompt == prompt_id)
    unseen_title, unseen_meaning = SOME_PICTURES if shots else NO_PICTURES
    if playing:
        unseen_title, unseen_meaning = PICTURES_IN_PLAY
    return PromptView(
        prompt=prompt_text(site, prompt),
        arena=site.arena_name(arena_id),
        board=_board(site, Axis(arena_id)),
        category=site.category_name(prompt.category),
        category_board=_board(site, Axis(arena_id, category=prompt.category)),
        language_board=_board(site, Axis(arena_id, language=prompt.language)),
        author=prompt.author,
        input_picture=input_of(site, prompt),
        input_meaning=_input_meaning(site, shots),
        votes=site.votes(votes_on(prompt_results), arena_id),
        shots=shots,
        in_play=in_play_words(playing),
        unseen_title=unseen_title,
        unseen_meaning=unseen_meaning,
        unseen=tuple(_entry(site, arena_id, model_id, ranks, prompt_results[model_id]) for model_id in unseen),
    )


def prompt_pictures(
    site: SiteData, prompt_id: str, outputs: Sequence[Output], prompt_results: Mapping[str, PromptResult]
) -> tuple[PromptPicture, ...]:
    """The outputs for a prompt by their models' ranks on the overall board, with how each fared on the prompt."""
    arena_id = prompt_id.partition("/")[0]
    ranks = overall_ranks(site, arena_id)
    by_model: dict[str, list[Output]] = {}
    for output in sorted(outputs, key=lambda one: (ranks.get(one.model, 10**9), one.model, one.seed or 0, one.sha256)):
        by_model.setdefault(output.model, []).append(output)
    return tuple(
        shot
        for model_id, drawn in by_model.items()
        for shot in _shots(
            prompt_id, drawn, _entry(site, arena_id, model_id, ranks, prompt_results.get(model_id, NO_VOTES))
        )
    )


def overall_ranks(site: SiteData, arena_id: str) -> dict[str, int]:
    """The rank of every model on an arena's overall board."""
    board = site.boards.get(Axis(arena_id))
    return {rating.model: rating.rank for rating in board.ratings} if board else {}


def _said(showing: PromptResult) -> str:
    counts = ((showing.wins, "won"), (showing.losses, "lost"), (showing.ties, "tied"), (showing.both_bad, "both bad"))
    return wording.sentence(", ".join(f"{word} {wording.whole(value)}" for value, word in counts if value))


def _input_meaning(site: SiteData, shots: Sequence[PromptPicture]) -> str:
    if not shots:
        return INPUT_ALONE + (SIMULATED_ONES if site.pictures_simulated else "")
    return INPUT_SIMULATED if any(shot.simulated for shot in shots) else INPUT


def _board(site: SiteData, axis: Axis) -> str:
    """The path of a board, or nothing where no vote was cast on it."""
    axis = site.shown_axis(axis)
    return board_path(axis) if axis in site.boards else ""


def _entry(site: SiteData, arena: str, model_id: str, ranks: Mapping[str, int], showing: PromptResult) -> PromptRecord:
    decided = showing.wins + showing.losses + showing.ties
    return PromptRecord(
        model=model_ref(site, model_id),
        place=f"#{wording.whole(ranks[model_id])}" if model_id in ranks else "",
        record=wording.record(showing.wins, showing.losses, showing.ties),
        said=_said(showing),
        win_rate=wording.percent((showing.wins + showing.ties / 2) / decided) if decided else "",
        both_bad=wording.whole(showing.both_bad),
        votes=site.votes(showing.votes, arena) if showing.votes else "",
    )


def _shots(prompt_id: str, drawn: Sequence[Output], entry: PromptRecord) -> Iterator[PromptPicture]:
    """The pictures of one model; the votes on them are told together, since each battle showed any of them."""
    if len(drawn) > 1 and entry.votes:
        entry = replace(entry, votes=f"{entry.votes} on all {wording.whole(len(drawn))}")
    for number, output in enumerate(drawn, 1):
        simulated = output.origin is OutputOrigin.SIMULATED
        what = "Simulated picture in place of an output" if simulated else "Output"
        which = f"{wording.whole(number)} of {wording.whole(len(drawn))}" if len(drawn) > 1 else ""
        alt = f"{what} {which} of {entry.model.name} for this prompt".replace("  ", " ")
        seed = "" if output.seed is None else f", seed {output.seed}"
        yield PromptPicture(
            sha256=output.sha256,
            entry=entry,
            picture=shown(output, alt),
            large=large_view(prompt_id, output.sha256),
            simulated=simulated,
            which=f"{which}{seed}" if which else "",
        )
