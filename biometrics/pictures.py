"""Picture files of strangers, decoded within limits.

Nothing is believed: the format is told by content, the size by the header before any pixel is
decoded, and a decoder that takes too long runs dry. What cannot be used is a BadPicture.
"""

import io
import stat
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from biometrics.arrays import Array, Gray
from biometrics.errors import TooLarge, Unreadable, WrongFormat
from biometrics.extraction.normalisation import MAX_DPI, MIN_DPI

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 25_000_000
# Colour takes four bytes a pixel while it is decoded: this keeps it under 100 MB in all.
MAX_COLOUR_PIXELS = 16_000_000
MAX_SECONDS = 2.0

# A progressive JPEG of a few hundred kB can ask for thousands of passes over all pixels.
_MAX_JPEG_SCANS = 64
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
_SAYS_FORMATS = "Choose a picture in PNG, JPEG, TIFF or BMP format."
_DAMAGED = "This picture is damaged and cannot be opened."
_COLOUR_MODES = ("RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV")
_GRAY_MODES = ("1", "L", "LA", "P", "PA", "I", "I;16", "I;16B", "I;16L")


@dataclass(frozen=True, eq=False)
class Picture:
    """`gray`: uint8[h, w], upright. `dpi`: None when the file does not say or says nonsense."""

    gray: Gray
    dpi: int | None


class _Clocked(io.BytesIO):
    """Bytes that can be read until the deadline; decoders read in blocks of 64 kB."""

    def __init__(self, data: bytes, deadline: float) -> None:
        super().__init__(data)
        self._deadline = deadline

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._deadline:
            raise TooLarge("This picture takes too long to open.")
        return super().read(size)


def read(path: str | Path) -> Picture:
    """Decode an ordinary file. Raises BadPicture."""
    try:
        path = Path(path)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("This is not an ordinary file.")
        if status.st_size > MAX_BYTES:
            raise _too_many_bytes()
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable("This file cannot be opened.") from error
    return decode(data)


def decode(data: bytes) -> Picture:
    """Decode the content of a picture file. Raises BadPicture."""
    if not data:
        raise Unreadable("This file is empty.")
    if len(data) > MAX_BYTES:
        raise _too_many_bytes()
    file = _Clocked(data, time.monotonic() + MAX_SECONDS)
    with warnings.catch_warnings():
        # Pillow warns of oddities in headers; whoever offers the picture cannot act on them.
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=_FORMATS) as image:
                _check_header(image, data)
                dpi = _dpi(image)
                gray = _gray(image)
        except UnidentifiedImageError as error:
            raise WrongFormat(_SAYS_FORMATS) from error
        except Image.DecompressionBombError as error:
            raise _too_many_pixels() from error
        except MemoryError as error:
            raise TooLarge("This picture is too large to open.") from error
        except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError) as error:
            raise Unreadable(_DAMAGED) from error
        except (TypeError, AttributeError, OverflowError, RuntimeError, ZeroDivisionError) as error:
            # Pillow's parsers meet damaged headers with these.
            raise Unreadable(_DAMAGED) from error
    return Picture(gray, dpi)


def _check_header(image: Image.Image, data: bytes) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise _too_many_pixels()
    if image.mode not in _COLOUR_MODES + _GRAY_MODES:
        raise WrongFormat("This kind of picture cannot be read. " + _SAYS_FORMATS)
    if getattr(image, "n_frames", 1) != 1:
        raise WrongFormat("This file holds several pictures. Choose a file with one.")
    if image.format == "JPEG":
        if data.count(b"\xff\xda") > _MAX_JPEG_SCANS:
            raise TooLarge("This picture takes too long to open.")
        # Grey alone is decoded where the file allows, at full size.
        if image.mode == "RGB":
            image.draft("L", image.size)
    if image.mode in _COLOUR_MODES and pixels > MAX_COLOUR_PIXELS:
        raise _too_many_pixels()


def _dpi(image: Image.Image) -> int | None:
    dpi = image.info.get("dpi")
    try:
        across, down = (float(value) for value in dpi)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not (MIN_DPI <= across <= MAX_DPI and abs(across - down) <= 0.01 * across):
        return None
    return round(across)


def _gray(image: Image.Image) -> Gray:
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        return _from_16_bit(np.asarray(upright))
    if upright.mode in ("LA", "PA", "RGBA") or "transparency" in upright.info:
        layered = upright.convert("RGBA") if upright.mode not in ("LA", "RGBA") else upright
        alpha = layered.getchannel("A")
        paper = Image.new("L", layered.size, 255)
        paper.paste(layered.convert("L"), mask=alpha)
        upright = paper
    return np.asarray(upright.convert("L"), dtype=np.uint8)


def _from_16_bit(values: Array) -> Gray:
    """Sixteen bits to eight; 32-bit files are taken for 16-bit ones in wide words."""
    return np.asarray(np.clip(values, 0, 65535) // 257, dtype=np.uint8)


def _too_many_bytes() -> TooLarge:
    return TooLarge("This file is larger than 8 MB.")


def _too_many_pixels() -> TooLarge:
    return TooLarge("This picture has too many pixels (25 million in grey, 16 in colour).")
