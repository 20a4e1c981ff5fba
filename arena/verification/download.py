"""A site over HTTP: the files that its list names, into a folder, with few connections and within limits.

A site's own list says what to fetch, so that no page is searched for links. Redirects are followed on the same host
alone. What is fetched is kept as bytes; nothing in it is opened here.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from arena.errors import ArenaError
from arena.progress import CountedWork, Progress
from arena.publish.output.marker import MARKER, SUMS
from arena.verification.listing import MAX_LIST_BYTES, parse_sums

CONNECTIONS = 4
AGENT = "image-arena-verify"
MAX_REDIRECTS = 5
MAX_FILE_BYTES = 1_000_000_000
MAX_SITE_BYTES = 8_000_000_000
MAX_FILES = 500_000
TRIES = 4
MAX_WAIT_SECONDS = 30.0
_LATER = frozenset({429, 502, 503, 504})
_HINT = "name the address of a site that arena build made; or fetch it by other means, and name the folder"


def download_site(
    address: str,
    folder: Path,
    *,
    transport: httpx.BaseTransport | None = None,
    progress: Progress | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> dict[str, str]:
    """Fetch a site into an empty folder; gives why listed files were not had, by path.

    Raises ArenaError where its two lists cannot be had, its host asks programs to stay away, or it is too large.
    """
    headers = {"User-Agent": f"{AGENT}/{version('image-arena')}", "Accept-Encoding": "gzip"}
    limits = httpx.Limits(max_connections=CONNECTIONS)
    with httpx.Client(transport=transport, headers=headers, limits=limits, timeout=30) as client:
        fetcher = _Fetcher(client, _base_of(address), folder, wait)
        fetcher.obey_robots()
        for name in (MARKER, SUMS):
            fetcher.fetch(name, MAX_LIST_BYTES)
        names = list(parse_sums((folder / SUMS).read_bytes()))
        if len(names) > MAX_FILES:
            raise ArenaError(f"lists more than {MAX_FILES:,} files", where=fetcher.base + SUMS, hint=_HINT)
        return _fetch_all(fetcher, names, progress)


def _fetch_all(fetcher: _Fetcher, names: list[str], progress: Progress | None) -> dict[str, str]:
    work, missing = CountedWork("Fetching files", progress), dict[str, str]()
    work.expect(len(names))

    def fetch(name: str) -> None:
        try:
            fetcher.fetch(name, MAX_FILE_BYTES)
        except _NotHadError as error:
            missing[name] = error.message
        work.part_done()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        pending = [pool.submit(fetch, name) for name in names]
        try:
            for future in pending:
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return missing


class _NotHadError(ArenaError):
    """One file could not be had; others may be."""


@dataclass
class _Fetcher:
    """Fetches files of one site. Threads share it."""

    client: httpx.Client
    base: str
    folder: Path
    wait: Callable[[float], object]
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def obey_robots(self) -> None:
        """Raise ArenaError where the host's robots.txt keeps programs from the site."""
        try:
            with closing(self._open(httpx.URL(self.base).join("/robots.txt"))) as response:
                said = response.read()[:500_000] if response.status_code == HTTPStatus.OK else b""
        except _NotHadError:
            return  # the file itself says more, if there is no such host
        rules = RobotFileParser()
        rules.parse(said.decode("utf-8", "replace").splitlines())
        if not rules.can_fetch(AGENT, self.base + MARKER):
            raise ArenaError("robots.txt keeps programs from it", where=self.base, hint=_HINT)

    def fetch(self, name: str, most: int) -> None:
        """Write a file of the site into the folder. Raises ArenaError where it cannot be had, or is too large."""
        url = httpx.URL(self.base + quote(name))
        with closing(self._open(url)) as response:
            if response.status_code != HTTPStatus.OK:
                raise _NotHadError(f"the server answers {response.status_code}", where=str(url), hint=_HINT)
            try:
                self._write(response, self.folder / name, most, str(url))
            except OSError as error:  # one path of the list below another, a name too long, or no room left
                kind = ArenaError if error.errno in {errno.ENOSPC, errno.EDQUOT} else _NotHadError
                raise kind(f"cannot be written here: {error.strerror}", where=str(url), hint=_HINT) from error

    def _write(self, response: httpx.Response, target: Path, most: int, url: str) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        with target.open("wb") as file:
            for part in _parts(response, url):
                size += len(part)
                self._count(len(part), over=size > most, url=url)
                file.write(part)

    def _count(self, more: int, *, over: bool, url: str) -> None:
        """What is unpacked counts, so that a small answer cannot become a large file."""
        with self._lock:
            self._bytes += more
            if over or self._bytes > MAX_SITE_BYTES:
                raise ArenaError("is larger than any site that is fetched", where=url, hint=_HINT)

    def _open(self, url: httpx.URL) -> httpx.Response:
        """The answer, its body not read yet, after redirects and after waiting where the server asks for it."""
        waited = 0
        for _ in range(MAX_REDIRECTS + TRIES):
            try:
                response = self.client.send(self.client.build_request("GET", url), stream=True)
            except httpx.HTTPError as error:
                raise _NotHadError(f"cannot be fetched: {error}", where=str(url), hint=_HINT) from error
            if response.has_redirect_location:
                response.close()
                url = self._redirected(url, response.headers["location"])
            elif response.status_code in _LATER and waited < TRIES - 1:
                response.close()
                self.wait(_seconds_to_wait(response.headers.get("retry-after", ""), waited))
                waited += 1
            else:
                return response
        raise _NotHadError("leads from one address to the next without an end", where=str(url), hint=_HINT)

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        """Where a redirect leads to, on the same host: http may become https, and nothing else may change."""
        target = url.join(location)
        ports = {url.port, target.port} - {None, 80, 443}
        if target.host != url.host or target.scheme not in {"https", url.scheme} or (ports and url.port != target.port):
            raise _NotHadError(f"leads to another host, {target.host}", where=str(url), hint=_HINT)
        return target


def _parts(response: httpx.Response, url: str) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes(65_536)
    except httpx.HTTPError as error:
        raise _NotHadError(f"cannot be fetched: {error}", where=url, hint=_HINT) from error


def _seconds_to_wait(retry_after: str, waited: int) -> float:
    return min(float(retry_after), MAX_WAIT_SECONDS) if retry_after.isdecimal() else 2.0**waited


def _base_of(address: str) -> str:
    """The address of the site's folder: that of its home page, with or without its file name, works as well."""
    try:
        parts = urlsplit(address)
        url = httpx.URL(f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('index.html').rstrip('/')}/")
    except (ValueError, httpx.InvalidURL) as error:
        raise ArenaError(f"is no address: {error}", where=address, hint=_HINT) from error
    if not url.host:
        raise ArenaError("is no address", where=address, hint=_HINT)
    return str(url)
