"""data/ -> Catalogue: what is known about models, makers, providers, prices, prompts and stories."""

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.loading import load_catalogue
from arena.catalogue.report import CheckReport, Counts, check_catalogue

__all__ = ["Catalogue", "CheckReport", "Counts", "check_catalogue", "load_catalogue"]
