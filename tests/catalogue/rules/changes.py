"""Changes to a clean project that the examples of rules are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.catalogue.projects import SOURCE, put, spoil

MODEL, TWO = "models/acme/one.toml", "models/acme/two.toml"
OFFER, STORY = "providers/shop/acme/one.toml", "stories/2025-01-10-acme-ships-one.toml"
PROMPT, EDIT = "prompts/text-to-image/lighthouse.toml", "prompts/image-editing/night.toml"
PROVIDER = "providers/shop/provider.toml"

Change = Callable[[Path], object]


def price(amount: str, unit: str = "image", **more: str) -> str:
    rest = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[prices]]\namount = {amount}\nunit = "{unit}"\nread = 2026-01-02\nsource = "List"\n{rest}'


def benchmark(name: str) -> str:
    return f'[[benchmarks]]\nname = "{name}"\nvalue = 0.65\nsource = "List"\nread = 2026-01-02\n'


def sell(data: Path, *shops: tuple[str, str]) -> Path:
    """One offer of acme/two for each (shop, prices)."""
    for shop, prices in shops:
        put(data, f"providers/{shop}/provider.toml", f'name = "{shop}"\n{SOURCE}')
        put(data, f"providers/{shop}/acme/two.toml", prices)
    return data


def tell(data: Path, text: str, *, kind: str = "release", note: str = "") -> Path:
    spoil(data, STORY, 'kind = "release"', f'kind = "{kind}"')
    return spoil(data, STORY, 'text = "It is out."', f'text = "{text}"\n{note}')


def ask(data: Path, language: str, text: str, *, note: str = "") -> Path:
    entry = f'[[languages]]\nid = "{language}"\nname = "{language}"\nown_name = "{language}"\n[ratings]\n'
    (data / "arena.toml").write_text((data / "arena.toml").read_text() + (entry if language != "en" else ""))
    return put(data, PROMPT, f'text = "{text}"\nlanguage = "{language}"\ncategory = "photo"\n{note}')


def file_under(data: Path, category: str) -> None:
    entry = f'[[categories]]\nid = "{category}"\nname = "Other"\n[[languages]]'
    spoil(data, "arena.toml", "[[languages]]", entry)


def withdraw(data: Path, more: str) -> Path:
    return spoil(data, TWO, "[weights]", f"released = 2025-01-10\n{more}\n[weights]")


def tiers(*amounts: str) -> str:
    """A price for each quality, the lowest first."""
    named = zip(("low", "medium", "high"), amounts, strict=False)
    return "".join(price(amount, condition=f'{{ quality = "{quality}" }}') for quality, amount in named)


def sized(size: str, amount: str, **more: str) -> str:
    return price(amount, condition=f'{{ size = "{size}" }}', **more)


def share(data: Path, *makers: str, more: str = "") -> Path:
    """One price at a new provider for a new model of each maker; ``more`` stands in the first one's."""
    put(data, "providers/market/provider.toml", f'name = "Market"\n{SOURCE}')
    for maker in makers:
        if not (data / f"organizations/{maker}.toml").exists():
            put(data, f"organizations/{maker}.toml", f'name = "{maker}"\n{SOURCE}')
        model = (data / TWO).read_text().replace('predecessor = "acme/one"\n', "").replace('"Two"', '"Shared"')
        put(data, f"models/{maker}/shared.toml", model)
        put(data, f"providers/market/{maker}/shared.toml", price("0.0398") + (more if maker == makers[0] else ""))
    return data


def contradict(data: Path, fact: str, value: str, *, source: str = "Another page") -> Path:
    conflict = f'[[conflicts]]\nfact = "{fact}"\nvalue = "{value}"\nsource = "{source}"\nread = 2026-01-02\n'
    return spoil(data, MODEL, "[[sources]]", f"{conflict}[[sources]]")


def able(data: Path, keys: str) -> Path:
    return spoil(data, TWO, "[[sources]]", f"[capabilities]\n{keys}\n[[sources]]")


def play(
    data: Path,
    *,
    endpoint: str = "https://gate.example/v1/generations",
    provider: str = "shop",
    pictures: str = "[]",
    gateway: str = "generations",
) -> Path:
    spoil(data, "providers/shop/provider.toml", 'name = "Shop"', f'name = "Shop"\ngateway = "{gateway}"')
    setting = f'[playground]\nendpoint = "{endpoint}"\nprovider = "{provider}"\npictures = {pictures}\n'
    return put(data, "arena.toml", f"{(data / 'arena.toml').read_text()}\n{setting}")


NOTE = 'note = "It is right."\n'
HD_BATCH, LARGE_BATCH = '{ quality = "hd", mode = "batch" }', '{ size = "2048x2048", mode = "batch" }'
DATES_OF_TWO = 'arenas = ["text-to-image", "image-editing"]\nreleased = 2025-01-09'
