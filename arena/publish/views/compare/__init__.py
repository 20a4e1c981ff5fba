"""Two models side by side: a page for each two that are or long were close in rank, and an index of these pages."""

from arena.publish.views.compare.pages import pages

__all__ = ["pages"]
