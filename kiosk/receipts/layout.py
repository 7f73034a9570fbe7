"""A receipt as lines of text, for a roll of 58 or 80 mm."""

import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from kiosk.receipts.slip import Slip
from kiosk.screens import MoneyState
from protocol.money import format_minor

_TITLES: Final = {
    "withdraw": "Cash withdrawal",
    "deposit": "Cash deposit",
    "transfer": "Transfer",
}
_MONEY: Final = {
    MoneyState.UNTOUCHED: "Nothing was charged.",
    MoneyState.RELEASE_FOLLOWS: "Nothing is charged: the sum is released automatically.",
    MoneyState.IN_DOUBT: "It is not yet known whether the money moved. Please call the bank.",
    MoneyState.NOTES_RETURNED: "Your notes were given back.",
    MoneyState.CREDIT_FOLLOWS: "Your notes were taken; the credit follows automatically.",
}


@dataclass(frozen=True)
class Letterhead:
    """What stands on every receipt of a machine. ``zone``: an IANA time zone's name."""

    brand: str
    support: str
    terminal: str
    currency: str
    zone: str
    columns: int


@dataclass(frozen=True)
class Line:
    """One line; ``text`` is at most the roll's columns wide."""

    text: str
    bold: bool = False
    align: Literal["left", "center"] = "left"


def lines(slip: Slip, head: Letterhead, at_ms: int) -> tuple[Line, ...]:
    """Lay out a receipt printed at ``at_ms`` (Unix time in milliseconds)."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(head.zone))
    title = _TITLES[slip.movement] if slip.movement else "Please keep this slip"
    facts = [("Date", f"{at:%Y-%m-%d %H:%M}"), ("Machine", head.terminal)]
    if slip.last4:
        facts.append(
            ("From account" if slip.movement != "deposit" else "Account", f"..{slip.last4}")
        )
    if slip.payee:
        # A name is somebody else's words: no character of it may command the printer.
        facts.append(("To", "".join(c for c in slip.payee if c.isprintable())))
    if slip.amount_minor:
        amount = format_minor(slip.amount_minor, head.currency)
        facts.append(("Amount", f"{amount} {head.currency}"))
    facts.append(("Reference", slip.reference))
    body = [line for name, value in facts for line in _fact(name, value, head.columns)]
    if slip.money is not None:
        body += ["", *textwrap.wrap(_MONEY[slip.money], head.columns)]
    wide = head.columns
    return (
        *(Line(text, bold=True, align="center") for text in textwrap.wrap(head.brand, wide)),
        *(Line(text, align="center") for text in textwrap.wrap(title, wide)),
        Line(""),
        *(Line(text) for text in body),
        Line(""),
        *(Line(text, align="center") for text in textwrap.wrap(head.support, wide)),
    )


def _fact(name: str, value: str, columns: int) -> list[str]:
    """Name at the left, value at the right; on lines of its own where both do not fit."""
    gap = columns - len(name) - len(value)
    if gap >= 1:
        return [f"{name}{' ' * gap}{value}"]
    return [name, *(text.rjust(columns) for text in textwrap.wrap(value, columns))]
