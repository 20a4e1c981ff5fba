"""Prompts: each is in the language it says, and no two ask for the same."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.fields import direction_of
from arena.catalogue.layout import PROJECT_FILE, Kind, location
from arena.errors import CatalogueError

MIN_SHARE_OF_SCRIPT = 0.3
"""Of the letters: prompts quote brand names and words to be drawn in other scripts."""
SAME_FROM = 0.7
"""Jaccard index of two prompts' shingles (runs of letters) from which they count as the same."""
_SHINGLE_LETTERS = 5
_KANA_SHARE = 0.1
"""Of the letters of a Chinese text: kana in it are Japanese, but a few of them may be quoted."""
_WAYS = {"ltr": "left to right", "rtl": "right to left"}

_KANA = ("HIRAGANA", "KATAKANA")
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "ar": ("ARABIC",), "be": ("CYRILLIC",), "bg": ("CYRILLIC",), "bn": ("BENGALI",), "el": ("GREEK",),
    "fa": ("ARABIC",), "he": ("HEBREW",), "hi": ("DEVANAGARI",), "hy": ("ARMENIAN",), "ja": ("CJK", *_KANA),
    "ka": ("GEORGIAN",), "ko": ("HANGUL", "CJK"), "mr": ("DEVANAGARI",), "ne": ("DEVANAGARI",), "ru": ("CYRILLIC",),
    "ta": ("TAMIL",), "te": ("TELUGU",), "th": ("THAI",), "uk": ("CYRILLIC",), "ur": ("ARABIC",), "zh": ("CJK",),
    **dict.fromkeys(
        ("cs", "da", "de", "en", "es", "et", "fi", "fr", "hu", "id", "it", "lt", "lv", "ms", "nl", "no", "pl", "pt",
         "ro", "sk", "sl", "sv", "sw", "tr", "vi"),
        ("LATIN",),
    ),
}  # fmt: skip
"""By language, as Unicode names its letters. A language that is not listed is not checked."""
_SUBTAGS = {"Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Arab": ("ARABIC",), "Deva": ("DEVANAGARI",)}


def check_scripts(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A prompt's text is written in the script of its language, as far as scripts tell languages apart.

    A ``note`` on the prompt settles it.
    """
    for prompt_id, prompt in catalogue.prompts.items():
        expected = _expected(prompt.language)
        if expected is None or prompt.note is not None:
            continue
        letters = _letters(prompt.text)
        if letters.total() and (said := _mismatch(letters, expected, prompt.language)):
            yield CatalogueError(
                f'the language is "{prompt.language}", but {said}',
                where=catalogue.where(Kind.PROMPT, prompt_id, "language"),
                hint="mend the language or the text; if both are right, say why in a note",
            )


def check_directions(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A language runs the way that most letters of its prompts do."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for prompt in catalogue.prompts.values():
        texts[prompt.language].append(prompt.text)
    for index, language in enumerate(catalogue.project.languages):
        direction = direction_of("".join(texts[language.id]))
        if direction and direction != language.direction:
            yield CatalogueError(
                f'is "{language.direction}", but most letters of the prompts in "{language.id}" run {_WAYS[direction]}',
                where=location(catalogue.folder, PROJECT_FILE, f"languages[{index}].direction"),
                hint=f'state direction = "{direction}"; without it, the letters of own_name decide',
            )


def check_similar_prompts(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No prompt is nearly the same text as another one. A ``note`` on the later one settles it."""
    seen: dict[str, set[str]] = {}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for prompt_id, prompt in catalogue.prompts.items():
        shingles = _shingles(prompt.text)
        shared = Counter(other for shingle in shingles for other in holders[shingle])
        for other, count in shared.items():
            if prompt.note is None and count >= SAME_FROM * (len(shingles) + len(seen[other]) - count):
                yield CatalogueError(
                    f"nearly the same text as {other}",
                    where=catalogue.where(Kind.PROMPT, prompt_id, "text"),
                    hint="votes on both count one wish twice: change or remove one, or say in a note why both stay",
                )
                break  # one finding a prompt, however many it repeats
        seen[prompt_id] = shingles
        for shingle in shingles:
            holders[shingle].append(prompt_id)


def _expected(language: str) -> tuple[str, ...] | None:
    base, *subtags = language.split("-")
    return next((_SUBTAGS[tag] for tag in subtags if tag in _SUBTAGS), _SCRIPTS.get(base.lower()))


def _letters(text: str) -> Counter[str]:
    """How many letters of each script the text has, by the first word of their Unicode names."""
    names = (unicodedata.name(char, "") for char in unicodedata.normalize("NFKC", text) if char.isalpha())
    return Counter(name.partition(" ")[0] for name in names if name)


def _mismatch(letters: Counter[str], expected: tuple[str, ...], language: str) -> str:
    total = letters.total()
    share = sum(letters[script] for script in expected) / total
    kana = sum(letters[script] for script in _KANA) / total
    if share < MIN_SHARE_OF_SCRIPT:
        most = letters.most_common(1)[0][0].title()
        return f"{100 * share:.0f}% of the letters are of its script and most are {most}"
    if expected[-2:] == _KANA and not kana:
        return "there is no kana in the text"
    return "the text has kana, as Japanese does" if language.startswith("zh") and kana > _KANA_SHARE else ""


def _shingles(text: str) -> set[str]:
    """Runs of five letters and digits, whatever stands between them; a shorter text is a run of its own."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return {plain[start : start + _SHINGLE_LETTERS] for start in range(max(1, len(plain) - _SHINGLE_LETTERS + 1))}
