"""What the kiosk promised itself: durable records of every step of every transaction.

A folder of segments of text lines (``record``), one a day, read and judged by ``segment``, written
by ``Journal``, put away and at last removed by ``keeping``. What the words mean is the business of
``kiosk.transactions``.
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
from kiosk.journal.journal import ChainHead, ChainLink, Journal, ToSign
from kiosk.journal.keeping import Standing
from kiosk.journal.record import TAIL_LOST, Record, Signed

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
    "Standing",
    "ToSign",
]
