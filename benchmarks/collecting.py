"""How close collecting comes to what the gateway allows: outputs at 50 ms latency, 16 requests at a time.

    python -m benchmarks.collecting [OUTPUTS]

The ideal is outputs / 16 x 50 ms: nothing but waiting for the gateway. The gateway is a process of its own on loopback
that answers as OpenAI's image API does, a different picture each time. Memory is measured after each quarter.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import multiprocessing
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image

from arena.catalogue import load_catalogue
from arena.collect.collecting import run_collection
from arena.collect.dependencies import Dependencies
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from arena.collect.planning import plan_collection
from arena.collect.progress import ProgressEvent, RunSummary
from arena.collect.secrets import Secrets
from arena.votes.store import open_store

LATENCY, AT_ONCE = 0.05, 16
MODELS = 20
SIZE = 64

PROJECT = """name = "Benchmark"
tagline = "A benchmark."
arenas = [{ id = "text-to-image", name = "Text to image" }]
categories = [{ id = "photo", name = "Photography" }]
languages = [{ id = "en", name = "English", own_name = "English" }]
"""
PROVIDER = """name = "Loopback"
gateway = "openai-images"
endpoint = "http://127.0.0.1:{port}/v1/images"
access = {{ auth = "none", concurrency = 16, private_hosts = ["127.0.0.1"] }}
"""
MODEL = """name = "Model {name}"
description = "A model."
arenas = ["text-to-image"]
weights = {{ open = false }}
sources = [{{ name = "Benchmark", read = 2026-11-01 }}]
"""
OFFER = """model_id = "{name}"
prices = [{{ amount = 0.001, unit = "image", read = 2026-11-01, source = "Benchmark" }}]
"""


def picture(number: int) -> bytes:
    """A small PNG whose first pixels hold the number."""
    image = Image.new("RGB", (SIZE, SIZE), (30, 90, 160))
    for place in range(24):
        image.putpixel((place * 2, SIZE // 2), (255 * (number >> place & 1), 0, 0))
        image.putpixel((place * 2 + 1, SIZE // 2), (255 * (number >> place & 1), 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def serve(pipe: Connection, outputs: int) -> None:
    """Answer every request after LATENCY with the next picture."""
    answers = iter(
        [json.dumps({"data": [{"b64_json": base64.b64encode(picture(number)).decode()}]}) for number in range(outputs)]
    )

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            head = line + await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            await asyncio.sleep(LATENCY)
            body = next(answers).encode()
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            writer.write(head + body)

    async def run() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def project(root: Path, port: int, outputs: int) -> None:
    files = {"arena.toml": PROJECT, "organizations/org.toml": 'name = "Org"\n'}
    files["providers/loopback/provider.toml"] = PROVIDER.format(port=port)
    for number in range(MODELS):
        files[f"models/org/m{number}.toml"] = MODEL.format(name=number)
        files[f"providers/loopback/org/m{number}.toml"] = OFFER.format(name=number)
    for number in range(outputs // MODELS):
        files[f"prompts/text-to-image/p{number}.toml"] = f'text = "p {number}"\nlanguage = "en"\ncategory = "photo"\n'
    for name, text in files.items():
        path = root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def resident() -> float:
    """MB of memory that this process holds now."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def collect(root: Path, memory: dict[int, float]) -> RunSummary:
    catalogue, secrets = load_catalogue(root / "data"), Secrets({}, frozenset())
    quarter = len(catalogue.prompts) * MODELS // 4

    def report(event: ProgressEvent) -> None:
        if event.progress.done % quarter == 0:
            memory[event.progress.done] = resident()

    with open_store(f"sqlite:///{root}/arena.sqlite") as store:
        ledger = Ledger(store)
        plan = plan_collection(
            catalogue, CollectOptions(), secrets, unfinished=(), settled=(), on=datetime.now(UTC).date()
        )
        dependencies = Dependencies(random.SystemRandom())
        return run_collection(
            plan,
            catalogue,
            ledger,
            secrets,
            private=root / "p",
            max_cost=Decimal(100),
            dependencies=dependencies,
            report=report,
        )


def main() -> None:
    outputs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, outputs), daemon=True)
    server.start()
    memory: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project(root, here.recv(), outputs)
        before = time.process_time()
        summary = collect(root, memory)
        busy = time.process_time() - before
        listed = len(load_catalogue(root / "data").outputs)
    server.kill()
    ideal = outputs * LATENCY / AT_ONCE
    print(f"{listed:,} outputs in {summary.seconds:.2f} s; ideal {ideal:.2f} s; {summary.seconds / ideal:.2f}x")
    print(f"{busy:.1f} s of processor time, the gateway's apart")
    print("memory: " + ", ".join(f"{megabytes:.0f} MB at {done:,}" for done, megabytes in sorted(memory.items())))


if __name__ == "__main__":
    main()
