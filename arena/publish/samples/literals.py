"""Values written as a programming language writes them: short ones on a line, others a line an entry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.publish.samples.blank import Slot

WIDTH = 60
"""Characters that a list or a record takes at most to stand on one line."""
VARIABLES = {
    Slot.PROMPT: "prompt",
    Slot.PICTURE_URL: "photo",
    Slot.PICTURE_DATA: "photo",
    Slot.PICTURE_TYPE: '"image/png"',
}
"""The expressions that stand for what is filled in, where a sample has it in variables."""
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes what JSON has; ``slots`` are the expressions that stand for what is filled in."""

    slots: Mapping[Slot, str]
    true: str = "true"
    false: str = "false"
    null: str = "null"
    indent: str = "  "
    bare_keys: bool = False
    """Whether keys that are names stand without quotes, and spaces inside the braces of a record on one line."""
    last_comma: bool = True

    def render(self, value: Any, depth: int = 0, *, width: int = WIDTH) -> str:
        """The text of a value whose first line stands at ``depth`` indents; with a ``width`` of 0, on several lines."""
        if isinstance(value, Slot):
            return self.slots[value]
        if isinstance(value, Mapping):
            entries = [f"{self._key(key)}: {self.render(each, depth + 1)}" for key, each in value.items()]
            return self._group("{", entries, "}", depth, width)
        if isinstance(value, list):
            return self._group("[", [self.render(each, depth + 1) for each in value], "]", depth, width)
        if value is None or isinstance(value, bool):
            return {None: self.null, True: self.true, False: self.false}[value]
        return json.dumps(value, ensure_ascii=False)

    def _key(self, key: str) -> str:
        return key if self.bare_keys and _NAME.match(key) else json.dumps(key, ensure_ascii=False)

    def _group(self, start: str, entries: list[str], end: str, depth: int, width: int) -> str:
        line = ", ".join(entries)
        if not entries or (len(line) <= width and "\n" not in line):
            gap = " " if self.bare_keys and start == "{" and entries else ""
            return f"{start}{gap}{line}{gap}{end}"
        inner = f",\n{self.indent * (depth + 1)}".join(entries)
        last = "," if self.last_comma else ""
        return f"{start}\n{self.indent * (depth + 1)}{inner}{last}\n{self.indent * depth}{end}"


def slots_in(value: Any) -> set[Slot]:
    """Which blanks a value has."""
    if isinstance(value, Slot):
        return {value}
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {slot for part in parts for slot in slots_in(part)}
