"""Votes in a bucket: the address, DuckDB's extension httpfs, and its secrets, with as much of S3 as these ask for."""

from __future__ import annotations

import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import ibis
import pytest
from ibis.backends import BaseBackend

from arena.ratings.tally import tally
from arena.votes import engines
from tests.engines.worlds import as_file, votes

VOTES = votes(60)
KEY = "2026/01.parquet"


class Bucket(BaseHTTPRequestHandler):
    """One object in the bucket "votes", which is listed, and read in ranges of bytes by whoever signs a request."""

    content = b""

    def do_HEAD(self) -> None:
        self._answer(200, b"", length=len(self.content))

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if "Credential=arena/" not in self.headers.get("Authorization", ""):
            self._answer(403, b"")
        elif "list-type" in parse_qs(url.query):
            listed = f"<Contents><Key>{KEY}</Key><Size>{len(self.content)}</Size></Contents>"
            self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode())
        elif wanted := self.headers.get("Range"):
            first, last = map(int, wanted.removeprefix("bytes=").split("-"))
            self._answer(206, self.content[first : last + 1])
        else:
            self._answer(200, self.content)

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("ETag", '"votes"')
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not listed."""


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """The name of a bucket that holds a file of votes; DuckDB knows how to get at it."""
    try:
        duckdb.connect().execute("LOAD httpfs")
    except duckdb.Error:
        pytest.skip("DuckDB has no httpfs here: make engines loads it, where there is a network")
    content = Path(as_file(VOTES, tmp_path)).read_bytes()
    server = HTTPServer(("127.0.0.1", 0), type("OfVotes", (Bucket,), {"content": content}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"ENDPOINT '127.0.0.1:{server.server_port}', URL_STYLE 'path', USE_SSL false"
    opened = engines.open_engine

    def with_secret(address: str) -> BaseBackend:
        engine = opened(address)
        engine.con.execute(f"CREATE SECRET (TYPE s3, KEY_ID 'arena', SECRET 'made-up', {endpoint})")
        return engine

    monkeypatch.setattr(engines, "open_engine", with_secret)
    try:
        yield "votes"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_votes_in_a_bucket_are_those_of_the_file(bucket: str) -> None:
    with engines.votes_at(f"s3://{bucket}/*/*.parquet") as there:
        found = tally(there)
    assert found.counts.tolist() == tally(ibis.memtable(VOTES)).counts.tolist()
