"""Sums of money as the screens write them, in any currency of ``protocol.money``."""

from protocol.money import exponent, format_minor

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def written(amount_minor: int, currency: str) -> str:
    """A sum to the minor unit, as a balance is written: `€1,234.50`, `−€20.00`."""
    sign = "\N{MINUS SIGN}" if amount_minor < 0 else ""
    return f"{sign}{_prefix(currency)}{format_minor(abs(amount_minor), currency, group=',')}"


def cash(amount_minor: int, currency: str) -> str:
    """A sum as cash is named: without decimals where there are none, `€180`."""
    digits = exponent(currency)
    if digits == 0 or amount_minor % 10**digits:
        return written(amount_minor, currency)
    return written(amount_minor, currency)[: -digits - 1]


def face(denomination_minor: int, currency: str) -> int:
    """What stands on a note: whole major units."""
    return int(denomination_minor // 10 ** exponent(currency))


def typed(text: str, currency: str) -> str:
    """A sum while it is being typed: the digits as they stand, grouped."""
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if whole.isdigit() else whole or "0"
    return f"{_prefix(currency)}{grouped}{point}{rest}"


def _prefix(currency: str) -> str:
    return _SIGNS.get(currency, currency + "\N{NO-BREAK SPACE}")
