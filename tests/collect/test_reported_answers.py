"""Answers that users of other tools reported from these APIs, and kinds of answers that no documentation has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collect.exchanges import Exchange
from tests.collect.test_exchanges import replay
from tests.collect.worlds import KEY, World

DONE = {"data": [{"b64_json": "PICTURE"}]}
GEMINI_QUOTA = {
    # github.com/google-gemini/gemini-cli/issues/8437: an image model without a free tier says to wait, for ever
    "error": {
        "code": 429,
        "message": "You exceeded your current quota. limit: 0, model: gemini-2.5-flash-preview-image",
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"},
        ],
    }
}
BAD_UPSTREAM_KEY = {
    # github.com/OpenRouterTeam/ai-sdk-provider/issues/24: the key at one model's provider, not the one at OpenRouter
    "error": {
        "code": 401,
        "message": "Provider returned error",
        "metadata": {"raw": '{"error": {"message": "invalid x-api-key"}}', "provider_name": "Anthropic"},
    }
}
XAI_REFUSAL = {
    "code": "The caller does not have permission to execute the specified operation",
    "error": "Content violates usage guidelines. API key ID: 1, Model: grok, Failed check: SAFETY_CHECK_TYPE_BIO",
}
OPENAI_REFUSAL = {
    "error": {
        "code": None,
        "type": "image_generation_user_error",
        "message": "Your request was rejected by the safety system. safety_violations=[sexual].",
    }
}
DEPLETED = {"error": {"code": 429, "message": "Your prepayment credits are depleted.", "status": "RESOURCE_EXHAUSTED"}}
CAPPED = {"error": {"code": 429, "message": "Your project has exceeded its monthly spending cap."}}
NO_ACCESS = [{"error": {"code": 403, "message": "Your project has been denied access.", "status": "PERMISSION_DENIED"}}]
LIMIT_0 = {"error": {"code": "rate_limit_exceeded", "message": "Rate limit reached for gpt-image-1: Limit 0, Used 0"}}
LIMIT_5 = {"error": {"code": "rate_limit_exceeded", "message": "Rate limit reached for gpt-image-1: Limit 5, Used 5"}}
JOB = {"id": 4711, "status": "queued"}
FAL_JOB = {"request_id": "r", "status": "IN_QUEUE", "status_url": "https://api.example/v1/requests/r/status"}
JOB_DONE = {"status": "succeeded", "output": [{"url": "https://pictures.example/1.png"}]}


def understood(protocol: str, *answers: tuple[int, Any]) -> tuple[Any, int, bool]:
    """The result, how many requests were sent, and whether the provider was given up."""
    case = Exchange(protocol, "", "", "", "", answers, "", "", "", "", for_all=False, for_model=False)
    result, server, provider = replay(case)
    return result, server.asked, bool(provider.breaker.gave_up)


@pytest.mark.parametrize(
    ("protocol", "status", "body"),
    [
        ("gemini", 429, DEPLETED),
        ("gemini", 429, CAPPED),
        ("gemini", 200, NO_ACCESS),
        ("gemini", 400, [{"error": {"message": "x", "details": [{"reason": "API_KEY_INVALID"}]}}]),
        ("openai-images", 429, [{"error": {"code": "insufficient_quota"}}]),
        *(
            (protocol, 200, body)
            for protocol in ("openai-images", "generations", "replicate-predictions", "fal-queue")
            for body in (
                {"error": {"code": 401, "message": "Unauthorized"}},
                {"error": {"code": "402", "message": "Payment required"}},
                {"code": 401, "message": "Invalid token", "data": None},
                {"success": False, "message": "Invalid API key"},
            )
        ),
    ],
)
def test_what_holds_for_all_is_one_request_whatever_its_status(protocol: str, status: int, body: Any) -> None:
    result, asked, given_up = understood(protocol, (status, body))
    assert (result.job.state.value, result.job.booked, asked, given_up) == ("failed", 0, 1, True)


@pytest.mark.parametrize(
    ("protocol", "status", "body"),
    [
        ("gemini", 429, GEMINI_QUOTA),
        ("openai-images", 429, LIMIT_0),
        ("openrouter-images", 401, BAD_UPSTREAM_KEY),
        ("openrouter-chat", 200, BAD_UPSTREAM_KEY),
    ],
)
def test_what_holds_for_a_model_ends_that_alone(protocol: str, status: int, body: Any) -> None:
    result, asked, given_up = understood(protocol, (status, body))
    assert (result.no_such_model, result.job.booked, asked, given_up) == (True, 0, 1, False)


@pytest.mark.parametrize(("status", "body", "doubt"), [(403, XAI_REFUSAL, "0.01"), (400, OPENAI_REFUSAL, "0")])
def test_a_refusal_whose_code_stands_in_its_words(status: int, body: Any, doubt: str) -> None:
    result, asked, given_up = understood("openai-images", (status, body))
    assert (result.job.state.value, str(result.job.doubt), asked, given_up) == ("refused", doubt, 1, False)


@pytest.mark.parametrize(
    ("protocol", "first", "then"),
    [
        ("openai-images", {"error": {"code": 429, "message": "Slow down"}}, DONE),
        ("openai-images", LIMIT_5, DONE),
        ("openai-images", {"code": 503, "message": "Try again"}, DONE),
        ("generations", {"error": {"code": 429, "message": "Slow down"}}, {"id": "1", **JOB_DONE}),
        ("replicate-predictions", {"error": {"code": "429"}}, {"id": "1", **JOB_DONE}),
    ],
)
def test_a_limit_with_status_200_is_waited_for(protocol: str, first: Any, then: Any) -> None:
    result, asked, _ = understood(protocol, (200, first), (200, then))
    assert (result.job.state.value, str(result.job.booked), asked) == ("answered", "0.01", 2)


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"cost": "0.04"}, "0.04"),
        ({"cost": 0}, "0"),
        ({"cost": "1e400"}, "0.01"),
        ({"cost": "1e5000000"}, "0.01"),
        ({"cost": float("inf")}, "0.01"),
        ({"cost": "NaN"}, "0.01"),
        ({"cost": -1}, "0.01"),
        ({"cost": 4000}, "0.01"),
        ({"cost": 0.28, "currency": "CNY"}, "0.01"),
        ({"cost": 0.28, "currency": "usd"}, "0.28"),
        ({"cost": 0.002, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.04}}, "0.042"),
        ({"cost": 0.04, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.04}}, "0.04"),
        ({"cost_in_usd_ticks": 200_000_000}, "0.02"),
        ({"cost_in_usd_ticks": 10**20}, "0.01"),
    ],
)
def test_a_cost_is_one_in_dollars_that_a_picture_can_have(usage: Any, cost: str) -> None:
    """Anything else is not known, and the offer's price counts."""
    result, _, _ = understood("openrouter-images", (200, {**DONE, "usage": usage}))
    assert (result.job.state.value, str(result.job.booked)) == ("answered", cost)


@pytest.mark.parametrize("protocol", ["generations", "replicate-predictions"])
def test_ids_may_be_numbers_and_polls_need_not_repeat_them(protocol: str) -> None:
    result, asked, _ = understood(protocol, (200, JOB), (200, {"status": "running"}), (200, JOB_DONE))
    assert (result.job.state.value, result.job.handle, asked) == ("answered", "4711", 3)


@pytest.mark.parametrize("protocol", ["generations", "replicate-predictions"])
def test_a_job_without_an_id_is_in_doubt(protocol: str) -> None:
    result, _, _ = understood(protocol, (200, {"status": "queued"}))
    assert (result.job.state.value, str(result.job.doubt), result.job.unusable) == ("failed", "0.01", 1)
    assert "no id" in result.job.reason


@pytest.mark.parametrize(
    ("protocol", "first"), [("generations", JOB), ("replicate-predictions", JOB), ("fal-queue", FAL_JOB)]
)
@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_job_outlives_a_key_that_no_longer_holds(protocol: str, first: Any, status: int) -> None:
    """It was paid for: the next run, with a key that works, gets its picture."""
    result, asked, given_up = understood(protocol, (200, first), (status, {"detail": "Invalid token"}))
    assert (result.job.state.value, asked, given_up) == ("accepted", 2, True)


@pytest.mark.parametrize(
    ("protocol", "first"), [("generations", JOB), ("replicate-predictions", JOB), ("fal-queue", FAL_JOB)]
)
@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_job_that_cannot_be_looked_up_any_more_may_have_been_charged(protocol: str, first: Any, status: int) -> None:
    result, asked, given_up = understood(protocol, (200, first), (status, {"detail": "Not found"}))
    assert (result.job.state.value, str(result.job.doubt), asked, given_up) == ("failed", "0.01", 2, False)


def test_an_escaped_data_url_is_a_picture() -> None:
    result, _, _ = understood("openai-images", (200, {"data": [{"url": "data:image/png;base64,UElD%2B%2F8%3D"}]}))
    assert result.content == b"PIC\xfb\xff"


@pytest.mark.parametrize("spelling", [KEY, KEY.upper(), KEY.lower()])
def test_a_key_is_hidden_in_capitals_and_small_letters(spelling: str, tmp_path: Any) -> None:
    assert World(tmp_path).secrets().redact(f"code {spelling} is wrong") == "code [key] is wrong"


def test_no_key_is_cut_before_it_is_hidden(tmp_path: Any) -> None:
    words = "x" * 105 + f" {KEY} is your key"
    answers = (
        ("openrouter-chat", {"choices": [{"message": {"content": words}, "finish_reason": "stop"}]}),
        ("gemini", {"candidates": [{"content": {"parts": [{"text": words}]}, "finishReason": "STOP"}]}),
    )
    redact = World(tmp_path).secrets().redact
    for protocol, body in answers:
        result, _, _ = understood(protocol, (200, body))
        assert KEY in result.job.reason, "the test's own runner hides nothing"
        assert KEY[:8] not in redact(result.job.reason)
