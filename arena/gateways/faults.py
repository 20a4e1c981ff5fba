"""Which errors of an API are refusals by a content filter, which hold for one request, and which for all."""

from __future__ import annotations

import re

from arena.gateways.protocol import JSON, Failed, Refused

FOR_ALL = frozenset({401, 402, 403})
"""The key is missing or wrong, there is no money left, or the account may not do this."""

REFUSALS = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "content_filter",
        "content_moderation",
        "safety_violation",
        "nsfw_content_detected",
    }
)
_REFUSED = re.compile(
    r"safety system|content (?:polic|filter|moderation)|moderation|nsfw|flagged|\(E005\)|prohibited content", re.I
)


def fault(status: int, code: JSON, message: JSON) -> Refused | Failed:
    """The reply that an error stands for: by its code where the API has codes, else by its words."""
    said = message if isinstance(message, str) and message else (code if isinstance(code, str) and code else "")
    reason = said or f"status {status} without a reason"
    if (isinstance(code, str) and code in REFUSALS) or (said and _REFUSED.search(said)):
        return Refused(reason)
    return Failed(reason if status < 400 else f"{status}: {reason}", for_all=status in FOR_ALL)
