"""What becomes of the journal's closed segments: kept live, put away, and one day removed.

A segment is put away, compressed, in ``archive`` below the journal's folder, once it is older than
two days and no transaction in it can still change. A start does not read the archive, so it takes
as long after a year as after a day; ``journal dump`` reads it all the same.
"""

import gzip
import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Final

from kiosk.journal.disk import sync_folder, write_whole
from kiosk.journal.errors import JournalDamaged, JournalUnusable
from kiosk.journal.record import TAIL_LOST, Record, decode

ARCHIVE: Final = "archive"
DAY_S: Final = 86_400
LIVE_S: Final = 2 * DAY_S
TORN: Final = re.compile(r"torn-[0-9-]{1,40}\.bin")
SEGMENT_MAX_BYTES: Final = 256 * 1024 * 1024


class Standing(Enum):
    """What a transaction's last record says of its future."""

    OPEN = auto()  # more will be written: its segments stay live
    KEPT = auto()  # it is over, and yet a restart must know of it: its record is carried over
    OVER = auto()


Judge = Callable[[Record], Standing]


def archived(folder: Path) -> list[Path]:
    """Return the segments that were put away, oldest first."""
    return sorted((folder / ARCHIVE).glob("[0-9]" * 8 + ".log.gz"))


def put_away(segment: Path) -> None:
    """Move a closed segment into the archive; after a power cut it may be in both places."""
    archive = segment.parent / ARCHIVE
    archive.mkdir(mode=0o700, exist_ok=True)
    data = gzip.compress(segment.read_bytes(), mtime=0)
    write_whole(archive / f"{segment.name}.gz", data)
    segment.unlink()
    sync_folder(segment.parent)


def trim(folder: Path, most: int) -> None:
    """Remove the oldest segments of the archive beyond ``most``, and the torn tails they note.

    A torn tail is evidence for as long as the record that names it, and no longer: without that
    nobody could tell what it is of.
    """
    for path in archived(folder)[:-most] if most else archived(folder):
        # Before the segment: after a power cut between them it is found here again.
        for torn in _torn_tails(path):
            (folder / ARCHIVE / torn).unlink(missing_ok=True)
        path.unlink()


def _torn_tails(archived_segment: Path) -> list[str]:
    try:
        noted = [r for r in read_archived(archived_segment) if r.word == TAIL_LOST]
    except (JournalDamaged, JournalUnusable):
        return []
    # Only a name of ours, whatever stands there.
    return [name for r in noted if TORN.fullmatch(name := str(r.data.get("file")))]


def read_archived(path: Path) -> Iterator[Record]:
    """Yield an archived segment's records.

    Raises:
        JournalUnusable: the file can't be read.
        JournalDamaged: a record is broken.
    """
    try:
        with gzip.open(path) as file:
            data = file.read(SEGMENT_MAX_BYTES)
    except (OSError, EOFError) as error:
        raise JournalUnusable(f"{path} can't be read ({error}).") from error
    for number, line in enumerate(data.splitlines(), start=1):
        record = decode(line)
        if record is None:
            raise JournalDamaged(f"{path} line {number} is damaged.")
        yield record
