"""Sums of money as the screens write them."""

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def written(amount_minor: int, currency: str) -> str:
    """A sum to the minor unit, as a balance is written: `€1,234.50`, `−€20.00`."""
    major, minor = divmod(abs(amount_minor), 100)
    sign = "\N{MINUS SIGN}" if amount_minor < 0 else ""
    return f"{sign}{_prefix(currency)}{major:,}.{minor:02d}"


def cash(amount_minor: int, currency: str) -> str:
    """A sum as cash is named: without decimals where there are none, `€180`."""
    if amount_minor % 100:
        return written(amount_minor, currency)
    return written(amount_minor, currency)[:-3]


def typed(text: str, currency: str) -> str:
    """A sum while it is being typed: the digits as they stand, grouped."""
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if whole.isdigit() else whole or "0"
    return f"{_prefix(currency)}{grouped}{point}{rest}"


def _prefix(currency: str) -> str:
    return _SIGNS.get(currency, currency + "\N{NO-BREAK SPACE}")
