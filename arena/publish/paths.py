"""Where each page of the site lies, and how one page links to another. Paths are relative to the site's root."""

from __future__ import annotations

from collections.abc import Callable

from arena.catalogue.layout import board_name
from arena.records import Axis

HOME = "index.html"
BOARDS = "boards/index.html"
MODELS = "models/index.html"
ORGANIZATIONS = "organizations/index.html"
PROVIDERS = "providers/index.html"
PROMPTS = "prompts/index.html"
STORIES = "stories/index.html"
METHODOLOGY = "methodology.html"
DATA = "data/index.html"
LOG_FOLDER = "data/log"
COMPARE = "compare/index.html"
API = "api/v1/index.json"
API_SCHEMA = "api/v1/schema.json"
MACHINES = "machines.html"
TOPICS = "topics/index.html"
CHANGES = "changes/index.html"
CHANGES_FEED = "changes/feed.xml"
PRICES = "prices.html"
INTEGRITY = "integrity.html"
FIND = "find/index.html"
FIND_DATA = "static/find-data.js"
OWN_RANKING = "mine.html"
OWN_DATA = "mine/"
SEARCH = "search.html"
SEARCH_INDEX = "static/search-index.js"
LLMS = "llms.txt"
STORIES_FEED = "stories/feed.xml"

Link = Callable[[str], str]


def absolute(base_url: str, path: str) -> str:
    """The address of a page: the site's own for the home page."""
    return f"{base_url.rstrip('/')}/{'' if path == HOME else path}"


def board_path(axis: Axis) -> str:
    """The page of the board on ``axis``."""
    return f"boards/{axis.arena}/{_name(axis)}.html"


def wall_path(axis: Axis) -> str:
    """The page that shows the models of the board on ``axis`` by their pictures."""
    return f"boards/{axis.arena}/wall/{_name(axis)}.html"


def _name(axis: Axis) -> str:
    return board_name(axis.category, axis.language)


def model_path(model_id: str) -> str:
    """The page of a model, e.g. ``models/openai/gpt-image-2.html``."""
    return f"models/{model_id}.html"


def organization_path(organization_id: str) -> str:
    """The page of an organization."""
    return f"organizations/{organization_id}.html"


def provider_path(provider_id: str) -> str:
    """The page of a provider."""
    return f"providers/{provider_id}.html"


def prompt_path(prompt_id: str) -> str:
    """The page of a prompt; its id starts with the arena."""
    return f"prompts/{prompt_id}.html"


def pictures_path(prompt_id: str) -> str:
    """The page of a prompt's pictures in full size."""
    return f"pictures/{prompt_id}.html"


def picture_id(sha256: str) -> str:
    """Where a picture stands on the page of its prompt's pictures."""
    return f"p-{sha256[:12]}"


def large_view(prompt_id: str, sha256: str) -> str:
    """A picture in full size, with who it was compared with and how it was made."""
    return f"{pictures_path(prompt_id)}#{picture_id(sha256)}"


def calculator_path(model_id: str) -> str:
    """The cost calculator with a model chosen."""
    return f"{PRICES}?model={model_id}"


def battle_path(prompt_id: str) -> str:
    """The page that says who made the two pictures of a battle on the home page."""
    return f"battles/{prompt_id}.html"


def find_path(need: str) -> str:
    """The page of a common need, e.g. ``find/text-to-image/poster-under-5-cents.html``."""
    return f"find/{need}.html"


def own_data_path(arena: str) -> str:
    """What rankings by own weights are computed from in the browser, one script an arena."""
    return f"{OWN_DATA}{arena}.js"


def story_path(story_id: str) -> str:
    """The page of a story."""
    return f"stories/{story_id}.html"


def api_path(name: str) -> str:
    """A file of the JSON API, e.g. ``api/v1/models/openai/gpt-image-2.json``."""
    return f"api/v1/{name}.json"


def card_path(page_path: str) -> str:
    """The picture for links to a page, on a site that knows its address: ``social/models/openai/gpt-image-2.png``."""
    return f"social/{page_path.removesuffix('.html')}.png"


def category_path(category_id: str) -> str:
    """The page of a category over all arenas."""
    return f"topics/{category_id}.html"


def language_path(language_id: str) -> str:
    """The page of a language of prompts over all arenas."""
    return f"topics/{board_name(language=language_id)}.html"


def badge_path(axis: Axis, model_id: str) -> str:
    """The badge of a model's place on a board: ``embed/text-to-image/photo/openai/gpt-image-2.svg``."""
    return f"embed/{axis.arena}/{'' if axis == Axis(axis.arena) else f'{_name(axis)}/'}{model_id}.svg"


def embed_path(axis: Axis) -> str:
    """The page that other sites show a board's first places with."""
    return f"embed/{axis.arena}/board{'' if axis == Axis(axis.arena) else f'-{_name(axis)}'}.html"


def markdown_path(model_id: str) -> str:
    """The Markdown twin of a model's page, beside it."""
    return f"models/{model_id}.md"


def compare_path(one: str, other: str) -> str:
    """The page that sets two models side by side; the same for either order."""
    first, second = (model_id.replace("/", "--") for model_id in sorted((one, other)))
    return f"compare/{first}--vs--{second}.html"


def log_path(name: str) -> str:
    """Where a file of the log lies in the site."""
    return f"{LOG_FOLDER}/{name}"


def any_comparison(*models: str) -> str:
    """Where any two to four models are set side by side, by script; it stays whatever their ranks become."""
    return f"{COMPARE}?{'&'.join(f'm={model_id}' for model_id in models)}"


def image_path(sha256: str) -> str:
    """Where an output's picture lies in the site."""
    return f"outputs/{sha256[:2]}/{sha256}.webp"


def thumbnail_path(sha256: str, width: int) -> str:
    """Where a smaller copy of the picture with this sum lies."""
    return f"outputs/{sha256[:2]}/{sha256}-{width}.webp"


def input_path(sha256: str, suffix: str) -> str:
    """Where the picture that an editing prompt starts from lies in the site; ``suffix`` as in ``.webp``."""
    return f"outputs/inputs/{sha256}{suffix}"


def linker(source: str) -> Link:
    """The ``link`` function of the page at ``source``: a path of the site -> a relative reference.

    Works from ``file://`` and under any sub-path. A target on the page itself becomes a bare fragment.
    """
    up = "../" * source.count("/")

    def link(target: str) -> str:
        path, hash_sign, fragment = target.partition("#")
        if path == source and hash_sign:
            return f"#{fragment}"
        return f"{up}{target}"

    return link
