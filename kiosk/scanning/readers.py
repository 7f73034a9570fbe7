"""The machine's fingerprint readers: which one is used, and whether one is there at all."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from biometrics.scanners import (
    FileScanner,
    NoDevice,
    OnEvent,
    ReaderSettings,
    Retry,
    Scan,
    ScanError,
    Scanner,
    ScannerError,
    open_scanner,
)

if TYPE_CHECKING:
    from biometrics.presentation import PresentationCheck

_LOG = logging.getLogger(__name__)

# A reader that fails this often in a row is left alone for a while, so that customers are asked
# for their number at once and not after another failure. Plugging it in again ends the rest.
MOST_FAILURES: Final = 2
REST_S: Final = 60.0


class Suspected(Retry):
    """The picture looks like a copy of a finger and not like a finger."""

    for_customer = "Place your finger itself on the reader, or use your account number."


class _Place:
    """One reader of the configuration and how it has behaved."""

    def __init__(self, name: str, scanner: Scanner) -> None:
        self.name = name
        self.scanner = scanner
        self.failures = 0
        self.rests_until_s = 0.0

    def usable(self, now_s: float) -> bool:
        if not self.scanner.present():
            self.failures, self.rests_until_s = 0, 0.0
            return False
        return now_s >= self.rests_until_s


class Readers:
    """Readers in the order of preference: the first one that is there is used."""

    def __init__(
        self,
        scanners: Iterable[tuple[str, Scanner]],
        monotonic_s: Callable[[], float] = time.monotonic,
        *,
        presentation_check: bool = False,
    ) -> None:
        """``scanners``: each with its name for the log.

        ``presentation_check``: refuse pictures that look like copies (docs/liveness.md).
        """
        self._places = tuple(_Place(name, scanner) for name, scanner in scanners)
        self._monotonic_s = monotonic_s
        self._there: bool | None = None
        self._active: _Place | None = None
        self._presentation_check = presentation_check
        self._check: PresentationCheck | None = None
        self._changing = threading.Lock()

    @property
    def there(self) -> bool:
        """Whether a reader could be used when it was last looked for."""
        if self._there is None:
            self.look()
        return bool(self._there)

    def look(self) -> bool:
        """Look which readers are there; True if that changed whether there is one at all.

        Cheap as a rule; a library that hangs is waited for up to three seconds.
        """
        with self._changing:
            there = self._first() is not None
            before, self._there = self._there, there
        if before is not None and before != there:
            _LOG.warning("the fingerprint reader %s", "is back" if there else "is away")
        return before != there

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """Scan with the first reader that is there.

        Errors: those of ``Scanner.scan``, and Suspected where presentations are checked.
        """
        place = self._first()
        if place is None:
            raise NoDevice("No fingerprint reader is there.")
        self._active = place
        try:
            scan = place.scanner.scan(timeout_s, cancel, on_event)
        except ScannerError as error:
            self._judge(place, error)
            raise
        finally:
            self._active = None
        place.failures = 0
        self._refuse_copies(place, scan)
        return scan

    def offer(self, picture: bytes | Path) -> None:
        """Give a picture to the scan that waits for one; another kind of reader takes none."""
        place = self._active
        if place is not None and isinstance(place.scanner, FileScanner):
            place.scanner.offer(picture)

    def close(self) -> None:
        """Give back ports and processes."""
        for place in self._places:
            place.scanner.close()

    def _first(self) -> _Place | None:
        now_s = self._monotonic_s()
        return next((place for place in self._places if place.usable(now_s)), None)

    def _refuse_copies(self, place: _Place, scan: Scan) -> None:
        if not self._presentation_check:
            return
        if self._check is None:
            # It brings OpenCV along, which must not delay the first frame.
            from biometrics.presentation import PresentationCheck

            self._check = PresentationCheck(self._monotonic_s)
        found = self._check.judge(scan.image)
        if found:
            scan.image.fill(0)
            reasons = "; ".join(each.value for each in found)
            _LOG.warning("reader %s: a picture was refused: %s", place.name, reasons)
            raise Suspected(f"The picture looks like a copy: {reasons}.")

    def _judge(self, place: _Place, error: ScannerError) -> None:
        if not isinstance(error, ScanError):
            # A finger that is asked for again, nobody, or no reader: nothing is broken.
            place.failures = 0
            return
        _LOG.warning("reader %s: %s", place.name, error)
        place.failures += 1
        if place.failures >= MOST_FAILURES:
            place.rests_until_s = self._monotonic_s() + REST_S
            _LOG.error("reader %s failed %d times in a row", place.name, place.failures)


def open_readers(wanted: Iterable[ReaderSettings], *, presentation_check: bool = False) -> Readers:
    """Return the readers of a configuration. Touches no hardware."""
    return Readers(
        ((settings.driver, open_scanner(settings)) for settings in wanted),
        presentation_check=presentation_check,
    )
