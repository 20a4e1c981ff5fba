"""``arena collect --probe``: one small picture of one provider, and a report that can be pasted into a bug report."""

from __future__ import annotations

import os
import platform
import random
from typing import TYPE_CHECKING

import click

from arena.cli.group import day_of
from arena.cli.printing import note, print_result

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from arena.catalogue import Catalogue
    from arena.collect.offer_choice import CollectOptions
    from arena.collect.secrets import Secrets

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

LOWEST_QUALITY = "low"
"""What a probe asks for where the offers have a price for it, unless --quality says another."""


def probe_provider(
    provider: str,
    catalogue: Catalogue,
    options: CollectOptions,
    secrets: Secrets,
    *,
    store_url: str,
    private: Path,
    max_cost: Decimal | None,
    dry_run: bool,
) -> None:
    """Ask one provider for one picture, and print what came of it; exit code 1 where that is no picture."""
    from arena.collect.dependencies import Dependencies
    from arena.collect.ledger import Ledger
    from arena.collect.probe_report import report_json, report_lines
    from arena.collect.probing import choose_probe, rehearse, run_probe
    from arena.collect.secrets import Secrets, key_names
    from arena.votes.store import open_store

    if max_cost is None and not dry_run:
        raise click.UsageError("--max-cost USD is missing: how much may this cost at the most?")
    names = key_names(catalogue.providers)
    # What would be sent can be looked at without a key, as none is in it.
    chosen_with = Secrets({**dict.fromkeys(names, "-"), **os.environ}, names) if dry_run else secrets
    source = click.get_current_context().get_parameter_source("quality")
    given = source is not None and source.name != "DEFAULT"
    qualities = (options.quality,) if given else (LOWEST_QUALITY, options.quality)
    planned = choose_probe(catalogue, provider, options, chosen_with, qualities=qualities, on=day_of(None))
    dependencies = Dependencies(random.SystemRandom())
    if dry_run or max_cost is None:
        limit = planned.estimate if max_cost is None else max_cost
        result = rehearse(planned, catalogue, limit=limit, dependencies=dependencies)
    else:
        with open_store(store_url) as store:
            result = run_probe(
                planned,
                catalogue,
                Ledger(store),
                secrets,
                private=private,
                max_cost=max_cost,
                dependencies=dependencies,
            )
    lines = list(report_lines(result, secrets, _versions()))
    fields = report_json(result, secrets, _versions())
    print_result("\n".join(lines), passed=result.job is None or result.understood, **fields)
    if result.kept:
        note(f"The picture is kept as {result.kept}")
    if result.job is not None and not result.understood:
        click.get_current_context().exit(1)


def _versions() -> dict[str, str]:
    """Of what decides how a request is made and an answer is read."""
    from importlib.metadata import version

    names = {"arena": "image-arena", "httpx": "httpx", "Pillow": "pillow"}
    return {**{told: version(name) for told, name in names.items()}, "Python": platform.python_version()}
