"""The page of one model, in parts that each know one section."""

from arena.publish.pages.model.page import pages
from arena.publish.pages.model.view import ModelView, model_view

__all__ = ["ModelView", "model_view", "pages"]
