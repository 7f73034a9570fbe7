"""The bank's errors as problems in the customer's eyes."""

from backend_client import errors as bank
from backend_client.proving import ProofFacts
from kiosk.screens import Problem, ProofShown

_PROBLEMS: tuple[tuple[type[bank.BankError], Problem], ...] = (
    (bank.NotIdentified, Problem.FINGER_NOT_KNOWN),
    (bank.NumberNeeded, Problem.FINGER_AMBIGUOUS),
    (bank.ProbeReplayed, Problem.FINGER_REPLAYED),
    (bank.PinLocked, Problem.PIN_LOCKED),
    (bank.PinRejected, Problem.PIN_WRONG),
    (bank.TooManyTries, Problem.TOO_MANY_TRIES),
    (bank.RecordExpired, Problem.SESSION_ENDED),
    (bank.SessionEnded, Problem.SESSION_ENDED),
    (bank.NotFound, Problem.FIELD_INVALID),
    (bank.UserNameTaken, Problem.USER_NAME_TAKEN),
    (bank.FingerTaken, Problem.FINGER_TAKEN),
    (bank.FingersDiffer, Problem.FINGERS_DIFFER),
    (bank.FingerPoor, Problem.FINGER_POOR),
    (bank.BankAway, Problem.BANK_AWAY),
    (bank.NotEnrolled, Problem.NOT_ENROLLED),
    (bank.TerminalDenied, Problem.TERMINAL_DENIED),
)


def problem_of(error: bank.BankError) -> Problem:
    """Return the problem; what has no better name is the machine's fault."""
    if isinstance(error, bank.PinLocked | bank.PinRejected) and error.unlock is not None:
        return Problem.PIN_BLOCKED if error.unlock == "branch" else Problem.PIN_LOCKED
    return next((p for kind, p in _PROBLEMS if isinstance(error, kind)), Problem.MACHINE_FAULT)


def reference_of(error: bank.BankError) -> str:
    """Return what the bank calls it by, for the screen; empty where it says nothing."""
    return (error.reference or "") if isinstance(error, bank.Declined) else ""


def shown(facts: ProofFacts) -> ProofShown:
    """Return a proof's facts in hex, for the demo's panel."""
    return ProofShown(
        purpose=facts.purpose,
        commitment=facts.commitment.hex(),
        challenge=facts.challenge.hex(),
        response=facts.response.hex(),
        verdict=facts.verdict,
        server=facts.server,
        bytes_sent=facts.bytes_sent,
    )
