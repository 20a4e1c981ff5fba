"""How fast our site is built beside those of MkDocs, Pelican and Hugo, on as many pages, one program after the other.

    python -m benchmarks.peers FOLDER [MODELS]

The peers are installed into FOLDER/venv, and get the Markdown twins of our model pages, as many files as our site has
pages. Every build is from nothing; byte code is kept for all. See site.py for the made-up project.
"""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from pathlib import Path

from benchmarks.made_up import project, put
from benchmarks.runs import clear_up, programs, put_aside

PEERS = ("mkdocs", "pelican[markdown]", "hugo")


def compare(folder: Path, models: int) -> None:
    """Whole programs, from their start to the written site, one after the other."""
    place, out = project(folder, models), folder / "ours"
    put_aside(place / ".cache")
    ours = timed([sys.executable, "-m", "arena", "build", "--project", place, "--out", out], out)
    pages = ours[1]
    tools = environment(folder)
    write_markdown(folder, pages)
    runs = {
        "Image Arena": ours,
        "MkDocs": timed([tools / "mkdocs", "build", "-q", "-f", folder / "mkdocs/mkdocs.yml"], folder / "mkdocs/site"),
        "MkDocs, with its search": timed([tools / "mkdocs", "build", "-q", "-f", folder / "mkdocs/search.yml"],
                                         folder / "mkdocs/site"),
        "Pelican": timed([tools / "pelican", "-q", folder / "pelican/content", "-s", folder / "pelican/conf.py",
                          "-o", folder / "pelican/site"], folder / "pelican/site"),
        "Hugo": timed([tools / "hugo", "--quiet", "-s", folder / "hugo"], folder / "hugo/public"),
    }  # fmt: skip
    print(f"{pages:,} pages of {models:,} models\n")
    print("| generator | seconds | pages | pages/s | ours is |\n|---|---|---|---|---|")
    base = runs["Image Arena"]
    for name, (seconds, made) in runs.items():
        if not made:
            print(f"| {name} | did not run | | | |")
            continue
        ratio = (base[1] / base[0]) / (made / seconds)
        print(f"| {name} | {seconds:.1f} | {made:,} | {made / seconds:,.0f} | {ratio:.2f} x |")


def timed(command: list[object], out: Path) -> tuple[float, int]:
    """Seconds and HTML pages of one run into an empty folder; (0, 0) where it fails."""
    put_aside(out)
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, env=programs())
    seconds = time.perf_counter() - start
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
        return 0.0, 0
    return seconds, sum(1 for _ in out.rglob("*.html"))


def environment(folder: Path) -> Path:
    """The peers' programs, installed once."""
    place = folder / "venv"
    if not place.exists():
        venv.create(place, with_pip=True)
        for peer in PEERS:
            subprocess.run([place / "bin/pip", "install", "-q", peer], check=False)
    return place / "bin"


def write_markdown(folder: Path, pages: int) -> None:
    """The same facts for each peer: the Markdown twins of our models, over and over up to the number of pages."""
    twins = [path.read_text("utf-8") for path in sorted((folder / "ours/models").rglob("*.md"))]
    for name in ("mkdocs", "pelican", "hugo"):
        put_aside(folder / name)
    for n in range(pages):
        text = twins[n % len(twins)]
        put(folder, f"mkdocs/docs/{'index' if n == 0 else f'page-{n}'}.md", text)
        put(folder, f"pelican/content/pages/page-{n}.md", f"Title: Page {n}\nSlug: page-{n}\n\n{text}")
        put(folder, f"hugo/content/page-{n}.md", f'+++\ntitle = "Page {n}"\n+++\n\n{text}')
    nav = "nav: [{Home: index.md}]\nmarkdown_extensions: [tables]\n"
    nav = f"site_name: Bench\nuse_directory_urls: false\nplugins: []\n{nav}"
    put(folder, "mkdocs/mkdocs.yml", nav)
    put(folder, "mkdocs/search.yml", nav.replace("plugins: []", "plugins: [search]"))
    feeds = "\n".join(f"{name} = None" for name in ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "TRANSLATION_FEED_ATOM"))
    put(folder, "pelican/conf.py", f"SITENAME = 'Bench'\nTHEME = 'simple'\nTIMEZONE = 'UTC'\n{feeds}\n")
    put(folder, "hugo/hugo.toml", 'title = "Bench"\ndisableKinds = ["taxonomy", "term", "rss", "sitemap"]\n')
    layout = "<!DOCTYPE html><html lang=en><title>{{ .Title }}</title><main>{{ .Content }}</main></html>\n"
    put(folder, "hugo/layouts/_default/single.html", layout)
    put(folder, "hugo/layouts/_default/list.html", layout)


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    compare(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
    clear_up(folder)


if __name__ == "__main__":
    main()
