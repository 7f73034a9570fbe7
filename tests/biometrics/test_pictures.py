import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from biometrics import BadPicture, TooLarge, Unreadable, WrongFormat
from biometrics.pictures import decode, read
from biometrics.synthetic import synthesise

FINGER = Image.fromarray(synthesise(1, 0))
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def in_mode(mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(FINGER).astype(np.uint16) * 257)
    return FINGER.convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", MODES)
def test_every_format_and_mode_gives_the_same_grey(kind: str, mode: str) -> None:
    try:
        data = encoded(in_mode(mode), kind)
    except OSError:
        pytest.skip(f"{kind} has no mode {mode}")
    gray = decode(data).gray
    assert gray.dtype == np.uint8
    assert gray.shape == (416, 352)
    off = np.abs(gray.astype(int) - np.asarray(FINGER).astype(int)).mean()
    assert off < (75 if mode == "1" else 6)


def test_transparent_means_paper() -> None:
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    assert decode(encoded(clear, "PNG")).gray.min() == 255


def test_the_picture_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(encoded(FINGER, "JPEG", exif=exif)).gray.shape == (352, 416)


@pytest.mark.parametrize(
    ("given_dpi", "found"), [((500, 500), 500), ((569, 569), 569), ((72, 72), None), (None, None)]
)
def test_the_dpi_is_taken_when_it_makes_sense(
    given_dpi: tuple[int, int] | None, found: int | None
) -> None:
    options = {"dpi": given_dpi} if given_dpi else {}
    assert decode(encoded(FINGER, "PNG", **options)).dpi == found


def test_other_formats_and_several_pictures_are_refused() -> None:
    frames = [FINGER, FINGER.rotate(9)]
    many: dict[str, object] = {"save_all": True, "append_images": frames[1:]}
    for data in (
        encoded(FINGER, "GIF"),
        encoded(FINGER, "WEBP"),
        encoded(FINGER, "PNG", **many),
        encoded(FINGER, "TIFF", **many),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"hello",
    ):
        with pytest.raises(WrongFormat):
            decode(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_truncated_pictures_are_refused(kind: str) -> None:
    data = encoded(FINGER, kind)
    for share in (0.02, 0.3, 0.6, 0.9):
        with pytest.raises(BadPicture):
            decode(data[: int(len(data) * share)])


@given(st.sampled_from(["PNG", "JPEG", "TIFF", "BMP"]), st.data())
@settings(max_examples=120, deadline=None)
def test_damaged_pictures_are_refused_or_read(kind: str, data: st.DataObject) -> None:
    small = FINGER.resize((88, 104))
    damaged = bytearray(encoded(small, kind))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.one_of(st.integers(0, 200), st.integers(0, len(damaged) - 1)))
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        picture = decode(bytes(damaged))
    except BadPicture:
        return
    assert picture.gray.ndim == 2


def test_a_bomb_is_told_by_its_header() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    for width, height in ((5001, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)):
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        body = chunk(b"IDAT", zlib.compress(bytes(100_000)))
        with pytest.raises(TooLarge):
            decode(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b""))


def test_a_jpeg_of_endless_passes_is_refused() -> None:
    data = encoded(FINGER, "JPEG", progressive=True)
    scan = data[data.index(b"\xff\xda") : data.index(b"\xff\xda") + 40]
    with pytest.raises(BadPicture):
        decode(data[:-2] + scan * 5000 + data[-2:])


def test_bytes_beyond_the_limit_and_none_at_all() -> None:
    with pytest.raises(TooLarge):
        decode(bytes(8 * 1024 * 1024 + 1))
    with pytest.raises(Unreadable):
        decode(b"")


def test_files_that_are_no_files(tmp_path: Path) -> None:
    loop, huge = tmp_path / "loop.png", tmp_path / "huge.png"
    loop.symlink_to(loop)
    huge.touch()
    os.truncate(huge, 9 * 1024 * 1024)
    for path in (tmp_path, tmp_path / "absent.png", loop, "nul\0byte.png"):
        with pytest.raises(Unreadable):
            read(path)
    with pytest.raises(TooLarge):
        read(huge)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs or /dev")
def test_a_fifo_and_a_device_do_not_hang(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.png"
    os.mkfifo(fifo)
    for path in (fifo, Path("/dev/zero")):
        with pytest.raises(Unreadable):
            read(path)
