"""The capital words of the journal: where a transaction stands (MONEY.md 7)."""

from enum import StrEnum


class Word(StrEnum):
    """A durable state. Each is fsynced before the next act."""

    NONE = "NONE"  # nothing is durable yet
    INTENT = "INTENT"
    AUTHORISED = "AUTHORISED"
    DISPENSING = "DISPENSING"
    TAKEN = "TAKEN"
    REVERSAL_PENDING = "REVERSAL_PENDING"
    REVERSED = "REVERSED"
    DECLINED = "DECLINED"
    SUSPENDED = "SUSPENDED"
    ACCEPTING = "ACCEPTING"
    COUNTED = "COUNTED"
    STORING = "STORING"
    CREDIT_PENDING = "CREDIT_PENDING"
    RETURNED = "RETURNED"
    SETTLING = "SETTLING"
    DONE = "DONE"
    EXCHANGE = "EXCHANGE"
    SHEET = "SHEET"
    APPROVED = "APPROVED"
    BOOKING = "BOOKING"
    CANCELLED = "CANCELLED"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"  # of the machine: an operator has taken it out of service
    IN_SERVICE = "IN_SERVICE"


UNDECIDED = frozenset(
    {
        Word.INTENT,
        Word.AUTHORISED,
        Word.DISPENSING,
        Word.ACCEPTING,
        Word.COUNTED,
        Word.STORING,
        Word.APPROVED,
    }
)
"""What recovery at boot must bring to a decision."""

FINAL = frozenset(
    {
        Word.DONE,
        Word.REVERSED,
        Word.DECLINED,
        Word.RETURNED,
        Word.SUSPENDED,
        Word.CANCELLED,
        Word.OUT_OF_SERVICE,
        Word.IN_SERVICE,
    }
)
"""Nothing follows but the bank's word that it knows of the case."""
