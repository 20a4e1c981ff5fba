"""How the program's own templates are read."""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader

from arena.template_folders import templates_folder


class ProgramTemplates(FileSystemLoader):
    """Loads the program's own templates from ``folder`` of ``templates/``, ``"site"`` or ``"vote"``.

    They are indented, so that a reader sees what is inside what; pages are not. With indentation the shipped site would
    be 9.5% larger, its page of rank changes 19%.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(templates_folder() / folder)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template with its lines flush left; the number of each line stays what it is in the file."""
        source, filename, unchanged = super().get_source(environment, template)
        return re.sub("(?m)^[ \t]+", "", source), filename, unchanged
