"""One page or more of every type that the shipped site has, by the template that renders it."""

from __future__ import annotations

from pathlib import Path

NAMED = {
    "board.html": (
        "boards/text-to-image/index.html",
        "boards/text-to-image/lang-ar.html",
        "boards/image-editing/index.html",
    ),
    "board_index.html": ("boards/index.html",),
    "board_wall.html": ("boards/text-to-image/wall/index.html", "boards/image-editing/wall/poster.html"),
    "compare_index.html": ("compare/index.html", "compare/index.html?m=openai/gpt-image-2&m=bria/bria-3.2"),
    "data.html": ("data/index.html",),
    "embed.html": ("embed/text-to-image/board.html",),
    "find.html": ("find/index.html", "find/text-to-image/poster-under-5-cents-commercial.html"),
    "home.html": ("index.html",),
    "integrity.html": ("integrity.html",),
    "machines.html": ("machines.html",),
    "methodology.html": ("methodology.html",),
    "model.html": ("models/openai/gpt-image-2.html", "models/bria/bria-3.2.html"),
    "model_index.html": ("models/index.html",),
    "not_found.html": ("404.html",),
    "own_ranking.html": ("mine.html?poster=3&zh=2&price=1.5",),
    "organization.html": ("organizations/openai.html",),
    "organizations.html": ("organizations/index.html",),
    "prices.html": ("prices.html",),
    "prompts.html": ("prompts/index.html",),
    "provider.html": ("providers/fal.html",),
    "providers.html": ("providers/index.html",),
    "rank_changes.html": ("changes/index.html",),
    "search.html": ("search.html?q=flux",),
    "stories.html": ("stories/index.html",),
    "topic.html": ("topics/interior.html", "topics/lang-ar.html"),
    "topics.html": ("topics/index.html",),
}
FIRST = {
    "battle.html": "battles/text-to-image/*.html",
    "compare.html": "compare/*--vs--*.html",
    "picture.html": "pictures/image-editing/ar-*.html",
    "story.html": "stories/2*.html",
}
"""Types whose pages are named by the data: the first one."""
PROMPTS = ("prompts/*/en-*.html", "prompts/*/ar-*.html", "prompts/image-editing/zh-*.html")

TEMPLATES = (*NAMED, *FIRST, "prompt.html")


def kinds_of(site: Path) -> dict[str, tuple[str, ...]]:
    """The addresses to look at, below the site, by template."""
    found = {template: (_first(site, pattern),) for template, pattern in FIRST.items()}
    return NAMED | found | {"prompt.html": tuple(_first(site, pattern) for pattern in PROMPTS)}


def files_of(site: Path) -> list[Path]:
    """The files of these pages."""
    return [site / path.partition("?")[0] for paths in kinds_of(site).values() for path in paths]


def _first(site: Path, pattern: str) -> str:
    return min(str(path.relative_to(site)) for path in site.glob(pattern))
