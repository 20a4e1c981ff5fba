"""Connections that may come from anybody: a request that is slow or whose head is large is ended, whoever sends it.

And there are never so many of them that no file can be opened any more: without a limit, a few thousand connections
that send nothing keep the arena from reading its own project and store.

uvicorn has no setting for either with httptools (https://github.com/Kludex/uvicorn/issues/157): its
``timeout_keep_alive`` is about the time between requests, and each byte that arrives puts it off. A proxy in front
usually does this; without one, a few hundred connections that send a byte now and then would hold all that there are.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from contextlib import suppress

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 10.0
"""A request has to be there in so many seconds, from the connection or its first byte to the end of its body."""
LARGEST_HEAD = 16 * 1024
"""Bytes of a request's first line and headers together."""
WANTED_FILES = 65_536
"""Open files, connections among them, that a worker asks the system for."""
KEPT_FILES = 256
"""Of these for the store (three for each of 32 connections to SQLite), pictures, pages, and the project."""
FEWEST_CONNECTIONS = 32
_LOG = logging.getLogger(__name__)
"""In place of uvicorn's, which warns of each request that is no HTTP or wants WebSockets: anybody could fill it."""
_LOG.setLevel(logging.ERROR)
_TOO_LARGE = b"The headers of the request are too large.\n"
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(_TOO_LARGE), _TOO_LARGE)
)


def allow_many_files() -> None:
    """Raise the limit of open files, which is low by default for the sake of old programs that use ``select``."""
    wanted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = WANTED_FILES if most == resource.RLIM_INFINITY else min(WANTED_FILES, most)
    if wanted != resource.RLIM_INFINITY and wanted < target:
        with suppress(ValueError, OSError):  # macOS allows fewer than it says: it goes on with what there is
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, most))


def most_connections() -> int:
    """How many connections a worker takes at once, by the limit of open files that it has."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = WANTED_FILES if allowed == resource.RLIM_INFINITY else allowed
    return max(FEWEST_CONNECTIONS, allowed - KEPT_FILES)


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a deadline for each request and a limit to its head."""

    request_seconds = REQUEST_SECONDS
    largest_head = LARGEST_HEAD
    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    """Bytes of the whole lines of the head that is being read."""
    _pieces = 0
    """Bytes of the pieces that it comes in, but for the first, which may begin with the end of another request."""
    _in_head = False
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Also the first byte has to come in time. One connection too many is ended at once."""
        super().connection_made(transport)
        self.logger = _LOG
        if len(self.connections) > most_connections():
            self._refused = True
            transport.abort()
            return
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the request was refused."""
        if self._refused:
            return
        # What has begun in an earlier piece: the parser tells of a header line only when it is whole, and one line may
        # be all that is ever sent.
        going_on = self._in_head
        super().data_received(data)
        if going_on and self._in_head:
            self._pieces += len(data)
            self._refuse_if_large()
        # Bytes that begin no request (empty lines) end uvicorn's wait for one, and must not end ours.
        if self._deadline is None and not self._is_answering() and not self.transport.is_closing():
            self._start_deadline()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._head, self._pieces = True, 0, 0
        if self._deadline is None:
            self._start_deadline()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._head += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header."""
        self._head += len(name) + len(value)
        if self._head <= self.largest_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The app is asked, unless there was too much."""
        self._in_head = False
        self._refuse_if_large()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there in time."""
        self._stop_deadline()
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request that waited for this answer is read from now on, and has its whole time."""
        if self._deadline is not None:
            self._stop_deadline()
            self._start_deadline()
        super().on_response_complete()

    def _is_answering(self) -> bool:
        """Whether the app has a request that it has not answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse_if_large(self) -> None:
        # Not the sum: a line that came in pieces is in both.
        if max(self._head, self._pieces) > self.largest_head and not self._refused:
            self._refused = True
            # An answer to an earlier request that is on its way would be mixed up with this one.
            if not self._is_answering():
                self.transport.write(_REFUSAL)
            self.transport.close()

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.request_seconds, self._too_slow)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self.pipeline:
            # It waits for the answer to the request before it, and is not read meanwhile: no doing of the client's.
            self._start_deadline()
            return
        # Not close(): that waits until the client has taken what it was sent, and this one takes its time.
        self.transport.abort()
