"""Facts of the screens about the account: menu, balance, statement."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtQml import QmlElement

from kiosk.screens import Balance, Menu, Statement, StatementLine
from ui import words
from ui.models.facts import Facts, Row, Sums, fact

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


def _accounts(screen: Menu) -> list[Row]:
    return [
        {"number": a.number, "name": a.name, "last4": a.last4, "chosen": a == screen.account}
        for a in screen.accounts
    ]


@QmlElement
class MenuFacts(Facts):
    """What can be done now, and with which account."""

    firstName = fact(Menu, str, lambda s, _: s.first_name)
    last4 = fact(Menu, str, lambda s, _: s.account.last4)
    accounts = fact(Menu, list, lambda s, _: _accounts(s))
    quick = fact(
        Menu,
        list,
        lambda s, sums: [{"minor": q, "text": sums.cash(q)} for q in s.quick_minor[:4]],
    )
    canWithdraw = fact(Menu, bool, lambda s, _: s.can_withdraw)
    canDeposit = fact(Menu, bool, lambda s, _: s.can_deposit)
    problem = fact(Menu, str, lambda s, _: words.line(s.problem))


@QmlElement
class BalanceFacts(Facts):
    """Booked, reserved and free."""

    last4 = fact(Balance, str, lambda s, _: s.account.last4)
    name = fact(Balance, str, lambda s, _: s.account.name)
    available = fact(Balance, str, lambda s, sums: sums.written(s.available_minor))
    booked = fact(Balance, str, lambda s, sums: sums.written(s.booked_minor))
    held = fact(Balance, str, lambda s, sums: sums.written(s.held_minor))
    hasHeld = fact(Balance, bool, lambda s, _: s.held_minor != 0)


def _day(iso: str) -> str:
    day: date = datetime.fromisoformat(iso).date()
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM")


def _line(line: StatementLine, sums: Sums) -> Row:
    sign = "+" if line.amount_minor > 0 else ""
    return {
        "day": _day(line.date),
        "kind": words.kind(line.kind, line.amount_minor),
        "about": ": ".join(part for part in (line.counterparty, line.text) if part),
        "amount": sign + sums.written(line.amount_minor),
        "balance": sums.written(line.balance_minor),
        "income": line.amount_minor > 0,
    }


@QmlElement
class StatementFacts(Facts):
    """A page of postings, newest first."""

    last4 = fact(Statement, str, lambda s, _: s.account.last4)
    lines = fact(Statement, list, lambda s, sums: [_line(item, sums) for item in s.lines])
    page = fact(Statement, int, lambda s, _: s.page)
    hasNewer = fact(Statement, bool, lambda s, _: s.has_newer)
    hasOlder = fact(Statement, bool, lambda s, _: s.has_older)
    held = fact(
        Statement,
        str,
        lambda s, sums: (
            QCoreApplication.translate("words", "Reserved: %1").replace(
                "%1", sums.written(s.held_minor)
            )
            if s.held_minor
            else ""
        ),
    )
