"""The journal's records, read from its folder beside the running kiosk; nothing is locked."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from kiosk.journal.keeping import archived, read_archived
from kiosk.journal.record import Record
from kiosk.journal.segment import read, segments

MOST_ARCHIVED = 62
"""Segments put away that are read besides: two months of days."""


def read_records(folder: Path) -> Iterator[Record]:
    """Yield the records, oldest first, those of the last weeks that were put away included.

    Raises:
        JournalUnusable, JournalDamaged: see ``segment.read`` and ``keeping.read_archived``.
    """
    contents = read(folder)
    live = {path.name for path in segments(folder)}
    put_away = [path for path in archived(folder) if path.name.removesuffix(".gz") not in live]
    old = itertools.chain.from_iterable(map(read_archived, put_away[-MOST_ARCHIVED:]))
    return itertools.chain(old, contents.records)
