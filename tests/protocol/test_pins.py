import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import BadPin, GuessablePin
from protocol.pin.pins import check_new_pin, check_pin, normalise_pin, wipe

pins = st.text("0123456789", min_size=4, max_size=12)


@given(pins, st.sampled_from([0x0660, 0x06F0, 0x0966, 0xFF10]))
def test_digits_of_other_scripts_are_mapped(pin, zero):
    written = "".join(chr(zero + int(digit)) for digit in pin)
    assert normalise_pin(written) == normalise_pin(pin) == pin.encode()


@pytest.mark.parametrize(
    "text", ["", "123", "1" * 13, "12 4", "12a4", "١٢٣", "²345", "-123", "1234\n"]
)
def test_what_is_no_pin_is_refused(text):
    with pytest.raises(BadPin):
        normalise_pin(text)


@given(st.binary(max_size=14))
def test_bytes_are_a_pin_only_as_ascii_digits(data):
    good = 4 <= len(data) <= 12 and all(0x30 <= byte <= 0x39 for byte in data)
    try:
        check_pin(data)
    except BadPin:
        assert not good
    else:
        assert good


@pytest.mark.parametrize(
    "pin",
    [
        *("1234", "4321", "0000", "999999", "1212", "123123", "12341234", "7890", "9876", "2468"),
        *("112233", "123321", "1221", "2580", "1984", "2025", "159753", "147258", "314159"),
        *("123456", "654321", "246810", "0123456789", "987654321", "111222111222"),
    ],
)
def test_block_list_refuses(pin):
    with pytest.raises(GuessablePin):
        check_new_pin(pin.encode())


@pytest.mark.parametrize(
    "pin", ["482915", "730164", "915372", "628401", "4829", "8305", "70318264"]
)
def test_block_list_lets_through(pin):
    check_new_pin(pin.encode())


@given(pins)
def test_a_refusal_does_not_repeat_the_pin(pin):
    message = ""
    try:
        check_new_pin(bytearray(pin, "ascii"))
    except GuessablePin as error:
        message = str(error)
    assert pin not in message


def test_block_list_leaves_most_pins():
    blocked = 0
    for number in range(10_000):
        try:
            check_new_pin(b"%04d" % number)
        except GuessablePin:
            blocked += 1
    assert 150 < blocked < 500


def test_wiped_pin_is_gone():
    pin = normalise_pin("482915")
    wipe(pin)
    assert pin == bytearray()
