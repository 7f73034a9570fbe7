import dataclasses
import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import biometrics
from biometrics import Template, TemplateError
from biometrics.synthetic import synthesise
from biometrics.template import Minutiae, OrientationField
from tests.biometrics.fingers import template

RECORD = template(1, 0).to_iso()
VIEW_AT = 24


@st.composite
def templates(draw: st.DrawFn) -> Template:
    width, height = draw(st.integers(1, 1200)), draw(st.integers(1, 1200))
    count = draw(st.integers(0, 255))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    minutiae = Minutiae(
        rng.integers(0, width, count).astype(np.uint16),
        rng.integers(0, height, count).astype(np.uint16),
        rng.integers(0, 256, count).astype(np.uint8),
        rng.integers(0, 3, count).astype(np.uint8),
        rng.integers(0, 101, count).astype(np.uint8),
    )
    field = None
    if draw(st.booleans()):
        cells = rng.integers(0, 181, (-(-height // 8), -(-width // 8)))
        field = OrientationField(np.where(cells == 180, 255, cells).astype(np.uint8))
    return Template(width, height, draw(st.integers(0, 100)), minutiae, field)


@given(templates())
@settings(max_examples=50, deadline=None)
def test_what_was_written_is_read(made: Template) -> None:
    record = made.to_iso()
    read = Template.from_iso(record)
    assert read.to_iso() == record
    assert (read.field is None) == (made.field is None)
    np.testing.assert_array_equal(read.minutiae.x, made.minutiae.x)
    np.testing.assert_array_equal(read.minutiae.angle, made.minutiae.angle)


def test_the_header_is_that_of_the_standard() -> None:
    assert RECORD[:8] == b"FMR\0 20\0"
    (length,) = struct.unpack(">I", RECORD[8:12])
    assert length == len(RECORD)
    assert struct.unpack(">HHHH", RECORD[14:22]) == (352, 416, 197, 197)
    assert RECORD[22] == 1
    assert RECORD[VIEW_AT + 3] == len(template(1, 0).minutiae)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(TemplateError):
        Template.from_iso(data)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_records_are_refused_or_read_and_never_crash_the_matcher(
    data: st.DataObject,
) -> None:
    damaged = bytearray(RECORD)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(8, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = Template.from_iso(bytes(damaged))
    except TemplateError:
        return
    assert np.isfinite(biometrics.match(read, template(1, 1)))


@given(st.integers(0, len(RECORD) - 1))
@settings(deadline=None)
def test_truncated_records_are_refused(length: int) -> None:
    with pytest.raises(TemplateError):
        Template.from_iso(RECORD[:length])


def test_too_long_records_are_refused() -> None:
    with pytest.raises(TemplateError):
        Template.from_iso(RECORD + b"\0")
    with pytest.raises(TemplateError):
        Template.from_iso(RECORD + bytes(1 << 20))


def with_extended(areas: bytes) -> bytes:
    plain = dataclasses.replace(template(1, 0), field=None, engine=None).to_iso()
    body = plain[:-2] + struct.pack(">H", len(areas)) + areas
    return body[:8] + struct.pack(">I", len(body)) + body[12:]


def test_extended_data_of_other_vendors_is_stepped_over() -> None:
    foreign = struct.pack(">HH", 0x0101, 9) + b"other"
    read = Template.from_iso(with_extended(foreign))
    assert read.field is None
    assert len(read.minutiae) == len(template(1, 0).minutiae)
    with pytest.raises(TemplateError):
        Template.from_iso(with_extended(struct.pack(">HH", 0x0101, 90) + b"short"))


def test_a_record_at_another_resolution_is_brought_to_500_dpi() -> None:
    plain = bytearray(dataclasses.replace(template(1, 0), field=None, engine=None).to_iso())
    plain[18:22] = struct.pack(">HH", 394, 394)
    read = Template.from_iso(bytes(plain))
    assert (read.width, read.height) == (176, 208)


def test_minutiae_agree_with_those_of_nbis_both_ways() -> None:
    nbis = pytest.importorskip("nbis", reason="nbis-py has no wheel here")
    extractor = nbis.new_nbis_extractor(
        nbis.NbisExtractorSettings(
            min_quality=0.0,
            get_center=False,
            check_fingerprint=False,
            compute_nfiq2=False,
            ppi=None,
        )
    )

    def theirs(impression: int, finger: int = 1) -> object:
        encoded = cv2.imencode(".bmp", synthesise(finger, impression))[1].tobytes()
        return extractor.extract_minutiae(encoded)

    # nbis-py 0.1.3 leaves two bytes out of the view header, the resolution, the number of views
    # and the length of the extended data: they are put in to read its records, and out for it.
    def to_standard(record: bytes) -> bytes:
        body = b"FMR\0 20\0" + struct.pack(">I", len(record) + 4) + record[12:18]
        return body + struct.pack(">HHBBBB", 197, 197, 1, 0, 0, 0) + record[24:] + b"\0\0"

    def to_nbis(record: bytes) -> bytes:
        length = struct.pack(">I", len(record) - 4)
        return record[:8] + length + record[12:18] + bytes(6) + record[26:-2]

    read = Template.from_iso(to_standard(theirs(0).to_iso_19794_2_2005()))
    assert len(read.minutiae) >= 20
    assert biometrics.match(read, template(1, 1)) >= biometrics.THRESHOLD_FMR_0_01_PERCENT
    assert biometrics.match(read, template(2, 1)) < biometrics.THRESHOLD_FMR_0_01_PERCENT
    plain = dataclasses.replace(template(1, 0), field=None, engine=None)
    loaded = extractor.load_iso_19794_2_2005(to_nbis(plain.to_iso()))
    assert len(loaded.get()) == len(plain.minutiae)
    # The same picture, so Bozorth3 pairs most of the minutiae when places and angles agree.
    assert loaded.compare(theirs(0)) >= 15 + loaded.compare(theirs(0, finger=2)) / 2
