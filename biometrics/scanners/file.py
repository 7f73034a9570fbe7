"""A picture file in place of a reader: picked, dropped, or put into a watched folder."""

import os
import queue
import threading
import time
from pathlib import Path

from biometrics.errors import BadPicture
from biometrics.pictures import Picture, decode, read
from biometrics.scanners.errors import (
    Cancelled,
    NoDevice,
    Retry,
    ScanError,
    Timeout,
    Unplugged,
)
from biometrics.scanners.scanner import (
    Driver,
    OnEvent,
    Reader,
    ReaderSettings,
    Scan,
    ScanEvent,
    Stage,
)
from biometrics.template import TEMPLATE_DPI

DRIVER_NAME = "file"
MAX_FOLDER_FILES = 1000

_POLL_S = 0.1
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
# A file still being written changes its size; it is taken when it has stood still this long.
_SETTLE_S = 0.2

Stamp = tuple[int, int, int]


class FileScanner:
    """A `Scanner` fed by `offer` and, if given, by pictures that appear in `folder`.

    Pictures that lie in the folder when a scan begins are old and are left alone. No file is
    moved, changed or deleted.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        # One slot: a newer picture replaces one that nobody has taken yet.
        self._slot: queue.Queue[Path | bytes] = queue.Queue(maxsize=1)
        self._offering = threading.Lock()

    def offer(self, picture: str | Path | bytes) -> None:
        """Give the waiting scan, or the next one, a picture. Any thread; never blocks."""
        item = picture if isinstance(picture, bytes) else Path(picture)
        with self._offering:
            self.discard()
            self._slot.put_nowait(item)

    def discard(self) -> None:
        """Forget a picture that was offered and not taken. Any thread."""
        try:
            self._slot.get_nowait()
        except queue.Empty:
            return

    def present(self) -> bool:
        """Whether pictures can come: the folder is there, or none is needed."""
        return self._folder is None or self._folder.is_dir()

    def close(self) -> None:
        """Forget what was offered."""
        self.discard()

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """The next picture that is offered or appears in the folder.

        Raises Timeout, Cancelled, NoDevice (there is no folder), Unplugged (it went away), Retry
        (no usable picture) and ScanError (the folder holds too many files).
        """
        began = time.monotonic()
        known = self._listing()
        settling: dict[Path, tuple[Stamp, float]] = {}
        on_event(ScanEvent(Stage.READY))
        while True:
            if cancel.is_set():
                raise Cancelled("The scan was cancelled.")
            left_s = began + timeout_s - time.monotonic()
            found: Path | bytes | None
            try:
                found = self._slot.get(timeout=max(0.0, min(_POLL_S, left_s)))
            except queue.Empty:
                try:
                    found = self._new_file(known, settling)
                except NoDevice as error:
                    raise Unplugged("The watched folder went away.") from error
            if found is not None:
                return self._take(found, began, on_event)
            if left_s <= 0:
                raise Timeout("No picture was offered in time.")

    def _take(self, found: Path | bytes, began: float, on_event: OnEvent) -> Scan:
        on_event(ScanEvent(Stage.FINGER))
        on_event(ScanEvent(Stage.READING, 0.0))
        try:
            picture: Picture = decode(found) if isinstance(found, bytes) else read(found)
        except BadPicture as error:
            raise Retry(str(error)) from error
        on_event(ScanEvent(Stage.READING, 1.0))
        on_event(ScanEvent(Stage.LIFT))
        device = "memory" if isinstance(found, bytes) else found.name
        dpi = picture.dpi or TEMPLATE_DPI
        # A copy that may be overwritten: what Pillow gives is read-only.
        return Scan(picture.gray.copy(), dpi, DRIVER_NAME, device, time.monotonic() - began)

    def _listing(self) -> dict[Path, Stamp]:
        """Picture files of the folder with what changes when they are written."""
        if self._folder is None:
            return {}
        found: dict[Path, Stamp] = {}
        try:
            with os.scandir(self._folder) as entries:
                for count, entry in enumerate(entries):
                    if count >= MAX_FOLDER_FILES:
                        raise ScanError("The watched folder holds too many files.")
                    path = Path(entry.path)
                    if path.suffix.lower() in _SUFFIXES and entry.is_file():
                        status = entry.stat()
                        found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
        except OSError as error:
            raise NoDevice("The watched folder cannot be read.") from error
        return found

    def _new_file(
        self, known: dict[Path, Stamp], settling: dict[Path, tuple[Stamp, float]]
    ) -> Path | None:
        now = time.monotonic()
        for path, stamp in sorted(self._listing().items()):
            if known.get(path) == stamp:
                continue
            seen, since = settling.get(path, (None, now))
            if seen != stamp:
                settling[path] = (stamp, now)
            elif now - since >= _SETTLE_S and stamp[1] > 0:
                return path
        return None


def _open(settings: ReaderSettings) -> FileScanner:
    return FileScanner(Path(settings.device) if settings.device else None)


def _probe(settings: ReaderSettings) -> tuple[Reader, ...]:
    name = "watched folder" if settings.device else "pictures that are picked or dropped"
    if not _open(settings).present():
        raise NoDevice(f"The watched folder {settings.device} is not there. Make it.")
    return (Reader(DRIVER_NAME, settings.device, name, None, captures=True),)


DRIVER = Driver(
    DRIVER_NAME,
    "pictures of fingers: picked, dropped, or put into a watched folder",
    _open,
    _probe,
)
