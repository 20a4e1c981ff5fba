"""ClickHouse as its own package for Python has it (chDB), behind as much of its HTTP interface as its driver asks for.

The driver, the SQL and the engine that runs it are the real ones. What is ours is the way between them: a query in a
request's body or address, tables sent along with it as parts of a form, and the answer in the format that it names.
Settings that the driver sends in the address are not heeded.
"""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class ClickHouse:
    """One engine in this process, and its address; tables are brought there by ``engine.query``."""

    def __init__(self, folder: Path) -> None:
        import chdb  # noqa: PLC0415 - not installed by make test

        self.engine = chdb.connect(":memory:")
        self.folder = folder
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def address(self) -> str:
        return f"clickhouse://127.0.0.1:{self.server.server_port}/default"

    def answer(self, query: str, tables: dict[str, tuple[str, bytes]]) -> bytes:
        """Tables are there as long as the query runs: their structure in ClickHouse's words, and Arrow's bytes."""
        try:
            for name, (structure, data) in tables.items():
                path = self.folder / f"{name}.arrow"
                path.write_bytes(data)
                known = f"file('{path}', 'Arrow', '{structure}')"
                self.engine.query(f"CREATE TABLE `{name}` ENGINE = Memory AS SELECT * FROM {known}", "Native")
            named = re.search(r"\bFORMAT\s+(\w+)\s*$", query)
            return bytes(self.engine.query(query, named[1] if named else "TabSeparated").bytes() or b"")
        finally:
            for name in tables:
                self.engine.query(f"DROP TABLE IF EXISTS `{name}`", "Native")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        clickhouse = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                query, tables = _request(self.path, self.headers.get("Content-Type", ""), body)
                try:
                    status, answer = 200, clickhouse.answer(query, tables)
                except Exception as error:  # what the engine says goes to the driver
                    status, answer = 500, str(error).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any, **__: Any) -> None:
                """Requests are not listed."""

        return Handler


def _request(path: str, kind: str, body: bytes) -> tuple[str, dict[str, tuple[str, bytes]]]:
    parameters = dict(parse_qsl(urlsplit(path).query))
    if not kind.startswith("multipart/form-data"):
        return "\n".join(filter(None, [parameters.get("query"), body.decode()])), {}
    head = b"Content-Type: " + kind.encode() + b"\r\n\r\n"
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    sent = [
        (str(part.get_param("name", header="content-disposition")), part.get_filename(), part.get_payload(decode=True))
        for part in form.iter_parts()
    ]
    texts = parameters | {name: bytes(data).decode() for name, file, data in sent if not file}
    return texts["query"], {name: (texts[f"{name}_structure"], bytes(data)) for name, file, data in sent if file}


@contextmanager
def running_clickhouse(folder: Path) -> Generator[ClickHouse]:
    clickhouse = ClickHouse(folder)
    thread = threading.Thread(target=clickhouse.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield clickhouse
    finally:
        clickhouse.server.shutdown()
        thread.join()
        clickhouse.server.server_close()
        clickhouse.engine.close()
