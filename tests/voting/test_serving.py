from __future__ import annotations

import signal
import socket

import pytest
import uvicorn
from uvicorn.supervisors import multiprocess

from arena.voting.serving import Workers


def test_workers_start_deaf_to_ctrl_c_and_their_parent_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number in multiprocess.SIGNALS}
    heard: list[object] = []
    monkeypatch.setattr(multiprocess.Process, "start", lambda _: heard.append(signal.getsignal(signal.SIGINT)))
    try:
        with socket.socket() as listening:
            workers = Workers(uvicorn.Config("nowhere:app", workers=2), sockets=[listening])
            workers.init_processes()
        signal.raise_signal(signal.SIGINT)
        assert heard == [signal.SIG_IGN, signal.SIG_IGN]
        assert workers.signal_queue == [signal.SIGINT]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
