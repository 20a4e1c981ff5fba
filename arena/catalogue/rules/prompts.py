"""Prompts: each is in the language it says, and no two ask for the same."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.fields import direction_of
from arena.catalogue.layout import PROJECT_FILE, Kind, location
from arena.errors import CatalogueError

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_SHARE_OF_SCRIPT = 0.3
"""Of the letters: prompts quote brand names and words to be drawn in other scripts."""
SAME_FROM = 0.7
"""Jaccard index of two prompts' shingles (runs of letters) from which they count as the same."""
SURE = 0.9
"""How probable another language has to be. Measured on the shipped prompts in 8 languages and their English: of 105
texts and 849 of their sentences and first words (2, 3, 5, 8 and 12), none reads as another language by these two
thresholds. Marked as a language of the same script, 359 of 364 of the texts are found."""
OUT_OF_THE_QUESTION = 0.01
"""How improbable the stated language has to be."""
_NO_LANGUAGE = "zxx"
_SPOKEN_AS = {
    "zh": ("yue", "wuu"), "ar": ("ary", "arz"), "no": ("nn",), "nb": ("no", "nn"), "nn": ("no",), "fil": ("tl",),
    "hr": ("bs", "sr"), "bs": ("hr", "sr"), "sr": ("hr", "bs"), "id": ("ms",), "ms": ("id",),
}  # fmt: skip
"""Codes that the guesser has for a language or for what hardly differs from it in writing."""
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


def check_languages(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A prompt's text is in its language and its ``english`` in English, where a guesser is sure that it is not.

    Texts in another script are left to ``check_scripts``. A ``note`` on the prompt settles it.
    """
    for prompt_id, prompt in catalogue.prompts.items():
        if prompt.note is not None:
            continue
        for key, text, language in (("text", prompt.text, prompt.language), ("english", prompt.english or "", "en")):
            letters, expected = _letters(text), _expected(language)
            if not letters.total() or (expected and _mismatch(letters, expected, language)):
                continue
            if guessed := _other_language(text, language):
                yield CatalogueError(
                    f'reads as "{guessed}", and is marked "{language}"',
                    where=catalogue.where(Kind.PROMPT, prompt_id, key),
                    hint="mend the language or the text; if both are right, say why in a note",
                )


def _other_language(text: str, language: str) -> str:
    """The language that a text is in beyond doubt, where that is not the one stated; empty for all else."""
    stated = {(base := language.partition("-")[0].lower()), *_SPOKEN_AS.get(base, ())}
    likely: dict[str, float] = dict(_guesser().rank(text))
    if not stated & likely.keys():
        return ""  # the guesser does not know the language
    guessed = max(likely, key=lambda code: likely[code])
    sure = likely[guessed] >= SURE and sum(likely.get(code, 0.0) for code in stated) < OUT_OF_THE_QUESTION
    return guessed if sure and guessed not in stated and guessed != _NO_LANGUAGE else ""


@cache
def _guesser() -> LanguageIdentifier:
    """Reading the model takes 0.4 s and happens once a process, in ``arena check`` alone."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - only where prompts are checked

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


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
