"""From the bank's problem answers to this package's errors."""

from typing import Final

from backend_client.errors import (
    BankError,
    ChainRefused,
    Declined,
    FingerPoor,
    FingersDiffer,
    FingerTaken,
    NotEnrolled,
    NotFound,
    NotIdentified,
    NumberNeeded,
    PinLocked,
    PinRejected,
    ProbeReplayed,
    RecordExpired,
    RequestRefused,
    SessionEnded,
    TerminalDenied,
    TooManyTries,
    UserNameTaken,
)
from protocol.messages.terminal import Problem

_ERRORS: Final[dict[str, type[Declined]]] = {
    "not_identified": NotIdentified,
    "number_needed": NumberNeeded,
    "replayed": ProbeReplayed,
    "rejected": PinRejected,
    "locked": PinLocked,
    "rate_limited": TooManyTries,
    "expired": RecordExpired,
    "not_found": NotFound,
    "taken": UserNameTaken,
    "finger_known": FingerTaken,
    "fingers_differ": FingersDiffer,
    "poor_finger": FingerPoor,
    "terminal_denied": TerminalDenied,
    "certificate_over": NotEnrolled,
    "certificate_denied": NotEnrolled,
    "chain_refused": ChainRefused,
}


def error_of(problem: Problem) -> BankError:
    """Return the error to raise for a definite no."""
    if problem.code == "session_ended":
        return SessionEnded(problem.detail)
    return _ERRORS.get(problem.code, RequestRefused)(
        problem.code,
        problem.detail,
        field=problem.field,
        tries_left=problem.tries_left,
        retry_after_s=problem.retry_after_s,
        unlock=problem.unlock,
        reference=problem.reference,
    )
