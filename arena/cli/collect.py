"""``arena collect``: ask the models for outputs."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena.cli.collected import reporting, say_plan, say_summary
from arena.cli.group import PATH, main, project_option
from arena.cli.opening import database, open_catalogue

if TYPE_CHECKING:
    from arena.catalogue import Catalogue

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


class Dollars(click.ParamType[Decimal]):
    """An amount of US dollars, exact."""

    name = "USD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal(-1)
        if not (amount.is_finite() and amount >= 0):
            self.fail(f"{value!r} is not an amount in USD, such as 5 or 0.50", param, ctx)
        return amount


class Size(click.ParamType[tuple[int, int]]):
    """Width and height in pixels."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        width, _, height = str(value).partition("x")
        if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
            self.fail(f"{value!r} is not a size such as 1024x1024", param, ctx)
        return int(width), int(height)


@main.command()
@project_option
@click.option("--dry-run", is_flag=True, help="Say what would be asked, of whom, at what cost; ask nothing.")
@click.option("--max-cost", type=Dollars(), help="Stop before a request that could pass it.")
@click.option("--arena", "arenas", multiple=True, help="Only this arena; may be repeated, as all of these may.")
@click.option("--model", "models", multiple=True, help="Only this model.")
@click.option("--prompt", "prompts", multiple=True, help="Only this prompt.")
@click.option("--provider", "providers", multiple=True, help="Only this provider; the cheapest of those that are left.")
@click.option("--size", type=Size(), default="1024x1024", show_default=True, help="In pixels.")
@click.option("--quality", default="medium", show_default=True, help="As the catalogue's prices name it.")
@click.option("--ask-doubtful", is_flag=True, help="Ask again what may have been charged already.")
@click.option("--local", is_flag=True, help="A rehearsal: the painter stands in for every model.")
@click.option("--private", type=PATH, metavar="DIR", help="Where originals lie.  [default: private/ of the project]")
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the summary as JSON.")
def collect(project: Path, dry_run: bool, max_cost: Decimal | None, as_json: bool, **options: Any) -> None:
    """Ask models for the outputs that are missing, within a budget; goes on where it was ended."""
    from arena.collect.collecting import run_collection
    from arena.collect.ledger import Ledger
    from arena.collect.market import Choices
    from arena.collect.planning import plan_collection
    from arena.collect.secrets import Secrets, key_names
    from arena.collect.tools import Tools
    from arena.votes.store import open_store

    catalogue = open_catalogue(project)
    private = options.pop("private") or project / "private"
    width, height = options.pop("size")
    choices = Choices(width=width, height=height, doubtful=options.pop("ask_doubtful"), **options)
    secrets = Secrets(os.environ, key_names(catalogue.providers))
    with open_store(database(project)) as store:
        ledger = Ledger(store)
        plan = plan_collection(
            catalogue,
            choices,
            secrets,
            unfinished=ledger.open_jobs(),
            settled=ledger.settled(),
            on=datetime.now(UTC).date(),
        )
        if dry_run or max_cost is None:
            say_plan(plan, as_json=as_json)
            if not dry_run:
                raise click.UsageError("--max-cost USD is missing: how much may this cost at the most?")
            return
        halt = threading.Event()
        paint = _painter(catalogue) if choices.local else None
        tools = Tools(random.SystemRandom(), paint=paint, halt=halt)
        with _stopping(halt), reporting(plan, quiet=as_json) as report:
            summary = run_collection(
                plan, catalogue, ledger, secrets, private=private, max_cost=max_cost, tools=tools, report=report
            )
    say_summary(summary, as_json=as_json)


def _painter(catalogue: Catalogue) -> Callable[[str, str], bytes]:
    """The demonstration's painter, every model alike."""
    from arena.simulate.painter import encode_webp, paint_edit, paint_output

    def paint(prompt_id: str, model: str) -> bytes:
        prompt = catalogue.prompts[prompt_id]
        draw = paint_edit if prompt.input_image else paint_output
        return encode_webp(draw(prompt_id, prompt, model, seed=0, quality=0.5))

    return paint


@contextmanager
def _stopping(halt: threading.Event) -> Iterator[None]:
    """Ctrl-C asks for nothing new and finishes what is under way; a second one ends the command."""

    def stop(*_: object) -> None:
        if halt.is_set():
            raise KeyboardInterrupt
        click.echo("Finishing what is under way (Ctrl-C again ends at once; the next run goes on)", err=True)
        halt.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
