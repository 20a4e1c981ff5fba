"""A port for a server that is started, killed and started again."""

from __future__ import annotations

import socket


class Port:
    """A free port of 127.0.0.1 that nobody else gets while this object lives, also while no server listens on it.

    A socket keeps it that is bound and never listens. It lets a server bind the same port beside it, and neither
    another server nor the near end of a connection may have it.
    """

    def __init__(self) -> None:
        self._kept = socket.socket()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.bind(("127.0.0.1", 0))
        self.number: int = self._kept.getsockname()[1]

    def __del__(self) -> None:
        self._kept.close()
