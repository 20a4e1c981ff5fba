"""What a model can do and what one may do with it: values that fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.layout import Kind
from arena.catalogue.model_facts import Capabilities, CommercialUse, SizeLimits
from arena.errors import CatalogueError

_PIXELS = re.compile(r"(\d+)x(\d+)")


def check_capabilities(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Sizes are within their limits, and a model that takes pictures says so in its ``inputs``."""
    for model_id, model in catalogue.models.items():
        where = catalogue.where(Kind.MODEL, model_id, "capabilities")
        can = model.capabilities
        if can.size_limits:
            yield from _limits(can.size_limits, f"{where}.size_limits")
        yield from _sizes(can, where)
        if can.input_images is not None and bool(can.input_images) is not ("image" in model.inputs):
            yield CatalogueError(
                f"{can.input_images} input images, and inputs are {', '.join(model.inputs)}",
                where=f"{where}.input_images",
                hint="mend one of the two",
            )


def check_terms(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """What is allowed on conditions says which, and only weights that can be downloaded are used."""
    for model_id, model in catalogue.models.items():
        for table, terms in (("weights", model.weights), ("output_terms", model.output_terms)):
            if terms.commercial_use is CommercialUse.CONDITIONAL and terms.note is None:
                yield CatalogueError(
                    "commercial use on conditions, and none is named",
                    where=catalogue.where(Kind.MODEL, model_id, f"{table}.note"),
                    hint="say in one line what the conditions are",
                )
        if model.weights.open is False and model.weights.commercial_use is not CommercialUse.UNKNOWN:
            yield CatalogueError(
                "the weights cannot be downloaded, so nobody may use them",
                where=catalogue.where(Kind.MODEL, model_id, "weights.commercial_use"),
                hint="leave it out; what the terms say about pictures belongs under [output_terms]",
            )


def check_outside_ranks(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A rank on somebody else's list is no larger than the list."""
    for model_id, model in catalogue.models.items():
        for index, benchmark in enumerate(model.benchmarks):
            if benchmark.rank and benchmark.listed and benchmark.rank > benchmark.listed:
                yield CatalogueError(
                    f"rank {benchmark.rank} of {benchmark.listed}",
                    where=catalogue.where(Kind.MODEL, model_id, f"benchmarks[{index}].rank"),
                    hint="one of the two numbers is wrong",
                )


def _limits(limits: SizeLimits, where: str) -> Iterator[CatalogueError]:
    for what, least, most in (
        ("pixels", limits.min_pixels, limits.max_pixels),
        ("edge", limits.min_edge, limits.max_edge),
    ):
        if least and most and least > most:
            yield CatalogueError(
                f"min_{what} is {least}, and max_{what} is {most}", where=where, hint="one of the two is wrong"
            )


def _sizes(can: Capabilities, where: str) -> Iterator[CatalogueError]:
    for index, size in enumerate(can.sizes):
        pixels = _PIXELS.fullmatch(size)
        broken = _broken(can.size_limits, int(pixels[1]), int(pixels[2])) if pixels and can.size_limits else ""
        if broken:
            yield CatalogueError(
                f"{show(size)} is outside of {broken}", where=f"{where}.sizes[{index}]", hint="mend one of the two"
            )


def _broken(limits: SizeLimits, width: int, height: int) -> str:
    """The first limit that a picture of this size breaks; empty where it keeps them all."""
    short, long, pixels = min(width, height), max(width, height), width * height
    checks = (
        ("multiple_of", limits.multiple_of and (width % limits.multiple_of or height % limits.multiple_of)),
        ("max_ratio", limits.max_ratio and long > limits.max_ratio * short),
        ("min_pixels", limits.min_pixels and pixels < limits.min_pixels),
        ("max_pixels", limits.max_pixels and pixels > limits.max_pixels),
        ("min_edge", limits.min_edge and short < limits.min_edge),
        ("max_edge", limits.max_edge and long > limits.max_edge),
    )
    return next((f"{name} = {getattr(limits, name)}" for name, broken in checks if broken), "")
