"""Finger image records: ISO/IEC 19794-4:2005 and :2011, format type "FIR", the first view.

Layout of both editions, big endian: a general header, then for each view a header with its sides
and resolution and the pixels, raw or compressed. What is compressed goes through the limits of
`biometrics.pictures` like any stranger's picture.
"""

import struct
from dataclasses import dataclass

import numpy as np

from biometrics import pictures
from biometrics.arrays import Gray
from biometrics.errors import TooLarge, Unreadable, WrongFormat
from biometrics.extraction.normalisation import MAX_DPI, MIN_DPI

MAX_RECORD_BYTES = pictures.MAX_BYTES

_MAGIC = b"FIR\0"
_HEAD_2005 = struct.Struct(">4s4s6sHHBBHHHHBBH")
_VIEW_2005 = struct.Struct(">IBBBBBHHB")
_HEAD_2011 = struct.Struct(">4s4sIHBB")
_VIEW_2011 = struct.Struct(">I9sBHHB")
_IMAGE_2011 = struct.Struct(">BBBHHHHBBBHHI")
_INCH_CM = 2.54
_RAW, _PACKED = "raw", "packed"
_COMPRESSIONS_2005 = {0: _RAW, 1: _PACKED, 2: "WSQ", 3: "JPEG", 4: "JPEG 2000", 5: "PNG"}
_COMPRESSIONS_2011 = {
    **{0: _RAW, 1: _PACKED, 2: "WSQ", 3: "JPEG"},
    **{4: "JPEG 2000", 5: "JPEG 2000", 6: "PNG"},
}
_DAMAGED = "The reader's picture record is damaged."


@dataclass(frozen=True, eq=False)
class FingerImage:
    """`gray`: uint8[h, w] as the record has it. `dpi`: of both sides."""

    gray: Gray
    dpi: int


@dataclass(frozen=True)
class _View:
    width: int
    height: int
    dpi: int
    depth: int
    compression: str
    content: bytes


def parse(record: bytes) -> FingerImage:
    """The picture of a record's first view.

    Raises BadPicture: Unreadable for what is no whole record, WrongFormat for a compression or
    depth that cannot be read, TooLarge beyond the limits of pictures.
    """
    if len(record) > MAX_RECORD_BYTES:
        raise TooLarge("The reader's picture record is larger than 8 MB.")
    try:
        view = _first_view(record)
    except struct.error as error:
        raise Unreadable(_DAMAGED) from error
    if view.width * view.height > pictures.MAX_PIXELS:
        raise TooLarge("The reader's picture has too many pixels.")
    if not (view.width and view.height and MIN_DPI <= view.dpi <= MAX_DPI):
        raise Unreadable("The reader's picture record has no sides, or no resolution.")
    if view.depth != 8:
        raise WrongFormat(f"The reader's pictures have {view.depth} bits a pixel, and not 8.")
    return FingerImage(_pixels(view), view.dpi)


def _first_view(record: bytes) -> _View:
    if record[:4] != _MAGIC or len(record) < _HEAD_2005.size:
        raise Unreadable("What the reader sent is no finger image record.")
    match record[4:8]:
        case b"010\0":
            return _of_2005(record)
        case b"020\0":
            return _of_2011(record)
    raise WrongFormat("The reader's picture record is of an edition that is not known.")


def _of_2005(record: bytes) -> _View:
    head = _HEAD_2005.unpack_from(record)
    count, units, across, down, depth, compression = head[5], head[6], *head[9:13]
    if int.from_bytes(head[2]) != len(record) or count == 0:
        raise Unreadable(_DAMAGED)
    length, *_, width, height, _ = _VIEW_2005.unpack_from(record, _HEAD_2005.size)
    content = record[_HEAD_2005.size + _VIEW_2005.size : _HEAD_2005.size + length]
    if len(content) != length - _VIEW_2005.size:
        raise Unreadable(_DAMAGED)
    name = _COMPRESSIONS_2005.get(compression, "unknown")
    return _View(width, height, _dpi(units, across, down), depth, name, content)


def _of_2011(record: bytes) -> _View:
    _, _, total, views, certified, _ = _HEAD_2011.unpack_from(record)
    if total != len(record) or views == 0:
        raise Unreadable(_DAMAGED)
    at = _HEAD_2011.size
    length, _, _, _, _, qualities = _VIEW_2011.unpack_from(record, at)
    at += _VIEW_2011.size + 5 * qualities
    if certified:
        at += 1 + 3 * struct.unpack_from(">B", record, at)[0]
    fields = _IMAGE_2011.unpack_from(record, at)
    units, across, down, depth, compression = fields[2], *fields[5:9]
    width, height, size = fields[10:]
    at += _IMAGE_2011.size
    content = record[at : at + size]
    if len(content) != size or at + size > _HEAD_2011.size + length:
        raise Unreadable(_DAMAGED)
    name = _COMPRESSIONS_2011.get(compression, "unknown")
    return _View(width, height, _dpi(units, across, down), depth, name, content)


def _dpi(units: int, across: int, down: int) -> int:
    """Of both sides; 0 if they differ or the unit is none of the two."""
    factor = {1: 1.0, 2: _INCH_CM}.get(units, 0.0)
    return round(across * factor) if abs(across - down) <= 0.01 * across else 0


def _pixels(view: _View) -> Gray:
    # Packing changes nothing for pixels of eight bits.
    if view.compression in (_RAW, _PACKED):
        if len(view.content) != view.width * view.height:
            raise Unreadable(_DAMAGED)
        flat = np.frombuffer(view.content, np.uint8)
        return flat.reshape(view.height, view.width).copy()
    if view.compression not in ("JPEG", "PNG"):
        raise WrongFormat(
            f"The reader compresses its pictures by {view.compression}, which cannot be read. "
            "Set it to raw, PNG or JPEG."
        )
    gray = pictures.decode(view.content).gray
    if gray.shape != (view.height, view.width):
        raise Unreadable(_DAMAGED)
    return gray.copy()
