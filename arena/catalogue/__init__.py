"""data/ -> Catalogue: what is known about models, makers, providers, prices, prompts and stories."""

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.check import CatalogueCounts, CheckReport, Format, check_catalogue, render_findings
from arena.catalogue.entries import init_project, new_model, new_model_entries
from arena.catalogue.loading import load_catalogue
from arena.catalogue.rules.references import empty_arenas

__all__ = [
    "Catalogue",
    "CatalogueCounts",
    "CheckReport",
    "Format",
    "check_catalogue",
    "empty_arenas",
    "init_project",
    "load_catalogue",
    "new_model",
    "new_model_entries",
    "render_findings",
]
