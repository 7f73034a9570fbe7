"""What went wrong at the teller's desk, in sentences a colleague can act on."""

from PySide6.QtCore import QCoreApplication

from backend_client.errors import (
    BankAway,
    BankError,
    Declined,
    FingerPoor,
    FingersDiffer,
    FingerTaken,
    IdentityUnusable,
    NotFound,
    NotIdentified,
    NumberNeeded,
    PinLocked,
    PinRejected,
    ProbeReplayed,
    RecordExpired,
    SessionEnded,
    TooManyTries,
    UserNameTaken,
)
from biometrics.errors import BiometricsError
from biometrics.scanners.errors import ScannerError
from ui.teller.desk import NotStaff

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (NotStaff, "This is a customer's finger, not a teller's. Nobody is signed in."),
    (IdentityUnusable, "This desk's certificate cannot be used. Ask an administrator."),
    (BankAway, "The bank does not answer. Wait a moment, look again, then repeat."),
    (SessionEnded, "You were signed out. Sign in again."),
    (NotIdentified, "The bank does not know this finger."),
    (NumberNeeded, "The finger is not enough: type your user name too."),
    (ProbeReplayed, "The same reading was sent before. Take another picture."),
    (PinRejected, "The PIN is not right."),
    (PinLocked, "The PIN is locked."),
    (TooManyTries, "Too many tries at this desk. Wait a few minutes."),
    (RecordExpired, "That took too long. Begin again with the finger."),
    (NotFound, "There is no such customer or account."),
    (UserNameTaken, "That user name belongs to somebody. Choose another."),
    (FingerTaken, "This finger is enrolled already."),
    (FingersDiffer, "The pictures are not of one finger."),
    (FingerPoor, "The pictures are too poor. Wipe finger and glass and take better ones."),
    (Declined, "The bank does not accept this. The details are in the log."),
    (BankError, "The bank cannot be asked just now."),
)

_REFUSALS = {
    "has_money": "There is still money in this account. Pay it out first.",
    "has_holds": "A withdrawal from this account is still open. Try again later.",
    "already_closed": "This account is closed already.",
    "unknown": "There is no such account.",
    "pin_refused": "The PIN is not right. Nothing was done.",
    "own_pin": "Nobody resets the own PIN. Two others must do it.",
    "finger_needed": "The customer's finger is needed, read just now at this desk.",
    "same_person": "You have asked already. Another member of staff must agree.",
    "differs": "Another member of staff has asked for something else. Look again.",
    "changed": "It is no longer as it was. Look again.",
}


_TERMINAL_REFUSALS = {
    "unknown": "It is no longer as it was shown. Look again.",
    "pin_refused": "The PIN is not right. Nothing was done.",
    "same_person": "You have approved it already. Another member of staff must.",
    "differs": "Another member of staff has approved something else. Look again.",
    "not_issuer": "This server issues no certificates. Ask an administrator.",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("teller", text)


def trouble(error: Exception) -> str:
    """The sentence for an error of ``ui.teller.desk``."""
    if isinstance(error, BiometricsError | ScannerError):
        return str(error)
    for kind, sentence in _WORDS:
        if isinstance(error, kind):
            return _tr(sentence)
    return _tr("Something went wrong here. Nothing is known to have been done.")


def terminal_refusal(reason: str | None) -> str:
    """The sentence for a refused act on a terminal."""
    return _tr(_TERMINAL_REFUSALS.get(reason or "", "The bank refused this."))


def refusal(reason: str | None) -> str:
    """The sentence for a refused act."""
    return _tr(_REFUSALS.get(reason or "", "The bank refused this."))
