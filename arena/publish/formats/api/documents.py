"""The documents of the JSON API, made from the data of a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

from arena.catalogue.benchmarking import providers_to_ask
from arena.catalogue.records import Offer
from arena.exports.ratings import rounded
from arena.pairs import Pair
from arena.publish import paths
from arena.publish.content.rank_changes import day_to
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api import records as api
from arena.publish.formats.api.second_boards import (
    AgreementRecord,
    EqualLooksRating,
    EqualLooksRecord,
    LookEffectRecord,
    OtherRating,
    ReasonBoardRecord,
    ReasonBoardsRecord,
)
from arena.publish.layout.frame import kinds_of_votes, notices_of
from arena.ratings.boards import held_back
from arena.ratings.leader import leader_since
from arena.records import Axis, Board, Origin, OutputOrigin, Rating

_RATING_FIELDS = attrgetter(*(field.name for field in fields(api.RatingRow)))


def about(site: SiteData) -> dict[str, Any]:
    """The fields of ``Document`` for a file about the whole site."""
    project = site.catalogue.project
    return {
        "site": project.name,
        "simulated": site.simulated,
        "note": " ".join(f"{notice.label}. {notice.text}" for notice in notices_of(site)),
        "origins": {arena: origin for arena, origin in site.ratings.origins if origin},
        "log_sha256": site.summary.sha256,
        "decisions_sha256": site.decisions.sha256,
        "votes": site.summary.votes,
        "data_until": site.data_until,
        "licence": site.votes_licence or None,
    }


def about_arenas(site: SiteData, arenas: Sequence[str], *, pictures_simulated: bool = False) -> dict[str, Any]:
    """The fields that differ from ``about`` in a file with ratings of these arenas, or with simulated pictures."""
    origins = {arena: origin for arena in arenas if (origin := site.ratings.origin_of(arena))}
    made = [arena for arena, origin in origins.items() if origin is not Origin.HUMAN]
    told = [f"{kinds_of_votes(site, *made)}."] if made else []
    if pictures_simulated:
        told.append("Pictures whose origin is simulated are not the models’ work.")
    simulated = pictures_simulated or Origin.SIMULATED in origins.values()
    return {"simulated": simulated, "note": " ".join(told), "origins": origins}


def rating_row(rating: Rating) -> api.RatingRow:
    """A rating as the API gives it; a model without a rank has rank 0."""
    values: list[Any] = [rounded(value) if isinstance(value, float) else value for value in _RATING_FIELDS(rating)]
    return api.RatingRow(*values)


def met(arena: str, pair: Pair) -> api.PairRecord:
    """A pair as the API gives it."""
    return api.PairRecord(
        arena=arena,
        first=pair.first,
        second=pair.second,
        wins=pair.wins,
        losses=pair.losses,
        ties=pair.ties,
        both_bad=pair.both_bad,
        win_probability=rounded(pair.win_probability),
        low=rounded(pair.low),
        high=rounded(pair.high),
    )


@dataclass(frozen=True)
class SharedParts:
    """The parts that several documents share, each made once for an site."""

    site: SiteData

    @cached_property
    def about(self) -> Mapping[str, Any]:
        return about(self.site)

    @cached_property
    def rows(self) -> Mapping[Axis, tuple[tuple[api.RatingRow, ...], tuple[api.RatingRow, ...]]]:
        """By board: ranked and unranked."""
        return {
            axis: (tuple(map(rating_row, board.ratings)), tuple(map(rating_row, board.unranked)))
            for axis, board in self.site.boards.items()
        }

    def ratings(self, model_id: str) -> Iterator[api.AxisRating]:
        """Those of a model where it is ranked, in the order of ratings.csv."""
        for axis, board in self.site.boards.items():
            if rating := board.get(model_id):
                path, row = paths.board_path(axis), rating_row(rating)
                yield api.AxisRating(axis.arena, axis.kind, axis.category, axis.language, path, board.origin, row)

    def battles(self, model_id: str) -> tuple[api.PairRecord, ...]:
        """The record of a model against each that it has met, by arena and opponent."""
        return tuple(
            met(arena, pair) for arena, pairs in sorted(self.site.pairs.items()) for pair in pairs.of_model(model_id)
        )

    @cached_property
    def pictures(self) -> Mapping[str, tuple[api.ModelPicture, ...]]:
        """By model, by prompt and SHA-256."""
        found: dict[str, list[api.ModelPicture]] = defaultdict(list)
        for output in sorted(self.site.outputs.values(), key=lambda output: (output.prompt, output.sha256)):
            found[output.model].append(
                api.ModelPicture(
                    prompt=output.prompt,
                    path=paths.image_path(output.sha256),
                    width=output.width,
                    height=output.height,
                    origin=output.origin,
                    collected=self.site.collected.get(output.sha256),
                )
            )
        return {model: tuple(pictures) for model, pictures in found.items()}

    @cached_property
    def places(self) -> Mapping[str, tuple[api.OverallRank, ...]]:
        """By model: where it stands on each arena's overall board."""
        found: dict[str, list[api.OverallRank]] = defaultdict(list)
        for arena in self.site.catalogue.project.arenas:
            if (board := self.site.boards.get(Axis(arena.id))) is None:
                continue
            of, origin = len(board.ratings), board.origin
            for rating in board.ratings:
                score = rounded(rating.score)
                found[rating.model].append(
                    api.OverallRank(arena=arena.id, origin=origin, rank=rating.rank, of=of, score=score)
                )
        return {model: tuple(places) for model, places in found.items()}

    def summary(self, model_id: str) -> api.ModelSummary:
        """A model as the list of models names it; not kept, since it tells a price: see ``arena.publish.parts``."""
        model, price = self.site.model(model_id), self.site.prices.get(model_id)
        return api.ModelSummary(
            id=model_id,
            name=model.name,
            maker=model_id.partition("/")[0],
            maker_name=self.site.maker(model_id).name,
            released=model.released,
            status=model.status,
            deprecated=model.deprecated,
            shut_down=model.shut_down,
            replaced_by=model.replaced_by,
            arenas=model.arenas,
            weights_open=model.weights.open,
            weights_licence=model.weights.licence,
            commercial_use=model.output_terms.commercial_use,
            weights_commercial_use=model.weights.commercial_answer,
            level=model.level,
            benchmarkable_at=providers_to_ask(self.site.catalogue, model_id),
            price=api.PriceFrom(amount=price.amount, provider=price.provider, read=price.price.price.read)
            if price
            else None,
            places=self.places.get(model_id, ()),
            page=paths.model_path(model_id),
            markdown=paths.markdown_path(model_id),
            data=paths.api_path(f"models/{model_id}"),
        )


def model_document(made: SharedParts, model_id: str) -> api.ModelDocument:
    """Everything about one model."""
    site = made.site
    offers = site.catalogue.offers_of(model_id).items()
    pictures = made.pictures.get(model_id, ())
    drawn = any(picture.origin is OutputOrigin.SIMULATED for picture in pictures)
    own = about_arenas(site, site.arenas_of(model_id), pictures_simulated=drawn)
    return api.ModelDocument(
        **{**made.about, **own},
        summary=made.summary(model_id),
        facts=site.model(model_id),
        ratings=tuple(made.ratings(model_id)),
        battles=made.battles(model_id),
        history=tuple(_weeks(site, model_id)),
        reasons=tuple(_reasons(site, model_id)),
        offers=tuple(offered(site, provider, model_id, offer) for provider, offer in offers),
        pictures=pictures,
    )


def offered(site: SiteData, provider: str, model_id: str, offer: Offer) -> api.OfferPrices:
    """An offer with its price for the reference image."""
    price = site.reference_prices.get((provider, model_id))
    listed = site.listed_prices.get((provider, model_id))
    return api.OfferPrices(
        provider=provider,
        provider_name=site.catalogue.providers[provider].name,
        model=model_id,
        reference=price.amount if price else None,
        listed=tuple(
            api.ListedSpan(amount=period.amount, start=period.start, end=period.end)
            for period in (listed.periods if listed else ())
        ),
        average_30_days=_rounded_dollars(listed.average_lately) if listed else None,
        average=_rounded_dollars(listed.average) if listed else None,
        measured=site.measured.get((provider, model_id)),
        offer=offer,
    )


def _rounded_dollars(amount: Decimal | None) -> Decimal | None:
    """To a ten-thousandth of a cent: a mean may have digits without end."""
    return None if amount is None else round(amount, 6)


def _weeks(site: SiteData, model_id: str) -> Iterator[api.HistoryWeek]:
    for arena in site.catalogue.project.arenas:
        for point in site.history.get((arena.id, model_id), ()):
            yield api.HistoryWeek(
                arena=arena.id,
                week=point.week,
                score=rounded(point.score),
                score_low=rounded(point.score_low),
                score_high=rounded(point.score_high),
                votes=point.votes,
                flagged=point.flagged,
            )


def _reasons(site: SiteData, model_id: str) -> Iterator[api.ReasonRecord]:
    for each in site.reasons.get(model_id, ()):
        for won, share in ((True, each.wins), (False, each.losses)):
            if share.of:
                yield api.ReasonRecord(
                    arena=each.arena,
                    category=each.category,
                    reason=each.reason,
                    won=won,
                    votes=share.votes,
                    of=share.of,
                    low=rounded(share.low),
                    high=rounded(share.high),
                )


def board_summary(site: SiteData, board: Board) -> api.BoardSummary:
    """A board as the list of boards names it."""
    axis = board.axis
    return api.BoardSummary(
        arena=axis.arena,
        axis=axis.kind,
        category=axis.category,
        language=axis.language,
        name=f"{site.arena_name(axis.arena)}: {site.axis_name(axis)}",
        votes=board.votes,
        both_bad=board.both_bad,
        origin=board.origin,
        intervals=board.intervals,
        prompts=board.prompts,
        ranked=len(board.ratings),
        leader=board.ratings[0].model if board.ratings else None,
        leader_since=_leader_since(site, board),
        page=paths.board_path(axis),
        data=paths.api_path(paths.board_path(axis).removesuffix(".html")),
    )


def _leader_since(site: SiteData, board: Board) -> date | None:
    if board.axis != Axis(board.axis.arena) or not board.ratings:
        return None
    claim = leader_since(site.ratings.leaders, board.axis.arena, board.ratings[0].model)
    return day_to(site, claim.week) if claim else None


def board_document(made: SharedParts, board: Board) -> api.BoardDocument:
    """One board."""
    ranked, unranked = made.rows[board.axis]
    weak = board.fragility
    return api.BoardDocument(
        **{**made.about, **about_arenas(made.site, [board.axis.arena])},
        board=board_summary(made.site, board),
        ranked=ranked,
        unranked=unranked,
        fragility=api.FirstPlaceVotes(votes=weak.votes, challenger=weak.challenger) if weak else None,
        variance=api.ScoreVariance(**asdict(board.variance)) if board.variance else None,
        held_back=held_back(board.ratings),
        equal_looks=equal_looks_of(made.site, board),
        reasons=reason_boards_of(made.site, board),
    )


def equal_looks_of(site: SiteData, board: Board) -> EqualLooksRecord | None:
    """An overall board at equal looks; None where the looks of its pictures are not known."""
    found = site.equal_looks.get(board.axis.arena) if board.axis == Axis(board.axis.arena) else None
    if found is None:
        return None
    return EqualLooksRecord(
        votes=found.votes,
        left_out=found.left_out,
        prompts=found.prompts,
        effects=tuple(LookEffectRecord(**asdict(effect)) for effect in found.effects),
        inseparable=found.inseparable,
        ranked=tuple(
            EqualLooksRating(**_other(rating), shift=rounded(found.shift[rating.model]))
            for rating in found.board.ratings
        ),
    )


def _other(rating: Rating) -> dict[str, Any]:
    """The fields of ``OtherRating``."""
    ranks = {"model": rating.model, "rank": rating.rank, "rank_low": rating.rank_low, "rank_high": rating.rank_high}
    scores = {name: rounded(getattr(rating, name)) for name in ("score", "score_low", "score_high", "mu")}
    return {**ranks, **scores}


def reason_boards_of(site: SiteData, board: Board) -> ReasonBoardsRecord | None:
    """The boards by reason beside an overall board; None where no reason has enough votes."""
    found = site.reason_boards.get(board.axis.arena) if board.axis == Axis(board.axis.arena) else None
    if found is None:
        return None
    return ReasonBoardsRecord(
        boards=tuple(
            ReasonBoardRecord(
                reason=reason,
                votes=by_reason.votes,
                ranked=tuple(OtherRating(**_other(rating)) for rating in by_reason.ratings),
            )
            for reason, by_reason in found.boards.items()
        ),
        agreements=tuple(AgreementRecord(**asdict(agreement)) for agreement in found.agreements),
        left_out=found.left_out,
    )
