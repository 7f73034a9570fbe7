"""The base of all facts: a frozen screen and its currency behind constant Qt properties."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import Property, QObject
from PySide6.QtQml import QmlElement

from kiosk.screens import Account, Notes, Scanning, Wait
from ui import money

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

S = TypeVar("S")
Row = dict[str, str | int | bool]


class Sums:
    """Writes sums in the session's currency."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def cash(self, amount_minor: int | None) -> str:
        """As cash is named; empty for None."""
        return "" if amount_minor is None else money.cash(amount_minor, self._currency)

    def written(self, amount_minor: int | None) -> str:
        """To the minor unit; empty for None."""
        return "" if amount_minor is None else money.written(amount_minor, self._currency)

    def typed(self, text: str) -> str:
        """As it is being typed."""
        return money.typed(text, self._currency)

    def rows(self, notes: tuple[Notes, ...]) -> list[Row]:
        """Notes as rows of {value, count, name, sum}, `value` in major units."""
        return [
            {
                "value": money.face(n.denomination_minor, self._currency),
                "count": n.count,
                "name": f"{n.count} × {self.cash(n.denomination_minor)}",
                "sum": self.cash(n.denomination_minor * n.count),
            }
            for n in notes
            if n.count
        ]

    def faces(self, notes: tuple[Notes, ...], most: int) -> list[int]:
        """The value of each single note, at most `most` of them, largest first."""
        every = [
            money.face(n.denomination_minor, self._currency) for n in notes for _ in range(n.count)
        ]
        return sorted(every, reverse=True)[:most]

    def named(self, denominations_minor: tuple[int, ...]) -> str:
        """Denominations in a row: `€50, €20, €10`."""
        return ", ".join(self.cash(d) for d in denominations_minor)


@QmlElement
class Facts(QObject):
    """What one screen shows. Constant: another view brings another object."""

    def __init__(self, screen: object, currency: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.screen = screen
        self.sums = Sums(currency)

    def forget_drawing(self) -> None:
        """Let go of the drawing of a finger: its screen is being left."""
        if isinstance(self.screen, Scanning | Wait):
            self.screen = replace(self.screen, drawing=None)


def fact(screen: type[S], kind: type, get: Callable[[S, Sums], object]) -> Any:
    """A constant property of type `kind`, read from a screen of type `screen`."""
    del screen  # it is here for the type of `get`
    return Property(kind, lambda self: get(self.screen, self.sums), constant=True)


def last4(account: Account | None) -> str:
    """The last four digits of an account, or nothing."""
    return "" if account is None else account.last4
