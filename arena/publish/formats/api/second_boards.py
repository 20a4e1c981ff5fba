"""What the document of an overall board says of the boards beside it: at equal looks, and by reason."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ApiRecord(BaseModel):
    """Strict and frozen: a file with a key that is not declared here is no file of this API.

    Rows, of which there are many thousands, are dataclasses instead: quicker to make, and with the same schema.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class LookEffectRecord(ApiRecord):
    """What a standard deviation more of a feature than the other picture has is worth, in points, with its 95%
    interval; the share of battles won against an equal model by it, a tie counted as half a win, with its interval; and
    that standard deviation over the pictures.

    ``prompts`` is empty for all prompts; for longer ones, or those in a language, the effect is what comes on top.
    """

    feature: str
    prompts: str
    effect: float
    low: float
    high: float
    win_rate: float
    win_low: float
    win_high: float
    deviation: float
    clear: bool


class OtherRating(ApiRecord):
    """A model on another board of the same arena."""

    model: str
    rank: int
    rank_low: int
    rank_high: int
    score: float
    score_low: float
    score_high: float
    mu: float


class EqualLooksRating(OtherRating):
    """A model at equal looks; ``shift`` is by how many points it moved."""

    shift: float


class EqualLooksRecord(ApiRecord):
    """The board as if all pictures looked alike, from ``votes`` on pictures that were measured; ``left_out`` are on
    others. ``prompts`` counts those that the votes name. ``inseparable`` are features that differ between models alone.
    """

    votes: int
    left_out: int
    prompts: int
    effects: tuple[LookEffectRecord, ...]
    inseparable: tuple[str, ...]
    ranked: tuple[EqualLooksRating, ...]


class ReasonBoardRecord(ApiRecord):
    """The board of the votes that were cast for one reason."""

    reason: str
    votes: int
    ranked: tuple[OtherRating, ...]


class AgreementRecord(ApiRecord):
    """How far the boards of two reasons agree over the ``models`` that both rank: the correlation of mu, with its 95%
    interval. ``shared`` is the share of votes with either reason that have both. ``apart`` is the model that is
    furthest ahead for the first reason, and ``other`` that for the second.
    """

    first: str
    second: str
    models: int
    correlation: float
    low: float
    high: float
    shared: float
    apart: str
    other: str


class ReasonBoardsRecord(ApiRecord):
    """The boards of second questions, those with most votes first; ``left_out`` counts the reasons without a board."""

    boards: tuple[ReasonBoardRecord, ...]
    agreements: tuple[AgreementRecord, ...]
    left_out: int
