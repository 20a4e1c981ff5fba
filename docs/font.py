"""Make the display face that pages are set in: the part of Bricolage Grotesque that titles and figures need.

```make font``` runs it. Bricolage Grotesque is under the SIL Open Font Licence 1.1 and comes from the npm package
@fontsource-variable/bricolage-grotesque. Its optical size and width are fixed and its weights cut to those in use, so
that the file stays below 40 KB. With names of font files instead, it prints the fallback faces of ``site.css``:
a line set in one of them is as long and as high as the same line in the display face.
"""

from __future__ import annotations

import shutil
import string
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import click
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "@fontsource-variable/bricolage-grotesque@5.3.0"
SOURCE = "package/files/bricolage-grotesque-latin-standard-normal.woff2"
STATIC = Path(__file__).resolve().parent.parent / "templates" / "static"
FONT = STATIC / "bricolage-grotesque.woff2"
LICENCE = STATIC / "bricolage-grotesque-licence.txt"
AXES = {"opsz": 40, "wdth": 100, "wght": (500, 800)}
"""One optical size between those of h2 and h1, the normal width, the weights of names, figures and titles."""
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "tnum"]
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
PUNCTUATION = [ord(character) for character in "ıŒœ–—‘’‚“”„•…‹›€™↑↓−"]
TEXT = "the quick brown fox ranks first in text to image; it wins one of two battles against the lazy dog"
"""Stands for titles where the widths of two faces are compared."""


def fetch(folder: Path) -> TTFont:
    """The face with all its axes, from the package; its licence is kept beside the font. Raises where npm fails."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed: it fetches the face")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    lines = (folder / "package" / "LICENSE").read_text("utf-8").splitlines()
    LICENCE.write_text("".join(f"{line.rstrip()}\n" for line in lines), "utf-8")
    return TTFont(folder / SOURCE, recalcTimestamp=False)  # the same bytes each time


def cut(face: TTFont) -> TTFont:
    """The part that pages need."""
    font = instancer.instantiateVariableFont(face, AXES)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*LATIN, *PUNCTUATION])
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def width(font: TTFont) -> float:
    """The mean width of a letter of ``TEXT``, in units of the size of the type."""
    glyphs, table = font.getBestCmap(), font["hmtx"]
    return sum(table[glyphs[ord(letter)]][0] for letter in TEXT) / len(TEXT) / font["head"].unitsPerEm


def fallback(other: Path) -> str:
    """The descriptors that make a face as wide and as high as ours, which is measured at its bold weight."""
    ours = instancer.instantiateVariableFont(TTFont(FONT), {"wght": 700})
    adjust = width(ours) / width(TTFont(other))
    head, unit = ours["hhea"], ours["head"].unitsPerEm * adjust
    return (
        f"{other.name}: size-adjust: {adjust:.2%}; ascent-override: {head.ascent / unit:.2%}; "
        f"descent-override: {-head.descent / unit:.2%}; line-gap-override: {head.lineGap / unit:.2%};"
    )


def main(names: list[str]) -> None:
    """Make the font, or measure the faces of these files."""
    if names:
        click.echo("\n".join(fallback(Path(name)) for name in names))
        return
    with tempfile.TemporaryDirectory() as folder:
        font = cut(fetch(Path(folder)))
    missing = [letter for letter in string.printable.strip() if ord(letter) not in font.getBestCmap()]
    if missing:
        sys.exit(f"the face lacks {' '.join(missing)}")
    font.save(FONT)
    click.echo(f"{FONT.name}: {FONT.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    main(sys.argv[1:])
