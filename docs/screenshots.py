"""Small pictures of the main pages for the README, taken from the built site: python docs/screenshots.py [SITE]

Needs Chromium. Pictures are WebP in docs/images/, each under 60 KB.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = {
    "home": "index.html",
    "board": "boards/text-to-image/index.html",
    "model": "models/openai/gpt-image-2.html",
}
WINDOW, HEIGHT, WIDTH = 1280, 960, 960
"""The window in pixels, and the width of the pictures."""
LARGEST = 60_000
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


def take(site: Path, target: Path) -> None:
    """Write one picture a page; stops with a message where one is too large or there is no browser."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit("no Chromium here")
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": WINDOW, "height": HEIGHT}, color_scheme="light")
        for name, path in SHOTS.items():
            page.goto((site / path).as_uri())
            content = shrunk(page.screenshot())
            if len(content) > LARGEST:
                sys.exit(f"{name}.webp would have {len(content):,} bytes, more than {LARGEST:,}")
            (target / f"{name}.webp").write_bytes(content)
        browser.close()


def shrunk(png: bytes) -> bytes:
    """The same picture as WebP of the README's width."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "WEBP", quality=80, method=6)
    return written.getvalue()


if __name__ == "__main__":
    take((Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site").resolve(), ROOT / "docs" / "images")
