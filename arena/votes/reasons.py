"""Why voters chose as they did: lists of a few words, however a file writes them.

Our own CSV writes ``text;style``, JSON a list, Parquet a list column. Others write ``text, style`` or ``text|style``,
JSON in a cell (``["text", "style"]``), or what Python and NumPy print of a list (``['text', 'style']``,
``['text' 'style']``). No reasons are null: nobody was asked, or nobody answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

REASONS_TYPE = pa.list_(pa.field("element", pa.string()))
"""The child is called ``element`` as Parquet calls it, so that a file's schema is equal to ours to the letter."""
REASON_COLUMNS = ("reasons", "tags", "vote_reasons", "vote_tags", "preference_reasons")
"""What files call the words that a voter ticked. LMArena's ``category_tag`` is none of them: it is of the prompt."""
LONGEST_REASON = 40
"""Characters: a reason is a word or a few. What is longer is a comment, and comments may say who wrote them."""
MOST_REASONS = 20
"""Of one vote."""
SEPARATOR = ";"
"""Between the reasons of one vote in CSV; none of ``_BETWEEN`` can be in a reason, so that it comes back as it was."""

_JOINED = "\x1f"
"""Between the elements of lists that are looked at by distinct value."""
_VIEWS = (pa.types.is_list_view, pa.types.is_large_list_view)
_LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, *_VIEWS)
_BETWEEN = re.compile(rf"[;,|\n{_JOINED}]")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_PRINTED_LIST = re.compile(r"\s*[\[(].*[\])]\s*", re.DOTALL)


def reason_lists(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """A column of text or lists of text as ``REASONS_TYPE``, null where there are none; None where it is neither.

    Words come trimmed, each once a vote; they are checked by ``checks.reason_errors``.
    """
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.nulls(len(column), REASONS_TYPE)])
    if pa.types.is_string(kind):
        plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        return _by_distinct_value(plain, _words_of_text)
    if pa.types.is_floating(kind) and pc.all(pc.is_null(column, nan_is_null=True)).as_py():
        return pa.chunked_array([pa.nulls(len(column), REASONS_TYPE)])  # how pandas keeps a column with nothing in it
    if not any(is_of_kind(kind) for is_of_kind in _LISTS):
        return None
    if not (pa.types.is_null(kind.value_type) or _is_text(kind.value_type)):
        return None
    # A cast of a view with a null in it gives a broken array (pyarrow 26).
    view = any(is_of_kind(kind) for is_of_kind in _VIEWS)
    lists = pa.chunked_array([pa.array(column.to_pylist(), REASONS_TYPE)]) if view else column.cast(REASONS_TYPE)
    if pc.list_flatten(lists).null_count:
        # A null within a list says nothing; joining a list that has one would give a null for the whole.
        full = [[word for word in words if word] if words else None for words in lists.to_pylist()]
        lists = pa.chunked_array([pa.array(full, REASONS_TYPE)])
    return _by_distinct_value(pc.binary_join(lists, _JOINED), lambda text: _words(_BETWEEN.split(text)))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _by_distinct_value(column: pa.ChunkedArray, words_of: Callable[[str], list[str] | None]) -> pa.ChunkedArray:
    # A million votes have a few dozen combinations: each is taken apart once.
    encoded = column.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], pa.string()).dictionary_encode()
    lists = pa.array([words_of(text) for text in encoded.dictionary.to_pylist()], REASONS_TYPE)
    return pa.chunked_array([lists.take(encoded.indices)], REASONS_TYPE)


def _words_of_text(text: str) -> list[str] | None:
    if _PRINTED_LIST.fullmatch(text):
        quoted = [single or double for single, double in _QUOTED.findall(text)]
        if quoted:
            return _words(part for word in quoted for part in _BETWEEN.split(word))
        text = text.strip()[1:-1]
    return _words(_BETWEEN.split(text))


def _words(parts: Iterable[str]) -> list[str] | None:
    words = dict.fromkeys(" ".join(part.split()) for part in parts)
    return [word for word in words if word] or None


def joined_reasons(lists: pa.Array, between: str = SEPARATOR) -> pa.Array:
    """Lists as text, null where there are none."""
    return pc.binary_join(lists, between)
