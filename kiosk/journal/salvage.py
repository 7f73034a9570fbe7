"""What can still be read of a journal that no program may write any more."""

from pathlib import Path

from kiosk.journal.errors import JournalUnusable
from kiosk.journal.record import Record, decode
from kiosk.journal.segment import segments


def salvage(folder: Path) -> tuple[tuple[Record, ...], int]:
    """Return the whole records of a journal in their order, and how many lines are none.

    Unlike ``segment.read`` this goes on after damage: for reading only, never for recovery.

    Raises:
        JournalUnusable: there is no journal, or a file can't be read.
    """
    paths = segments(folder)
    if not paths:
        raise JournalUnusable(f"There is no journal in {folder}.")
    records: list[Record] = []
    broken = 0
    for path in paths:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise JournalUnusable(f"{path} can't be read ({error.strerror}).") from error
        for line in lines:
            record = decode(line)
            if record is None:
                broken += 1
            else:
                records.append(record)
    return tuple(records), broken
