"""Sums of money: a whole number of minor units and a currency, never a float."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from protocol.errors import BadAmount

MAX_AMOUNT_MINOR: Final = 10**12
"""Largest sum of one movement: ten thousand million euros, far below 2^53."""

EXPONENTS: Final = {"CHF": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "MAD": 2, "USD": 2}
"""Digits after the decimal point by currency code (ISO 4217)."""

_TYPED = re.compile(r"([0-9]{1,16})(?:[.,\u066b]([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A positive sum: ``minor`` units (1 to 10^12) of ``currency`` (ISO 4217 code).

    Raises:
        BadAmount: zero, negative, too large, no integer, or a currency that is not handled.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is no sum of money."""
        exponent(self.currency)
        # bool is an int to Python, not to a bank.
        if type(self.minor) is not int:
            raise BadAmount("an amount is a whole number of minor units")
        if not 1 <= self.minor <= MAX_AMOUNT_MINOR:
            raise BadAmount("an amount is at least one minor unit and at most 10^12")


def exponent(currency: str) -> int:
    """Return the digits after the decimal point; raises ``BadAmount`` for an unknown code."""
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError) as error:
        raise BadAmount("unknown currency") from error


def parse_amount(text: str, currency: str) -> Amount:
    """Return the sum a person typed: digits of any script, one decimal mark, no grouping.

    Grouping marks are refused because ``1.234`` is a thousand to one customer and one and a
    quarter to another.

    Raises:
        BadAmount: not a sum, more decimals than the currency has, zero, or too large.
    """
    if len(text) > 40:
        raise BadAmount("too long for an amount")
    digits = exponent(currency)
    match = _TYPED.fullmatch("".join(map(_to_ascii_digit, text.strip())))
    if match is None:
        raise BadAmount("not an amount")
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > digits:
        raise BadAmount(f"{currency} has {digits} digits after the decimal mark")
    return Amount(int(whole + fraction.ljust(digits, "0")), currency)


def _to_ascii_digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def format_minor(minor: int, currency: str, *, mark: str = ".", group: str = "") -> str:
    """Return signed minor units as text: ``format_minor(-123450, "EUR", group=",")`` is -1,234.50.

    Takes a plain integer, so that balances (zero or negative) can be shown too.

    Raises:
        BadAmount: the currency is not handled.
    """
    digits = exponent(currency)
    whole, fraction = divmod(abs(minor), 10**digits)
    text = f"{whole:,}".replace(",", group)
    if digits:
        text += f"{mark}{fraction:0{digits}d}"
    return f"-{text}" if minor < 0 else text
