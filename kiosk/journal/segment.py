"""Reading a journal's files: what is whole, where it breaks, and what may be cut off.

A journal is a folder of segments, ``00000001.log`` and up, of which only the last is written. A
broken line is a *torn tail* if nothing readable follows it in the last segment: the write that a
power cut interrupted. Anywhere else it is damage that no program may skip.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.journal.errors import JournalDamaged, JournalUnusable
from kiosk.journal.keeping import archived
from kiosk.journal.record import CONTINUED, Record, decode


@dataclass(frozen=True, slots=True)
class Torn:
    """The bytes of the last segment from ``offset`` on are no records; about ``lines`` of them."""

    path: Path
    offset: int
    lines: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole records in order, and the torn tail if there is one.

    ``begins`` has for each segment its number and the index of its first record.
    """

    records: tuple[Record, ...]
    torn: Torn | None
    begins: tuple[tuple[int, int], ...]


def segments(folder: Path) -> list[Path]:
    """Return the journal's segments, oldest first."""
    return sorted(folder.glob("[0-9]" * 8 + ".log"))


def read(folder: Path) -> Contents:
    """Return what the journal in ``folder`` says.

    Raises:
        JournalUnusable: a file can't be read.
        JournalDamaged: a record other than the last ones is broken, missing or out of order.
    """
    records: list[Record] = []
    torn: Torn | None = None
    begins: list[tuple[int, int]] = []
    paths = segments(folder)
    _check_complete(folder, paths)
    for path in paths:
        begins.append((number_of(path), len(records)))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise JournalUnusable(
                f"{path} can't be read ({error.strerror}). Check the disk and the file's owner and "
                "permissions, then start again."
            ) from error
        torn = _read_segment(path, data, records, is_last=path == paths[-1])
    return Contents(tuple(records), torn, tuple(begins))


def number_of(path: Path) -> int:
    """Return a segment's number."""
    return int(path.name[:8])


def _check_complete(folder: Path, paths: list[Path]) -> None:
    """Raise ``JournalDamaged`` if a segment is missing between the archive and the last one."""
    numbers = [number_of(path) for path in paths]
    if not numbers:
        return
    put_away = [number_of(path) for path in archived(folder)]
    first = numbers[0]
    after_archive = first == 1 or first - 1 in put_away or first in put_away
    if not after_archive or numbers != list(range(first, first + len(numbers))):
        raise JournalDamaged(
            f"A segment of the journal in {folder} is missing: there are {numbers} after "
            f"{put_away[-1:]} in the archive. Nothing was changed. Put it back from where it went, "
            "or open a new chain with two people."
        )


def _read_segment(path: Path, data: bytes, records: list[Record], is_last: bool) -> Torn | None:
    offset = 0
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        record = decode(line[:-1]) if line.endswith(b"\n") else None
        if record is None:
            rest = data[offset:]
            following = rest[len(line) :].split(b"\n")
            if is_last and not any(decode(later) for later in following):
                return Torn(path, offset, max(1, len(rest.splitlines())))
            raise JournalDamaged(
                f"{path} line {number} (byte {offset}) is damaged, and there are good records "
                "after it. Nothing was changed. Keep a copy of the folder, compare it with the "
                "bank's records of this terminal, and open a new chain with two people."
            )
        expected = records[-1].seq + 1 if records else 1
        if not records and record.word == CONTINUED:
            expected = record.seq
        if record.seq != expected:
            raise JournalDamaged(
                f"{path} line {number} has number {record.seq} where {expected} belongs: records "
                "are missing. Nothing was changed. Restore the folder from the disk it was on, "
                "or open a new chain with two people."
            )
        records.append(record)
        offset += len(line)
    return None


def named(records: Iterable[Record], word: str, member: str) -> set[str]:
    """Return the values of ``member`` in the records with ``word``."""
    return {str(record.data[member]) for record in records if record.word == word}
