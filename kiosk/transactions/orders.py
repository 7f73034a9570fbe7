"""The orders a kiosk signs, one function a kind (MONEY.md 2)."""

from typing import Final

from kiosk.cash.notes import tally
from kiosk.screens import Notes
from protocol.ids import reversal_uid
from protocol.messages.money import MovementKind, Order

MAX_TEXT: Final = 140


def authorise(
    uid: str, terminal: str, account: str, amount_minor: int, currency: str, session: str
) -> Order:
    """Ask for a hold. ``session`` is SHA-256 of the session id, base64url."""
    return Order(
        uid=uid,
        kind="authorise",
        amount_minor=amount_minor,
        currency=currency,
        source=account,
        terminal=terminal,
        session=session,
    )


def transfer(
    uid: str,
    terminal: str,
    accounts: tuple[str, str],
    amount_minor: int,
    currency: str,
    text: str,
    session: str,
) -> Order:
    """Ask for a transfer from the first account to the second."""
    return Order(
        uid=uid,
        kind="transfer",
        amount_minor=amount_minor,
        currency=currency,
        source=accounts[0],
        target=accounts[1],
        text=text,
        terminal=terminal,
        session=session,
    )


def confirm(uid: str, terminal: str, original: str, amount_minor: int, currency: str) -> Order:
    """Say that the hold's sum was paid out."""
    return Order(
        uid=uid,
        kind="confirm",
        amount_minor=amount_minor,
        currency=currency,
        original=original,
        terminal=terminal,
    )


def reversal(terminal: str, original: str, amount_minor: int, currency: str) -> Order:
    """Say that nothing was paid out. Its uid is derived, so it is the same at every making."""
    return Order(
        uid=reversal_uid(terminal, original),
        kind="reversal",
        amount_minor=amount_minor,
        currency=currency,
        original=original,
        terminal=terminal,
    )


def credit(
    uid: str,
    terminal: str,
    account: str,
    notes: tuple[Notes, ...],
    amount_minor: int,
    currency: str,
) -> Order:
    """Say that notes were stored for an account."""
    return Order(
        uid=uid,
        kind="credit",
        amount_minor=amount_minor,
        currency=currency,
        target=account,
        notes=tally(notes),
        terminal=terminal,
    )


def case(
    uid: str, terminal: str, original: str, amount_minor: int, currency: str, text: str
) -> Order:
    """Say that it is uncertain where money is; ``amount_minor`` 0: the sum is not known."""
    return Order(
        uid=uid,
        kind="case",
        amount_minor=amount_minor,
        currency=currency,
        text=text[:MAX_TEXT],
        original=original,
        terminal=terminal,
    )


def cash(
    uid: str,
    *,
    kind: MovementKind,
    terminal: str,
    exchange: str,
    amount_minor: int,
    currency: str,
    text: str,
) -> Order:
    """Say what an exchange did to the cash in the machine: ``messages.money.CASH_MOVES``."""
    return Order(
        uid=uid,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        text=text[:MAX_TEXT],
        original=exchange,
        terminal=terminal,
    )


def settle(uid: str, terminal: str, original: str, amount_minor: int, currency: str) -> Order:
    """Ask what became of a transfer, and forbid it if the bank never saw it."""
    return Order(
        uid=uid,
        kind="settle",
        amount_minor=amount_minor,
        currency=currency,
        original=original,
        terminal=terminal,
    )
