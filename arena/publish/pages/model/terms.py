"""Two questions that readers act on: may the weights be used commercially, and may the outputs? Each has an answer of a
word or two, a line on why, and its sources.
"""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.catalogue.model_facts import CommercialUse
from arena.catalogue.records import Model
from arena.catalogue.rules.sources import stating, vouching
from arena.publish.content.model_refs import USE_WORDS
from arena.publish.pages.citations import Citation, cited

_OUTPUTS = {
    CommercialUse.YES: "The terms allow commercial use of outputs.",
    CommercialUse.CONDITIONAL: "The terms allow commercial use of outputs on conditions.",
    CommercialUse.NO: "The terms forbid commercial use of outputs.",
    CommercialUse.UNKNOWN: "We found no statement on commercial use of outputs; read the maker’s terms first.",
}
_OPEN_WEIGHTS = {
    CommercialUse.YES: "The weights can be downloaded, and their licence allows commercial use.",
    CommercialUse.CONDITIONAL: "The weights can be downloaded, and their licence allows commercial use on conditions.",
    CommercialUse.NO: "The weights can be downloaded, but their licence allows no commercial use.",
    CommercialUse.UNKNOWN: "The weights can be downloaded; we found no statement on whether they may be used "
    "commercially.",
}
_CLOSED_WEIGHTS = "The weights cannot be downloaded, so only those who serve the model can run it."
_UNKNOWN_WEIGHTS = "We found no statement on whether the weights can be downloaded."


@dataclass(frozen=True, slots=True)
class TermsAnswer:
    """A question about commercial use with its answer; ``licence`` is the licence's name, empty where none is known."""

    question: str
    answer: str
    line: str
    licence: str
    url: str
    url_text: str
    sources: tuple[Citation, ...]


def weights_answer(model: Model) -> TermsAnswer:
    """May I use the weights commercially? Says nothing about outputs."""
    weights = model.weights
    if weights.open == "unknown":
        line = _UNKNOWN_WEIGHTS
    else:
        line = _OPEN_WEIGHTS[weights.commercial_answer] if weights.open else _CLOSED_WEIGHTS
    return TermsAnswer(
        question="May I use the weights commercially?",
        answer=USE_WORDS[weights.commercial_answer],
        line=f"{line} {weights.note or ''}".strip(),
        licence="" if weights.licence == wording.UNKNOWN else weights.licence,
        url=weights.url or "",
        url_text="Read the licence",
        sources=cited(vouching("weights", model.sources)),
    )


def outputs_answer(model: Model) -> TermsAnswer:
    """May I use the outputs commercially? Never follows from whether the weights are open."""
    terms = model.output_terms
    return TermsAnswer(
        question="May I use the outputs commercially?",
        answer=USE_WORDS[terms.commercial_use],
        line=f"{_OUTPUTS[terms.commercial_use]} {terms.note or ''}".strip(),
        licence="",
        url=terms.url or "",
        url_text="Read the terms",
        sources=() if terms.commercial_use is CommercialUse.UNKNOWN else cited(stating("output_terms", model.sources)),
    )
