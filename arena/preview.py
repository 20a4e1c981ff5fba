"""``arena preview``: the built site on loopback, built anew after each change of the project; open pages then reload.

Pages get a small script while they are served, which is never in the built site. It asks twice a second whether the
site has changed. A connection that stays open would tell it sooner, but browsers allow six of them to a host: the
seventh page that somebody opens would wait for ever.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from arena.catalogue.layout import STORE_FILE
from arena.errors import ArenaError
from arena.template_folders import templates_folder

HOST = "127.0.0.1"
SECONDS_BETWEEN_LOOKS = 0.25
"""A look at the 1,100 files of the shipped project takes 4 ms; names, times and sizes are read, and no contents."""
STATE_PATH, SCRIPT_PATH = "/.preview/state.json", "/.preview/reload.js"
MARKER = "build.json"
PAGE_WITHOUT_SITE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The site is being built</title></head>
<body><p>There is no site yet: it is being built, and shows here once it is.</p></body></html>
"""

Build = Callable[[], Sequence[str]]
"""Builds the site, or leaves it as it was and says what is wrong: a line for each finding, none once it is built."""
Stamp = tuple[tuple[str, int, int, int], ...]
"""Name, time, size and inode of every file that is watched."""


def preview(site: Path, watched: Sequence[Path], build: Build, *, port: int, announce: Callable[[str], None]) -> None:
    """Serve ``site`` on loopback and build it, now and whenever a file below ``watched`` has changed, until Ctrl-C.

    ``port`` 0 takes any free one; ``announce`` is told the address once it can be asked. Raises ArenaError where the
    port cannot be had, and whatever ``build`` raises.
    """
    shown = _ShownSite(site)
    with _listen(shown, port) as server, _remembered_interrupt() as interrupted:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        announce(f"http://{HOST}:{server.server_address[1]}/")
        try:
            with suppress(KeyboardInterrupt):
                for _ in changes_of(watched, interrupted.wait):
                    shown.errors = tuple(build())
                    if interrupted.is_set():
                        break
        finally:
            server.shutdown()


@contextmanager
def _remembered_interrupt() -> Generator[threading.Event]:
    """Set the event at Ctrl-C and raise KeyboardInterrupt as ever.

    Where Ctrl-C falls into a destructor, Python prints the exception and goes on as if there had been none; without the
    event a preview that was interrupted while it built would then run for ever.
    """
    interrupted = threading.Event()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def ignore_interrupt(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            say_lost(lost)

    handler, say_lost = signal.signal(signal.SIGINT, interrupt), sys.unraisablehook
    sys.unraisablehook = ignore_interrupt
    try:
        yield interrupted
    finally:
        sys.unraisablehook = say_lost
        signal.signal(signal.SIGINT, handler)


def changes_of(folders: Sequence[Path], wait: Callable[[float], object]) -> Iterator[None]:
    """Yield at once, and then whenever a file below the folders has changed and two looks in a row saw the same.

    Somebody who copies or checks out a project writes many files: half of them are no project. What changes while the
    receiver works is seen afterwards.
    """
    known: Stamp | None = None
    last: Stamp | None = None
    while True:
        now = stamp_of(folders)
        if known is None or (now != known and now == last):
            known = now
            yield
        last = now
        wait(SECONDS_BETWEEN_LOOKS)


def stamp_of(folders: Iterable[Path]) -> Stamp:
    """What tells one state of the folders from another; without hidden files, editors' backups and the live store."""
    stamp = []
    for start in folders:
        for folder, below, names in os.walk(start):
            below[:] = [name for name in below if not name.startswith(".")]
            for name in names:
                if name.startswith((".", STORE_FILE)) or name.endswith(("~", ".part")):
                    continue
                path = os.path.join(folder, name)  # noqa: PTH118 - pathlib takes three times as long
                with suppress(FileNotFoundError):
                    status = os.stat(path)  # noqa: PTH116
                    stamp.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(sorted(stamp))


class _ShownSite:
    """What requests are answered with: the folder as it is now, and what was wrong with the last build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: tuple[str, ...] = ()

    def version(self) -> str:
        """The sum of the site's files, which its marker holds: the same for the same site, whenever it was built."""
        try:
            return str(json.loads((self.folder / MARKER).read_text("utf-8"))["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def state(self) -> bytes:
        """What the script asks for."""
        return json.dumps({"site": self.version(), "errors": self.errors}).encode()

    def page(self, file: Path) -> tuple[HTTPStatus, bytes]:
        """A page with the script in it; the site's own page on what was not found; or a page while there is no site."""
        version = self.version()  # before the page is read: a newer page then reloads once more, none stays old
        status = HTTPStatus.OK
        try:
            content = file.read_bytes()
        except OSError:
            status = HTTPStatus.NOT_FOUND if version else HTTPStatus.SERVICE_UNAVAILABLE
            try:
                content = (self.folder / "404.html").read_bytes()
            except OSError:
                content = PAGE_WITHOUT_SITE.encode()
        before, end, after = content.rpartition(b"</body>")
        script = f'<script src="{SCRIPT_PATH}?{version}"></script>'.encode()
        return status, before + script + end + after if end else content + script


class _Handler(SimpleHTTPRequestHandler):
    """Answers as a static host does, but for the script in pages and that nothing is kept by browsers."""

    extensions_map: dict[str, str] = {  # noqa: RUF012 - as its base class has it
        **SimpleHTTPRequestHandler.extensions_map,
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".md": "text/markdown; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }

    def __init__(self, *arguments: Any, shown: _ShownSite, **settings: Any) -> None:
        self._shown = shown
        super().__init__(*arguments, directory=str(shown.folder), **settings)

    def send_head(self) -> io.BytesIO | Any:
        """Send the headers, and give what is to follow them."""
        path = urlsplit(self.path).path
        if path == STATE_PATH:
            return self._answer(HTTPStatus.OK, self._shown.state(), "application/json")
        if path == SCRIPT_PATH:
            script = (templates_folder() / "preview" / "reload.js").read_bytes()
            return self._answer(HTTPStatus.OK, script, "text/javascript; charset=utf-8")
        file = Path(self.translate_path(self.path))
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" or not file.exists():
            return self._answer(*self._shown.page(file), "text/html; charset=utf-8")
        return super().send_head()

    def _answer(self, status: HTTPStatus, content: bytes, kind: str) -> io.BytesIO:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def end_headers(self) -> None:
        """Let browsers keep nothing: the next build may change any file."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as its base class calls it
        """Say nothing of requests: errors of a build would be lost among them."""


class _Server(ThreadingTCPServer):
    """Threads, since browsers open connections that they do not use yet."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that left before its answer was whole."""


def _listen(shown: _ShownSite, port: int) -> _Server:
    try:
        return _Server((HOST, port), partial(_Handler, shown=shown))
    except OSError as error:
        hint = f"choose another, such as --port {port + 1 if port < 65535 else 8000}; --port 0 takes any free one"
        raise ArenaError(f"cannot listen: {error.strerror}", where=f"port {port}", hint=hint) from error
