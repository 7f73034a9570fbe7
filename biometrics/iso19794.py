"""Fingerprint minutiae records: ISO/IEC 19794-2:2005, format type "FMR", one finger view.

Layout (big endian): header of 24 bytes; then for each view 4 bytes of view header, 6 bytes a
minutia, 2 bytes with the length of the extended data, and the extended data areas, each with
2 bytes of type, 2 bytes of length (of the whole area) and its content. Types from 0x0100 on are
the vendor's; ours hold the orientation field and what found the minutiae, and readers that do not
know them step over them.
"""

from __future__ import annotations

import struct

import numpy as np

from biometrics.arrays import Array
from biometrics.errors import TemplateError
from biometrics.template import (
    FIELD_STEP_PX,
    OUTSIDE,
    TEMPLATE_DPI,
    Engine,
    Minutiae,
    OrientationField,
    Template,
)

MAX_RECORD_BYTES = 64 * 1024
MAX_SIDE_PX = 2000

_MAGIC = b"FMR\0 20\0"
_HEADER = struct.Struct(">8sIHHHHHBB")
_VIEW = struct.Struct(">BBBB")
_AREA = struct.Struct(">HH")
_FIELD_AREA = 0x0117
_ENGINE_AREA = 0x0118
_FIELD_HEAD = struct.Struct(">BBBB")
_FIELD_VERSION = 1
_ENGINE_CODES = {Engine.RIDGES: b"\x01", Engine.NETWORK: b"\x02"}
_ENGINES = {code: engine for engine, code in _ENGINE_CODES.items()}
_PIXELS_PER_CM = 197
_MINUTIA_DTYPE = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])


def encode(template: Template) -> bytes:
    """Write the record of one view (finger position 0, live-scan plain)."""
    minutiae = template.minutiae
    rows = np.zeros(len(minutiae), _MINUTIA_DTYPE)
    rows["x"] = minutiae.x | (minutiae.kind.astype(np.uint16) << 14)
    rows["y"] = minutiae.y
    rows["angle"] = minutiae.angle
    rows["quality"] = minutiae.quality
    extended = b"" if template.field is None else _encode_field(template.field)
    if template.engine is not None:
        extended += _area(_ENGINE_AREA, _ENGINE_CODES[template.engine])
    body = b"".join(
        (
            _VIEW.pack(0, 0, template.quality, len(minutiae)),
            rows.tobytes(),
            struct.pack(">H", len(extended)),
            extended,
        )
    )
    head = _HEADER.pack(
        _MAGIC,
        _HEADER.size + len(body),
        0,
        template.width,
        template.height,
        _PIXELS_PER_CM,
        _PIXELS_PER_CM,
        1,
        0,
    )
    return head + body


def decode(record: bytes) -> Template:
    """Read the first view of a record. Raises TemplateError."""
    if len(record) > MAX_RECORD_BYTES:
        raise TemplateError("The fingerprint record is too large.")
    if len(record) < _HEADER.size + _VIEW.size:
        raise TemplateError("The fingerprint record is too short.")
    magic, length, _device, width, height, x_res, y_res, views, _ = _HEADER.unpack_from(record)
    if magic != _MAGIC:
        raise TemplateError("This is not an ISO/IEC 19794-2:2005 fingerprint record.")
    if length != len(record):
        raise TemplateError("The fingerprint record's length does not agree with its header.")
    if not (views >= 1 and 1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX):
        raise TemplateError("The fingerprint record has no view or an impossible size.")
    if not (30 <= x_res <= 800 and 30 <= y_res <= 800):
        raise TemplateError("The fingerprint record has an impossible resolution.")
    position, _view, quality, count = _VIEW.unpack_from(record, _HEADER.size)
    start = _HEADER.size + _VIEW.size
    end = start + count * _MINUTIA_DTYPE.itemsize
    if position > 10 or len(record) < end + 2:
        raise TemplateError("The fingerprint record ends before its minutiae do.")
    rows = np.frombuffer(record, _MINUTIA_DTYPE, count, start)
    (extended_length,) = struct.unpack_from(">H", record, end)
    extended = record[end + 2 : end + 2 + extended_length]
    if len(extended) != extended_length or (views == 1 and len(record) != end + 2 + len(extended)):
        raise TemplateError("The fingerprint record's extended data has the wrong length.")
    return _template(rows, width, height, (x_res, y_res), min(quality, 100), extended)


def _template(
    rows: Array,
    width: int,
    height: int,
    resolution: tuple[int, int],
    quality: int,
    extended: bytes,
) -> Template:
    x = (rows["x"] & 0x3FFF).astype(np.uint16)
    y = (rows["y"] & 0x3FFF).astype(np.uint16)
    kind = (rows["x"] >> 14).astype(np.uint8)
    if bool((kind == 3).any()) or bool((x >= width).any()) or bool((y >= height).any()):
        raise TemplateError("The fingerprint record has a minutia outside the picture.")
    x_scale, y_scale = (_scale(pixels_per_cm) for pixels_per_cm in resolution)
    if (x_scale, y_scale) != (1.0, 1.0):
        width, height = max(1, round(width * x_scale)), max(1, round(height * y_scale))
        x = np.minimum(np.round(x * x_scale), width - 1).astype(np.uint16)
        y = np.minimum(np.round(y * y_scale), height - 1).astype(np.uint16)
    quality_column = np.minimum(rows["quality"], 100).astype(np.uint8)
    minutiae = Minutiae(x, y, rows["angle"].copy(), kind, quality_column)
    areas = _areas(extended)
    return Template(
        width,
        height,
        quality,
        minutiae,
        _read_field(areas.get(_FIELD_AREA, b""), width, height),
        engine=_ENGINES.get(areas.get(_ENGINE_AREA, b"")),
    )


def _scale(pixels_per_cm: int) -> float:
    """Factor to 500 dpi; a rounded 500 dpi (196 to 198 pixels a cm) is left as it is."""
    return 1.0 if 196 <= pixels_per_cm <= 198 else TEMPLATE_DPI / 2.54 / pixels_per_cm


def _encode_field(field: OrientationField) -> bytes:
    rows, columns = field.cells.shape
    content = _FIELD_HEAD.pack(_FIELD_VERSION, FIELD_STEP_PX, rows, columns)
    content += field.cells.tobytes()
    return _area(_FIELD_AREA, content)


def _area(kind: int, content: bytes) -> bytes:
    return _AREA.pack(kind, _AREA.size + len(content)) + content


def _areas(extended: bytes) -> dict[int, bytes]:
    """The extended data areas by type, those of other vendors too. Raises TemplateError."""
    areas: dict[int, bytes] = {}
    at = 0
    while at < len(extended):
        if len(extended) - at < _AREA.size:
            raise TemplateError("The fingerprint record's extended data is cut off.")
        kind, length = _AREA.unpack_from(extended, at)
        if length < _AREA.size or at + length > len(extended):
            raise TemplateError("The fingerprint record's extended data is cut off.")
        areas[kind] = extended[at + _AREA.size : at + length]
        at += length
    return areas


def _read_field(content: bytes, width: int, height: int) -> OrientationField | None:
    """None when the area is of another vendor that chose the same number, or another version."""
    if len(content) < _FIELD_HEAD.size:
        return None
    version, step, rows, columns = _FIELD_HEAD.unpack_from(content)
    cells = np.frombuffer(content, np.uint8, offset=_FIELD_HEAD.size)
    expected = (-(-height // FIELD_STEP_PX), -(-width // FIELD_STEP_PX))
    if (version, step) != (_FIELD_VERSION, FIELD_STEP_PX) or (rows, columns) != expected:
        return None
    if cells.size != rows * columns or bool(((cells >= 180) & (cells != OUTSIDE)).any()):
        return None
    return OrientationField(cells.reshape(rows, columns).copy())
