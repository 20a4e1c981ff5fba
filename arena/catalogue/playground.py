"""``[playground]`` of arena.toml: readers may try models from their browser, with their own key, at one endpoint."""

from __future__ import annotations

from arena.catalogue.fields import Record, Slug, Text, Url


class Playground(Record):
    """Where requests of the playground go; without this table there is none."""

    endpoint: Url
    """``https://``, or loopback for trying it out. It has to answer requests from web pages (CORS)."""
    provider: Slug
    """Whose protocol the endpoint speaks, and whose ids of models it knows."""
    pictures: tuple[Text, ...] = ()
    """Other hosts that its pictures come from, e.g. ``https://cdn.example``."""

    @property
    def base(self) -> str:
        """The endpoint without a slash at its end."""
        return self.endpoint.rstrip("/")

    @property
    def requests_to(self) -> str:
        """What a content security policy lets a page connect to: the endpoint, and what lies below it."""
        return f"{self.base} {self.base}/"

    @property
    def pictures_from(self) -> tuple[str, ...]:
        """The origins that pictures may be shown from."""
        scheme, _, rest = self.base.partition("://")
        return (f"{scheme}://{rest.partition('/')[0]}", *self.pictures)
