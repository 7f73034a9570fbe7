"""The PIN entry: digits in a buffer that is overwritten, never in the session's state."""

import hmac
import threading

from protocol.errors import GuessablePin
from protocol.pin.pins import MAX_DIGITS, check_new_pin


def wipe(pin: bytearray) -> None:
    """Overwrite a PIN in place. Copies Python has made on its own are beyond reach."""
    for index in range(len(pin)):
        pin[index] = 0
    del pin[:]


class PinPad:
    """What is being typed, and the first entry of a new PIN. Safe to use from any thread."""

    def __init__(self) -> None:
        # Room for the longest PIN from the start: growing would leave copies behind.
        self._typed = bytearray(MAX_DIGITS)
        self._count = 0
        self._kept: bytearray | None = None
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Digits typed so far."""
        return self._count

    @property
    def keeps(self) -> bool:
        """Whether a new PIN is kept."""
        return self._kept is not None

    def put(self, digit: int) -> None:
        """Append a digit, 0 to 9; past 12 digits nothing more is taken."""
        with self._lock:
            if 0 <= digit <= 9 and self._count < MAX_DIGITS:
                self._typed[self._count] = 0x30 + digit
                self._count += 1

    def take_back(self) -> None:
        """Remove the last digit."""
        with self._lock:
            if self._count:
                self._count -= 1
                self._typed[self._count] = 0

    def clear(self) -> None:
        """Overwrite what is typed."""
        with self._lock:
            self._clear()

    def wipe_all(self) -> None:
        """Overwrite what is typed and what is kept."""
        with self._lock:
            self._clear()
            self._drop_kept()

    def take(self) -> bytearray:
        """Return the PIN, which is the caller's to wipe, and clear the entry."""
        with self._lock:
            return self._take()

    def keep_new(self) -> bool:
        """Keep the entry to be typed again; False, and everything wiped, if it is easily guessed.

        Raises:
            BadPin: fewer than 4 digits.
        """
        with self._lock:
            self._drop_kept()
            pin = self._take()
            try:
                check_new_pin(pin)
            except GuessablePin:
                wipe(pin)
                return False
            except BaseException:
                wipe(pin)
                raise
            self._kept = pin
            return True

    def repeat_matches(self) -> bool:
        """Return whether the entry is the PIN kept; if not, both are wiped."""
        with self._lock:
            again = self._take()
            same = self._kept is not None and hmac.compare_digest(again, self._kept)
            wipe(again)
            if not same:
                self._drop_kept()
            return same

    def take_new(self) -> bytearray:
        """Return the new PIN that was kept, which is the caller's to wipe; empty if none is."""
        with self._lock:
            kept, self._kept = self._kept, None
            return bytearray() if kept is None else kept

    def _take(self) -> bytearray:
        pin = self._typed[: self._count]
        self._clear()
        return pin

    def _clear(self) -> None:
        for index in range(MAX_DIGITS):
            self._typed[index] = 0
        self._count = 0

    def _drop_kept(self) -> None:
        if self._kept is not None:
            wipe(self._kept)
            self._kept = None
