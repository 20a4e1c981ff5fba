"""A model's page as Markdown, for programs that read text: made from the same view, so it says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arena.publish.content.site_data import SiteData
from arena.publish.layout.frame import notices_of
from arena.publish.pages.model.prices import ModelProviderRow
from arena.publish.pages.model.view import ModelView
from arena.publish.paths import api_path, linker, markdown_path

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


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
    parts += [plain(view.description), *_advice(view), *_facts(view), *_rankings(view), *_axes(view), *_courses(view)]
    parts += [*_prices(view), *_licence(view), *_elsewhere(view), *_neighbours(view), *_questions(view)]
    parts += [*_stories(view), *_sources(site, view)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _here(view: ModelView) -> str:
    return markdown_path(view.model.id)


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


def _advice(view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    yield "\n".join(
        f"- {plain(each.before)} {linked(each.model.name, link(markdown_path(each.model.id)))}"
        f"{' ' if each.after.startswith(' ') else ''}{plain(each.after)}"
        if each.model
        else f"- {plain(each.before)}"
        for each in view.advice
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


def _prices(view: ModelView) -> Iterator[str]:
    prices = view.prices
    yield "## Providers and prices"
    yield plain(prices.starts_at or prices.missing)
    if prices.providers:
        measured = ("Latency, median", "95% within", "Success", "Measured up to") if prices.any_measured else ()
        yield "US dollars for one 1024×1024 image by quality, for 1,000 in medium, and for any size and quality."
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
                    row.read.iso if row.read else "–",
                    *(_measured(row) if prices.any_measured else ()),
                ]
                for row in prices.providers
            ],
            numeric=2,
        )
        yield plain(prices.measured)


def _measured(row: ModelProviderRow) -> tuple[str, ...]:
    found = row.measured
    if found is None:
        return ("–", "–", "–", "not measured")
    return (found.p50, found.p95, f"{found.success} ({found.of})", found.until.iso)


def _licence(view: ModelView) -> Iterator[str]:
    licence = view.licence
    yield "## Licence"
    weights = f"Weights: {licence.weights}. {licence.weights_text}"
    use = f"Commercial use of outputs: {licence.use}. {licence.use_text}"
    yield f"- {plain(weights)} {linked('Licence', licence.weights_url) if licence.weights_url else ''}".rstrip()
    yield f"- {plain(use)} {linked('Terms', licence.use_url) if licence.use_url else ''}".rstrip()


def _elsewhere(view: ModelView) -> Iterator[str]:
    if view.benchmarks:
        yield "## Benchmarks published elsewhere"
        yield "Measured by others; they play no part in the ratings of this site."
        yield "\n".join(
            f"- {plain(row.name)}, {plain(row.slice)}: {plain(row.value)} {plain(row.unit)} "
            f"({linked(row.source, row.url)}, read {row.read.iso})"
            for row in view.benchmarks
        )


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
                        linked(row.model.name, link(markdown_path(row.model.id))),
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
            f"- {story.day.iso}: {linked(story.title, link(story.path))} ({plain(story.kind)}, {plain(story.evidence)})"
            for story in view.stories
        )


def _sources(site: SiteData, view: ModelView) -> Iterator[str]:
    link = linker(_here(view))
    yield "## Sources"
    yield "\n".join(f"- {linked(source.name, source.url)}, read {source.read.iso}" for source in view.sources)
    until = f"Data up to {site.data_until.isoformat()}. " if site.data_until else ""
    page, data = link(view.model.path), link(api_path(f"models/{view.model.id}"))
    yield f"{until}[This page for people](<{page}>), [the same as JSON](<{data}>)."
