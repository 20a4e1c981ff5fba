"""What others call a model, and which model that is: vote files, manifests and price lists have names of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.outputs import Output
from arena.catalogue.records import Model

_BETWEEN = re.compile(r"[\s_\u00b7\u2010-\u2015\u2022\u2212\u2219\u22c5\u30fb-]+")


def name_key(name: str) -> str:
    """Names that differ in case, width, spaces or hyphens only are the same; brackets and dots tell versions apart.

    A hyphen is any dash, and the dot between words: DALL·E is DALL-E.
    """
    return _BETWEEN.sub("-", unicodedata.normalize("NFKC", name).strip().casefold())


def loose_key(name: str) -> str:
    """Names that differ in punctuation only are the same, too: FLUX.1 [dev] is flux-1-dev."""
    return re.sub(r"[^\w+]+", "-", name_key(name)).strip("-")


class ModelNames:
    """Leads the names of models to their ids: the id itself, its part after the slash, the display name, ``api_id``,
    aliases and former ids, without regard to case, spaces and hyphens; and to other punctuation where no name of
    another model is nearer.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = frozenset(catalogue.models)
        self._named: dict[str, set[str]] = {}
        self._loosely_named: dict[str, set[str]] = {}
        for model_id, model in catalogue.models.items():
            for name in _names(model_id, model):
                self._named.setdefault(name_key(name), set()).add(model_id)
                self._loosely_named.setdefault(loose_key(name), set()).add(model_id)

    def resolve(self, name: str) -> str | None:
        """The id of the one model of this name; None for a name that no model or several have."""
        models = self.models_of(name)
        return models[0] if len(models) == 1 else None

    def models_of(self, name: str) -> tuple[str, ...]:
        """The ids of all models that the name may stand for, sorted."""
        if name in self._ids:
            return (name,)
        named = self._named.get(name_key(name)) or self._loosely_named.get(loose_key(name)) or ()
        return tuple(sorted(named))

    def hint(self, name: str) -> str:
        """How to mend a name that ``resolve`` does not know: the models that it may stand for, or the nearest name."""
        models = self.models_of(name)
        return f"write its id: {' or '.join(models)}" if models else near(name, self._ids)


def _names(model_id: str, model: Model) -> Iterator[str]:
    yield from (model_id, model_id.partition("/")[2], model.name, *model.aliases, *model.former_ids)
    if model.api_id:
        yield model.api_id


class PromptNames:
    """Leads what a prompt is called to its id: the id, its part after the slash, or the text itself."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = frozenset(catalogue.prompts)
        self._named: dict[str, set[str]] = {}
        for prompt_id, prompt in catalogue.prompts.items():
            for name in (prompt_id.partition("/")[2], _text_key(prompt.text)):
                self._named.setdefault(name, set()).add(prompt_id)

    def resolve(self, name: str) -> str | None:
        """The id of the one prompt of this name or text; None where there is none, or several."""
        if name in self._ids:
            return name
        prompts = self._named.get(name) or self._named.get(_text_key(name)) or set()
        return next(iter(prompts)) if len(prompts) == 1 else None

    def hint(self, name: str) -> str:
        """How to mend a name that ``resolve`` does not know."""
        prompts = sorted(self._named.get(name) or self._named.get(_text_key(name)) or ())
        return f"write its id: {' or '.join(prompts)}" if prompts else near(name, self._ids)


def _text_key(text: str) -> str:
    return " ".join(text.split())


class OutputNames:
    """Leads the file names of outputs to their sums: as they were added, or the end of such a path."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._models, self._prompts = ModelNames(catalogue), PromptNames(catalogue)
        self._named: dict[str, list[Output]] = {}
        for output in catalogue.outputs:
            for name in output.file_names:
                for end in _ends(name):
                    self._named.setdefault(end, []).append(output)

    def sums_of(self, name: str, model: str = "", prompt: str = "") -> tuple[str, ...]:
        """The sums of the outputs that a name may stand for, of this model and prompt where they are known; sorted."""
        path = name.replace("\\", "/").removeprefix("./")
        outputs = self._named.get(path) or self._named.get(path.rpartition("/")[2]) or []
        model_id, prompt_id = self._models.resolve(model), self._prompts.resolve(prompt)
        return tuple(
            sorted(
                {
                    output.sha256
                    for output in outputs
                    if model_id in (None, output.model) and prompt_id in (None, output.prompt)
                }
            )
        )


def _ends(name: str) -> Iterator[str]:
    """``a/b/c.png``, ``b/c.png`` and ``c.png``."""
    parts = name.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))
