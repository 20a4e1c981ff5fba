"""All that the voting app shows at present, read from a project, and the watcher that notices when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.blindness import prompt_weights
from arena.catalogue.layout import BLINDNESS_FILE, OUTPUTS_FILE, PROJECT_FILE
from arena.catalogue.outputs import Output
from arena.catalogue.play import sums_in_play
from arena.catalogue.records import Prompt
from arena.catalogue.settings import VotingSettings
from arena.errors import ArenaError
from arena.messages.files import SUFFIX, project_folder
from arena.rating_settings import Method
from arena.ratings import compute_ratings
from arena.ratings.kept_counts import count_log
from arena.ratings.results import Ratings
from arena.ratings.tally import COUNTS
from arena.ratings.vote_counts import VoteCounts
from arena.records import Origin, OutputOrigin
from arena.votes.decision_file import DECISIONS
from arena.votes.log import Log, open_log
from arena.votes.manifest import MANIFEST, periods_in
from arena.votes.origins import shown_outputs
from arena.votes.renames import renames_of
from arena.votes.store import PairCount

WATCHED_FOLDERS = ("organizations", "models", "providers", "prompts", "stories")

PairCounts = Mapping[tuple[str, str], PairCount]
"""By pair of model ids, sorted: the votes on it."""
ProjectStamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class AppSettings:
    """``site`` is the folder of the built site, which need not be there. ``housekeeping_seconds`` lie between two
    removals of what expired, ``watch_seconds`` between two looks whether the project has changed.
    """

    voting: VotingSettings
    site: Path | None = None
    housekeeping_seconds: float = 600.0
    watch_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class PublishedVotes:
    """What the ratings of the log rest on: the votes by pair of each arena, and the last sealed period of each store
    (by lineage).

    The periods tell which votes of a store are in the counts already.
    """

    pairs: Mapping[str, PairCounts] = field(default_factory=dict)
    periods: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PromptOutputs:
    """A prompt and its outputs by model id, one or more of each; ``candidates`` are the models as indexes into the
    pool's.
    """

    id: str
    prompt: Prompt
    candidates: tuple[int, ...]
    outputs: Mapping[str, Sequence[Output]]
    weight: float = 1.0
    """How often it is drawn, against a prompt of weight 1: less where its pictures give their models away."""

    @property
    def all_outputs(self) -> Iterator[Output]:
        """The outputs of all models."""
        return chain.from_iterable(self.outputs.values())

    def output(self, model: str, sha256: str) -> Output | None:
        """The model's output of this sum; None where it is not shown any more."""
        return next((output for output in self.outputs.get(model, ()) if output.sha256 == sha256), None)


@dataclass(frozen=True, slots=True)
class BattlePool:
    """What battles of one arena are drawn from: its models (sorted ids), and its prompts with outputs (sorted ids)."""

    arena: str
    models: tuple[str, ...]
    prompts: tuple[PromptOutputs, ...]

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(entry.prompt.category for entry in self.prompts)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(entry.prompt.language for entry in self.prompts)

    @property
    def simulated(self) -> bool:
        """Whether the pictures here were drawn by a program in the models' place: all of them, or none."""
        return any(output.origin is OutputOrigin.SIMULATED for entry in self.prompts for output in entry.all_outputs)

    @property
    def origin(self) -> Origin:
        """What votes on these pictures are."""
        return Origin.SIMULATED if self.simulated else Origin.HUMAN

    def matching(self, categories: Collection[str], languages: Collection[str]) -> list[PromptOutputs]:
        """The prompts in any of these categories and languages; an empty collection means all."""
        return [
            entry
            for entry in self.prompts
            if (not categories or entry.prompt.category in categories)
            and (not languages or entry.prompt.language in languages)
        ]

    def prompt(self, prompt_id: str) -> PromptOutputs | None:
        """A prompt with its outputs; None where nothing of it is shown any more."""
        return next((entry for entry in self.prompts if entry.id == prompt_id), None)


@dataclass(frozen=True)
class LiveArena:
    """All that the voting app shows at present, apart from the store. ``votes`` are those that ``ratings`` come from.

    It never changes: after a change to the project another one takes its place, and requests that began under this one
    end under it.
    """

    catalogue: Catalogue
    ratings: Ratings
    settings: AppSettings
    votes: PublishedVotes = field(default_factory=PublishedVotes)

    @cached_property
    def pools(self) -> Mapping[str, BattlePool]:
        """What battles are drawn from, by arena in the project's order; only arenas in which one can be drawn."""
        return battle_pools(self.catalogue, self.ratings)

    @cached_property
    def in_play(self) -> frozenset[str]:
        """The sums of the pictures that readers may not see with names."""
        return sums_in_play(self.catalogue)

    @cached_property
    def left_play(self) -> frozenset[str]:
        """The sums of the pictures that left play: readers may know by now who made them."""
        return frozenset(output.sha256 for output in self.catalogue.outputs if output.left_play) - self.in_play


def read_live_arena(project: Path, today: date | None = None) -> LiveArena:
    """The project folder as it is now, with the states that models have ``today``.

    Battles and reveals need ranks, scores and counts of whole arenas, which do not hang on who voted: files of the log
    that were counted before are not read for them. Raises ``ArenaError`` where the project cannot be read.
    """
    catalogue = load_catalogue(project / "data", today)
    log = open_log(project / "data" / "votes", renames_of(catalogue))
    counts, of_ratings = count_log(log, project).counts.overall(), catalogue.project.ratings
    # Votes are looked at one by one only by the online method: else which of them count need not be known here.
    votes = log.counted_votes() if of_ratings.method is Method.ONLINE else log.votes()
    ratings = compute_ratings(votes, of_ratings, intervals=False, counts=counts)
    settings = AppSettings(catalogue.project.voting, project / "site")
    return LiveArena(catalogue, ratings, settings, published_votes(log, counts.of_origins(dict(ratings.origins))))


def published_votes(log: Log, counts: VoteCounts) -> PublishedVotes:
    """The ``counts`` of a log that ratings rest on, of ranked models and others, and which periods are among them."""
    pairs: dict[str, dict[tuple[str, str], PairCount]] = {}
    for row in counts.overall().rows.to_pylist():
        pair = (row["first"], row["second"])
        pairs.setdefault(row["arena"], {})[pair] = PairCount(*pair, *(row[name] for name in COUNTS))
    periods: dict[str, int] = {}
    for period, _ in periods_in(log.entries):
        periods[period.lineage] = max(period.number, periods.get(period.lineage, 0))
    return PublishedVotes(pairs, periods)


def battle_pools(catalogue: Catalogue, ratings: Ratings) -> dict[str, BattlePool]:
    """Of each arena the prompts with outputs of at least two models that are not withdrawn, in the project's order.

    Of what models made, only what is in play: readers know the rest by name. No pool holds outputs of models and
    simulated ones, nor simulated ones where people have voted. Published data sets have none: nobody votes in them.
    """
    outputs: dict[str, dict[str, list[Output]]] = {}
    in_play = sums_in_play(catalogue)
    for output in shown_outputs(catalogue.outputs, ratings.origins):
        model = catalogue.models.get(output.model)
        drawn = output.origin is OutputOrigin.SIMULATED or output.sha256 in in_play
        if drawn and model and model.current and output.prompt in catalogue.prompts:
            outputs.setdefault(output.prompt, {}).setdefault(output.model, []).append(output)
    pools = (_battle_pool(catalogue, arena.id, outputs) for arena in catalogue.project.open_arenas)
    return {pool.arena: pool for pool in pools if pool.prompts}


def _battle_pool(catalogue: Catalogue, arena: str, outputs: Mapping[str, Mapping[str, Sequence[Output]]]) -> BattlePool:
    shown = {prompt: outputs[prompt] for prompt in catalogue.prompts_of(arena) if len(outputs.get(prompt, ())) >= 2}
    models = tuple(sorted({model for by_model in shown.values() for model in by_model}))
    index = {model: number for number, model in enumerate(models)}
    weights = prompt_weights(catalogue.blindness)
    prompts = (
        PromptOutputs(
            prompt,
            catalogue.prompts[prompt],
            tuple(index[model] for model in sorted(by_model)),
            by_model,
            weights.get(prompt, 1.0),
        )
        for prompt, by_model in shown.items()
    )
    return BattlePool(arena, models, tuple(prompts))


class ProjectWatcher:
    """Tells whether a project has changed, by the times and sizes of its files: in a few milliseconds, reading none.

    A new day is a change as well, where ``today`` tells the day: a model may be shut down on it.
    """

    def __init__(self, project: Path, today: Callable[[], date | None] = lambda: None) -> None:
        self._project = project
        self._today = today
        self._shown = self._last = self._look()

    def _look(self) -> tuple[date | None, ProjectStamp]:
        return self._today(), stamp_of(self._project)

    def __call__(self) -> LiveArena | None:
        """The project as it is now, once a change has settled: when two looks in a row see the same. None otherwise.

        Raises ``ArenaError`` where the changed project cannot be used; it is read again after the next change. Raises
        ``OSError`` where it cannot be seen or read, which may be over by the next call: that tries again.
        """
        now = self._look()
        # Somebody who copies a new catalogue into place writes many files: half of them are no project.
        settled, self._last = now == self._last, now
        if now == self._shown or not settled:
            return None
        try:
            live = read_live_arena(self._project, now[0])
        except ArenaError:
            self._shown = now
            raise
        self._shown = now
        return live


def stamp_of(project: Path) -> ProjectStamp:
    """Name, time, size and inode of every file that is read; pictures go by the file that lists them.

    Raises ``OSError`` where a folder cannot be read: a project that is seen in part is another project.
    """
    data = project / "data"
    files = [data / PROJECT_FILE, data / OUTPUTS_FILE, data / BLINDNESS_FILE]
    files += [data / "votes" / MANIFEST, data / "votes" / DECISIONS]
    files += [path for folder in WATCHED_FOLDERS for path in _toml_files(data / folder)]
    files += project_folder(data).glob(f"*{SUFFIX}")
    stamp = []
    for path in files:
        with suppress(FileNotFoundError):
            stat = path.stat()
            stamp.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(sorted(stamp))


def _toml_files(folder: Path) -> Iterator[Path]:
    # Not rglob: from Python 3.13 on it leaves out what it cannot read.
    for path, _, names in os.walk(folder, onerror=_raise_unless_missing):
        yield from (Path(path, name) for name in names if name.endswith(".toml"))


def _raise_unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
