"""The open journal: one writer, every record durable before ``append`` returns.

Signed requests belong to a chain (MONEY.md 1): ``append`` fixes their chain, seq and prev, has
them signed, and makes them durable, all under one lock, so that no two requests ever share a place.
The first record of a new day begins a new segment; ``keeping`` says what becomes of the old ones.
"""

import errno
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from kiosk.journal.disk import sync_folder, write_whole
from kiosk.journal.errors import (
    JournalDamaged,
    JournalFailed,
    JournalForeign,
    JournalInUse,
    JournalUnusable,
)
from kiosk.journal.keeping import (
    ARCHIVE,
    DAY_S,
    LIVE_S,
    Judge,
    Standing,
    put_away,
    trim,
)
from kiosk.journal.record import CONTINUED, OPENED, TAIL_LOST, Record, Signed, encode
from kiosk.journal.segment import Contents, Torn, named, read

FORMAT: Final = 1
GENESIS: Final = bytes(32)
ARCHIVE_MOST: Final = 400
"""Segments put away are removed beyond this number: a year of days, and a month."""
_MAX_OPEN: Final = 1000
_log = logging.getLogger(__name__)


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
    """How far the chain goes: its last place ``seq`` (0: none yet) is used, or was lost.

    ``head`` is SHA-256, 32 bytes, of the last request that is there, ``head_seq`` its place: both
    places are one unless a torn tail may have held requests.
    """

    chain: str
    seq: int
    head: bytes
    head_seq: int


class Journal:
    """An append-only journal in a folder of its own, locked for as long as it is open.

    Thread-safe. After a failed write nothing is written any more: after an error of fsync no one
    knows what is on the disk, and a later fsync that succeeds proves nothing.
    """

    def __init__(
        self,
        folder: Path,
        lock: FileLock,
        contents: Contents,
        wall: Callable[[], int],
        judge: Judge,
        archive_most: int,
    ) -> None:
        """Append to the last segment; ``Journal.open`` is the door."""
        self._folder = folder
        self._lock = lock
        self._wall = wall
        self._judge = judge
        self._archive_most = archive_most
        self._writing = threading.Lock()
        self._failed = False
        self._seq = 0
        self._head = ChainHead("", 0, GENESIS, 0)
        self._terminal = ""
        self._segment = 1
        self._began: dict[int, int] = {}
        self._open: dict[str, int] = {}
        self._kept: dict[str, tuple[int, Record]] = {}
        self._torn: dict[str, int] = {}
        begins = {index: number for number, index in contents.begins}
        for index, record in enumerate(contents.records):
            self._segment = begins.get(index, self._segment)
            self._follow(record)
        self._file = self._path(self._segment).open("ab", buffering=0)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        terminal: str,
        new_chain: Callable[[], str],
        wall: Callable[[], int],
        judge: Judge = lambda _record: Standing.OPEN,
        archive_most: int = ARCHIVE_MOST,
    ) -> tuple[Self, tuple[Record, ...]]:
        """Return the open journal of ``terminal``, and its live records.

        A new journal begins a chain ``new_chain()``. ``wall`` returns Unix seconds. ``judge`` tells
        which transactions are over, so that their segments can be put away. A torn tail is copied
        to ``torn-SEQ.bin``, cut off, and noted in a ``TAIL_LOST`` record.

        Raises:
            JournalInUse: another process has it.
            JournalDamaged: broken other than at the very end.
            JournalForeign: another terminal's, or of a newer format.
            JournalUnusable: not readable or not writable.
        """
        lock = take_lock(folder)
        try:
            contents = _whole(folder, terminal)
            journal = cls(folder, lock, contents, wall, judge, archive_most)
            return journal, journal._begin(contents.records, terminal, new_chain)
        except (OSError, JournalFailed) as error:
            lock.release()
            raise _unusable(folder, error) from error
        except BaseException:
            lock.release()
            raise

    def _begin(
        self, records: tuple[Record, ...], terminal: str, new_chain: Callable[[], str]
    ) -> tuple[Record, ...]:
        sync_folder(self._folder)
        added: list[Record] = []
        try:
            if not records:
                opening = {"format": FORMAT, "terminal": terminal, "chain": new_chain()}
                added.append(self.append(OPENED, "", opening))
            noted = named(records, TAIL_LOST, "file")
            for torn in sorted(self._folder.glob("torn-*.bin")):
                if torn.name not in noted:
                    lines = max(1, len(torn.read_bytes().splitlines()))
                    added.append(self.append(TAIL_LOST, "", {"file": torn.name, "lines": lines}))
        except BaseException:
            self._file.close()
            raise
        return (*records, *added)

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
            at = self._wall()
            try:
                if at // DAY_S != self._began.get(self._segment, at) // DAY_S:
                    self._next_segment(at)
                record = Record(self._seq + 1, at, word, tx, data, signed)
                self._write(encode(record))
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

    def _next_segment(self, at: int) -> None:
        """Close the segment and begin the next with what a reader must know of those before."""
        head = self._head
        begin = {
            "format": FORMAT,
            "terminal": self._terminal,
            "chain": head.chain,
            "chain_seq": head.seq,
            "head": head.head.hex(),
            "head_seq": head.head_seq,
            "open": sorted(self._open)[:_MAX_OPEN],
        }
        record = Record(self._seq + 1, at, CONTINUED, "", begin)
        path = self._path(self._segment + 1)
        write_whole(path, encode(record))
        self._file.close()
        self._file = path.open("ab", buffering=0)
        self._segment += 1
        self._follow(record)
        self._put_away(at)

    def _put_away(self, at: int) -> None:
        """Put away, oldest first, what is old enough and holds no open transaction."""
        first_open = min(self._open.values(), default=self._segment)
        closed = list(
            takewhile(
                lambda number: (
                    number < first_open and at - self._began.get(number + 1, at) >= LIVE_S
                ),
                sorted(self._began),
            )
        )
        for number, record in list(self._kept.values()):
            if number in closed:
                again = replace(record, seq=self._seq + 1, at=at, signed=None)
                self._write(encode(again))
                self._follow(again)
        try:
            for number in closed:
                for torn in [name for name, where in self._torn.items() if where == number]:
                    (self._folder / ARCHIVE).mkdir(mode=0o700, exist_ok=True)
                    (self._folder / torn).replace(self._folder / ARCHIVE / torn)
                    del self._torn[torn]
                put_away(self._path(number))
                del self._began[number]
            trim(self._folder, self._archive_most)
        except OSError as error:
            # Nothing is lost: it is tried again with the next segment.
            _log.warning("a segment of the journal could not be put away: %s", error)

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:08d}.log"

    def _follow(self, record: Record) -> None:
        self._seq = record.seq
        self._began.setdefault(self._segment, record.at)
        self._head = follow(self._head, record)
        if record.word in (OPENED, CONTINUED):
            self._terminal = str(record.data["terminal"])
        elif record.word == TAIL_LOST:
            self._torn[str(record.data["file"])] = self._segment
        if record.tx:
            self._stand(record)

    def _stand(self, record: Record) -> None:
        standing = self._judge(record)
        self._kept.pop(record.tx, None)
        if standing is Standing.OPEN:
            self._open.setdefault(record.tx, self._segment)
        else:
            self._open.pop(record.tx, None)
        if standing is Standing.KEPT:
            self._kept[record.tx] = (self._segment, record)


def take_lock(folder: Path) -> FileLock:
    """Return the lock of the journal in ``folder``, which is made if it is not there.

    Raises:
        JournalInUse: another process has it.
        JournalUnusable: the folder is not writable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Opened on one thread, closed on another: the lock is the journal's, not a thread's.
        lock = FileLock(folder / "lock", mode=0o600, thread_local=False)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise JournalInUse(
            f"Another kiosk is using the journal in {folder}. End it before starting this one."
        ) from error
    except OSError as error:
        raise _unusable(folder, error) from error
    return lock


def follow(head: ChainHead, record: Record) -> ChainHead:
    """Return the chain's head after ``record``."""
    data = record.data
    if record.word == OPENED:
        after = data.get("follows")
        if after is None:
            return ChainHead(str(data["chain"]), 0, GENESIS, 0)
        place = int(after["seq"])
        return ChainHead(str(data["chain"]), place, bytes.fromhex(after["head"]), place)
    if record.word == CONTINUED:
        place = int(data["chain_seq"])
        there = int(data.get("head_seq", place))
        return ChainHead(str(data["chain"]), place, bytes.fromhex(data["head"]), there)
    if record.word == TAIL_LOST:
        # A lost line may have held a request that was sent: its number is never used again.
        return replace(head, seq=head.seq + int(data["lines"]))
    if record.signed is not None:
        digest = hashlib.sha256(record.signed.jws.encode("ascii")).digest()
        return ChainHead(head.chain, record.signed.seq, digest, record.signed.seq)
    return head


def read_sound(folder: Path, terminal: str) -> tuple[tuple[Record, ...], ChainHead]:
    """Return the records of ``terminal``'s journal and how far its chain goes; changes nothing.

    A torn tail counts as lost places. An empty folder has no records.

    Raises:
        JournalUnusable and those below it: as ``Journal.open``.
    """
    contents = read(folder)
    if contents.records:
        _check_records(folder, contents.records, terminal)
    head = ChainHead("", 0, GENESIS, 0)
    for record in contents.records:
        head = follow(head, record)
    if contents.torn is not None:
        head = replace(head, seq=head.seq + contents.torn.lines)
    return contents.records, head


def _whole(folder: Path, terminal: str) -> Contents:
    """Return what is whole in the folder, having kept a torn tail aside."""
    contents = read(folder)
    records = contents.records
    if records:
        _check_records(folder, records, terminal)
    if contents.torn is not None:
        _quarantine(contents.torn, records[-1].seq + 1 if records else 1)
    return contents


def _check_records(folder: Path, records: tuple[Record, ...], terminal: str) -> None:
    _check_owner(folder, records[0], terminal)
    known = {record.tx for record in records}
    lost = [uid for uid in records[0].data.get("open", ()) if uid not in known]
    if lost:
        raise JournalDamaged(
            f"The journal in {folder} says that {', '.join(lost)} was open, and has no record "
            "of it. Put the missing segments back, or open a new chain with two people."
        )


def _check_owner(folder: Path, first: Record, terminal: str) -> None:
    if first.word not in (OPENED, CONTINUED) or first.data.get("format") != FORMAT:
        raise JournalForeign(
            f"The journal in {folder} was written by another version of this program. "
            "Start the version that wrote it."
        )
    if first.data.get("terminal") != terminal:
        raise JournalForeign(
            f"The journal in {folder} belongs to terminal {first.data.get('terminal')}, and this "
            f"is {terminal}. Give each terminal a data folder of its own."
        )


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
