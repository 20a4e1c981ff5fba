"""What counts as one whole picture."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from arena.collect import image_checks
from arena.collect.image_checks import FILE_FORMATS, MOST_SCANS, InvalidImage, check_image, media_type
from tests.collect.fakes import picture

KINDS = ("PNG", "JPEG", "WEBP", "AVIF")
WHOLE = {kind: picture("a whole picture", kind) for kind in KINDS}


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", KINDS)
def test_takes_whole_pictures(kind: str) -> None:
    checked, copy = check_image(WHOLE[kind])
    assert (checked.format, checked.width, checked.height) == (kind, 48, 48)
    assert media_type(copy.content) == "image/webp"
    assert (copy.width, copy.height) == (48, 48)


def test_a_tiff_is_taken_from_a_file_and_not_from_an_api() -> None:
    content = picture("a scan", "TIFF")
    checked, copy = check_image(content, FILE_FORMATS)
    assert (checked.format, copy.width, copy.height) == ("TIFF", 48, 48)
    with pytest.raises(InvalidImage, match="no PNG, JPEG, WebP or AVIF picture"):
        check_image(content)
    with pytest.raises(InvalidImage):
        check_image(content[: len(content) // 2], FILE_FORMATS)


@pytest.mark.parametrize("progressive", [True, False])
def test_takes_jpegs_of_both_kinds_with_restart_markers(progressive: bool) -> None:
    buffer = io.BytesIO()
    image = Image.effect_noise((128, 96), 90).convert("RGB")
    image.save(buffer, "JPEG", progressive=progressive, restart_marker_blocks=2, optimize=True)
    assert check_image(buffer.getvalue())[0].width == 128


@pytest.mark.parametrize("kind", KINDS)
@given(share=st.floats(0, 0.999))
def test_refuses_what_is_cut_off(kind: str, share: float) -> None:
    content = WHOLE[kind]
    with pytest.raises(InvalidImage):
        check_image(content[: int(len(content) * share)])


@pytest.mark.parametrize("kind", KINDS)
@given(more=st.binary(min_size=1, max_size=50))
def test_drops_what_follows_the_picture(kind: str, more: bytes) -> None:
    assert check_image(WHOLE[kind] + more) == check_image(WHOLE[kind])


def test_takes_the_first_picture_of_an_mpo() -> None:
    buffer = io.BytesIO()
    first, second = Image.new("RGB", (48, 32), "teal"), Image.new("RGB", (24, 16), "red")
    first.save(buffer, "MPO", save_all=True, append_images=[second])
    checked, copy = check_image(buffer.getvalue())
    assert (checked.format, copy.width, copy.height) == ("JPEG", 48, 32)
    with Image.open(io.BytesIO(copy.content)) as opened:
        assert opened.convert("RGB").crop((20, 20, 21, 21)).tobytes()[2] > 100, "teal, not red"


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_damage_is_refused_or_harmless(kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        _, copy = check_image(bytes(content))
    except InvalidImage:
        return
    assert Image.open(io.BytesIO(copy.content)).size == (copy.width, copy.height)


@given(st.binary(max_size=300))
def test_refuses_anything_else(content: bytes) -> None:
    with pytest.raises(InvalidImage):
        check_image(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"\0" * 40, "no PNG, JPEG, WebP or AVIF picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG, WebP or AVIF picture"),
        (png_of(30_000, 30_000), "more than 40,000,000"),
        (png_of(2_000, 2_000), "cannot be decoded"),
    ],
)
def test_says_why(content: bytes, words: str) -> None:
    with pytest.raises(InvalidImage, match=words):
        check_image(content)


def test_a_bomb_is_refused_by_its_header() -> None:
    assert len(png_of(30_000, 30_000)) < 200


def test_a_picture_of_many_scans_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("L", (64, 64), 128).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    scan = content[content.rindex(b"\xff\xda") : -2]
    few = content.count(b"\xff\xda")
    assert check_image(content[:-2] + scan * (MOST_SCANS - few) + b"\xff\xd9")[0].width == 64
    with pytest.raises(InvalidImage, match="more than 100 scans"):
        check_image(content[:-2] + scan * (MOST_SCANS - few + 1) + b"\xff\xd9")


@pytest.mark.parametrize("comment", [b"%PDF-1.7 ...", b"<html><script>alert(1)</script>", b"PK\x05\x06" + b"\0" * 18])
def test_keeps_the_pixels_of_a_file_whose_metadata_is_another_kind(comment: bytes) -> None:
    segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    checked, copy = check_image(WHOLE["JPEG"][:2] + segment + WHOLE["JPEG"][2:])
    assert checked.format == "JPEG"
    assert comment not in copy.content
    assert copy == check_image(WHOLE["JPEG"])[1]


def test_refuses_what_moves() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    for kind in ("PNG", "WEBP", "AVIF"):
        buffer = io.BytesIO()
        frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
        with pytest.raises(InvalidImage, match="moves"):
            check_image(buffer.getvalue())


def test_refuses_more_bytes_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_checks, "LARGEST_BYTES", 50)
    with pytest.raises(InvalidImage, match="bytes are more"):
        check_image(WHOLE["PNG"])


def test_the_copy_says_nothing_but_pixels() -> None:
    image = Image.new("RGB", (3000, 1500), "teal")
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "model-that-made-it", 6
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"made by model-that-made-it")
    checked, copy = check_image(buffer.getvalue())
    assert (checked.width, checked.height) == (3000, 1500)
    assert (copy.width, copy.height) == (512, 1024), "turned upright, and no larger than pages show"
    assert b"model-that-made-it" in buffer.getvalue()
    assert b"model-that-made-it" not in copy.content
    with Image.open(io.BytesIO(copy.content)) as opened:
        assert not opened.getexif()
        assert set(opened.info) <= {"loop", "background", "timestamp", "duration"}


def test_transparency_stays() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 20, 30, 0)).save(buffer, "PNG")
    with Image.open(io.BytesIO(check_image(buffer.getvalue())[1].content)) as opened:
        assert opened.getchannel("A").getextrema() == (0, 0)
