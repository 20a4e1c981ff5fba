"""What a new voter's proof of work costs: in Chromium with the shipped script, for a program, and for who checks it.

python benchmarks/proof_of_work.py [--voters 20]

Needs Playwright and a Chromium, as the tests do. A program has OpenSSL's code, by way of Python; one core each.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import sync_playwright

from arena.template_folders import templates_folder
from arena.voting.proof_of_work import DEFAULT_TRIES, ROUNDS, solves

IN_A_WORKER = """async ({ challenge, rounds }) => {
  const began = performance.now();
  const worker = new Worker("work.js");
  const counter = await new Promise((resolve) => {
    worker.onmessage = (message) => resolve(message.data);
    worker.postMessage({ challenge, rounds });
  });
  worker.terminate();
  return [counter, performance.now() - began];
}"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the scripts, and says nothing of it."""

    def log_message(self, *_: object, **__: object) -> None:
        return


def in_chromium(voters: int) -> list[tuple[int, float]]:
    """The counter and the seconds of some voters' work, one after the other."""
    handler = partial(QuietHandler, directory=str(templates_folder() / "vote" / "static"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    done = []
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/vote.css")
        for number in range(voters):
            challenge = f"{number:032x}-{DEFAULT_TRIES}-1.time.signature"
            counter, milliseconds = page.evaluate(IN_A_WORKER, {"challenge": challenge, "rounds": ROUNDS})
            assert solves(challenge, counter, DEFAULT_TRIES)
            done.append((counter, milliseconds / 1000))
        browser.close()
    server.shutdown()
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voters", type=int, default=20)
    done = in_chromium(parser.parse_args().voters)
    seconds = sorted(second for _, second in done)
    rate = sum(counter + 1 for counter, _ in done) / sum(seconds)
    print(f"Chromium    {rate:8,.0f} tries a second")
    print(f"            {DEFAULT_TRIES / rate:8.2f} s for a voter on average, at {DEFAULT_TRIES:,} tries")
    print(f"            {statistics.median(seconds):8.2f} s the median of {len(seconds)} voters")
    print(f"            {seconds[-1]:8.2f} s the longest of them")
    began, tries = time.perf_counter(), 5_000
    for counter in range(tries):
        solves("a challenge of about the length of a real one, with its time and signature", counter, DEFAULT_TRIES)
    check = (time.perf_counter() - began) / tries
    print(f"a program   {1 / check:8,.0f} tries a second on one core")
    print(f"a check     {check * 1e6:8,.0f} µs")


if __name__ == "__main__":
    main()
