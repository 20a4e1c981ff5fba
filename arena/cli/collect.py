"""``arena collect``: ask the models for outputs, and show the plan, the progress and the summary."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena.cli.group import PATH, day_of, json_option, main, project_option
from arena.cli.opening import database, open_catalogue, refuse_to_simulate
from arena.cli.printing import as_json, is_quiet, note, print_result

if TYPE_CHECKING:
    from rich.console import Console

    from arena.catalogue import Catalogue
    from arena.collect.planning import Plan
    from arena.collect.progress import ProgressEvent, ProviderProgress, RunSummary

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

TABLE_WIDTH = 120
"""Characters of a line of a table where the output is no terminal."""
WIDTH_FOR_FORMULAS = 110
"""Characters of a terminal's line from which there is room for the formulas of prices."""
FORMULA_COLUMN = "how"


def say_plan(plan: Plan) -> None:
    """Print what would be asked of whom at what cost, which keys are missing, and what is left out."""
    if as_json():
        print_result("", **_plan_as_json(plan))
        return
    console = _console()
    if plan.offers:
        console.print(_offers(plan, wide=console.width >= WIDTH_FOR_FORMULAS))
    if plan.missing_keys:
        console.print(_keys(plan))
    for line in _left_out(plan):
        click.echo(line)
    if plan.unfinished:
        click.echo(f"{len(plan.unfinished)} requests of an earlier run are finished first.")
    click.echo(f"{len(plan.images)} pictures, about {plan.estimate:.2f} USD. Nothing was asked.")


def say_summary(summary: RunSummary) -> None:
    """Print a row for each provider, without columns that hold only zeros, and the total."""
    if as_json():
        print_result("", **summary.as_json())
        return
    from arena.collect.progress import SUMMARY_COLUMNS

    if summary.rows:
        filled = [number for number, cells in enumerate(zip(*summary.rows, strict=True)) if set(cells) != {"0"}]
        rows = [[row[number] for number in filled] for row in summary.rows]
        _console().print(_table([SUMMARY_COLUMNS[number] for number in filled], rows, texts=1))
    for provider in summary.providers:
        if provider.down:
            note(f"{provider.provider}: given up: {provider.down}")
    for text in summary.notes:
        note(text)
    if summary.stopped:
        click.echo(f"Stopped: {summary.stopped}")
    click.echo(f"Spent {summary.spent:.4f} of {summary.budget} USD in {summary.seconds:.0f} s.")


@contextmanager
def reporting(plan: Plan) -> Generator[Callable[[ProgressEvent], None]]:
    """A bar for each provider on a terminal, a line a picture elsewhere; nothing after ``-q``."""
    if is_quiet():
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bars(plan) as report:
            yield report
    else:
        yield lambda event: note(event.line)


@contextmanager
def _bars(plan: Plan) -> Generator[Callable[[ProgressEvent], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    standing = TextColumn("{task.fields[standing]}", markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(16), MofNCompleteColumn(), standing)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        asked = [*(image.provider for image in plan.images), *(job.provider for job in plan.unfinished)]
        tasks = {name: bars.add_task(name, total=asked.count(name), standing="") for name in sorted(set(asked))}

        def report(event: ProgressEvent) -> None:
            now = event.progress
            bars.update(tasks[event.provider], completed=now.planned - now.left, standing=_progress_text(now))

        yield report


def _progress_text(now: ProviderProgress) -> str:
    """``2 failed, 1 refused, 0.53 USD, p50 3.1 s, p95 8.0 s, 40 s left``."""
    parts = [f"{count} {what}" for count, what in ((now.failed, "failed"), (now.refused, "refused")) if count]
    parts.append(f"{now.cost:.2f} USD")
    if now.p50_ms is not None and now.p95_ms is not None:
        parts.append(f"p50 {now.p50_ms / 1000:.1f} s, p95 {now.p95_ms / 1000:.1f} s")
    if now.seconds_left is not None:
        parts.append(f"{now.seconds_left:.0f} s left")
    return ", ".join(parts)


def _console() -> Console:
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=TABLE_WIDTH)


def _table(columns: Sequence[str], rows: Any, *, texts: int) -> Any:
    """A table whose first ``texts`` columns are words, and the others figures."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False)
    for number, column in enumerate(columns):
        words = number < texts or column == FORMULA_COLUMN
        table.add_column(column, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for row in rows:
        table.add_row(*row)
    return table


def _offers(plan: Plan, *, wide: bool) -> Any:
    rows = [
        (offer.provider, offer.model, str(offer.pictures), f"{offer.estimate:.4f}", f"{offer.total:.2f}", offer.formula)
        for offer in plan.offers
    ]
    columns = ("provider", "model", "pictures", "USD each", "USD", FORMULA_COLUMN)
    cut = len(columns) if wide else -1
    return _table(columns[:cut], [row[:cut] for row in rows], texts=2)


def _keys(plan: Plan) -> Any:
    rows = [(missing.key, missing.provider, str(len(missing.models))) for missing in plan.missing_keys]
    return _table(("key that is not set", "provider", "models with it"), rows, texts=2)


def _left_out(plan: Plan) -> Iterator[str]:
    """Why models are left out for which no key is missing: a line for each reason."""
    asked = {image.model for image in plan.images}
    waiting = {model for missing in plan.missing_keys for model in missing.models} - asked
    if waiting:
        yield f"Models that wait for one of these keys: {len(waiting)}."
    reasons: dict[str, list[str]] = {}
    for left_out in plan.left_out:
        if left_out.model not in waiting:
            reasons.setdefault(left_out.reason, []).append(f"{left_out.model} ({left_out.prompts})")
    for reason, models in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"left out: {reason}: {', '.join(models)}"


def _plan_as_json(plan: Plan) -> dict[str, Any]:
    return {
        "offers": [
            {
                "provider": offer.provider,
                "model": offer.model,
                "pictures": offer.pictures,
                "each": str(offer.estimate),
                "total": str(offer.total),
                "formula": offer.formula,
            }
            for offer in plan.offers
        ],
        "lacking": [
            {"key": missing.key, "provider": missing.provider, "models": list(missing.models)}
            for missing in plan.missing_keys
        ],
        "left_out": [
            {"model": left_out.model, "prompts": left_out.prompts, "reason": left_out.reason}
            for left_out in plan.left_out
        ],
        "unfinished": len(plan.unfinished),
        "estimate": str(plan.estimate),
    }


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
@click.option("--max-cost", type=Dollars(), help="Stop before a request that could raise the cost above this.")
@click.option("--arena", "arenas", multiple=True, help="Only this arena; may be repeated, as all of these may.")
@click.option("--model", "models", multiple=True, help="Only this model.")
@click.option("--prompt", "prompts", multiple=True, help="Only this prompt.")
@click.option("--provider", "providers", multiple=True, help="Only this provider; the cheapest of those that are left.")
@click.option("--probe", metavar="PROVIDER", help="Ask this provider for one small picture, and say what came back.")
@click.option("--size", type=Size(), default="1024x1024", show_default=True, help="In pixels.")
@click.option("--quality", default="medium", show_default=True, help="As the catalogue's prices name it.")
@click.option("--ask-doubtful", is_flag=True, help="Ask again for what may have been charged already.")
@click.option(
    "--ask-refused", is_flag=True, help="Ask again for what was refused, or came without a picture in 3 runs."
)
@click.option("--new-seeds", is_flag=True, help="Ask anew for prompts whose pictures left play: new ones enter it.")
@click.option("--local", is_flag=True, help="Without a network: a program draws simulated outputs.")
@click.option(
    "--private", type=PATH, metavar="DIR", help="The folder for originals.  [default: private/ of the project]"
)
@json_option
def collect(project: Path, dry_run: bool, max_cost: Decimal | None, probe: str | None, **options: Any) -> None:
    """Ask models for the outputs that are missing, within a budget.

    Run again, it continues where it was stopped. --probe asks one provider for one picture instead, of its cheapest
    model or that of --model, and prints the request without the key, the shape of the answer, and what was understood.
    """
    from arena.catalogue.play import play_in_words
    from arena.collect.collecting import run_collection
    from arena.collect.ledger import Ledger
    from arena.collect.offer_choice import CollectOptions
    from arena.collect.planning import plan_collection
    from arena.collect.secrets import Secrets, key_names
    from arena.votes.store import open_store

    today = day_of(None)
    catalogue = open_catalogue(project, today)
    if options["local"]:
        refuse_to_simulate(project, catalogue)
    private = options.pop("private") or project / "private"
    width, height = options.pop("size")
    collect_options = CollectOptions(
        width=width, height=height, doubtful=options.pop("ask_doubtful"), refused=options.pop("ask_refused"), **options
    )
    secrets = Secrets(os.environ, key_names(catalogue.providers))
    if probe is not None:
        from arena.cli.probing import probe_provider

        probe_provider(
            probe,
            catalogue,
            collect_options,
            secrets,
            store_url=database(project),
            private=private,
            max_cost=max_cost,
            dry_run=dry_run,
        )
        return
    with open_store(database(project)) as store:
        ledger = Ledger(store)
        plan = plan_collection(
            catalogue,
            collect_options,
            secrets,
            unfinished=ledger.open_jobs(),
            settled=ledger.settled(),
            on=today,
        )
        if dry_run or max_cost is None:
            say_plan(plan)
            if not dry_run:
                raise click.UsageError("--max-cost USD is missing: how much may this cost at the most?")
            return
        ask = partial(run_collection, plan, catalogue, ledger, secrets, private=private, max_cost=max_cost)
        summary = _collect(ask, plan, _painter(catalogue) if collect_options.local else None)
    say_summary(summary)
    note(play_in_words(open_catalogue(project, today)))
    if any(provider.down for provider in summary.providers):
        click.get_current_context().exit(1)


def _collect(ask: Callable[..., RunSummary], plan: Plan, draw: Callable[[str, str], bytes] | None) -> RunSummary:
    """Ask for what is planned, with progress on the terminal, until it is done or stopped."""
    from arena.collect.dependencies import Dependencies

    halt = threading.Event()
    dependencies = Dependencies(random.SystemRandom(), draw_simulated=draw, halt=halt)
    with _stopping(halt), reporting(plan) as report:
        return ask(dependencies=dependencies, report=report)


def _painter(catalogue: Catalogue) -> Callable[[str, str], bytes]:
    """Draws simulated pictures, for every model alike."""
    from arena.simulate.pictures import draw_picture

    def paint(prompt_id: str, model: str) -> bytes:
        return draw_picture(prompt_id, catalogue.prompts[prompt_id], model, seed=0, quality=0.5)

    return paint


@contextmanager
def _stopping(halt: threading.Event) -> Generator[None]:
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
