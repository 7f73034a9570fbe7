"""What a person may type and choose as a PIN, and how it is kept in memory.

A PIN is a ``bytearray`` of the digits 0x30 to 0x39, so that it can be overwritten. Python may have
copied what the toolkit delivered before it came here; wiping is as far as this language reaches.
"""

import itertools
import unicodedata
from typing import Final

from protocol.errors import BadPin, GuessablePin

MIN_DIGITS: Final = 4
MAX_DIGITS: Final = 12

_FAVOURITES: Final = frozenset(
    (
        # lines, corners and zigzags of a keypad
        *("0852", "2580", "1379", "1397", "1470", "1590", "3179", "3197", "3570", "3690"),
        *("7410", "7913", "7931", "9630", "9713", "9731", "147258", "147369", "258369"),
        *("159357", "159753", "357159", "741852", "753951", "852963", "951357", "963852"),
        *("123654", "789456", "456123", "159951", "147258369", "741852963", "789456123"),
        # numbers people like
        *("1004", "1007", "1122", "1123", "1024", "1313", "1342", "1357", "4711", "5150"),
        *("5683", "6969", "8675", "100200", "102030", "112358", "123456987", "135790"),
        *("142536", "246810", "314159", "520131"),
    )
)


def normalise_pin(text: str) -> bytearray:
    """Return the digits of ``text`` in ASCII; digits of other scripts are mapped first.

    Raises:
        BadPin: not 4 to 12 decimal digits.
    """
    if not MIN_DIGITS <= len(text) <= MAX_DIGITS:
        raise BadPin("a PIN has 4 to 12 digits")
    pin = bytearray()
    for char in text:
        value = unicodedata.decimal(char, None)
        if value is None:
            raise BadPin("a PIN has digits only")
        pin.append(0x30 + value)
    return pin


def check_pin(pin: bytes | bytearray) -> None:
    """Return if ``pin`` is 4 to 12 bytes 0x30 to 0x39; raises ``BadPin`` otherwise."""
    if not MIN_DIGITS <= len(pin) <= MAX_DIGITS or any(not 0x30 <= byte <= 0x39 for byte in pin):
        raise BadPin("a PIN is 4 to 12 ASCII digits")


def check_new_pin(pin: bytes | bytearray) -> None:
    """Return if ``pin`` may be chosen.

    Refused are one repeated digit or block (1111, 1212, 123123), steps up or down (1234, 9876,
    7890, 2468), doubled steps (112233), mirrored steps (123321), birth years as four digits, shapes
    on the keypad and the favourites of published leaks.

    Raises:
        BadPin: not a PIN at all.
        GuessablePin: among the first a thief would try.
    """
    check_pin(pin)
    digits = [byte - 0x30 for byte in pin]
    length = len(digits)
    repeats = any(
        length % block == 0 and digits == digits[:block] * (length // block)
        for block in range(1, length // 2 + 1)
    )
    half = length // 2
    mirrored = length % 2 == 0 and digits[half:] == digits[half - 1 :: -1]
    doubled = length % 2 == 0 and digits[::2] == digits[1::2]
    text = bytes(pin).decode("ascii")
    if (
        repeats
        or _steps(digits)
        or (mirrored and _steps(digits[:half]))
        or (doubled and _steps(digits[::2]))
        or (length == 4 and 1920 <= int(text) <= 2039)
        or text in _FAVOURITES
    ):
        raise GuessablePin("this PIN is too easy to guess")


def _steps(digits: list[int]) -> bool:
    return len({(b - a) % 10 for a, b in itertools.pairwise(digits)}) == 1


def wipe(buffer: bytearray) -> None:
    """Overwrite ``buffer`` with zeros and empty it."""
    buffer[:] = bytes(len(buffer))
    buffer.clear()
