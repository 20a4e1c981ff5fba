"""The page of one model, in parts that each know one section."""

from arena.publish.views.model.page import ModelView, model_view, pages

__all__ = ["ModelView", "model_view", "pages"]
