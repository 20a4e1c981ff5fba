"""Every refusal of the app: status, a code for programs, a sentence for people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from arena.wording import count


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than what was asked for. Never quotes the client, whose text could be a script for others."""

    status: int
    code: str
    message: str
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class RequestRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised where the answer is a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


NOT_ASKED = Refusal(400, "bad_request", "The request was not understood.")
BAD_TOKEN = Refusal(400, "bad_token", "This battle was not shown in this browser, or its token was changed.")
LOGIN_NEEDED = Refusal(401, "login_needed", "Please log in first.")
LOGIN_FAILED = Refusal(403, "login_failed", "That did not log you in. Please try again.")
CROSS_SITE = Refusal(403, "cross_site", "Votes are only taken from this site’s own pages.")
WORK_NEEDED = Refusal(
    403,
    "work_needed",
    "Before its first vote a browser computes for a moment, and this one has not. Load the page again.",
)
BAD_WORK = Refusal(400, "bad_work", "This computation was not asked for here, is wrong, or came too late.")
UNKNOWN_ADDRESS = Refusal(404, "not_found", "There is nothing here.")
NO_BATTLE_LEFT = Refusal(404, "no_battle_left", "You have voted on every pair there is here. Thank you!")
NOTHING_TO_SHOW = Refusal(404, "nothing_to_show", "There are no pictures to compare here yet.")
WRONG_METHOD = Refusal(405, "method_not_allowed", "That cannot be done here.")
ALREADY_VOTED = Refusal(409, "already_voted", "You have voted on this pair already.")
EXPIRED = Refusal(410, "expired", "This pair was shown too long ago. Please take the next one.")
LEFT_PLAY = Refusal(410, "left_play", "These pictures are on the site by now. Please take the next pair.")
TOO_LARGE = Refusal(413, "too_large", "The request is larger than a vote can be.")
NOT_JSON = Refusal(415, "not_json", "Send the vote as application/json.")
NOT_A_FORM = Refusal(415, "not_a_form", "Send the vote as a form.")
LOGIN_UNAVAILABLE = Refusal(503, "login_unavailable", "Nobody can log in at the moment. Please try again shortly.", 30)
UNAVAILABLE = Refusal(503, "unavailable", "Votes cannot be stored at the moment. Please try again shortly.", 5)


def invalid(message: str) -> Refusal:
    """A vote that says something it cannot say."""
    return Refusal(422, "invalid", message)


def too_many_waiting(seconds: float) -> Refusal:
    """New voters without scripts may wait instead of work, a few of a network; ``seconds`` until it is one more."""
    wait = max(1, math.ceil(seconds))
    minutes = count(math.ceil(wait / 60), "minute")
    message = f"Several new voters without scripts came from your network. Allow scripts here, or vote in {minutes}."
    return Refusal(429, "too_fast", message, wait)


def too_fast(seconds: float, *, of_network: bool = False) -> Refusal:
    """A limit was reached, of the voter or of everybody on the network; ``seconds`` until it allows one more."""
    wait = max(1, math.ceil(seconds))
    time = count(wait, "second") if wait < 120 else count(math.ceil(wait / 60), "minute")
    reason = "Many votes come from your network" if of_network else "That was fast"
    return Refusal(429, "too_fast", f"{reason}. Please go on in {time}.", wait)
