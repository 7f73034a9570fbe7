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


UNDECIDED = frozenset(
    {
        Word.INTENT,
        Word.AUTHORISED,
        Word.DISPENSING,
        Word.ACCEPTING,
        Word.COUNTED,
        Word.STORING,
    }
)
"""What recovery at boot must bring to a decision."""

FINAL = frozenset({Word.DONE, Word.REVERSED, Word.DECLINED, Word.RETURNED, Word.SUSPENDED})
"""Nothing follows but the bank's word that it knows of the case."""
