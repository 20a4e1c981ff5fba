"""Exchanges with image APIs after their documentation, and the table in docs/collecting.md that is made of them.

Each file in tests/data/exchanges/ is one protocol: where it was read and when, and cases with the answers of a server
and what has to be understood. The texts are not recorded: nobody has asked these providers for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data" / "exchanges"
CELLS = {
    "success": "a picture",
    "refusal": "refused",
    "one": "failed for this request",
    "model": "failed for the model: no more of it",
    "all": "failed for all: the run ends",
    "terminal": "waiting, ending",
}
"""The columns of the table."""
START, END = "<!-- answers: made from tests/data/exchanges -->", "<!-- end of answers -->"


@dataclass(frozen=True)
class Exchange:
    """One case: the answers of a server in their order, and what becomes of the job."""

    protocol: str
    cell: str
    label: str
    source: str
    read: str
    answers: tuple[tuple[int, Any], ...]
    state: str
    says: str
    cost: str
    doubt: str
    for_all: bool
    for_model: bool

    @property
    def id(self) -> str:
        return f"{self.protocol}: {self.label}"


def exchanges() -> Iterator[Exchange]:
    """All of them, by protocol."""
    for path in sorted(FOLDER.glob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        assert path.stem == file["protocol"]
        for case in file["cases"]:
            source = file["sources"][case["source"]]
            yield Exchange(
                protocol=file["protocol"],
                cell=case["cell"],
                label=case["label"],
                source=source["url"],
                read=source["read"],
                answers=tuple((answer["status"], answer["body"]) for answer in case["answers"]),
                state=case["state"],
                says=case.get("says", ""),
                cost=case.get("cost", "0.01" if case["state"] == "answered" else "0"),
                doubt=case.get("doubt", "0"),
                for_all=case.get("for_all", False),
                for_model=case.get("for_model", False),
            )


def table() -> str:
    """The table of docs/collecting.md: a row a protocol, in each cell the cases that a test replays."""
    rows: dict[str, dict[str, list[str]]] = {}
    for case in exchanges():
        rows.setdefault(case.protocol, {}).setdefault(case.cell, []).append(case.label.replace("|", "\\|"))
    lines = [f"| protocol | {' | '.join(CELLS.values())} |", f"| --- |{' --- |' * len(CELLS)}"]
    for protocol, cells in rows.items():
        lines.append(f"| `{protocol}` | {' | '.join('<br>'.join(cells[cell]) for cell in CELLS)} |")
    return "\n".join(lines)


def main() -> None:
    """Write the table into docs/collecting.md."""
    path = FOLDER.parents[2] / "docs" / "collecting.md"
    before, _, rest = path.read_text("utf-8").partition(START)
    path.write_text(f"{before}{START}\n\n{table()}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
