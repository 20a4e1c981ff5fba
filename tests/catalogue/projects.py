"""A small clean project that tests spoil one file at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.errors import CatalogueError

SOURCE = '[[sources]]\nname = "A press release"\nread = 2026-01-02\n'

FILES = {
    "arena.toml": """
name = "Test arena"
tagline = "For tests"
[[arenas]]
id = "text-to-image"
name = "Text to image"
[[arenas]]
id = "image-editing"
name = "Image editing"
[[categories]]
id = "photo"
name = "Photography"
[[languages]]
id = "en"
name = "English"
own_name = "English"
""",
    "organizations/acme.toml": f'name = "Acme"\ncountry = "Nowhere"\npublishes_at = ["https://acme.example"]\n{SOURCE}',
    "models/acme/one.toml": """
name = "One"
description = "The first."
arenas = ["text-to-image"]
released = 2025-01-10
[weights]
open = false
[[sources]]
name = "A press release"
read = 2026-01-02
url = "https://news.acme.example/one"
facts = ["name", "released", "description", "arenas", "weights"]
""",
    "models/acme/two.toml": """
name = "Two"
description = "The second."
arenas = ["text-to-image", "image-editing"]
predecessor = "acme/one"
[weights]
open = "unknown"
[[sources]]
name = "A press release"
read = 2026-01-02
url = "https://news.acme.example/one"
""",
    "providers/shop/provider.toml": f'name = "Shop"\n{SOURCE}',
    "providers/shop/acme/one.toml": """
model_id = "acme-one"
[[prices]]
amount = 0.006
unit = "image"
effective = 2025-01-10
read = 2026-01-02
source = "Price page"
condition = { quality = "low", size = "1024x1024" }
""",
    "prompts/text-to-image/lighthouse.toml": 'text = "A lighthouse."\nlanguage = "en"\ncategory = "photo"\n',
    "prompts/image-editing/night.toml": 'text = "Make it night, with a moon."\nlanguage = "en"\ncategory = "photo"\n',
    "stories/2025-01-10-acme-ships-one.toml": """
title = "Acme ships One"
kind = "release"
happened = 2025-01-10
published = 2025-01-11
evidence = "primary"
models = ["acme/one"]
text = "It is out."
[[sources]]
name = "A press release"
read = 2026-01-02
url = "https://news.acme.example/one"
""",
}


def write_project(folder: Path) -> Path:
    """Write the clean project under ``folder/data``; returns the data folder."""
    data = folder / "data"
    for name, text in FILES.items():
        put(data, name, text)
    return data


def put(data: Path, name: str, content: str | bytes) -> Path:
    """Write one file below the data folder."""
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def spoil(data: Path, name: str, old: str, new: str) -> Path:
    """Replace a text that occurs exactly once in a file of the clean project; returns the file."""
    path = data / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def findings(data: Path) -> list[str]:
    """What is wrong with the catalogue, in its words; fails where nothing is."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(data)
    assert all(isinstance(finding, CatalogueError) for finding in caught.value.findings)
    return [str(finding) for finding in caught.value.findings]
