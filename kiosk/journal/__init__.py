"""What the kiosk promised itself: durable records of every step of every transaction.

A folder of segments of text lines (``record``), read and judged by ``segment``, written by
``Journal``. What the words mean is the business of ``kiosk.transactions``.
"""

from kiosk.journal.errors import (
    JournalDamaged,
    JournalError,
    JournalFailed,
    JournalForeign,
    JournalInUse,
    JournalUnusable,
    RecordTooLarge,
)
from kiosk.journal.journal import TAIL_LOST, ChainHead, ChainLink, Journal, ToSign
from kiosk.journal.record import Record, Signed

__all__ = [
    "TAIL_LOST",
    "ChainHead",
    "ChainLink",
    "Journal",
    "JournalDamaged",
    "JournalError",
    "JournalFailed",
    "JournalForeign",
    "JournalInUse",
    "JournalUnusable",
    "Record",
    "RecordTooLarge",
    "Signed",
    "ToSign",
]
