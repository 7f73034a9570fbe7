"""The PIN entry: what goes in, what comes out, and what is left behind."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kiosk.pinpad import PinPad, wipe
from protocol.errors import BadPin


def typed(digits: str) -> PinPad:
    pad = PinPad()
    for digit in digits:
        pad.put(int(digit))
    return pad


@given(st.lists(st.integers(-1, 10) | st.none(), max_size=30))
def test_it_holds_what_was_typed_and_not_taken_back(keys: list[int | None]) -> None:
    pad, expected = PinPad(), ""
    for key in keys:
        if key is None:
            pad.take_back()
            expected = expected[:-1]
        else:
            pad.put(key)
            if 0 <= key <= 9 and len(expected) < 12:
                expected += str(key)
    assert pad.count == len(expected)
    assert pad.take() == expected.encode()
    assert pad.take() == b""


def test_a_taken_pin_is_the_callers_to_wipe() -> None:
    pin = typed("4829").take()
    held = memoryview(bytearray(pin))
    assert bytes(held) == b"4829"
    wipe(pin)
    assert pin == b""


def test_clear_forgets_what_is_typed_and_keeps_what_is_kept() -> None:
    pad = typed("739142")
    assert pad.keep_new()
    pad.put(7)
    pad.clear()
    assert (pad.count, pad.keeps) == (0, True)
    pad.wipe_all()
    assert not pad.keeps
    assert pad.take_new() == b""


@pytest.mark.parametrize("easy", ["1234", "1111", "2580"])
def test_an_easy_pin_is_not_kept(easy: str) -> None:
    pad = typed(easy)
    assert not pad.keep_new()
    assert not pad.keeps
    assert pad.count == 0


def test_a_short_pin_is_an_error_and_not_kept() -> None:
    pad = typed("739")
    with pytest.raises(BadPin):
        pad.keep_new()
    assert not pad.keeps


def test_the_repetition_must_be_the_same() -> None:
    pad = typed("739142")
    pad.keep_new()
    for digit in (7, 3, 9, 1, 4, 2):
        pad.put(digit)
    assert pad.repeat_matches()
    assert pad.take_new() == b"739142"
    pad = typed("739142")
    pad.keep_new()
    pad.put(7)
    assert not pad.repeat_matches()
    assert not pad.keeps
