"""Finger image records of both editions, whole and damaged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.errors import BadPicture, TooLarge, Unreadable, WrongFormat
from biometrics.scanners.xfs4iot.finger_image import MAX_RECORD_BYTES, parse
from tests.biometrics.scanners.machines import record_2005, record_2011

PICTURE = np.arange(40 * 30, dtype=np.uint32).astype(np.uint8).reshape(40, 30)


@pytest.mark.parametrize("compression", ["raw", "packed", "PNG"])
def test_lossless_pictures_come_back_as_they_were(compression: str) -> None:
    records = [
        record_2005(PICTURE, compression),
        record_2011(PICTURE, compression),
        record_2011(PICTURE, compression, certified=True),
    ]
    for record in records:
        found = parse(record)
        assert np.array_equal(found.gray, PICTURE)
        assert found.dpi == 500
        assert found.gray.flags.writeable


def test_jpeg_is_read_and_pixels_a_centimetre_are_understood() -> None:
    smooth = np.tile(np.linspace(0, 255, 64), (48, 1)).astype(np.uint8)
    found = parse(record_2005(smooth, "JPEG", units=2, rate=197))
    assert found.dpi == 500
    assert np.abs(found.gray.astype(int) - smooth).max() < 8


@pytest.mark.parametrize("compression", ["WSQ", "JPEG 2000"])
def test_what_cannot_be_decoded_is_refused_by_name(compression: str) -> None:
    for record in (record_2005(PICTURE, compression), record_2011(PICTURE, compression)):
        with pytest.raises(WrongFormat, match=compression):
            parse(record)


def test_limits_and_nonsense() -> None:
    with pytest.raises(TooLarge):
        parse(bytes(MAX_RECORD_BYTES + 1))
    for record in (record_2005(PICTURE, rate=5), record_2005(PICTURE, units=7), b"", b"FMR\0"):
        with pytest.raises(Unreadable):
            parse(record)
    with pytest.raises(WrongFormat, match="edition"):
        parse(b"FIR\0" + b"030\0" + bytes(60))
    wide = bytearray(record_2005(PICTURE))
    wide[41:45] = b"\xff\xff\xff\xff"
    with pytest.raises(TooLarge):
        parse(bytes(wide))


@given(st.data())
def test_a_damaged_record_is_a_bad_picture_or_a_picture(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([record_2005(PICTURE), record_2011(PICTURE, "PNG")]))
    record = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if record:
            record[data.draw(st.integers(0, min(70, len(record) - 1)))] = data.draw(
                st.integers(0, 255)
            )
    try:
        found = parse(bytes(record))
    except BadPicture:
        return
    assert found.gray.ndim == 2
