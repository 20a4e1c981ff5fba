"""Every refusal of the app: status, a code for programs, a sentence for people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from arena.messages import InterfaceLanguage, Message, lazy_gettext, lazy_ngettext


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than what was asked for. Never quotes the client, whose text could be a script for others."""

    status: int
    code: str
    said: Message
    retry_after: int | None = None

    def message(self, language: InterfaceLanguage) -> str:
        """What people are told."""
        return language.say(self.said)

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class RequestRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised where the answer is a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


NOT_ASKED = Refusal(400, "bad_request", lazy_gettext("The request was not understood."))
BAD_TOKEN = Refusal(
    400, "bad_token", lazy_gettext("This battle was not shown in this browser, or its token was changed.")
)
LOGIN_NEEDED = Refusal(401, "login_needed", lazy_gettext("Please log in first."))
LOGIN_FAILED = Refusal(403, "login_failed", lazy_gettext("That did not log you in. Please try again."))
CROSS_SITE = Refusal(403, "cross_site", lazy_gettext("Votes are only taken from this site’s own pages."))
WORK_NEEDED = Refusal(
    403,
    "work_needed",
    lazy_gettext("Before its first vote a browser computes for a moment, and this one has not. Load the page again."),
)
BAD_WORK = Refusal(
    400, "bad_work", lazy_gettext("This computation was not asked for here, is wrong, or came too late.")
)
UNKNOWN_ADDRESS = Refusal(404, "not_found", lazy_gettext("There is nothing here."))
NO_BATTLE_LEFT = Refusal(404, "no_battle_left", lazy_gettext("You have voted on every pair there is here. Thank you!"))
NOTHING_TO_SHOW = Refusal(404, "nothing_to_show", lazy_gettext("There are no pictures to compare here yet."))
WRONG_METHOD = Refusal(405, "method_not_allowed", lazy_gettext("That cannot be done here."))
ALREADY_VOTED = Refusal(409, "already_voted", lazy_gettext("You have voted on this pair already."))
EXPIRED = Refusal(410, "expired", lazy_gettext("This pair was shown too long ago. Please take the next one."))
LEFT_PLAY = Refusal(410, "left_play", lazy_gettext("These pictures are on the site by now. Please take the next pair."))
TOO_LARGE = Refusal(413, "too_large", lazy_gettext("The request is larger than a vote can be."))
NOT_JSON = Refusal(415, "not_json", lazy_gettext("Send the vote as application/json."))
NOT_A_FORM = Refusal(415, "not_a_form", lazy_gettext("Send the vote as a form."))
LOGIN_UNAVAILABLE = Refusal(
    503, "login_unavailable", lazy_gettext("Nobody can log in at the moment. Please try again shortly."), 30
)
UNAVAILABLE = Refusal(
    503, "unavailable", lazy_gettext("Votes cannot be stored at the moment. Please try again shortly."), 5
)


def invalid(said: Message) -> Refusal:
    """A vote that says something it cannot say."""
    return Refusal(422, "invalid", said)


def too_many_waiting(seconds: float) -> Refusal:
    """New voters without scripts may wait instead of work, a few of a network; ``seconds`` until it is one more."""
    wait = max(1, math.ceil(seconds))
    said = lazy_ngettext(
        "Several new voters without scripts came from your network. Allow scripts here, or vote in %(count)s minute.",
        "Several new voters without scripts came from your network. Allow scripts here, or vote in %(count)s minutes.",
        math.ceil(wait / 60),
    )
    return Refusal(429, "too_fast", said, wait)


def too_fast(seconds: float, *, of_network: bool = False) -> Refusal:
    """A limit was reached, of the voter or of everybody on the network; ``seconds`` until it allows one more."""
    wait = max(1, math.ceil(seconds))
    return Refusal(429, "too_fast", _go_on_in(wait, of_network=of_network), wait)


def _go_on_in(wait: int, *, of_network: bool) -> Message:
    """Whole sentences, as other languages put the parts in another order."""
    minutes = math.ceil(wait / 60)
    if wait < 120 and of_network:
        return lazy_ngettext(
            "Many votes come from your network. Please go on in %(count)s second.",
            "Many votes come from your network. Please go on in %(count)s seconds.",
            wait,
        )
    if wait < 120:
        return lazy_ngettext(
            "That was fast. Please go on in %(count)s second.",
            "That was fast. Please go on in %(count)s seconds.",
            wait,
        )
    if of_network:
        return lazy_ngettext(
            "Many votes come from your network. Please go on in %(count)s minute.",
            "Many votes come from your network. Please go on in %(count)s minutes.",
            minutes,
        )
    return lazy_ngettext(
        "That was fast. Please go on in %(count)s minute.",
        "That was fast. Please go on in %(count)s minutes.",
        minutes,
    )
