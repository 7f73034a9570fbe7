"""What can be wrong with the journal.

JournalError               nothing was promised: do not go on with the act the record announced
+-- JournalUnusable        at opening: out of service until an operator has acted; says what to do
|   +-- JournalInUse       another process holds the lock: end that one first
|   +-- JournalDamaged     a record in the middle is broken, missing or foreign
|   +-- JournalForeign     another terminal's journal, or a newer format
+-- JournalFailed          a write or fsync failed: the file is not touched again by this process
+-- RecordTooLarge         the record is over the limit: a fault of the caller, nothing was written
"""


class JournalError(Exception):
    """Root of this package's errors."""


class JournalUnusable(JournalError):
    """The journal can't be opened; the text tells an operator which file and what to do."""


class JournalInUse(JournalUnusable):
    """Another process writes this journal."""


class JournalDamaged(JournalUnusable):
    """A record that is not the last is unreadable, missing or out of order."""


class JournalForeign(JournalUnusable):
    """The journal belongs to another terminal or to a format this program does not read."""


class JournalFailed(JournalError):
    """The disk refused a write or an fsync; what is durable is known only after a restart."""


class RecordTooLarge(JournalError):
    """A record is at most ``MAX_RECORD_BYTES``."""
