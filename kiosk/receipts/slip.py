"""The facts of one receipt, as the session knows them."""

from dataclasses import dataclass
from typing import Literal

from kiosk.screens import Failure, MoneyState, Success

Movement = Literal["withdraw", "deposit", "transfer"]


@dataclass(frozen=True)
class Slip:
    """What happened. ``movement`` is None and ``money`` is set where it ended badly.

    Of the account only the last four characters are printed; ``payee`` is the name the customer
    saw on the screen.
    """

    movement: Movement | None
    money: MoneyState | None
    amount_minor: int
    last4: str
    payee: str
    reference: str


def of_success(done: Success) -> Slip | None:
    """The receipt of a movement that was made; None where there is none to print."""
    if done.kind == "signup":
        return None
    last4 = done.account.number[-4:] if done.account else ""
    return Slip(done.kind, None, done.amount_minor, last4, done.payee_name, done.reference)


def of_failure(failure: Failure) -> Slip | None:
    """The receipt of a reference the customer has to keep; None if there is no reference."""
    if not failure.reference:
        return None
    return Slip(None, failure.money, failure.amount_minor, "", "", failure.reference)
