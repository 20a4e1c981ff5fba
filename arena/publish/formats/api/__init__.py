"""The static JSON API under ``api/v1/``: what pages show, for programs, with a schema made from its records."""

from arena.publish.formats.api.files import api_assets, model_documents, price_assets

__all__ = ["api_assets", "model_documents", "price_assets"]
