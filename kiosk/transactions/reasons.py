"""Why the bank refused, in the customer's words (``kiosk.screens.Problem``)."""

from kiosk.screens import Problem
from protocol.messages.money import Reason

_PROBLEMS: dict[Reason, Problem] = {
    "insufficient_funds": Problem.INSUFFICIENT_FUNDS,
    "limit_each": Problem.LIMIT_EACH,
    "limit_day": Problem.LIMIT_DAY,
    "account_closed": Problem.ACCOUNT_CLOSED,
    "payee_unknown": Problem.PAYEE_UNKNOWN,
    "same_account": Problem.PAYEE_SELF,
    "session_ended": Problem.SESSION_ENDED,
    "pin_refused": Problem.PIN_WRONG,
}


def problem_of(reason: Reason | None) -> Problem:
    """Return what a refusal is to the customer."""
    return Problem.DECLINED if reason is None else _PROBLEMS.get(reason, Problem.DECLINED)
