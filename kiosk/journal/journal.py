"""The open journal: one writer, every record durable before ``append`` returns.

Signed requests belong to a chain (MONEY.md 1): ``append`` fixes their chain, seq and prev, has
them signed, and makes them durable, all under one lock, so that no two requests ever share a place.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from kiosk.journal.disk import sync_folder, write_whole
from kiosk.journal.errors import (
    JournalFailed,
    JournalForeign,
    JournalInUse,
    JournalUnusable,
)
from kiosk.journal.record import Record, Signed, encode
from kiosk.journal.segment import Torn, named, read, segments

FORMAT: Final = 1
OPENED: Final = "OPENED"
TAIL_LOST: Final = "TAIL_LOST"
GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """Where a signed request stands: ``prev`` is SHA-256 of the request before it, 32 bytes."""

    chain: str
    seq: int
    prev: bytes


@dataclass(frozen=True, slots=True)
class ToSign:
    """A request to be signed and kept in the same record: ``sign`` returns the compact JWS."""

    uid: str
    kind: str
    sign: Callable[[ChainLink], bytes]


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last signed request: number ``seq`` (0: none yet) with SHA-256 ``head``, 32 bytes."""

    chain: str
    seq: int
    head: bytes


class Journal:
    """An append-only journal in a folder of its own, locked for as long as it is open.

    Thread-safe. After a failed write nothing is written any more: after an error of fsync no one
    knows what is on the disk, and a later fsync that succeeds proves nothing.
    """

    def __init__(
        self, path: Path, lock: FileLock, records: tuple[Record, ...], wall: Callable[[], int]
    ) -> None:
        """Append to the last segment; ``Journal.open`` is the door."""
        self._lock = lock
        self._wall = wall
        self._writing = threading.Lock()
        self._file = path.open("ab", buffering=0)
        self._failed = False
        self._seq = 0
        self._head = ChainHead("", 0, GENESIS)
        for record in records:
            self._follow(record)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        terminal: str,
        new_chain: Callable[[], str],
        wall: Callable[[], int],
    ) -> tuple[Self, tuple[Record, ...]]:
        """Return the open journal of ``terminal``, and all its records.

        A new journal begins a chain ``new_chain()``. ``wall`` returns Unix seconds. A torn tail is
        copied to ``torn-SEQ.bin``, cut off, and noted in a ``TAIL_LOST`` record.

        Raises:
            JournalInUse: another process has it.
            JournalDamaged: broken other than at the very end.
            JournalForeign: another terminal's, or of a newer format.
            JournalUnusable: not readable or not writable.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(folder / "lock", mode=0o600)
            lock.acquire(blocking=False)
        except Timeout as error:
            raise JournalInUse(
                f"Another kiosk is using the journal in {folder}. End it before starting this one."
            ) from error
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            return cls._open_locked(folder, lock, terminal, new_chain, wall)
        except (OSError, JournalFailed) as error:
            lock.release()
            raise _unusable(folder, error) from error
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_locked(
        cls,
        folder: Path,
        lock: FileLock,
        terminal: str,
        new_chain: Callable[[], str],
        wall: Callable[[], int],
    ) -> tuple[Self, tuple[Record, ...]]:
        contents = read(folder)
        if contents.records:
            _check_owner(folder, contents.records[0], terminal)
        if contents.torn is not None:
            _quarantine(contents.torn, len(contents.records) + 1)
        path = _last_segment(folder)
        journal = cls(path, lock, contents.records, wall)
        sync_folder(folder)
        records = list(contents.records)
        try:
            if not records:
                opening = {"format": FORMAT, "terminal": terminal, "chain": new_chain()}
                records.append(journal.append(OPENED, "", opening))
            noted = named(records, TAIL_LOST, "file")
            for torn in sorted(folder.glob("torn-*.bin")):
                if torn.name not in noted:
                    lines = max(1, len(torn.read_bytes().splitlines()))
                    lost = {"file": torn.name, "lines": lines}
                    records.append(journal.append(TAIL_LOST, "", lost))
        except BaseException:
            journal._file.close()
            raise
        return journal, tuple(records)

    @property
    def head(self) -> ChainHead:
        """The chain as far as it goes."""
        with self._writing:
            return self._head

    @property
    def failed(self) -> bool:
        """Whether a write has failed, so that nothing can be promised any more."""
        return self._failed

    def append(
        self, word: str, tx: str, data: Mapping[str, Any], to_sign: ToSign | None = None
    ) -> Record:
        """Make a fact durable and return its record, with the signed request if there is one.

        Raises:
            JournalFailed: the disk refused, now or earlier.
            RecordTooLarge: nothing was written.
        """
        with self._writing:
            if self._failed:
                raise JournalFailed("an earlier write failed; restart the kiosk")
            signed = None
            if to_sign is not None:
                head = self._head
                link = ChainLink(head.chain, head.seq + 1, head.head)
                jws = to_sign.sign(link).decode("ascii")
                signed = Signed(to_sign.uid, to_sign.kind, link.seq, jws)
            record = Record(self._seq + 1, self._wall(), word, tx, data, signed)
            line = encode(record)
            try:
                self._write(line)
            except OSError as error:
                self._failed = True
                raise JournalFailed(f"the journal can't be written: {error.strerror}") from error
            self._follow(record)
            return record

    def close(self) -> None:
        """Close the file and let another process have the journal."""
        with self._writing:
            self._failed = True
            self._file.close()
        self._lock.release()

    def _write(self, line: bytes) -> None:
        written = self._file.write(line)
        if written != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._file.fileno())

    def _follow(self, record: Record) -> None:
        self._seq = record.seq
        head = self._head
        if record.word == OPENED:
            self._head = ChainHead(str(record.data["chain"]), 0, GENESIS)
        elif record.word == TAIL_LOST:
            # A lost line may have held a request that was sent: its number is never used again.
            self._head = replace(head, seq=head.seq + int(record.data["lines"]))
        elif record.signed is not None:
            digest = hashlib.sha256(record.signed.jws.encode("ascii")).digest()
            self._head = ChainHead(head.chain, record.signed.seq, digest)


def _check_owner(folder: Path, first: Record, terminal: str) -> None:
    if first.word != OPENED or first.data.get("format") != FORMAT:
        raise JournalForeign(
            f"The journal in {folder} was written by another version of this program. "
            "Start the version that wrote it."
        )
    if first.data.get("terminal") != terminal:
        raise JournalForeign(
            f"The journal in {folder} belongs to terminal {first.data.get('terminal')}, and this "
            f"is {terminal}. Give each terminal a data folder of its own."
        )


def _last_segment(folder: Path) -> Path:
    return (segments(folder) or [folder / "00000001.log"])[-1]


def _quarantine(torn: Torn, seq: int) -> None:
    data = torn.path.read_bytes()[torn.offset :]
    copy = torn.path.with_name(f"torn-{seq:08d}.bin")
    again = 1
    while copy.exists():
        again += 1
        copy = torn.path.with_name(f"torn-{seq:08d}-{again}.bin")
    write_whole(copy, data)
    with torn.path.open("r+b") as file:
        file.truncate(torn.offset)
        os.fsync(file.fileno())


def _unusable(folder: Path, error: Exception) -> JournalUnusable:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return JournalUnusable(
        f"The journal in {folder} can't be used ({why}). "
        "Check the disk, the free space and the folder's owner, then start again."
    )
