"""A model's page as Markdown, for programs that read text: made from the same view, so it says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from arena.publish.content.model_refs import ModelRef
from arena.publish.content.read_day import OVER_AGE, ReadDay
from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import notices_of
from arena.publish.pages.citations import Citation
from arena.publish.pages.model.examples import ExamplePicture
from arena.publish.pages.model.facts import BenchmarkRow
from arena.publish.pages.model.price_history import PriceHistory
from arena.publish.pages.model.prices import ModelProviderRow, PriceRow
from arena.publish.pages.model.terms import TermsAnswer
from arena.publish.pages.model.view import ModelView
from arena.publish.paths import api_path, linker, markdown_path
from arena.wording import NOTHING

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    line = " ".join(text.split())
    return line if _SPECIAL.search(line) is None else _SPECIAL.sub(r"\\\1", line)


def linked(text: str, target: str) -> str:
    """A link; the bare text where there is nothing to link to."""
    return f"[{plain(text)}](<{target}>)" if target else plain(text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: int = 1) -> str:
    """A table; columns from ``numeric`` on are set to the right. Cells are finished Markdown."""
    rule = [("---" if place < numeric else "---:") for place in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def render_model(site: SiteData, view: ModelView) -> str:
    """The whole page; sections without data say so."""
    parts = [f"# {plain(view.model.name)}", f"> {plain(view.title_line)}"]
    parts += [f"**{plain(notice.label)}.** {plain(notice.text)}" for notice in notices_of(site)]
    parts += [*_state(view)]
    parts += [plain(view.description), *_verdict(view), *_terms(view), *_facts(view), *_capabilities(view)]
    parts += [*_rankings(view), *_axes(view), *_reasons(view), *_courses(view), *_examples(view)]
    parts += [*_prices(view), *_tokens(view)]
    parts += [*_every_price(view), *_samples(view), *_elsewhere(view), *_neighbours(view), *_alike(view)]
    parts += [*_questions(view), *_stories(view), *_sources(site, view)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _here(view: ModelView) -> str:
    return markdown_path(view.model.id)


def _state(view: ModelView) -> Iterator[str]:
    notice, link = view.notice, linker(_here(view))
    if notice:
        instead = (
            f"{plain(each.before)} {linked(each.model.name, link(markdown_path(each.model.id)))} {plain(each.after)}"
            for each in notice.instead
        )
        read = (f"{linked(source.name, source.url)}, read {source.read.iso}" for source in notice.sources)
        sources = f" ({'; '.join(read)})" if notice.sources else ""
        yield " ".join([f"**{plain(notice.label)}.** {plain(notice.text)}", *instead]) + sources


def _facts(view: ModelView) -> Iterator[str]:
    yield "## Facts"
    facts = [f"- {plain(fact.label)}: {plain(fact.value)}" for fact in view.facts]
    yield "\n".join([f"- Id: `{view.model.id}`", *facts])
    yield "\n".join(f"- {plain(text)}" for text in view.highlights)
    if view.disagreements:
        yield "Where sources disagree:"
        yield "\n".join(
            f"- {plain(row.fact)}: {plain(row.value)} ({plain(row.source)}, read {row.read.iso})"
            for row in view.disagreements
        )


def _verdict(view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    yield "\n".join(f"- {plain(each)}" for each in view.verdict.standing)
    yield "\n".join(
        f"- {plain(each.before)} {linked(each.model.name, link(markdown_path(each.model.id)))}"
        f"{' ' if each.after.startswith(' ') else ''}{plain(each.after)}"
        if each.model
        else f"- {plain(each.before)}"
        for each in view.verdict.advice
    )


def _courses(view: ModelView) -> Iterator[str]:
    for part in view.rating_histories:
        if part.weeks:
            yield f"## Quality over time: {plain(part.arena)}"
            yield plain(f"{part.summary} {part.drift}".strip())


def _questions(view: ModelView) -> Iterator[str]:
    yield "## Questions"
    yield "\n".join(f"- {plain(each.question)} {plain(each.answer)}" for each in view.questions)


def _rankings(view: ModelView) -> Iterator[str]:
    yield "## Rankings"
    yield plain(view.rankings_caption) + "."
    rows = [
        [plain(row.arena), row.rank, row.rank_span, row.score, row.interval, row.votes, row.record, row.win_rate]
        for row in view.rankings
        if not row.missing
    ]
    head = ["Arena", "Rank", "95% interval", "Score", "95% interval", "Votes", "Won–lost–tied", "Win rate"]
    if rows:
        yield table(head, rows)
    yield "\n".join(f"- {plain(row.arena)}: {plain(row.missing)}" for row in view.rankings if row.missing)


def _axes(view: ModelView) -> Iterator[str]:
    for part in view.performances:
        yield f"## By category and language: {plain(part.arena)}"
        yield plain(part.summary)
        rows = [
            [plain(row.label), row.rank, row.score, row.interval, row.win_rate, row.votes]
            for group in part.groups
            for row in group.rows
        ]
        if rows:
            yield table(["Prompts", "Rank", "Score", "95% interval", "Win rate", "Votes"], rows)
        yield plain(part.missing)


def _reasons(view: ModelView) -> Iterator[str]:
    for part in view.reasons:
        yield f"## Why people preferred it: {plain(part.arena)}"
        yield plain(part.summary)
        rows = [
            [plain(group.label), plain(row.reason), row.wins, row.wins_interval, row.losses, row.losses_interval]
            for group in part.groups
            for row in group.rows
        ]
        yield table(["Prompts", "Reason", "Of wins", "95% interval", "Of losses", "95% interval"], rows, numeric=2)


def _prices(view: ModelView) -> Iterator[str]:
    prices = view.prices
    yield "## Providers and prices"
    yield plain(prices.starts_at or prices.missing)
    if prices.providers:
        measured = ("Latency, median", "95% within", "Success", "Measured up to") if prices.any_measured else ()
        yield (
            "US dollars for one 1024×1024 image by quality, for 1,000 in medium, standard or default quality, and for "
            "any size and quality."
        )
        yield table(
            [
                "Provider",
                "Its model id",
                *map(plain, prices.qualities),
                "1,000 images",
                "Any size, quality",
                "Read",
                *measured,
            ],
            [
                [
                    plain(row.name),
                    f"`{row.model_id}`" if row.model_id else "unknown",
                    *row.by_quality,
                    row.thousand,
                    f"{row.all_sizes} (contested)" if row.contested else row.all_sizes,
                    _read(row.read) if row.read else "–",
                    *(_measured(row) if prices.any_measured else ()),
                ]
                for row in prices.providers
            ],
            numeric=2,
        )
        yield plain(prices.measured)
    yield from _price_history(prices.history)


def _price_history(history: PriceHistory) -> Iterator[str]:
    if history.unchanged:
        yield plain(history.unchanged)
    if history.averages:
        yield "### The listed price over time"
        yield table(
            ["Provider", "Now", "Average, 30 days", "Average, all days", "Known since"],
            [[plain(row.provider), row.now, row.lately, row.known, row.since.iso] for row in history.averages],
        )
        yield plain(history.note)


def _measured(row: ModelProviderRow) -> tuple[str, ...]:
    found = row.measured
    if found is None:
        return ("–", "–", "–", "not measured")
    return (found.p50, found.p95, f"{found.success} ({found.of})", found.until.iso)


def _tokens(view: ModelView) -> Iterator[str]:
    if view.prices.tokens:
        yield "### Prices of tokens"
        yield "US dollars for 1M tokens; blended is three input tokens for each output token."
        yield table(
            ["Provider", "Input", "Output", "Blended"],
            [
                [
                    plain(row.provider),
                    _of_kind(row.paid_in, row.kind_in),
                    _of_kind(row.paid_out, row.kind_out),
                    row.blended,
                ]
                for row in view.prices.tokens
            ],
        )
        speeds = [row for row in view.prices.tokens if row.speed_read]
        yield "\n".join(
            f"- {plain(row.provider)}: {plain(row.speed)} ({linked(row.speed_source, row.speed_url)}, read "
            f"{row.speed_read.iso if row.speed_read else ''})"
            for row in speeds
        )


def _read(day: ReadDay) -> str:
    return f"{day.iso} ({OVER_AGE})" if day.old else day.iso


def _of_kind(paid: str, kind: str) -> str:
    return plain(f"{paid} ({kind})") if kind else paid


def _every_price(view: ModelView) -> Iterator[str]:
    if view.prices.rows:
        yield "### Every price"
        yield plain(view.prices.rows_title) + "."
        head = ["Provider", "Quality", "Size", "Mode", "US dollars", "Per", "Holds", "Read", "Source", "Note"]
        yield table(head, [_price_cells(row) for row in view.prices.rows], numeric=len(head))


def _price_cells(row: PriceRow) -> list[str]:
    since = f"from {row.effective.iso}" if row.effective else "now"
    holds = since if row.current else f"until {row.replaced.iso}" if row.replaced else "no more"
    note = " ".join(part for part in ("Contested." if row.contested else "", row.note) if part)
    source = linked(row.source, row.url)
    return [
        *map(plain, (row.provider, row.quality, row.size, row.mode, row.amount, row.unit, holds)),
        _read(row.read),
        source,
        plain(note),
    ]


def _samples(view: ModelView) -> Iterator[str]:
    """Python for each provider and task; curl and JavaScript are on the page."""
    yield "## API"
    yield plain(view.code.note)
    for provider in view.code.providers:
        yield f"### {plain(provider.name)}"
        yield plain(provider.note)
        for sample in provider.snippets:
            if sample.language == "python":
                yield f"{plain(_task_name(view, sample.task))}, in {sample.label}:"
                yield fenced(sample.code, sample.language)


def _task_name(view: ModelView, task: str) -> str:
    return next((entry.label for entry in view.code.tasks if entry.id == task), task)


def fenced(code: str, language: str) -> str:
    """A block of code; the fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


def _examples(view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    for gallery in view.galleries:
        yield f"## Examples: {plain(gallery.arena)}"
        yield plain(view.galleries_lede)
        yield "\n".join(_example(shot, link) for shot in gallery.shots)
    if view.in_play:
        yield plain(view.in_play)


def _example(shot: ExamplePicture, link: Callable[[str], str]) -> str:
    picture = f"![{plain(shot.picture.alt)}](<{link(shot.picture.path)}>)"
    prompt = linked(shot.prompt, link(shot.prompt_path)) + (f" ({plain(shot.english)})" if shot.english else "")
    against = (
        f"{plain(shot.outcome)} against {plain(shot.opponent.name)} ({shot.opponent_rank}); {plain(shot.detail)}"
        if shot.opponent
        else ""
    )
    return f"- {picture} {plain(shot.category)}: {prompt}. {against}".rstrip()


def _terms(view: ModelView) -> Iterator[str]:
    yield "## Licence and terms"
    yield "\n".join(_answered(each) for each in view.terms)


def _answered(it: TermsAnswer) -> str:
    licence = f" Licence: {plain(it.licence)}." if it.licence else ""
    told = f" {linked(it.url_text, it.url)}." if it.url else ""
    return f"- {plain(it.question)} **{plain(it.answer)}.**{licence} {plain(it.line)}{told}{read_in(it.sources)}"


def read_in(sources: Sequence[Citation]) -> str:
    """Where something was read, as a sentence with a space before it; empty where that is not known."""
    listed = "; ".join(f"{linked(source.name, source.url)}, {source.read.iso}" for source in sources)
    return f" Read in: {listed}." if listed else ""


def _capabilities(view: ModelView) -> Iterator[str]:
    known = view.capabilities
    yield "## What it can do"
    yield "\n".join(f"- {plain(row.label)}: {plain(row.value)}.{read_in(row.sources)}" for row in known.rows)
    yield f"{plain(known.note)} {plain(known.unknown)}{read_in(known.sources)}".strip()


def _alike(view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    if view.similar_models:
        yield "## Models like it"
        yield "\n".join(
            f"- {linked(other.model.name, link(markdown_path(other.model.id)))} by {plain(other.model.maker)}"
            f"{_state_of(other.model)}: {plain(f'{other.rank}, {other.price}. {other.terms}. {other.why}.')}"
            for other in view.similar_models
        )


def _state_of(model: ModelRef) -> str:
    """What readers must know before they choose a similar model, in brackets; empty for one that is simply there."""
    return f" ({plain(model.state)})" if model.state else ""


def _elsewhere(view: ModelView) -> Iterator[str]:
    if view.benchmarks:
        yield "## Benchmarks published elsewhere"
        yield "Measured by others; they play no part in the ratings of this site."
        yield "\n".join(
            f"- {plain(row.name)}, {plain(row.slice)}: {plain(row.value)} {plain(row.unit)}{_rank(row)} "
            f"({linked(row.source, row.url)}, read {row.read.iso})"
            for row in view.benchmarks
        )


def _rank(row: BenchmarkRow) -> str:
    return f", {row.rank}" if row.rank != NOTHING else ""


def _neighbours(view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    for part in view.similar_by_rank:
        if part.rows:
            yield f"## Similar models: {plain(part.arena)}"
            yield plain(part.caption) + "."
            yield table(
                ["Model", "Rank", "Score", "Won–lost–tied", "Predicted win rate", "Price from"],
                [
                    [
                        linked(row.model.name, link(markdown_path(row.model.id))) + _state_of(row.model),
                        row.rank,
                        row.score,
                        row.record,
                        row.probability,
                        row.price,
                    ]
                    for row in part.rows
                ],
            )


def _stories(view: ModelView) -> Iterator[str]:
    if view.stories:
        link = linker(_here(view))
        yield "## Stories"
        yield "\n".join(
            f"- {story.day.iso}: {linked(story.title, link(story.path))} ({plain(story.kind)}, {plain(story.evidence)}"
            f"{f', published {story.published.iso}' if story.published else ''})"
            for story in view.stories
        )


def _sources(site: SiteData, view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    yield "## Sources"
    yield "\n".join(f"- {linked(source.name, source.url)}, read {source.read.iso}" for source in view.sources)
    until = f"Data up to {site.data_until.isoformat()}. " if site.data_until else ""
    page, data = link(view.model.path), link(api_path(f"models/{view.model.id}"))
    yield f"{until}[This page for people](<{page}>), [the same as JSON](<{data}>)."
