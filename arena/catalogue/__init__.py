"""data/ -> Catalogue: what is known about models, makers, providers, prices, prompts and stories."""

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.loading import load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
