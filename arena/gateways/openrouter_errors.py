"""Errors of OpenRouter, which are the same for its chat and its Images endpoint.

https://openrouter.ai/docs/api/reference/errors-and-debugging: ``error.code`` is the status, also where the answer's own
is 200; ``error.metadata`` has ``error_type``, a stable code, ``reasons`` where moderation flagged the prompt,
``patterns`` where a guardrail of the account did, and ``limit_source`` with a 402: what is held back for requests under
way comes free again, an empty account does not. Types: https://openrouter.ai/docs/client-sdks/python/components/apierrortype.
"""

from __future__ import annotations

from dataclasses import replace

from arena.gateways.errors import COMMON_CODES, error_reply, status_said, table
from arena.gateways.protocol import JSON, GenerationFailed, RefusedByFilter, TryLater, value_at

CODES = {
    **COMMON_CODES,
    **table(
        refused="refusal",
        failed="invalid_request invalid_prompt precondition_failed payload_too_large unprocessable invalid_image "
        "image_too_large image_too_small unsupported_image_format image_not_found image_download_failed "
        "string_too_long context_length_exceeded",
        for_all="authentication payment_required",
        later="provider_overloaded provider_unavailable server timeout",
    ),
}


def openrouter_error(status: int, body: JSON) -> RefusedByFilter | GenerationFailed | TryLater:
    """What an error means, by its metadata first."""
    error = value_at(body, "error")
    # The status of the upstream is in the body; the answer's own may be 200.
    status = status_said(body) or status
    if value_at(error, "metadata", "reasons") or value_at(error, "metadata", "patterns"):
        return RefusedByFilter(str(value_at(error, "message") or "flagged by moderation"))
    if status == 402 and value_at(error, "metadata", "limit_source") == "openrouter_in_flight_budget":
        return TryLater(f"402: {value_at(error, 'message')}")
    reply = error_reply(status if status >= 400 else 0, body, CODES)
    if isinstance(reply, GenerationFailed) and reply.for_all and value_at(error, "metadata", "provider_name"):
        # Of the account at the model's provider, OpenRouter's own or one's own there: other models have others.
        return replace(reply, for_all=False, for_model=True)
    return reply
