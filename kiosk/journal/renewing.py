"""A journal that begins anew: the old files are put beside it, and nothing of them is removed."""

from pathlib import Path
from typing import Final

from kiosk.journal.disk import sync_folder, write_whole
from kiosk.journal.journal import FORMAT, ChainHead
from kiosk.journal.keeping import ARCHIVE
from kiosk.journal.record import OPENED, Record, encode
from kiosk.journal.segment import segments

QUARANTINE: Final = "quarantine"


def put_aside(folder: Path) -> Path | None:
    """Move what the journal in ``folder`` consists of into a new folder below it; return that.

    None: there was nothing. The lock must be held. A power cut leaves some files here and some
    there: then the journal is still unusable, and putting aside the rest goes on.

    Raises:
        OSError: a file could not be moved.
    """
    files = [*segments(folder), *sorted(folder.glob("torn-*.bin"))]
    files += [path for path in (folder / ARCHIVE,) if path.exists()]
    if not files:
        return None
    number = 1 + len(list(folder.glob(f"{QUARANTINE}-*")))
    aside = folder / f"{QUARANTINE}-{number:04d}"
    aside.mkdir(mode=0o700)
    for path in files:
        path.replace(aside / path.name)
    sync_folder(aside)
    sync_folder(folder)
    return aside


def begin(folder: Path, terminal: str, follows: ChainHead | None, chain: str, at: int) -> None:
    """Write the first record of a new chain that ``follows`` the last request the bank knows.

    Its first request has the next place and that request's hash as ``prev``; None begins at 1.
    The folder must be empty of segments, and locked. ``at`` is Unix seconds.

    Raises:
        OSError: it could not be written.
    """
    opening: dict[str, object] = {"format": FORMAT, "terminal": terminal, "chain": chain}
    if follows is not None:
        opening["follows"] = {
            "chain": follows.chain,
            "seq": follows.seq,
            "head": follows.head.hex(),
        }
    write_whole(folder / f"{1:08d}.log", encode(Record(1, at, OPENED, "", opening)))
