"""Small catalogues to simulate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from arena.catalogue import Catalogue
from arena.catalogue.fields import Category, Language, Source
from arena.catalogue.model_facts import Benchmark, Weights
from arena.catalogue.records import Model, Organization, Project, Prompt
from arena.catalogue.settings import Arena, ArenaSource

READ = date(2026, 1, 1)
CATEGORIES = ("photo", "portrait", "poster", "logo", "product", "illustration", "infographic", "interior")
LANGUAGES = ("en", "zh", "ar", "hi")
GENERATION, EDITING = "text-to-image", "image-editing"

DATA_SET = ArenaSource(name="Data set", url="https://data.example", licence="MIT", year=2023, read=date(2026, 1, 2))


def make_model(
    *arenas: str, points: float | None = None, released: date | None = date(2025, 1, 1), name: str = "A model"
) -> Model:
    benchmarks = (
        Benchmark(name="LMArena text-to-image", value=Decimal(str(points or 0)), source="a test", read=READ),
        Benchmark(name="LMArena text-to-image", value=Decimal(1), slice="other", source="a test", read=READ),
        Benchmark(name="Another board", value=Decimal(9), source="a test", read=READ),
    )
    return Model(
        name=name,
        description="Made up.",
        arenas=arenas or (GENERATION,),
        released=released,
        weights=Weights(open=False),
        benchmarks=benchmarks if points is not None else benchmarks[2:],
        sources=(Source(name="a test", read=READ),),
    )


def make_models(number: int = 8) -> dict[str, Model]:
    """Models from weak to strong, every second one able to edit, the last one released in the middle of 2026."""
    models = {}
    for index in range(number):
        arenas = (GENERATION, EDITING) if index % 2 else (GENERATION,)
        released = date(2026, 8, 1) if index == number - 1 else date(2025, 1, 1)
        points = 950 + 250 * index / (number - 1)
        models[f"maker-{index % 3}/model-{index}"] = make_model(*arenas, points=points, released=released)
    return models


def make_prompts() -> dict[str, Prompt]:
    prompts = {}
    for index, category in enumerate(CATEGORIES):
        language = LANGUAGES[index % len(LANGUAGES)]
        english = None if language == "en" else f"A {category} of a kettle by the sea at night"
        text = english or f"A {category} of six mackerel on ice"
        prompts[f"{GENERATION}/{language}-{category}"] = Prompt(
            text=text, language=language, category=category, english=english
        )
    for index, category in enumerate(("poster", "interior", "photo")):
        prompts[f"{EDITING}/{category}-edit"] = Prompt(
            text="Make it night, with snow",
            language=LANGUAGES[index],
            category=category,
            input_image=f"{category}-before.webp",
        )
    return prompts


def make_few_prompts() -> dict[str, Prompt]:
    """As few as tests that draw pictures can do with: one of generation, and two of edits."""
    names = (f"{GENERATION}/en-photo", f"{EDITING}/photo-edit", f"{EDITING}/poster-edit")
    prompts = make_prompts()
    return {name: prompts[name] for name in names}


def make_catalogue(
    models: dict[str, Model] | None = None,
    prompts: dict[str, Prompt] | None = None,
    *,
    arenas: tuple[str, ...] = (GENERATION, EDITING),
    folder: Path = Path("data"),
) -> Catalogue:
    models = make_models() if models is None else models
    prompts = make_prompts() if prompts is None else prompts
    makers = sorted({model_id.partition("/")[0] for model_id in models})
    return Catalogue(
        folder=folder,
        project=Project(
            name="A test",
            tagline="For tests.",
            arenas=tuple(Arena(id=arena, name=arena) for arena in arenas),
            categories=tuple(Category(id=category, name=category) for category in CATEGORIES),
            languages=tuple(Language(id=code, name=code, own_name=code) for code in LANGUAGES),
        ),
        organizations={maker: Organization(name=maker) for maker in makers},
        models=dict(sorted(models.items())),
        providers={},
        offers={},
        prompts=dict(sorted(prompts.items())),
        stories={},
    )
