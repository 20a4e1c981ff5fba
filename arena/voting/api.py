"""What the JSON API answers, and its description as served at /openapi.json: a field is in both, or in neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from arena.catalogue.records import Project
from arena.messages import InterfaceLanguage
from arena.records import Origin, Outcome
from arena.votes.store import Battle, Reason
from arena.voting.ballot import LONGEST_DWELL
from arena.voting.battles import DrawnBattle
from arena.voting.live_arena import BattlePool
from arena.voting.proof_of_work import LARGEST_COUNTER
from arena.voting.reveal import BlindBattle, OtherVotes, Reveal, RevealedModel, VoterProgress
from arena.wording import dollars

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
TRUTH: Schema = {"type": "boolean"}
IMAGE: Schema = {"type": "string", "pattern": "^(/.+)?/pictures/"}

REFUSAL_STATUSES = {
    400: "Not understood, or the token is not this voter's",
    401: "People log in here before they vote, in a browser at /login",
    403: "From another site, or by a new voter who has not done the work of /api/work",
    404: "Nothing there",
    405: "Not a method of this address",
    409: "Voted already",
    410: "The battle is over",
    413: "Larger than a vote",
    415: "Not JSON",
    422: "Not a vote",
    429: "Too fast",
    503: "Votes cannot be stored now",
}


def battle_json(drawn: DrawnBattle, blind: BlindBattle, language: InterfaceLanguage) -> dict[str, Any]:
    """What ``GET /api/battle`` answers: nothing in it depends on the models."""
    prompt = {
        "text": blind.text,
        "language": blind.language,
        "direction": blind.direction,
        "category": blind.category,
        "about": blind.about_text(language),
    }
    if blind.input_image:
        prompt["input_image"] = blind.input_image
    return {
        "battle": drawn.battle.id,
        "token": drawn.token,
        "arena": drawn.battle.arena,
        "prompt": prompt,
        "left": {"image": blind.left},
        "right": {"image": blind.right},
        "simulated": drawn.battle.origin is Origin.SIMULATED,
        "expires": drawn.battle.expires.isoformat(timespec="seconds"),
    }


def reveal_json(battle: Battle, reveal: Reveal, progress: VoterProgress, language: InterfaceLanguage) -> dict[str, Any]:
    """What ``POST /api/votes`` answers; its sentences are in the voter's language."""
    others = reveal.others
    return {
        "battle": battle.id,
        "outcome": reveal.vote.outcome.value,
        "verdict": reveal.verdict(language),
        "simulated": battle.origin is Origin.SIMULATED,
        "left": _model_json(reveal.left, others.left, others, language),
        "right": _model_json(reveal.right, others.right, others, language),
        "others": {**asdict(others), "text": reveal.others_text(language)},
        "progress": {**asdict(progress), "text": progress.text(language)},
    }


def _model_json(model: RevealedModel, chosen: int, others: OtherVotes, language: InterfaceLanguage) -> dict[str, Any]:
    return {
        **asdict(model),
        "price": None if model.price is None else dollars(model.price),
        "standing": model.rank_text(language),
        "price_text": model.price_text(language),
        "share": others.share_text(chosen, language),
    }


def openapi_document(project: Project, pools: Mapping[str, BattlePool], root: str = "") -> Schema:
    """OpenAPI 3.1; the arenas, categories and languages of the project are the values that the API takes.

    ``root`` is the path that the app is below.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{project.name}: blind votes",
            "version": "1",
            "description": "Battles are drawn for the voter whose cookie comes with the request; tokens work once.",
        },
        "servers": [{"url": f"{root}/"}],
        "paths": {
            "/api/battle": {"get": _battle(project, pools)},
            "/api/votes": {"post": _vote()},
            "/api/work": {"get": _work_wanted(), "post": _work_done()},
            "/healthz": {"get": _plain("health", "Whether votes can be taken", "application/json", 200, 503)},
            "/metrics": {"get": _plain("metrics", "Counts for Prometheus", "text/plain", 200)},
        },
        "components": {"schemas": _schemas()},
    }


def _battle(project: Project, pools: Mapping[str, BattlePool]) -> Schema:
    categories = _several(category.id for category in project.categories)
    languages = _several(language.id for language in project.languages)
    return {
        "operationId": "drawBattle",
        "summary": "A pair of pictures, blind",
        "parameters": [
            _query("arena", {"type": "string", "enum": ["", *pools]}, "The first arena where it is left out."),
            _query("category", categories, "Any of these; none means all."),
            _query("language", languages, "Any of these; none means all."),
        ],
        "responses": {"200": _answer("A battle", "Battle"), **_refusals(401, 404, 405, 410, 413, 422, 429, 503)},
    }


def _vote() -> Schema:
    return {
        "operationId": "vote",
        "summary": "Vote on a battle, for good",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Ballot")}}},
        "responses": {
            "201": _answer("The vote is stored; who made which", "Reveal"),
            **_refusals(400, 401, 403, 405, 409, 410, 413, 415, 422, 429, 503),
        },
    }


def _work_wanted() -> Schema:
    return {
        "operationId": "workWanted",
        "summary": "The proof of work of a new voter",
        "description": "Wanted is a counter for which the first 48 bits of PBKDF2-HMAC-SHA-256 (password: the "
        "challenge; salt: the counter in decimal digits; so many rounds) times the tries are below 2^48. The tries "
        "are the number after the first hyphen of the challenge. Without a challenge no work is owed.",
        "responses": {"200": _answer("What is owed", "WorkWanted"), **_refusals(401, 405, 413)},
    }


def _work_done() -> Schema:
    return {
        "operationId": "workDone",
        "summary": "Hand in the work of a new voter",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("WorkDone")}}},
        "responses": {
            "200": _answer("Accepted: the cookie that comes with the answer says so", "WorkAccepted"),
            **_refusals(400, 401, 403, 405, 413, 415, 422),
        },
    }


def _schemas() -> dict[str, Schema]:
    side = _object(image=IMAGE)
    prompt = _object(text=TEXT, language=TEXT, direction={"enum": ["ltr", "rtl"]}, category=TEXT, about=TEXT)
    prompt["properties"]["input_image"] = IMAGE
    ballot = _object(token={"type": "string", "minLength": 1}, outcome={"enum": [*Outcome]})
    ballot["properties"]["reasons"] = {"type": "array", "uniqueItems": True, "items": {"enum": [*Reason]}}
    ballot["properties"]["dwell_ms"] = {"type": ["integer", "null"], "minimum": 0, "maximum": LONGEST_DWELL}
    ballot["additionalProperties"] = False
    maker = _object(
        model=TEXT,
        name=TEXT,
        organization=TEXT,
        score={"type": ["number", "null"]},
        rank={"type": ["integer", "null"]},
        votes=NUMBER,
        origin={"enum": [*Origin, None]},
        price={"type": ["string", "null"]},
        url={"type": ["string", "null"]},
        standing=TEXT,
        price_text=TEXT,
        share=TEXT,
    )
    others = _object(votes=NUMBER, left=NUMBER, right=NUMBER, tie=NUMBER, both_bad=NUMBER, simulated=TRUTH, text=TEXT)
    return {
        "Battle": _object(
            battle=TEXT, token=TEXT, arena=TEXT, prompt=prompt, left=side, right=side, simulated=TRUTH, expires=TEXT
        ),
        "Ballot": ballot,
        "Reveal": _object(
            battle=TEXT,
            outcome={"enum": [*Outcome]},
            verdict=TEXT,
            simulated=TRUTH,
            left=maker,
            right=maker,
            others=others,
            progress=_object(votes=NUMBER, lately=NUMBER, needed=NUMBER, text=TEXT),
        ),
        "WorkWanted": _object(challenge={"type": ["string", "null"]}, rounds=NUMBER),
        "WorkDone": {
            **_object(challenge={"type": "string", "minLength": 1}, counter={**NUMBER, "maximum": LARGEST_COUNTER}),
            "additionalProperties": False,
        },
        "WorkAccepted": _object(accepted=TRUTH),
        "Refusal": _object(error=_object(code=TEXT, message=TEXT)),
    }


def _refusals(*statuses: int) -> dict[str, Schema]:
    answers = {str(status): _answer(REFUSAL_STATUSES[status], "Refusal") for status in statuses}
    for status in {"429", "503"} & answers.keys():
        answers[status]["headers"] = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}}
    return answers


def _plain(operation: str, summary: str, media_type: str, *statuses: int) -> Schema:
    answer: Schema = {"description": summary, "content": {media_type: {}}}
    return {"operationId": operation, "summary": summary, "responses": {str(status): answer for status in statuses}}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _several(values: Any) -> Schema:
    return {"type": "array", "items": {"type": "string", "enum": ["", *values]}}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}
